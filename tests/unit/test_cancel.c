/*
 * test_cancel.c - cancellation: at every wait, for good, and against everything it can race with.
 */
#include "tests/unit/check_main.h"
#include "tests/unit/explore.h"

static RtSender   *tx, *other_tx;
static RtReceiver *rx, *other_rx;

static void channels(RtChanKind kind)
{
    rt_chan_new(kind, 1, 1, false, &tx, &rx);
    rt_chan_new(kind, 1, 1, false, &other_tx, &other_rx);
}

static void cancel_setup(void)
{
    sim_setup();
    channels(RT_CHAN_BOUNDED);
}

/* ---- Pieces ---- */

static bool raised(const RtError *e, RtPredeclared kind)
{
    return e != NULL && e->kind == rt_kinds[kind];
}

static void receive(RtTask *self, void *arg)
{
    (void)arg;
    RT_POLL();
    self->error = rt_chan_recv(rx, &self->result, NULL);
}

static void send_arg(RtTask *self, void *arg)
{
    RT_POLL();
    self->error = rt_chan_send(tx, RT_CELL(arg), NULL);
}

static void send_other(RtTask *self, void *arg)
{
    RT_POLL();
    self->error = rt_chan_send(other_tx, RT_CELL(arg), NULL);
}

static void close_tx(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    RT_POLL();
    rt_sender_release(tx);
}

static void return_arg(RtTask *self, void *arg)
{
    RT_POLL();
    self->result = RT_CELL(arg);
}

static void get(RtTask *self, void *task)
{
    RT_POLL();
    self->error = rt_task_get(task, NULL);
    if (self->error == NULL)
        self->result = ((RtTask *)task)->result;
}

static void join(RtTask *self, void *task)
{
    RT_POLL();
    rt_task_join(task, NULL);
    ck_assert(sim_done(task));
    self->result = ((RtTask *)task)->result;
}

static void cancel(RtTask *self, void *task)
{
    (void)self;
    RT_POLL();
    rt_task_cancel(task);
}

static void receive_either(RtTask *self, void *arg)
{
    RtSelectArm arms[] = {{RT_SELECT_RECV, rx, {{0, 0}}}, {RT_SELECT_RECV, other_rx, {{0, 0}}}};
    (void)arg;
    RT_POLL();
    int i = rt_select(arms, 2, false, -1, &self->error, NULL);
    if (i >= 0)
        self->result = arms[i].cell;
}

static void send_either(RtTask *self, void *arg)
{
    RtSelectArm arms[] = {{RT_SELECT_SEND, tx, RT_CELL(arg)},
                          {RT_SELECT_SEND, other_tx, RT_CELL(arg)}};
    RT_POLL();
    self->result = SIM_CELL(rt_select(arms, 2, false, -1, &self->error, NULL));
}

static int64_t buffered(RtReceiver *from)
{
    RtCell  v;
    int64_t n = 0;
    while (rt_chan_try_recv(from, &v, NULL) == NULL)
        n++;
    return n;
}

/* How often each of two outcomes was seen: both have to be possible. */
static int yes, no;

static void count(bool outcome) { ++*(outcome ? &yes : &no); }

static void assert_both(int runs)
{
    ck_assert_msg(yes > 0 && no > 0, "%d of %d runs one way, %d the other", yes, runs, no);
}

/* ---- At every wait ---- */

static void next(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    while (rt_chan_next(rx, &v, NULL))
        self->result = v;
}

START_TEST(a_waiting_task_is_woken_and_told)
{
    static const SimCode codes[] = {receive, send_arg, receive_either, send_either, get};
    RtTask *never = sim_spawn(next, NULL);
    sim_run_until_idle();
    RtTask *other = NULL;
    if (codes[_i] == send_arg || codes[_i] == send_either) {
        rt_chan_try_send(tx, SIM_CELL(1), NULL);         /* wakes never, who comes back */
        sim_run_until_idle();
        rt_task_cancel(never);
        sim_run_until_idle();
        rt_chan_try_send(tx, SIM_CELL(1), NULL);
        rt_chan_try_send(other_tx, SIM_CELL(1), NULL);
        other = sim_spawn(codes[_i], (void *)7);
    } else {
        other = sim_spawn(codes[_i], never);
    }
    sim_run_until_idle();
    ck_assert(sim_parked(other));
    rt_task_cancel(other);
    sim_run_until_idle();
    ck_assert(sim_done(other));
    ck_assert(raised(other->error, RT_TASK_CANCELLED));
    if (codes[_i] == send_arg || codes[_i] == send_either) {
        ck_assert_int_eq(buffered(rx), 1);               /* 7 was not sent */
        ck_assert_int_eq(buffered(other_rx), 1);
    }
}
END_TEST

