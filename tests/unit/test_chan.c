/*
 * test_chan.c - channels: order, limits, closing by count, what the collector may take.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <string.h>

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

static RtSender   *tx;
static RtReceiver *rx;

static void chan_setup(void)
{
    sim_setup();
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
}

/* ---- Pieces ---- */

static void receive_one(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_chan_recv(rx, &self->result, NULL);
}

static void send_arg(RtTask *self, void *arg) { self->error = rt_chan_send(tx, RT_CELL(arg), NULL); }

static RtTask *spawn_send(int64_t v) { return sim_spawn(send_arg, (void *)v); }

static void count_all(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    for (int64_t n = 1; rt_chan_next(rx, &v, NULL); n++)
        self->result = SIM_CELL(n);
}

static void assert_raised(const RtError *e, RtPredeclared kind)
{
    ck_assert_ptr_nonnull(e);
    ck_assert_ptr_eq(e->kind, rt_kinds[kind]);
}

/* ---- Order ---- */

START_TEST(values_come_out_in_the_order_they_went_in)
{
    RtCell v;
    rt_chan_new(RT_CHAN_BOUNDED, 100, 1, false, &tx, &rx);
    for (int round = 0; round < 7; round++) {            /* the ring goes round */
        for (int64_t i = 0; i < 80; i++)
            ck_assert_ptr_null(rt_chan_try_send(tx, RT_CELL(i), NULL));
        for (int64_t i = 0; i < 80; i++) {
            ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
            ck_assert_int_eq(SIM_INT(v), i);
        }
    }
}
END_TEST

START_TEST(send_serves_the_oldest_receiver)
{
    RtTask *first  = sim_spawn(receive_one, NULL);
    RtTask *second = sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(7), NULL));
    sim_run_until_idle();
    ck_assert(sim_done(first));
    ck_assert_int_eq(SIM_INT(first->result), 7);
    ck_assert_msg(!sim_done(second), "one send woke two receivers");
}
END_TEST

START_TEST(waiting_senders_deliver_in_their_order)
{
    RtCell v;
    for (int64_t i = 0; i < 5; i++)
        spawn_send(i);                                   /* one is buffered, four wait */
    sim_run_until_idle();
    for (int64_t i = 0; i < 5; i++) {
        ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
        ck_assert_int_eq(SIM_INT(v), i);
    }
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 5);
}
END_TEST

START_TEST(two_word_values_arrive_whole)
{
    RtCell v, sent = {{0x1111, 0x2222}};
    rt_chan_new(RT_CHAN_BOUNDED, 3, 2, false, &tx, &rx);
    for (int i = 0; i < 8; i++) {
        rt_chan_try_send(tx, sent, NULL);
        rt_chan_try_recv(rx, &v, NULL);
        ck_assert_mem_eq(&v, &sent, sizeof v);
    }
    RtTask *t = sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    rt_chan_try_send(tx, sent, NULL);
    sim_run_until_idle();
    ck_assert_mem_eq(&t->result, &sent, sizeof sent);
}
END_TEST

/* ---- Limits ---- */

START_TEST(try_send_on_a_full_channel_raises_channel_full)
{
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(1), NULL));
    assert_raised(rt_chan_try_send(tx, SIM_CELL(2), NULL), RT_CHANNEL_FULL);
}
END_TEST

START_TEST(try_recv_tells_empty_from_closed)
{
    RtCell v;
    assert_raised(rt_chan_try_recv(rx, &v, NULL), RT_CHANNEL_EMPTY);
    rt_sender_release(tx);
    assert_raised(rt_chan_try_recv(rx, &v, NULL), RT_CHANNEL_CLOSED);
}
END_TEST

START_TEST(a_capacity_below_one_counts_as_one)
{
    for (int64_t cap = -3; cap <= 1; cap++) {
        rt_chan_new(RT_CHAN_BOUNDED, cap, 1, false, &tx, &rx);
        ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(1), NULL));
        assert_raised(rt_chan_try_send(tx, SIM_CELL(2), NULL), RT_CHANNEL_FULL);
    }
}
END_TEST

/* ---- Closing ---- */

START_TEST(buffered_values_survive_the_close)
{
    RtCell v;
    rt_chan_try_send(tx, SIM_CELL(5), NULL);
    rt_sender_release(tx);
    ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
    ck_assert_int_eq(SIM_INT(v), 5);
    assert_raised(rt_chan_try_recv(rx, &v, NULL), RT_CHANNEL_CLOSED);
}
END_TEST

START_TEST(closing_wakes_every_waiting_receiver)
{
    RtTask *t[5];
    for (int i = 0; i < 5; i++)
        t[i] = sim_spawn(receive_one, NULL);
    sim_run_until_idle();
    rt_sender_release(tx);
    sim_run_until_idle();
    for (int i = 0; i < 5; i++)
        assert_raised(t[i]->error, RT_CHANNEL_CLOSED);
}
END_TEST

