/*
 * threads.h - the free lists of threads that allocate, for the collector.
 */
#ifndef PLUTO_GC_THREADS_H
#define PLUTO_GC_THREADS_H

#include "gc/heap.h"

/* Passes the heads of all lists to m. The world is stopped. */
void caches_mark(HeapMarker *m);

/* How many free objects all lists of that size have. The world is stopped. */
int64_t caches_count_free(HeapKind kind, int size_class);

/* Leaves all free objects to the collector. No other thread uses the heap any more. */
void caches_forget(void);

#endif
