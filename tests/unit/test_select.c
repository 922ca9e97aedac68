/*
 * test_select.c - select: which arm, when it waits, what it leaves behind.
 */
#include "tests/unit/check_main.h"
#include "tests/unit/explore.h"

enum { CHANNELS = 200 };
static RtSender   *tx[CHANNELS];
static RtReceiver *rx[CHANNELS];

static void channels(int n, RtChanKind kind)
{
    for (int i = 0; i < n; i++)
        rt_chan_new(kind, 1, 1, false, &tx[i], &rx[i]);
}

static void select_setup(void)
{
    sim_setup();
    channels(CHANNELS, RT_CHAN_BOUNDED);
}

/* ---- Pieces ---- */

#define RECV(i) {RT_SELECT_RECV, rx[i], {{0, 0}}}
#define SEND(i, v) {RT_SELECT_SEND, tx[i], SIM_CELL(v)}
#define GET(t) {RT_SELECT_GET, t, {{0, 0}}}

/* What a select on a task did; result.word: index, value. */
typedef struct Wait {
    RtSelectArm arms[CHANNELS];
    int         count;
    int64_t     timeout_ms;
} Wait;

static void select_task(RtTask *self, void *arg)
{
    Wait       *w = arg;
    RtSelectArm arms[CHANNELS];
    memcpy(arms, w->arms, sizeof arms);
    RT_POLL();
    int64_t i = rt_select(arms, w->count, false, w->timeout_ms, &self->error, NULL);
    self->result.word[0] = (uint64_t)i;
    self->result.word[1] = i >= 0 ? arms[i].cell.word[0] : 0;
}

static Wait waits[8];

static RtTask *spawn_select(int which, int count, const RtSelectArm *arms)
{
    Wait *w = &waits[which];
    memcpy(w->arms, arms, (size_t)count * sizeof *arms);
    w->count      = count;
    w->timeout_ms = -1;
    return sim_spawn(select_task, w);
}

#define SPAWN(which, ...)                                                                          \
    spawn_select(which, sizeof(RtSelectArm[]){__VA_ARGS__} / sizeof(RtSelectArm),                  \
                 (RtSelectArm[]){__VA_ARGS__})

static int64_t index_of(const RtTask *t) { return (int64_t)t->result.word[0]; }
static int64_t value_of(const RtTask *t) { return (int64_t)t->result.word[1]; }

static bool raised(const RtError *e, RtPredeclared kind)
{
    return e != NULL && e->kind == rt_kinds[kind];
}

static bool send(int i, int64_t v) { return rt_chan_try_send(tx[i], SIM_CELL(v), NULL) == NULL; }

/* The value received from channel i, or -1. */
static int64_t receive(int i)
{
    RtCell v;
    return rt_chan_try_recv(rx[i], &v, NULL) == NULL ? SIM_INT(v) : -1;
}

/* A select of the test itself, which does not wait. */
static int poll(RtSelectArm *arms, int count)
{
    RtError *error;
    int      i = rt_select(arms, count, true, -1, &error, NULL);
    ck_assert_ptr_null(error);
    return i;
}

static void return_arg(RtTask *self, void *arg) { self->result = RT_CELL(arg); }

static void fail_always(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_error_with_message(RT_MATH_ERROR, "no", NULL);
}

/* ---- Ready arms ---- */

START_TEST(a_buffered_value_is_received)
{
    RtSelectArm arms[] = {RECV(0), RECV(1)};
    send(1, 7);
    ck_assert_int_eq(poll(arms, 2), 1);
    ck_assert_int_eq(SIM_INT(arms[1].cell), 7);
    ck_assert_int_eq(receive(1), -1);
}
END_TEST

START_TEST(room_is_sent_to)
{
    RtSelectArm arms[] = {SEND(0, 5), SEND(1, 6)};
    send(0, 1);
    ck_assert_int_eq(poll(arms, 2), 1);
    ck_assert_int_eq(receive(0), 1);
    ck_assert_int_eq(receive(0), -1);
    ck_assert_int_eq(receive(1), 6);
}
END_TEST

