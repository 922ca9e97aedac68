/*
 * task.c - task objects: made, started, completed, got, detached, reclaimed.
 *
 * True whenever t->sync->lock is free:
 *   T1  a DONE task has no arguments, and no getters but selects that somebody else has claimed; its
 *       result and error never change again
 */
#include "runtime/task/task.h"

#include "runtime/base/fail.h"
#include "runtime/base/memory.h"
#include "runtime/base/write.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/timer.h"
#include "runtime/task/internal.h"
#include "runtime/task/pack.h"
#include "runtime/value/print.h"

/* ---- What the collector has to know ---- */

/* A running task's stack is scanned by its thread; what lies above the saved stack pointer is then
 * scanned once more. */
static void task_mark(const void *obj, HeapMarker *m)
{
    const RtTask   *t = obj;
    const TaskSync *s = t->sync;
    heap_mark_range(m, &t->result, &t->result + 1);
    heap_mark(m, t->error);
    heap_mark(m, t->queue_next);
    heap_mark(m, t->stream);
    for (const Waiter *w = s->getters.head; w != NULL; w = w->next)
        heap_mark(m, w->task);
    heap_mark_range(m, &s->own.cell, &s->own.cell + 1);
    heap_mark_range(m, t->args, (const char *)t->args + t->args_size);
    pack_mark(s, m);
}

void task_drop_sync(TaskSync *s)
{
    Worker *w = rt_worker();
    if (tasksync_release(s, w != NULL ? &w->syncs : NULL))
        sched_count_release();
}

/* A task that is reclaimed before its end is parked for ever, was never started, or was runnable
 * when the program ended: it will not run, so no worker will drop the second reference. */
static void task_release(void *obj)
{
    RtTask   *t = obj;
    TaskSync *s = t->sync;
    if (!tasksync_done(s)) {
        /* One that was READY has left the list already, whatever its wait record says; but not the
         * other lists of a select. */
        void *object;
        if (tasksync_state(s) == TASK_PARKED || wait_of(t, &object) == PARK_SELECT)
            wait_forget(t);
        Worker *w = rt_worker();
        pack_forget(w != NULL ? &w->stacks : NULL, s);
        task_drop_sync(s);
    }
    __atomic_store_n(&s->own.task, NULL, __ATOMIC_RELAXED);
    task_drop_sync(s);
}

static const HeapClass task_class = {"task", task_mark, task_release};

/* ---- Spawning ---- */

static _Atomic int64_t last_block;       /* task numbers are handed to workers in blocks */

enum { ID_BLOCK = 16 };

/* Numbers are unique and count up on each worker; the main task is 1. */
static int64_t next_id(Worker *w)
{
    if (w->next_id % ID_BLOCK == 0)
        w->next_id = atomic_fetch_add_explicit(&last_block, ID_BLOCK, memory_order_relaxed);
    return ++w->next_id;
}

RtTask *rt_task_new(const RtSpawnSite *site, size_t args_size)
{
    RtTask *t = rt_alloc(HEAP_MANAGED, sizeof *t + args_size);
    Worker *w = rt_worker();
    t->sync      = tasksync_new(&w->syncs);
    t->site      = site;
    t->id        = next_id(w);
    t->args_size = (uint32_t)args_size;
    /* Release: who walks all blocks (tasksync_each) sees site and id. */
    __atomic_store_n(&t->sync->own.task, t, __ATOMIC_RELEASE);
    w->counters.created++;
    w->counters.spawned++;
    heap_set_class(&t->head, &task_class);
    return t;
}

void rt_task_start(RtTask *t)
{
    monitor_start();
    sched_ready(t, READY_NEW);
}

/* ---- Completion ---- */

/* What the report of a detached task's error shows: the first field if it is a string. */
static const RtString *error_summary(const RtError *e)
{
    const RtErrorKind *kind = e->kind;
    if (kind->field_count > 0 && kind->fields[0].kind == RT_FIELD_STRING)
        return *(const RtString *const *)((const char *)e + kind->fields[0].offset);
    return rt_error_text(e);
}

/* One write, so that the line stays whole beside those of other tasks. */
static void report_detached(const RtTask *t)
{
    static const char prefix[] = "pluto: error in detached task: ";
    const RtString   *text     = error_summary(t->error);
    size_t            len      = sizeof prefix - 1 + (size_t)text->len;
    char             *line     = memory_alloc(len + 1);
    memcpy(line, prefix, sizeof prefix - 1);
    memcpy(line + sizeof prefix - 1, text->bytes, (size_t)text->len);
    line[len] = '\n';
    rt_print_flush();
    rt_write_all(2, line, len + 1);
    memory_free(line);
}

/* It was asked to stop, and that is all that its error says: no news for anybody. */
static bool is_own_cancel(const RtTask *t)
{
    return rt_task_is_cancelled(t) && t->error->kind == rt_kinds[RT_TASK_CANCELLED];
}

