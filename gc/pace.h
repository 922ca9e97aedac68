/*
 * pace.h - when to collect, beyond what libgc decides.
 */
#ifndef PLUTO_GC_PACE_H
#define PLUTO_GC_PACE_H

#include <stdbool.h>
#include <stddef.h>

extern bool pace_counts;                    /* threshold or stress is set; fixed by pace_init */
void pace_init(void);

/* If pace_counts. Before memory is taken from libgc: collects if it is time. */
void pace_before(void);

/* If pace_counts. A fresh list of objects of this many bytes each, or one large object, was taken.
 * The list is cut where the threshold is reached. */
void pace_count_list(void **list, size_t bytes);
void pace_count(size_t bytes);

/* Before a refill: collects if what the heap holds, or has lost, is outside it. */
void pace_outside(void);

/* At the end of each collection. */
void pace_collected(void);

#endif
