/*
 * test.h - what the program that `pluto test` makes calls.
 *
 * A test is announced, run, and ended; the first failure ends the process with status 1. Under the
 * strategy Sequential a spawned task runs to its end before the spawner goes on, so an operation
 * that would block can never be satisfied: the program then ends with status 1, too.
 */
#ifndef PLUTO_TEST_H
#define PLUTO_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/place.h"
#include "runtime/value/error.h"
#include "runtime/value/string.h"

typedef struct RtTask RtTask;

/* Before the first test: the strategy is Sequential. */
void rt_test_start(void);
void rt_test_begin(const char *name);

/* error: what left the test, or NULL. */
void rt_test_end(RtError *error, const RtPlace *place);
void rt_test_summary(int64_t count);

/* Instead of rt_task_start: returns when t has ended. */
void rt_test_run_task(RtTask *t, const RtPlace *place);

/* ---- expect() ---- */

void rt_expect_int(const RtPlace *place, int64_t value, int64_t expected);
void rt_expect_float(const RtPlace *place, double value, double expected);
void rt_expect_bool(const RtPlace *place, bool value, bool expected);
void rt_expect_string(const RtPlace *place, const RtString *value, const RtString *expected);
void rt_expect_true(const RtPlace *place, bool value);
void rt_expect_false(const RtPlace *place, bool value);

#endif
