/*
 * test_rwlock.c - who gets the lock of an injected object, and in which order.
 *
 * A task is given by a word: r or w, reads or writes; then a letter that it logs once it has the
 * lock; a dot: it keeps the lock until a value comes through the gate.
 */
#include "tests/unit/sim.h"

#include "runtime/sync/rwlock.h"
#include "tests/unit/check_main.h"

static RtRwLock   *lock;
static RtSender   *gate_tx;
static RtReceiver *gate_rx;
static char        log_text[64];
static const RtPlace place = {"t.pluto", 1, 1, "t"};

static void note(char c)
{
    size_t n = strlen(log_text);
    log_text[n]     = c;
    log_text[n + 1] = '\0';
}

static void wait_at_gate(void)
{
    RtCell value;
    ck_assert_ptr_null(rt_chan_recv(gate_rx, &value, &place));
}

static void play(RtTask *self, void *arg)
{
    const char *word = arg;
    (void)self;
    if (word[0] == 'r')
        rt_rwlock_read(lock, &place);
    else
        rt_rwlock_write(lock, &place);
    note(word[1]);
    if (word[2] == '.')
        wait_at_gate();
    if (word[0] == 'r')
        rt_rwlock_unlock_read(lock);
    else
        rt_rwlock_unlock_write(lock);
}

static RtTask *start(const char *word)
{
    RtTask *t = sim_spawn(play, (void *)word);
    sim_run_until_idle();
    return t;
}

static void send_one(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    ck_assert_ptr_null(rt_chan_try_send(gate_tx, RT_CELL((int64_t)1), &place));
}

/* Lets the task that came to the gate first go on. */
static void open_gate(void)
{
    sim_spawn(send_one, NULL);
    sim_run_until_idle();
}

static void setup(void)
{
    sim_setup();
    lock = rt_rwlock_new();
    rt_chan_new(RT_CHAN_BOUNDED, 16, 1, false, &gate_tx, &gate_rx);
    log_text[0] = '\0';
}

/* ---- Who excludes whom ---- */

START_TEST(readers_share_the_lock)
{
    RtTask *a = start("ra."), *b = start("rb.");
    ck_assert_str_eq(log_text, "ab");
    open_gate();
    open_gate();
    ck_assert(sim_done(a) && sim_done(b));
}
END_TEST

START_TEST(a_writer_waits_for_all_readers)
{
    start("ra.");
    start("rb.");
    RtTask *w = start("wc");
    open_gate();
    ck_assert(sim_parked(w));
    open_gate();
    ck_assert(sim_done(w));
    ck_assert_str_eq(log_text, "abc");
}
END_TEST

START_TEST(a_writer_excludes_readers_and_writers)
{
    start("wa.");
    RtTask *r = start("rb"), *w = start("wc");
    ck_assert(sim_parked(r) && sim_parked(w));
    open_gate();
    ck_assert(sim_done(r) && sim_done(w));
}
END_TEST

/* ---- Order ---- */

START_TEST(a_waiting_writer_goes_before_later_readers)
{
    start("ra.");
    start("wb");
    RtTask *r = start("rc");
    ck_assert_msg(sim_parked(r), "readers would starve the writer");
    open_gate();
    ck_assert_str_eq(log_text, "abc");
}
END_TEST

START_TEST(readers_that_waited_go_before_the_next_writer)
{
    start("wa.");
    start("wb");
    start("rc.");
    start("rd.");
    open_gate();
    ck_assert_str_eq(log_text, "acd");
    open_gate();
    open_gate();
    ck_assert_str_eq(log_text, "acdb");
}
END_TEST

START_TEST(writers_are_served_in_the_order_they_came)
{
    start("wa.");
    start("wb");
    start("wc");
    start("wd");
    open_gate();
    ck_assert_str_eq(log_text, "abcd");
}
END_TEST

/* ---- Taking it again ---- */

static void write_in_write(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    rt_rwlock_write(lock, &place);
    rt_rwlock_write(lock, &place);
    rt_rwlock_read(lock, &place);
    note('x');
    rt_rwlock_unlock_read(lock);
    rt_rwlock_unlock_write(lock);
    wait_at_gate();
    rt_rwlock_unlock_write(lock);
}

START_TEST(a_writer_may_take_it_again_and_gives_it_back_last)
{
    RtTask *t = sim_spawn(write_in_write, NULL);
    sim_run_until_idle();
    RtTask *w = start("wa");
    ck_assert_str_eq(log_text, "x");
    ck_assert(sim_parked(w));
    open_gate();
    ck_assert(sim_done(t) && sim_done(w));
}
END_TEST

static void read_in_read(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    rt_rwlock_read(lock, &place);
    wait_at_gate();
    rt_rwlock_read(lock, &place);
    note('x');
    rt_rwlock_unlock_read(lock);
    rt_rwlock_unlock_read(lock);
}

START_TEST(a_reader_may_read_again_although_a_writer_waits)
{
    RtTask *t = sim_spawn(read_in_read, NULL);
    sim_run_until_idle();
    start("wa");
    open_gate();
    ck_assert(sim_done(t));
    ck_assert_str_eq(log_text, "xa");
}
END_TEST

/* ---- Cancelling, reclaiming ---- */

static void cancel(RtTask *self, void *arg)
{
    (void)self;
    rt_task_cancel(arg);
}

START_TEST(a_cancelled_task_still_waits_for_its_turn)
{
    start("wa.");
    RtTask *w = start("wb");
    sim_spawn(cancel, w);
    sim_run_until_idle();
    ck_assert(sim_parked(w));
    open_gate();
    ck_assert(sim_done(w));
    ck_assert_str_eq(log_text, "ab");
}
END_TEST

static void cancelled_writer(RtTask *self, void *arg)
{
    rt_task_cancel(self);
    play(self, arg);
}

START_TEST(a_task_cancelled_before_waits_too)
{
    start("wa.");
    RtTask *w = sim_spawn(cancelled_writer, "wb");
    sim_run_until_idle();
    ck_assert(sim_parked(w));
    ck_assert_str_eq(log_text, "a");
    open_gate();
    ck_assert(sim_done(w));
}
END_TEST

START_TEST(the_lock_keeps_those_who_wait)
{
    start("wa.");
    start("wb");
    start("rc");
    sim_collect_and_overwrite();
    open_gate();
    ck_assert_str_eq(log_text, "acb");
}
END_TEST

static Suite *suite(void)
{
    Suite *s  = suite_create("rwlock");
    TCase *tc = tcase_create("rwlock");
    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, readers_share_the_lock);
    tcase_add_test(tc, a_writer_waits_for_all_readers);
    tcase_add_test(tc, a_writer_excludes_readers_and_writers);
    tcase_add_test(tc, a_waiting_writer_goes_before_later_readers);
    tcase_add_test(tc, readers_that_waited_go_before_the_next_writer);
    tcase_add_test(tc, writers_are_served_in_the_order_they_came);
    tcase_add_test(tc, a_writer_may_take_it_again_and_gives_it_back_last);
    tcase_add_test(tc, a_reader_may_read_again_although_a_writer_waits);
    tcase_add_test(tc, a_cancelled_task_still_waits_for_its_turn);
    tcase_add_test(tc, a_task_cancelled_before_waits_too);
    tcase_add_test(tc, the_lock_keeps_those_who_wait);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return check_run(suite()); }
