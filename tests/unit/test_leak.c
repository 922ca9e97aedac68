/*
 * test_leak.c - tasks that nothing can wake are cancelled; errors that nobody gets are reported.
 *
 * Collections are conservative: single objects may survive by a stale word. So each case makes
 * MANY of its kind, and FEW may be left over.
 */
#define _GNU_SOURCE                      /* memfd_create */
#include "runtime/task/leak.h"

#include "tests/unit/check_main.h"
#include "tests/unit/runtime_fixture.h"
#include "tests/unit/sim.h"

enum { MANY = 200, FEW = 10 };

static int cancelled, closed, done;      /* how the tasks' waits ended */

static void setup(void)
{
    sim_setup();
    leak_init();
}

static void count(RtError *error)
{
    if (error == NULL)
        done++;
    else if (error->kind == rt_kinds[RT_TASK_CANCELLED])
        cancelled++;
    else
        closed++;
}

/* Overwrites what is stale, collects, and lets run what that made runnable; twice, as the first
 * round may leave new garbage. */
static void collect_and_run(void)
{
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
        sim_run_until_idle();
    }
}

/* ---- Tasks that wait ---- */

static void receive(RtTask *self, void *rx)
{
    RtCell v;
    (void)self;
    count(rt_chan_recv(rx, &v, NULL));
}

static void send_two(RtTask *self, void *tx)
{
    (void)self;
    count(rt_chan_send(tx, SIM_CELL(1), NULL));
    count(rt_chan_send(tx, SIM_CELL(2), NULL));
}

static void range_over(RtTask *self, void *rx)
{
    RtCell v;
    (void)self;
    while (rt_chan_next(rx, &v, NULL))
        ;
    cancelled++;
}

static void get(RtTask *self, void *task)
{
    (void)self;
    count(rt_task_get(task, NULL));
}

static __attribute__((noinline)) void spawn_with_channels(SimCode code, bool sends, int n)
{
    RtSender   *tx;
    RtReceiver *rx;
    for (int i = 0; i < n; i++) {
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx, &rx);
        sim_spawn(code, sends ? (void *)tx : (void *)rx);
    }
    sim_run_until_idle();
}

static void assert_nearly(int n, int all, const char *what)
{
    ck_assert_msg(n >= all - FEW && n <= all, "%d %s, expected about %d", n, what, all);
}

static void assert_all_cancelled(void)
{
    collect_and_run();
    assert_nearly(cancelled, MANY, "cancelled");
    collect_and_run();
    ck_assert_msg(sim_syncs_alive() <= FEW + 1, "%d blocks are left", (int)sim_syncs_alive());
}

START_TEST(a_receiver_without_sender_is_cancelled)
{
    spawn_with_channels(receive, false, MANY);
    assert_all_cancelled();
    ck_assert_int_eq(closed, 0);
}
END_TEST

START_TEST(a_sender_without_receiver_is_cancelled)
{
    spawn_with_channels(send_two, true, MANY);
    ck_assert_int_eq(done, MANY);                        /* the first value found room */
    assert_all_cancelled();
}
END_TEST

START_TEST(a_loop_over_a_channel_ends)
{
    spawn_with_channels(range_over, false, MANY);
    assert_all_cancelled();
}
END_TEST

/* Each waits for the next, the last for the first. */
static void get_in_a_cell(RtTask *self, void *cell)
{
    (void)self;
    count(rt_task_get(*(RtTask **)cell, NULL));
}

static __attribute__((noinline)) void spawn_cycles(int n)
{
    for (int i = 0; i < n; i++) {
        RtTask **a = rt_alloc(HEAP_PTR1, sizeof *a), **b = rt_alloc(HEAP_PTR1, sizeof *b);
        *a = *b = NULL;
        *a      = sim_spawn(get_in_a_cell, b);
        *b      = sim_spawn(get_in_a_cell, a);
    }
    sim_run_until_idle();
}

/* One of the two is woken by its cancel, and by the end of that one the other, if that was not
 * cancelled first: all are, before any of them runs. */
START_TEST(tasks_that_wait_for_each_other_are_cancelled)
{
    spawn_cycles(MANY / 2);
    assert_all_cancelled();
    ck_assert_int_eq(done, 0);
}
END_TEST

