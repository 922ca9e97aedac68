/*
 * copy.c - a hash table from objects to their copies.
 *
 * Open addressing with linear probing, at most half full; nothing is ever removed. The table is an
 * object of kind ALL: it may hold the only pointer to a copy whose maker is still at work on it.
 * The lists of what is still to be done need no such care, as everything in them is in the table.
 */
#include "runtime/value/copy.h"

#include <stdint.h>
#include <string.h>

#include "runtime/base/fail.h"
#include "runtime/base/tls.h"

enum { FIRST_CAP = 16 };

/* Where old stands or would have to stand; there is a free pair. */
static void **find_pair(void **table, size_t cap, const void *old)
{
    uint64_t hash = ((uintptr_t)old >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    size_t   i    = (size_t)(hash >> 32) & (cap - 1);
    while (table[2 * i] != NULL && table[2 * i] != old)
        i = (i + 1) & (cap - 1);
    return &table[2 * i];
}

static void put(RtCopy *c, void *old, void *copy)
{
    void **pair = find_pair(c->table, c->cap, old);
    pair[0] = old;
    pair[1] = copy;
}

static void grow(RtCopy *c)
{
    RtCopy before = *c;
    c->cap      = before.cap == 0 ? FIRST_CAP : 2 * before.cap;
    c->table    = rt_alloc(HEAP_ALL, c->cap * 2 * sizeof(void *));
    c->table[0] = NULL;                  /* the others are */
    for (size_t i = 0; i < before.cap; i++)
        if (before.table[2 * i] != NULL)
            put(c, before.table[2 * i], before.table[2 * i + 1]);
}

void *rt_copy_seen(const RtCopy *c, const void *old)
{
    return c->cap == 0 ? NULL : find_pair(c->table, c->cap, old)[1];
}

void rt_copy_note(RtCopy *c, const void *old, void *copy)
{
    RT_ASSERT(old != NULL && copy != NULL && rt_copy_seen(c, old) == NULL);
    if (2 * (c->count + 1) > c->cap)
        grow(c);
    put(c, (void *)old, copy);
    c->count++;
}

/* ---- Filling ---- */

static void add(RtCopyList *list, void *copy, RtCopyFill *function)
{
    if (list->count == list->cap) {
        size_t cap   = list->cap == 0 ? FIRST_CAP : 2 * list->cap;
        void **grown = rt_alloc(HEAP_ALL, cap * 2 * sizeof(void *));
        if (list->count > 0)
            memcpy(grown, list->pairs, list->count * 2 * sizeof(void *));
        list->pairs = grown;
        list->cap   = cap;
    }
    list->pairs[2 * list->count]     = copy;
    list->pairs[2 * list->count + 1] = (void *)function;
    list->count++;
}

static void call_all(RtCopy *c, RtCopyList *list)
{
    while (list->count > 0) {
        void **pair = &list->pairs[2 * --list->count];
        ((RtCopyFill *)pair[1])(c, pair[0]);
    }
}

void rt_copy_later(RtCopy *c, void *copy, RtCopyFill *fill) { add(&c->pending, copy, fill); }

void rt_copy_last(RtCopy *c, void *copy, RtCopyFill *finish) { add(&c->last, copy, finish); }

void rt_copy_finish(RtCopy *c)
{
    call_all(c, &c->pending);
    call_all(c, &c->last);
}
