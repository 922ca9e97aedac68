/*
 * test_chan_kinds.c - rendezvous and unbounded channels, and operations with a time limit.
 */
#include <string.h>

#include "tests/unit/check_main.h"
#include "runtime/chan/internal.h"
#include "runtime/sched/timer.h"
#include "tests/unit/explore.h"

static RtSender   *tx;
static RtReceiver *rx;

static void rendezvous_setup(void)
{
    sim_setup();
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx, &rx);
}

static void unbounded_setup(void)
{
    sim_setup();
    rt_chan_new(RT_CHAN_UNBOUNDED, 0, 1, false, &tx, &rx);
}

/* ---- Pieces ---- */

static void send_arg(RtTask *self, void *arg)
{
    RT_POLL();
    self->error = rt_chan_send(tx, RT_CELL(arg), NULL);
}

static void receive_one(RtTask *self, void *arg)
{
    (void)arg;
    RT_POLL();
    self->error = rt_chan_recv(rx, &self->result, NULL);
}

static bool raised(const RtError *e, RtPredeclared kind)
{
    return e != NULL && e->kind == rt_kinds[kind];
}

static bool try_send(int64_t v) { return rt_chan_try_send(tx, SIM_CELL(v), NULL) == NULL; }

/* The next value, or -1. */
static int64_t try_receive(void)
{
    RtCell v;
    return rt_chan_try_recv(rx, &v, NULL) == NULL ? SIM_INT(v) : -1;
}

/* ---- Rendezvous ---- */

START_TEST(sender_waits_for_receiver)
{
    RtTask *a = sim_spawn(send_arg, (void *)1), *b = sim_spawn(send_arg, (void *)2);
    sim_run_until_idle();
    ck_assert(sim_parked(a) && sim_parked(b));
    ck_assert_int_eq(try_receive(), 1);
    sim_run_until_idle();
    ck_assert(sim_done(a) && sim_parked(b));
    ck_assert_int_eq(try_receive(), 2);
    ck_assert_int_eq(try_receive(), -1);
}
END_TEST

START_TEST(receiver_waits_for_sender)
{
    RtTask *a = sim_spawn(receive_one, NULL), *b = sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    ck_assert(try_send(1) && try_send(2));
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(a->result), 1);
    ck_assert_int_eq(SIM_INT(b->result), 2);
}
END_TEST

START_TEST(try_send_needs_a_receiver_who_waits)
{
    ck_assert(raised(rt_chan_try_send(tx, SIM_CELL(1), NULL), RT_CHANNEL_FULL));
    sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    ck_assert(try_send(1));
    ck_assert(!try_send(2));
}
END_TEST

START_TEST(closing_a_rendezvous_drops_what_was_not_taken)
{
    RtTask *a = sim_spawn(send_arg, (void *)1);
    sim_run_until_idle();
    rt_sender_release(tx);
    sim_run_until_idle();
    RtCell v;
    ck_assert(raised(a->error, RT_CHANNEL_CLOSED));
    ck_assert(raised(rt_chan_try_recv(rx, &v, NULL), RT_CHANNEL_CLOSED));
}
END_TEST

static void two_pairs(void)
{
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx, &rx);
    RtTask *a = sim_spawn(send_arg, (void *)1), *b = sim_spawn(send_arg, (void *)2);
    RtTask *c = sim_spawn(receive_one, NULL), *d = sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    explore_assert(sim_done(a) && sim_done(b) && sim_done(c) && sim_done(d));
    explore_assert(SIM_INT(c->result) + SIM_INT(d->result) == 3);
}

START_TEST(pairs_meet_in_every_order) { ck_assert_int_ge(explore(two_pairs), 100); }
END_TEST

/* ---- Unbounded ---- */

START_TEST(sending_never_waits_and_order_is_kept)
{
    for (int words = 1; words <= 2; words++) {
        rt_chan_new(RT_CHAN_UNBOUNDED, 0, words, false, &tx, &rx);
        int64_t sent = 0, got = 0;
        for (int round = 1; round <= 40; round++) {      /* more and more, with pauses */
            for (int i = 0; i < 13 * round; i++, sent++) {
                RtCell v = {{(uint64_t)sent, (uint64_t)-sent}};
                ck_assert_ptr_null(rt_chan_send(tx, v, NULL));
            }
            for (int i = 0; i < 11 * round || (round % 5 == 0 && got < sent); i++, got++) {
                RtCell v;
                ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
                ck_assert_int_eq(SIM_INT(v), got);
                ck_assert_int_eq((int64_t)v.word[1], words == 2 ? -got : 0);
            }
        }
        ck_assert_int_eq(sent, got);
        ck_assert_int_eq(try_receive(), -1);
    }
}
END_TEST

START_TEST(a_waiting_receiver_is_served_first)
{
    RtTask *a = sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    ck_assert(try_send(5) && try_send(6));
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(a->result), 5);
    ck_assert_int_eq(try_receive(), 6);
}
END_TEST

