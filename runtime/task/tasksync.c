/*
 * tasksync.c - counting references, following states.
 *
 * A block goes from a worker's cache to a task and, once both references are gone, to the cache of
 * whoever dropped the last one.
 */
#include "runtime/task/tasksync.h"

#include <limits.h>
#include <string.h>

#include "runtime/base/fail.h"

static Pool pool = POOL_INIT(sizeof(TaskSync));

/* Threads that are no workers and wait for some task to complete. */
static _Atomic uint32_t sleepers;

/* ---- References ---- */

TaskSync *tasksync_new(PoolList *cache)
{
    TaskSync *s = pool_take(&pool, cache);
    atomic_store_explicit(&s->refs, 2, memory_order_relaxed);
    atomic_store_explicit(&s->state, TASK_NEW, memory_order_relaxed);
    /* Somebody may hold the lock for a task that had this block before (wait.h). */
    spin_init_once(&s->lock, LOCK_TASK);
    s->slot       = STACK_NONE;
    s->context.sp = NULL;
    s->held       = false;
    s->read_locks = 0;
    atomic_store_explicit(&s->packed, NULL, memory_order_relaxed);
    s->getters    = (WaitList){NULL, NULL};
    s->own.next = s->own.prev = NULL;
    s->own.cell = (RtCell){{0, 0}};
    atomic_store_explicit(&s->own.on, NULL, memory_order_relaxed);
    atomic_store_explicit(&s->wait_for, 0, memory_order_relaxed);
    atomic_store_explicit(&s->cancelled, false, memory_order_relaxed);
    atomic_store_explicit(&s->error_unseen, false, memory_order_relaxed);
    atomic_store_explicit(&s->leaked, false, memory_order_relaxed);
    atomic_store_explicit(&s->pinned, false, memory_order_relaxed);
    atomic_store_explicit(&s->timer_at, 0, memory_order_relaxed);
    atomic_store_explicit(&s->select_open, 0, memory_order_relaxed);
    return s;
}

bool tasksync_release(TaskSync *s, PoolList *cache)
{
    /* Release: what this holder wrote happens before the block is used again. Acquire: the last one
     * sees what the other wrote. */
    int32_t before = atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel);
    RT_CHECK(before >= 1);
    if (before != 1)
        return false;
    context_fini(&s->context);
    pool_give(&pool, cache, s);
    return true;
}

/* ---- All of them ---- */

typedef struct Visit {
    void (*visit)(TaskSync *s, void *arg);
    void  *arg;
} Visit;

static void visit_block(void *block, void *arg)
{
    TaskSync    *s = block;
    const Visit *v = arg;
    if (__atomic_load_n(&s->own.task, __ATOMIC_ACQUIRE) != NULL)
        v->visit(s, v->arg);
}

void tasksync_each(void (*visit)(TaskSync *s, void *arg), void *arg)
{
    Visit v = {visit, arg};
    pool_each(&pool, visit_block, &v);
}

/* ---- States ---- */

bool tasksync_may_follow(TaskState now, TaskState next)
{
    switch (now) {
    case TASK_NEW:     return next == TASK_READY;
    case TASK_READY:   return next == TASK_RUNNING;
    case TASK_RUNNING: return next == TASK_PARKING || next == TASK_DONE;
    case TASK_PARKING: return next == TASK_PARKED;
    case TASK_PARKED:  return next == TASK_READY;
    case TASK_DONE:    return false;
    }
    return false;
}


void tasksync_complete_locked(TaskSync *s)
{
    RT_ASSERT(tasksync_may_follow(tasksync_state(s), TASK_DONE));
    /* Pairs with tasksync_done: publishes result and error.
     *     completing worker                  waiting thread
     *     C1  state = DONE (seq_cst)         T1  sleepers += 1 (seq_cst)
     *     C2  if sleepers > 0, wake          T2  if state is not DONE, sleep on state
     * C2 can miss T1 only if C1 comes before T1; then T2 sees DONE. */
    atomic_store(&s->state, TASK_DONE);
    if (atomic_load(&sleepers) > 0)
        futex_wake(&s->state, INT_MAX);
}

void tasksync_wait_thread(TaskSync *s)
{
    atomic_fetch_add(&sleepers, 1);
    /* The other states come and go without a wake; a thread that sleeps through them is still woken
     * by DONE, because it is counted. */
    for (uint32_t seen; (seen = atomic_load(&s->state)) != TASK_DONE;)
        futex_wait(&s->state, seen, 0);
    atomic_fetch_sub(&sleepers, 1);
}

void tasksync_fini(void) { pool_fini(&pool); }
