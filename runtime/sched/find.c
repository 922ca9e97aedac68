/*
 * find.c - what a worker does next: a task of its own, a global one, one whose deadline has passed
 * or whose descriptor is ready, a stolen one; else it spins a while and sleeps. The protocol with
 * those who submit tasks is at the top of sched.c, that of the worker that watches descriptors in
 * poller.c.
 */
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/report/deadlock.h"
#include "runtime/sched/blocking.h"
#include "runtime/sched/internal.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/oracle.h"
#include "runtime/sched/poller.h"
#include "runtime/task/leak.h"

/* Rounds, of somewhat less than a microsecond; a ring flows if its oldest task is another one after
 * PATIENCE of them. */
enum { SPIN_ROUNDS = 40, PATIENCE = 24 };
#define NEVER (INT64_MAX / 2)            /* deadlines are not skipped to from here on */

/* ---- Timers ---- */

/* Others' timers as well: their worker may be busy with one task for a while. */
static void fire_timers(void)
{
    int64_t now = 0;
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker *w = worker_at(i);
        if (w == NULL || timer_next(&w->timers) == INT64_MAX)
            continue;
        if (now == 0)
            now = rt_time_ns();
        timers_fire(&w->timers, now);
    }
}

/* The earliest deadline, or NEVER. */
static int64_t first_deadline(void)
{
    int64_t first = NEVER;
    for (uint32_t i = 0, n = started(); i < n; i++) {
        const Worker *w = worker_at(i);
        if (w != NULL && timer_next(&w->timers) < first)
            first = timer_next(&w->timers);
    }
    return first;
}

/* There is an oracle, and nothing outside the program but the clock can make a task runnable: so time
 * may pass at will. */
static bool time_is_free(void)
{
    return oracle_answer != NULL && first_deadline() < NEVER && !poller_waiting() &&
           !blocking_in_flight();
}

static void skip_to_next_timer(void)
{
    rt_time_skip_to(first_deadline());
    fire_timers();
}

static void ask_for_timers(void)
{
    if (time_is_free() && oracle_choose(ORACLE_TIMER, 2) == 1)
        skip_to_next_timer();
}

/* ---- Finding work ---- */

/* With an oracle: any of the ring's tasks may be next. */
static RtTask *take_local(Worker *w)
{
    for (uint32_t skip = oracle_choose(ORACLE_NEXT_TASK, runq_length(&w->queue)); skip > 0; skip--) {
        RtTask *t = runq_take(&w->queue);
        if (t != NULL)
            runq_push(&w->queue, t, false);
    }
    return sched_take_ring(w);
}

void sched_look_outside(void)
{
    fire_timers();
    poller_look();
}

static RtTask *take_from_outside(Worker *w)
{
    sched_look_outside();
    leak_settle();
    return sched_take_global(w);
}

RtTask *sched_find_nearby(Worker *w)
{
    RtTask  *t     = w->chosen;
    uint32_t ticks = atomic_load_explicit(&w->ticks, memory_order_relaxed);
    w->chosen = NULL;
    if (t != NULL)
        return t;
    ask_for_timers();
    if (ticks % GLOBAL_EVERY == 0 && (t = take_from_outside(w)) != NULL)
        return t;
    if (w->direct < DIRECT_MAX && (t = sched_take_next(w)) != NULL) {
        w->direct++;
        return t;
    }
    w->direct = 0;
    if ((t = take_local(w)) != NULL || (t = sched_take_next(w)) != NULL)
        return t;
    if ((t = take_from_outside(w)) != NULL)
        return t;
    return take_local(w);
}

/* What a thief remembers of a worker while it spins. */
typedef struct Sighting {
    uint32_t ticks;
    uint32_t oldest;                     /* of the ring */
    int      since;                      /* the round in which it was first seen; -1: none was */
} Sighting;

/* run_next of a worker that has not come round since the last look. */
static RtTask *steal_next(Worker *victim, Sighting *seen)
{
    uint32_t ticks = atomic_load_explicit(&victim->ticks, memory_order_relaxed);
    if (ticks == seen->ticks)
        return sched_take_next(victim);
    seen->ticks = ticks;
    return NULL;
}

static bool is_patient(void) { return sched.patient && monitor_runs(); }

static RtTask *steal_ring(Worker *w, Worker *victim, Sighting *seen, int round)
{
    uint32_t oldest;
    bool     fresh;
    if (!runq_oldest(&victim->queue, &oldest, &fresh))
        return NULL;
    if (!fresh && is_patient()) {
        if (seen->since < 0 || seen->oldest != oldest) {
            seen->oldest = oldest;
            seen->since  = round;
        }
        if (round - seen->since < PATIENCE)
            return NULL;                                 /* it flows */
    }
    return runq_steal(&w->queue, &victim->queue);
}

static RtTask *steal_once(Worker *w, Sighting *seen, int round)
{
    uint32_t n     = started();
    uint32_t first = w->victim++ + oracle_choose(ORACLE_VICTIM, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = (first + i) % n;
        Worker  *victim = worker_at(number);
        RtTask  *t;
        if (victim == NULL || victim == w)
            continue;
        if ((t = steal_ring(w, victim, &seen[number], round)) != NULL ||
            (round % 8 == 7 && (t = steal_next(victim, &seen[number])) != NULL))
            return t;
    }
    return NULL;
}

/* At most half of the workers spin. */
static bool may_spin(Worker *w)
{
    if (w->spinning)
        return true;
    uint32_t spinning = atomic_load_explicit(&sched.spinning, memory_order_relaxed);
    uint32_t idle     = atomic_load_explicit(&sched.idle_count, memory_order_relaxed);
    if (2 * spinning >= started() - idle)
        return false;
    w->spinning = true;
    atomic_fetch_add(&sched.spinning, 1);
    return true;
}

