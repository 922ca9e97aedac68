/*
 * test_sched.c - whole programs on several workers: each runs in a process of its own.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

static const char *const worker_counts[] = {"1", "2", "4", "8"};

/* Runs code as the main task of a program with that many workers; returns its exit status. */
static int run_program(void (*code)(RtTask *self), const char *workers)
{
    RtProgram program = {{"main", {NULL, 0, 0, NULL}, code}};
    setenv("PLUTO_WORKERS", workers, 1);
    return rt_main(&program, 0, NULL);
}

typedef struct Work { RtReceiver *in; RtSender *out; int64_t n; RtTask *task; } Work;

static RtTask *start(const RtSpawnSite *site, Work w)
{
    RtTask *t = rt_task_new(site, sizeof w);
    memcpy(rt_task_args(t), &w, sizeof w);
    rt_sender_retain(w.out);
    rt_task_start(t);
    return t;
}

/* ---- Producers and consumers ---- */

enum { PRODUCERS = 4, CONSUMERS = 4, EACH = 5000 };

static void produce(RtTask *self)
{
    Work w = *(Work *)rt_task_args(self);
    for (int64_t i = 0; i < w.n; i++)
        rt_chan_send(w.out, RT_CELL(i), NULL);
    rt_sender_release(w.out);
}
static const RtSpawnSite produce_site = {"produce", {NULL, 0, 0, NULL}, produce};

static void consume(RtTask *self)
{
    Work    w   = *(Work *)rt_task_args(self);
    int64_t sum = 0;
    RtCell  v;
    while (rt_chan_next(w.in, &v, NULL))
        sum += SIM_INT(v);
    self->result = RT_CELL(sum);
    rt_sender_release(w.out);
}
static const RtSpawnSite consume_site = {"consume", {NULL, 0, 0, NULL}, consume};

static void conserve(RtTask *self)
{
    RtSender   *tx;
    RtReceiver *rx;
    RtTask     *consumers[CONSUMERS];
    int64_t     sum = 0;
    rt_chan_new(16, 1, false, &tx, &rx);
    for (int i = 0; i < PRODUCERS; i++)
        start(&produce_site, (Work){NULL, tx, EACH, NULL});
    for (int i = 0; i < CONSUMERS; i++)
        consumers[i] = start(&consume_site, (Work){rx, NULL, 0, NULL});
    rt_sender_release(tx);
    for (int i = 0; i < CONSUMERS; i++) {
        rt_task_get(consumers[i], NULL);
        sum += SIM_INT(consumers[i]->result);
    }
    self->result = SIM_CELL(sum == (int64_t)PRODUCERS * EACH * (EACH - 1) / 2 ? 7 : 1);
}

START_TEST(no_value_is_lost_or_doubled)
{
    ck_assert_int_eq(run_program(conserve, worker_counts[_i]), 7);
}
END_TEST

/* ---- Preemption ---- */

static _Atomic bool stop_spinning;

static void spin(RtTask *self)
{
    (void)self;
    while (!atomic_load(&stop_spinning))
        RT_POLL();
}
static const RtSpawnSite spin_site = {"spin", {NULL, 0, 0, NULL}, spin};

static void set_stop(RtTask *self)
{
    (void)self;
    atomic_store(&stop_spinning, true);
}
static const RtSpawnSite stop_site = {"stop", {NULL, 0, 0, NULL}, set_stop};

static void outlive_spinners(RtTask *self)
{
    RtTask *spinners[8];
    for (int i = 0; i < 8; i++)
        spinners[i] = start(&spin_site, (Work){0});
    rt_task_get(start(&stop_site, (Work){0}), NULL);
    for (int i = 0; i < 8; i++)
        rt_task_get(spinners[i], NULL);
    self->result = SIM_CELL(7);
}

START_TEST(a_loop_without_end_does_not_stop_the_others)
{
    ck_assert_int_eq(run_program(outlive_spinners, worker_counts[_i]), 7);
}
END_TEST

static void end_beside_spinners(RtTask *self)
{
    for (int i = 0; i < 8; i++)
        start(&spin_site, (Work){0});
    self->result = SIM_CELL(9);
}

START_TEST(the_program_ends_with_its_main_task)
{
    ck_assert_int_eq(run_program(end_beside_spinners, worker_counts[_i]), 9);
}
END_TEST

static void collect_beside_spinners(RtTask *self)
{
    for (int i = 0; i < 8; i++)
        start(&spin_site, (Work){0});
    for (int i = 0; i < 20; i++)
        heap_collect();
    atomic_store(&stop_spinning, true);
    self->result = SIM_CELL(7);
}

START_TEST(a_loop_without_end_does_not_stop_the_collector)
{
    ck_assert_int_eq(run_program(collect_beside_spinners, worker_counts[_i]), 7);
}
END_TEST

/* ---- Failures ---- */

static int64_t deepen(int64_t n)
{
    static const RtPlace place = {"deep.pluto", 3, 5, "deepen"};
    volatile char        room[200];
    RT_ENTER(&place);
    room[0] = (char)n;
    return n < 0 ? 0 : deepen(n + 1) + room[0];
}

static void recurse(RtTask *self) { self->result = RT_CELL(deepen(0)); }
static const RtSpawnSite recurse_site = {"recurse", {"deep.pluto", 9, 1, "main"}, recurse};

static void recurse_in_task(RtTask *self)
{
    self->error = rt_task_get(start(&recurse_site, (Work){0}), NULL);
}

START_TEST(recursion_without_end_fails_in_main) { exit(run_program(recurse, "2")); }
END_TEST

START_TEST(recursion_without_end_fails_in_a_task) { exit(run_program(recurse_in_task, "2")); }
END_TEST

static void wait_for_nobody(RtTask *self)
{
    RtSender   *tx;
    RtReceiver *rx;
    RtCell      v;
    rt_chan_new(1, 1, false, &tx, &rx);
    self->error = rt_chan_recv(rx, &v, NULL);
    rt_sender_release(tx);
}

START_TEST(a_program_that_can_never_go_on_ends_with_status_2)
{
    exit(run_program(wait_for_nobody, worker_counts[_i]));
}
END_TEST

static void raise_error(RtTask *self)
{
    self->error = rt_error_with_message(RT_MATH_ERROR, "left main", NULL);
}

START_TEST(an_error_that_leaves_main_gives_status_1)
{
    ck_assert_int_eq(run_program(raise_error, "1"), 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s    = suite_create("sched");
    TCase *work = tcase_create("work");
    int    n    = (int)(sizeof worker_counts / sizeof *worker_counts);
    tcase_set_timeout(work, 120);
    tcase_add_loop_test(work, no_value_is_lost_or_doubled, 0, n);
    tcase_add_loop_test(work, a_loop_without_end_does_not_stop_the_others, 0, n);
    tcase_add_loop_test(work, the_program_ends_with_its_main_task, 0, n);
    tcase_add_loop_test(work, a_loop_without_end_does_not_stop_the_collector, 0, n);
    suite_add_tcase(s, work);
    TCase *failures = tcase_create("failures");
    tcase_set_timeout(failures, 60);
    tcase_add_exit_test(failures, recursion_without_end_fails_in_main, 1);
    tcase_add_exit_test(failures, recursion_without_end_fails_in_a_task, 1);
    tcase_add_loop_exit_test(failures, a_program_that_can_never_go_on_ends_with_status_2, 2, 0, n);
    tcase_add_test(failures, an_error_that_leaves_main_gives_status_1);
    suite_add_tcase(s, failures);
    return s;
}

int main(void) { return check_run(suite()); }
