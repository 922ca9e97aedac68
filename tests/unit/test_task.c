/*
 * test_task.c - tasks and TaskSync: get, detach, states, references, what keeps a task alive.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/check_main.h"
#include "tests/unit/runtime_fixture.h"
#include "tests/unit/sim.h"

/* ---- Pieces ---- */

static void return_arg(RtTask *self, void *arg) { self->result = RT_CELL(arg); }

static void fail_always(RtTask *self, void *arg)
{
    (void)arg;
    self->error = rt_error_with_message(RT_MATH_ERROR, "no", NULL);
}

/* Gets the task that arg points to and returns its result. */
static void get_other(RtTask *self, void *arg)
{
    RtTask *other = *(RtTask **)arg;
    self->error   = rt_task_get(other, NULL);
    self->result  = other->result;
}

static void park_for_good(RtTask *self, void *arg)
{
    RtSender   *tx;
    RtReceiver *rx;
    RtCell      v;
    (void)self;
    (void)arg;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    rt_chan_recv(rx, &v, NULL);
}

/* Waits for a value on the receiver arg, then hands back an object that only its stack held. */
static void hold_on_stack(RtTask *self, void *arg)
{
    const RtString *mine = rt_string_new("only on this stack", 18);
    RtCell          v;
    rt_chan_recv(arg, &v, NULL);
    self->result = RT_CELL(mine);
}

/* ---- get ---- */

START_TEST(get_returns_the_result_again_and_again)
{
    RtTask *t = sim_spawn(return_arg, (void *)(intptr_t)42);
    RtTask *a = sim_spawn(get_other, &t);
    RtTask *b = sim_spawn(get_other, &t);
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(a->result), 42);
    ck_assert_int_eq(SIM_INT(b->result), 42);
    RtTask *c = sim_spawn(get_other, &t);
    sim_run_until_idle();
    ck_assert_int_eq(SIM_INT(c->result), 42);
}
END_TEST

START_TEST(get_before_the_end_parks_the_getter)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    RtTask *t = sim_spawn(hold_on_stack, rx);
    RtTask *g[20];
    for (int i = 0; i < 20; i++)
        g[i] = sim_spawn(get_other, &t);
    sim_run_until_idle();
    for (int i = 0; i < 20; i++)
        ck_assert(sim_parked(g[i]));
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(1), NULL));
    sim_run_until_idle();
    for (int i = 0; i < 20; i++)
        ck_assert(sim_done(g[i]));
}
END_TEST

START_TEST(get_raises_the_error_of_the_task_every_time)
{
    RtTask *t = sim_spawn(fail_always, NULL);
    sim_run_until_idle();
    for (int i = 0; i < 3; i++) {
        RtTask *g = sim_spawn(get_other, &t);
        sim_run_until_idle();
        ck_assert_ptr_nonnull(g->error);
        ck_assert_str_eq(rt_error_text(g->error)->bytes, "MathError { message: \"no\" }");
    }
}
END_TEST

/* Gets the task that arg points to and passes on what it raised, from a line of its own. */
static void pass_on(RtTask *self, void *arg)
{
    static const RtPlace lines[] = {{"p.pluto", 1, 1, "pass_on"}, {"p.pluto", 2, 1, "pass_on"}};
    static int           calls;
    self->error = rt_error_passed(rt_task_get(*(RtTask **)arg, NULL), &lines[calls++]);
}

START_TEST(an_error_says_nothing_of_others_who_got_it)
{
    RtTask *t     = sim_spawn(fail_always, NULL);
    RtTask *one   = sim_spawn(pass_on, &t);
    RtTask *other = sim_spawn(pass_on, &t);
    RtTask *last  = sim_spawn(get_other, &other);
    sim_run_until_idle();
    ck_assert_str_eq(rt_error_report(t->error)->bytes, "MathError { message: \"no\" }\n");
    ck_assert_str_eq(rt_error_report(one->error)->bytes,
                     "MathError { message: \"no\" }\n  passed p.pluto:1:1 in pass_on\n");
    ck_assert_str_eq(rt_error_report(last->error)->bytes,
                     "MathError { message: \"no\" }\n  passed p.pluto:2:1 in pass_on\n");
    ck_assert_ptr_ne(last->error, other->error);
}
END_TEST