/* Returns true when w was the last spinner. */
static bool stop_spinning(Worker *w)
{
    if (!w->spinning)
        return false;
    w->spinning = false;
    return atomic_fetch_sub(&sched.spinning, 1) == 1;
}

static RtTask *spin(Worker *w)
{
    Sighting seen[WORKERS_MAX];
    memset(seen, 0xff, sizeof seen);                     /* more workers may start meanwhile */
    for (int round = 0; round < SPIN_ROUNDS && !stopping(); round++) {
        RtTask *t = steal_once(w, seen, round);
        if (t == NULL)
            t = sched_take_global(w);
        if (t != NULL)
            return t;
        for (int i = 0; i < 32; i++)
            cpu_relax();
    }
    return NULL;
}

/* W3: is there a task that somebody idle should take? *flowing: there are others, in rings. */
static bool work_waits(bool *flowing)
{
    *flowing = false;
    if (atomic_load_explicit(&sched.length, memory_order_relaxed) > 0)
        return true;
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker  *w = worker_at(i);
        uint32_t oldest;
        bool     fresh;
        if (w == NULL || !runq_oldest(&w->queue, &oldest, &fresh))
            continue;
        if (fresh || !is_patient())
            return true;
        *flowing = true;
    }
    return false;
}

bool sched_work_visible(void)
{
    if (atomic_load_explicit(&sched.length, memory_order_relaxed) > 0)
        return true;
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker *w = worker_at(i);
        if (w != NULL && runq_length(&w->queue) > 0)
            return true;
    }
    return false;
}

/* ---- Sleeping ---- */

static bool leave_idle_list(Worker *w)
{
    bool was_there = false;
    lock_acquire(&sched.lock);
    for (Worker **p = &sched.idle; *p != NULL; p = &(*p)->idle_next) {
        if (*p == w) {
            *p        = w->idle_next;
            was_there = true;
            atomic_fetch_sub(&sched.idle_count, 1);
            break;
        }
    }
    lock_release(&sched.lock);
    monitor_wake();
    return was_there;
}

/* Something outside the workers can make a task runnable. */
static bool outside_may_wake(void)
{
    return timers_pending() || poller_waiting() || blocking_in_flight();
}

/* Sleeps until w is woken, its earliest deadline has passed, or a descriptor is ready. A signal of
 * the collector ends it early, too. */
static void sleep_once(Worker *w, bool watches, PollerEvents *events)
{
    int64_t next = timer_next(&w->timers), left = 0;
    if (next != INT64_MAX && (left = next - rt_time_ns()) <= 0)
        return;
    if (watches)
        poller_watch(events, left);
    else
        futex_wait(&w->wake, 0, (uint64_t)left);
}

static bool is_due(const Worker *w)
{
    int64_t next = timer_next(&w->timers);
    return next != INT64_MAX && next <= rt_time_ns();
}

static bool is_woken(const Worker *w)
{
    return atomic_load_explicit(&w->wake, memory_order_acquire) != 0;
}

/* W1 to W3; comes back when there may be work. */
static void sleep_until_woken(Worker *w)
{
    /* Once w is on the list, its waker writes w->spinning. */
    bool spun   = w->spinning;
    w->spinning = false;
    atomic_store_explicit(&w->wake, 0, memory_order_relaxed);
    lock_acquire(&sched.lock);
    w->idle_next = sched.idle;
    sched.idle   = w;
    bool nobody_runs = atomic_fetch_add(&sched.idle_count, 1) + 1 == started();
    lock_release(&sched.lock);
    if (spun)
        atomic_fetch_sub(&sched.spinning, 1);
    fence_full();
    bool flowing;
    if (work_waits(&flowing) || stopping()) {
        if (leave_idle_list(w))
            return;
    } else if (flowing) {
        atomic_store(&sched.calm, 1);                    /* C2 */
    } else if (nobody_runs && time_is_free() && !sched_work_visible()) {
        if (leave_idle_list(w)) {
            skip_to_next_timer();
            return;
        }
    } else if (nobody_runs && !outside_may_wake() && !sched_work_visible()) {
        /* Every worker is idle, no queue has a task (looked at last: a foreign call leaves its task
         * there before it counts as ended), nothing outside can make one runnable. Who could is the
         * collector, if it finds leaked tasks. */
        heap_collect();
        if (!leak_pending())
            deadlock_report_and_exit(sched.main_task);
        if (leave_idle_list(w))
            return;
    }
    PollerEvents events  = {.count = 0};
    bool         watches = poller_begin_watch(w);
    while (!is_woken(w) && !is_due(w) && events.count <= 0)
        sleep_once(w, watches, &events);
    if (watches)
        poller_end_watch();
    /* Not on the list although nobody has woken it: somebody is about to. */
    if (!is_woken(w) && !leave_idle_list(w))
        while (!is_woken(w))
            futex_wait(&w->wake, 0, 0);
    poller_dispatch(&events);
}

/* The next task for w; NULL: stop. */
RtTask *sched_find_task(Worker *w)
{
    while (!stopping()) {
        RtTask *t = sched_find_nearby(w);
        if (t == NULL && may_spin(w))
            t = spin(w);
        if (t != NULL) {
            if (stop_spinning(w))
                sched_wake_for_new_work();
            return t;
        }
        sleep_until_woken(w);
    }
    stop_spinning(w);
    return NULL;
}