START_TEST(a_task_that_has_ended_is_got)
{
    RtTask     *fine = sim_spawn(return_arg, (void *)9), *bad = sim_spawn(fail_always, NULL);
    RtSelectArm arms[] = {GET(fine)}, bad_arms[] = {GET(bad)};
    RtError    *error;
    ck_assert_int_eq(poll(arms, 1), RT_SELECT_DEFAULT);
    sim_run_until_idle();
    ck_assert_int_eq(poll(arms, 1), 0);
    ck_assert_int_eq(SIM_INT(arms[0].cell), 9);
    ck_assert_int_eq(rt_select(bad_arms, 1, false, -1, &error, NULL), 0);
    ck_assert_ptr_ne(error, bad->error);                 /* a copy */
    ck_assert_str_eq(rt_error_report(error)->bytes, rt_error_report(bad->error)->bytes);
}
END_TEST

START_TEST(a_waiting_partner_is_met)
{
    channels(2, RT_CHAN_RENDEZVOUS);
    RtSelectArm recv[] = {RECV(0)}, send_arms[] = {SEND(0, 3)};
    RtTask *receiver = SPAWN(0, RECV(0), RECV(1));
    ck_assert_int_eq(poll(send_arms, 1), RT_SELECT_DEFAULT);
    sim_run_until_idle();
    ck_assert_int_eq(poll(send_arms, 1), 0);
    sim_run_until_idle();
    ck_assert_int_eq(index_of(receiver), 0);
    ck_assert_int_eq(value_of(receiver), 3);
    RtTask *sender = SPAWN(1, SEND(0, 4), SEND(1, 5));
    sim_run_until_idle();
    ck_assert_int_eq(poll(recv, 1), 0);
    ck_assert_int_eq(SIM_INT(recv[0].cell), 4);
    sim_run_until_idle();
    ck_assert_int_eq(index_of(sender), 0);
    ck_assert_int_eq(receive(1), -1);
}
END_TEST

START_TEST(an_unbounded_channel_can_always_be_sent_to)
{
    channels(1, RT_CHAN_UNBOUNDED);
    RtSelectArm arms[] = {RECV(1), SEND(0, 3)};
    for (int i = 0; i < 500; i++)
        ck_assert_int_eq(poll(arms, 2), 1);
    for (int i = 0; i < 500; i++)
        ck_assert_int_eq(receive(0), 3);
}
END_TEST

/* Of n ready arms, each is chosen about as often as the others; whatever else is there. */
START_TEST(no_arm_is_preferred)
{
    enum { ROUNDS = 4000 };
    static const int ready[] = {0, 1, 5, 9, 99};
    int              n = 5, seen[CHANNELS] = {0};
    RtSelectArm      arms[CHANNELS];
    for (int i = 0; i < CHANNELS; i++)
        arms[i] = (RtSelectArm){RT_SELECT_RECV, rx[i], {{0, 0}}};
    for (int i = 0; i < n; i++)
        send(ready[i], 1);
    for (int round = 0; round < ROUNDS; round++) {
        int i = poll(arms, _i);
        ck_assert_int_ge(i, 0);
        seen[i]++;
        send(i, 1);
    }
    int among = 0;
    for (int i = 0; i < n; i++)
        among += ready[i] < _i;
    for (int i = 0; i < among; i++) {
        ck_assert_int_ge(seen[ready[i]], ROUNDS / among * 8 / 10);
        ck_assert_int_le(seen[ready[i]], ROUNDS / among * 12 / 10);
    }
}
END_TEST

/* ---- Nothing ready ---- */

