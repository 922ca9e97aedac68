/*
 * copy.h - deep copies of what a task takes from its spawner.
 *
 * Each object is copied once per RtCopy, so aliases and cycles survive. Emitted C has one copy
 * function per type that needs it:
 *
 *     c_Node *old = ...; c_Node *new = rt_copy_seen(c, old);
 *     if (new) return new;
 *     new = rt_alloc(...); *new = *old; rt_copy_note(c, old, new);
 *     rt_copy_later(c, new, fill_Node);        which does new->next = copy_Node(c, new->next); ...
 *
 * What is copied later is taken from a list, not from the stack: chains may have any length.
 */
#ifndef PLUTO_COPY_H
#define PLUTO_COPY_H

#include <stddef.h>

/* Pairs of a copy and a function to call with it. */
typedef struct RtCopyList { void **pairs; size_t count, cap; } RtCopyList;

/* Lives on the copying task's stack during one spawn; do not park in between. Its table is on the
 * collected heap. */
typedef struct RtCopy {
    void     **table;                                    /* pairs old, new; open addressing */
    size_t     count, cap;                               /* cap: 0 or a power of two */
    RtCopyList pending, last;
} RtCopy;

typedef void RtCopyFill(RtCopy *c, void *copy);

static inline void rt_copy_init(RtCopy *c) { *c = (RtCopy){.table = NULL}; }
void *rt_copy_seen(const RtCopy *c, const void *old);    /* NULL: not copied yet */
void  rt_copy_note(RtCopy *c, const void *old, void *copy);

/* copy still refers to what the original refers to; fill will replace that by copies. */
void rt_copy_later(RtCopy *c, void *copy, RtCopyFill *fill);

/* finish will be called when everything is filled: what depends on the parts of its parts, as the
 * places of keys in a hash table do. It copies nothing more. */
void rt_copy_last(RtCopy *c, void *copy, RtCopyFill *finish);

/* The copy of an injected object: itself. */
static inline void *rt_copy_shared(RtCopy *c, void *old) { (void)c; return old; }

/* Calls the fill functions, also those that come up meanwhile, then those of rt_copy_last. To be
 * called before the copies are given away. */
void rt_copy_finish(RtCopy *c);

#endif
