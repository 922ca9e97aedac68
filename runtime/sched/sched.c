/*
 * sched.c - workers, their queues, who sleeps and who wakes.
 *
 * The M:N design that Go made popular (D. Vyukov, Scalable Go Scheduler Design Doc, 2012): each
 * worker has a ring and a run-next place; what does not fit and what is to wait longest goes to the
 * global queue; who finds nothing steals half of somebody's ring.
 *
 * A task gets run_next when another just handed it a value: the pair then shares a worker and a warm
 * cache. The ring waits at most DIRECT_MAX such hand-offs. run_next is stolen only from a worker
 * that has been running one task for a while (the monitor wakes a thief for it), so waking an idle
 * worker for every hand-off is not needed.
 *
 * No lost wake-up.
 *     submitter                                worker with nothing to do
 *     S1  push the task on a ring or the       W1  join the idle list, spinning -= 1
 *         global queue                         W2  seq_cst fence
 *     S2  seq_cst fence                        W3  if a ring or the global queue has a task,
 *     S3  if nobody spins and somebody is          leave the idle list; else sleep
 *         idle (or not started): wake one
 * S3 can miss W1 only if S2 precedes W2 in the fence order; then W3 sees S1. When S3 sees a spinning
 * worker, that one has W1 to W3 still ahead of it. A spinner that finds a task wakes the next one
 * when it was the last spinner, because its own submitter did not.
 *
 * Tasks that only hand values to one another are fastest side by side on one worker. So thieves leave
 * a ring alone that flows: none of its tasks, all of which have run before, waits there for longer
 * than a moment (find.c). In W3 such a ring is no reason to stay awake. Who sleeps in spite of one
 * says that it is calm; then the monitor sees to it that somebody looks again soon, and until then S3
 * is left out for tasks that have run before.
 *     worker                                   monitor, once per look
 *     C1  it is on the idle list (W1)          M1  calm = 0
 *     C2  calm = 1                             M2  wake a thief
 * Both protocols are in stress/models/sleep.pml.
 */
#define _GNU_SOURCE
#include "runtime/sched/sched.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "gc/heap.h"
#include "gc/roots.h"
#include "runtime/base/bias.h"
#include "runtime/base/clock.h"
#include "runtime/base/env.h"
#include "runtime/base/memory.h"
#include "runtime/sched/internal.h"
#include "runtime/sched/blocking.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/oracle.h"
#include "runtime/sched/poller.h"
#include "runtime/task/leak.h"

enum { STUCK_NS = 1000000000 };
_Static_assert((int)WORKERS_MAX <= (int)BIAS_HOLDERS, "one for each worker");

Sched sched = {.lock = LOCK_INIT(LOCK_SCHED)};

/* ---- The global queue ---- */

static void global_push_locked(RtTask *t)
{
    t->queue_next = NULL;
    if (sched.tail != NULL)
        sched.tail->queue_next = t;
    else
        sched.head = t;
    sched.tail = t;
    atomic_fetch_add_explicit(&sched.length, 1, memory_order_relaxed);
}

static RtTask *global_pop_locked(void)
{
    RtTask *t = sched.head;
    if (t == NULL)
        return NULL;
    sched.head = t->queue_next;
    if (sched.head == NULL)
        sched.tail = NULL;
    t->queue_next = NULL;
    atomic_fetch_sub_explicit(&sched.length, 1, memory_order_relaxed);
    return t;
}

static void global_push(RtTask *t)
{
    lock_acquire(&sched.lock);
    global_push_locked(t);
    lock_release(&sched.lock);
}

/* One task to run, and w's share of the rest into its ring. */
RtTask *sched_take_global(Worker *w)
{
    if (atomic_load_explicit(&sched.length, memory_order_relaxed) == 0)
        return NULL;
    lock_acquire(&sched.lock);
    RtTask  *first = global_pop_locked();
    uint32_t share = atomic_load_explicit(&sched.length, memory_order_relaxed) / started();
    if (share > RUNQ_CAP / 2)
        share = RUNQ_CAP / 2;
    for (; share > 0 && runq_length(&w->queue) < RUNQ_CAP / 2; share--)
        runq_push(&w->queue, global_pop_locked(), false);
    lock_release(&sched.lock);
    return first;
}

/* ---- Waking ---- */

static void *worker_main(void *arg);

