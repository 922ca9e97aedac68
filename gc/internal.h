/*
 * internal.h - what the files of gc/ share. Nobody outside this folder includes it.
 */
#ifndef PLUTO_GC_INTERNAL_H
#define PLUTO_GC_INTERNAL_H

#include "gc/heap.h"

/* ---- Starting (heap.c) ---- */

enum { HEAP_MIN = 4 << 20 };                /* bytes the heap has from the start */

_Noreturn void heap_out_of_memory(size_t wanted);

/* ---- Bringing back (revive.c) ---- */

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
HeapKind system_kind_of(const void *obj, size_t *size);
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
