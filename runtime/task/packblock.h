/*
 * packblock.h - the blocks that packed stacks are in, outside the heap; private to pack.c.
 */
#ifndef PLUTO_PACKBLOCK_H
#define PLUTO_PACKBLOCK_H

#include <stddef.h>

typedef struct Worker Worker;

void  pack_blocks_init(void);
void  pack_blocks_fini(void);

/* Never NULL. What is in it is for the caller to write. */
void *pack_block_take(Worker *w, size_t size);

/* size: as it was taken. w: NULL on threads that are no workers. */
void  pack_block_give(Worker *w, void *block, size_t size);

#endif
