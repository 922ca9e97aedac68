/*
 * pool.h - blocks of one size outside the collected heap, reused.
 *
 * Each worker has a cache of free blocks per pool. A block may be freed on another thread than took
 * it, so full caches hand half to the pool's shared list and empty ones take from it: memory that one
 * worker let go serves the others. New blocks are cut from chunks that stay until pool_fini, so that
 * all blocks there are can be walked, and a stale pointer to a block always leads to a block.
 */
#ifndef PLUTO_POOL_H
#define PLUTO_POOL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/lock.h"

typedef struct PoolBlock PoolBlock;      /* a free block: its first word links the next */
typedef struct PoolChunk PoolChunk;

typedef struct PoolList {
    PoolBlock *head;
    uint32_t   count;
} PoolList;

/* Static, one per sort of block. */
typedef struct Pool {
    size_t   size;                       /* of a block, at least a word */
    Lock     lock;                       /* LOCK_POOL; guards shared, writes of chunks */
    PoolList shared;
    _Atomic(PoolChunk *) chunks;         /* newest first */
    _Atomic int64_t out;                 /* debug builds: blocks taken and not given back */
} Pool;

#define POOL_INIT(block_size) {block_size, LOCK_INIT(LOCK_POOL), {NULL, 0}, NULL, 0}

/* A block with garbage in its first word and what its last user left in the rest; zeroed when new.
 * Its address is a multiple of 16. Never NULL (memory.h). */
void *pool_take(Pool *pool, PoolList *cache);

/* cache: NULL on threads that are not workers. Takes a leaf lock at most. */
void pool_give(Pool *pool, PoolList *cache, void *block);

/* Calls visit for every block that was ever taken, free ones included: their content has to tell.
 * The world is stopped, or nobody uses the pool; visit takes no lock and no block. Blocks come in
 * no order that means anything. */
void pool_each(Pool *pool, void (*visit)(void *block, void *arg), void *arg);

/* Forgets what is cached; frees all blocks. Nobody uses them any more. On the system heap, where at
 * the end everything is released, debug builds report blocks that were not given back. */
void pool_cache_fini(PoolList *cache);
void pool_fini(Pool *pool);

#endif
