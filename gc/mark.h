/*
 * mark.h - the kinds as the collector knows them, and what marking begins with.
 */
#ifndef PLUTO_GC_MARK_H
#define PLUTO_GC_MARK_H

#include "gc/heap.h"

/* libgc's number of each of our kinds. Fixed by mark_init. */
extern int heap_kind_number[HEAP_KINDS];

size_t heap_scanned_bytes(HeapKind kind);   /* at the front of an object; not of ALL, MANAGED */

/* The kind of an object and its size, rounded up. */
HeapKind mark_kind_of(const void *obj, size_t *size);

/* Where mark procedures put what they find. */
struct HeapMarker {
    struct GC_ms_entry *top, *limit;        /* libgc's mark stack; top NULL: no part of it */
    bool                reviving;           /* top is NULL: on our own list (revive.c) */
};

/* Makes the kinds and the roots known to libgc, which has been started. */
void mark_init(void);

/* Before each collection: what marking begins with is to be marked again. */
void mark_begin(void);

#endif