START_TEST(the_default_is_taken_also_when_all_is_closed)
{
    RtSelectArm arms[] = {RECV(0), SEND(1, 3)};
    send(1, 1);
    ck_assert_int_eq(poll(arms, 2), RT_SELECT_DEFAULT);
    rt_sender_release(tx[0]);
    rt_sender_release(tx[1]);
    ck_assert_int_eq(poll(arms, 2), RT_SELECT_DEFAULT);
    ck_assert_int_eq(poll(arms, 0), RT_SELECT_DEFAULT);
}
END_TEST

START_TEST(a_select_on_closed_channels_only_raises)
{
    RtError    *error;
    RtSelectArm arms[] = {RECV(0), SEND(1, 3)};
    rt_sender_release(tx[0]);
    rt_sender_release(tx[1]);
    ck_assert_int_eq(rt_select(arms, 2, false, _i, &error, NULL), RT_SELECT_FAILED);
    ck_assert(raised(error, RT_CHANNEL_CLOSED));
    RtTask *t = SPAWN(0, RECV(0), RECV(1));
    sim_run_until_idle();
    ck_assert_int_eq(index_of(t), RT_SELECT_FAILED);
    ck_assert(raised(t->error, RT_CHANNEL_CLOSED));
}
END_TEST

START_TEST(a_closed_channel_gives_up_what_it_has)
{
    RtSelectArm arms[] = {RECV(0), RECV(1)};
    send(0, 8);
    rt_sender_release(tx[0]);
    rt_sender_release(tx[1]);
    ck_assert_int_eq(poll(arms, 2), 0);
    ck_assert_int_eq(SIM_INT(arms[0].cell), 8);
}
END_TEST

START_TEST(a_timeout_of_nothing_tries_once)
{
    RtError    *error;
    RtSelectArm arms[] = {RECV(0), RECV(1)};
    ck_assert_int_eq(rt_select(arms, 2, false, 0, &error, NULL), RT_SELECT_TIMEOUT);
    ck_assert_ptr_null(error);
    send(0, 1);
    ck_assert_int_eq(rt_select(arms, 2, false, 0, &error, NULL), 0);
}
END_TEST

/* ---- Waiting ---- */

START_TEST(a_waiting_select_receives_from_whoever_sends_first)
{
    RtTask *t = SPAWN(0, RECV(0), RECV(1), RECV(2));
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    ck_assert(send(2, 7) && send(0, 8));
    sim_run_until_idle();
    ck_assert_int_eq(index_of(t), 2);
    ck_assert_int_eq(value_of(t), 7);
    ck_assert_int_eq(receive(0), 8);
}
END_TEST

START_TEST(a_waiting_select_sends_to_whoever_receives_first)
{
    for (int i = 0; i < 3; i++)
        send(i, i);
    RtTask *t = SPAWN(0, SEND(0, 10), SEND(1, 11), SEND(2, 12));
    sim_run_until_idle();
    ck_assert_int_eq(receive(1), 1);
    ck_assert_int_eq(receive(0), 0);
    ck_assert_int_eq(receive(0), -1);                    /* it was not sent */
    ck_assert_int_eq(receive(1), 11);
    sim_run_until_idle();
    ck_assert_int_eq(index_of(t), 1);
    ck_assert_int_eq(receive(2), 2);
    ck_assert_int_eq(receive(2), -1);
}
END_TEST

static void receive_into(RtTask *self, void *channel)
{
    self->error = rt_chan_recv(channel, &self->result, NULL);
}

START_TEST(a_waiting_select_gets_the_task_that_ends_first)
{
    RtTask *a = sim_spawn(receive_into, rx[0]), *b = sim_spawn(receive_into, rx[1]);
    RtTask *t = SPAWN(0, GET(a), GET(b), RECV(2));
    sim_run_until_idle();
    if (_i == 0)
        send(1, 6);
    else
        rt_sender_release(tx[1]);
    sim_run_until_idle();
    ck_assert_int_eq(index_of(t), 1);
    if (_i == 0)
        ck_assert_int_eq(value_of(t), 6);
    else
        ck_assert(t->error != NULL && t->error != b->error && t->error->kind == b->error->kind);
    send(0, 1);                                          /* nobody is left who waits for a */
    sim_run_until_idle();
    ck_assert(sim_done(a));
    ck_assert_ptr_null(a->sync->getters.head);
}
END_TEST