START_TEST(iteration_ends)
{
    RtTask *t = sim_spawn(next, NULL);
    sim_run_until_idle();
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_ptr_null(t->error);
}
END_TEST

START_TEST(a_join_goes_on)
{
    RtTask *t = sim_spawn(receive, NULL), *j = sim_spawn(join, t);
    sim_run_until_idle();
    rt_task_cancel(j);
    sim_run_until_idle();
    ck_assert(sim_parked(j));
    rt_chan_try_send(tx, SIM_CELL(5), NULL);
    sim_run_until_idle();
    ck_assert(sim_done(j));
    ck_assert_int_eq(SIM_INT(j->result), 5);
}
END_TEST

/* ---- For good ---- */

static void try_thrice(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    int64_t told = 0;
    for (int i = 0; i < 3; i++)
        told += raised(rt_chan_recv(rx, &v, NULL), RT_TASK_CANCELLED);
    receive_either(self, NULL);
    told += raised(self->error, RT_TASK_CANCELLED);
    self->result = SIM_CELL(told);
}

START_TEST(every_later_wait_raises_again)
{
    RtTask *t = sim_spawn(try_thrice, NULL);
    sim_run_until_idle();
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(t->result), 4);
}
END_TEST

START_TEST(what_need_not_wait_goes_on)
{
    rt_chan_try_send(tx, SIM_CELL(3), NULL);
    RtTask *t = sim_spawn(receive, NULL);
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert_ptr_null(t->error);
    ck_assert_int_eq(SIM_INT(t->result), 3);
    RtTask *s = sim_spawn(receive_either, NULL);
    rt_chan_try_send(tx, SIM_CELL(4), NULL);
    rt_task_cancel(s);
    sim_run_until_idle();
    ck_assert_ptr_null(s->error);
}
END_TEST

START_TEST(a_task_cancelled_before_it_began_runs_to_its_first_wait)
{
    RtTask *t = sim_spawn(try_thrice, NULL);
    rt_task_cancel(t);
    ck_assert(rt_task_is_cancelled(t) && !rt_task_is_done(t));
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(t->result), 4);
}
END_TEST

START_TEST(get_of_a_cancelled_task_gives_what_it_ended_with)
{
    RtTask *fine = sim_spawn(return_arg, (void *)9), *stuck = sim_spawn(receive, NULL);
    rt_task_cancel(fine);
    rt_task_cancel(stuck);
    RtTask *a = sim_spawn(get, fine), *b = sim_spawn(get, stuck);
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(a->result), 9);
    ck_assert(b->error != NULL && b->error->kind == stuck->error->kind);
    ck_assert(raised(b->error, RT_TASK_CANCELLED));
}
END_TEST

/* ---- Races, in every order ---- */

static void against_a_send(void)
{
    channels(RT_CHAN_BOUNDED);
    RtTask *r = sim_spawn(receive, NULL), *s = sim_spawn(send_arg, (void *)7);
    sim_spawn(cancel, r);
    sim_run_until_idle();
    explore_assert(sim_done(r) && sim_done(s) && s->error == NULL);
    bool got = r->error == NULL;
    explore_assert(got ? SIM_INT(r->result) == 7 : raised(r->error, RT_TASK_CANCELLED));
    explore_assert(buffered(rx) == !got);
    count(got);
}

static void against_a_receive(void)
{
    channels(RT_CHAN_RENDEZVOUS);
    RtTask *s = sim_spawn(send_arg, (void *)7), *r = sim_spawn(receive, NULL);
    sim_spawn(cancel, s);
    sim_run_until_idle();
    bool sent = s->error == NULL;
    explore_assert(sim_done(s) && sim_done(r) == sent);
    explore_assert(sent || raised(s->error, RT_TASK_CANCELLED));
    count(sent);
}

static void against_a_close(void)
{
    channels(RT_CHAN_BOUNDED);
    RtTask *r = sim_spawn(receive, NULL);
    sim_spawn(close_tx, NULL);
    sim_spawn(cancel, r);
    sim_run_until_idle();
    bool closed = raised(r->error, RT_CHANNEL_CLOSED);
    explore_assert(sim_done(r) && (closed || raised(r->error, RT_TASK_CANCELLED)));
    count(closed);
}

