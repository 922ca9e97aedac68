/*
 * release.h - letting managed objects go.
 */
#ifndef PLUTO_GC_RELEASE_H
#define PLUTO_GC_RELEASE_H

#include "gc/heap.h"

/* Managed objects of this kind of libgc's are released when they are reclaimed. */
void release_init(int kind_number);

/* Until release_eager_end collections of any thread release at once what is dead. */
void release_eager_begin(void);
void release_eager_end(void);

/* At the end of each collection, the collector's lock held. */
void release_after_collection(void);

size_t release_count(void);                 /* objects, since heap_init */

#endif
