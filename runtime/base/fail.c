/*
 * fail.c - the last words of a program.
 *
 * A report is put together in one buffer and written by one call, so that it stays in one piece
 * beside whatever else is written to standard error. Only the first thread that fails reports; one
 * that fails later sleeps until the process is gone. Nothing here allocates: memory may be what ran
 * out. The process ends by rt_exit.
 */
#include "runtime/base/fail.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/base/exit.h"
#include "runtime/base/text.h"
#include "runtime/base/write.h"
#include "runtime/value/print.h"

enum {
    REPORT_MAX     = 8192,
    TASK_MAX       = 600,                /* of these, kept for the last lines */
    BUG_REPORT_MAX = 2048,
    SIGNAL_STACK   = 32 * 1024,
    TIME_LIMIT     = 10,                 /* seconds, for all that is told about a failure */
};

RtFailDescribe rt_fail_describe;

/* ---- The parts of a report ---- */

static void add_task(Text *r)
{
    if (rt_fail_describe.task != NULL)
        r->len += rt_fail_describe.task(r->bytes + r->len, r->size - r->len - 1);
}

static void add_source(Text *r, const RtPlace *place)
{
    if (rt_fail_describe.source != NULL)
        r->len += rt_fail_describe.source(place, r->bytes + r->len, r->size - r->len - 1);
}

static void add_calls(Text *r, const RtPlace *place)
{
    if (rt_fail_describe.calls != NULL && r->len + TASK_MAX < r->size)
        r->len += rt_fail_describe.calls(place, r->bytes + r->len, r->size - r->len - TASK_MAX);
}

static void write_report(Text *r)
{
    if (r->len > 0)
        r->bytes[r->len - 1] = '\n';      /* also when the end was cut off */
    rt_write_all(STDERR_FILENO, r->bytes, r->len);
}

/* ---- The program failed ---- */

static char   failure_text[REPORT_MAX];
static Text   failure = { failure_text, 0, REPORT_MAX }; /* the reporter's */

static _Noreturn void finish(void)
{
    write_report(&failure);
    rt_exit(1);
}

/* Returns for the first caller only. A thread that fails while it reports a failure finishes with
 * what it has: waiting for itself would be for ever. */
static void become_the_reporter(void)
{
    static atomic_uintptr_t reporter;
    uintptr_t               self = (uintptr_t)pthread_self(), first = 0;
    if (atomic_compare_exchange_strong(&reporter, &first, self))
        return;
    if (first == self)
        finish();
    for (;;)
        pause();
}

static void on_trouble(int sig)
{
    (void)sig;
    finish();
}

/* What follows reads the stack and the program's file. Should that go wrong, or take for ever, the
 * program still ends with what is in the report by then. The signals may have been blocked, and
 * there may be no room left on the stack. */
static void expect_trouble(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGALRM};
    void            *room      = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t          stack     = {.ss_sp = room, .ss_size = SIGNAL_STACK};
    struct sigaction action    = {.sa_handler = on_trouble, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigset_t         set;
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    if (room != MAP_FAILED)
        sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
        sigaddset(&set, signals[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    alarm(TIME_LIMIT);
}

static _Noreturn void fail(const RtPlace *place, const char *prefix, const char *format,
                           va_list args)
{
    become_the_reporter();
    rt_print_try_flush();                /* if that fails, this failure is the better news */
    text_add(&failure, "%s", prefix);
    text_add_args(&failure, format, args);
    text_add(&failure, "\n");
    if (place != NULL)
        text_add(&failure, "  at %s:%d:%d in %s\n", place->file, place->line, place->column,
            place->function);
    expect_trouble();
    if (place != NULL)
        add_source(&failure, place);
    add_calls(&failure, place);
    add_task(&failure);
    finish();
}

void rt_fail(const RtPlace *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(place, "pluto: ", format, args);
}

/* The texts of language 18.5 have no prefix. */
static _Noreturn __attribute__((format(printf, 2, 3))) void fail_contract(const RtPlace *place,
                                                                          const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(place, "", format, args);
}

/* ---- The texts of language 25 and 18.5 ---- */

void rt_fail_array_index(const RtPlace *place, int64_t index, int64_t len)
{
    rt_fail(place, "array index out of bounds: index %lld, length %lld", (long long)index,
            (long long)len);
}

void rt_fail_string_index(const RtPlace *place, int64_t index, int64_t len)
{
    rt_fail(place, "string index out of bounds: index %lld, length %lld", (long long)index,
            (long long)len);
}

void rt_fail_bytes_index(const RtPlace *place, int64_t index, int64_t len)
{
    rt_fail(place, "bytes index out of bounds: index %lld, length %lld", (long long)index,
            (long long)len);
}

void rt_fail_division(const RtPlace *place)
{
    rt_fail(place, "division by zero");
}

/* Of an injected object, which no literal has given values. */
void rt_fail_unset(const RtPlace *place, const char *field)
{
    rt_fail(place, "field %s was read before anything was assigned to it", field);
}

void rt_fail_memory(size_t wanted)
{
    rt_fail(NULL, "out of memory\n  %zu bytes wanted", wanted);
}

void rt_fail_assert(const RtPlace *place, const char *expression)
{
    fail_contract(place, "assertion failed: %s", expression);
}

void rt_fail_requires(const RtPlace *place, const char *function, const char *expression)
{
    fail_contract(place, "requires violation in %s: %s", function, expression);
}

void rt_fail_invariant(const RtPlace *place, const char *class_name, const char *expression)
{
    fail_contract(place, "invariant violation on %s: %s", class_name, expression);
}

void rt_fail_test(const RtPlace *place, const char *format, ...)
{
    char    prefix[40];
    va_list args;
    snprintf(prefix, sizeof prefix, "FAIL (line %d): ", place->line);
    va_start(args, format);
    fail(place, prefix, format, args);
}

/* ---- We failed ---- */

/* Does not flush: the bug may be in what flushing needs. */
void rt_bug(const char *file, int line, const char *what)
{
    char   text[BUG_REPORT_MAX];
    Text   r = { text, 0, sizeof text };
    text_add(&r, "pluto: internal error: %s:%d: %s\n", file, line, what);
    add_task(&r);
    write_report(&r);
    abort();
}
