/*
 * run.c - a worker runs a task until it parks, yields or ends.
 *
 * Two stacks: the worker's own, on which its loop is, and the task's. What must not happen while the
 * task is still on its stack - dropping the lock under which it was put on a wait list, giving the
 * stack back - the task leaves in after, and the worker does it once it is back on its own.
 */
#include "gc/heap.h"
#include "runtime/sched/internal.h"
#include "runtime/sched/oracle.h"
#include "runtime/base/fail.h"
#include "runtime/task/leak.h"

/* ---- Running ---- */

static uintptr_t limit_of(const RtTask *t)
{
    return sched.yield_always ? UINTPTR_MAX : stack_limit(task_slot(t));
}

static _Noreturn void task_entry(void)
{
    context_entered();
    RtTask *self = rt_task();
    self->site->code(self);
    sched_exit_task();
}

/* A home for a task that has not run yet. */
static void move_in(Worker *w, RtTask *t)
{
    TaskSync *s      = t->sync;
    bool      shared = stacks_shared();
    if (!shared && w->stacks.count == 0 && !stack_refill(&w->stacks))
        shared = pack_begin();
    StackSlot slot = t == sched.main_task ? STACK_MAIN
                     : shared             ? pack_take(w)
                                          : stack_take(&w->stacks);
    stack_freshen(slot);
    context_init(&s->context, stack_low(slot), stack_top(slot), task_entry);
    s->slot = slot;
    if (slot != STACK_MAIN && !shared)
        pack_move_in(slot, s);
}

/* Rare: slots are shared. False: t will be made runnable again when its home is free. */
static __attribute__((noinline)) bool claim_home(Worker *w, RtTask *t)
{
    if (t->sync->slot != STACK_NONE)
        return pack_claim(w, t);
    move_in(w, t);
    return true;
}

void sched_run_task(Worker *w, RtTask *t)
{
    TaskSync *s       = t->sync;
    RtTask   *waiting = NULL;
    w->current = t;                                                     /* W1 of pack.c */
    atomic_signal_fence(memory_order_seq_cst);                          /* W2 */
    if (__builtin_expect(stacks_shared(), 0)) {                         /* W3 */
        if (!claim_home(w, t)) {
            w->current = NULL;
            return;
        }
    } else if (s->slot == STACK_NONE) {
        move_in(w, t);
    }
    lock_check_none();
    tasksync_set_state(s, TASK_RUNNING);
    rt_tls.task = t;
    set_limit(&rt_tls, limit_of(t));
    atomic_store_explicit(&w->ticks, atomic_load_explicit(&w->ticks, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    context_switch(&w->context, task_context(t), false);
    rt_tls.task = NULL;
    if (tasksync_state(s) == TASK_PARKING) {
        tasksync_set_state(s, TASK_PARKED);
        if (__builtin_expect(stacks_shared(), 0))
            waiting = pack_park(w, s);
    }
    w->after(w->after_arg);
    lock_check_none();
    w->current   = NULL;
    w->after_arg = NULL;
    if (__builtin_expect(waiting != NULL, 0))
        sched_ready_again(waiting);
    heap_at_park();
}

static void leave(Worker *w, void (*after)(void *), void *arg, bool last)
{
    w->after     = after;
    w->after_arg = arg;
    context_switch(task_context(w->current), &w->context, last);
}

WaitOutcome sched_park(void (*after)(void *), void *arg)
{
    Worker *w = rt_worker();
    tasksync_set_state(w->current->sync, TASK_PARKING);
    leave(w, after, arg, false);
    /* Another worker may be running us now: w is stale. And what is not kept across the switch need
     * not be saved here: each word of this frame is one of every parked task. */
    TaskSync *s = rt_task()->sync;
    atomic_store_explicit(&s->wait_for, 0, memory_order_relaxed);
    return s->outcome;
}

static void requeue_last(void *task) { sched_ready(task, READY_LAST); }

/* It used up its time: what became due meanwhile has its turn before it. */
static void requeue_global(void *task)
{
    sched_ready(task, READY_GLOBAL);
    sched_look_outside();
}

void sched_yield_task(ReadyWhere where)
{
    RtTask *self = rt_task();
    atomic_store_explicit(&self->sync->wait_for, PARK_YIELD, memory_order_relaxed);
    sched_park(where == READY_GLOBAL ? requeue_global : requeue_last, self);
}

void rt_safepoint(const RtPlace *place)
{
    RtTask *self = rt_task();
    if ((uintptr_t)__builtin_frame_address(0) < stack_limit(task_slot(self)))
        rt_fail(place, "stack overflow");
    leak_settle();
    /* Asked for by the monitor, or by a stress run. */
    if (oracle_answer != NULL && oracle_choose(ORACLE_YIELD, 2) == 0)
        return;
    sched_yield_task(sched.yield_always ? READY_LAST : READY_GLOBAL);
}

/* Not inlined: before and after a switch the thread may be another. */
__attribute__((noinline)) void sched_changed_stack(void)
{
    RtTls *tls = rt_worker()->tls;
    if (__atomic_load_n(&tls->stack_limit, __ATOMIC_RELAXED) != UINTPTR_MAX)
        set_limit(tls, limit_of(rt_task()));
}

/* ---- Ending ---- */

/* On the worker's own stack. The worker's reference keeps s even if the task object goes. */
static void ended(void *arg)
{
    RtTask   *t = arg;
    TaskSync *s = t->sync;
    Worker   *w = rt_worker();
    bool      is_main = t == sched.main_task;
    RtTask *waiting = pack_end(w, s);
    if (waiting != NULL)
        sched_ready_again(waiting);
    context_fini(&s->context);
    w->counters.finished++;
    rt_task_complete(t);
    if (tasksync_release(s, &w->syncs))
        w->counters.released++;
    if (is_main)
        sched_begin_stopping();
}

void sched_exit_task(void)
{
    Worker *w = rt_worker();
    leave(w, ended, w->current, true);
    rt_bug(__FILE__, __LINE__, "a task ran on after its end");
}

