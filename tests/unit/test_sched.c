/*
 * test_sched.c - whole programs on several workers: each runs in a process of its own.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

static const char *const worker_counts[] = {"1", "2", "4", "8"};

/* Runs code as the main task of a program with that many workers; returns its exit status. */
static int run_program(void (*code)(RtTask *self), const char *workers)
{
    RtProgram program = {{"main", {NULL, 0, 0, NULL}, code}, false};
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
    rt_chan_new(RT_CHAN_BOUNDED, 16, 1, false, &tx, &rx);
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

/* ---- Workers ---- */

static _Atomic bool other_ran;

static void set_other_ran(RtTask *self)
{
    (void)self;
    atomic_store(&other_ran, true);
}
static const RtSpawnSite other_site = {"other", {NULL, 0, 0, NULL}, set_other_ran};

/* Without a safepoint: only another worker can help. */
static void await_other(void)
{
    while (!atomic_load(&other_ran))
        ;
}

/* With all sorts of pauses, so that the other worker is met spinning, asleep and on its way. */
static void spawn_and_await(RtTask *self)
{
    for (int i = 0; i < 4000; i++) {
        int64_t pause_end = rt_time_ns() + i % 400 * 500;
        while (rt_time_ns() < pause_end)
            ;
        atomic_store(&other_ran, false);
        start(&other_site, (Work){0});
        await_other();
    }
    self->result = SIM_CELL(7);
}

START_TEST(a_spawned_task_runs_beside_a_busy_one)
{
    ck_assert_int_eq(run_program(spawn_and_await, "2"), 7);
}
END_TEST

static void receive_and_set(RtTask *self)
{
    RtCell v;
    rt_chan_next(((Work *)rt_task_args(self))->in, &v, NULL);
    atomic_store(&other_ran, true);
}
static const RtSpawnSite receive_site = {"receive", {NULL, 0, 0, NULL}, receive_and_set};

static void hand_over_and_await(RtTask *self)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    RtTask *t = start(&receive_site, (Work){rx, NULL, 0, NULL});
    while (!sim_parked(t))
        sched_yield_task(READY_LAST);
    for (int64_t end = rt_time_ns() + 20000000; rt_time_ns() < end;)
        ;                                                /* until the other worker sleeps */
    rt_chan_try_send(tx, SIM_CELL(1), NULL);
    await_other();
    self->result = SIM_CELL(7);
}

START_TEST(a_task_handed_a_value_does_not_wait_for_a_busy_one_for_ever)
{
    ck_assert_int_eq(run_program(hand_over_and_await, "2"), 7);
}
END_TEST

enum { ROUNDS = SIM_NO_COLLECTOR ? 3000 : 20000 };

static void return_n(RtTask *self) { self->result = RT_CELL(((Work *)rt_task_args(self))->n); }
static const RtSpawnSite return_site = {"return", {NULL, 0, 0, NULL}, return_n};

static void spawn_and_get(RtTask *self)
{
    bool right = true;
    for (int64_t i = 0; i < ROUNDS; i++) {
        RtTask *t = start(&return_site, (Work){NULL, NULL, i, NULL});
        if (i % 3 == 0)
            sched_yield_task(READY_LAST);                /* so that it is ending just now */
        rt_task_get(t, NULL);
        right &= RT_UNCELL(int64_t, t->result) == i;
    }
    self->result = SIM_CELL(right ? 7 : 1);
}

START_TEST(get_meets_the_end_at_any_moment)
{
    ck_assert_int_eq(run_program(spawn_and_get, worker_counts[_i]), 7);
}
END_TEST

/* ---- Order: on one worker, step by step ---- */

static int     order[3 * RUNQ_CAP], ran;
static int64_t hand_offs;

static void note(RtTask *self, void *arg)
{
    (void)self;
    order[ran++] = (int)(intptr_t)arg;
}

static void receive_and_note(RtTask *self, void *arg)
{
    RtCell v;
    rt_chan_recv(arg, &v, NULL);
    note(self, (void *)1);
}

START_TEST(who_is_handed_a_value_runs_next)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    sim_spawn(receive_and_note, rx);
    sim_run_until_idle();
    sim_spawn(note, (void *)2);
    rt_chan_try_send(tx, SIM_CELL(0), NULL);
    sim_run_until_idle();
    ck_assert_int_eq(ran, 2);
    ck_assert_int_eq(order[0], 1);
}
END_TEST

typedef struct Pair { RtReceiver *in; RtSender *out; } Pair;

static void bounce(RtTask *self, void *arg)
{
    Pair  *p = arg;
    RtCell v;
    (void)self;
    for (int i = 0; i < 5000; i++) {
        hand_offs++;
        rt_chan_send(p->out, SIM_CELL(i), NULL);
        rt_chan_recv(p->in, &v, NULL);
    }
}

static void note_hand_offs(RtTask *self, void *arg)
{
    (void)arg;
    self->result = RT_CELL(hand_offs);
}

START_TEST(a_pair_that_hands_over_does_not_starve_the_others)
{
    static Pair there, back;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &there.out, &back.in);
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &back.out, &there.in);
    sim_spawn(bounce, &there);
    sim_spawn(bounce, &back);
    RtTask *t = sim_spawn(note_hand_offs, NULL);
    RtTask *u = rt_task_new(&sim_site, sizeof(SimArgs));
    ((SimArgs *)rt_task_args(u))->code = note_hand_offs;
    sched_ready(u, READY_GLOBAL);
    sim_run_until_idle();
    ck_assert_int_eq(hand_offs, 10000);
    ck_assert_int_lt(SIM_INT(t->result), 100);
    ck_assert_int_lt(SIM_INT(u->result), 200);
}
END_TEST

