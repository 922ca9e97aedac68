/*
 * runtime_fixture.h - a heap for tests of runtime values, and what a piece of a program prints.
 *
 * heap_setup goes into tcase_add_checked_fixture, so that each test has its own heap in its own
 * process. Tests that use run_captured have no fixture: the body gets a heap of its own.
 */
#ifndef PLUTO_RUNTIME_FIXTURE_H
#define PLUTO_RUNTIME_FIXTURE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE                      /* memfd_create */
#endif
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/base/fail.h"
#include "runtime/base/tls.h"
#include "runtime/value/array.h"
#include "runtime/value/print.h"
#include "runtime/value/string.h"

static const RtPlace here = { "orders.pluto", 31, 9, "submit" };
#define HERE "  at orders.pluto:31:9 in submit\n"

static inline void heap_setup(void)
{
    heap_init();
    rt_tls.heap = heap_attach();
    heap_set_out_of_memory(rt_fail_memory);
}

/* Before heap_setup: every refill of a free list and every large allocation collects. */
static inline void stress_heap_setup(void)
{
    setenv("PLUTO_GC_STRESS", "1", 1);
    heap_setup();
}

/* ---- Strings ---- */

static inline const RtString *str(const char *text)
{
    return rt_string_new(text, (int64_t)strlen(text));
}

#define assert_string(s, text) assert_string_bytes((s), (text), sizeof(text) - 1)
static inline void assert_string_bytes(const RtString *s, const char *text, size_t len)
{
    ck_assert_msg(s->len == (int64_t)len && memcmp(s->bytes, text, len) == 0,
                  "expected \"%s\" of length %zu, found \"%s\" of length %ld", text, len, s->bytes,
                  (long)s->len);
    ck_assert_msg(s->bytes[len] == '\0', "no NUL behind \"%s\"", text);
}

/* ---- Programs ---- */

typedef struct Captured {
    int    status;                       /* exit status; -1: ended by a signal */
    size_t out_len;
    char   out[1 << 20], err[1 << 14];   /* NUL-terminated */
} Captured;

static inline size_t read_back(int fd, char *text, size_t size)
{
    ssize_t n = pread(fd, text, size - 1, 0);
    ck_assert_int_ge(n, 0);
    text[n] = '\0';
    close(fd);
    return (size_t)n;
}

/* Runs body in a process of its own, with a heap, and flushes what it printed. The result is valid
 * until the next call. */
static inline const Captured *run_captured(void (*body)(void))
{
    static Captured c;
    int out = memfd_create("out", 0), err = memfd_create("err", 0), status;
    ck_assert(out >= 0 && err >= 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        heap_setup();
        body();
        rt_print_flush();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    c.status  = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    c.out_len = read_back(out, c.out, sizeof c.out);
    read_back(err, c.err, sizeof c.err);
    return &c;
}

/* True when that thread of this process (a gettid) waits for something. */
static inline bool thread_is_asleep(long thread)
{
    char path[64], text[256] = "";
    sprintf(path, "/proc/self/task/%ld/stat", thread);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        return false;                    /* gone */
    bool known = fgets(text, sizeof text, f) != NULL;
    fclose(f);
    return known && strstr(text, ") S ") != NULL;
}

/* body has to end with status 1 and exactly this on standard error. */
static inline void assert_fails(void (*body)(void), const char *message)
{
    const Captured *c = run_captured(body);
    ck_assert_str_eq(c->err, message);
    ck_assert_int_eq(c->status, 1);
}

#endif