/* A chain: the last waits on a channel, each other for the one before. */
static __attribute__((noinline)) void spawn_chain(int n)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx, &rx);
    RtTask *t = sim_spawn(receive, rx);
    for (int i = 1; i < n; i++)
        t = sim_spawn(get, t);
    sim_run_until_idle();
}

START_TEST(a_chain_of_waiting_tasks_is_cancelled_at_once)
{
    for (int i = 0; i < MANY / 10; i++)
        spawn_chain(10);
    sim_scrub();
    heap_collect();
    sim_run_until_idle();
    ck_assert_int_ge(cancelled, MANY - 3 * FEW);
    collect_and_run();
    assert_nearly(cancelled, MANY, "cancelled");
}
END_TEST

/* A worker may take its time: the next collection keeps what this one found, and leaves it alone. */
START_TEST(what_was_found_is_not_found_again)
{
    spawn_with_channels(receive, false, MANY);
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_uint_le(atomic_load(&leak_found), MANY);
    sim_run_until_idle();
    assert_nearly(cancelled, MANY, "cancelled");
}
END_TEST

/* ---- What is not leaked ---- */

static RtSender *kept[MANY];
static RtTask   *handles[MANY];

static __attribute__((noinline)) void spawn_kept(void)
{
    RtReceiver *rx;
    for (int i = 0; i < MANY; i++) {
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &kept[i], &rx);
        handles[i] = sim_spawn(receive, rx);
    }
    sim_run_until_idle();
}

START_TEST(who_can_be_woken_is_left_alone)
{
    spawn_kept();
    memset(handles, 0, sizeof handles);
    collect_and_run();
    ck_assert_int_eq(cancelled, 0);
    for (int i = 0; i < MANY; i++)
        ck_assert_ptr_null(rt_chan_try_send(kept[i], SIM_CELL(i), NULL));
    sim_run_until_idle();
    ck_assert_int_eq(done, MANY);
}
END_TEST

START_TEST(who_has_a_handle_is_left_alone)
{
    spawn_kept();
    memset(kept, 0, sizeof kept);
    collect_and_run();
    ck_assert_int_eq(cancelled, 0);
    memset(handles, 0, sizeof handles);
    collect_and_run();
    assert_nearly(cancelled, MANY, "cancelled");
}
END_TEST

/* Two tasks: one sleeps on a channel that the test keeps, with the sender of the other on its stack
 * or among its arguments only. */
typedef struct Holder { RtReceiver *rx; RtSender *tx; } Holder;

static void hold_on_the_stack(RtTask *self, void *arg)
{
    Holder  *h  = arg;
    RtSender *tx = h->tx;
    RtCell   v;
    (void)self;
    h->tx = NULL;
    rt_chan_recv(h->rx, &v, NULL);
    count(rt_chan_send(tx, SIM_CELL(7), NULL));
}

static __attribute__((noinline)) void spawn_held(void)
{
    for (int i = 0; i < MANY; i++) {
        Holder     *h = rt_alloc(HEAP_PTR2, sizeof *h);
        RtReceiver *rx;
        h->rx = NULL;
        h->tx = NULL;
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &kept[i], &h->rx);
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &h->tx, &rx);
        sim_spawn(hold_on_the_stack, h);
        sim_spawn(receive, rx);
    }
    sim_run_until_idle();
}

START_TEST(a_sender_on_a_parked_stack_counts)
{
    spawn_held();
    collect_and_run();
    ck_assert_int_eq(cancelled, 0);
    for (int i = 0; i < MANY; i++)
        rt_chan_try_send(kept[i], SIM_CELL(0), NULL);
    sim_run_until_idle();
    ck_assert_int_eq(done, 2 * MANY);                    /* each holder has sent, each other received */
}
END_TEST

/* ... and when the holder is leaked itself, so are both, in the same collection. */
START_TEST(who_is_held_by_a_leaked_task_is_leaked_with_it)
{
    spawn_held();
    memset(kept, 0, sizeof kept);
    collect_and_run();
    ck_assert_msg(cancelled + done >= 2 * MANY - 4 * FEW, "%d ended", cancelled + done);
}
END_TEST

/* ---- Clean-up ---- */

static int64_t released;

static void receive_with_luggage(RtTask *self, void *arg)
{
    SimCounted *luggage = sim_counted(&released);
    RtString   *text    = (RtString *)rt_string_new("luggage", 7);
    RtCell      v;
    (void)self;
    RtError *e = rt_chan_recv(arg, &v, NULL);
    ck_assert_int_eq(text->bytes[6], 'e');
    ck_assert_ptr_eq(luggage->count, &released);
    count(e);
    rt_keep(luggage);
}