/* A worker that does not run yet. It starts as a spinner. */
static void start_worker(uint32_t number)
{
    Worker *w   = memory_alloc(sizeof *w);
    w->number   = (int)number;
    w->spinning = true;
    timer_heap_init(&w->timers);
    /* Pairs with worker_at: who sees the pointer sees the fields. */
    atomic_store_explicit(&sched.workers[number], w, memory_order_release);
    if (heap_thread_create(&w->thread, worker_main, w) == 0)
        return;
    /* No more threads: go on with those there are. Thieves may be looking at w: it stays. */
    lock_acquire(&sched.lock);
    sched.max = number;
    atomic_store(&sched.started, number);
    lock_release(&sched.lock);
    atomic_fetch_sub(&sched.spinning, 1);
}

/* The watcher of the descriptors only if nobody else is idle. */
static Worker *take_idle_locked(void)
{
    Worker **p = &sched.idle, *w;
    if (*p != NULL && *p == poller_watcher() && (*p)->idle_next != NULL)
        p = &(*p)->idle_next;
    w = *p;
    if (w == NULL)
        return NULL;
    *p          = w->idle_next;
    w->spinning = true;                  /* under the lock: sched_begin_stopping may wake it, too */
    atomic_fetch_sub(&sched.idle_count, 1);
    return w;
}

static void wake(Worker *w)
{
    atomic_store_explicit(&w->wake, 1, memory_order_release);
    futex_wake(&w->wake, 1);
    poller_wake(w);
}

/* may_start: the calling thread is a worker. */
static void wake_one(bool may_start)
{
    uint32_t none   = 0, start = 0;
    Worker  *sleeper = NULL;
    /* One waker at a time: the new spinner looks for more work before the next is woken. */
    if (!atomic_compare_exchange_strong(&sched.spinning, &none, 1))
        return;
    lock_acquire(&sched.lock);
    sleeper = take_idle_locked();
    if (sleeper == NULL && may_start && started() < sched.max && !stopping()) {
        start = started();
        atomic_store(&sched.started, start + 1);
    }
    lock_release(&sched.lock);
    if (sleeper != NULL) {
        monitor_wake();
        wake(sleeper);
    } else if (start != 0) {
        start_worker(start);
    } else {
        atomic_fetch_sub(&sched.spinning, 1);
    }
}

/* S2 and S3 of the protocol. */
void sched_wake_for_new_work(void)
{
    if (sched.max == 1)
        return;
    fence_full();
    if (atomic_load_explicit(&sched.spinning, memory_order_relaxed) == 0 &&
        (atomic_load_explicit(&sched.idle_count, memory_order_relaxed) > 0 ||
         atomic_load_explicit(&sched.started, memory_order_relaxed) < sched.max))
        wake_one(true);
}

void sched_end_calm(void)
{
    if (atomic_load_explicit(&sched.calm, memory_order_relaxed) == 0)
        return;
    atomic_store(&sched.calm, 0);                                                       /* M1 */
    sched_wake_thief();                                                                 /* M2 */
}

void sched_wake_thief(void)
{
    if (atomic_load(&sched.idle_count) > 0 && atomic_load(&sched.spinning) == 0)
        wake_one(false);
}

/* ---- Making runnable ---- */

/* Half of w's full ring and t go to the global queue. Who makes tasks faster than they can run is
 * asked to let them: it would fill the memory with tasks that wait. */
static void overflow(Worker *w, RtTask *t)
{
    RtTask  *batch[RUNQ_CAP / 2];
    uint32_t n = runq_take_batch(&w->queue, batch, RUNQ_CAP / 2);
    lock_acquire(&sched.lock);
    for (uint32_t i = 0; i < n; i++)
        global_push_locked(batch[i]);
    global_push_locked(t);
    lock_release(&sched.lock);
    set_limit(w->tls, UINTPTR_MAX);
}

static void push(Worker *w, RtTask *t, bool is_new)
{
    if (!runq_push(&w->queue, t, is_new && oracle_answer == NULL))
        overflow(w, t);
    if (is_new || atomic_load_explicit(&sched.calm, memory_order_relaxed) == 0)
        sched_wake_for_new_work();
}

/* Owner only. Returns the task that was next before. Thieves only ever take it away. */
static RtTask *swap_next(Worker *w, RtTask *t)
{
    RtTask *old = atomic_load_explicit(&w->run_next, memory_order_relaxed);
    if (old != NULL && atomic_compare_exchange_strong_explicit(
                           &w->run_next, &old, t, memory_order_acq_rel, memory_order_relaxed))
        return old;
    /* Pairs with take_next: publishes the task. */
    atomic_store_explicit(&w->run_next, t, memory_order_release);
    return NULL;
}

RtTask *sched_take_next(Worker *w)
{
    RtTask *t = atomic_load_explicit(&w->run_next, memory_order_acquire);
    if (t != NULL && atomic_compare_exchange_strong_explicit(
                         &w->run_next, &t, NULL, memory_order_acq_rel, memory_order_relaxed))
        return t;
    return NULL;
}

