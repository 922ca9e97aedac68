/*
 * text.h - a text of limited length, for reports that must not allocate.
 */
#ifndef PLUTO_TEXT_H
#define PLUTO_TEXT_H

#include <stdarg.h>
#include <stddef.h>

typedef struct Text {
    char  *bytes;
    size_t len, size;                    /* len < size; bytes[len] is NUL */
} Text;

/* As printf. What does not fit is cut off. */
void text_add(Text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_args(Text *t, const char *format, va_list args);

#endif
