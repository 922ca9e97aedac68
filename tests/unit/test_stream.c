/*
 * test_stream.c - runtime/task/stream.c: generators step by step, what they keep alive, what they
 * may do on their own stack. Programs with several workers run in a process of their own.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

/* ---- Generators, as emitted C has them ---- */

typedef struct Args { int64_t from, to; RtStream *inner; RtReceiver *rx; void *object; } Args;

static RtStream *make(const RtStreamSite *site, Args a)
{
    RtStream *s = rt_stream_new(site, sizeof a);
    memcpy(rt_stream_args(s), &a, sizeof a);
    return s;
}

static _Atomic int64_t steps;            /* of all bodies of count_up */

static RtError *count_up(RtStream *self)
{
    Args a = *(Args *)rt_stream_args(self);
    for (int64_t i = a.from; i < a.to; i++) {
        RT_POLL();
        steps++;
        rt_stream_yield(self, RT_CELL(i));
    }
    return NULL;
}
static const RtStreamSite count_site = {"count", {"gen.pluto", 1, 1, "count"}, count_up};

/* Adds 1 to what the inner stream gives. */
static RtError *add_one(RtStream *self)
{
    RtStream *inner = ((Args *)rt_stream_args(self))->inner;
    RtError  *error;
    RtCell    v;
    while (rt_stream_next(inner, &v, &error)) {
        int64_t n = SIM_INT(v);
        rt_stream_yield(self, SIM_CELL(n + 1));
    }
    return error;
}
static const RtStreamSite add_site = {"add_one", {"gen.pluto", 2, 1, "add_one"}, add_one};

/* Yields once, then raises. */
static RtError *raise_second(RtStream *self)
{
    rt_stream_yield(self, SIM_CELL(1));
    return rt_error_with_message(RT_MATH_ERROR, "in the generator", NULL);
}
static const RtStreamSite raise_site = {"raise", {"gen.pluto", 3, 1, "raise"}, raise_second};

/* Yields what it receives. */
static RtError *relay(RtStream *self)
{
    RtReceiver *rx = ((Args *)rt_stream_args(self))->rx;
    RtCell      v;
    while (rt_chan_next(rx, &v, NULL))
        rt_stream_yield(self, v);
    return NULL;
}
static const RtStreamSite relay_site = {"relay", {"gen.pluto", 4, 1, "relay"}, relay};

static int64_t left_at;

static RtError *count_until_left(RtStream *self)
{
    for (int64_t i = 1;; i++) {
        if (rt_stream_yield(self, RT_CELL(i))) {
            left_at = i;
            return NULL;
        }
    }
}
static const RtStreamSite until_site = {"until", {"gen.pluto", 5, 1, "until"}, count_until_left};

/* The sum of all elements, or -1 after an error. */
static int64_t sum_of(RtStream *s)
{
    RtError *error;
    RtCell   v;
    int64_t  sum = 0;
    while (rt_stream_next(s, &v, &error))
        sum += SIM_INT(v);
    return error == NULL ? sum : -1;
}

/* Runs code as a task to its end, or until nothing goes on. */
static RtTask *run_task(SimCode code, void *arg)
{
    RtTask *t = sim_spawn(code, arg);
    sim_run_until_idle();
    return t;
}

/* ---- Leaving ---- */

static void leave_after_two(RtTask *self, void *arg)
{
    RtStream *s = make(&until_site, (Args){0});
    RtError  *error;
    RtCell    v;
    (void)arg;
    rt_stream_leave(s);                                  /* not begun: nothing to leave */
    ck_assert(rt_stream_next(s, &v, &error));
    ck_assert(rt_stream_next(s, &v, &error));
    ck_assert_int_eq(left_at, 0);
    uint32_t used = stack_used();
    rt_stream_leave(s);
    ck_assert_int_eq(left_at, 2);
    ck_assert(rt_stream_next(make(&until_site, (Args){0}), &v, &error));
    ck_assert_uint_eq(stack_used(), used);               /* on the stack that was given back */
    rt_stream_leave(s);
    rt_stream_leave(NULL);
    ck_assert_int_eq(left_at, 2);
    ck_assert(!rt_stream_next(s, &v, &error));
    ck_assert_ptr_null(error);
    self->result = SIM_CELL(1);
}

