/*
 * pool.h - blocks of one size outside the collected heap, reused.
 *
 * Each worker has a cache of free blocks per pool. A block may be freed on another thread than took
 * it, so full caches hand half to the pool's shared list and empty ones take from it: memory that one
 * worker let go serves the others.
 */
#ifndef PLUTO_POOL_H
#define PLUTO_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/lock.h"

typedef struct PoolBlock PoolBlock;      /* a free block: its first word links the next */

typedef struct PoolList {
    PoolBlock *head;
    uint32_t   count;
} PoolList;

/* Static, one per sort of block. */
typedef struct Pool {
    size_t   size;                       /* of a block, at least a word */
    Lock     lock;                       /* LOCK_POOL */
    PoolList shared;
} Pool;

#define POOL_INIT(block_size) {block_size, LOCK_INIT(LOCK_POOL), {NULL, 0}}

/* A block with garbage in its first word and what its last user left in the rest; zeroed when new.
 * Never NULL (memory.h). */
void *pool_take(Pool *pool, PoolList *cache);

/* cache: NULL on threads that are not workers. Takes a leaf lock at most. */
void pool_give(Pool *pool, PoolList *cache, void *block);

/* Frees what is cached; what the pool shares. Nobody uses either any more. */
void pool_cache_fini(PoolList *cache);
void pool_fini(Pool *pool);

#endif
