/*
 * json.h - texts as JSON strings.
 */
#ifndef PLUTO_JSON_H
#define PLUTO_JSON_H

#include <stdio.h>

/* Bytes of the well-formed UTF-8 sequence at s, which may not be longer than left; 0: none. */
int utf8_length(const unsigned char *s, size_t left);

/* Prints text in quotes; NULL as null. What is printed is ASCII or UTF-8 whatever bytes text
 * has: a byte that belongs to no character becomes U+FFFD. */
void json_string(FILE *out, const char *text);

#endif
