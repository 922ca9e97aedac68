/*
 * test_timer.c - deadlines, in virtual time: they lie far ahead, and the test fires them.
 */
#include "runtime/sched/timer.h"

#include "runtime/task/sleep.h"
#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

#define FAR (INT64_MAX / 2)              /* no clock gets there */

enum { MANY = 400 };                    /* fit into the run queue, which keeps their order */

typedef struct Sleeper { int64_t deadline; int place; WaitOutcome outcome; RtTask *task; } Sleeper;
static Sleeper sleepers[MANY];
static int     woken;

static void sleep_once(RtTask *self, void *arg)
{
    Sleeper *s = arg;
    (void)self;
    s->outcome = task_sleep_until(s->deadline);
    s->place   = woken++;
}

static TimerHeap *heap(void) { return &rt_worker()->timers; }

/* They arm in the order of their index. */
static void start(int n)
{
    for (int i = 0; i < n; i++)
        sleepers[i].task = sim_spawn(sleep_once, &sleepers[i]);
    sim_run_until_idle();
    ck_assert_uint_eq(heap()->count, (uint32_t)n);
}

static void fire(int64_t now)
{
    timers_fire(heap(), now);
    sim_run_until_idle();
}

/* H1 to H3. */
static void verify(void)
{
    const TimerHeap *h = heap();
    ck_assert_int_eq(timer_next(h), h->count > 0 ? h->timers[0].deadline : INT64_MAX);
    for (uint32_t i = 0; i < h->count; i++) {
        const Timer *t = &h->timers[i], *parent = &h->timers[i > 0 ? (i - 1) / 4 : 0];
        ck_assert_uint_eq(atomic_load(&t->sync->timer_at), i + 1);
        ck_assert(parent->deadline < t->deadline ||
                  (parent->deadline == t->deadline && parent->order <= t->order));
    }
}

static void shuffle_deadlines(int n)
{
    for (int i = 0; i < n; i++)
        sleepers[i].deadline = FAR + i * 10;
    srand(7);
    for (int i = n - 1; i > 0; i--) {
        int     k             = rand() % (i + 1);
        int64_t deadline      = sleepers[i].deadline;
        sleepers[i].deadline  = sleepers[k].deadline;
        sleepers[k].deadline  = deadline;
    }
}

/* ---- Order ---- */

START_TEST(timers_fire_in_the_order_of_their_deadlines)
{
    shuffle_deadlines(MANY);
    start(MANY);
    verify();
    fire(FAR + MANY * 10);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(sleepers[i].place, (sleepers[i].deadline - FAR) / 10);
        ck_assert_int_eq(sleepers[i].outcome, WAIT_TIMEOUT);
    }
}
END_TEST

START_TEST(equal_deadlines_fire_in_the_order_of_arming)
{
    for (int i = 0; i < MANY; i++)
        sleepers[i].deadline = FAR + i % 3;
    start(MANY);
    fire(FAR + 3);
    for (int i = 3; i < MANY; i++)
        ck_assert_int_gt(sleepers[i].place, sleepers[i - 3].place);
}
END_TEST

START_TEST(nothing_fires_before_its_deadline)
{
    shuffle_deadlines(MANY);
    start(MANY);
    fire(FAR - 1);
    ck_assert_int_eq(woken, 0);
    for (int i = 1; i <= MANY / 20; i++) {
        fire(FAR + i * 200 - 1);         /* 20 more are due */
        ck_assert_int_eq(woken, i * 20);
        verify();
    }
    ck_assert(!timers_pending());
}
END_TEST

START_TEST(an_earlier_timer_moves_the_next_deadline)
{
    sleepers[0].deadline = FAR + 10;
    sleepers[1].deadline = FAR + 5;
    start(1);
    ck_assert_int_eq(timer_next(heap()), FAR + 10);
    sim_spawn(sleep_once, &sleepers[1]);
    sim_run_until_idle();
    ck_assert_int_eq(timer_next(heap()), FAR + 5);
    fire(FAR + 5);
    ck_assert_int_eq(timer_next(heap()), FAR + 10);
}
END_TEST

START_TEST(a_deadline_that_has_passed_fires_by_itself)
{
    sleepers[0].deadline = 1;
    sim_spawn(sleep_once, &sleepers[0]);
    sim_run_until_idle();
    ck_assert_int_eq(woken, 1);
    ck_assert_int_eq(sleepers[0].outcome, WAIT_TIMEOUT);
}
END_TEST

/* ---- Disarming ---- */

START_TEST(a_cancelled_sleep_ends_and_leaves_no_timer)
{
    sleepers[0].deadline = FAR;
    start(1);
    rt_task_cancel(sleepers[0].task);
    sim_run_until_idle();
    ck_assert_int_eq(sleepers[0].outcome, WAIT_CANCELLED);
    ck_assert(!timers_pending());
}
END_TEST

START_TEST(timers_are_removed_from_any_place)
{
    shuffle_deadlines(MANY);
    start(MANY);
    int left = MANY;
    for (int i = 0; i < MANY; i++) {
        if (rand() % 3 == 0)
            continue;
        rt_task_cancel(sleepers[i].task);
        sim_run_until_idle();
        if (left-- % 16 == 0)            /* slow under sanitizers */
            verify();
    }
    ck_assert_uint_eq(heap()->count, (uint32_t)left);
    woken        = 0;
    int64_t last = 0;
    fire(FAR + MANY * 10);
    ck_assert_int_eq(woken, left);
    for (int place = 0; place < left; place++)
        for (int i = 0; i < MANY; i++)
            if (sleepers[i].outcome == WAIT_TIMEOUT && sleepers[i].place == place) {
                ck_assert_int_gt(sleepers[i].deadline, last);
                last = sleepers[i].deadline;
            }
}
END_TEST

