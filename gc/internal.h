/*
 * internal.h - what the files of gc/ share. Nobody outside this folder includes it.
 */
#ifndef PLUTO_GC_INTERNAL_H
#define PLUTO_GC_INTERNAL_H

#include "gc/heap.h"

/* ---- Start-up choices (heap.c) ---- */

typedef struct HeapOptions {
    bool     system;            /* PLUTO_HEAP=system, or a sanitizer build */
    bool     stress;            /* PLUTO_GC_STRESS: collect at every refill and park */
    bool     log;               /* PLUTO_GC_LOG: a line per collection */
    bool     incremental;       /* PLUTO_GC_INCREMENTAL: generational collections */
    size_t   threshold;         /* PLUTO_GC_THRESHOLD: bytes between collections, 0 for policy */
    size_t   max_heap;          /* PLUTO_GC_MAX_HEAP: bytes, 0 for no limit */
    unsigned markers;           /* PLUTO_GC_MARKERS: marking threads */
} HeapOptions;

extern HeapOptions heap_options;            /* written by heap_init only */

_Noreturn void heap_out_of_memory(size_t wanted);

/* ---- The heap on malloc (heap_system.c) ---- */

void  *system_alloc(HeapKind kind, size_t size);
size_t system_size(void);
void   system_fini(void);                   /* releases and frees every object */

/* ---- Stacks (roots.c) ---- */

/* Tells the collector which stack the calling thread is on. Its lock is held. */
void roots_before_stop(void);

/* Passes the runtime's roots to m. The world is stopped. */
void roots_mark(HeapMarker *m);

#endif
