/*
 * test_runq.c - the ring: order, limits, and thieves beside the owner.
 */
#include <pthread.h>
#include <stdint.h>

#include "runtime/sched/runq.h"
#include "tests/unit/check_main.h"

static RunQueue q, other;

static RtTask *fake(uintptr_t n) { return (RtTask *)(n * 16); }

START_TEST(tasks_come_out_in_the_order_they_went_in)
{
    for (uintptr_t i = 1; i <= RUNQ_CAP; i++)
        ck_assert(runq_push(&q, fake(i), false));
    for (uintptr_t i = 1; i <= RUNQ_CAP; i++)
        ck_assert_ptr_eq(runq_take(&q), fake(i));
    ck_assert_ptr_null(runq_take(&q));
}
END_TEST

START_TEST(a_full_ring_refuses_and_keeps_what_it_has)
{
    for (uintptr_t i = 1; i <= RUNQ_CAP; i++)
        runq_push(&q, fake(i), false);
    ck_assert(!runq_push(&q, fake(9999), false));
    ck_assert_uint_eq(runq_length(&q), RUNQ_CAP);
    ck_assert_ptr_eq(runq_take(&q), fake(1));
    ck_assert(runq_push(&q, fake(9999), false));
}
END_TEST

START_TEST(counters_may_wrap)
{
    atomic_store(&q.head, UINT32_MAX - 2);
    atomic_store(&q.tail, UINT32_MAX - 2);
    for (uintptr_t i = 1; i <= 8; i++)
        ck_assert(runq_push(&q, fake(i), false));
    ck_assert_uint_eq(runq_length(&q), 8);
    for (uintptr_t i = 1; i <= 8; i++)
        ck_assert_ptr_eq(runq_take(&q), fake(i));
}
END_TEST

START_TEST(a_thief_takes_the_older_half)
{
    for (uintptr_t i = 1; i <= 10; i++)
        runq_push(&q, fake(i), false);
    ck_assert_ptr_eq(runq_steal(&other, &q), fake(1));
    ck_assert_uint_eq(runq_length(&other), 4);
    ck_assert_ptr_eq(runq_take(&other), fake(2));
    ck_assert_ptr_eq(runq_take(&q), fake(6));
}
END_TEST

START_TEST(a_thief_of_an_odd_number_takes_the_larger_half)
{
    for (uintptr_t i = 1; i <= 5; i++)
        runq_push(&q, fake(i), false);
    runq_steal(&other, &q);
    ck_assert_uint_eq(runq_length(&other), 2);
    ck_assert_uint_eq(runq_length(&q), 2);
}
END_TEST

START_TEST(a_thief_leaves_half_of_a_full_ring)
{
    for (uintptr_t i = 1; i <= RUNQ_CAP; i++)
        runq_push(&q, fake(i), false);
    ck_assert_ptr_eq(runq_steal(&other, &q), fake(1));
    for (uintptr_t i = 2; i <= RUNQ_CAP / 2; i++)
        ck_assert_ptr_eq(runq_take(&other), fake(i));
    ck_assert_ptr_null(runq_take(&other));
    ck_assert_uint_eq(runq_length(&q), RUNQ_CAP / 2);
}
END_TEST

START_TEST(a_batch_is_the_oldest_or_all)
{
    RtTask *out[20];
    for (uintptr_t i = 1; i <= 12; i++)
        runq_push(&q, fake(i), false);
    ck_assert_uint_eq(runq_take_batch(&q, out, 8), 8);
    for (uintptr_t i = 0; i < 8; i++)
        ck_assert_ptr_eq(out[i], fake(i + 1));
    ck_assert_uint_eq(runq_take_batch(&q, out, 20), 4);
    ck_assert_uint_eq(runq_take_batch(&q, out, 20), 0);
}
END_TEST

START_TEST(a_thief_takes_the_only_task)
{
    runq_push(&q, fake(1), false);
    ck_assert_ptr_eq(runq_steal(&other, &q), fake(1));
    ck_assert_ptr_null(runq_steal(&other, &q));
}
END_TEST

/* place 0 when there is none. */
static void looks(uint32_t place, bool fresh)
{
    uint32_t at;
    bool     all_fresh;
    ck_assert(runq_oldest(&q, &at, &all_fresh) == (runq_length(&q) > 0));
    ck_assert_uint_eq(at, place);
    ck_assert(all_fresh == fresh);
}

START_TEST(a_thief_sees_which_task_is_the_oldest_and_whether_any_has_run)
{
    looks(0, true);
    runq_push(&q, fake(1), true);
    runq_push(&q, fake(2), true);
    looks(0, true);
    runq_take_fresh(&q);
    looks(0, true);
    runq_push(&q, fake(3), false);
    looks(0, false);
    runq_push(&q, fake(4), true);
    looks(0, false);
    runq_take(&q);
    looks(1, false);
    runq_take(&q);
    looks(2, true);
}
END_TEST