static void sleep_when_cancelled(RtTask *self, void *arg)
{
    *(bool *)arg = __pluto_task_sleep(1000000);
    ck_assert_uint_eq(atomic_load(&self->sync->timer_at), 0);
}

START_TEST(a_cancelled_task_does_not_sleep)
{
    bool    cancelled = false;
    RtTask *t         = sim_spawn(sleep_when_cancelled, &cancelled);
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert(cancelled);
}
END_TEST

static void sleep_not(RtTask *self, void *arg)
{
    (void)self;
    *(bool *)arg = __pluto_task_sleep(0) || __pluto_task_sleep(-5) ||
                   __pluto_task_sleep(INT64_MIN);
}

START_TEST(no_time_is_no_sleep)
{
    bool    cancelled = true;
    RtTask *t         = sim_spawn(sleep_not, &cancelled);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert(!cancelled);
}
END_TEST

static void sleep_twice(RtTask *self, void *arg)
{
    (void)self;
    task_sleep_until(FAR);
    *(WaitOutcome *)arg = task_sleep_until(FAR + 10);
}

/* What a timer does that was taken from the heap just before its task was woken by others. */
START_TEST(a_late_timer_does_not_end_the_next_wait)
{
    WaitOutcome outcome = WAIT_DONE;
    RtTask     *t       = sim_spawn(sleep_twice, &outcome);
    sim_run_until_idle();
    uint32_t first = atomic_load(&t->sync->wait_number);
    fire(FAR);
    ck_assert(!wait_interrupt(t, first, WAIT_TIMEOUT));
    ck_assert(sim_parked(t));
    ck_assert(wait_interrupt(t, first + 1, WAIT_TIMEOUT));
    ck_assert(!wait_interrupt(t, first + 1, WAIT_TIMEOUT));
    sim_run_until_idle();
    ck_assert_int_eq(outcome, WAIT_TIMEOUT);
    ck_assert(!timers_pending());
}
END_TEST

START_TEST(deadlines_do_not_overflow)
{
    ck_assert_int_eq(timer_deadline(INT64_MAX), INT64_MAX - 1);
    ck_assert_int_eq(timer_deadline(INT64_MAX / 1000000), INT64_MAX - 1);
    int64_t now = rt_time_ns();
    ck_assert_int_gt(timer_deadline(1), now);
}
END_TEST

/* ---- The collector ---- */

#if !SIM_NO_COLLECTOR
static void sleep_with_a_string(RtTask *self, void *arg)
{
    const RtString *text = rt_string_new("still here", 10);
    (void)self;
    task_sleep_until(FAR);
    *(bool *)arg = strcmp(text->bytes, "still here") == 0;
}

START_TEST(nobody_else_holds_a_sleeping_task)
{
    static bool good[MANY];
    for (int i = 0; i < MANY; i++)
        sim_spawn(sleep_with_a_string, &good[i]);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    fire(FAR);
    for (int i = 0; i < MANY; i++)
        ck_assert(good[i]);
}
END_TEST

START_TEST(a_task_that_slept_is_reclaimed)
{
    int64_t before = sim_syncs_alive();
    for (int i = 0; i < MANY; i++)
        sleepers[i].deadline = FAR;
    start(MANY);
    fire(FAR);
    memset(sleepers, 0, sizeof sleepers);
    sim_collect_and_overwrite();
    ck_assert_int_lt(sim_syncs_alive() - before, MANY / 10);
}
END_TEST
#endif

static Suite *suite(void)
{
    Suite *s     = suite_create("timer");
    TCase *order = tcase_create("order"), *disarm = tcase_create("disarm");
    TCase *collector = tcase_create("collector");
    tcase_add_checked_fixture(order, sim_setup, NULL);
    tcase_add_test(order, timers_fire_in_the_order_of_their_deadlines);
    tcase_add_test(order, equal_deadlines_fire_in_the_order_of_arming);
    tcase_add_test(order, nothing_fires_before_its_deadline);
    tcase_add_test(order, an_earlier_timer_moves_the_next_deadline);
    tcase_add_test(order, a_deadline_that_has_passed_fires_by_itself);
    suite_add_tcase(s, order);
    tcase_add_checked_fixture(disarm, sim_setup, NULL);
    tcase_add_test(disarm, a_cancelled_sleep_ends_and_leaves_no_timer);
    tcase_add_test(disarm, timers_are_removed_from_any_place);
    tcase_add_test(disarm, a_cancelled_task_does_not_sleep);
    tcase_add_test(disarm, no_time_is_no_sleep);
    tcase_add_test(disarm, a_late_timer_does_not_end_the_next_wait);
    tcase_add_test(disarm, deadlines_do_not_overflow);
    suite_add_tcase(s, disarm);
    tcase_add_checked_fixture(collector, sim_setup, NULL);
#if !SIM_NO_COLLECTOR
    tcase_add_test(collector, nobody_else_holds_a_sleeping_task);
    if (sim_collects())
        tcase_add_test(collector, a_task_that_slept_is_reclaimed);
#endif
    suite_add_tcase(s, collector);
    return s;
}

int main(void) { return check_run(suite()); }
