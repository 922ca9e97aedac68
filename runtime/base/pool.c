/*
 * pool.c - lists of free blocks, moved in batches.
 */
#include "runtime/base/pool.h"

#include "runtime/base/memory.h"

enum { CACHE_MAX = 1024, BATCH = CACHE_MAX / 2 };

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

void *pool_take(Pool *pool, PoolList *cache)
{
    if (cache->head == NULL) {
        lock_acquire(&pool->lock);
        move(&pool->shared, cache, BATCH);
        lock_release(&pool->lock);
    }
    PoolBlock *block = pop(cache);
    return block != NULL ? (void *)block : memory_alloc(pool->size);
}

void pool_give(Pool *pool, PoolList *cache, void *block)
{
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

void pool_cache_fini(PoolList *cache)
{
    for (PoolBlock *block; (block = pop(cache)) != NULL;)
        memory_free(block);
}

void pool_fini(Pool *pool) { pool_cache_fini(&pool->shared); }