/* ---- States ---- */

START_TEST(states_follow_the_table)
{
    RtTask *t = rt_task_new(&sim_site, sizeof(SimArgs));
    ck_assert_int_eq(tasksync_state(t->sync), TASK_NEW);
    SimArgs *a = rt_task_args(t);
    a->code    = park_for_good;
    sched_ready(t, READY_LAST);
    ck_assert_int_eq(tasksync_state(t->sync), TASK_READY);
    sim_run_until_idle();
    ck_assert_int_eq(tasksync_state(t->sync), TASK_PARKED);
    void *core;
    ck_assert_int_eq(wait_of(t, &core), PARK_CHAN_RECV);
}
END_TEST

START_TEST(a_finished_task_has_no_stack_and_no_arguments)
{
    RtTask *t = sim_spawn(return_arg, &t);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_uint_eq(t->sync->slot, STACK_NONE);
    ck_assert_ptr_null(((SimArgs *)rt_task_args(t))->arg);
}
END_TEST

/* ---- References and the collector ---- */

static __attribute__((noinline)) void spawn_and_forget(int n, SimCode code)
{
    for (int i = 0; i < n; i++)
        sim_spawn(code, NULL);
}

/* All but a few: stale words on the stack may keep some. */
static void assert_reclaimed(int64_t spawned)
{
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_msg(sim_syncs_alive() <= 2 + spawned / 100, "%ld of %ld TaskSync blocks alive",
                  (long)sim_syncs_alive(), (long)spawned);
}

START_TEST(a_dropped_task_still_runs_and_is_released_once)
{
    spawn_and_forget(1000, return_arg);
    heap_collect();
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 1000);
    assert_reclaimed(1000);
}
END_TEST

START_TEST(a_task_that_nobody_can_wake_is_reclaimed_with_its_stack)
{
    for (int round = 0; round < 20; round++) {
        spawn_and_forget(500, park_for_good);
        sim_run_until_idle();
        sim_scrub();
        heap_collect();
    }
    assert_reclaimed(10000);
    ck_assert_int_eq(sched_counters().finished, 0);
}
END_TEST

START_TEST(a_parked_stack_keeps_what_it_holds)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    RtTask *t = sim_spawn(hold_on_stack, rx);
    sim_run_until_idle();
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
        for (int k = 0; k < 1000; k++)
            rt_string_new("XXXXXXXXXXXXXXXXXX", 18);
    }
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(0), NULL));
    sim_run_until_idle();
    const RtString *s = RT_UNCELL(const RtString *, t->result);
    ck_assert_str_eq(s->bytes, "only on this stack");
}
END_TEST

static __attribute__((noinline)) RtSender *spawn_waiting(int64_t *out)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    *out = sim_spawn(hold_on_stack, rx)->id;
    return tx;
}

START_TEST(a_waiting_receiver_is_kept_by_the_sender_end_alone)
{
    int64_t   id;
    RtSender *tx = spawn_waiting(&id);
    sim_run_until_idle();
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
    }
    ck_assert_int_eq(sim_syncs_alive(), 1);
    ck_assert_ptr_null(rt_chan_try_send(tx, SIM_CELL(0), NULL));
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 1);
}
END_TEST

START_TEST(runnable_tasks_are_kept_by_the_queues_alone)
{
    spawn_and_forget(3 * RUNQ_CAP, return_arg);          /* ring and global queue */
    sim_scrub();
    heap_collect();
    heap_collect();
    ck_assert_int_eq(sim_syncs_alive(), 3 * RUNQ_CAP);
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 3 * RUNQ_CAP);
}
END_TEST

START_TEST(runnable_tasks_are_kept_when_the_ring_goes_round)
{
    spawn_and_forget(300, return_arg);
    sim_run_until_idle();
    spawn_and_forget(400, return_arg);
    sim_collect_and_overwrite();
    ck_assert_int_ge(sim_syncs_alive(), 400);
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 700);
}
END_TEST

