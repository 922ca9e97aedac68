/*
 * pack.h - more tasks than stack slots: parked stacks are packed away, slots are shared.
 *
 * A slot, once a task has run in it, is that task's home: it runs there and nowhere else, so that
 * pointers into its own stack stay valid. Programs whose tasks fit into the slots (PLUTO_STACKS)
 * never come here. When they first do not, stacks_shared() turns true for good. From then on a
 * worker claims the home of a task before it switches to it; what another task left there is copied
 * into a block outside the heap first, and what is the task's own is copied back. See pack.c.
 */
#ifndef PLUTO_PACK_H
#define PLUTO_PACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "gc/heap.h"
#include "runtime/task/stack.h"

/* Packed stacks up to 1 KB come from pools, one per 8 bytes. */
enum { PACK_GRANULE = 8, PACK_CLASSES = 128 };

typedef struct TaskSync TaskSync;
typedef struct RtTask   RtTask;
typedef struct Worker   Worker;

/* From stack_init, with the slots there are and those to be used before any is shared. */
void pack_init(uint32_t slots, uint32_t few);
void pack_fini(void);

extern _Atomic bool pack_on;                             /* goes from false to true, never back */
static inline bool  stacks_shared(void)
{
    return atomic_load_explicit(&pack_on, memory_order_relaxed);
}

/* There are more tasks than slots that may be used: shares slots from now on. False where that
 * cannot be done: with sanitizers and valgrind, which follow stacks by their addresses. */
bool pack_begin(void);

/* ---- A task's home, while slots are not shared ---- */

void pack_move_in(StackSlot slot, TaskSync *s);          /* a new task, off the slots nobody has */

/* ---- While they are shared. On w's own stack ---- */

/* A home for w's new task, claimed; as stack_take when there is none. */
StackSlot pack_take(Worker *w);

/* Claims the home of t, which has run before, and restores its stack. False: another task runs
 * there. Then t belongs to the slot, whose tenant makes it runnable again. */
bool pack_claim(Worker *w, RtTask *t);

/* w's task has parked: its home may serve others, unless it is pinned. Returns a task that waited
 * for it, to be passed to sched_ready_again once no lock is held; usually NULL. */
RtTask *pack_park(Worker *w, TaskSync *s);

/* ---- In both modes ---- */

/* The task has ended, on w; returns as pack_park. */
RtTask *pack_end(Worker *w, TaskSync *s);

/* The task is reclaimed before its end. Any thread, inside an allocation. cache: see stack_give. */
void pack_forget(StackCache *cache, TaskSync *s);

/* The stack of a task that is not running, wherever it lies. For mark procedures. */
void pack_mark(const TaskSync *s, HeapMarker *m);

/* The same for reports: from .. to; nothing (NULL .. NULL) before the first run. */
void pack_stack_of(const TaskSync *s, const void **from, const void **to);

/* Tasks that wait until another leaves their home. */
bool pack_has_waiting(void);
void pack_push_roots(void);
void pack_forget_waiting(void);

#endif
