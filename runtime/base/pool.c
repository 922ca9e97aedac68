/*
 * pool.c - lists of free blocks, moved in batches; new ones are cut from chunks.
 *
 * A chunk is one allocation for many blocks: malloc would add its own header to each. It is freed
 * with the pool only, so the memory of a block stays a block of that pool until then (wait.h counts
 * on it). Its first word links the next chunk.
 */
#include "runtime/base/pool.h"

#include <string.h>

#include "runtime/base/fail.h"
#include "runtime/base/memory.h"

enum {
    CACHE_MAX = 1024, BATCH = CACHE_MAX / 2,
    CHUNK     = 64 * 1024 - 32,          /* with malloc's header it fills whole pages */
    FIRST     = 16,                      /* where the blocks begin: they are aligned to 16 */
    CUT       = 32,                      /* blocks cut at a time */
};

struct PoolBlock { PoolBlock *next; };

static void push(PoolList *list, PoolBlock *block)
{
    block->next = list->head;
    list->head  = block;
    list->count++;
}

static PoolBlock *pop(PoolList *list)
{
    PoolBlock *block = list->head;
    if (block != NULL) {
        list->head = block->next;
        list->count--;
    }
    return block;
}

static void move(PoolList *from, PoolList *to, uint32_t n)
{
    for (; n > 0 && from->head != NULL; n--)
        push(to, pop(from));
}

/* Cuts up to CUT new blocks off the newest chunk; none when it is used up. */
static void cut_locked(Pool *pool, PoolList *to)
{
    for (int n = 0; n < CUT && pool->fresh_bytes >= pool->size; n++) {
        push(to, (PoolBlock *)pool->fresh);
        pool->fresh += pool->size;
        pool->fresh_bytes -= pool->size;
    }
}

static void add_chunk_locked(Pool *pool, char *chunk, size_t bytes)
{
    memcpy(chunk, &pool->chunks, sizeof pool->chunks);
    pool->chunks      = chunk;
    pool->fresh       = chunk + FIRST;
    pool->fresh_bytes = bytes - FIRST;
}

/* Fills the empty cache. */
static void refill(Pool *pool, PoolList *cache)
{
    lock_acquire(&pool->lock);
    move(&pool->shared, cache, BATCH);
    if (cache->head == NULL)
        cut_locked(pool, cache);
    lock_release(&pool->lock);
    if (cache->head != NULL)
        return;
    size_t bytes = CHUNK > FIRST + pool->size ? CHUNK : FIRST + pool->size;
    char  *chunk = memory_alloc(bytes);
    lock_acquire(&pool->lock);
    add_chunk_locked(pool, chunk, bytes);
    cut_locked(pool, cache);
    lock_release(&pool->lock);
}

#ifdef RT_DEBUG
static void count(Pool *pool, int n) { atomic_fetch_add(&pool->taken, n); }
#else
static void count(Pool *pool, int n) { (void)pool, (void)n; }
#endif

void *pool_take(Pool *pool, PoolList *cache)
{
    if (cache->head == NULL)
        refill(pool, cache);
    count(pool, 1);
    return pop(cache);
}

void pool_give(Pool *pool, PoolList *cache, void *block)
{
    count(pool, -1);
    if (cache != NULL && cache->count < CACHE_MAX) {
        push(cache, block);
        return;
    }
    lock_acquire(&pool->lock);
    push(&pool->shared, block);
    if (cache != NULL)
        move(cache, &pool->shared, BATCH);
    lock_release(&pool->lock);
}

void pool_cache_fini(PoolList *cache) { *cache = (PoolList){NULL, 0}; }

void pool_fini(Pool *pool)
{
#ifdef RT_DEBUG
    RT_ASSERT(atomic_load(&pool->taken) == 0);
#endif
    for (char *chunk = pool->chunks, *next; chunk != NULL; chunk = next) {
        memcpy(&next, chunk, sizeof next);
        memory_free(chunk);
    }
    pool->shared      = (PoolList){NULL, 0};
    pool->chunks      = NULL;
    pool->fresh_bytes = 0;
}
