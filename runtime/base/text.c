#include "runtime/base/text.h"

#include <stdio.h>

void text_add_args(Text *t, const char *format, va_list args)
{
    int n = vsnprintf(t->bytes + t->len, t->size - t->len, format, args);
    if (n > 0)
        t->len += (size_t)n < t->size - t->len ? (size_t)n : t->size - t->len - 1;
}

void text_add(Text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_add_args(t, format, args);
    va_end(args);
}