START_TEST(others_are_served_while_a_claimed_select_has_not_run)
{
    RtTask *t = SPAWN(0, RECV(0), RECV(1)), *u = NULL;
    sim_run_until_idle();
    u = sim_spawn(receive_into, rx[1]);                  /* behind t on the list */
    sim_run_until_idle();
    ck_assert(send(0, 1) && send(1, 2) && send(1, 3));
    ck_assert(!send(1, 4));
    sim_run_until_idle();
    ck_assert_int_eq(index_of(t), 0);
    ck_assert(sim_done(u));
    ck_assert_int_eq(SIM_INT(u->result), 2);
    ck_assert_int_eq(receive(1), 3);
}
END_TEST

START_TEST(it_waits_while_one_channel_is_open)
{
    RtTask *t = SPAWN(0, RECV(0), SEND(1, 5), RECV(2));
    rt_sender_release(tx[0]);
    send(1, 1);
    sim_run_until_idle();
    rt_sender_release(tx[1]);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    if (_i == 0) {
        send(2, 7);
        sim_run_until_idle();
        ck_assert_int_eq(index_of(t), 2);
    } else {
        rt_sender_release(tx[2]);
        sim_run_until_idle();
        ck_assert_int_eq(index_of(t), RT_SELECT_FAILED);
        ck_assert(raised(t->error, RT_CHANNEL_CLOSED));
    }
    ck_assert_int_eq(receive(1), 1);
    ck_assert_int_eq(receive(1), -1);
}
END_TEST

START_TEST(one_channel_may_be_in_several_arms)
{
    RtTask *t = SPAWN(0, RECV(0), RECV(0), RECV(0));
    sim_run_until_idle();
    ck_assert(send(0, 1) && send(0, 2));
    sim_run_until_idle();
    ck_assert_int_eq(value_of(t), 1);
    ck_assert_int_eq(receive(0), 2);
    RtTask *u = SPAWN(1, RECV(1), RECV(1));
    sim_run_until_idle();
    rt_sender_release(tx[1]);
    sim_run_until_idle();
    ck_assert(raised(u->error, RT_CHANNEL_CLOSED));
}
END_TEST

START_TEST(a_select_does_not_meet_itself)
{
    channels(1, RT_CHAN_RENDEZVOUS);
    RtTask *t = SPAWN(0, RECV(0), SEND(0, 5));
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    RtTask *u = SPAWN(1, SEND(0, 6), RECV(0));
    sim_run_until_idle();
    ck_assert(sim_done(t) && sim_done(u));
    ck_assert_int_ne(index_of(t) == 0, index_of(u) == 1);
    ck_assert_int_eq(index_of(t) == 0 ? value_of(t) : value_of(u), index_of(t) == 0 ? 6 : 5);
}
END_TEST

START_TEST(any_number_of_arms_can_wait)
{
    RtTask *t;
    Wait   *w = &waits[0];
    for (int i = 0; i < CHANNELS; i++)
        w->arms[i] = (RtSelectArm){RT_SELECT_RECV, rx[CHANNELS - 1 - i], {{0, 0}}};
    w->count      = CHANNELS;
    w->timeout_ms = -1;
    t             = sim_spawn(select_task, w);
    sim_run_until_idle();
    send(3, 33);
    sim_run_until_idle();
    ck_assert_int_eq(index_of(t), CHANNELS - 4);
    ck_assert_int_eq(value_of(t), 33);
    for (int i = 0; i < CHANNELS; i++)
        ck_assert_int_eq(receive(i), -1);
}
END_TEST

/* ---- In every order ---- */