START_TEST(a_body_returns_from_its_yield_when_its_stream_is_left)
{
    ck_assert_int_eq(SIM_INT(run_task(leave_after_two, NULL)->result), 1);
}
END_TEST

/* ---- Order ---- */

static void take_three(RtTask *self, void *arg)
{
    RtStream *s = make(&count_site, (Args){.from = 5, .to = 8});
    RtError  *error;
    RtCell    v;
    (void)arg;
    ck_assert_int_eq(steps, 0);                          /* nothing of the body has run */
    for (int64_t i = 5; i < 8; i++) {
        ck_assert(rt_stream_next(s, &v, &error));
        ck_assert_int_eq(SIM_INT(v), i);
        ck_assert_int_eq(steps, i - 4);                  /* no further than to this element */
    }
    for (int i = 0; i < 3; i++) {
        ck_assert(!rt_stream_next(s, &v, &error));
        ck_assert_ptr_null(error);
    }
    ck_assert_int_eq(((Args *)rt_stream_args(s))->to, 0);     /* no longer kept */
    self->result = SIM_CELL(7);
}

START_TEST(elements_come_in_order_one_at_a_time_then_the_end)
{
    ck_assert_int_eq(SIM_INT(run_task(take_three, NULL)->result), 7);
}
END_TEST

static void take_alternately(RtTask *self, void *arg)
{
    RtStream *a = make(&count_site, (Args){.from = 0, .to = 100});
    RtStream *b = make(&count_site, (Args){.from = 1000, .to = 1100});
    RtError  *error;
    RtCell    v;
    (void)arg;
    for (int64_t i = 0; i < 100; i++) {
        ck_assert(rt_stream_next(a, &v, &error) && SIM_INT(v) == i);
        ck_assert(rt_stream_next(b, &v, &error) && SIM_INT(v) == 1000 + i);
    }
    self->result = SIM_CELL(7);
}

START_TEST(streams_of_one_generator_are_independent)
{
    ck_assert_int_eq(SIM_INT(run_task(take_alternately, NULL)->result), 7);
}
END_TEST

static void take_with_error(RtTask *self, void *arg)
{
    RtStream *s = make(&raise_site, (Args){0});
    RtCell    v;
    (void)arg;
    ck_assert(rt_stream_next(s, &v, &self->error));
    ck_assert_ptr_null(self->error);
    ck_assert(!rt_stream_next(s, &v, &self->error));
    RtError *again;
    ck_assert(!rt_stream_next(s, &v, &again));
    ck_assert_ptr_null(again);
}

START_TEST(an_error_ends_the_stream_and_is_given_once)
{
    RtTask *t = run_task(take_with_error, NULL);
    ck_assert_str_eq(rt_error_message(t->error)->bytes, "in the generator");
}
END_TEST

static void pass_through_ten(RtTask *self, void *arg)
{
    RtStream *s = make(&count_site, (Args){.from = 0, .to = 1000});
    (void)arg;
    for (int i = 0; i < 10; i++)
        s = make(&add_site, (Args){.inner = s});
    self->result = SIM_CELL(sum_of(s));
    ck_assert_ptr_null(self->stream);
}

START_TEST(streams_nest)
{
    ck_assert_int_eq(SIM_INT(run_task(pass_through_ten, NULL)->result), 999 * 500 + 10 * 1000);
}
END_TEST

static RtStream *handed_on;              /* a root */

static void begin_it(RtTask *self, void *arg)
{
    RtError *error;
    RtCell   v;
    (void)arg;
    handed_on = make(&count_site, (Args){.from = 1, .to = 11});
    ck_assert(rt_stream_next(handed_on, &v, &error));
    self->result = v;
}
static void finish_it(RtTask *self, void *arg)
{
    (void)arg;
    self->result = SIM_CELL(sum_of(handed_on));
}

START_TEST(another_task_may_go_on_with_a_stream)
{
    ck_assert_int_eq(SIM_INT(run_task(begin_it, NULL)->result), 1);
    sim_collect_and_overwrite();
    ck_assert_int_eq(SIM_INT(run_task(finish_it, NULL)->result), 54);
}
END_TEST

/* ---- Parking ---- */

static void sum_relay(RtTask *self, void *arg)
{
    RtStream *s = make(&relay_site, (Args){.rx = arg});
    self->result = SIM_CELL(sum_of(make(&add_site, (Args){.inner = s})));
}

