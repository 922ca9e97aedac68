/*
 * internal.h - what the files of the scheduler share.
 *
 *   sched.c   queues, making runnable, waking workers; start and end
 *   find.c    finding work: the own queue, the global one, stealing; spinning and sleeping
 *   run.c     running a task, parking it, ending it
 *   timer.c   deadlines; poller.c descriptors; blocking.c calls that block their thread
 */
#ifndef PLUTO_SCHED_INTERNAL_H
#define PLUTO_SCHED_INTERNAL_H

#include <stdatomic.h>

#include "runtime/base/clock.h"
#include "runtime/base/lock.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"

typedef struct Sched {
    /* Fixed by sched_init. */
    bool     yield_always;               /* PLUTO_SCHED_STRESS */
    bool     by_loop;                    /* tasks never switch to one another: for stress runs */
    bool     patient;                    /* thieves leave flowing rings alone; not in stress runs */
    RtTask  *main_task;                  /* a root */

    _Atomic uint32_t max;                /* workers at most; shrinks when no thread can be had */
    Lock             lock;               /* guards the rest, except what is atomic */
    RtTask          *head, *tail;        /* global queue, linked by queue_next; a root */
    _Atomic uint32_t length;             /* of it; written under the lock */
    Worker          *idle;
    _Atomic uint32_t idle_count;         /* written under the lock */
    _Atomic uint32_t started;            /* workers[0 .. started); written under the lock */
    _Atomic(Worker *) workers[WORKERS_MAX];

    _Atomic uint32_t spinning;
    _Atomic uint32_t calm;               /* 1: all rings that have tasks flow; see sched.c */
    _Atomic uint32_t stopping;
    _Atomic uint32_t main_left;          /* worker 0 has left its loop; futex word */
    _Atomic int64_t  released_elsewhere; /* TaskSync blocks freed on threads that are no workers */
} Sched;

extern Sched sched;

enum {
    DIRECT_MAX   = 32,       /* hand-offs in a row before the ring has its turn */
    GLOBAL_EVERY = 61,       /* ticks between looks at the global queue, the timers and the
                              * descriptors while there is other work */
};

static inline Worker *worker_at(uint32_t i)
{
    return atomic_load_explicit(&sched.workers[i], memory_order_acquire);
}

static inline uint32_t started(void) { return atomic_load_explicit(&sched.started, memory_order_acquire); }

static inline bool stopping(void)
{
    return atomic_load_explicit(&sched.stopping, memory_order_acquire) != 0;
}

static inline void set_limit(RtTls *tls, uintptr_t limit)
{
    __atomic_store_n(&tls->stack_limit, limit, __ATOMIC_RELAXED);
}

/* ---- sched.c ---- */

RtTask *sched_take_global(Worker *w);    /* one task to run, and w's share of the rest into its ring */
RtTask *sched_take_next(Worker *w);      /* w's run_next; any thread */
void    sched_wake_for_new_work(void);   /* S2 and S3 of the protocol (sched.c) */
void    sched_begin_stopping(void);      /* the main task has ended */

/* From w's ring: a task that has not run yet if that is the newest, so that a tree of tasks is walked
 * depth first, and few of them exist at a time. But now and then the oldest has its turn. */
static inline RtTask *sched_take_ring(Worker *w)
{
    uint32_t now = atomic_load_explicit(&rt_coarse_time, memory_order_relaxed);
    RtTask  *t   = NULL;
    if (atomic_load_explicit(&w->queue.fresh, memory_order_relaxed) > 0 && w->oldest_at == now)
        t = runq_take_fresh(&w->queue);
    w->depth_first = t != NULL;
    if (t != NULL)
        return t;
    w->oldest_at = now;
    return runq_take(&w->queue);
}

/* ---- find.c ---- */

RtTask *sched_find_task(Worker *w);      /* blocks until there is one; NULL: stop */
RtTask *sched_find_nearby(Worker *w);    /* w's own or a global one, or NULL; never blocks */
bool    sched_work_visible(void);        /* some ring or the global queue has a task */
void    sched_look_outside(void);        /* makes runnable what is due, or whose descriptor is ready */

/* ---- run.c ---- */

/* On w's own stack: runs t until it parks, ends or yields, then does what it left to be done. */
void sched_run_task(Worker *w, RtTask *t);

#endif
