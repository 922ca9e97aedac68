/*
 * timer.c - a heap of deadlines per worker.
 *
 * Four children per node: half the levels of a binary heap, and the children of one node are
 * neighbours. A timer knows its place (TaskSync.timer_at), so most of them, which never fire, are
 * removed without a search; those armed last are near the leaves and cost little.
 * True whenever h->lock is free:
 *   H1  no timer is earlier than its parent; of equal deadlines the first armed is earlier
 *   H2  timers[i].sync->timer_at == i + 1, and its timer_worker is this heap's worker
 *   H3  next is the deadline of timers[0], or INT64_MAX
 * A task arms on the worker it runs on and disarms from wherever it runs next, so the lock is
 * hardly ever contended.
 *
 * Firing takes the timer out under the lock, together with the number of the wait it was armed
 * for; the wait is ended after the lock is dropped, because that takes locks of lower rank.
 * Meanwhile the task may have been woken by others, or wait for something else: wait_interrupt
 * compares the number.
 */
#include "runtime/sched/timer.h"

#include <string.h>

#include "gc/roots.h"
#include "runtime/base/clock.h"
#include "runtime/base/fail.h"
#include "runtime/base/memory.h"
#include "runtime/sched/internal.h"

enum { CHILDREN = 4, FIRST_CAP = 64, BATCH = 64 };

int64_t timer_deadline(int64_t ms)
{
    int64_t now = rt_time_ns(), deadline;
    if (__builtin_mul_overflow(ms, 1000000, &deadline) ||
        __builtin_add_overflow(deadline, now, &deadline))
        return INT64_MAX - 1;
    return deadline;
}

/* ---- The heap ---- */

static bool is_earlier(const Timer *a, const Timer *b)
{
    return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
}

static void put(TimerHeap *h, uint32_t i, Timer t)
{
    h->timers[i] = t;
    atomic_store_explicit(&t.sync->timer_at, i + 1, memory_order_relaxed);
}

/* Puts t where i is, or above. */
static void sift_up(TimerHeap *h, uint32_t i, Timer t)
{
    while (i > 0) {
        uint32_t parent = (i - 1) / CHILDREN;
        if (!is_earlier(&t, &h->timers[parent]))
            break;
        put(h, i, h->timers[parent]);
        i = parent;
    }
    put(h, i, t);
}

/* Puts t where i is, or below. */
static void sift_down(TimerHeap *h, uint32_t i, Timer t)
{
    for (;;) {
        uint64_t first = (uint64_t)i * CHILDREN + 1;
        if (first >= h->count)
            break;
        uint32_t best = (uint32_t)first;
        for (uint32_t k = best + 1; k < h->count && k < first + CHILDREN; k++)
            if (is_earlier(&h->timers[k], &h->timers[best]))
                best = k;
        if (!is_earlier(&h->timers[best], &t))
            break;
        put(h, i, h->timers[best]);
        i = best;
    }
    put(h, i, t);
}

static void note_next_locked(TimerHeap *h)
{
    int64_t next = h->count > 0 ? h->timers[0].deadline : INT64_MAX;
    atomic_store_explicit(&h->next, next, memory_order_relaxed);
}

/* The collector may stop the world here: it sees the old array or the new one, whole. */
static void grow_locked(TimerHeap *h)
{
    uint32_t cap = h->cap > 0 ? 2 * h->cap : FIRST_CAP;
    Timer   *old = h->timers, *new = memory_alloc(cap * sizeof *new);
    if (h->count > 0)
        memcpy(new, old, h->count * sizeof *new);
    atomic_signal_fence(memory_order_seq_cst);
    h->timers = new;
    h->cap    = cap;
    atomic_signal_fence(memory_order_seq_cst);
    memory_free(old);
}

/* The timer that fills the gap is in no slot for a moment: its task is held here. */
static void remove_locked(TimerHeap *h, uint32_t i)
{
    TaskSync *gone = h->timers[i].sync;
    Timer     last = h->timers[h->count - 1];
    RtTask   *held = waiter_hold(&last.sync->own);
    h->count--;
    atomic_store_explicit(&gone->timer_at, 0, memory_order_relaxed);
    if (i == h->count)
        return;
    if (i > 0 && is_earlier(&last, &h->timers[(i - 1) / CHILDREN]))
        sift_up(h, i, last);
    else
        sift_down(h, i, last);
    rt_keep(held);
}

