/*
 * test_blocking.c - calls that block their thread: each test is a program in a process of its own.
 */
#define _GNU_SOURCE
#include "runtime/sched/blocking.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/check_main.h"
#include "tests/unit/runtime_fixture.h"
#include "tests/unit/sim.h"

static int run_program(void (*code)(RtTask *self), const char *workers)
{
    RtProgram program = {.main = {"main", {NULL, 0, 0, NULL}, code}};
    setenv("PLUTO_WORKERS", workers, 1);
    return rt_main(&program, 0, NULL);
}

/* Of the main task: what is asserted in it. */
static void check(RtTask *self, bool holds)
{
    if (!holds)
        self->result = SIM_CELL(1);
}

static RtTask *spawn(SimCode code, void *arg)
{
    RtTask *t = rt_task_new(&sim_site, sizeof(SimArgs));
    *(SimArgs *)rt_task_args(t) = (SimArgs){code, arg};
    rt_task_start(t);
    return t;
}

static int pipe_ends[2];

static void read_pipe(void *arg)
{
    ck_assert_int_eq(read(pipe_ends[0], arg, 1), 1);
}

static void write_pipe(void)
{
    ck_assert_int_eq(write(pipe_ends[1], "p", 1), 1);
}

/* ---- One call ---- */

static void note_thread(void *arg) { *(long *)arg = gettid(); }

static void call_once(RtTask *self)
{
    long thread = 0;
    rt_blocking(note_thread, &thread, NULL);
    check(self, thread != 0 && thread != gettid());
}

START_TEST(a_call_runs_on_another_thread_and_can_write_to_the_stack)
{
    ck_assert_int_eq(run_program(call_once, "1"), 0);
}
END_TEST

static void write_later(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    write_pipe();
}

static void block_one_worker(RtTask *self)
{
    char c = 0;
    check(self, pipe(pipe_ends) == 0);
    RtTask *t = spawn(write_later, NULL);
    rt_blocking(read_pipe, &c, NULL);
    check(self, c == 'p' && rt_task_get(t, NULL) == NULL);
}

START_TEST(the_worker_runs_other_tasks_meanwhile)
{
    ck_assert_int_eq(run_program(block_one_worker, "1"), 0);
}
END_TEST

/* Returns only when the worker sleeps, so that nothing could be found out in time by chance. */
static void wait_for_sleeping_worker(void *arg)
{
    while (!thread_is_asleep(*(long *)arg))
        ;
}

static void call_alone(RtTask *self)
{
    long thread = gettid();
    rt_blocking(wait_for_sleeping_worker, &thread, NULL);
    check(self, true);
}

START_TEST(a_call_in_flight_is_no_deadlock)
{
    ck_assert_int_eq(run_program(call_alone, "1"), 0);
}
END_TEST

static void call_when_cancelled(RtTask *self, void *arg)
{
    (void)self;
    rt_blocking(note_thread, arg, NULL);
}

static void cancel_first(RtTask *self)
{
    long    thread = 0;
    RtTask *t      = spawn(call_when_cancelled, &thread);
    rt_task_cancel(t);
    rt_task_get(t, NULL);
    check(self, thread != 0);
}

START_TEST(a_cancelled_task_still_makes_its_calls)
{
    ck_assert_int_eq(run_program(cancel_first, "1"), 0);
}
END_TEST

/* ---- Copied arguments ---- */

typedef struct Sum { const void *own; int64_t terms[40], sum; char c; bool is_copy; } Sum;

static void add_up(void *arg)
{
    Sum *s     = arg;
    s->is_copy = arg != s->own;
    read_pipe(&s->c);
    for (int i = 0; i < 40; i++)
        s->sum += s->terms[i];
}

static void call_copied(RtTask *self, void *arg)
{
    Sum s = {.own = &s};
    (void)arg;
    for (int i = 0; i < 40; i++)
        s.terms[i] = i;
    rt_blocking_copied(add_up, &s, sizeof s, NULL);
    bool right   = s.own == &s && s.is_copy && s.sum == 780 && s.c == 'p';
    self->result = SIM_CELL(right);
}

static void copy_there_and_back(RtTask *self)
{
    check(self, pipe(pipe_ends) == 0);
    write_pipe();
    call_copied(self, NULL);
    int64_t right = SIM_INT(self->result);
    self->result  = SIM_CELL(!right);                    /* the exit status */
}

START_TEST(copied_arguments_come_back_with_what_was_written)
{
    ck_assert_int_eq(run_program(copy_there_and_back, "1"), 0);
}
END_TEST

static void yield_once(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    sched_yield_task(READY_LAST);
}

