/*
 * fault.c - standard output comes first, so that what was printed before does not follow.
 */
#include "compiler/drive/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

int fault(const char *format, ...)
{
    char    text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fflush(stdout);
    fprintf(stderr, "error: %s\n", text);
    return 1;
}