static void two_selects_and_two_others(void)
{
    channels(2, RT_CHAN_RENDEZVOUS);
    RtTask *a = SPAWN(0, RECV(0), SEND(1, 1)), *b = SPAWN(1, SEND(0, 2), RECV(1));
    RtTask *c = SPAWN(2, RECV(0), RECV(1));
    sim_run_until_idle();
    /* a and b meet, and c waits; or c meets one of them, and the other waits. */
    int done = sim_done(a) + sim_done(b) + sim_done(c);
    explore_assert(done == 2);
    if (!sim_done(c))
        explore_assert((index_of(a) == 0 && value_of(a) == 2 && index_of(b) == 0) ||
                       (index_of(b) == 1 && value_of(b) == 1 && index_of(a) == 1));
    else if (!sim_done(b))
        explore_assert(index_of(a) == 1 && index_of(c) == 1 && value_of(c) == 1);
    else
        explore_assert(index_of(b) == 0 && index_of(c) == 0 && value_of(c) == 2);
}

static void senders_and_a_close(void)
{
    channels(2, RT_CHAN_BOUNDED);
    RtTask *a = SPAWN(0, RECV(0), RECV(1)), *b = SPAWN(1, RECV(1), RECV(0));
    SPAWN(2, SEND(0, 1), SEND(1, 1));
    sim_run_until_idle();
    explore_assert(sim_done(a) + sim_done(b) == 1);
    rt_sender_release(tx[0]);
    sim_run_until_idle();
    explore_assert(sim_done(a) + sim_done(b) == 1);
    rt_sender_release(tx[1]);
    sim_run_until_idle();
    explore_assert(sim_done(a) && sim_done(b));
    explore_assert(raised(a->error, RT_CHANNEL_CLOSED) + raised(b->error, RT_CHANNEL_CLOSED) == 1);
}

static void a_ring_of_three(void)
{
    channels(3, RT_CHAN_RENDEZVOUS);
    RtTask *t[] = {SPAWN(0, SEND(0, 0), RECV(2)), SPAWN(1, SEND(1, 1), RECV(0)),
                   SPAWN(2, SEND(2, 2), RECV(1))};
    sim_run_until_idle();
    explore_assert(sim_done(t[0]) + sim_done(t[1]) + sim_done(t[2]) == 2);
}

START_TEST(selects_in_every_order)
{
    static void (*const scenarios[])(void) = {two_selects_and_two_others, senders_and_a_close,
                                              a_ring_of_three};
    ck_assert_int_ge(explore(scenarios[_i]), 10);
}
END_TEST

/* ---- The collector ---- */

static RtTask *kept;

static __attribute__((noinline)) void send_string(int i)
{
    rt_chan_try_send(tx[i], RT_CELL(rt_string_new("handed over", 11)), NULL);
}

START_TEST(a_value_received_is_kept)
{
    for (int i = 0; i < 2; i++)
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx[i], &rx[i]);
    kept = SPAWN(0, RECV(0), RECV(1));
    sim_run_until_idle();
    send_string(1);
    sim_collect_and_overwrite();
    sim_run_until_idle();
    sim_collect_and_overwrite();
    ck_assert_str_eq(((const RtString *)kept->result.word[1])->bytes, "handed over");
}
END_TEST

static void send_strings(RtTask *self, void *arg)
{
    (void)arg;
    RtSelectArm arms[] = {{RT_SELECT_SEND, tx[0], RT_CELL(rt_string_new("to be sent", 10))},
                          {RT_SELECT_SEND, tx[1], RT_CELL(rt_string_new("or this one", 11))}};
    self->result = SIM_CELL(rt_select(arms, 2, false, -1, &self->error, NULL));
}

START_TEST(values_to_send_are_kept)
{
    RtCell v;
    for (int i = 0; i < 2; i++)
        rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, true, &tx[i], &rx[i]);
    for (int i = 0; i < 50; i++)
        sim_spawn(send_strings, NULL);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    for (int i = 0; i < 50; i++) {
        ck_assert_ptr_null(rt_chan_try_recv(rx[i % 2], &v, NULL));
        ck_assert_str_eq(RT_UNCELL(const RtString *, v)->bytes,
                         i % 2 == 0 ? "to be sent" : "or this one");
    }
}
END_TEST

