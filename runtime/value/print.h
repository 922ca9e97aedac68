/*
 * print.h - standard output, and numbers as text (language 24).
 *
 * One call prints one unbroken line, from whatever task. Output is line buffered on a terminal,
 * block buffered otherwise; rt_print_flush runs at every exit and before a failure's message.
 * A closed or full output ends the program with a message and status 1.
 */
#ifndef PLUTO_PRINT_H
#define PLUTO_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/value/string.h"

void rt_print_int(int64_t v);
void rt_print_float(double v);
void rt_print_bool(bool v);
void rt_print_byte(uint8_t v);
void rt_print_string(const RtString *s);                 /* up to its first NUL */
void rt_print_part(const RtString *s);                   /* the same without a newline */
void rt_print_text(const char *text);                    /* as it is, without a newline */
void rt_print_flush(void);

/* The same, but leaves a failure to the caller: returns 0 or an errno value; what could not be
 * written is lost. Allocates nothing. */
int rt_print_try_flush(void);

/* Write the text, without NUL, and return its length. RT_NUMBER_MAX bytes suffice. */
enum { RT_NUMBER_MAX = 32 };
int rt_format_int(char *out, int64_t v);
int rt_format_float(char *out, double v);

#endif
