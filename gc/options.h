/*
 * options.h - what the environment says about the heap.
 */
#ifndef PLUTO_GC_OPTIONS_H
#define PLUTO_GC_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct HeapOptions {
    bool     system;            /* PLUTO_HEAP=system, or a sanitizer build */
    bool     stress;            /* PLUTO_GC_STRESS: collect at every refill and park */
    bool     log;               /* PLUTO_GC_LOG: a line per collection */
    bool     census;            /* PLUTO_GC_CENSUS: at the end, what the heap held */
    bool     incremental;       /* PLUTO_GC_INCREMENTAL: generational collections */
    size_t   threshold;         /* PLUTO_GC_THRESHOLD: bytes between collections, 0 for policy */
    size_t   max_heap;          /* PLUTO_GC_MAX_HEAP: bytes, 0 for no limit */
    unsigned markers;           /* PLUTO_GC_MARKERS: marking threads */
} HeapOptions;

extern HeapOptions heap_options;            /* written by options_read only */

/* Reads the variables. One that makes no sense ends the program with a message. */
void options_read(void);

#endif
