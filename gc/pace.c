/*
 * pace.c - when to collect, beyond what libgc decides.
 *
 * PLUTO_GC_THRESHOLD, PLUTO_GC_STRESS: memory counts as allocated when it leaves libgc, that is a
 * list when it is refilled and a large object when it is made. Whoever wants more once the threshold
 * is reached collects first. A refill hands out no more than a threshold's worth, so at most twice
 * the threshold is allocated between two collections, whatever the sizes.
 *
 * Always: bytes that managed objects hold outside the heap count as well, and leaked tasks that
 * were brought back (revive.c).
 */
#define GC_THREADS
#include "gc/pace.h"

#include <gc/gc.h>
#include <stdatomic.h>
#include <stdint.h>

#include "gc/collect.h"
#include "gc/heap.h"
#include "gc/internal.h"
#include "gc/options.h"

enum {
    EXTERNAL_MIN = 16 << 20,                /* bytes outside the heap that cause no collection */
    DOOMED_GRACE = 256 << 10,               /* bytes until what is doomed should have gone */
};

bool pace_counts;

void pace_init(void)
{
    pace_counts = heap_options.threshold != 0 || heap_options.stress;
}

/* ---- What was allocated ---- */

static atomic_size_t allocated;             /* bytes since the last collection, when pace_counts */

/* Collects if it is time. Of several threads that find the threshold reached, one collects. */
void pace_before(void)
{
    if (heap_options.stress)
        collect(CAUSE_STRESS);
    else if (atomic_load_explicit(&allocated, memory_order_relaxed) >= heap_options.threshold
             && atomic_exchange_explicit(&allocated, 0, memory_order_relaxed)
                    >= heap_options.threshold)
        collect(CAUSE_THRESHOLD);
}

void pace_count(size_t bytes)
{
    atomic_fetch_add_explicit(&allocated, bytes, memory_order_relaxed);
}

/* Counts the objects of a fresh list as allocated, and cuts it where the threshold is reached:
 * the rest goes back to the collector. */
void pace_count_list(void **list, size_t bytes)
{
    size_t most = heap_options.threshold, total = bytes;
    void **last = *list;
    for (; *last != NULL; last = *last, total += bytes)
        if (most != 0 && total >= most) {
            *last = NULL;
            break;
        }
    pace_count(total);
}

void pace_collected(void)
{
    atomic_store_explicit(&allocated, 0, memory_order_relaxed);
}

/* ---- Memory outside the heap ---- */

static _Atomic int64_t external;            /* bytes that managed objects hold outside the heap */
static _Atomic int64_t external_limit = EXTERNAL_MIN;

void heap_note_external(int64_t bytes)
{
    atomic_fetch_add_explicit(&external, bytes, memory_order_relaxed);
}

/* Of several threads that find the limit passed, one collects. What is dead is released at once, so
 * that what remains is what lives, or is doomed: that is given some time to go. */
static void collect_for_external(void)
{
    int64_t limit = atomic_load_explicit(&external_limit, memory_order_relaxed);
    if (atomic_load_explicit(&external, memory_order_relaxed) <= limit ||
        (revive_doomed() != 0 && GC_get_bytes_since_gc() < DOOMED_GRACE) ||
        !atomic_compare_exchange_strong(&external_limit, &limit, INT64_MAX))
        return;
    collect_and_release(CAUSE_EXTERNAL);
    int64_t live = atomic_load_explicit(&external, memory_order_relaxed) - revive_doomed();
    atomic_store(&external_limit, live > EXTERNAL_MIN / 2 ? 2 * live : EXTERNAL_MIN);
}

void pace_outside(void)
{
    collect_for_external();
    if (revive_limit_reached())
        collect(CAUSE_REVIVED);
}