void sched_ready(RtTask *t, ReadyWhere where)
{
    Worker *w = rt_worker();
    tasksync_set_state(t->sync, TASK_READY);
    if (where == READY_GLOBAL) {
        global_push(t);
        sched_wake_for_new_work();
    } else if (where != READY_NEXT || oracle_answer != NULL) {
        push(w, t, where == READY_NEW);
    } else {
        RtTask *displaced = swap_next(w, t);
        if (displaced != NULL)
            push(w, displaced, false);
    }
}

ReadyWhere sched_where_getter(void)
{
    return rt_worker()->depth_first ? READY_NEXT : READY_LAST;
}

void sched_ready_all(RtTask *chain, ReadyWhere where)
{
    for (RtTask *t = chain, *next; t != NULL; t = next) {
        next          = t->queue_next;
        t->queue_next = NULL;
        sched_ready(t, where);
    }
}

void sched_ready_from_outside(RtTask *t)
{
    tasksync_set_state(t->sync, TASK_READY);
    global_push(t);
    fence_full();
    if (atomic_load_explicit(&sched.spinning, memory_order_relaxed) == 0 &&
        atomic_load_explicit(&sched.idle_count, memory_order_relaxed) > 0)
        wake_one(false);
}

void sched_ready_again(RtTask *t) { push(rt_worker(), t, false); }

/* ---- Ending ---- */

/* Waits until the thread that runs rt_main has left its loop, so that it can return. If that is
 * stuck in foreign code, the process ends from here. */
static void wait_for_main_thread(void)
{
    /* A signal of the collector ends a wait early. */
    int64_t deadline = rt_time_ns() + STUCK_NS;
    for (int64_t left = STUCK_NS; atomic_load(&sched.main_left) == 0;) {
        if (left <= 0)
            rt_exit_stuck(sched.main_task);
        futex_wait(&sched.main_left, 0, (uint64_t)left);
        left = deadline - rt_time_ns();
    }
}

void sched_begin_stopping(void)
{
    atomic_store(&sched.stopping, 1);
    lock_acquire(&sched.lock);
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker *w = worker_at(i);
        if (w == NULL)
            continue;
        /* Lost if w is just switching to a task: then the monitor asks again. */
        if (w->tls != NULL)
            set_limit(w->tls, UINTPTR_MAX);
        wake(w);
    }
    sched.idle = NULL;
    atomic_store(&sched.idle_count, 0);
    lock_release(&sched.lock);
    if (rt_worker()->number != 0)
        wait_for_main_thread();
}

/* ---- Workers come and go ---- */

static void worker_enter(Worker *w)
{
    rt_tls.heap   = heap_attach();
    rt_tls.worker = w;
    rt_tls.bias   = bias_holder(w->number);
    roots_thread_enter();
    guard_thread_enter();
    context_of_thread(&w->context);
    lock_acquire(&sched.lock);
    w->tls = &rt_tls;
    lock_release(&sched.lock);
}

static void worker_leave(Worker *w)
{
    lock_acquire(&sched.lock);           /* sched_ask_to_yield may be writing through it */
    w->tls = NULL;
    lock_release(&sched.lock);
    guard_thread_leave();
    roots_thread_leave();
    rt_tls.worker = NULL;
    rt_tls.bias   = NULL;
    heap_detach(rt_tls.heap);
    rt_tls.heap = NULL;
}

static void loop(Worker *w)
{
    for (RtTask *t; (t = sched_find_task(w)) != NULL;)
        sched_run_task(w, t);
}

static void *worker_main(void *arg)
{
    Worker *w = arg;
    worker_enter(w);
    loop(w);
    worker_leave(w);
    return NULL;
}

/* Processors that this process may use. */
static int64_t processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    return 1;
}

void sched_init(void)
{
    int64_t n = env_int("PLUTO_WORKERS", processors(), 1, WORKERS_MAX);
    sched.max = (uint32_t)n;
    oracle_init();
    sched.by_loop = env_int("PLUTO_GC_STRESS", 0, 0, 1) != 0 || oracle_answer != NULL;
    sched.yield_always = env_int("PLUTO_SCHED_STRESS", 0, 0, 1) != 0 || oracle_answer != NULL;
    sched.patient = !sched.by_loop && !sched.yield_always;
    Worker *w = memory_alloc(sizeof *w);
    w->thread = pthread_self();
    timer_heap_init(&w->timers);
    atomic_store(&sched.workers[0], w);
    atomic_store(&sched.started, 1);
    worker_enter(w);
}

