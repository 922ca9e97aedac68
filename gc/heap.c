/*
 * heap.c - allocation, start and end of the collected heap.
 *
 * libgc owns blocks, marking and sweeping. We take whole blocks' worth of free objects from it and
 * hand them out from per-thread lists; the inline half of that is in heap.h. The rest:
 *
 *   options.c   the environment        mark.c     kinds, roots, the marking invariant
 *   threads.c   free lists, threads    release.c  the last moment of managed objects
 *   pace.c      when to collect        collect.c  what happens then
 *   roots.c     which stacks           revive.c   bringing objects back
 *   report.c    a line for each        census.c   what is alive
 *   heap_system.c  the same heap on malloc
 *
 * Not done: heap_fini cannot tell stale words on the caller's stack from pointers.
 */
#define _GNU_SOURCE
#define GC_THREADS
#include "gc/heap.h"

#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gc/collect.h"
#include "gc/internal.h"
#include "gc/mark.h"
#include "gc/options.h"
#include "gc/pace.h"
#include "gc/release.h"
#include "gc/threads.h"

enum {
    FREE_SPACE_DIVISOR = 1,             /* collect when about twice the live data was allocated */
    FINI_ROUNDS        = 20,            /* collections after which heap_fini gives up */
};

/* ---- Out of memory ---- */

static void fail_plainly(size_t wanted)
{
    (void)wanted;
    fputs("out of memory\n", stderr);
    exit(1);
}

static void (*fail_out_of_memory)(size_t wanted) = fail_plainly;

void heap_set_out_of_memory(void (*fail)(size_t wanted))
{
    fail_out_of_memory = fail;
}

_Noreturn void heap_out_of_memory(size_t wanted)
{
    fail_out_of_memory(wanted);
    abort();
}

/* ---- Allocation ---- */

void *heap_refill(HeapCache *cache, HeapKind kind, size_t size)
{
    if (heap_options.system)
        return system_alloc(kind, size);
    size_t granules = (size + HEAP_GRANULE - 1) / HEAP_GRANULE;
    size_t bytes    = (granules != 0 ? granules : 1) * HEAP_GRANULE;
    void **list     = &cache->free[kind][granules];
    if (heap_scanned_bytes(kind) > bytes) {
        fprintf(stderr, "pluto: an object of %zu bytes cannot be of heap kind %d\n", size, kind);
        abort();
    }
    if (pace_counts)
        pace_before();
    pace_outside();
    GC_generic_malloc_many(bytes, heap_kind_number[kind], list);
    if (*list == NULL) {                        /* perhaps policy did not find it worth a try */
        GC_gcollect();
        GC_generic_malloc_many(bytes, heap_kind_number[kind], list);
        if (*list == NULL)
            heap_out_of_memory(size);
    }
    if (pace_counts)
        pace_count_list(list, bytes);
    void *obj = *list;
    *list = *(void **)obj;
    return obj;
}

/* Never ignoring inside pointers, whatever the size: a C compiler may keep only those, and on 64
 * bits an integer hardly ever looks like one. */
static void *try_alloc_large(HeapKind kind, size_t size)
{
    return kind == HEAP_PTR0 ? GC_malloc_atomic(size)
                             : GC_generic_malloc(size, heap_kind_number[kind]);
}

void *heap_alloc_large(HeapKind kind, size_t size)
{
    if (heap_options.system)
        return system_alloc(kind, size);
    if (size > PTRDIFF_MAX)
        heap_out_of_memory(size);
    if (pace_counts)
        pace_before();
    void *obj = try_alloc_large(kind, size);
    if (obj == NULL) {
        GC_gcollect();
        obj = try_alloc_large(kind, size);
        if (obj == NULL)
            heap_out_of_memory(size);
    }
    if (pace_counts)
        pace_count(size);
    return obj;
}

void *heap_copy(HeapCache *cache, const void *obj)
{
    size_t   size;
    HeapKind kind = heap_options.system ? system_kind_of(obj, &size) : mark_kind_of(obj, &size);
    return memcpy(heap_alloc(cache, kind, size), obj, size);
}

