/*
 * worker.h - the threads that run tasks.
 *
 * A worker loops on its own stack: find a runnable task, switch to it, and when the task parks, ends
 * or yields, come back and finish what it asked for. Private to the runtime.
 */
#ifndef PLUTO_WORKER_H
#define PLUTO_WORKER_H

#include <pthread.h>

#include "runtime/base/tls.h"
#include "runtime/sched/runq.h"
#include "runtime/sched/timer.h"
#include "runtime/task/context.h"
#include "runtime/task/pack.h"
#include "runtime/task/stack.h"
#include "runtime/task/task.h"
#include "runtime/task/tasksync.h"

enum { WORKERS_MAX = 256 };

struct Worker {
    /* Fixed when it starts. */
    int       number;
    pthread_t thread;
    RtTls    *tls;                       /* its own; others may write stack_limit */

    /* Owner only. */
    Context      context;                /* the loop, while a task runs */
    RtTask      *current;                /* a root; others look whether it is NULL */
    RtTask      *leaving;                /* parked or ended, `after` not yet done; a root */
    RtTask      *chosen;                 /* to run next, whatever is queued; a root */
    _Atomic bool claimed;                /* current's home is (pack.c); others look at it */
    void       (*after)(void *);         /* to do once the task is off its stack */
    void        *after_arg;
    int64_t      next_id;                /* of tasks spawned here */
    uint32_t     direct;                 /* hand-offs in a row */
    uint32_t     oldest_at;              /* rt_coarse_time when the ring's oldest was last taken */
    bool         depth_first;            /* what it last took there was the newest */
    uint32_t     victim;                 /* where stealing starts */
    bool         spinning;
    StackCache   stacks, rooms;          /* slots of its own; slots perhaps to be had (pack.c) */
    PoolList     syncs, chans, selects, rwlocks, packs[PACK_CLASSES];            /* free blocks */
    uint64_t     random;                 /* which arm a select tries first */
    TaskCounters counters;
    char        *io_buffer;              /* for reading from descriptors; NULL: not needed yet */
    size_t       io_buffer_size;

    /* Read by others. */
    _Atomic uint32_t  ticks;             /* tasks started; the monitor watches it */
    _Atomic(RtTask *) run_next;          /* runs before the queue; a root */
    RunQueue          queue;             /* a root */

    TimerHeap        timers;             /* armed on it; its tasks are roots */
    _Atomic uint32_t wake;               /* 1: come back from sleep; futex word */
    struct Worker   *idle_next;          /* guarded by the scheduler's lock */
};

#endif
