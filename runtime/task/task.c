/*
 * task.c - task objects: made, started, completed, got, detached, reclaimed.
 *
 * True whenever t->sync->lock is free:
 *   T1  a DONE task has no getters and no arguments; its result and error never change again
 *   T2  a parked getter is on the getters list of exactly one task that is not DONE
 */
#include "runtime/task/task.h"

#include "runtime/base/fail.h"
#include "runtime/base/memory.h"
#include "runtime/base/write.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"
#include "runtime/value/print.h"

/* ---- What the collector has to know ---- */

/* The list links are followed, so a list costs no room on the mark stack. A running task's stack is
 * scanned by its thread; what lies above the saved stack pointer is then scanned once more. */
static void task_mark(const void *obj, HeapMarker *m)
{
    const RtTask   *t = obj;
    const TaskSync *s = t->sync;
    heap_mark_range(m, &t->result, &t->result + 1);
    heap_mark(m, t->error);
    heap_mark(m, t->getters);
    heap_mark(m, t->wait_next);
    heap_mark(m, t->queue_next);
    heap_mark(m, t->stream);
    heap_mark_range(m, &t->wait_cell, &t->wait_cell + 1);
    heap_mark_range(m, t->args, (const char *)t->args + t->args_size);
    if (s->slot != STACK_NONE && s->context.sp != NULL)
        heap_mark_range(m, s->context.sp, stack_top(s->slot));
}

static void drop_reference(TaskSync *s)
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
        /* One that was READY has left the list already, whatever its wait record says. */
        if (tasksync_state(s) == TASK_PARKED &&
            (t->wait_reason == PARK_CHAN_SEND || t->wait_reason == PARK_CHAN_RECV))
            chan_forget_waiter(t);
        if (s->slot != STACK_NONE) {
            Worker *w = rt_worker();
            stack_give(w != NULL ? &w->stacks : NULL, s->slot);
            s->slot = STACK_NONE;
        }
        drop_reference(s);
    }
    drop_reference(s);
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
    w->counters.created++;
    w->counters.spawned++;
    heap_set_class(&t->head, &task_class);
    return t;
}

void rt_task_start(RtTask *t)
{
    monitor_start();
    sched_ready(t, READY_LAST);
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

void rt_task_complete(RtTask *t)
{
    TaskSync *s = t->sync;
    memset(t->args, 0, t->args_size);
    spin_acquire(&s->lock);
    RtTask *getters = t->getters;
    t->getters      = NULL;
    tasksync_complete_locked(s);
    bool report = t->detached && t->error != NULL;
    spin_release(&s->lock);
    if (report)
        report_detached(t);
    while (getters != NULL) {
        RtTask *next       = getters->wait_next;
        getters->wait_next = NULL;
        /* Behind the others: who got one task is likely to get the next, so let those finish. */
        sched_ready(getters, READY_LAST);
        getters = next;
    }
}

/* ---- get, detach ---- */

static void unlock_sync(void *sync) { spin_release(&((TaskSync *)sync)->lock); }

RtError *rt_task_get(RtTask *t, const RtPlace *place)
{
    TaskSync *s = t->sync;
    if (tasksync_done(s))
        return t->error;
    spin_acquire(&s->lock);
    if (tasksync_done(s)) {
        spin_release(&s->lock);
        return t->error;
    }
    RtTask *self    = rt_task();
    self->wait_next = t->getters;
    t->getters      = self;
    sched_park(PARK_TASK_GET, s, place, unlock_sync, s);
    return t->error;
}

void rt_task_wait_thread(RtTask *t) { tasksync_wait_thread(t->sync); }

void rt_task_detach(RtTask *t)
{
    TaskSync *s = t->sync;
    spin_acquire(&s->lock);
    bool report = !t->detached && tasksync_done(s) && t->error != NULL;
    t->detached = true;
    spin_release(&s->lock);
    rt_keep(t);                          /* and with it s, of which t may hold the last reference */
    if (report)
        report_detached(t);
}
