/*
 * print.c - one buffer in front of standard output.
 *
 * A line is appended under the lock in one go, whatever its length, so lines never mix. Numbers
 * are formatted before the lock is taken. Nothing here allocates or parks: a task waiting for the
 * lock, or for a slow reader, blocks its worker for that long.
 * True whenever the lock is free:
 *   P1  buf[0 .. used) has not been written; used < BUFFER_SIZE
 *   P2  line_buffered means used is 0
 * After a failed write used is 0, too: what was there is lost, and the program ends with a message.
 */
#include "runtime/value/print.h"

#include <string.h>
#include <unistd.h>

#include "runtime/base/fail.h"
#include "runtime/base/lock.h"
#include "runtime/base/write.h"

enum { BUFFER_SIZE = 64 * 1024 };

static struct Output {
    Lock   lock;                         /* rank LOCK_OUTPUT; guards everything below */
    bool   opened;                       /* line_buffered is known */
    bool   line_buffered;
    size_t used;
} out = { .lock = LOCK_INIT(LOCK_OUTPUT) };
static char buf[BUFFER_SIZE];            /* also under the lock */

/* ---- The buffer: callers hold the lock; results are 0 or an errno value ---- */

static int flush_locked(void)
{
    size_t count = out.used;
    out.used = 0;
    return rt_write_all(STDOUT_FILENO, buf, count);
}

static int append_locked(const char *bytes, size_t count)
{
    int error = 0;
    while (count > 0 && error == 0) {
        size_t room  = BUFFER_SIZE - out.used;
        size_t chunk = count < room ? count : room;
        memcpy(buf + out.used, bytes, chunk);
        out.used += chunk;
        bytes    += chunk;
        count    -= chunk;
        if (out.used == BUFFER_SIZE)
            error = flush_locked();
    }
    return error;
}

/* end: "\n" or "". A part of a line shows at once on a terminal: it may be a question. */
static int append_line_locked(const char *text, size_t len, const char *end)
{
    if (!out.opened) {
        out.line_buffered = isatty(STDOUT_FILENO);
        out.opened        = true;
    }
    int error = append_locked(text, len);
    if (error == 0)
        error = append_locked(end, strlen(end));
    if (error == 0 && out.line_buffered)
        error = flush_locked();
    return error;
}

/* ---- Printing ---- */

/* After the lock was dropped: reporting a failure flushes. */
static void check_output(int error)
{
    if (error != 0)
        rt_fail(NULL, "cannot write to standard output: %s", strerror(error));
}

static void print_ending(const char *text, size_t len, const char *end)
{
    lock_acquire(&out.lock);
    int error = append_line_locked(text, len, end);
    lock_release(&out.lock);
    check_output(error);
}

static void print_line(const char *text, size_t len)
{
    print_ending(text, len, "\n");
}

void rt_print_int(int64_t v)
{
    char text[RT_NUMBER_MAX];
    print_line(text, (size_t)rt_format_int(text, v));
}

void rt_print_float(double v)
{
    char text[RT_NUMBER_MAX];
    print_line(text, (size_t)rt_format_float(text, v));
}

void rt_print_bool(bool v)
{
    print_line(v ? "true" : "false", v ? 4 : 5);
}

void rt_print_byte(uint8_t v)
{
    rt_print_int(v);
}

void rt_print_string(const RtString *s)
{
    print_line(s->bytes, strlen(s->bytes));
}

void rt_print_part(const RtString *s)
{
    print_ending(s->bytes, strlen(s->bytes), "");
}

void rt_print_text(const char *text) { print_ending(text, strlen(text), ""); }

int rt_print_try_flush(void)
{
    lock_acquire(&out.lock);
    int error = flush_locked();
    lock_release(&out.lock);
    return error;
}

void rt_print_flush(void)
{
    check_output(rt_print_try_flush());
}
