/*
 * test.c - the output of tests, and the assertions.
 *
 * The name of a running test is written at once, so that a process that dies in the middle of a
 * test says which one it was.
 */
#include "runtime/lib/test.h"

#include <stdio.h>

#include "runtime/base/fail.h"
#include "runtime/task/task.h"
#include "runtime/value/print.h"

/* ---- The run ---- */

/* Nobody else is runnable: what the task waits for would have to come from one that has ended. */
static void check_wait(ParkReason reason, const RtPlace *place)
{
    const char *what = reason == PARK_CHAN_SEND ? "channel send on full buffer"
                     : reason == PARK_CHAN_RECV ? "channel recv on empty buffer"
                     : reason == PARK_SELECT    ? "select with no ready channels"
                                                : NULL;
    if (what != NULL)
        rt_fail(place, "deadlock detected \xe2\x80\x94 %s in sequential test mode", what);
}

void rt_test_start(void) { wait_watch = check_wait; }

void rt_test_begin(const char *name)
{
    rt_print_text("test ");
    rt_print_text(name);
    rt_print_text(" ... ");
    rt_print_flush();
}

void rt_test_end(RtError *error, const RtPlace *place)
{
    if (error != NULL) {
        const RtString *report = rt_error_report(error);
        rt_fail_test(place, "uncaught %.*s", (int)report->len - 1, report->bytes);
    }
    rt_print_text("ok\n");
}

void rt_test_summary(int64_t count)
{
    char line[48];
    snprintf(line, sizeof line, "\n%lld tests passed\n", (long long)count);
    rt_print_text(line);
}

/* ---- Assertions ---- */

void rt_expect_int(const RtPlace *place, int64_t value, int64_t expected)
{
    if (value != expected)
        rt_fail_test(place, "expected %lld to equal %lld", (long long)value, (long long)expected);
}

void rt_expect_float(const RtPlace *place, double value, double expected)
{
    if (value != expected)
        rt_fail_test(place, "expected %f to equal %f", value, expected);
}

static const char *word(bool value)
{
    return value ? "true" : "false";
}

void rt_expect_bool(const RtPlace *place, bool value, bool expected)
{
    if (value != expected)
        rt_fail_test(place, "expected %s to equal %s", word(value), word(expected));
}

void rt_expect_string(const RtPlace *place, const RtString *value, const RtString *expected)
{
    if (!rt_string_equal(value, expected))
        rt_fail_test(place, "expected \"%s\" to equal \"%s\"", value->bytes, expected->bytes);
}

void rt_expect_true(const RtPlace *place, bool value)
{
    if (!value)
        rt_fail_test(place, "expected true but got false");
}

void rt_expect_false(const RtPlace *place, bool value)
{
    if (value)
        rt_fail_test(place, "expected false but got true");
}

/* ---- Tasks in sequence ---- */

void rt_test_run_task(RtTask *t, const RtPlace *place)
{
    rt_task_start(t);
    rt_task_join(t, place);
}