static void against_a_completion(void)
{
    RtTask *t = sim_spawn(return_arg, (void *)5), *g = sim_spawn(get, t), *j = sim_spawn(join, t);
    sim_spawn(cancel, g);
    rt_task_cancel(j);
    sim_run_until_idle();
    bool got = g->error == NULL;
    explore_assert(sim_done(g) && sim_done(j) && SIM_INT(j->result) == 5);
    explore_assert(got ? SIM_INT(g->result) == 5 : raised(g->error, RT_TASK_CANCELLED));
    count(got);
}

static void of_the_task_that_is_got(void)
{
    channels(RT_CHAN_BOUNDED);
    RtTask *t = sim_spawn(receive, NULL), *g = sim_spawn(get, t);
    sim_spawn(send_arg, (void *)7);
    sim_spawn(cancel, t);
    sim_run_until_idle();
    explore_assert(sim_done(g) && (g->error == NULL) == (t->error == NULL));
    count(g->error == NULL);
}

static void of_a_select_against_two_sends(void)
{
    channels(RT_CHAN_BOUNDED);
    RtTask *w = sim_spawn(receive_either, NULL);
    sim_spawn(send_arg, (void *)1);
    sim_spawn(send_other, (void *)2);
    sim_spawn(cancel, w);
    sim_run_until_idle();
    int64_t first = buffered(rx), second = buffered(other_rx);
    bool    got   = w->error == NULL;
    explore_assert(sim_done(w));
    explore_assert(got || raised(w->error, RT_TASK_CANCELLED));
    explore_assert(first == !(got && SIM_INT(w->result) == 1));
    explore_assert(second == !(got && SIM_INT(w->result) == 2));
    count(got);
}

static void of_a_select_against_a_close_and_a_send(void)
{
    channels(RT_CHAN_RENDEZVOUS);
    RtTask *w = sim_spawn(receive_either, NULL), *s = sim_spawn(send_other, (void *)2);
    sim_spawn(close_tx, NULL);
    sim_spawn(cancel, w);
    sim_run_until_idle();
    bool got = w->error == NULL;
    explore_assert(sim_done(w) && sim_done(s) == got);
    explore_assert(got ? SIM_INT(w->result) == 2 : raised(w->error, RT_TASK_CANCELLED));
    count(got);
}

static void of_one_of_two_selects_that_meet(void)
{
    channels(RT_CHAN_RENDEZVOUS);
    RtTask *w = sim_spawn(receive_either, NULL), *s = sim_spawn(send_either, (void *)7);
    sim_spawn(cancel, s);
    sim_run_until_idle();
    bool met = s->error == NULL;
    explore_assert(sim_done(s) && sim_done(w) == met);
    explore_assert(!met || SIM_INT(w->result) == 7);
    if (!met) {                                          /* w is still to be had */
        explore_assert(rt_chan_try_send(other_tx, SIM_CELL(8), NULL) == NULL);
        sim_run_until_idle();
        explore_assert(sim_done(w) && SIM_INT(w->result) == 8);
    }
    count(met);
}

typedef void (*Scenario)(void);
static const Scenario scenarios[] = {
    against_a_send, against_a_receive, against_a_close, against_a_completion,
    of_the_task_that_is_got, of_a_select_against_two_sends, of_a_select_against_a_close_and_a_send,
    of_one_of_two_selects_that_meet,
};

START_TEST(a_cancel_in_every_order)
{
    int runs = explore(scenarios[_i]);
    if (explore_is_complete())
        assert_both(runs);
    ck_assert_int_ge(runs, 10);
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("cancel");
    TCase *waits = tcase_create("waits");
    tcase_add_checked_fixture(waits, cancel_setup, NULL);
    tcase_add_loop_test(waits, a_waiting_task_is_woken_and_told, 0, 5);
    tcase_add_test(waits, iteration_ends);
    tcase_add_test(waits, a_join_goes_on);
    suite_add_tcase(s, waits);
    TCase *level = tcase_create("level");
    tcase_add_checked_fixture(level, cancel_setup, NULL);
    tcase_add_test(level, every_later_wait_raises_again);
    tcase_add_test(level, what_need_not_wait_goes_on);
    tcase_add_test(level, a_task_cancelled_before_it_began_runs_to_its_first_wait);
    tcase_add_test(level, get_of_a_cancelled_task_gives_what_it_ended_with);
    suite_add_tcase(s, level);
    TCase *races = tcase_create("races");
    tcase_add_checked_fixture(races, explore_setup, NULL);
    tcase_set_timeout(races, 300);
    tcase_add_loop_test(races, a_cancel_in_every_order, 0,
                        (int)(sizeof scenarios / sizeof scenarios[0]));
    suite_add_tcase(s, races);
    return s;
}

int main(void) { return check_run(suite()); }