static __attribute__((noinline)) void spawn_and_hand_over(void)
{
    int64_t   id;
    RtSender *tx = spawn_waiting(&id);
    sim_run_until_idle();
    rt_chan_try_send(tx, RT_CELL(rt_string_new("handed over", 11)), NULL);
}

START_TEST(the_task_that_runs_next_is_kept)
{
    spawn_and_hand_over();
    sim_collect_and_overwrite();
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 1);
}
END_TEST

/* ---- What a task object keeps ---- */

static RtTask *kept;                     /* a root */

static void return_string(RtTask *self, void *arg)
{
    (void)arg;
    self->result = RT_CELL(rt_string_new("a result", 8));
}

START_TEST(a_finished_task_keeps_its_result)
{
    kept = sim_spawn(return_string, NULL);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    ck_assert_str_eq(RT_UNCELL(const RtString *, kept->result)->bytes, "a result");
}
END_TEST

START_TEST(a_finished_task_keeps_its_error)
{
    kept = sim_spawn(fail_always, NULL);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    ck_assert_str_eq(rt_error_message(kept->error)->bytes, "no");
}
END_TEST

static __attribute__((noinline)) void spawn_with_string(void)
{
    kept = sim_spawn(return_arg, (void *)rt_string_new("an argument", 11));
}

START_TEST(a_runnable_task_keeps_its_arguments)
{
    spawn_with_string();
    sim_collect_and_overwrite();
    sim_run_until_idle();
    ck_assert_str_eq(RT_UNCELL(const RtString *, kept->result)->bytes, "an argument");
}
END_TEST

START_TEST(a_task_keeps_those_who_wait_for_its_end)
{
    static RtSender *tx;
    RtReceiver      *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    kept = sim_spawn(hold_on_stack, rx);
    for (int i = 0; i < 20; i++)
        sim_spawn(get_other, &kept);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    ck_assert_int_ge(sim_syncs_alive(), 21);
    rt_chan_try_send(tx, SIM_CELL(0), NULL);
    sim_run_until_idle();
    ck_assert_int_eq(sched_counters().finished, 21);
}
END_TEST

static void return_received(RtTask *self, void *arg) { rt_chan_recv(arg, &self->result, NULL); }

static __attribute__((noinline)) void hand_string_to(RtSender *tx)
{
    rt_chan_try_send(tx, RT_CELL(rt_string_new("handed over", 11)), NULL);
}

START_TEST(a_woken_task_keeps_the_value_handed_over)
{
    RtSender   *tx;
    RtReceiver *rx;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, true, &tx, &rx);
    kept = sim_spawn(return_received, rx);
    sim_run_until_idle();
    hand_string_to(tx);
    sim_collect_and_overwrite();
    sim_run_until_idle();
    ck_assert_str_eq(RT_UNCELL(const RtString *, kept->result)->bytes, "handed over");
}
END_TEST

START_TEST(task_numbers_are_unique)
{
    static bool seen[1000];
    for (int i = 0; i < 900; i++) {
        int64_t id = sim_spawn(return_arg, NULL)->id;
        ck_assert(id >= 1 && id < 1000);
        ck_assert(!seen[id]);
        seen[id] = true;
    }
}
END_TEST

/* ---- Detached tasks ---- */

static int err;

static void err_setup(void)
{
    sim_setup();
    err = memfd_create("err", 0);
    dup2(err, STDERR_FILENO);
}

static void assert_reported(const char *text)
{
    char found[1024];
    read_back(err, found, sizeof found);
    ck_assert_str_eq(found, text);
}

#define REPORT "pluto: error in detached task: no\n"

START_TEST(the_error_of_a_detached_task_is_reported_when_it_ends)
{
    RtTask *t = sim_spawn(fail_always, NULL);
    rt_task_detach(t);
    rt_task_detach(t);
    sim_run_until_idle();
    rt_task_detach(t);
    assert_reported(REPORT);
}
END_TEST

