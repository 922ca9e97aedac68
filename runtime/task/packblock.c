/*
 * packblock.c - pools of blocks, one per 8 bytes; large blocks from malloc.
 *
 * The collector is told of large blocks only. With small ones it need not be: the objects of the
 * tasks make it collect often enough.
 */
#include "runtime/task/packblock.h"

#include "runtime/base/memory.h"
#include "runtime/sched/worker.h"

static Pool pools[PACK_CLASSES];

static size_t class_of(size_t size) { return (size - 1) / PACK_GRANULE; }

void pack_blocks_init(void)
{
    for (size_t i = 0; i < PACK_CLASSES; i++) {
        pools[i].size = (i + 1) * PACK_GRANULE;
        lock_init(&pools[i].lock, LOCK_POOL);
    }
}

void pack_blocks_fini(void)
{
    for (size_t i = 0; i < PACK_CLASSES; i++)
        pool_fini(&pools[i]);
}

void *pack_block_take(Worker *w, size_t size)
{
    size_t class = class_of(size);
    if (class < PACK_CLASSES)
        return pool_take(&pools[class], &w->packs[class]);
    heap_note_external((int64_t)size);
    return memory_alloc(size);
}

void pack_block_give(Worker *w, void *block, size_t size)
{
    size_t class = class_of(size);
    if (class < PACK_CLASSES) {
        pool_give(&pools[class], w != NULL ? &w->packs[class] : NULL, block);
        return;
    }
    heap_note_external(-(int64_t)size);
    memory_free(block);
}
