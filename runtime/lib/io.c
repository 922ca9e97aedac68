/*
 * io.c - standard input, and lines on standard error.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/base/write.h"
#include "runtime/lib/job.h"
#include "runtime/lib/lib.h"
#include "runtime/value/print.h"

void __pluto_print_string(const RtString *s)
{
    rt_print_string(s);
}

void __pluto_print_string_no_newline(const RtString *s)
{
    rt_print_part(s);
}

/* The C library locks the stream, so every line goes to one task. */
static int64_t call_read_line(Job *j)
{
    ssize_t len = getline(&j->bytes, &j->cap, stdin);
    if (len > 0 && j->bytes[len - 1] == '\n')
        len -= 1 + (len > 1 && j->bytes[len - 2] == '\r');
    j->size = len > 0 ? (size_t)len : 0;
    return 0;
}

/* Who waits for input wants to see what was printed before. */
const RtString *__pluto_io_read_line(void)
{
    Job j = {0};
    rt_print_flush();
    job_run(call_read_line, &j);
    return job_text(&j);
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
