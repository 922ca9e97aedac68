/*
 * run.c - a worker runs a task until it parks, yields or ends.
 *
 * Two sorts of stacks: the worker's own, on which its loop is, and those of tasks. What must not
 * happen while a task is still on its stack - dropping the lock under which it was put on a wait
 * list, giving the stack back - the task leaves in after, and whoever the worker comes to does it
 * first (arrive): its loop or, usually, the next task.
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

/* Rare: slots are shared. prev has been PARKED, its lock is still held. */
static __attribute__((noinline)) void arrive_shared(Worker *w, RtTask *prev)
{
    RtTask *waiting = pack_park(w, prev->sync);
    w->after(w->after_arg);
    if (waiting != NULL)
        sched_ready_again(waiting);
}

/* Does what the task that w left wanted to be done; from after on it may run elsewhere, or be gone. */
static inline __attribute__((always_inline)) void arrive(Worker *w, RtTask *prev)
{
    bool parked = tasksync_state(prev->sync) == TASK_PARKING;
    if (parked)
        tasksync_set_state(prev->sync, TASK_PARKED);
    if (__builtin_expect(stacks_shared(), 0) && parked)
        arrive_shared(w, prev);
    else
        w->after(w->after_arg);
    w->leaving   = NULL;
    w->after_arg = NULL;
}

/* First thing on whatever stack a worker comes to. */
int context_resumed(void)
{
    Worker *w = rt_worker();
    if (w->leaving != NULL)
        arrive(w, w->leaving);
    RtTask *self = rt_task();
    return self != NULL ? (int)self->sync->outcome : 0;
}

static _Noreturn void task_entry(void)
{
    context_entered(true);
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

/* Its home is w's. */
static inline __attribute__((always_inline)) void become(Worker *w, RtTask *t)
{
    tasksync_set_state(t->sync, TASK_RUNNING);
    atomic_store_explicit(&t->sync->wait_for, 0, memory_order_relaxed);
    rt_tls.task = t;
    set_limit(&rt_tls, limit_of(t));
    atomic_store_explicit(&w->ticks, atomic_load_explicit(&w->ticks, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

void sched_run_task(Worker *w, RtTask *t)
{
    w->current = t;                                                     /* W1 of pack.c */
    atomic_signal_fence(memory_order_seq_cst);                          /* W2 */
    if (__builtin_expect(stacks_shared(), 0)) {                         /* W3 */
        if (!claim_home(w, t)) {
            w->current = NULL;
            return;
        }
    } else if (t->sync->slot == STACK_NONE) {
        move_in(w, t);
    }
    become(w, t);
    context_turn(&w->context, task_context(t), false);
    w->current = NULL;
    heap_at_park();
}

/* ---- From task to task ---- */

/* What w would run next, if that is at hand; else NULL. */
static inline RtTask *take_at_hand(Worker *w)
{
    RtTask *t;
    if (sched.by_loop || stacks_shared() ||
        atomic_load_explicit(&w->ticks, memory_order_relaxed) % GLOBAL_EVERY == 0)
        return NULL;
    if (w->direct < DIRECT_MAX && (t = sched_take_next(w)) != NULL) {
        w->direct++;
        return t;
    }
    w->direct = 0;
    return sched_take_ring(w);
}

/* Makes t what w runs, w still being on the stack of the task that leaves. False: it needs more than
 * can be done here, where locks are held. */
static inline bool step_in(Worker *w, RtTask *t)
{
    RtTask *prev = w->current;
    w->current   = t;                                                   /* W1 of pack.c */
    atomic_signal_fence(memory_order_seq_cst);                          /* W2 */
    bool new = t->sync->slot == STACK_NONE;
    __builtin_prefetch(t->sync->context.sp);                /* with many tasks it is in no cache */
    if (stacks_shared() || (new && w->stacks.count == 0)) {             /* W3 */
        w->current = prev;
        w->chosen  = t;
        return false;
    }
    if (new)
        move_in(w, t);
    become(w, t);
    return true;
}

/* The current task leaves its stack. Goes straight on with the next one that is at hand, which
 * saves a switch and keeps calls and returns paired for the processor; otherwise to w's loop. */
static inline __attribute__((always_inline))
int leave(Worker *w, void (*after)(void *), void *arg, bool last)
{
    Context *from = task_context(w->current), *to = &w->context;
    RtTask  *next = NULL;
    w->leaving    = w->current;
    w->after      = after;
    w->after_arg  = arg;
    if (w->leaving != sched.main_task || !last)
        next = take_at_hand(w);
    if (next != NULL && step_in(w, next))
        to = task_context(next);
    else
        rt_tls.task = NULL;
    return context_turn(from, to, last);
}

/* Ends in the switch: nothing of its frame is on the stack of a parked task. */
WaitOutcome sched_park(void (*after)(void *), void *arg)
{
    Worker *w = rt_worker();
    tasksync_set_state(w->current->sync, TASK_PARKING);
    return (WaitOutcome)leave(w, after, arg, false);
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

