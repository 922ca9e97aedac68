/*
 * release.c - the last moment of managed objects.
 *
 * libgc calls release_managed when it sweeps, which it does late: a block that is mostly live is
 * not swept at all. Who wants to know that all that is dead has been released has the rest of it
 * released by release_the_dead.
 */
#define GC_THREADS
#include "gc/release.h"

#include <gc/gc.h>
#include <gc/gc_disclaim.h>
#include <gc/gc_mark.h>
#include <stdatomic.h>

#include "gc/mark.h"

/* ---- In a sweep ---- */

static atomic_size_t released;                          /* managed objects, since heap_init */

/* The object is being reclaimed. Runs in a sweep, possibly beside others, or in release_the_dead;
 * never in both for one object, as nothing is swept while a collection is under way. */
static int GC_CALLBACK release_managed(void *addr)
{
    HeapManaged     *obj   = addr;
    const HeapClass *klass = obj->klass;
    if (klass != NULL) {                                            /* K3 */
        if (klass->release != NULL)
            klass->release(obj);
        obj->klass = NULL;
        atomic_fetch_add_explicit(&released, 1, memory_order_relaxed);
    }
    return 0;                                                       /* reclaim it */
}

void release_init(int kind_number)
{
    GC_register_disclaim_proc(kind_number, release_managed, 0);
}

size_t release_count(void)
{
    return atomic_load(&released);
}

/* ---- At once ---- */

static atomic_int eager_releases;                       /* heap_collect calls in progress */

void release_eager_begin(void)
{
    atomic_fetch_add_explicit(&eager_releases, 1, memory_order_relaxed);
}

void release_eager_end(void)
{
    atomic_fetch_sub_explicit(&eager_releases, 1, memory_order_relaxed);
}

/* True when addr is the start of a small managed object that was not marked. */
static bool is_dead_managed(void *addr, size_t size)
{
    size_t actual;
    return GC_base(addr) == addr
        && GC_get_kind_and_size(addr, &actual) == heap_kind_number[HEAP_MANAGED] && actual == size
        && !GC_is_marked(addr);
}

/* Releases the unmarked neighbours of a live managed object, up to the next live one. */
static void release_around(void *obj, size_t size, void *unused)
{
    (void)unused;
    if (GC_get_kind_and_size(obj, NULL) != heap_kind_number[HEAP_MANAGED])
        return;
    for (char *p = (char *)obj - size; is_dead_managed(p, size); p -= size)
        release_managed(p);
    for (char *p = (char *)obj + size; is_dead_managed(p, size); p += size)
        release_managed(p);
}

/* Large objects and blocks without a live object have been dealt with by libgc; what is dead but
 * not swept lies in one block with something live. The collector's lock is held and nothing was
 * allocated since marking ended, so unmarked is dead; free objects have no klass. */
static void release_the_dead(void)
{
    GC_enumerate_reachable_objects_inner(release_around, NULL);
}

void release_after_collection(void)
{
    if (atomic_load_explicit(&eager_releases, memory_order_relaxed) > 0)
        release_the_dead();
}