START_TEST(the_error_of_a_task_detached_too_late_is_reported_at_once)
{
    RtTask *t = sim_spawn(fail_always, NULL);
    sim_run_until_idle();
    rt_task_detach(t);
    rt_task_detach(t);
    assert_reported(REPORT);
}
END_TEST

START_TEST(nothing_is_reported_of_other_tasks)
{
    RtTask *fine = sim_spawn(return_arg, NULL);
    sim_spawn(fail_always, NULL);
    rt_task_detach(fine);
    sim_run_until_idle();
    assert_reported("");
}
END_TEST

/* ---- TaskSync by itself ---- */

START_TEST(the_last_of_two_references_frees_the_block)
{
    PoolList  pool = {0};
    TaskSync *s    = tasksync_new(&pool);
    ck_assert(!tasksync_release(s, &pool));
    ck_assert(tasksync_release(s, &pool));
    ck_assert_ptr_eq(tasksync_new(&pool), s);            /* from the pool again */
    tasksync_release(s, &pool);
    tasksync_release(s, &pool);
    pool_cache_fini(&pool);
}
END_TEST

START_TEST(a_third_release_is_a_bug)
{
    PoolList  pool = {0};
    TaskSync *s    = tasksync_new(&pool);
    for (int i = 0; i < 3; i++)
        tasksync_release(s, &pool);
}
END_TEST

static _Atomic long waiting_thread;

static void *wait_in_thread(void *arg)
{
    atomic_store(&waiting_thread, gettid());
    rt_task_wait_thread(arg);
    return arg;
}

START_TEST(a_thread_that_is_no_worker_can_wait)
{
    RtSender   *tx;
    RtReceiver *rx;
    pthread_t   thread;
    void       *got;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx);
    RtTask *t = sim_spawn(hold_on_stack, rx);
    sim_run_until_idle();
    pthread_create(&thread, NULL, wait_in_thread, t);
    while (waiting_thread == 0 || !thread_is_asleep(waiting_thread))
        sched_yield();
    ck_assert_int_ne(pthread_tryjoin_np(thread, &got), 0);
    rt_chan_try_send(tx, SIM_CELL(0), NULL);
    sim_run_until_idle();
    pthread_join(thread, &got);
    ck_assert_ptr_eq(got, t);
}
END_TEST

/* ---- New tasks: the newest first ---- */

enum { CHILDREN = 10, DEPTH = 4 };
typedef struct Tree { int depth; RtTask *children[CHILDREN]; } Tree;

static int64_t most_alive;
static int     leaves;

static RtTask *spawn_new(SimCode code, void *arg)
{
    RtTask  *t = rt_task_new(&sim_site, sizeof(SimArgs));
    SimArgs *a = rt_task_args(t);
    *a         = (SimArgs){code, arg};
    sched_ready(t, READY_NEW);
    return t;
}

/* args are scanned, so what they lead to lives. */
static void walk(RtTask *self, void *arg)
{
    Tree *tree = arg;
    (void)self;
    if (sched_counters().spawned - sched_counters().finished > most_alive)
        most_alive = sched_counters().spawned - sched_counters().finished;
    if (tree->depth == 0) {
        leaves++;
        return;
    }
    for (int i = 0; i < CHILDREN; i++) {
        Tree *child        = rt_alloc(HEAP_ALL, sizeof *child);
        child->depth       = tree->depth - 1;
        tree->children[i]  = spawn_new(walk, child);
    }
    for (int i = 0; i < CHILDREN; i++)
        rt_task_get(tree->children[i], NULL);
}

START_TEST(a_tree_of_tasks_is_walked_depth_first)
{
    Tree *root  = rt_alloc(HEAP_ALL, sizeof *root);
    root->depth = DEPTH;
    spawn_new(walk, root);
    sim_run_until_idle();
    ck_assert_int_eq(leaves, 10000);
    ck_assert_msg(most_alive <= DEPTH * CHILDREN + 1, "%d at a time", (int)most_alive);
}
END_TEST

static int  links, links_before;
static bool oldest_ran;