START_TEST(a_closed_one_is_drained)
{
    RtCell v;
    for (int i = 0; i < 100; i++)
        try_send(i);
    rt_sender_release(tx);
    ck_assert(raised(rt_chan_send(tx, SIM_CELL(1), NULL), RT_CHANNEL_CLOSED));
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(try_receive(), i);
    ck_assert(raised(rt_chan_try_recv(rx, &v, NULL), RT_CHANNEL_CLOSED));
}
END_TEST

static __attribute__((noinline)) void send_strings(int n)
{
    for (int i = 0; i < n; i++)
        rt_chan_try_send(tx, RT_CELL(rt_string_new("in the queue", 12)), NULL);
}

START_TEST(queued_values_are_kept_by_either_end)
{
    enum { N = 1000 };
    rt_chan_new(RT_CHAN_UNBOUNDED, 0, 1, true, &tx, &rx);
    send_strings(N);
    tx = NULL;
    sim_collect_and_overwrite();
    for (int i = 0; i < N; i++) {
        RtCell v;
        ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
        ck_assert_str_eq(RT_UNCELL(const RtString *, v)->bytes, "in the queue");
    }
}
END_TEST

static int64_t released;

static __attribute__((noinline)) void pass_counted(int n)
{
    RtCell v;
    for (int i = 0; i < n; i++)
        rt_chan_try_send(tx, RT_CELL(sim_counted(&released)), NULL);
    for (int i = 0; i < n; i++)
        rt_chan_try_recv(rx, &v, NULL);
}

START_TEST(the_queue_forgets_what_was_received)
{
    enum { N = 1000 };
    rt_chan_new(RT_CHAN_UNBOUNDED, 0, 1, true, &tx, &rx);
    pass_counted(N);
    sim_collect_and_overwrite();
    ck_assert_int_ge(released, N * 9 / 10);
}
END_TEST

static uint64_t *stale_part;

START_TEST(a_burst_is_given_back)
{
    enum { BURST = 1000000 };
    for (int i = 0; i < BURST; i++)
        try_send(i);
    stale_part = rx->core->buf;                          /* keeps no part but its own */
    sim_scrub();
    heap_collect();
    size_t full = heap_used();
    ck_assert_uint_gt(full, BURST * sizeof(uint64_t));
    for (int i = 0; i < BURST - 10; i++)                 /* some stay */
        ck_assert_int_eq(try_receive(), i);
    sim_scrub();
    heap_collect();
    ck_assert_uint_lt(heap_used(), full - BURST * sizeof(uint64_t) * 9 / 10);
    ck_assert_int_eq(try_receive(), BURST - 10);
    ck_assert_ptr_ne(stale_part, rx->core->buf);
}
END_TEST

/* ---- Time limits ---- */

enum { HOUR = 3600 * 1000 };

static void fire(void) { timers_fire(&rt_worker()->timers, INT64_MAX - 1); }

static void receive_timed(RtTask *self, void *ms)
{
    RT_POLL();
    self->error = rt_chan_recv_timeout(rx, &self->result, (intptr_t)ms, NULL);
}

static void send_timed(RtTask *self, void *ms)
{
    RT_POLL();
    self->error = rt_chan_send_timeout(tx, SIM_CELL(7), (intptr_t)ms, NULL);
}

static RtTask *never;

static void get_timed(RtTask *self, void *ms)
{
    RT_POLL();
    self->error = rt_task_get_timeout(never, (intptr_t)ms, NULL);
}

static void select_timed(RtTask *self, void *ms)
{
    RtSelectArm arms[] = {{RT_SELECT_RECV, rx, {{0, 0}}}, {RT_SELECT_GET, never, {{0, 0}}}};
    RT_POLL();
    int i        = rt_select(arms, 2, false, (intptr_t)ms, &self->error, NULL);
    self->result = i == 0 ? arms[0].cell : SIM_CELL(i);
    if (i == RT_SELECT_TIMEOUT && self->error == NULL)
        self->error = rt_error_timeout((intptr_t)ms, NULL);
}

static const SimCode timed[] = {receive_timed, send_timed, get_timed, select_timed};

static void wait_for_ever(RtTask *self, void *arg)
{
    RtSender   *own_tx;
    RtReceiver *own_rx;
    (void)arg;
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &own_tx, &own_rx);
    rt_chan_recv(own_rx, &self->result, NULL);
}

START_TEST(the_limit_ends_the_wait)
{
    never     = sim_spawn(wait_for_ever, NULL);
    RtTask *t = sim_spawn(timed[_i], (void *)HOUR);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    ck_assert(timers_pending());
    timers_fire(&rt_worker()->timers, rt_time_ns());
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    fire();
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert(raised(t->error, RT_TIMEOUT_ERROR));
    ck_assert_int_eq(((const RtTimeoutError *)t->error)->millis, HOUR);
    ck_assert(!timers_pending());
    ck_assert(!try_send(1) && try_receive() == -1);      /* nobody waits any more */
}
END_TEST

