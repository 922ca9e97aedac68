/*
 * test_chan_ends.c - an end stays alive while an operation that was called with it is under way.
 *
 * The caller may have no other use for the end, and the C compiler then keeps only the core, which
 * lies outside the collected heap. Another worker may collect at any moment. This program compiles
 * chan.c so that it collects at one of them: where the lock is about to be taken.
 */
#include "runtime/base/bias.h"

static void before_lock(void);
#define bias_acquire(l) (before_lock(), bias_acquire(l))
#include "runtime/chan/chan.c"
#undef bias_acquire

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

static bool collects;                    /* at the next lock */

static void before_lock(void)
{
    if (!collects)
        return;
    collects = false;
    sim_scrub();
    heap_collect();
}

/* ---- Pieces ---- */

static RtSender   *only_tx;
static RtReceiver *only_rx;

static __attribute__((noinline)) RtSender *take_tx(void)
{
    RtSender *tx = only_tx;
    only_tx = NULL;
    return tx;
}

static __attribute__((noinline)) RtReceiver *take_rx(void)
{
    RtReceiver *rx = only_rx;
    only_rx = NULL;
    return rx;
}

static void receive(RtTask *self, void *arg)
{
    RtCell v;
    (void)self;
    (void)arg;
    rt_chan_next(only_rx, &v, NULL);
}

static void send_twice(RtTask *self, void *arg)
{
    (void)arg;
    for (int64_t i = 0; i < 2; i++)
        self->error = rt_chan_send(only_tx, RT_CELL(i), NULL);
}

static void close_last(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    collects = true;
    rt_sender_release(take_tx());
}

static void send_last(RtTask *self, void *arg)
{
    (void)arg;
    collects    = true;
    self->error = rt_chan_try_send(take_tx(), SIM_CELL(7), NULL);
}

static void receive_last(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    collects    = true;
    self->error = rt_chan_try_recv(take_rx(), &v, NULL);
}

static __attribute__((noinline)) void park_one(SimCode code)
{
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &only_tx, &only_rx);
    sim_spawn(code, NULL);
    sim_run_until_idle();
}

/* The parked task is reachable through the one end only, and last has its last use. */
static void assert_woken_by(SimCode last)
{
    sim_scrub();
    sim_spawn(last, NULL);
    sim_run_until_idle();
    ck_assert(!collects);
    ck_assert_msg(sched_counters().finished == 2, "the parked task was taken for dead");
}

/* ---- Cases ---- */

START_TEST(a_receiver_learns_of_the_close)
{
    park_one(receive);
    only_rx = NULL;
    assert_woken_by(close_last);
}
END_TEST

START_TEST(a_receiver_gets_the_last_value)
{
    park_one(receive);
    only_rx = NULL;
    assert_woken_by(send_last);
}
END_TEST

START_TEST(a_sender_gets_rid_of_its_value)
{
    park_one(send_twice);
    only_tx = NULL;
    assert_woken_by(receive_last);
}
END_TEST

static Suite *suite(void)
{
    Suite *s    = suite_create("chan_ends");
    TCase *last = tcase_create("last");
    tcase_add_checked_fixture(last, sim_setup, NULL);
    tcase_add_test(last, a_receiver_learns_of_the_close);
    tcase_add_test(last, a_receiver_gets_the_last_value);
    tcase_add_test(last, a_sender_gets_rid_of_its_value);
    suite_add_tcase(s, last);
    return s;
}

int main(void) { return check_run(suite()); }