START_TEST(a_generator_may_park)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 4, 1, false, &tx, &rx);
    RtTask *t = sim_spawn(sum_relay, rx);
    sim_run_until_idle();
    for (int64_t i = 1; i <= 3; i++) {
        ck_assert(sim_parked(t));
        ck_assert_ptr_nonnull(t->stream);
        sim_collect_and_overwrite();
        ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(10 * i), NULL));
        sim_run_until_idle();
    }
    rt_sender_release(tx);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_int_eq(SIM_INT(t->result), 63);
}
END_TEST

/* ---- What is kept, what is reclaimed ---- */

/* Holds an object that nothing else does, across yields. */
static RtError *hold(RtStream *self)
{
    const RtString *mine = rt_string_new("only on this stack", 18);
    rt_stream_yield(self, SIM_CELL(1));
    rt_stream_yield(self, RT_CELL(mine));
    return NULL;
}
static const RtStreamSite hold_site = {"hold", {"gen.pluto", 5, 1, "hold"}, hold};

static void collect_while_suspended(RtTask *self, void *arg)
{
    RtStream *s = make(&hold_site, (Args){0});
    RtError  *error;
    (void)arg;
    rt_stream_next(s, &self->result, &error);
    sim_collect_and_overwrite();
    rt_stream_next(s, &self->result, &error);
}

START_TEST(a_suspended_stack_keeps_what_it_holds)
{
    RtTask *t = run_task(collect_while_suspended, NULL);
    ck_assert_str_eq(RT_UNCELL(const RtString *, t->result)->bytes, "only on this stack");
}
END_TEST

static RtError *collect_inside(RtStream *self)
{
    sim_collect_and_overwrite();
    rt_stream_yield(self, SIM_CELL(1));
    sim_collect_and_overwrite();
    return NULL;
}
static const RtStreamSite collect_site = {"collect", {"gen.pluto", 6, 1, "c"}, collect_inside};

static void hold_in_caller(RtTask *self, void *arg)
{
    const RtString *mine = rt_string_new("only on the caller's", 20);
    RtStream       *s    = make(&collect_site, (Args){0});
    (void)arg;
    ck_assert_int_eq(sum_of(s), 1);
    self->result = RT_CELL(mine);
}

START_TEST(the_callers_stack_keeps_what_it_holds_while_the_body_collects)
{
    RtTask *t = run_task(hold_in_caller, NULL);
    ck_assert_str_eq(RT_UNCELL(const RtString *, t->result)->bytes, "only on the caller's");
}
END_TEST

/* A chain of these, each with a string on its stack, above one that collects. */
static RtError *hold_and_go_deeper(RtStream *self)
{
    Args             a    = *(Args *)rt_stream_args(self);
    const RtString  *mine = rt_string_new("level", 5);
    RtStream        *s    = a.to == 0 ? make(&collect_site, (Args){0})
                                      : make(self->site, (Args){.to = a.to - 1});
    int64_t          sum  = sum_of(s);
    if (strcmp(mine->bytes, "level") == 0)
        sum++;
    rt_stream_yield(self, SIM_CELL(sum));
    return NULL;
}
static const RtStreamSite deeper_site = {"deeper", {"gen.pluto", 7, 1, "d"}, hold_and_go_deeper};

static void hold_at_ten_levels(RtTask *self, void *arg)
{
    (void)arg;
    self->result = SIM_CELL(sum_of(make(&deeper_site, (Args){.to = 9})));
}

START_TEST(each_stack_of_a_chain_is_kept)
{
    ck_assert_int_eq(SIM_INT(run_task(hold_at_ten_levels, NULL)->result), 11);
}
END_TEST

/* Parks inside a body: the strings of both stacks have to last until it goes on. */
static RtError *hold_and_receive(RtStream *self)
{
    const RtString *mine = rt_string_new("body", 4);
    RtCell          v;
    rt_chan_recv(((Args *)rt_stream_args(self))->rx, &v, NULL);
    rt_stream_yield(self, RT_CELL(mine));
    return NULL;
}
static const RtStreamSite receive_site = {"receive", {"gen.pluto", 8, 1, "r"}, hold_and_receive};

