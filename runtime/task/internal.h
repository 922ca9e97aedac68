/*
 * internal.h - what the rooms of the runtime ask of tasks; not for emitted C.
 */
#ifndef PLUTO_TASK_INTERNAL_H
#define PLUTO_TASK_INTERNAL_H

#include "runtime/base/clock.h"
#include "runtime/base/fail.h"
#include "runtime/sched/oracle.h"
#include "runtime/task/stream.h"
#include "runtime/task/tasksync.h"

/* While its body runs, and only then, a stream is on the chain that begins at RtTask.stream.
 *
 *   state       on a chain   slot         context is that of         next state, and who sets it
 *   NEW         no           STACK_NONE   nobody                     RUNNING (its caller)
 *   SUSPENDED   no           its own      its body                   RUNNING (its caller)
 *   RUNNING     yes          its own      its body, while off its    SUSPENDED (its caller, when it
 *                                         stack (parked, or in       yielded), ENDED (its caller)
 *                                         another stream's body)
 *   ENDED       no           STACK_NONE   nobody                     -
 * The chain changes only on the caller's stack: what runs on the body's stack is on it. */
typedef enum { STREAM_NEW, STREAM_SUSPENDED, STREAM_RUNNING, STREAM_ENDED } StreamState;

struct RtStream {
    HeapManaged         head;
    const RtStreamSite *site;            /* fixed, as is args_size */
    _Atomic uint32_t    state;           /* StreamState; who sets RUNNING owns the rest */
    StackSlot           slot;
    Context             context;
    RtStream           *outer;           /* the next one on the chain */
    uint32_t            depth;           /* of the chain from here on */
    bool                returned;        /* the body has */
    bool                left;            /* nobody wants more: the body is to return */
    RtCell              cell;            /* on its way from the body to the caller */
    RtError            *error;
    uint32_t            args_size;       /* bytes of args, scanned by the mark procedure */
    void               *args[];
};

/* The stack that a task is on, or will go on on. Owner only. */
static inline Context *task_context(const RtTask *t)
{
    return t->stream != NULL ? &t->stream->context : &t->sync->context;
}
static inline StackSlot task_slot(const RtTask *t)
{
    return t->stream != NULL ? t->stream->slot : t->sync->slot;
}

/* On the worker's own stack, after code returned: publishes the result, wakes the getters, reports
 * the error of a detached task. */
void rt_task_complete(RtTask *t);

/* The error of a t that is done, or NULL; whoever asks has got it (leak.h). To be raised, it has to
 * be copied (rt_error_copy), as others may get it, too. */
static inline RtError *task_take_error(const RtTask *t)
{
    if (t->error != NULL)
        atomic_store_explicit(&t->sync->error_unseen, false, memory_order_relaxed);
    return t->error;
}

/* One end of the channel that a parked task waits for (wait_of), or NULL; not to be followed. For
 * reports. */
const void *chan_end(const void *core, bool sender);

/* Drops one reference to the completion state of a task; any thread. */
void task_drop_sync(TaskSync *s);

/* Frees the channel cores, and what selects need, that no worker has cached. */
void chan_fini(void);

/* The same for the cores of locks (sync/rwlock.c). */
void rwlock_fini(void);

/* For threads that are not workers: blocks until t has completed. The caller keeps t reachable. */
void rt_task_wait_thread(RtTask *t);

/* ---- Waiting: the part of wait.h that is inlined ---- */

/* The waiter for ordinary waits of the running task. */
static inline Waiter *wait_own(RtTask *self) { return &self->sync->own; }
static inline bool    wait_is_own(const Waiter *w) { return w == &w->task->sync->own; }

/* W2 alone, for reasons that no cancel ends. */
static inline void wait_begin_always(RtTask *self, ParkReason reason, void *object,
                                     const RtPlace *place)
{
    TaskSync *s      = self->sync;
    uint32_t  number = atomic_load_explicit(&s->wait_number, memory_order_relaxed) + 1;
    RT_ASSERT(((uintptr_t)object & PARK_REASON_MASK) == 0);
    if (__builtin_expect(wait_watch != NULL, 0))
        wait_watch(reason, place);
    s->wait_place = place;
    atomic_store_explicit(&s->wait_since,
                          atomic_load_explicit(&rt_coarse_time, memory_order_relaxed),
                          memory_order_relaxed);
    atomic_store_explicit(&s->wait_number, number != 0 ? number : 1, memory_order_relaxed);
    /* Release: who reads wait_for and locks the object sees the record. */
    atomic_store_explicit(&s->wait_for, (uintptr_t)object | reason, memory_order_release);  /* W2 */
}

/* After all it need not wait. */
static inline void wait_abandon(RtTask *self)
{
    atomic_store_explicit(&self->sync->wait_for, 0, memory_order_relaxed);
}

/* W2 to W4. self: the running task; the caller holds the lock of object. False: it was cancelled,
 * and nothing has been done. Then append a waiter and park (sched_park), or wait_abandon. */
static inline bool wait_begin(RtTask *self, ParkReason reason, void *object, const RtPlace *place)
{
    wait_begin_always(self, reason, object, place);                                         /* W2 */
    fence_light();                                                                          /* W3 */
    if (!atomic_load_explicit(&self->sync->cancelled, memory_order_relaxed))                /* W4 */
        return true;
    wait_abandon(self);
    return false;
}

/* Unlinks and returns the oldest waiter whose task is the caller's from now on; NULL: there is
 * none. *held: its task or NULL, for the collector (waiter_hold). An oracle may want another than the
 * oldest. Waiters of selects that others have claimed stay where they are. Then call wait_deliver or
 * wait_finish, drop the lock, sched_ready. */
static inline Waiter *waitlist_take(WaitList *list, RtTask **held)
{
    Waiter *w = list->head;
    *held     = NULL;
    if (w == NULL)
        return NULL;
    if (__builtin_expect(oracle_answer != NULL || !wait_is_own(w), 0))
        return waitlist_choose(list, held);
    *held = waiter_hold(w);
    waitlist_remove(list, w);
    return w;
}

/* t is the caller's (waitlist_take, or a withdraw): says how its wait ended. */
static inline void wait_finish(RtTask *t, WaitOutcome outcome) { t->sync->outcome = outcome; }

/* w was taken: its task receives value, in its own waiter's cell, also when it is in a select. */
static inline void wait_deliver(Waiter *w, const RtCell *value)
{
    TaskSync *s = w->task->sync;
    cell_copy(&s->own.cell, value);
    s->outcome = WAIT_DONE;
}

#endif
