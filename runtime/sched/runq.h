/*
 * runq.h - a worker's queue of runnable tasks.
 *
 * A bounded ring: its owner pushes, anyone takes from the other end (oldest first). The design and
 * the proof obligations are those of Go's runtime.runqput/runqgrab (D. Vyukov). What Go does not
 * have: the owner may also take the newest, as long as that is a task which has not run yet.
 */
#ifndef PLUTO_RUNQ_H
#define PLUTO_RUNQ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct RtTask RtTask;

enum { RUNQ_CAP = 512 };                                 /* a power of two */

typedef struct RunQueue {
    _Alignas(64) _Atomic uint64_t head;                  /* takers, by CAS; the upper half counts
                                                          * the times the newest was taken */
    _Alignas(64) _Atomic uint32_t tail;                  /* owner */
    _Atomic uint32_t  fresh;                             /* at least the newest so many, if they are
                                                          * still there, have not run; owner */
    _Atomic(RtTask *) slot[RUNQ_CAP];                    /* tasks are slot[head .. tail), mod cap */
} RunQueue;

/* Owner only. False when the queue is full. fresh: t has not run yet. */
bool runq_push(RunQueue *q, RtTask *t, bool fresh);

/* Anyone; the oldest task, NULL when there is none. */
RtTask *runq_take(RunQueue *q);

/* Owner only; the newest task if it is known not to have run yet, else NULL. */
RtTask *runq_take_fresh(RunQueue *q);

/* Owner of to only, whose queue is empty: moves about half of from's tasks, at most RUNQ_CAP / 2,
 * and returns one of them; NULL when there was none. */
RtTask *runq_steal(RunQueue *to, RunQueue *from);

/* For thieves: the place of the oldest task, which changes when that is taken; false when there is
 * none. *fresh: none of them has run yet, as far as one can see. */
bool runq_oldest(const RunQueue *q, uint32_t *place, bool *fresh);

/* Owner only: removes up to n of the oldest tasks into out; returns how many. */
uint32_t runq_take_batch(RunQueue *q, RtTask **out, uint32_t n);

/* A guess, exact for the owner when nobody steals. */
static inline uint32_t runq_length(const RunQueue *q)
{
    uint32_t head   = (uint32_t)atomic_load_explicit(&q->head, memory_order_relaxed);
    uint32_t length = atomic_load_explicit(&q->tail, memory_order_relaxed) - head;
    return length <= RUNQ_CAP ? length : 0;              /* runq_take_fresh is just finding nothing */
}

#endif
