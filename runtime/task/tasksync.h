/*
 * tasksync.h - what of a task must outlive its object: outside the collected heap, counted.
 *
 * Two references exist from the spawn on: the task object's, dropped by the sweep when the object is
 * reclaimed, and the worker's, dropped by the worker when the task ends. Whoever lets go last frees
 * the block. So the object of a task that nobody gets can go as soon as its code has returned, and
 * the worker that ends it never touches freed memory. A task that is reclaimed while parked will
 * never run again: then the sweep drops both.
 */
#ifndef PLUTO_TASKSYNC_H
#define PLUTO_TASKSYNC_H

#include <stdatomic.h>
#include <stdint.h>

#include "runtime/base/fail.h"
#include "runtime/base/pool.h"
#include "runtime/base/spin.h"
#include "runtime/task/context.h"
#include "runtime/task/stack.h"
#include "runtime/task/wait.h"

/*   state     on a list        stack belongs to   next state, and who sets it
 *   NEW       none             (has none)         READY (its spawner)
 *   READY     one run queue    nobody             RUNNING (the worker that took it)
 *   RUNNING   none             its worker         PARKING, DONE (its worker)
 *   PARKING   a wait list      its worker         PARKED (that worker, once off the stack)
 *   PARKED    a wait list      nobody             READY (whoever completes the operation)
 *   DONE      none             (has none)         -
 * The lock of the wait list is dropped only after PARKED: nobody readies a task still on its
 * stack. tasksync_set_state refuses, in debug builds, what is not listed here. */
typedef enum {
    TASK_NEW, TASK_READY, TASK_RUNNING, TASK_PARKING, TASK_PARKED, TASK_DONE
} TaskState;

typedef struct TaskSync {
    const RtPlace   *wait_place;         /* of the wait record; a free block keeps its link here, so
                                          * that its refs stay 0 */
    _Atomic int32_t  refs;
    _Atomic uint32_t state;              /* TaskState; also the word that plain threads sleep on */
    SpinLock         lock;               /* LOCK_TASK: getters; held while the task parks for itself
                                          * (select, sleep) */
    StackSlot        slot;               /* STACK_NONE before the first run and after DONE */
    Context          context;            /* valid while nobody is on this stack */
    _Atomic(void *)  packed;             /* its stack from context.sp on, when not in slot (pack.c) */
    WaitList         getters;            /* tasks parked in get */
    /* The wait record (wait.h): written by the task itself under the lock of what it waits for. */
    _Atomic uintptr_t wait_for;          /* the object, with the ParkReason in its low four bits */
    _Atomic uint32_t wait_number;        /* counts the waits; never 0 while it waits */
    WaitOutcome      outcome;            /* written by whoever gets the task */
    Waiter           own;                /* for ordinary waits; own.task is the task, always */
    _Atomic bool     cancelled;          /* goes from false to true, never back */
    /* For reports and the search for leaks (leak.h). own.task is NULL once the object is gone. */
    _Atomic bool     error_unseen;       /* it ended with an error, and nobody got that yet */
    _Atomic bool     leaked;             /* it was found, and is not looked for again */
    /* Timer, foreign calls, packing; see sched/timer.c, sched/blocking.h and pack.c. */
    _Atomic bool     pinned;             /* others use its stack while it is parked: stays there */
    bool             held;               /* its home has stayed claimed */
    uint16_t         timer_worker;       /* where it armed its timer; owner only */
    _Atomic uint32_t timer_at;           /* 1 + place in that worker's heap; 0: not armed. Written
                                          * under the heap's lock */
    uint32_t         read_locks;         /* how often it reads under locks (rwlock.c); owner only */
    _Atomic uint32_t select_open;        /* wait_number of a select whose task nobody has yet, or 0;
                                          * set under every lock of the select, cleared by a CAS */
    _Atomic uint32_t wait_since;         /* rt_coarse_time when it began to wait, for reports */
} TaskSync;

/* Counters, kept per worker and added up when asked for. */
typedef struct TaskCounters {
    int64_t spawned, finished;           /* tasks */
    int64_t created, released;           /* TaskSync references: blocks made; blocks freed */
} TaskCounters;

/* state NEW, two references. cache: free blocks of the calling worker. */
TaskSync *tasksync_new(PoolList *cache);

/* Drops one reference. cache: as above; NULL on threads that are not workers. Returns true when this
 * was the last reference. */
bool tasksync_release(TaskSync *s, PoolList *cache);

static inline TaskState tasksync_state(const TaskSync *s)
{
    return (TaskState)atomic_load_explicit(&s->state, memory_order_relaxed);
}

bool tasksync_may_follow(TaskState now, TaskState next);         /* the table above */

static inline void tasksync_set_state(TaskSync *s, TaskState next)
{
    RT_ASSERT(tasksync_may_follow(tasksync_state(s), next));
    atomic_store_explicit(&s->state, next, memory_order_relaxed);
}

/* Has the task completed? Then what it wrote before is visible. */
static inline bool tasksync_done(const TaskSync *s)
{
    /* Pairs with the store in tasksync_complete_locked: publishes result and error. */
    return atomic_load_explicit(&s->state, memory_order_acquire) == TASK_DONE;
}

/* RUNNING to DONE; wakes threads in tasksync_wait_thread. The caller holds lock. */
void tasksync_complete_locked(TaskSync *s);

/* Calls visit for every block whose task object has not been reclaimed. The object is s->own.task;
 * it may be unreachable. The world is stopped, or nobody else runs, or the caller can live with tasks
 * that come, go and change their state. visit takes no lock. */
void tasksync_each(void (*visit)(TaskSync *s, void *arg), void *arg);

/* Blocks the calling thread, which is no worker, until DONE. */
void tasksync_wait_thread(TaskSync *s);

/* Frees the blocks that no worker has cached. */
void tasksync_fini(void);

#endif
