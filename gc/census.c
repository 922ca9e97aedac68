/*
 * census.c - objects alive, by class or by kind and size.
 *
 * They are counted whenever marking has just ended: what is marked is alive then, and nobody
 * allocates. The count with the most bytes is kept: at the end of a program not much is alive.
 * Marked are also the free objects that threads hold ready; they are taken off again. Objects do
 * not say of which type of the program they are, so of most only kind and size are told. They are
 * counted into static tables: inside a collection there is nothing to be had from malloc.
 *
 * Not done: names of the program's types, which would cost each object a word.
 */
#define GC_THREADS
#include "gc/census.h"

#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/collect.h"
#include "gc/heap.h"
#include "gc/mark.h"
#include "gc/options.h"
#include "gc/threads.h"

enum {
    CLASSES_MAX = 31,                       /* further ones are counted together */
    LARGE       = HEAP_CLASSES,             /* in place of a size class */
    ROWS_MAX    = CLASSES_MAX + 1 + HEAP_MANAGED * (HEAP_CLASSES + 1),
    SHOWN       = 40,
};

typedef struct Count { int64_t objects, bytes; } Count;

typedef struct Census {
    Count            all;
    const HeapClass *classes[CLASSES_MAX + 1];
    Count            of_class[CLASSES_MAX + 1];
    Count            of_size[HEAP_MANAGED][HEAP_CLASSES + 1];
} Census;

static Census now, most;                    /* guarded by the collector's lock */
static Census shown;                        /* a copy of most, once the program is over */

/* ---- Counting: the world is stopped ---- */

static void add(Count *c, int64_t objects, int64_t bytes)
{
    c->objects += objects;
    c->bytes   += bytes;
    now.all.objects += objects;
    now.all.bytes   += bytes;
}

static void count_managed(const HeapManaged *obj, size_t size)
{
    int i = 0;
    if (obj->klass == NULL)
        return;                             /* free */
    while (i < CLASSES_MAX && now.classes[i] != NULL && now.classes[i] != obj->klass)
        i++;
    now.classes[i] = obj->klass;
    add(&now.of_class[i], 1, (int64_t)size);
}

static void count(void *obj, size_t size, void *unused)
{
    HeapKind kind = mark_kind_of(obj, &size);
    (void)unused;
    if (kind == HEAP_MANAGED)
        count_managed(obj, size);
    else
        add(&now.of_size[kind][size <= HEAP_SMALL_MAX ? size / HEAP_GRANULE : LARGE], 1,
            (int64_t)size);
}

static void take_off_free(HeapKind kind, int size_class)
{
    int64_t n = caches_count_free(kind, size_class);
    add(&now.of_size[kind][size_class], -n, -n * size_class * HEAP_GRANULE);
}

void census_at_mark_end(void)
{
    if (!heap_options.census)
        return;
    memset(&now, 0, sizeof now);
    GC_enumerate_reachable_objects_inner(count, NULL);
    for (int kind = HEAP_PTR0; kind < HEAP_MANAGED; kind++)
        for (int i = 1; i < HEAP_CLASSES; i++)
            take_off_free((HeapKind)kind, i);
    if (now.all.bytes >= most.all.bytes)
        most = now;
}

/* ---- Telling ---- */

typedef struct Row {
    Count            count;
    const HeapClass *klass;                 /* or else */
    HeapKind         kind;
    int              size_class;
} Row;

static int by_bytes(const void *a, const void *b)
{
    int64_t x = ((const Row *)a)->count.bytes, y = ((const Row *)b)->count.bytes;
    return (x < y) - (x > y);
}

static int fill(Row rows[ROWS_MAX])
{
    int n = 0;
    for (int i = 0; i <= CLASSES_MAX && shown.classes[i] != NULL; i++)
        rows[n++] = (Row){ .count = shown.of_class[i], .klass = shown.classes[i] };
    for (int kind = HEAP_PTR0; kind < HEAP_MANAGED; kind++)
        for (int i = 0; i <= LARGE; i++)
            if (shown.of_size[kind][i].objects > 0)
                rows[n++] = (Row){ .count = shown.of_size[kind][i], .kind = (HeapKind)kind,
                                   .size_class = i };
    qsort(rows, (size_t)n, sizeof *rows, by_bytes);
    return n;
}

static void print_pointers(FILE *out, HeapKind kind)
{
    if (kind == HEAP_PTR0)
        fputs("no pointers\n", out);
    else if (kind == HEAP_ALL)
        fputs("pointers anywhere\n", out);
    else
        fprintf(out, "pointers in the first %d words\n", kind - HEAP_PTR0);
}

static void print_row(FILE *out, const Row *r)
{
    fprintf(out, "  %12" PRId64 " %10" PRId64 "  ", r->count.bytes, r->count.objects);
    if (r->klass != NULL) {
        fprintf(out, "%s\n", r->klass->name);
        return;
    }
    if (r->size_class == LARGE)
        fprintf(out, "over %d bytes, ", HEAP_SMALL_MAX);
    else
        fprintf(out, "%d bytes, ", r->size_class * HEAP_GRANULE);
    print_pointers(out, r->kind);
}

static void print_rest(FILE *out, const Row *rows, int n)
{
    Count rest = { 0, 0 };
    for (int i = 0; i < n; i++) {
        rest.objects += rows[i].count.objects;
        rest.bytes   += rows[i].count.bytes;
    }
    if (n > 0)
        fprintf(out, "  %12" PRId64 " %10" PRId64 "  others\n", rest.bytes, rest.objects);
}

static void print(FILE *out)
{
    static Row rows[ROWS_MAX];
    int        n = fill(rows), told = n < SHOWN ? n : SHOWN;
    fprintf(out, "pluto: %" PRId64 " bytes in %" PRId64 " objects were alive at most\n",
            shown.all.bytes, shown.all.objects);
    fprintf(out, "  %12s %10s\n", "bytes", "objects");
    for (int i = 0; i < told; i++)
        print_row(out, &rows[i]);
    print_rest(out, rows + told, n - told);
}

static void *copy_most(void *unused)
{
    shown = most;
    return unused;
}

void heap_census(void)
{
    if (!heap_options.census || heap_options.system)
        return;
    collect(CAUSE_EXPLICIT);                /* perhaps the first one */
    GC_call_with_alloc_lock(copy_most, NULL);   /* other workers may still collect */
    print(stderr);
}
