/*
 * collect.c - what happens in a collection, and those that are asked for.
 */
#define GC_THREADS
#include "gc/collect.h"

#include <gc/gc.h>
#include <stdatomic.h>

#include "gc/census.h"
#include "gc/heap.h"
#include "gc/internal.h"
#include "gc/mark.h"
#include "gc/options.h"
#include "gc/pace.h"
#include "gc/release.h"

static atomic_size_t    collections;
static __thread GcCause current_cause = CAUSE_POLICY;   /* of what this thread collects */

static void GC_CALLBACK on_collection_event(GC_EventType event)
{
    switch ((int)event) {
    case GC_EVENT_PRE_STOP_WORLD:
        roots_before_stop();
        mark_begin();
        report_pause_begin();
        break;
    case GC_EVENT_MARK_END:
        revive_begin();
        roots_after_mark();
        census_at_mark_end();
        break;
    case GC_EVENT_POST_START_WORLD:
        report_pause_end();
        break;
    case GC_EVENT_RECLAIM_END:
        pace_collected();
        revive_choose_limit();
        size_t number = atomic_fetch_add_explicit(&collections, 1, memory_order_relaxed) + 1;
        release_after_collection();
        if (heap_options.log)
            report_cycle(number, current_cause);
        break;
    }
}

void collect_init(void)
{
    GC_set_on_collection_event(on_collection_event);
}

void collect(GcCause cause)
{
    current_cause = cause;
    GC_gcollect();
    current_cause = CAUSE_POLICY;
}

void collect_and_release(GcCause cause)
{
    release_eager_begin();
    collect(cause);
    release_eager_end();
}

void heap_collect(void)
{
    if (!heap_options.system)
        collect_and_release(CAUSE_EXPLICIT);
}

void heap_at_park(void)
{
    if (heap_options.stress && !heap_options.system)
        collect(CAUSE_STRESS);
}

size_t heap_collections(void)
{
    return atomic_load_explicit(&collections, memory_order_relaxed);
}

/* ---- Stopping without collecting ---- */

void heap_stop_world(void)
{
    if (!heap_options.system && GC_is_init_called())
        GC_stop_world_external();
}

void heap_start_world(void)
{
    if (!heap_options.system && GC_is_init_called())
        GC_start_world_external();
}