/* Checks H2 and H3, and H1 at the root. */
static void unlock(TimerHeap *h)
{
    RT_ASSERT(h->count == 0 || timer_next(h) == h->timers[0].deadline);
    RT_ASSERT(h->count > 0 || timer_next(h) == INT64_MAX);
    for (uint32_t i = 0; i < h->count && i <= CHILDREN; i++)
        RT_ASSERT(atomic_load(&h->timers[i].sync->timer_at) == i + 1 &&
                  (i == 0 || !is_earlier(&h->timers[i], &h->timers[0])));
    spin_release(&h->lock);
}

void timer_heap_init(TimerHeap *h)
{
    spin_init(&h->lock, LOCK_TIMERS);
    atomic_store_explicit(&h->next, INT64_MAX, memory_order_relaxed);
}

void timer_heap_fini(TimerHeap *h)
{
    memory_free(h->timers);
    h->timers = NULL;
    h->cap    = 0;
}

/* The tasks are not touched: they may be reclaimed in any order. */
void timer_heap_forget(TimerHeap *h)
{
    h->count = 0;
    note_next_locked(h);
}

void timer_heap_push_roots(const TimerHeap *h)
{
    for (uint32_t i = 0; i < h->count; i++) {
        RtTask *const *task = &h->timers[i].sync->own.task;
        roots_push(task, task + 1);
    }
}

/* ---- Arming, disarming, firing ---- */

void timer_arm(RtTask *self, int64_t deadline_ns)
{
    Worker    *w = rt_worker();
    TimerHeap *h = &w->timers;
    TaskSync  *s = self->sync;
    RT_ASSERT(atomic_load(&s->timer_at) == 0);
    spin_acquire(&h->lock);
    if (h->count == h->cap)
        grow_locked(h);
    Timer t         = {deadline_ns, h->armed++, s};
    s->timer_worker = (uint16_t)w->number;
    h->timers[h->count] = t;             /* before it counts: the collector may look now */
    atomic_signal_fence(memory_order_seq_cst);
    h->count++;
    sift_up(h, h->count - 1, t);
    note_next_locked(h);
    unlock(h);
}

void timer_disarm(RtTask *self)
{
    TaskSync *s = self->sync;
    if (atomic_load_explicit(&s->timer_at, memory_order_relaxed) == 0)
        return;
    TimerHeap *h = &worker_at(s->timer_worker)->timers;
    spin_acquire(&h->lock);
    uint32_t at = atomic_load_explicit(&s->timer_at, memory_order_relaxed);
    if (at != 0) {                       /* else it is just being fired */
        remove_locked(h, at - 1);
        note_next_locked(h);
    }
    unlock(h);
}

typedef struct Due {
    RtTask  *task;
    uint32_t number;                     /* of the wait */
} Due;

static uint32_t take_due(TimerHeap *h, int64_t now, Due due[BATCH])
{
    uint32_t n = 0;
    spin_acquire(&h->lock);
    while (n < BATCH && h->count > 0 && h->timers[0].deadline <= now) {
        const TaskSync *s = h->timers[0].sync;
        /* The task disarms before it begins another wait. */
        due[n++] = (Due){s->own.task, atomic_load_explicit(&s->wait_number, memory_order_relaxed)};
        atomic_signal_fence(memory_order_seq_cst);
        remove_locked(h, 0);
    }
    note_next_locked(h);
    unlock(h);
    return n;
}

void timers_fire(TimerHeap *h, int64_t now)
{
    Due      due[BATCH];
    uint32_t n;
    do {
        n = timer_next(h) <= now ? take_due(h, now, due) : 0;
        for (uint32_t i = 0; i < n; i++)
            wait_interrupt(due[i].task, due[i].number, WAIT_TIMEOUT);
    } while (n == BATCH);
}

bool timers_pending(void)
{
    for (uint32_t i = 0, n = started(); i < n; i++) {
        const Worker *w = worker_at(i);
        if (w != NULL && timer_next(&w->timers) != INT64_MAX)
            return true;
    }
    return false;
}