START_TEST(closing_wakes_waiting_senders_and_drops_their_values)
{
    RtCell  v;
    RtTask *buffered = spawn_send(1), *waiting = spawn_send(2);
    sim_run_until_idle();
    rt_sender_release(tx);
    sim_run_until_idle();
    ck_assert_ptr_null(buffered->error);
    assert_raised(waiting->error, RT_CHANNEL_CLOSED);
    ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
    assert_raised(rt_chan_try_recv(rx, &v, NULL), RT_CHANNEL_CLOSED);
}
END_TEST

START_TEST(the_channel_closes_when_the_last_counted_sender_goes)
{
    rt_sender_retain(tx);
    rt_sender_retain(tx);
    rt_sender_release(tx);
    rt_sender_release(tx);
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(1), NULL));
    rt_sender_release(tx);
    assert_raised(rt_chan_try_send(tx, SIM_CELL(1), NULL), RT_CHANNEL_CLOSED);
}
END_TEST

START_TEST(a_closed_channel_stays_closed)
{
    rt_sender_release(tx);
    rt_sender_release(tx);                               /* below 0: ignored */
    rt_sender_retain(tx);
    assert_raised(rt_chan_try_send(tx, SIM_CELL(1), NULL), RT_CHANNEL_CLOSED);
    rt_sender_retain(NULL);
    rt_sender_release(NULL);
}
END_TEST

START_TEST(iteration_ends_when_closed_and_drained)
{
    RtTask *counter = sim_spawn(count_all, NULL);
    for (int64_t i = 0; i < 10; i++)
        spawn_send(i);
    sim_run_until_idle();
    ck_assert(sim_parked(counter));
    rt_sender_release(tx);
    sim_run_until_idle();
    ck_assert(sim_done(counter));
    ck_assert_int_eq(SIM_INT(counter->result), 10);
}
END_TEST

/* Both learn of a close, then wait for an operation that succeeds. */
static RtReceiver *closed_rx;

static void wait_twice(RtTask *self, void *second)
{
    RtCell v;
    ck_assert(!rt_chan_next(closed_rx, &v, NULL));
    ((SimCode)second)(self, (void *)7);
}

START_TEST(a_close_is_forgotten_by_the_next_wait)
{
    RtSender *closed_tx;
    RtCell    v;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &closed_tx, &closed_rx);
    if (_i == 1)
        rt_chan_try_send(tx, SIM_CELL(1), NULL);
    RtTask *t = sim_spawn(wait_twice, _i == 0 ? (void *)receive_one : (void *)send_arg);
    sim_run_until_idle();
    rt_sender_release(closed_tx);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    if (_i == 0)
        rt_chan_try_send(tx, SIM_CELL(2), NULL);
    else
        rt_chan_try_recv(rx, &v, NULL);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_ptr_null(t->error);
}
END_TEST

/* ---- The collector ---- */

static __attribute__((noinline)) void buffer_strings(int n)
{
    for (int i = 0; i < n; i++)
        rt_chan_try_send(tx, RT_CELL(rt_string_new("in the buffer", 13)), NULL);
}

START_TEST(buffered_values_are_kept)
{
    enum { N = 200 };
    rt_chan_new(RT_CHAN_BOUNDED, N, 1, true, &tx, &rx);
    buffer_strings(N);
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
        for (int k = 0; k < 1000; k++)
            rt_string_new("xxxxxxxxxxxxx", 13);
    }
    for (int i = 0; i < N; i++) {
        RtCell v;
        ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
        ck_assert_str_eq(RT_UNCELL(const RtString *, v)->bytes, "in the buffer");
    }
}
END_TEST

static void send_string(RtTask *self, void *arg)
{
    (void)arg;
    rt_chan_send(tx, RT_CELL(rt_string_new("in a wait cell", 14)), NULL);
    self->result = SIM_CELL(1);
}

START_TEST(values_of_waiting_senders_are_kept_by_the_receiver_end)
{
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx, &rx);
    for (int i = 0; i < 50; i++)
        sim_spawn(send_string, NULL);
    sim_run_until_idle();
    tx = NULL;
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
        for (int k = 0; k < 1000; k++)
            rt_string_new("xxxxxxxxxxxxxx", 14);
    }
    for (int i = 0; i < 50; i++) {
        RtCell v;
        ck_assert_ptr_null(rt_chan_try_recv(rx, &v, NULL));
        ck_assert_str_eq(RT_UNCELL(const RtString *, v)->bytes, "in a wait cell");
    }
}
END_TEST

/* Receivers that lost their sender end are reclaimed while the receiver end lives on and gets new
 * waiters: the list must never hold a reclaimed task. */