START_TEST(what_a_leaked_task_refers_to_is_intact_and_goes_after_it)
{
    spawn_with_channels(receive_with_luggage, false, MANY);
    sim_scrub();
    heap_collect();
    ck_assert_int_le(released, cancelled);               /* nothing before its task */
    for (int i = 0; i < 5000; i++)                       /* what was reclaimed is overwritten */
        rt_string_new("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 4 + i % 28);
    sim_run_until_idle();
    assert_nearly(cancelled, MANY, "cancelled");
    collect_and_run();
    assert_nearly((int)released, MANY, "released");
}
END_TEST

/* Swallows the cancel and waits on. */
static void receive_stubbornly(RtTask *self, void *rx)
{
    RtCell v;
    (void)self;
    for (int i = 0; i < 3; i++)
        count(rt_chan_recv(rx, &v, NULL));
}

START_TEST(a_cancelled_task_cannot_wait_again)
{
    spawn_with_channels(receive_stubbornly, false, MANY);
    collect_and_run();
    assert_nearly(cancelled, 3 * MANY, "cancelled");
    ck_assert_int_eq(cancelled % 3, 0);
}
END_TEST

/* ---- Under way ---- */

/* A value for a leaked task from another leaked one, in its clean-up. */
typedef struct Pair { RtReceiver *rx; RtSender *tx; } Pair;

static void pass_on_when_cancelled(RtTask *self, void *arg)
{
    Pair  *p = arg;
    RtCell v;
    (void)self;
    count(rt_chan_recv(p->rx, &v, NULL));
    rt_chan_try_send(p->tx, SIM_CELL(1), NULL);
}

static __attribute__((noinline)) void spawn_pairs(int n)
{
    for (int i = 0; i < n; i++) {
        Pair       *p = rt_alloc(HEAP_PTR2, sizeof *p);
        RtReceiver *rx;
        RtSender   *tx;
        p->rx = NULL;
        p->tx = NULL;
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx, &p->rx);
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &p->tx, &rx);
        sim_spawn(pass_on_when_cancelled, p);
        sim_spawn(receive, rx);
    }
    sim_run_until_idle();
}

START_TEST(leaked_tasks_may_wake_each_other_while_they_clean_up)
{
    spawn_pairs(MANY / 2);
    for (int i = 0; i < 5; i++)
        collect_and_run();
    ck_assert_msg(cancelled + done >= MANY - 2 * FEW && cancelled + done <= MANY, "%d and %d",
                  cancelled, done);
}
END_TEST

/* ---- Errors that nobody gets ---- */

static void end_in_error(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_error_with_message(RT_MATH_ERROR, "lost", NULL);
}

static int lines_with(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
        n++;
    return n;
}

static __attribute__((noinline)) void spawn_failing(int n)
{
    for (int i = 0; i < n; i++)
        sim_spawn(end_in_error, NULL);
    sim_run_until_idle();
}

/* Bodies of run_captured have a heap already; they need the rest of sim_setup. */
static void start_tasks(void)
{
    static const RootHooks hooks = {stack_top_of, sched_push_roots, leak_after_mark};
    setenv("PLUTO_WORKERS", "1", 1);
    memory_init();
    stack_init();
    leak_init();
    roots_install(&hooks);
    sched_init();
}

static void lose_errors(void)
{
    start_tasks();
    spawn_failing(50);
    collect_and_run();
    collect_and_run();
    leak_report_at_end();
    leak_report_at_end();
}

START_TEST(each_lost_error_is_reported_once)
{
    const Captured *c = run_captured(lose_errors);
    ck_assert_int_eq(c->status, 0);
    ck_assert_int_eq(lines_with(c->err, "(sim) that nobody got: MathError { message: \"lost\" }"), 50);
    ck_assert_int_eq(lines_with(c->err, "spawned at sim.pluto:1:1\n"), 50);
}
END_TEST

static void lose_errors_to_the_collector(void)
{
    start_tasks();
    spawn_failing(50);
    collect_and_run();
    collect_and_run();
}

START_TEST(a_lost_error_is_reported_when_the_task_is_reclaimed)
{
    const Captured *c = run_captured(lose_errors_to_the_collector);
    assert_nearly(lines_with(c->err, "nobody got: MathError"), 50, "reported");
}
END_TEST