/* With two stacks: other tasks need that of the task in the call. */
static void pack_in_a_call(RtTask *self)
{
    RtTask *others[8];
    check(self, pipe(pipe_ends) == 0);
    RtTask *t = spawn(call_copied, NULL);
    while (!blocking_in_flight())
        sched_yield_task(READY_LAST);
    for (int i = 0; i < 8; i++)
        others[i] = spawn(yield_once, NULL);
    for (int i = 0; i < 8; i++)
        rt_task_get(others[i], NULL);
    check(self, atomic_load(&t->sync->packed) != NULL);
    write_pipe();
    rt_task_get(t, NULL);
    check(self, SIM_INT(t->result) == 1);
}

START_TEST(a_task_whose_arguments_are_copied_is_packed_in_the_call)
{
    setenv("PLUTO_STACKS", "2", 1);
    ck_assert_int_eq(run_program(pack_in_a_call, "1"), 0);
}
END_TEST

/* ---- Many ---- */

enum { CALLS = 500, LIMIT = 3 };

static _Atomic int running, most;

static void read_pipe_counted(void *arg)
{
    int now = atomic_fetch_add(&running, 1) + 1, seen = atomic_load(&most);
    while (seen < now && !atomic_compare_exchange_weak(&most, &seen, now))
        ;
    read_pipe(arg);
    atomic_fetch_sub(&running, 1);
}

static void call_counted(RtTask *self, void *arg)
{
    char c = 0;
    (void)arg;
    rt_blocking(read_pipe_counted, &c, NULL);
    self->result = SIM_CELL(c);
}

static void start_many(RtTask *self)
{
    RtTask *tasks[CALLS];
    check(self, pipe(pipe_ends) == 0);
    for (int i = 0; i < CALLS; i++)
        tasks[i] = spawn(call_counted, NULL);
    while (atomic_load(&running) < LIMIT)
        sched_yield_task(READY_LAST);
    for (int i = 0; i < CALLS; i++)
        write_pipe();
    for (int i = 0; i < CALLS; i++) {
        rt_task_get(tasks[i], NULL);
        check(self, SIM_INT(tasks[i]->result) == 'p');
    }
    check(self, atomic_load(&most) == LIMIT);
}

START_TEST(no_more_threads_than_allowed)
{
    setenv("PLUTO_BLOCKING", "3", 1);
    ck_assert_int_eq(run_program(start_many, _i == 0 ? "1" : "4"), 0);
}
END_TEST

/* ---- The collector ---- */

static void call_with_a_string(RtTask *self, void *arg)
{
    const RtString *text = rt_string_new("still here", 10);
    char            c    = 0;
    (void)arg;
    rt_blocking(read_pipe, &c, NULL);
    self->result = SIM_CELL(strcmp(text->bytes, "still here") == 0);
    atomic_fetch_add(&running, SIM_INT(self->result));
}

static void collect_meanwhile(RtTask *self)
{
    check(self, pipe(pipe_ends) == 0);
    for (int i = 0; i < 20; i++)
        spawn(call_with_a_string, NULL);
    while (!blocking_in_flight())
        sched_yield_task(READY_LAST);
    sim_collect_and_overwrite();
    for (int i = 0; i < 20; i++)
        write_pipe();
    while (atomic_load(&running) < 20)
        sched_yield_task(READY_LAST);
}

START_TEST(nobody_else_holds_a_task_in_a_call)
{
    ck_assert_int_eq(run_program(collect_meanwhile, _i == 0 ? "1" : "4"), 0);
}
END_TEST

/* ---- The end ---- */

static void leave_a_call(RtTask *self)
{
    check(self, pipe(pipe_ends) == 0);
    spawn(call_counted, NULL);
    while (atomic_load(&running) == 0)
        sched_yield_task(READY_LAST);
}

START_TEST(a_call_that_never_returns_does_not_keep_the_program)
{
    ck_assert_int_eq(run_program(leave_a_call, "2"), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s   = suite_create("blocking");
    TCase *one = tcase_create("one call"), *many = tcase_create("many"), *end = tcase_create("end");
    tcase_add_test(one, a_call_runs_on_another_thread_and_can_write_to_the_stack);
    tcase_add_test(one, the_worker_runs_other_tasks_meanwhile);
    tcase_add_test(one, a_call_in_flight_is_no_deadlock);
    tcase_add_test(one, a_cancelled_task_still_makes_its_calls);
    tcase_add_test(one, copied_arguments_come_back_with_what_was_written);
    if (sim_collects())                                   /* nothing is packed there */
        tcase_add_test(one, a_task_whose_arguments_are_copied_is_packed_in_the_call);
    suite_add_tcase(s, one);
    tcase_set_timeout(many, 60);
    tcase_add_loop_test(many, no_more_threads_than_allowed, 0, 2);
    tcase_add_loop_test(many, nobody_else_holds_a_task_in_a_call, 0, 2);
    suite_add_tcase(s, many);
    tcase_add_test(end, a_call_that_never_returns_does_not_keep_the_program);
    suite_add_tcase(s, end);
    return s;
}

int main(void) { return check_run(suite()); }
