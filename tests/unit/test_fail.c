/* test_fail.c - runtime/base/fail.c: language 18.5 and 25, decisions D10. */
#include "tests/unit/runtime_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "tests/unit/check_main.h"

/* ---- What is reported ---- */

static void fail_with_place(void)    { rt_fail(&here, "%s %d", "went wrong", 7); }
static void fail_without_place(void) { rt_fail(NULL, "went wrong"); }
static void fail_assert(void)        { rt_fail_assert(&here, "x > 0"); }
static void fail_requires(void)      { rt_fail_requires(&here, "Store.take", "n <= 10"); }
static void fail_invariant(void)     { rt_fail_invariant(&here, "Store", "self.n >= 0"); }
static void fail_memory(void)        { rt_fail_memory(1000); }

START_TEST(a_failure_says_what_and_where)
{
    assert_fails(fail_with_place, "pluto: went wrong 7\n" HERE);
    assert_fails(fail_without_place, "pluto: went wrong\n");
    assert_fails(fail_memory, "pluto: out of memory\n  1000 bytes wanted\n");
}
END_TEST

START_TEST(contracts_have_no_prefix)
{
    assert_fails(fail_assert, "assertion failed: x > 0\n" HERE);
    assert_fails(fail_requires, "requires violation in Store.take: n <= 10\n" HERE);
    assert_fails(fail_invariant, "invariant violation on Store: self.n >= 0\n" HERE);
}
END_TEST

static size_t describe_task(char *out, size_t size)
{
    return (size_t)snprintf(out, size, "  task 17 (submit), spawned at orders.pluto:12:5\n");
}

static void fail_in_a_task(void)
{
    rt_fail_describe.task = describe_task;
    rt_fail(&here, "went wrong");
}

START_TEST(a_failing_task_is_described)
{
    assert_fails(fail_in_a_task, "pluto: went wrong\n" HERE
                                 "  task 17 (submit), spawned at orders.pluto:12:5\n");
}
END_TEST

static size_t fill_everything(char *out, size_t size)
{
    memset(out, 't', size);
    return size;
}

static void fail_at_length(void)
{
    static char text[20000];
    memset(text, 'x', sizeof text - 1);
    rt_fail_describe.task = fill_everything;
    rt_fail(&here, "%s", text);
}

static void describe_at_length(void)
{
    rt_fail_describe.task = fill_everything;
    rt_fail(&here, "went wrong");
}

START_TEST(what_is_too_long_is_cut_off)
{
    const Captured *c = run_captured(fail_at_length);
    ck_assert_int_eq(c->status, 1);
    ck_assert_uint_eq(strcspn(c->err, "\n") + 1, strlen(c->err));
    ck_assert_uint_gt(strlen(c->err), 8000);
    c = run_captured(describe_at_length);
    ck_assert_int_eq(c->status, 1);
    ck_assert_ptr_eq(strstr(c->err, "pluto: went wrong\n" HERE "tttt"), c->err);
    ck_assert_uint_eq(strlen(c->err), 8191);
}
END_TEST

static void find_a_bug(void)
{
    RT_CHECK(1 + 1 == 2);
    rt_bug("gc/heap.c", 12, "kind < HEAP_KINDS");
}

START_TEST(bugs_abort_with_their_place)
{
    const Captured *c = run_captured(find_a_bug);
    ck_assert_str_eq(c->err, "pluto: internal error: gc/heap.c:12: kind < HEAP_KINDS\n");
    ck_assert_int_eq(c->status, -1);
}
END_TEST

/* ---- Failures at the same time ---- */

static _Atomic long second_thread;

static void *fail_second(void *unused)
{
    (void)unused;
    second_thread = syscall(SYS_gettid);
    rt_fail(NULL, "second");
}

/* Runs while the first failure is being reported: returns when the second has been put to sleep. */
static size_t let_another_thread_fail(char *out, size_t size)
{
    pthread_t thread;
    (void)out;
    (void)size;
    if (pthread_create(&thread, NULL, fail_second, NULL) != 0)
        abort();
    while (second_thread == 0 || !thread_is_asleep(second_thread))
        sched_yield();
    return 0;
}

static void fail_twice(void)
{
    rt_fail_describe.task = let_another_thread_fail;
    rt_fail(NULL, "first");
}

START_TEST(only_the_first_failure_is_reported)
{
    assert_fails(fail_twice, "pluto: first\n");
}
END_TEST

static size_t fail_again(char *out, size_t size)
{
    (void)out;
    (void)size;
    rt_fail(NULL, "while reporting");
}

static void fail_while_reporting(void)
{
    rt_fail_describe.task = fail_again;
    rt_fail(NULL, "first");
}

START_TEST(a_failure_while_reporting_ends_the_report)
{
    assert_fails(fail_while_reporting, "pluto: first\n");
}
END_TEST

static Suite *fail_suite(void)
{
    Suite *s    = suite_create("fail");
    TCase *fail = tcase_create("fail");
    tcase_add_test(fail, a_failure_says_what_and_where);
    tcase_add_test(fail, contracts_have_no_prefix);
    tcase_add_test(fail, a_failing_task_is_described);
    tcase_add_test(fail, what_is_too_long_is_cut_off);
    tcase_add_test(fail, bugs_abort_with_their_place);
    tcase_add_test(fail, only_the_first_failure_is_reported);
    tcase_add_test(fail, a_failure_while_reporting_ends_the_report);
    suite_add_tcase(s, fail);
    return s;
}

int main(void) { return check_run(fail_suite()); }
