/*
 * memory.h - memory outside the collected heap, for the runtime's own structures.
 *
 * Nothing that points into the collected heap may live only here, unless a mark procedure or
 * push_roots tells the collector. Exhausted memory ends the program with "out of memory".
 * PLUTO_FAIL_ALLOC=n makes the n-th of these allocations fail.
 */
#ifndef PLUTO_MEMORY_H
#define PLUTO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *memory_alloc(size_t size);                         /* zeroed, aligned to 16; never NULL */
void  memory_free(void *p);                              /* accepts NULL */

/* Address space of which pages become memory when first touched; NULL when there is none. far: at
 * addresses away from everything else, if the system lets us choose. */
void *memory_reserve(size_t size, bool far);
void  memory_unreserve(void *p, size_t size);

void memory_init(void);                                  /* reads PLUTO_FAIL_ALLOC */

#endif