static void hold_and_park_inside(RtTask *self, void *arg)
{
    const RtString *mine = rt_string_new("caller", 6);
    RtStream       *s    = make(&receive_site, (Args){.rx = arg});
    RtError        *error;
    RtCell          v;
    rt_stream_next(s, &v, &error);
    const RtString *body = RT_UNCELL(const RtString *, v);
    self->result = RT_CELL(rt_string_concat(mine, body));
}

START_TEST(both_stacks_are_kept_while_the_task_is_parked_in_the_body)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    RtTask *t = sim_spawn(hold_and_park_inside, rx);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(0), NULL));
    sim_run_until_idle();
    ck_assert_str_eq(RT_UNCELL(const RtString *, t->result)->bytes, "callerbody");
}
END_TEST

static void fill_args(RtTask *self, void *arg)
{
    (void)arg;
    (void)self;
    handed_on = make(&count_site, (Args){.object = (void *)rt_string_new("an argument", 11)});
}

START_TEST(a_stream_keeps_its_arguments)
{
    run_task(fill_args, NULL);
    sim_collect_and_overwrite();
    const RtString *s = ((Args *)rt_stream_args(handed_on))->object;
    ck_assert_str_eq(s->bytes, "an argument");
}
END_TEST

/* A body that holds an object which counts its release. */
static RtError *hold_counted(RtStream *self)
{
    SimCounted *mine = sim_counted(((Args *)rt_stream_args(self))->object);
    for (int64_t i = 0; i < 1000000; i++)
        rt_stream_yield(self, RT_CELL(i));
    rt_keep(mine);
    return NULL;
}
static const RtStreamSite counted_site = {"counted", {"gen.pluto", 9, 1, "h"}, hold_counted};

static int64_t released;

static __attribute__((noinline, unused)) void begin_and_leave(int n)
{
    RtError *error;
    RtCell   v;
    for (int i = 0; i < n; i++)
        rt_stream_next(make(&counted_site, (Args){.object = &released}), &v, &error);
}

static void abandon_many(RtTask *self, void *arg)
{
    (void)self;
    for (int round = 0; round < 20; round++)
        begin_and_leave((int)(intptr_t)arg);
}

/* PLUTO_STACKS is far below what is abandoned. */
START_TEST(abandoned_streams_are_reclaimed_with_their_stacks)
{
    run_task(abandon_many, (void *)200);
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_int_ge(released, 4000 - 20);
    ck_assert_int_le(released, 4000);
}
END_TEST

static void end_many(RtTask *self, void *arg)
{
    int64_t sum = 0;
    (void)arg;
    for (int64_t i = 0; i < 5000; i++)
        sum += sum_of(make(&count_site, (Args){.from = i, .to = i + 1}));
    self->result = SIM_CELL(sum);
}

START_TEST(a_stream_that_ends_gives_its_stack_back_at_once)
{
    size_t before = heap_collections();
    ck_assert_int_eq(SIM_INT(run_task(end_many, NULL)->result), 4999 * 2500);
    ck_assert_uint_le(heap_collections() - before, 2);
}
END_TEST

/* Has many at a time, each with a number of its own on its stack. */
static void interleave(RtTask *self, void *arg)
{
    RtStream *s[400];
    RtError  *error;
    RtCell    v;
    (void)arg;
    for (int64_t i = 0; i < 400; i++)
        s[i] = make(&count_site, (Args){.from = 1000 * i, .to = 1000 * i + 3});
    for (int64_t n = 0; n < 3; n++) {
        for (int64_t i = 0; i < 400; i++)
            ck_assert(rt_stream_next(s[i], &v, &error) && SIM_INT(v) == 1000 * i + n);
        for (int64_t i = 0; i < 400 && n == 0; i++)
            for (int64_t k = 0; k < i; k++)
                ck_assert_uint_ne(s[i]->slot, s[k]->slot);
    }
    self->result = SIM_CELL(7);
}

static void never_begin(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    for (int i = 0; i < 1000; i++)
        make(&count_site, (Args){0});
}

START_TEST(no_stack_is_given_back_twice)
{
    run_task(end_many, NULL);
    run_task(never_begin, NULL);
    if (sim_collects())
        run_task(abandon_many, (void *)50);
    sim_collect_and_overwrite();
    ck_assert_int_eq(SIM_INT(run_task(interleave, NULL)->result), 7);
}
END_TEST

static __attribute__((noinline)) void park_inside_and_forget(int n)
{
    for (int i = 0; i < n; i++) {
        RtSender   *tx;
        RtReceiver *rx;
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
        sim_spawn(sum_relay, rx);
        sim_run_until_idle();
    }
}