static void receive_on(RtTask *self, void *arg)
{
    RtCell v;
    (void)self;
    rt_chan_recv(arg, &v, NULL);
}

START_TEST(waiters_are_taken_off_the_list_when_reclaimed)
{
    tx = NULL;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 50; i++)
            sim_spawn(receive_on, rx);
        sim_run_until_idle();
        sim_scrub();
        heap_collect();
    }
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_int_le(sim_syncs_alive(), 100);
    ck_assert_int_eq(sched_counters().finished, 0);
}
END_TEST

/* Senders that lost their receiver end are reclaimed; then the channel is closed. */
static __attribute__((noinline)) void spawn_senders(int n)
{
    for (int i = 0; i < n; i++)
        spawn_send(i);
    sim_run_until_idle();
}

START_TEST(closing_wakes_nobody_who_was_reclaimed)
{
    rx = NULL;
    spawn_senders(200);
    ck_assert_int_eq(sched_counters().finished, 1);      /* the buffer took its value */
    sim_collect_and_overwrite();
    int64_t alive = sim_syncs_alive();
    ck_assert_int_le(alive, 5);
    rt_sender_release(tx);
    sim_run_until_idle();
    ck_assert_int_le(sched_counters().finished, 1 + alive);
}
END_TEST

START_TEST(the_buffer_is_kept_by_either_end)
{
    enum { N = 50 };
    static RtSender   *txs[N];
    static RtReceiver *rxs[N];
    static uint64_t   *others[1000];
    RtCell             v;
    for (int i = 0; i < N; i++) {
        RtSender   *t;
        RtReceiver *r;
        rt_chan_new(RT_CHAN_BOUNDED, 4, 1, true, &t, &r);
        if (i % 2 == 0)
            txs[i] = t;
        else
            rxs[i] = r;
        rt_chan_try_send(t, RT_CELL((uint64_t)i), NULL);
    }
    sim_collect_and_overwrite();
    for (int i = 0; i < 1000; i++) {
        others[i] = rt_alloc(HEAP_ALL, 4 * sizeof(uint64_t));
        others[i][0] = others[i][1] = 0;
    }
    for (int i = 0; i < N; i++)
        if (i % 2 == 0)
            ck_assert_ptr_null(rt_chan_try_send(txs[i], RT_CELL((uint64_t)i + 1), NULL));
        else if (rt_chan_try_recv(rxs[i], &v, NULL) == NULL)
            ck_assert_int_eq(SIM_INT(v), i);
    for (int i = 0; i < 1000; i++)
        ck_assert(others[i][0] == 0 && others[i][1] == 0);
}
END_TEST

/* ---- Nothing is kept for longer than needed ---- */

enum { COUNTED = 100 };
static int64_t released;

static void assert_most_released(void)
{
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_msg(released >= COUNTED * 9 / 10, "%ld of %d released", (long)released, COUNTED);
}

static __attribute__((noinline)) void send_and_receive_counted(int word)
{
    RtCell v;
    for (int i = 0; i < COUNTED; i++) {
        RtCell sent = {{0, 0}};
        sent.word[word] = (uint64_t)(uintptr_t)sim_counted(&released);
        rt_chan_try_send(tx, sent, NULL);
    }
    for (int i = 0; i < COUNTED; i++)
        rt_chan_try_recv(rx, &v, NULL);
}

START_TEST(the_buffer_forgets_what_was_received)
{
    rt_chan_new(RT_CHAN_BOUNDED, COUNTED, 2, true, &tx, &rx);
    send_and_receive_counted(_i);
    assert_most_released();
    rt_sender_release(tx);
    ck_assert_ptr_nonnull(rx);
}
END_TEST

static RtSender   *quiet_tx;             /* nobody uses them: who waits there stays */
static RtReceiver *quiet_rx;

static __attribute__((noinline)) void drop_one(void)
{
    RtCell v;
    rt_chan_recv(rx, &v, NULL);
}

static void receive_and_stay(RtTask *self, void *arg)
{
    RtCell v;
    (void)self;
    (void)arg;
    drop_one();
    sim_scrub();
    rt_chan_recv(quiet_rx, &v, NULL);
}

static __attribute__((noinline)) void send_counted(void)
{
    rt_chan_send(tx, RT_CELL(sim_counted(&released)), NULL);
}

static void send_and_stay(RtTask *self, void *arg)
{
    RtCell v;
    (void)self;
    (void)arg;
    send_counted();
    sim_scrub();
    rt_chan_recv(quiet_rx, &v, NULL);
}

static __attribute__((noinline)) void serve_receivers(void)
{
    for (int i = 0; i < COUNTED; i++)
        sim_spawn(receive_and_stay, NULL);
    sim_run_until_idle();
    for (int i = 0; i < COUNTED; i++)
        rt_chan_try_send(tx, RT_CELL(sim_counted(&released)), NULL);
    sim_run_until_idle();
}

