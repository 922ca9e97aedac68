/*
 * sim.h - tasks run step by step on the test's own thread.
 *
 * sim_setup goes into tcase_add_checked_fixture. The test itself runs on no task: it may make
 * channels and tasks and look at them, but only tasks may block.
 */
#ifndef PLUTO_SIM_H
#define PLUTO_SIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <check.h>
#include <stdlib.h>

#include "gc/roots.h"
#include "runtime/base/memory.h"
#include "runtime/pluto.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"
#include "runtime/task/leak.h"

/* The sanitizer builds have no collector, and tests of reclaiming have nothing to prove there. */
#if CONTEXT_ASAN || CONTEXT_TSAN
#define SIM_NO_COLLECTOR 1
#else
#define SIM_NO_COLLECTOR 0
#endif

/* Nothing is reclaimed on the system heap either, and valgrind, which is given that, packs nothing. */
static inline bool sim_collects(void) { return getenv("PLUTO_HEAP") == NULL && !SIM_NO_COLLECTOR; }

static inline void sim_setup(void)
{
    static const RootHooks hooks = {stack_top_of, sched_push_roots, leak_after_mark};
    setenv("PLUTO_WORKERS", "1", 1);
    heap_init();
    heap_set_out_of_memory(rt_fail_memory);
    memory_init();
    stack_init();
    roots_install(&hooks);
    sched_init();
}

typedef void (*SimCode)(RtTask *self, void *arg);
typedef struct SimArgs { SimCode code; void *arg; } SimArgs;

static inline void sim_entry(RtTask *self)
{
    SimArgs *a = rt_task_args(self);
    a->code(self, a->arg);
}

static const RtSpawnSite sim_site = {"sim", {"sim.pluto", 1, 1, "test"}, sim_entry};

/* A runnable task that calls code(task, arg). */
static inline RtTask *sim_spawn(SimCode code, void *arg)
{
    RtTask  *t = rt_task_new(&sim_site, sizeof(SimArgs));
    SimArgs *a = rt_task_args(t);
    a->code = code;
    a->arg  = arg;
    sched_ready(t, READY_LAST);
    return t;
}

static inline void sim_run_until_idle(void) { sched_run_until_idle(); }

static inline bool sim_parked(const RtTask *t) { return tasksync_state(t->sync) == TASK_PARKED; }
static inline bool sim_done(const RtTask *t) { return tasksync_done(t->sync); }

/* Blocks alive: TaskSync made and not yet freed. */
static inline int64_t sim_syncs_alive(void)
{
    TaskCounters c = sched_counters();
    return c.created - c.released;
}

/* Overwrites dead stack below the caller, where old pointers would keep objects alive. */
static __attribute__((noinline, unused)) void sim_scrub(void)
{
    volatile char dead[32 * 1024];
    for (size_t i = 0; i < sizeof dead; i++)
        dead[i] = 0;
}

/* An object that counts how often it is released in *(int64_t *)count. */
typedef struct SimCounted { HeapManaged head; int64_t *count; } SimCounted;

static inline void sim_counted_mark(const void *obj, HeapMarker *m)
{
    (void)obj;
    (void)m;
}
static inline void sim_counted_release(void *obj) { ++*((SimCounted *)obj)->count; }

static inline SimCounted *sim_counted(int64_t *count)
{
    static const HeapClass klass = {"counted", sim_counted_mark, sim_counted_release};
    SimCounted            *c     = rt_alloc(HEAP_MANAGED, sizeof *c);
    c->count = count;
    heap_set_class(&c->head, &klass);
    return c;
}

/* Collects thrice, and hands out again what was reclaimed, overwritten. */
static __attribute__((noinline, unused)) void sim_collect_and_overwrite(void)
{
    for (int i = 0; i < 3; i++) {
        sim_scrub();
        heap_collect();
        for (int k = 0; k < 2000; k++)
            rt_string_new("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 4 + k % 44);
    }
}

#define SIM_CELL(v) RT_CELL((int64_t)(v))
#define SIM_INT(cell) RT_UNCELL(int64_t, cell)

#endif
