/*
 * output.h - files that the user asked for.
 */
#ifndef PLUTO_OUTPUT_H
#define PLUTO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* The file has these bytes, or false with errno set; then it may have some of them. */
bool write_file(const char *path, const char *text, size_t size);

/* Writes a text where the user asked for it; "-" is standard output. A file appears complete or not
 * at all. False after a message. */
bool write_output(const char *path, const char *text, size_t size);

#endif
