/*
 * tasksync.c - counting references, pooling blocks.
 *
 * A block goes from a worker's pool to a task and, once both references are gone, to the pool of
 * whoever dropped the last one. Full pools hand half to the shared pool, empty ones take from it.
 */
#include "runtime/task/tasksync.h"

#include <limits.h>
#include <string.h>

#include "runtime/base/fail.h"
#include "runtime/base/memory.h"

enum { POOL_MAX = 1024, BATCH = POOL_MAX / 2 };

static Lock         shared_lock = LOCK_INIT(LOCK_POOL);
static TaskSyncPool shared;

/* ---- Pools ---- */

static void pool_push(TaskSyncPool *pool, TaskSync *s)
{
    s->pool_next = pool->head;
    pool->head   = s;
    pool->count++;
}

static TaskSync *pool_pop(TaskSyncPool *pool)
{
    TaskSync *s = pool->head;
    if (s != NULL) {
        pool->head = s->pool_next;
        pool->count--;
    }
    return s;
}

static void move(TaskSyncPool *from, TaskSyncPool *to, uint32_t n)
{
    for (; n > 0 && from->head != NULL; n--)
        pool_push(to, pool_pop(from));
}

static TaskSync *pool_take(TaskSyncPool *pool)
{
    if (pool->head == NULL) {
        lock_acquire(&shared_lock);
        move(&shared, pool, BATCH);
        lock_release(&shared_lock);
    }
    return pool_pop(pool);
}

static void pool_give(TaskSyncPool *pool, TaskSync *s)
{
    if (pool != NULL && pool->count < POOL_MAX) {
        pool_push(pool, s);
        return;
    }
    lock_acquire(&shared_lock);
    pool_push(&shared, s);
    if (pool != NULL)
        move(pool, &shared, BATCH);
    lock_release(&shared_lock);
}

void tasksync_pool_fini(TaskSyncPool *pool)
{
    for (TaskSync *s; (s = pool_pop(pool)) != NULL;)
        memory_free(s);
}

void tasksync_pools_fini(void) { tasksync_pool_fini(&shared); }

/* ---- References ---- */

TaskSync *tasksync_new(TaskSyncPool *pool)
{
    TaskSync *s = pool_take(pool);
    if (s == NULL)
        s = memory_alloc(sizeof *s);
    atomic_store_explicit(&s->refs, 2, memory_order_relaxed);
    atomic_store_explicit(&s->state, TASK_NEW, memory_order_relaxed);
    atomic_store_explicit(&s->sleepers, 0, memory_order_relaxed);
    lock_init(&s->lock, LOCK_TASK);
    s->slot       = STACK_NONE;
    s->context.sp = NULL;
    return s;
}

bool tasksync_release(TaskSync *s, TaskSyncPool *pool)
{
    /* Release: what this holder wrote happens before the block is used again. Acquire: the last one
     * sees what the other wrote. */
    int32_t before = atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel);
    RT_CHECK(before >= 1);
    if (before != 1)
        return false;
    context_fini(&s->context);
    pool_give(pool, s);
    return true;
}

/* ---- States ---- */

#ifdef RT_DEBUG
static bool may_follow(TaskState now, TaskState next)
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
#endif

void tasksync_set_state(TaskSync *s, TaskState next)
{
    RT_ASSERT(may_follow(tasksync_state(s), next));
    atomic_store_explicit(&s->state, next, memory_order_relaxed);
}

void tasksync_complete_locked(TaskSync *s)
{
    RT_ASSERT(may_follow(tasksync_state(s), TASK_DONE));
    /* Pairs with tasksync_done: publishes result and error.
     *     completing worker                  waiting thread
     *     C1  state = DONE (seq_cst)         T1  sleepers += 1 (seq_cst)
     *     C2  if sleepers > 0, wake          T2  if state is not DONE, sleep on state
     * C2 can miss T1 only if C1 comes before T1; then T2 sees DONE. */
    atomic_store(&s->state, TASK_DONE);
    if (atomic_load(&s->sleepers) > 0)
        futex_wake(&s->state, INT_MAX);
}

void tasksync_wait_thread(TaskSync *s)
{
    atomic_fetch_add(&s->sleepers, 1);
    /* The other states come and go without a wake; a thread that sleeps through them is still woken
     * by DONE, because it is counted. */
    for (uint32_t seen; (seen = atomic_load(&s->state)) != TASK_DONE;)
        futex_wait(&s->state, seen, 0);
    atomic_fetch_sub(&s->sleepers, 1);
}
