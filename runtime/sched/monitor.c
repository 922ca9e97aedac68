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

enum { LOOK_NS = 1000000, SLICE_LOOKS = 10 };

typedef enum { MONITOR_NOT_STARTED, MONITOR_RUNS, MONITOR_STOPS } MonitorState;
static _Atomic uint32_t state;
static pthread_t        thread;

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

static void *monitor_main(void *arg)
{
    static Worker *workers[WORKERS_MAX];
    static Watch   watches[WORKERS_MAX];
    int64_t        start = rt_time_ns();
    (void)arg;
    while (atomic_load(&state) == MONITOR_RUNS) {
        futex_wait(&state, MONITOR_RUNS, LOOK_NS);
        uint32_t n   = sched_workers(workers);
        int64_t  now = rt_time_ns();
        atomic_store_explicit(&rt_coarse_time, (uint32_t)((now - start) / RT_COARSE_NS),
                              memory_order_relaxed);
        dump_if_asked();
        for (uint32_t i = 0; i < n; i++) {
            if (workers[i] == NULL)
                continue;
            look_at(workers[i], &watches[i]);
            look_at_timers(workers[i], now);
        }
        look_at_poller(workers, n);
    }
    return NULL;
}

void monitor_start(void)
{
    uint32_t not_started = MONITOR_NOT_STARTED;
    if (atomic_load_explicit(&state, memory_order_relaxed) != MONITOR_NOT_STARTED ||
        !atomic_compare_exchange_strong(&state, &not_started, MONITOR_RUNS))
        return;
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
    pthread_join(thread, NULL);
}
