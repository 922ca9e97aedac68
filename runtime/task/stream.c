/*
 * stream.c - switching between a caller and the bodies of its streams.
 *
 * A task has a stack of its own and one for each stream whose body it is running, in a chain: the
 * task, outermost stream, .., innermost. It is on the last of them. Each of the others was left in
 * the middle of rt_stream_next; its registers are in its own Context. When the task parks, it is
 * the innermost stream's Context that the worker saves and later goes on with (task_context).
 *
 * What the collector sees: the stack that runs is scanned by its thread; RtTask.stream leads to the
 * chain, and the mark procedures of the task and of each stream scan what was left. So a stack that
 * is not running has to be on the chain from before the switch away from it until after the switch
 * back. The chain therefore changes on the caller's stack only: see S1 to S5.
 *
 * Not done: handing an element over without a switch when body and consumer are one loop.
 */
#include "runtime/task/stream.h"

#include "runtime/base/fail.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"

enum { DEPTH_MAX = 5000 };       /* bodies that one task runs at a time: 40 MB of stacks */

/* ---- What the collector has to know ---- */

/* When the body runs and is on its stack, context is stale, but within the slot: what lies above is
 * scanned once more. */
static void stream_mark(const void *obj, HeapMarker *m)
{
    const RtStream *s = obj;
    heap_mark(m, s->outer);
    heap_mark(m, s->error);
    heap_mark_range(m, &s->cell, &s->cell + 1);
    heap_mark_range(m, s->args, (const char *)s->args + s->args_size);
    if (s->slot != STACK_NONE && s->context.sp != NULL)
        heap_mark_range(m, s->context.sp, stack_top(s->slot));
}

static void give_stack(RtStream *s)
{
    Worker   *w    = rt_worker();
    StackSlot slot = s->slot;
    s->slot = STACK_NONE;
    context_fini(&s->context);
    stack_give(w != NULL ? &w->stacks : NULL, slot);
}

/* It was left before its end. */
static void stream_release(void *obj)
{
    RtStream *s = obj;
    if (s->slot != STACK_NONE)
        give_stack(s);
}

static const HeapClass stream_class = {"stream", stream_mark, stream_release};

/* ---- Making ---- */

RtStream *rt_stream_new(const RtStreamSite *site, size_t args_size)
{
    RtStream *s = rt_alloc(HEAP_MANAGED, sizeof *s + args_size);
    s->site      = site;
    s->slot      = STACK_NONE;
    s->args_size = (uint32_t)args_size;
    heap_set_class(s, &stream_class);
    return s;
}

void *rt_stream_args(RtStream *s) { return s->args; }

/* ---- The body's side ---- */

static Context *caller_context(const RtStream *s)
{
    return s->outer != NULL ? &s->outer->context : &rt_task()->sync->context;
}

static _Noreturn void stream_entry(void)
{
    context_entered(false);
    RtStream *self = rt_task()->stream;
    self->error    = self->site->code(self);
    self->returned = true;
    context_switch(&self->context, caller_context(self), true);
    rt_bug(__FILE__, __LINE__, "a generator ran on after its end");
}

bool rt_stream_yield(RtStream *self, RtCell value)
{
    RT_ASSERT(rt_task()->stream == self);
    self->cell = value;
    context_switch(&self->context, caller_context(self), false);
    return self->left;
}

/* ---- The caller's side ---- */

static void take_stack(RtStream *s)
{
    StackSlot slot = stack_take(&rt_worker()->stacks);   /* may collect */
    stack_freshen(slot);
    context_init(&s->context, stack_low(slot), stack_top(slot), stream_entry);
    s->slot = slot;
}

/* Takes s for the calling task. Returns false when it has ended. */
static bool begin(RtStream *s)
{
    /* Pairs with the release stores below: a body may go on in another task, on another thread. */
    uint32_t state = atomic_load_explicit(&s->state, memory_order_acquire);
    do {
        if (state == STREAM_ENDED)
            return false;
        if (state == STREAM_RUNNING)
            rt_fail(&s->site->place, "stream is used while its generator is running");
    } while (!atomic_compare_exchange_weak_explicit(&s->state, &state, STREAM_RUNNING,
                                                    memory_order_acquire, memory_order_acquire));
    if (state == STREAM_NEW)
        take_stack(s);
    return true;
}

static void end(RtStream *s, RtError **error)
{
    *error   = s->error;
    s->error = NULL;
    memset(s->args, 0, s->args_size);
    give_stack(s);
    atomic_store_explicit(&s->state, STREAM_ENDED, memory_order_release);
}

/*   S1  put s on the chain            the caller's stack: running, so scanned by its thread
 *   S2  switch                        both stacks are on the chain, whichever is running
 *   S3  the body runs, and comes back by rt_stream_yield or at its end
 *   S4  take s off the chain          the caller's stack is running again; s is in its frame
 *   S5  hand over, let others use s
 * Between S1 and S4 the task may have moved to another thread. */
bool rt_stream_next(RtStream *s, RtCell *out, RtError **error)
{
    RtTask *t = rt_task();
    *error = NULL;
    if (!begin(s))
        return false;
    Context *here = task_context(t);
    s->outer = t->stream;
    s->depth = s->outer != NULL ? s->outer->depth + 1 : 1;
    if (s->depth > DEPTH_MAX)
        rt_fail(&s->site->place, "stack overflow");
    t->stream = s;                                                          /* S1 */
    sched_changed_stack();
    context_switch(here, &s->context, false);                               /* S2, S3 */
    t->stream = s->outer;                                                   /* S4 */
    s->outer  = NULL;
    sched_changed_stack();
    if (s->returned) {                                                      /* S5 */
        end(s, error);
        return false;
    }
    *out    = s->cell;
    s->cell = (RtCell){{0, 0}};
    atomic_store_explicit(&s->state, STREAM_SUSPENDED, memory_order_release);
    return true;
}

void rt_stream_leave(RtStream *s)
{
    RtCell   cell;
    RtError *error;
    /* No body that runs: its loop has come to an end. */
    if (s == NULL || atomic_load_explicit(&s->state, memory_order_acquire) != STREAM_SUSPENDED)
        return;
    s->left   = true;
    bool more = rt_stream_next(s, &cell, &error);
    RT_CHECK(!more && error == NULL);
}