static void get_or_detach(void)
{
    start_tasks();
    for (int i = 0; i < 20; i++) {
        RtTask *t = sim_spawn(end_in_error, NULL);
        if (i % 2 == 0)
            sim_spawn(get, t);
        sim_run_until_idle();
        if (i % 2 != 0)
            rt_task_detach(t);
    }
    collect_and_run();
    leak_report_at_end();
}

START_TEST(an_error_that_somebody_got_is_not_reported)
{
    const Captured *c = run_captured(get_or_detach);
    ck_assert_int_eq(lines_with(c->err, "nobody got"), 0);
    ck_assert_int_eq(lines_with(c->err, "error in detached task"), 10);
}
END_TEST

static void raise_what_recv_raises(RtTask *self, void *rx)
{
    RtCell v;
    self->error = rt_chan_recv(rx, &v, NULL);
}

static void cancel_and_forget(void)
{
    start_tasks();
    spawn_with_channels(raise_what_recv_raises, false, 50);
    collect_and_run();
    leak_report_at_end();
}

START_TEST(that_a_task_was_cancelled_is_no_news)
{
    const Captured *c = run_captured(cancel_and_forget);
    ck_assert_int_eq(c->status, 0);
    ck_assert_str_eq(c->err, "");
}
END_TEST

/* ---- The report ---- */

static void do_nothing(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
}

static void leak_some(void)
{
    setenv("PLUTO_LEAKS", "report", 1);
    start_tasks();
    sim_spawn(do_nothing, NULL);                         /* number 1, as the main task */
    spawn_with_channels(receive, false, 50);
    collect_and_run();
    leak_report_at_end();
}

START_TEST(leaked_tasks_are_reported_in_groups)
{
    const Captured *c = run_captured(leak_some);
    int n = 0, first = 0;
    ck_assert_msg(strncmp(c->err, "pluto: ", 7) == 0, "%s", c->err);
    n = atoi(c->err + 7);
    assert_nearly(n, 50, "reported");
    const char *line = strstr(c->err, " tasks (sim), the first is ");
    ck_assert_ptr_nonnull(line);
    first = atoi(line + strlen(" tasks (sim), the first is "));
    ck_assert_int_ge(first, 1);
    ck_assert_ptr_nonnull(strstr(line, ", wait in recv"));
    ck_assert_ptr_nonnull(strstr(line, ", spawned at sim.pluto:1:1\n"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s          = suite_create("leak");
    TCase *leak_case  = tcase_create("leak");
    TCase *error_case = tcase_create("errors");
    tcase_add_checked_fixture(leak_case, setup, NULL);
    if (sim_collects()) {
        tcase_add_test(leak_case, a_receiver_without_sender_is_cancelled);
        tcase_add_test(leak_case, a_sender_without_receiver_is_cancelled);
        tcase_add_test(leak_case, a_loop_over_a_channel_ends);
        tcase_add_test(leak_case, tasks_that_wait_for_each_other_are_cancelled);
        tcase_add_test(leak_case, a_chain_of_waiting_tasks_is_cancelled_at_once);
        tcase_add_test(leak_case, what_was_found_is_not_found_again);
        tcase_add_test(leak_case, who_has_a_handle_is_left_alone);
        tcase_add_test(leak_case, who_is_held_by_a_leaked_task_is_leaked_with_it);
        tcase_add_test(leak_case, what_a_leaked_task_refers_to_is_intact_and_goes_after_it);
        tcase_add_test(leak_case, a_cancelled_task_cannot_wait_again);
        tcase_add_test(leak_case, leaked_tasks_may_wake_each_other_while_they_clean_up);
        tcase_add_test(error_case, a_lost_error_is_reported_when_the_task_is_reclaimed);
        tcase_add_test(error_case, leaked_tasks_are_reported_in_groups);
    }
    tcase_add_test(leak_case, who_can_be_woken_is_left_alone);
    tcase_add_test(leak_case, a_sender_on_a_parked_stack_counts);
    tcase_add_test(error_case, each_lost_error_is_reported_once);
    tcase_add_test(error_case, an_error_that_somebody_got_is_not_reported);
    tcase_add_test(error_case, that_a_task_was_cancelled_is_no_news);
    suite_add_tcase(s, leak_case);
    suite_add_tcase(s, error_case);
    return s;
}

int main(void) { return check_run(suite()); }