/* Waits on its own channel and on tx[0], for something nobody sends. */
static void select_in_vain(RtTask *self, void *arg)
{
    RtSender   *own_tx;
    RtReceiver *own_rx;
    (void)arg;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &own_tx, &own_rx);
    RtTask     *never = sim_spawn(receive_into, own_rx);
    RtSelectArm arms[] = {{RT_SELECT_RECV, own_rx, {{0, 0}}},
                          {RT_SELECT_SEND, tx[0], SIM_CELL(1)},
                          {RT_SELECT_GET, never, {{0, 0}}}};
    rt_select(arms, 3, false, -1, &self->error, NULL);
}

static __attribute__((noinline)) void spawn_in_vain(int n)
{
    for (int i = 0; i < n; i++)
        sim_spawn(select_in_vain, NULL);
    sim_run_until_idle();
}

static __attribute__((noinline)) void spawn_rounds_in_vain(void)
{
    for (int round = 0; round < 10; round++) {
        spawn_in_vain(100);
        sim_collect_and_overwrite();
        ck_assert_int_eq(sim_syncs_alive(), 200 * (round + 1));
    }
}

/* They could be woken through rx[0] only. */
START_TEST(selects_that_nobody_can_wake_are_taken_off_every_list)
{
    rt_chan_new(RT_CHAN_RENDEZVOUS, 0, 1, false, &tx[0], &rx[0]);
    spawn_rounds_in_vain();
    rx[0] = NULL;
    sim_collect_and_overwrite();
    ck_assert_int_le(sim_syncs_alive(), 40);
    int64_t alive = sim_syncs_alive();
    rt_sender_release(tx[0]);
    sim_run_until_idle();
    ck_assert_int_le(sched_counters().finished, alive);
}
END_TEST

static void wait_on_second(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_chan_recv(rx[1], &self->result, NULL);
}

/* A select on A and B is kept by A; those who wait for B only are not. */
START_TEST(a_select_keeps_nobody_who_waits_beside_it)
{
    kept = SPAWN(0, RECV(0), RECV(1));
    sim_run_until_idle();
    for (int i = 0; i < 200; i++)
        sim_spawn(wait_on_second, NULL);
    sim_run_until_idle();
    tx[1] = NULL;
    sim_collect_and_overwrite();
    ck_assert_int_le(sim_syncs_alive(), 11);
    send(0, 5);
    sim_run_until_idle();
    ck_assert_int_eq(value_of(kept), 5);
}
END_TEST

static int64_t released;

static __attribute__((noinline)) void receive_and_drop(void)
{
    RtError    *error;
    RtSelectArm arms[] = {RECV(0), RECV(1)};
    rt_select(arms, 2, false, -1, &error, NULL);
}

static void drop_and_stay(RtTask *self, void *arg)
{
    (void)arg;
    receive_and_drop();
    sim_scrub();
    self->error = rt_chan_recv(rx[2], &self->result, NULL);
}

static __attribute__((noinline)) void serve_droppers(int n)
{
    for (int i = 0; i < n; i++)
        sim_spawn(drop_and_stay, NULL);
    sim_run_until_idle();
    for (int i = 0; i < n; i++)
        rt_chan_try_send(tx[i % 2], RT_CELL(sim_counted(&released)), NULL);
    sim_run_until_idle();
}

START_TEST(a_task_forgets_what_its_select_received)
{
    enum { N = 100 };
    for (int i = 0; i < 2; i++)
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx[i], &rx[i]);
    serve_droppers(N);
    sim_collect_and_overwrite();
    ck_assert_int_ge(released, N * 9 / 10);
    ck_assert_int_eq(sim_syncs_alive(), N);
}
END_TEST

