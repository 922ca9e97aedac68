/*
 * internal.h - what the rooms of the runtime ask of tasks; not for emitted C.
 */
#ifndef PLUTO_TASK_INTERNAL_H
#define PLUTO_TASK_INTERNAL_H

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

/* The error of a t that is done, or NULL; whoever asks has got it (leak.h). */
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

#endif
