/*
 * rwlock.c - a count of readers, an owner, and two lists of waiters.
 *
 * The lock is handed over: who unlocks makes the next holders holders, then makes their tasks
 * runnable. A woken task never tries again. The core lies outside the collected heap, because a
 * wait record names it (wait.h); the object marks the tasks that wait.
 * True whenever core->lock is free:
 *   R1  a writer holds it (writer set, depth > 0) or readers do (readers > 0) or nobody, never both
 *   R2  if nobody holds it, nobody waits
 *   R3  readers wait only while a writer holds it or waits
 */
#include "runtime/sync/rwlock.h"

#include "gc/heap.h"
#include "runtime/base/fail.h"
#include "runtime/base/pool.h"
#include "runtime/base/spin.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"

typedef struct RwCore {
    RtTask  *writer;                     /* compared only; not followed */
    SpinLock lock;                       /* LOCK_CHAN; guards everything here. Not the first word,
                                          * which links free blocks */
    uint32_t depth;                      /* how often the writer has it */
    uint32_t readers;                    /* how often readers have it */
    WaitList reading, writing;           /* who waits to do so */
} RwCore;

struct RtRwLock { HeapManaged head; RwCore *core; };

/* A core's address is a multiple of 16 (wait.h), and its memory is never anything else. */
static Pool pool = POOL_INIT((sizeof(RwCore) + 15) / 16 * 16);

/* ---- The object ---- */

static void mark_waiters(const WaitList *list, HeapMarker *m)
{
    for (const Waiter *w = list->head; w != NULL; w = w->next)
        heap_mark(m, w->task);
}

static void rwlock_mark(const void *obj, HeapMarker *m)
{
    const RwCore *core = ((const RtRwLock *)obj)->core;
    mark_waiters(&core->reading, m);
    mark_waiters(&core->writing, m);
}

static void rwlock_release(void *obj)
{
    Worker *w = rt_worker();
    pool_give(&pool, w != NULL ? &w->rwlocks : NULL, ((RtRwLock *)obj)->core);
}

static const HeapClass rwlock_class = {"rwlock", rwlock_mark, rwlock_release};

void rwlock_fini(void) { pool_fini(&pool); }

RtRwLock *rt_rwlock_new(void)
{
    RtRwLock *l    = rt_alloc(HEAP_MANAGED, sizeof *l);
    RwCore   *core = pool_take(&pool, &rt_worker()->rwlocks);
    spin_init_once(&core->lock, LOCK_CHAN);              /* somebody may hold it (wait.h) */
    core->writer  = NULL;
    core->depth   = 0;
    core->readers = 0;
    core->reading = core->writing = (WaitList){NULL, NULL};
    l->core       = core;
    heap_set_class(&l->head, &rwlock_class);
    return l;
}

static void verify_locked(const RwCore *core)
{
    (void)core;
    RT_ASSERT((core->writer != NULL) == (core->depth > 0));
    RT_ASSERT(core->writer == NULL || core->readers == 0);
    RT_ASSERT(core->writer != NULL || core->readers > 0 ||
              (core->reading.head == NULL && core->writing.head == NULL));
    RT_ASSERT(core->reading.head == NULL || core->writer != NULL || core->writing.head != NULL);
}

static void unlock(void *arg)
{
    RwCore *core = arg;
    verify_locked(core);
    spin_release(&core->lock);
}

/* ---- Waiting ---- */

/* Only who unlocks ends such a wait; a task that is reclaimed while it waits leaves its list. */
static void forget(RtTask *t, WaitList *list, RwCore *core)
{
    spin_acquire(&core->lock);
    if (wait_is_in(wait_own(t), list, 0))
        waitlist_remove(list, wait_own(t));
    spin_release(&core->lock);
}

static void forget_reader(RtTask *t, void *core) { forget(t, &((RwCore *)core)->reading, core); }
static void forget_writer(RtTask *t, void *core) { forget(t, &((RwCore *)core)->writing, core); }

const WaitKind wait_lock_read  = {"lock (to read)", NULL, forget_reader};
const WaitKind wait_lock_write = {"lock (to write)", NULL, forget_writer};

/* The caller holds core->lock; it is dropped. Returns when the lock was handed over. */
static void wait_locked(RwCore *core, WaitList *list, ParkReason reason, const RtPlace *place)
{
    RtTask *self = rt_task();
    wait_begin_always(self, reason, core, place);
    waitlist_append(list, wait_own(self));
    sched_park(unlock, core);
}

/* ---- Taking it ---- */

void rt_rwlock_read(RtRwLock *l, const RtPlace *place)
{
    RwCore *core = l->core;
    RtTask *self = rt_task();
    spin_acquire(&core->lock);
    if (core->writer == self) {
        core->depth++;
        unlock(core);
        return;
    }
    /* A task that holds some lock for reading goes before writers that wait: if it is this one,
     * they wait for that task. */
    bool free = core->writer == NULL && (core->writing.head == NULL || self->sync->read_locks > 0);
    self->sync->read_locks++;
    if (free) {
        core->readers++;
        unlock(core);
    } else {
        wait_locked(core, &core->reading, PARK_LOCK_READ, place);
    }
    rt_keep(l);
}

void rt_rwlock_write(RtRwLock *l, const RtPlace *place)
{
    RwCore *core = l->core;
    RtTask *self = rt_task();
    spin_acquire(&core->lock);
    if (core->writer == self || (core->writer == NULL && core->readers == 0)) {
        core->writer = self;
        core->depth++;
        unlock(core);
    } else {
        wait_locked(core, &core->writing, PARK_LOCK_WRITE, place);
    }
    rt_keep(l);
}

/* ---- Handing it over ---- */

/* To the writer that waited longest, if any. Returns it. */
static RtTask *hand_to_writer_locked(RwCore *core)
{
    RtTask *next;
    if (waitlist_take(&core->writing, &next) == NULL)
        return NULL;
    core->writer = next;
    core->depth  = 1;
    wait_finish(next, WAIT_DONE);
    return next;
}

/* To all readers that wait. Returns them, linked by queue_next, oldest first. */
static RtTask *hand_to_readers_locked(RwCore *core)
{
    RtTask *first = NULL, **end = &first;
    for (RtTask *next; waitlist_take(&core->reading, &next) != NULL; end = &next->queue_next) {
        core->readers++;
        wait_finish(next, WAIT_DONE);
        *end = next;
    }
    return first;
}

static void leave_as_writer(RwCore *core)
{
    RtTask *next = NULL;
    if (--core->depth == 0) {
        core->writer = NULL;
        next         = hand_to_readers_locked(core);
        if (next == NULL)
            next = hand_to_writer_locked(core);
    }
    unlock(core);
    sched_ready_all(next, READY_LAST);
}

void rt_rwlock_unlock_write(RtRwLock *l)
{
    spin_acquire(&l->core->lock);
    RT_CHECK(l->core->writer == rt_task());
    leave_as_writer(l->core);
    rt_keep(l);
}

void rt_rwlock_unlock_read(RtRwLock *l)
{
    RwCore *core = l->core;
    RtTask *self = rt_task(), *next = NULL;
    spin_acquire(&core->lock);
    if (core->writer == self) {
        leave_as_writer(core);
        rt_keep(l);
        return;
    }
    RT_CHECK(core->readers > 0);
    self->sync->read_locks--;
    if (--core->readers == 0)
        next = hand_to_writer_locked(core);
    unlock(core);
    sched_ready_all(next, READY_LAST);
    rt_keep(l);
}
