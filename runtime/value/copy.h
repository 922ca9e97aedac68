/*
 * copy.h - deep copies of what a task takes from its spawner.
 *
 * Each object is copied once per RtCopy, so aliases and cycles survive. Emitted C has one copy
 * function per type that needs it:
 *
 *     c_Node *old = ...; c_Node *new = rt_copy_seen(c, old);
 *     if (new) return new;
 *     new = rt_alloc(...); *new = *old; rt_copy_note(c, old, new);
 *     new->next = copy_Node(c, old->next); ...
 */
#ifndef PLUTO_COPY_H
#define PLUTO_COPY_H

#include <stddef.h>

/* Lives on the copying task's stack during one spawn; do not park in between. Its table is on the
 * collected heap. */
typedef struct RtCopy {
    void **table;                                        /* pairs old, new; open addressing */
    size_t count, cap;                                   /* cap: 0 or a power of two */
} RtCopy;

static inline void rt_copy_init(RtCopy *c) { c->table = NULL; c->count = c->cap = 0; }
void *rt_copy_seen(const RtCopy *c, const void *old);    /* NULL: not copied yet */
void  rt_copy_note(RtCopy *c, const void *old, void *copy);

#endif