static __attribute__((noinline)) void claim_two_selects(void)
{
    RtTask *g = sim_spawn(receive_into, rx[4]);
    RtTask *t = SPAWN(0, RECV(0), RECV(1), SEND(2, 1)), *u = SPAWN(1, GET(g), RECV(3));
    send(2, 1);
    sim_run_until_idle();
    ck_assert(send(0, 1) && send(3, 1));
    ck_assert_int_eq(tasksync_state(t->sync), TASK_READY);
    ck_assert_int_eq(tasksync_state(u->sync), TASK_READY);
}

/* What is READY when the program ends is still on the lists of the other arms. */
START_TEST(a_claimed_select_can_be_reclaimed)
{
    claim_two_selects();
    sched_forget_tasks();
    memset(waits, 0, sizeof waits);
    memset(tx, 0, sizeof tx);
    memset(rx, 0, sizeof rx);
    sim_collect_and_overwrite();
    heap_fini();
    ck_assert_int_eq(sim_syncs_alive(), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("select");
    TCase *ready = tcase_create("ready");
    tcase_add_checked_fixture(ready, select_setup, NULL);
    tcase_add_test(ready, a_buffered_value_is_received);
    tcase_add_test(ready, room_is_sent_to);
    tcase_add_test(ready, a_task_that_has_ended_is_got);
    tcase_add_test(ready, a_waiting_partner_is_met);
    tcase_add_test(ready, an_unbounded_channel_can_always_be_sent_to);
    tcase_add_loop_test(ready, no_arm_is_preferred, 2, 12);
    tcase_add_loop_test(ready, no_arm_is_preferred, 199, 201);
    suite_add_tcase(s, ready);
    TCase *not_ready = tcase_create("not ready");
    tcase_add_checked_fixture(not_ready, select_setup, NULL);
    tcase_add_test(not_ready, the_default_is_taken_also_when_all_is_closed);
    tcase_add_loop_test(not_ready, a_select_on_closed_channels_only_raises, -1, 2);
    tcase_add_test(not_ready, a_closed_channel_gives_up_what_it_has);
    tcase_add_test(not_ready, a_timeout_of_nothing_tries_once);
    suite_add_tcase(s, not_ready);
    TCase *waiting = tcase_create("waiting");
    tcase_add_checked_fixture(waiting, select_setup, NULL);
    tcase_add_test(waiting, a_waiting_select_receives_from_whoever_sends_first);
    tcase_add_test(waiting, a_waiting_select_sends_to_whoever_receives_first);
    tcase_add_loop_test(waiting, a_waiting_select_gets_the_task_that_ends_first, 0, 2);
    tcase_add_test(waiting, others_are_served_while_a_claimed_select_has_not_run);
    tcase_add_loop_test(waiting, it_waits_while_one_channel_is_open, 0, 2);
    tcase_add_test(waiting, one_channel_may_be_in_several_arms);
    tcase_add_test(waiting, a_select_does_not_meet_itself);
    tcase_add_test(waiting, any_number_of_arms_can_wait);
    suite_add_tcase(s, waiting);
    TCase *orders = tcase_create("orders");
    tcase_add_checked_fixture(orders, explore_setup, NULL);
    tcase_set_timeout(orders, 300);
    tcase_add_loop_test(orders, selects_in_every_order, 0, 3);
    suite_add_tcase(s, orders);
    TCase *collector = tcase_create("collector");
    tcase_add_checked_fixture(collector, select_setup, NULL);
    tcase_set_timeout(collector, 60);
    tcase_add_test(collector, a_value_received_is_kept);
    tcase_add_test(collector, values_to_send_are_kept);
    tcase_add_test(collector, a_claimed_select_can_be_reclaimed);
    if (sim_collects()) {
        tcase_add_test(collector, selects_that_nobody_can_wake_are_taken_off_every_list);
        tcase_add_test(collector, a_task_forgets_what_its_select_received);
        tcase_add_test(collector, a_select_keeps_nobody_who_waits_beside_it);
    }
    suite_add_tcase(s, collector);
    return s;
}

int main(void) { return check_run(suite()); }
