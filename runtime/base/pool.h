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
    size_t   size;                       /* of a block: 8, or a multiple of it; blocks are aligned
                                          * to 16 when it is one of 16 */
    Lock     lock;                       /* LOCK_POOL */
    PoolList shared;
    char    *chunks;                     /* what blocks were cut from, the newest first */
    char    *fresh;                      /* what is left of that one */
    size_t   fresh_bytes;
#ifdef RT_DEBUG
    _Atomic int64_t taken;               /* blocks in use */
#endif
} Pool;

/* Rounds up to a multiple of 16. */
#define POOL_INIT(block_size)                                                                      \
    {.size = ((block_size) + 15) & ~(size_t)15, .lock = LOCK_INIT(LOCK_POOL)}

/* A block with garbage in its first word and what its last user left in the rest; zeroed when new.
 * Never NULL (memory.h). */
void *pool_take(Pool *pool, PoolList *cache);

/* cache: NULL on threads that are not workers. Takes a leaf lock at most. */
void pool_give(Pool *pool, PoolList *cache, void *block);

/* Before the pool: forgets what is cached. Frees all blocks, which must have been given back; debug
 * builds check that. Nobody uses either any more. */
void pool_cache_fini(PoolList *cache);
void pool_fini(Pool *pool);

#endif