static void yield_often(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    for (int i = 0; i < 5000; i++) {
        hand_offs++;
        sched_yield_task(READY_LAST);
    }
}

START_TEST(the_ring_does_not_starve_the_global_queue)
{
    sim_spawn(yield_often, NULL);
    RtTask *t = rt_task_new(&sim_site, sizeof(SimArgs));
    ((SimArgs *)rt_task_args(t))->code = note_hand_offs;
    sched_ready(t, READY_GLOBAL);
    sim_run_until_idle();
    ck_assert_int_lt(SIM_INT(t->result), 200);
}
END_TEST

START_TEST(every_task_runs_once_when_the_ring_overflows)
{
    static bool seen[3 * RUNQ_CAP];
    for (intptr_t i = 0; i < 3 * RUNQ_CAP; i++)
        sim_spawn(note, (void *)i);
    sim_run_until_idle();
    ck_assert_int_eq(ran, 3 * RUNQ_CAP);
    for (int i = 0; i < ran; i++) {
        ck_assert(!seen[order[i]]);
        seen[order[i]] = true;
    }
}
END_TEST

/* ---- The end ---- */

/* Leaves tasks in every state behind: parked, just woken, runnable. */
static void leave_all_behind(RtTask *self)
{
    RtSender   *tx;
    RtReceiver *rx;
    RtTask     *t = NULL;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    for (int i = 0; i < 5; i++)
        t = start(&receive_site, (Work){rx, NULL, 0, NULL});
    while (!sim_parked(t))
        sched_yield_task(READY_LAST);
    rt_chan_try_send(tx, SIM_CELL(1), NULL);
    rt_chan_try_send(tx, SIM_CELL(2), NULL);
    start(&return_site, (Work){0});
    self->result = SIM_CELL(7);
}

START_TEST(what_is_left_at_the_end_is_released_once)
{
    setenv("PLUTO_TASK_STATS", "1", 1);
    dup2(memfd_create("err", 0), STDERR_FILENO);
    ck_assert_int_eq(run_program(leave_all_behind, worker_counts[_i]), 7);
    char text[256] = "";
    ck_assert_int_gt(pread(STDERR_FILENO, text, sizeof text - 1, 0), 0);
    ck_assert_msg(strstr(text, ": 7 created, 7 released, 0 alive\n") != NULL, "%s", text);
}
END_TEST

static void end_while_a_spinner_starts(RtTask *self)
{
    volatile int wait = 0;
    start(&spin_site, (Work){0});
    for (int i = 0; i < self->id + 2000 * (int)(rt_time_ns() % 50); i++)
        wait = i;
    self->result = SIM_CELL(wait >= 0 ? 9 : 1);
}

/* For a worker that does not hear of the end, the others wait a second. */
START_TEST(a_task_that_starts_at_the_end_hears_of_it)
{
    for (int i = 0; i < 150; i++) {
        int     status;
        int64_t start_ns = rt_time_ns();
        pid_t   child    = fork();
        if (child == 0)
            _exit(run_program(end_while_a_spinner_starts, "2"));
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(WEXITSTATUS(status), 9);
        ck_assert_int_lt(rt_time_ns() - start_ns, 900000000);
    }
}
END_TEST

static _Atomic bool hogging;

/* Keeps the thread of rt_main for ever. */
static void hog(RtTask *self)
{
    (void)self;
    while (rt_worker()->number != 0)
        sched_yield_task(READY_GLOBAL);
    atomic_store(&hogging, true);
    for (;;)
        pause();
}
static const RtSpawnSite hog_site = {"hog", {NULL, 0, 0, NULL}, hog};

static void end_beside_hog(RtTask *self)
{
    start(&hog_site, (Work){0});
    while (!atomic_load(&hogging))
        sched_yield_task(READY_GLOBAL);
    self->result = SIM_CELL(9);
}

START_TEST(the_program_ends_although_its_first_thread_is_stuck)
{
    exit(run_program(end_beside_hog, "2"));
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
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
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
    tcase_add_test(work, a_spawned_task_runs_beside_a_busy_one);
    tcase_add_test(work, a_task_handed_a_value_does_not_wait_for_a_busy_one_for_ever);
    tcase_add_loop_test(work, get_meets_the_end_at_any_moment, 0, n);
    suite_add_tcase(s, work);
    TCase *in_order = tcase_create("order");
    tcase_add_checked_fixture(in_order, sim_setup, NULL);
    tcase_add_test(in_order, who_is_handed_a_value_runs_next);
    tcase_add_test(in_order, a_pair_that_hands_over_does_not_starve_the_others);
    tcase_add_test(in_order, the_ring_does_not_starve_the_global_queue);
    tcase_add_test(in_order, every_task_runs_once_when_the_ring_overflows);
    suite_add_tcase(s, in_order);
    TCase *end = tcase_create("end");
    tcase_set_timeout(end, 120);
    tcase_add_loop_test(end, what_is_left_at_the_end_is_released_once, 0, n);
    tcase_add_exit_test(end, the_program_ends_although_its_first_thread_is_stuck, 9);
    if (sim_collects())
        tcase_add_test(end, a_task_that_starts_at_the_end_hears_of_it);
    suite_add_tcase(s, end);
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