/* Three stacks each: the task's and two of streams. */
START_TEST(a_task_that_nobody_can_wake_is_reclaimed_with_its_streams)
{
    for (int round = 0; round < 30; round++)
        park_inside_and_forget(50);
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_int_le(sim_syncs_alive(), 15);
}
END_TEST

/* Each element is made, and every allocation of the program collects. */
static RtError *make_strings(RtStream *self)
{
    for (int64_t i = 0; i < 200; i++) {
        const RtString *s = rt_string_new("0123456789abcdefghij", i % 20);
        rt_stream_yield(self, RT_CELL(s));
    }
    return NULL;
}
static const RtStreamSite strings_site = {"strings", {"gen.pluto", 10, 1, "m"}, make_strings};

static void join_strings(RtTask *self, void *arg)
{
    RtStream       *s   = make(&strings_site, (Args){0});
    const RtString *all = rt_string_new("", 0);
    RtError        *error;
    RtCell          v;
    (void)arg;
    while (rt_stream_next(s, &v, &error))
        all = rt_string_concat(all, RT_UNCELL(const RtString *, v));
    self->result = SIM_CELL(all->len);
}

START_TEST(collecting_all_the_time_changes_nothing)
{
    ck_assert_int_eq(SIM_INT(run_task(join_strings, NULL)->result), 1900);
    ck_assert_int_eq(SIM_INT(run_task(hold_at_ten_levels, NULL)->result), 11);
}
END_TEST

/* ---- Several workers ---- */

static const char *const worker_counts[] = {"1", "2", "4"};

static int run_program(void (*code)(RtTask *self), const char *workers)
{
    RtProgram program = {{"main", {NULL, 0, 0, NULL}, code}, false};
    setenv("PLUTO_WORKERS", workers, 1);
    return rt_main(&program, 0, NULL);
}

enum { TASKS = 8, ELEMENTS = 2000 };
typedef struct Work { RtReceiver *in; RtSender *out; int64_t n; } Work;

static RtTask *start(const RtSpawnSite *site, Work w)
{
    RtTask *t = rt_task_new(site, sizeof w);
    memcpy(rt_task_args(t), &w, sizeof w);
    rt_sender_retain(w.out);
    rt_task_start(t);
    return t;
}

static void send_all(RtTask *self)
{
    Work w = *(Work *)rt_task_args(self);
    for (int64_t i = 0; i < w.n; i++)
        rt_chan_send(w.out, RT_CELL(i), NULL);
    rt_sender_release(w.out);
}
static const RtSpawnSite send_site = {"send", {NULL, 0, 0, NULL}, send_all};

/* Parks inside two nested bodies; who wakes it may be any worker. */
static void consume(RtTask *self)
{
    sum_relay(self, ((Work *)rt_task_args(self))->in);
}
static const RtSpawnSite consume_site = {"consume", {NULL, 0, 0, NULL}, consume};

static void relay_everywhere(RtTask *self)
{
    RtTask *consumers[TASKS];
    int64_t sum = 0;
    for (int i = 0; i < TASKS; i++) {
        RtSender   *tx;
        RtReceiver *rx;
        rt_chan_new(RT_CHAN_BOUNDED, 3, 1, false, &tx, &rx);
        consumers[i] = start(&consume_site, (Work){.in = rx});
        start(&send_site, (Work){.out = tx, .n = ELEMENTS});
        rt_sender_release(tx);
    }
    for (int i = 0; i < TASKS; i++) {
        rt_task_get(consumers[i], NULL);
        sum += SIM_INT(consumers[i]->result);
    }
    self->result = SIM_CELL(sum == (int64_t)TASKS * ELEMENTS * (ELEMENTS + 1) / 2 ? 7 : 1);
}

START_TEST(a_body_goes_on_on_any_worker)
{
    ck_assert_int_eq(run_program(relay_everywhere, worker_counts[_i]), 7);
}
END_TEST

/* At every safepoint the task yields: in bodies and between them. */
START_TEST(a_body_is_preempted_anywhere)
{
    setenv("PLUTO_SCHED_STRESS", "1", 1);
    ck_assert_int_eq(run_program(relay_everywhere, worker_counts[_i]), 7);
}
END_TEST

