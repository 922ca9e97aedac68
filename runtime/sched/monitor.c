/*
 * monitor.c - one look at every worker per millisecond, at its timers, and at who watches the
 * descriptors.
 *
 * Never touches the collected heap, so the collector does not know the thread.
 */
#include "runtime/sched/monitor.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "runtime/base/clock.h"
#include "runtime/base/lock.h"
#include "runtime/report/dump.h"
#include "runtime/sched/poller.h"
#include "runtime/sched/sched.h"

enum { LOOK_NS = 1000000, SLICE_LOOKS = 10, IDLE_LOOKS = 100 };

typedef enum { MONITOR_NOT_STARTED, MONITOR_RUNS, MONITOR_STOPS } MonitorState;
static _Atomic uint32_t state;
static _Atomic uint32_t asleep;          /* 1: until a worker has something to do; futex word */
static pthread_t        thread;
static int64_t          started_at;      /* fixed when it starts */

typedef struct Watch {
    uint32_t ticks;                      /* of the worker at the last look */
    int      looks;                      /* since it changed */
} Watch;

static void look_at(Worker *w, Watch *watch)
{
    uint32_t ticks = atomic_load_explicit(&w->ticks, memory_order_relaxed);
    if (ticks != watch->ticks) {
        *watch = (Watch){ticks, 0};
        return;
    }
    watch->looks++;
    bool has_next = atomic_load_explicit(&w->run_next, memory_order_relaxed) != NULL;
    if (has_next && sched_idle() > 0)
        sched_wake_thief();
    if (watch->looks >= SLICE_LOOKS && (has_next || sched_has_queued())) {
        watch->looks = 0;
        sched_ask_to_yield(w);
    }
}

/* Somebody idle, or else w at its next safepoint, sees to what waits outside. */
static void see_to_outside(Worker *w)
{
    if (sched_idle() > 0)
        sched_wake_thief();
    else
        sched_ask_to_yield(w);
}

/* A deadline has passed, and w has not come round since. */
static void look_at_timers(Worker *w, int64_t now)
{
    int64_t next = timer_next(&w->timers);
    if (next != INT64_MAX && next + LOOK_NS <= now)
        see_to_outside(w);
}

/* Without an idle worker descriptors have to wait as long as a task may run. */
static void look_at_poller(Worker **workers, uint32_t n)
{
    static uint32_t neglected, asked;
    neglected = poller_neglected() ? neglected + 1 : 0;
    if (neglected == 0 || (sched_idle() == 0 && neglected % SLICE_LOOKS != 0))
        return;
    Worker *w = workers[asked++ % n];
    if (w != NULL)
        see_to_outside(w);
}

static void advance_clock(int64_t now)
{
    atomic_store_explicit(&rt_coarse_time, (uint32_t)((now - started_at) / RT_COARSE_NS),
                          memory_order_relaxed);
}

/* While every worker is idle there is nothing to see.
 *     worker                                   monitor
 *     L1  idle_count -= 1 (seq_cst)            M1  asleep = 1 (seq_cst)
 *     L2  if asleep (seq_cst): wake it         M2  if not all are idle (seq_cst): stay awake
 * L2 can miss M1 only if L1 precedes M1; then M2 sees L1. The same for who asks for a dump. */
static void sleep_while_idle(uint32_t n)
{
    atomic_store(&asleep, 1);
    while (atomic_load(&asleep) == 1 && sched_idle() == n && !dump_is_asked() &&
           atomic_load(&state) == MONITOR_RUNS)
        futex_wait(&asleep, 1, 0);
    atomic_store(&asleep, 0);
}

void monitor_wake(void)
{
    if (atomic_load(&asleep) == 0 || atomic_exchange(&asleep, 0) == 0)
        return;
    advance_clock(rt_time_ns());         /* the next task may look at it before the monitor does */
    futex_wake(&asleep, 1);
}

static void *monitor_main(void *arg)
{
    static Worker *workers[WORKERS_MAX];
    static Watch   watches[WORKERS_MAX];
    int            idle_looks = 0;
    (void)arg;
    while (atomic_load(&state) == MONITOR_RUNS) {
        futex_wait(&state, MONITOR_RUNS, LOOK_NS);
        uint32_t n   = sched_workers(workers);
        int64_t  now = rt_time_ns();
        advance_clock(now);
        dump_if_asked();
        for (uint32_t i = 0; i < n; i++) {
            if (workers[i] == NULL)
                continue;
            look_at(workers[i], &watches[i]);
            look_at_timers(workers[i], now);
        }
        look_at_poller(workers, n);
        sched_end_calm();
        idle_looks = sched_idle() == n ? idle_looks + 1 : 0;
        if (idle_looks >= IDLE_LOOKS)
            sleep_while_idle(n);
    }
    return NULL;
}

void monitor_start(void)
{
    uint32_t not_started = MONITOR_NOT_STARTED;
    if (atomic_load_explicit(&state, memory_order_relaxed) != MONITOR_NOT_STARTED ||
        !atomic_compare_exchange_strong(&state, &not_started, MONITOR_RUNS))
        return;
    started_at = rt_time_ns();
    /* Signals are for the workers. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, monitor_main, NULL) != 0)
        atomic_store(&state, MONITOR_STOPS);             /* no preemption, then */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool monitor_runs(void) { return atomic_load(&state) == MONITOR_RUNS; }

void monitor_stop(void)
{
    if (atomic_exchange(&state, MONITOR_STOPS) != MONITOR_RUNS)
        return;
    futex_wake(&state, 1);
    monitor_wake();
    pthread_join(thread, NULL);
}
