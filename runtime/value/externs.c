/*
 * externs.c - functions of the runtime that programs declare themselves: extern fn.
 */
#include <stdint.h>

#include "runtime/value/print.h"
#include "runtime/value/string.h"

void    __pluto_print_int(int64_t value);
int64_t __pluto_string_len(const RtString *s);
const char *__pluto_text_at(const void *p);

/* Prints like print. */
void __pluto_print_int(int64_t value)
{
    rt_print_int(value);
}

/* The length in bytes. */
int64_t __pluto_string_len(const RtString *s)
{
    return s->len;
}

/* The text at a pointer of C's, for programs that declare the result a cstring. */
const char *__pluto_text_at(const void *p)
{
    return p;
}