static _Atomic bool stop_spinning;

static RtError *spin(RtStream *self)
{
    while (!atomic_load(&stop_spinning))
        RT_POLL();
    rt_stream_yield(self, SIM_CELL(7));
    return NULL;
}
static const RtStreamSite spin_site = {"spin", {"gen.pluto", 11, 1, "spin"}, spin};

static void spin_in_body(RtTask *self)
{
    self->result = SIM_CELL(sum_of(make(&spin_site, (Args){0})));
}
static const RtSpawnSite spinner_site = {"spinner", {NULL, 0, 0, NULL}, spin_in_body};

/* Switches all the time: a request to yield must not get lost for ever. */
static void switch_until_stopped(RtTask *self)
{
    RtStream *s = make(&count_site, (Args){.from = 0, .to = INT64_MAX});
    RtError  *error;
    RtCell    v;
    while (!atomic_load(&stop_spinning) && rt_stream_next(s, &v, &error))
        ;
    self->result = SIM_CELL(7);
}
static const RtSpawnSite switcher_site = {"switcher", {NULL, 0, 0, NULL}, switch_until_stopped};

static void set_stop(RtTask *self)
{
    (void)self;
    atomic_store(&stop_spinning, true);
}
static const RtSpawnSite stop_site = {"stop", {NULL, 0, 0, NULL}, set_stop};

static void outlive_bodies(RtTask *self)
{
    RtTask *t[6];
    for (int i = 0; i < 6; i++)
        t[i] = start(i % 2 == 0 ? &spinner_site : &switcher_site, (Work){0});
    rt_task_get(start(&stop_site, (Work){0}), NULL);
    self->result = SIM_CELL(0);
    for (int i = 0; i < 6; i++) {
        rt_task_get(t[i], NULL);
        self->result.word[0] += t[i]->result.word[0];
    }
}

START_TEST(a_body_without_end_does_not_stop_the_others)
{
    ck_assert_int_eq(run_program(outlive_bodies, worker_counts[_i]), 42);
}
END_TEST

/* Streams left in all states: not begun, suspended, running in a parked task, ended. */
static void leave_streams_behind(RtTask *self)
{
    RtSender   *tx;
    RtReceiver *rx;
    RtError    *error;
    RtCell      v;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    RtTask *t = start(&consume_site, (Work){.in = rx});
    while (!sim_parked(t))
        sched_yield_task(READY_LAST);
    make(&count_site, (Args){.to = 5});
    rt_stream_next(make(&count_site, (Args){.to = 5}), &v, &error);
    sum_of(make(&count_site, (Args){.to = 5}));
    self->result = SIM_CELL(7);
}

START_TEST(what_is_left_at_the_end_is_released_once)
{
    setenv("PLUTO_TASK_STATS", "1", 1);
    dup2(memfd_create("err", 0), STDERR_FILENO);
    ck_assert_int_eq(run_program(leave_streams_behind, worker_counts[_i]), 7);
    char text[256] = "";
    ck_assert_int_gt(pread(STDERR_FILENO, text, sizeof text - 1, 0), 0);
    ck_assert_msg(strstr(text, ": 2 created, 2 released, 0 alive\n") != NULL, "%s", text);
}
END_TEST

/* ---- Failures ---- */

/* What the program, which has to end with status 1, says on standard error. */
static const char *failure_of(void (*code)(RtTask *self))
{
    static char text[512];
    int         err = memfd_create("err", 0), status;
    pid_t       child = fork();
    if (child == 0) {
        dup2(err, STDERR_FILENO);
        _exit(run_program(code, "1"));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_ge(pread(err, text, sizeof text - 1, 0), 0);
    close(err);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 1, "status %x: %s", status, text);
    return text;
}

static int64_t deepen(int64_t n)
{
    static const RtPlace place = {"deep.pluto", 3, 5, "deepen"};
    volatile char        room[200];
    RT_ENTER(&place);
    room[0] = (char)n;
    return n < 0 ? 0 : deepen(n + 1) + room[0];
}

static RtError *recurse(RtStream *self)
{
    rt_stream_yield(self, SIM_CELL(1));
    rt_stream_yield(self, SIM_CELL(deepen(0)));
    return NULL;
}
static const RtStreamSite recurse_site = {"recurse", {"deep.pluto", 9, 1, "recurse"}, recurse};