START_TEST(the_newest_that_have_not_run_are_taken_first)
{
    runq_push(&q, fake(1), true);
    runq_push(&q, fake(2), false);
    runq_push(&q, fake(3), true);
    runq_push(&q, fake(4), true);
    ck_assert_ptr_eq(runq_take_fresh(&q), fake(4));
    ck_assert_uint_eq(runq_length(&q), 3);
    runq_push(&q, fake(5), true);
    ck_assert_ptr_eq(runq_take_fresh(&q), fake(5));
    ck_assert_ptr_eq(runq_take_fresh(&q), fake(3));
    ck_assert_ptr_null(runq_take_fresh(&q));             /* 2 has run before, 1 is older than it */
    ck_assert_ptr_eq(runq_take(&q), fake(1));
    ck_assert_ptr_eq(runq_take(&q), fake(2));
}
END_TEST

START_TEST(none_is_fresh_once_thieves_have_had_them)
{
    runq_push(&q, fake(1), true);
    runq_push(&q, fake(2), true);
    ck_assert_ptr_eq(runq_take(&q), fake(1));
    ck_assert_ptr_eq(runq_take(&q), fake(2));
    ck_assert_ptr_null(runq_take_fresh(&q));
    ck_assert_uint_eq(runq_length(&q), 0);
    runq_push(&q, fake(3), false);
    ck_assert_ptr_null(runq_take_fresh(&q));
    ck_assert_ptr_eq(runq_take(&q), fake(3));
}
END_TEST

/* ---- Threads ---- */

enum { THIEVES = 3, TASKS = 400000 };
static _Atomic uint32_t taken[TASKS + 1];
static _Atomic bool     owner_done;

static void take_note(RtTask *t) { atomic_fetch_add(&taken[(uintptr_t)t / 16], 1); }

static void *steal_until_done(void *arg)
{
    RunQueue mine = {0};
    (void)arg;
    for (;;) {
        bool    last = atomic_load(&owner_done);
        RtTask *t    = runq_steal(&mine, &q);
        for (; t != NULL; t = runq_take(&mine))
            take_note(t);
        if (last && runq_length(&q) == 0)
            return NULL;
    }
}

START_TEST(every_task_is_taken_exactly_once)
{
    pthread_t thieves[THIEVES];
    for (int i = 0; i < THIEVES; i++)
        pthread_create(&thieves[i], NULL, steal_until_done, NULL);
    for (uintptr_t i = 1; i <= TASKS; i++) {
        RtTask *t;
        while (!runq_push(&q, fake(i), i % 7 != 0))
            if ((t = runq_take(&q)) != NULL)
                take_note(t);
        if (i % 3 == 0 && (t = runq_take(&q)) != NULL)
            take_note(t);
        /* In the second half there is hardly more than one task: all are after the same. */
        if ((i % 3 == 1 || i > TASKS / 2) && (t = runq_take_fresh(&q)) != NULL)
            take_note(t);
    }
    atomic_store(&owner_done, true);
    for (int i = 0; i < THIEVES; i++)
        pthread_join(thieves[i], NULL);
    for (uintptr_t i = 1; i <= TASKS; i++)
        ck_assert_msg(taken[i] == 1, "task %lu taken %u times", (unsigned long)i, taken[i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("runq");
    TCase *order = tcase_create("order");
    tcase_add_test(order, tasks_come_out_in_the_order_they_went_in);
    tcase_add_test(order, a_thief_takes_the_older_half);
    tcase_add_test(order, a_thief_sees_which_task_is_the_oldest_and_whether_any_has_run);
    tcase_add_test(order, the_newest_that_have_not_run_are_taken_first);
    tcase_add_test(order, none_is_fresh_once_thieves_have_had_them);
    suite_add_tcase(s, order);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, a_full_ring_refuses_and_keeps_what_it_has);
    tcase_add_test(limits, counters_may_wrap);
    tcase_add_test(limits, a_thief_takes_the_only_task);
    tcase_add_test(limits, a_thief_of_an_odd_number_takes_the_larger_half);
    tcase_add_test(limits, a_thief_leaves_half_of_a_full_ring);
    tcase_add_test(limits, a_batch_is_the_oldest_or_all);
    suite_add_tcase(s, limits);
    TCase *threads = tcase_create("threads");
    tcase_set_timeout(threads, 120);
    tcase_add_test(threads, every_task_is_taken_exactly_once);
    suite_add_tcase(s, threads);
    return s;
}

int main(void) { return check_run(suite()); }