void sched_run(RtTask *main_task)
{
    sched.main_task = main_task;
    sched_ready(main_task, READY_LAST);
    loop(rt_worker());
    atomic_store(&sched.main_left, 1);
    futex_wake(&sched.main_left, 1);
}

void sched_run_until_idle(void)
{
    Worker *w = rt_worker();
    for (RtTask *t; (t = sched_find_nearby(w)) != NULL;)
        sched_run_task(w, t);
}

bool sched_stop(void)
{
    for (uint32_t i = 1, n = started(); i < n; i++) {
        struct timespec limit;
        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += STUCK_NS / 1000000000;
        if (pthread_timedjoin_np(worker_at(i)->thread, NULL, &limit) != 0)
            return false;
    }
    if (!blocking_stop(STUCK_NS))
        return false;
    monitor_stop();                      /* last: it repeats sched_begin_stopping's request */
    return true;
}

void sched_forget_tasks(void)
{
    sched.main_task = sched.head = sched.tail = NULL;
    pack_forget_waiting();
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker *w = worker_at(i);
        while (runq_take(&w->queue) != NULL || sched_take_next(w) != NULL)
            ;
        w->current = w->leaving = w->chosen = NULL;
        w->after_arg = NULL;
        timer_heap_forget(&w->timers);
    }
}

void sched_fini(void)
{
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker *w = worker_at(i);
        if (i == 0)
            worker_leave(w);
        pool_cache_fini(&w->syncs);
        pool_cache_fini(&w->chans);
        timer_heap_fini(&w->timers);
        memory_free(w->io_buffer);
        for (int k = 0; k < PACK_CLASSES; k++)
            pool_cache_fini(&w->packs[k]);
        pool_cache_fini(&w->rwlocks);
        pool_cache_fini(&w->selects);
        memory_free(w);
    }
    poller_fini();
    tasksync_fini();
    chan_fini();
    rwlock_fini();
    atomic_store(&sched.started, 0);
}

/* ---- For others ---- */

TaskCounters sched_counters(void)
{
    TaskCounters sum = {.released = atomic_load(&sched.released_elsewhere)};
    for (uint32_t i = 0, n = started(); i < n; i++) {
        const TaskCounters *c = &worker_at(i)->counters;
        sum.spawned += c->spawned;
        sum.finished += c->finished;
        sum.created += c->created;
        sum.released += c->released;
    }
    return sum;
}

void sched_count_release(void)
{
    Worker *w = rt_worker();
    if (w != NULL)
        w->counters.released++;
    else
        atomic_fetch_add(&sched.released_elsewhere, 1);
}

uint32_t sched_workers(Worker **out)
{
    uint32_t n = started();
    for (uint32_t i = 0; i < n; i++)
        out[i] = worker_at(i);
    return n;
}

void sched_ask_to_yield(Worker *w)
{
    lock_acquire(&sched.lock);
    if (w->tls != NULL)
        set_limit(w->tls, UINTPTR_MAX);
    lock_release(&sched.lock);
}

uint32_t sched_idle(void) { return atomic_load(&sched.idle_count); }
bool     sched_has_queued(void)
{
    return sched_work_visible() || stopping() || pack_has_waiting() || leak_pending();
}

static void push_ring(const RunQueue *q)
{
    uint32_t head = atomic_load(&q->head), tail = atomic_load(&q->tail);
    uint32_t from = head % RUNQ_CAP, to = tail % RUNQ_CAP;
    if (head == tail)
        return;
    if (from < to) {
        roots_push(&q->slot[from], &q->slot[to]);
    } else {
        roots_push(&q->slot[from], &q->slot[RUNQ_CAP]);
        roots_push(&q->slot[0], &q->slot[to]);
    }
}

void sched_push_roots(void)
{
    roots_push(&sched.main_task, &sched.main_task + 1);
    roots_push(&sched.head, &sched.head + 1);
    leak_push_roots();
    pack_push_roots();
    for (uint32_t i = 0, n = started(); i < n; i++) {
        Worker *w = worker_at(i);
        if (w == NULL)
            continue;
        roots_push(&w->current, &w->current + 1);
        roots_push(&w->leaving, &w->leaving + 1);
        roots_push(&w->chosen, &w->chosen + 1);
        roots_push(&w->after_arg, &w->after_arg + 1);
        roots_push((void *)&w->run_next, (char *)&w->run_next + sizeof w->run_next);
        push_ring(&w->queue);
        timer_heap_push_roots(&w->timers);
    }
    poller_push_roots();
    blocking_push_roots();
}
