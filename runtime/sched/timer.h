/*
 * timer.h - deadlines of waiting tasks.
 *
 * A task that waits, for whatever, may say until when. At the deadline its wait is ended with
 * WAIT_TIMEOUT (wait_interrupt), if it still lasts. Each worker has a heap of the timers armed on
 * it, and fires them between two tasks; an idle worker sleeps until its earliest one; what a busy
 * worker leaves too long others fire (monitor.c). Tasks with an armed timer are roots.
 */
#ifndef PLUTO_TIMER_H
#define PLUTO_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/spin.h"

typedef struct RtTask   RtTask;
typedef struct TaskSync TaskSync;
typedef struct Worker   Worker;

/* The time, on the scale of rt_time_ns, that is ms milliseconds from now. */
int64_t timer_deadline(int64_t ms);

/* By the running task between wait_begin and sched_park, holding the lock of what it waits for (of
 * a rank below LOCK_TIMERS). One timer per task. Takes memory when the heap grows. */
void timer_arm(RtTask *self, int64_t deadline_ns);

/* By the task when it runs again, fired or not. Without a timer it is one load. */
void timer_disarm(RtTask *self);

/* Is any armed, on any worker? Then there is no deadlock. */
bool timers_pending(void);

/* ---- For the scheduler ---- */

typedef struct Timer {
    int64_t   deadline;
    uint64_t  order;                     /* of arming on this worker: decides between equals */
    TaskSync *sync;                      /* of the task; its timer_at is 1 + the place here */
} Timer;

typedef struct TimerHeap {
    SpinLock         lock;               /* LOCK_TIMERS; guards the rest, except what is atomic */
    uint32_t         count, cap;
    Timer           *timers;             /* a heap with four children per node */
    uint64_t         armed;              /* so far */
    _Atomic int64_t  next;               /* the earliest deadline, INT64_MAX: none; written under
                                          * the lock */
} TimerHeap;

void timer_heap_init(TimerHeap *h);
void timer_heap_fini(TimerHeap *h);
void timer_heap_forget(TimerHeap *h);    /* no worker runs any more: its tasks are no roots now */
void timer_heap_push_roots(const TimerHeap *h);

static inline int64_t timer_next(const TimerHeap *h)
{
    return atomic_load_explicit(&h->next, memory_order_relaxed);
}

/* On a worker, holding no lock: ends the waits whose deadline is now or earlier, in order of their
 * deadlines; the tasks become runnable on the calling worker. */
void timers_fire(TimerHeap *h, int64_t now);

#endif