void rt_task_complete(RtTask *t)
{
    TaskSync *s = t->sync;
    memset(t->args, 0, t->args_size);
    spin_acquire(&s->lock);
    RtTask *getters = NULL, **end = &getters;
    for (RtTask *getter; waitlist_take(&s->getters, &getter) != NULL; end = &getter->queue_next) {
        wait_finish(getter, WAIT_DONE);
        *end = getter;
    }
    if (t->error != NULL)
        atomic_store_explicit(&s->error_unseen, !t->detached && !is_own_cancel(t),
                              memory_order_relaxed);
    tasksync_complete_locked(s);
    bool report = t->detached && t->error != NULL;
    spin_release(&s->lock);
    if (report)
        report_detached(t);
    sched_ready_all(getters, sched_where_getter());
}

/* ---- get ---- */

static void unlock_sync(void *sync) { spin_release(&((TaskSync *)sync)->lock); }

/* Has t completed? If not, returns false with its lock held. */
static bool completed_or_lock(RtTask *t)
{
    TaskSync *s = t->sync;
    if (tasksync_done(s))
        return true;
    spin_acquire(&s->lock);
    if (!tasksync_done(s))
        return false;
    spin_release(&s->lock);
    return true;
}

/* The caller holds the lock and has begun to wait. */
static WaitOutcome park_getter(RtTask *self, TaskSync *s)
{
    waitlist_append(&s->getters, wait_own(self));
    return sched_park(unlock_sync, s);
}

/* t is done. */
static RtError *error_to_raise(const RtTask *t)
{
    RtError *error = task_take_error(t);
    return error == NULL ? NULL : rt_error_copy(error);
}

RtError *rt_task_get(RtTask *t, const RtPlace *place)
{
    if (completed_or_lock(t))
        return error_to_raise(t);
    if (!wait_begin(rt_task(), PARK_TASK_GET, t->sync, place)) {
        spin_release(&t->sync->lock);
        return wait_error(WAIT_CANCELLED, 0, place);
    }
    WaitOutcome outcome = park_getter(rt_task(), t->sync);
    return outcome == WAIT_DONE ? error_to_raise(t) : wait_error(outcome, 0, place);
}

RtError *rt_task_get_timeout(RtTask *t, int64_t ms, const RtPlace *place)
{
    RtTask *self = rt_task();
    if (completed_or_lock(t))
        return error_to_raise(t);
    WaitOutcome outcome = ms <= 0 ? WAIT_TIMEOUT : WAIT_CANCELLED;
    if (ms <= 0 || !wait_begin(self, PARK_TASK_GET, t->sync, place)) {
        spin_release(&t->sync->lock);
        return wait_error(outcome, ms, place);
    }
    timer_arm(self, timer_deadline(ms));
    outcome = park_getter(self, t->sync);
    timer_disarm(self);
    return outcome == WAIT_DONE ? error_to_raise(t) : wait_error(outcome, ms, place);
}

void rt_task_join(RtTask *t, const RtPlace *place)
{
    RtTask *self = rt_task();
    if (completed_or_lock(t))
        return;
    wait_begin_always(self, PARK_TASK_JOIN, t->sync, place);
    park_getter(self, t->sync);
}

static bool withdraw_getter(RtTask *t, void *object, uint32_t number)
{
    TaskSync *s = object;
    Waiter   *w = wait_own(t);
    spin_acquire(&s->lock);
    bool waits = wait_is_in(w, &s->getters, number);
    if (waits)
        waitlist_remove(&s->getters, w);
    spin_release(&s->lock);
    return waits;
}

const WaitKind wait_task_get  = {"get", withdraw_getter, NULL};
const WaitKind wait_task_join = {"get", NULL, NULL};

/* ---- detach, cancel ---- */

void rt_task_cancel(RtTask *t)
{
    atomic_store(&t->sync->cancelled, true);             /* E1 */
    fence_heavy();                                       /* E2 */
    wait_interrupt(t, 0, WAIT_CANCELLED);
}

bool rt_task_is_done(const RtTask *t) { return tasksync_done(t->sync); }

bool rt_task_is_cancelled(const RtTask *t)
{
    return atomic_load_explicit(&t->sync->cancelled, memory_order_relaxed);
}

void rt_task_wait_thread(RtTask *t) { tasksync_wait_thread(t->sync); }

void rt_task_detach(RtTask *t)
{
    TaskSync *s = t->sync;
    spin_acquire(&s->lock);
    bool report = !t->detached && tasksync_done(s) && t->error != NULL;
    t->detached = true;
    atomic_store_explicit(&s->error_unseen, false, memory_order_relaxed);
    spin_release(&s->lock);
    rt_keep(t);                          /* and with it s, of which t may hold the last reference */
    if (report)
        report_detached(t);
}