static void overflow_in_body(RtTask *self)
{
    self->result = SIM_CELL(sum_of(make(&recurse_site, (Args){0})));
}

START_TEST(recursion_without_end_in_a_body_fails)
{
    ck_assert_str_eq(failure_of(overflow_in_body), "pluto: stack overflow\n"
                                                   "  at deep.pluto:3:5 in deepen\n"
                                                   "  task 1 (main)\n");
}
END_TEST

static void overflow_beside_body(RtTask *self)
{
    RtStream *s = make(&count_site, (Args){.to = 3});
    RtError  *error;
    RtCell    v;
    while (rt_stream_next(s, &v, &error))
        ;
    self->result = SIM_CELL(deepen(0));
}

START_TEST(recursion_without_end_in_the_caller_fails)
{
    ck_assert_str_eq(failure_of(overflow_beside_body), "pluto: stack overflow\n"
                                                       "  at deep.pluto:3:5 in deepen\n"
                                                       "  task 1 (main)\n");
}
END_TEST

static void ask_then_switch(RtTask *self)
{
    RtStream *s     = make(&count_site, (Args){.to = 3});
    uint32_t  ticks = rt_worker()->ticks;
    RtError  *error;
    RtCell    v;
    sched_ask_to_yield(rt_worker());
    rt_stream_next(s, &v, &error);
    self->result = SIM_CELL(rt_worker()->ticks == ticks + 1 ? 7 : 1);
}

START_TEST(a_request_to_yield_outlasts_a_switch)
{
    ck_assert_int_eq(run_program(ask_then_switch, "1"), 7);
}
END_TEST

/* As deep as fits on the larger stack of the main task, but not on a body's. */
static int64_t descend(int64_t n)
{
    static const RtPlace place = {"deep.pluto", 4, 5, "descend"};
    volatile char        room[200];
    RT_ENTER(&place);
    room[0] = (char)n;
    return n == 0 ? 0 : descend(n - 1) + room[0] - (char)n;
}

/* With a limit that is not that of the stack in use, safepoints would yield all the time. */
static void descend_beside_body(RtTask *self)
{
    RtStream *s     = make(&count_site, (Args){.to = 1000});
    uint32_t  ticks = rt_worker()->ticks;
    RtError  *error;
    RtCell    v;
    while (rt_stream_next(s, &v, &error))
        descend(SIM_INT(v) == 500 ? 2000 : 10);
    self->result = SIM_CELL(rt_worker()->ticks - ticks < 100 ? 7 : 1);
}

START_TEST(each_stack_has_its_own_limit)
{
    ck_assert_int_eq(run_program(descend_beside_body, "1"), 7);
}
END_TEST

static void go_on(RtTask *self) { self->result = SIM_CELL(sum_of(handed_on)); }
static const RtSpawnSite overflow_site = {"other", {"deep.pluto", 12, 3, "main"}, go_on};

/* The body's stack lies above that of the task that goes on with it. */
static void overflow_in_other_task(RtTask *self)
{
    RtError *error;
    RtCell   v;
    handed_on = make(&recurse_site, (Args){0});
    rt_stream_next(handed_on, &v, &error);
    rt_task_get(start(&overflow_site, (Work){0}), NULL);
    self->result = SIM_CELL(0);
}

START_TEST(recursion_without_end_fails_whichever_task_is_the_caller)
{
    ck_assert_str_eq(failure_of(overflow_in_other_task), "pluto: stack overflow\n"
                                                         "  at deep.pluto:3:5 in deepen\n"
                                                         "  task 2 (other), spawned at "
                                                         "deep.pluto:12:3\n");
}
END_TEST

static RtError *nest_for_ever(RtStream *self)
{
    rt_stream_yield(self, SIM_CELL(sum_of(make(self->site, (Args){0}))));
    return NULL;
}
static const RtStreamSite nest_site = {"nest", {"nest.pluto", 2, 1, "nest"}, nest_for_ever};

static void nest(RtTask *self)
{
    self->result = SIM_CELL(sum_of(make(&nest_site, (Args){0})));
}

START_TEST(nesting_without_end_fails)
{
    ck_assert_str_eq(failure_of(nest), "pluto: stack overflow\n"
                                       "  at nest.pluto:2:1 in nest\n"
                                       "  task 1 (main)\n");
}
END_TEST