static void be_oldest(RtTask *self, void *arg)
{
    (void)self, (void)arg;
    oldest_ran   = true;
    links_before = links;
}

/* Each of them spawns the next, so that there is always a new one; at the tenth time passes. */
static void link_on(RtTask *self, void *arg)
{
    (void)self, (void)arg;
    if (++links == 10)
        atomic_fetch_add(&rt_coarse_time, 1);
    if (links < 50)
        spawn_new(link_on, NULL);
}

START_TEST(the_oldest_has_its_turn_while_there_are_always_new_ones)
{
    spawn_new(be_oldest, NULL);
    spawn_new(link_on, NULL);
    sim_run_until_idle();
    ck_assert(oldest_ran);
    ck_assert_int_eq(links, 50);
    ck_assert_int_eq(links_before, 10);
}
END_TEST

static Suite *suite(void)
{
    Suite *s   = suite_create("task");
    TCase *get = tcase_create("get");
    tcase_add_checked_fixture(get, sim_setup, NULL);
    tcase_add_test(get, get_returns_the_result_again_and_again);
    tcase_add_test(get, get_before_the_end_parks_the_getter);
    tcase_add_test(get, get_raises_the_error_of_the_task_every_time);
    tcase_add_test(get, an_error_says_nothing_of_others_who_got_it);
    tcase_add_test(get, states_follow_the_table);
    tcase_add_test(get, a_finished_task_has_no_stack_and_no_arguments);
    suite_add_tcase(s, get);
    TCase *newest = tcase_create("newest");
    tcase_add_checked_fixture(newest, sim_setup, NULL);
    tcase_add_test(newest, a_tree_of_tasks_is_walked_depth_first);
    tcase_add_test(newest, the_oldest_has_its_turn_while_there_are_always_new_ones);
    suite_add_tcase(s, newest);
    TCase *life = tcase_create("life");
    tcase_add_checked_fixture(life, sim_setup, NULL);
    tcase_set_timeout(life, 60);
    if (sim_collects()) {
        tcase_add_test(life, a_dropped_task_still_runs_and_is_released_once);
        tcase_add_test(life, a_task_that_nobody_can_wake_is_reclaimed_with_its_stack);
        tcase_add_test(life, a_waiting_receiver_is_kept_by_the_sender_end_alone);
    }
    tcase_add_test(life, a_parked_stack_keeps_what_it_holds);
    tcase_add_test(life, runnable_tasks_are_kept_by_the_queues_alone);
    tcase_add_test(life, runnable_tasks_are_kept_when_the_ring_goes_round);
    tcase_add_test(life, the_task_that_runs_next_is_kept);
    tcase_add_test(life, a_finished_task_keeps_its_result);
    tcase_add_test(life, a_finished_task_keeps_its_error);
    tcase_add_test(life, a_runnable_task_keeps_its_arguments);
    tcase_add_test(life, a_task_keeps_those_who_wait_for_its_end);
    tcase_add_test(life, a_woken_task_keeps_the_value_handed_over);
    tcase_add_test(life, task_numbers_are_unique);
    suite_add_tcase(s, life);
    TCase *detached = tcase_create("detached");
    tcase_add_checked_fixture(detached, err_setup, NULL);
    tcase_add_test(detached, the_error_of_a_detached_task_is_reported_when_it_ends);
    tcase_add_test(detached, the_error_of_a_task_detached_too_late_is_reported_at_once);
    tcase_add_test(detached, nothing_is_reported_of_other_tasks);
    suite_add_tcase(s, detached);
    TCase *sync = tcase_create("tasksync");
    tcase_add_test(sync, the_last_of_two_references_frees_the_block);
    tcase_add_test_raise_signal(sync, a_third_release_is_a_bug, 6);
    suite_add_tcase(s, sync);
    TCase *threads = tcase_create("threads");
    tcase_add_checked_fixture(threads, sim_setup, NULL);
    tcase_add_test(threads, a_thread_that_is_no_worker_can_wait);
    suite_add_tcase(s, threads);
    return s;
}

int main(void) { return check_run(suite()); }
