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

enum { HEAP_MIN = 4 << 20 };                /* bytes the heap has from the start */

extern HeapOptions heap_options;            /* written by heap_init only */

_Noreturn void heap_out_of_memory(size_t wanted);

/* libgc's number of each of our kinds. Fixed by heap_init. */
extern int heap_kind_number[HEAP_KINDS];

size_t heap_scanned_bytes(HeapKind kind);   /* at the front of an object; not of ALL, MANAGED */

/* ---- Marking ---- */

/* Where mark procedures put what they find. */
struct HeapMarker {
    struct GC_ms_entry *top, *limit;        /* libgc's mark stack; top NULL: no part of it */
    bool                reviving;           /* top is NULL: on our own list (revive.c) */
};

/* For heap_mark and heap_mark_range of a marker that is reviving. */
void revive_mark(const void *pointer);
void revive_mark_range(const void *from, const void *to);   /* aligned to words */

/* When to collect again (revive.c has the reasons). */
void    revive_begin(void);                 /* before after_mark */
void    revive_choose_limit(void);          /* at the end of each collection */
bool    revive_limit_reached(void);         /* true once: collect now */
int64_t revive_doomed(void);                /* bytes outside the heap, see heap_note_doomed */

/* ---- The heap on malloc (heap_system.c) ---- */

void  *system_alloc(HeapKind kind, size_t size);
size_t system_size(void);
void   system_fini(void);                   /* releases and frees every object */

/* ---- Stacks (roots.c) ---- */

/* Tells the collector which stack the calling thread is on. Its lock is held. */
void roots_before_stop(void);

/* Passes the runtime's roots to m. The world is stopped. */
void roots_mark(HeapMarker *m);

/* Everything reachable is marked; nothing has been reclaimed. The world is stopped. */
void roots_after_mark(void);

#endif