static RtError *use_itself(RtStream *self)
{
    rt_stream_yield(self, SIM_CELL(sum_of(self)));
    return NULL;
}
static const RtStreamSite itself_site = {"itself", {"self.pluto", 2, 1, "itself"}, use_itself};

static void use_running(RtTask *self)
{
    self->result = SIM_CELL(sum_of(make(&itself_site, (Args){0})));
}

START_TEST(a_running_stream_cannot_be_asked)
{
    ck_assert_ptr_nonnull(strstr(failure_of(use_running),
                                 "stream is used while its generator is running\n"));
}
END_TEST

/* ---- The suite ---- */

static void few_stacks_setup(void)
{
    setenv("PLUTO_STACKS", "512", 1);
    sim_setup();
}

static void stress_setup(void)
{
    setenv("PLUTO_GC_STRESS", "1", 1);
    sim_setup();
}

static Suite *suite(void)
{
    Suite *s       = suite_create("stream");
    TCase *in_order = tcase_create("order");
    tcase_add_checked_fixture(in_order, sim_setup, NULL);
    tcase_add_test(in_order, elements_come_in_order_one_at_a_time_then_the_end);
    tcase_add_test(in_order, streams_of_one_generator_are_independent);
    tcase_add_test(in_order, an_error_ends_the_stream_and_is_given_once);
    tcase_add_test(in_order, streams_nest);
    tcase_add_test(in_order, a_body_returns_from_its_yield_when_its_stream_is_left);
    tcase_add_test(in_order, another_task_may_go_on_with_a_stream);
    tcase_add_test(in_order, a_generator_may_park);
    suite_add_tcase(s, in_order);
    TCase *heap = tcase_create("heap");
    tcase_set_timeout(heap, 60);
    tcase_add_checked_fixture(heap, few_stacks_setup, NULL);
    tcase_add_test(heap, a_suspended_stack_keeps_what_it_holds);
    tcase_add_test(heap, the_callers_stack_keeps_what_it_holds_while_the_body_collects);
    tcase_add_test(heap, each_stack_of_a_chain_is_kept);
    tcase_add_test(heap, both_stacks_are_kept_while_the_task_is_parked_in_the_body);
    tcase_add_test(heap, a_stream_keeps_its_arguments);
    tcase_add_test(heap, a_stream_that_ends_gives_its_stack_back_at_once);
    if (sim_collects()) {
        tcase_add_test(heap, no_stack_is_given_back_twice);
        tcase_add_test(heap, abandoned_streams_are_reclaimed_with_their_stacks);
        tcase_add_test(heap, a_task_that_nobody_can_wake_is_reclaimed_with_its_streams);
    }
    suite_add_tcase(s, heap);
    TCase *stress = tcase_create("collecting all the time");
    tcase_set_timeout(stress, 60);
    tcase_add_checked_fixture(stress, stress_setup, NULL);
    tcase_add_test(stress, collecting_all_the_time_changes_nothing);
    suite_add_tcase(s, stress);
    TCase *workers = tcase_create("workers");
    tcase_set_timeout(workers, 120);
    int n = (int)(sizeof worker_counts / sizeof *worker_counts);
    tcase_add_loop_test(workers, a_body_goes_on_on_any_worker, 0, n);
    tcase_add_loop_test(workers, a_body_is_preempted_anywhere, 0, n);
    tcase_add_loop_test(workers, a_body_without_end_does_not_stop_the_others, 0, n);
    tcase_add_loop_test(workers, what_is_left_at_the_end_is_released_once, 0, n);
    suite_add_tcase(s, workers);
    TCase *failures = tcase_create("failures");
    tcase_set_timeout(failures, 60);
    tcase_add_test(failures, recursion_without_end_in_a_body_fails);
    tcase_add_test(failures, recursion_without_end_fails_whichever_task_is_the_caller);
    tcase_add_test(failures, recursion_without_end_in_the_caller_fails);
    tcase_add_test(failures, a_request_to_yield_outlasts_a_switch);
    tcase_add_test(failures, each_stack_has_its_own_limit);
    if (sim_collects())                 /* elsewhere stacks run out first */
        tcase_add_test(failures, nesting_without_end_fails);
    tcase_add_test(failures, a_running_stream_cannot_be_asked);
    suite_add_tcase(s, failures);
    return s;
}

int main(void) { return check_run(suite()); }