static __attribute__((noinline)) void serve_senders(void)
{
    RtCell v;
    rt_chan_try_send(tx, SIM_CELL(0), NULL);             /* so that they wait */
    for (int i = 0; i < COUNTED; i++)
        sim_spawn(send_and_stay, NULL);
    sim_run_until_idle();
    while (rt_chan_try_recv(rx, &v, NULL) == NULL)
        ;
    sim_run_until_idle();
}

START_TEST(a_task_forgets_what_it_waited_for)
{
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx, &rx);
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &quiet_tx, &quiet_rx);
    if (_i == 0)
        serve_receivers();
    else
        serve_senders();
    ck_assert_int_eq(sched_counters().finished, 0);
    assert_most_released();
    ck_assert_int_ge(sim_syncs_alive(), COUNTED);
}
END_TEST

/* Channels that were waited on in every way, then dropped. */
static __attribute__((noinline)) void use_and_drop_channels(int n)
{
    for (int i = 0; i < n; i++) {
        RtCell v;
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
        sim_spawn(receive_one, NULL);
        sim_run_until_idle();
        rt_chan_try_send(tx, SIM_CELL(1), NULL);         /* a receiver is served */
        spawn_send(1);
        spawn_send(2);
        sim_run_until_idle();
        rt_chan_try_recv(rx, &v, NULL);                  /* a sender is served */
        spawn_send(3);
        sim_run_until_idle();
        if (i % 2 == 0)
            rt_sender_release(tx);                       /* a sender is dismissed, or forgotten */
        sim_run_until_idle();
    }
    tx = NULL;
    rx = NULL;
}

START_TEST(a_dropped_channel_leaves_nothing_behind)
{
    enum { N = 2000, CORE = 96 };
    use_and_drop_channels(N);
    sim_collect_and_overwrite();
    size_t before = mallinfo2().uordblks;
    use_and_drop_channels(N);
    sim_collect_and_overwrite();
    size_t after = mallinfo2().uordblks;
    ck_assert_msg(after < before + N * CORE / 8, "%zu bytes more", after - before);
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("chan");
    TCase *order = tcase_create("order");
    tcase_add_checked_fixture(order, chan_setup, NULL);
    tcase_add_test(order, values_come_out_in_the_order_they_went_in);
    tcase_add_test(order, send_serves_the_oldest_receiver);
    tcase_add_test(order, waiting_senders_deliver_in_their_order);
    tcase_add_test(order, two_word_values_arrive_whole);
    suite_add_tcase(s, order);
    TCase *limits = tcase_create("limits");
    tcase_add_checked_fixture(limits, chan_setup, NULL);
    tcase_add_test(limits, try_send_on_a_full_channel_raises_channel_full);
    tcase_add_test(limits, try_recv_tells_empty_from_closed);
    tcase_add_test(limits, a_capacity_below_one_counts_as_one);
    suite_add_tcase(s, limits);
    TCase *closing = tcase_create("closing");
    tcase_add_checked_fixture(closing, chan_setup, NULL);
    tcase_add_test(closing, buffered_values_survive_the_close);
    tcase_add_test(closing, closing_wakes_every_waiting_receiver);
    tcase_add_test(closing, closing_wakes_waiting_senders_and_drops_their_values);
    tcase_add_test(closing, the_channel_closes_when_the_last_counted_sender_goes);
    tcase_add_test(closing, a_closed_channel_stays_closed);
    tcase_add_test(closing, iteration_ends_when_closed_and_drained);
    tcase_add_loop_test(closing, a_close_is_forgotten_by_the_next_wait, 0, 2);
    suite_add_tcase(s, closing);
    TCase *collector = tcase_create("collector");
    tcase_add_checked_fixture(collector, chan_setup, NULL);
    tcase_set_timeout(collector, 60);
    tcase_add_test(collector, buffered_values_are_kept);
    tcase_add_test(collector, values_of_waiting_senders_are_kept_by_the_receiver_end);
    tcase_add_test(collector, the_buffer_is_kept_by_either_end);
    if (sim_collects()) {
        tcase_add_test(collector, waiters_are_taken_off_the_list_when_reclaimed);
        tcase_add_test(collector, closing_wakes_nobody_who_was_reclaimed);
        tcase_add_loop_test(collector, the_buffer_forgets_what_was_received, 0, 2);
        tcase_add_loop_test(collector, a_task_forgets_what_it_waited_for, 0, 2);
        tcase_add_test(collector, a_dropped_channel_leaves_nothing_behind);
    }
    suite_add_tcase(s, collector);
    return s;
}

int main(void) { return check_run(suite()); }