START_TEST(no_time_is_one_try)
{
    never = sim_spawn(wait_for_ever, NULL);
    for (intptr_t ms = -1; ms <= 0; ms++) {
        if (ms < 0 && timed[_i] == select_timed)
            continue;                                    /* means for ever */
        RtTask *t = sim_spawn(timed[_i], (void *)ms);
        rt_task_cancel(t);                               /* it does not wait, so it is not told */
        sim_run_until_idle();
        ck_assert(raised(t->error, RT_TIMEOUT_ERROR));
        ck_assert_int_eq(((const RtTimeoutError *)t->error)->millis, ms);
    }
}
END_TEST

START_TEST(what_happens_in_time_disarms)
{
    never     = sim_spawn(wait_for_ever, NULL);
    RtTask *t = sim_spawn(timed[_i], (void *)HOUR);
    sim_run_until_idle();
    if (timed[_i] == send_timed)
        ck_assert_int_eq(try_receive(), 7);
    else if (timed[_i] == get_timed)
        rt_task_cancel(never);
    else
        ck_assert(try_send(5));
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_ptr_null(t->error);
    ck_assert(!timers_pending());
    if (timed[_i] == receive_timed || timed[_i] == select_timed)
        ck_assert_int_eq(SIM_INT(t->result), 5);
}
END_TEST

/* The limit, at whatever moment the oracle says, against the operation and a cancel: one of them has
 * the task, and nothing is lost. */
static SimCode timed_code;
static int     done, late, cancelled;

static void cancel(RtTask *self, void *task)
{
    (void)self;
    RT_POLL();
    rt_task_cancel(task);
}

static void limits_race(void)
{
    bool sends = timed_code == send_timed;
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx, &rx);
    RtTask *t     = sim_spawn(timed_code, (void *)HOUR);
    RtTask *other = sends ? sim_spawn(receive_one, NULL) : sim_spawn(send_arg, (void *)7);
    sim_spawn(cancel, t);
    sim_run_until_idle();
    fire();
    sim_run_until_idle();
    bool ok = t->error == NULL;
    explore_assert(sim_done(t) && sim_done(other) == ok && !timers_pending());
    explore_assert(!ok || SIM_INT((sends ? other : t)->result) == 7);
    explore_assert(ok || raised(t->error, RT_TIMEOUT_ERROR) || raised(t->error, RT_TASK_CANCELLED));
    done += ok;
    late += raised(t->error, RT_TIMEOUT_ERROR);
    cancelled += raised(t->error, RT_TASK_CANCELLED);
}

START_TEST(a_limit_in_every_order)
{
    never      = sim_spawn(wait_for_ever, NULL);
    timed_code = timed[_i];
    sim_run_until_idle();
    explore(limits_race);
    ck_assert(!explore_is_complete() || (done > 0 && late > 0 && cancelled > 0));
}
END_TEST

static Suite *suite(void)
{
    Suite *s    = suite_create("chan_kinds");
    TCase *meet = tcase_create("rendezvous");
    tcase_add_checked_fixture(meet, rendezvous_setup, NULL);
    tcase_add_test(meet, sender_waits_for_receiver);
    tcase_add_test(meet, receiver_waits_for_sender);
    tcase_add_test(meet, try_send_needs_a_receiver_who_waits);
    tcase_add_test(meet, closing_a_rendezvous_drops_what_was_not_taken);
    suite_add_tcase(s, meet);
    TCase *unbounded = tcase_create("unbounded");
    tcase_add_checked_fixture(unbounded, unbounded_setup, NULL);
    tcase_set_timeout(unbounded, 60);
    tcase_add_test(unbounded, sending_never_waits_and_order_is_kept);
    tcase_add_test(unbounded, a_waiting_receiver_is_served_first);
    tcase_add_test(unbounded, a_closed_one_is_drained);
    tcase_add_test(unbounded, queued_values_are_kept_by_either_end);
    if (sim_collects()) {
        tcase_add_test(unbounded, the_queue_forgets_what_was_received);
        tcase_add_test(unbounded, a_burst_is_given_back);
    }
    suite_add_tcase(s, unbounded);
    TCase *limits = tcase_create("limits");
    tcase_add_checked_fixture(limits, rendezvous_setup, NULL);
    tcase_add_loop_test(limits, the_limit_ends_the_wait, 0, 4);
    tcase_add_loop_test(limits, no_time_is_one_try, 0, 4);
    tcase_add_loop_test(limits, what_happens_in_time_disarms, 0, 4);
    suite_add_tcase(s, limits);
    TCase *orders = tcase_create("orders");
    tcase_add_checked_fixture(orders, explore_setup, NULL);
    tcase_set_timeout(orders, 300);
    tcase_add_test(orders, pairs_meet_in_every_order);
    tcase_add_loop_test(orders, a_limit_in_every_order, 0, 2);
    tcase_add_loop_test(orders, a_limit_in_every_order, 3, 4);
    suite_add_tcase(s, orders);
    return s;
}

int main(void) { return check_run(suite()); }