/* ---- Start ---- */

static void set_policy(void)
{
    GC_set_warn_proc(GC_ignore_warn_proc);
    GC_set_finalize_on_demand(1);               /* never inside an allocation */
    GC_set_free_space_divisor(FREE_SPACE_DIVISOR);
    GC_set_max_retries(2);                      /* collect before giving up at the limit */
    if (HEAP_MIN > GC_get_heap_size())
        GC_expand_hp(HEAP_MIN - GC_get_heap_size());
    if (heap_options.max_heap != 0)
        GC_set_max_heap_size(heap_options.max_heap);
}

/* Generational collections only, no time limit: mark procedures need a stopped world. */
static void enable_incremental(void)
{
    GC_set_time_limit(GC_TIME_UNLIMITED);
    GC_enable_incremental();
    if (GC_incremental_protection_needs() == GC_PROTECTS_NONE)
        return;
    /* libgc would write-protect the heap to see what changes, and read() into it would fail. */
    fputs("pluto: PLUTO_GC_INCREMENTAL: this system does not tell which pages a program has written\n",
          stderr);
    exit(1);
}

/* libgc scans its own shared library's data like any other's, but for the tables that it knows to
 * leave out, and block addresses in what is left keep the first objects of blocks alive, the same
 * ones at each collection. So that library is not scanned. What it needs marked of its own it then
 * has to mark by name, which it does once GC_clear_roots was called; libraries are found anew at
 * each collection, so that call loses nothing. */
static int GC_CALLBACK has_roots(const char *library, void *section, size_t size)
{
    (void)section;
    (void)size;
    return strstr(library, "/libgc.so") == NULL;
}

/* A stopped thread sleeps with SIGINT, SIGQUIT, SIGTERM and SIGABRT let through. If libgc resends
 * signals, threads acknowledge that they go on; one that such a signal wakes just when the world is
 * started again does so before it is counted, and libgc waits for ever for the count to be right.
 * Linux loses no signals, so none need be sent again. */
static void initialise_without_retries(void)
{
    static const char name[] = "GC_RETRY_SIGNALS";
    bool ours = getenv(name) == NULL;
    if (ours)
        setenv(name, "0", 1);
    GC_INIT();
    if (ours)
        unsetenv(name);
}

static void start_collector(void)
{
    if (heap_options.markers != 0)
        GC_set_markers_count(heap_options.markers);
    GC_register_has_static_roots_callback(has_roots);
    initialise_without_retries();
    GC_clear_roots();
    /* Also makes libgc lock, and take stack sizes from the threads' records rather than from
     * the current stack pointer, which may be on a task stack. */
    GC_allow_register_threads();
    set_policy();
    if (heap_options.incremental)
        enable_incremental();
    mark_init();
    collect_init();
}

void heap_init(void)
{
    options_read();
    pace_init();
    if (!heap_options.system)
        start_collector();
}

/* ---- End ---- */

/* Overwrites what earlier calls left below the stack pointer. */
static __attribute__((noinline)) void clear_dead_stack(void)
{
    char dead[16 * 1024];
    memset(dead, 0, sizeof dead);
    __asm__ volatile("" : : "r"(dead) : "memory");
}

void heap_fini(void)
{
    if (heap_options.system) {
        system_fini();
        return;
    }
    caches_forget();

    /* A release may let go of what kept others alive: go on until one round finds nothing. */
    size_t before;
    int    round = 0;
    do {
        before = release_count();
        clear_dead_stack();
        heap_collect();
    } while (++round < 2 || (release_count() != before && round < FINI_ROUNDS));
}

/* ---- Figures ---- */

bool heap_is_system(void)
{
    return heap_options.system;
}

size_t heap_size(void)
{
    return heap_options.system ? system_size() + 1 : GC_get_heap_size();
}

size_t heap_used(void)
{
    return heap_options.system ? system_size() : GC_get_heap_size() - GC_get_free_bytes();
}
