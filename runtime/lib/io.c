/*
 * io.c - standard input, and lines on standard error.
 */
#include "runtime/lib/lib.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/base/write.h"
#include "runtime/value/print.h"

void __pluto_print_string(const RtString *s)
{
    rt_print_string(s);
}

void __pluto_print_string_no_newline(const RtString *s)
{
    rt_print_part(s);
}

/* Who waits for input wants to see what was printed before. The C library locks the stream, so
 * every line goes to one task. */
const RtString *__pluto_io_read_line(void)
{
    char  *line = NULL;
    size_t cap  = 0;
    rt_print_flush();
    ssize_t len = getline(&line, &cap, stdin);
    if (len > 0 && line[len - 1] == '\n')
        len -= 1 + (len > 1 && line[len - 2] == '\r');
    const RtString *s = rt_string_new(line ? line : "", len > 0 ? len : 0);
    free(line);
    return s;
}

/* ---- Logging ---- */

/* The least level that is written; read and set by any task, and nothing depends on it. */
static _Atomic int64_t level = 1;

int64_t __pluto_log_level(void)
{
    return atomic_load_explicit(&level, memory_order_relaxed);
}

void __pluto_log_set_level(int64_t least)
{
    atomic_store_explicit(&level, least, memory_order_relaxed);
}

/* One write for the whole line, so lines of several tasks stay whole. */
void __pluto_log_write(const RtString *line)
{
    rt_write_all(2, line->bytes, (size_t)line->len);
}
