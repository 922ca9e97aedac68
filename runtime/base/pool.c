/*
 * pool.c - lists of free blocks, moved in batches; chunks that the blocks are cut from.
 *
 * A block is in use, in one cache, in shared, or in the part of the newest chunk that has not been
 * cut yet. Chunks are pushed by one store, when they are ready, so that pool_each may run while the
 * world has stopped in the middle of anything here.
 */
#include "runtime/base/pool.h"

#include <stdio.h>

#include "gc/heap.h"
#include "runtime/base/memory.h"

enum {
    CACHE_MAX   = 1024,
    BATCH       = CACHE_MAX / 2,
    CHUNK_BYTES = 64 * 1024,
    CUT         = 16,                    /* new blocks at a time */
    ALIGN       = 16,
};

struct PoolBlock { PoolBlock *next; };

struct PoolChunk {
    PoolChunk *next;
    uint32_t   count;                    /* of blocks */
    _Atomic uint32_t cut;                /* the first so many have been handed out */
    _Alignas(ALIGN) char blocks[];
};

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

/* ---- Chunks ---- */

static size_t stride(const Pool *pool) { return (pool->size + ALIGN - 1) / ALIGN * ALIGN; }

static PoolChunk *chunk_new(const Pool *pool)
{
    size_t     count = (CHUNK_BYTES - sizeof(PoolChunk)) / stride(pool);
    PoolChunk *chunk;
    if (count == 0)
        count = 1;
    chunk        = memory_alloc(sizeof *chunk + count * stride(pool));
    chunk->count = (uint32_t)count;
    return chunk;
}

/* Some blocks that nobody has used yet. */
static void cut_locked(Pool *pool, PoolList *to)
{
    PoolChunk *chunk = atomic_load_explicit(&pool->chunks, memory_order_relaxed);
    if (chunk == NULL ||
        atomic_load_explicit(&chunk->cut, memory_order_relaxed) == chunk->count) {
        PoolChunk *fresh = chunk_new(pool);
        fresh->next      = chunk;
        chunk            = fresh;
        /* Release: who walks the chunks sees next and count. */
        atomic_store_explicit(&pool->chunks, chunk, memory_order_release);
    }
    uint32_t cut = atomic_load_explicit(&chunk->cut, memory_order_relaxed);
    for (int i = 0; i < CUT && cut < chunk->count; i++)
        push(to, (PoolBlock *)(chunk->blocks + stride(pool) * cut++));
    atomic_store_explicit(&chunk->cut, cut, memory_order_relaxed);
}

void pool_each(Pool *pool, void (*visit)(void *block, void *arg), void *arg)
{
    PoolChunk *chunk = atomic_load_explicit(&pool->chunks, memory_order_acquire);
    for (; chunk != NULL; chunk = chunk->next) {
        uint32_t cut = atomic_load_explicit(&chunk->cut, memory_order_relaxed);
        for (uint32_t i = 0; i < cut; i++)
            visit(chunk->blocks + stride(pool) * i, arg);
    }
}

/* ---- Taking and giving ---- */

#ifdef RT_DEBUG
static void count_out(Pool *pool, int n)
{
    atomic_fetch_add_explicit(&pool->out, n, memory_order_relaxed);
}
#else
static void count_out(Pool *pool, int n) { (void)pool, (void)n; }
#endif

void *pool_take(Pool *pool, PoolList *cache)
{
    if (cache->head == NULL) {
        lock_acquire(&pool->lock);
        move(&pool->shared, cache, BATCH);
        if (cache->head == NULL)
            cut_locked(pool, cache);
        lock_release(&pool->lock);
    }
    count_out(pool, 1);
    return pop(cache);
}

void pool_give(Pool *pool, PoolList *cache, void *block)
{
    count_out(pool, -1);
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

/* ---- The end ---- */

void pool_cache_fini(PoolList *cache) { *cache = (PoolList){NULL, 0}; }

void pool_fini(Pool *pool)
{
    int64_t out = atomic_exchange(&pool->out, 0);
    if (out != 0 && heap_is_system())
        fprintf(stderr, "pluto: %lld blocks of %zu bytes were not given back\n", (long long)out,
                pool->size);
    pool->shared = (PoolList){NULL, 0};
    for (PoolChunk *chunk = atomic_exchange(&pool->chunks, NULL), *next; chunk != NULL;
         chunk            = next) {
        next = chunk->next;
        memory_free(chunk);
    }
}
