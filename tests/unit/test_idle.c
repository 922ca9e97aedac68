/*
 * test_idle.c - what is left when workers have gone to sleep: nobody counts as spinning, and the idle
 * list is what its count says. A count that leaks or a worker that stays linked breaks no result, but
 * wakes nobody any more.
 */
#define _GNU_SOURCE
#include <sched.h>

#include "runtime/sched/internal.h"
#include "runtime/task/sleep.h"
#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

enum { WORKERS = 4, ROUNDS = 60, TASKS = 12 };

/* ---- One worker, no threads ---- */

START_TEST(a_waker_that_finds_nobody_leaves_no_spinner)
{
    atomic_store(&sched.idle_count, 1);                  /* the sleeper has just been taken */
    sched_wake_thief();
    atomic_store(&sched.idle_count, 0);
    ck_assert_uint_eq(atomic_load(&sched.spinning), 0);
}
END_TEST

/* ---- Several ---- */

/* Sleeping tasks bring their workers back from the idle list by their deadlines, the others by a
 * waker. */
static void nap(RtTask *self)
{
    (void)self;
    __pluto_task_sleep(1);
}

static void hurry(RtTask *self)
{
    for (int i = 0; i < 50; i++)
        __pluto_task_yield();
    self->result = RT_CELL((int64_t)1);
}

static const RtSpawnSite nap_site   = {"nap", {NULL, 0, 0, NULL}, nap};
static const RtSpawnSite hurry_site = {"hurry", {NULL, 0, 0, NULL}, hurry};

static bool on_idle_list(const Worker *w)
{
    const Worker *at = sched.idle;
    while (at != NULL && at != w)
        at = at->idle_next;
    return at != NULL;
}

/* Under the lock. The number of workers on the list, which may have a cycle: -1. */
static int idle_listed(void)
{
    int n = 0;
    for (const Worker *w = sched.idle; w != NULL; w = w->idle_next)
        if (++n > WORKERS)
            return -1;
    return n;
}

/* Everybody else sleeps; that takes a moment. Then nobody spins, and nothing is left to happen. */
static bool at_rest(void)
{
    lock_acquire(&sched.lock);
    int      listed = idle_listed();
    uint32_t idle   = atomic_load(&sched.idle_count), spinning = atomic_load(&sched.spinning);
    bool     me     = listed >= 0 && on_idle_list(rt_worker());
    lock_release(&sched.lock);
    if (listed < 0 || (uint32_t)listed != idle || me)
        rt_bug(__FILE__, __LINE__, "the idle list is not what it should be");
    return spinning == 0 && idle + 1 == started();
}

static void come_and_go(RtTask *self)
{
    for (int round = 0; round < ROUNDS; round++) {
        RtTask *tasks[TASKS];
        for (int i = 0; i < TASKS; i++) {
            tasks[i] = rt_task_new(i % 2 == 0 ? &nap_site : &hurry_site, 0);
            rt_task_start(tasks[i]);
        }
        for (int i = 0; i < TASKS; i++)
            rt_task_join(tasks[i], NULL);
        while (!at_rest())                               /* for ever, if a count has leaked */
            sched_yield();
    }
    self->result = RT_CELL((int64_t)0);
}

START_TEST(workers_that_come_and_go_leave_no_trace)
{
    RtProgram program = {.main = {"main", {NULL, 0, 0, NULL}, come_and_go}};
    setenv("PLUTO_WORKERS", "4", 1);
    exit(rt_main(&program, 0, NULL));
}
END_TEST

static Suite *suite(void)
{
    Suite *s   = suite_create("idle");
    TCase *one = tcase_create("one");
    tcase_add_checked_fixture(one, sim_setup, NULL);
    tcase_add_test(one, a_waker_that_finds_nobody_leaves_no_spinner);
    suite_add_tcase(s, one);
    TCase *several = tcase_create("several");
    tcase_set_timeout(several, 60);
    tcase_add_exit_test(several, workers_that_come_and_go_leave_no_trace, 0);
    suite_add_tcase(s, several);
    return s;
}

int main(void) { return check_run(suite()); }
