/*
 * groups.c - a small hash table that is filled once and then sorted.
 */
#include "runtime/report/groups.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/task/task.h"

/* ---- Filling ---- */

static bool waits(TaskState state) { return state == TASK_PARKING || state == TASK_PARKED; }

static TaskGroup group_of(TaskSync *s)
{
    const RtTask *t = s->own.task;
    TaskGroup     g = {.site = t->site, .state = tasksync_state(s), .count = 1, .first = t->id,
                       .sync = s, .same_object = true};
    if (waits(g.state)) {
        g.state  = TASK_PARKED;
        g.reason = wait_of(t, &g.object);
        g.place  = g.reason != PARK_NONE && g.reason != PARK_YIELD ? s->wait_place : NULL;
        g.since = g.last_since = atomic_load_explicit(&s->wait_since, memory_order_relaxed);
    }
    bool          gets   = g.reason == PARK_TASK_GET || g.reason == PARK_TASK_JOIN;
    const RtTask *target = gets ? ((TaskSync *)g.object)->own.task : NULL;
    if (target != NULL) {
        g.target      = target->id;
        g.target_name = target->site->name;
    }
    if (g.reason == PARK_YIELD || g.state == TASK_NEW)
        g.state = TASK_READY;
    return g;
}

/* Each C file of a program may have its own copy of a place. */
static bool same_place(const RtPlace *a, const RtPlace *b)
{
    if (a == b || a == NULL || b == NULL || a->file == NULL || b->file == NULL)
        return a == b;
    return a->line == b->line && a->column == b->column && strcmp(a->file, b->file) == 0;
}

static bool alike(const TaskGroup *a, const TaskGroup *b)
{
    return a->site == b->site && a->state == b->state && a->reason == b->reason &&
           same_place(a->place, b->place);
}

static void join(TaskGroup *g, const TaskGroup *one)
{
    g->count++;
    g->same_object &= one->object == g->object;
    if ((int32_t)(one->since - g->since) < 0)
        g->since = one->since;
    if ((int32_t)(one->last_since - g->last_since) > 0)
        g->last_since = one->last_since;
    if (one->first < g->first) {
        g->first  = one->first;
        g->sync   = one->sync;
        g->object = one->object;
        g->target = one->target;
        g->target_name = one->target_name;
    }
}

static uint32_t hash(const TaskGroup *g)
{
    uint64_t h = (uintptr_t)g->site * 31 + (g->place ? (uint64_t)g->place->line : 0);
    return (uint32_t)((h * 0x9e3779b97f4a7c15u) >> 32) + (uint32_t)g->state * 7 +
           (uint32_t)g->reason;
}

void groups_add(TaskGroups *g, TaskSync *s)
{
    TaskGroup one  = group_of(s);
    uint32_t  slot = hash(&one) % GROUPS_MAX;
    g->total++;
    for (int tries = 0; tries < GROUPS_MAX; tries++, slot = (slot + 1) % GROUPS_MAX) {
        if (g->group[slot].count == 0) {
            g->group[slot] = one;
            g->used++;
            return;
        }
        if (alike(&g->group[slot], &one)) {
            join(&g->group[slot], &one);
            return;
        }
    }
    g->others++;
}

/* ---- Telling ---- */

static int by_first(const void *a, const void *b)
{
    const TaskGroup *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

void groups_sort(TaskGroups *g)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < GROUPS_MAX; i++)
        if (g->group[i].count != 0)
            g->group[n++] = g->group[i];
    for (uint32_t i = n; i < GROUPS_MAX; i++)
        g->group[i] = (TaskGroup){0};
    qsort(g->group, n, sizeof g->group[0], by_first);
}

static void add_place(Text *out, const char *link, const RtPlace *place)
{
    if (place != NULL && place->file != NULL)
        text_add(out, "%s %s:%d:%d", link, place->file, place->line, place->column);
}

static void add_seconds(Text *out, uint32_t hundredths)
{
    if (hundredths < 1000)
        text_add(out, "%u.%u", hundredths / 100, hundredths / 10 % 10);
    else
        text_add(out, "%u", hundredths / 100);
}

static void add_age(const TaskGroup *g, Text *out)
{
    uint32_t now    = atomic_load_explicit(&rt_coarse_time, memory_order_relaxed);
    uint32_t oldest = now - g->since, youngest = now - g->last_since;
    text_add(out, " for ");
    if (oldest / 10 != youngest / 10) {
        add_seconds(out, youngest);
        text_add(out, " to ");
    }
    add_seconds(out, oldest);
    text_add(out, " s");
}

static void add_doing(const TaskGroup *g, bool ages, Text *out)
{
    const char *s = g->count == 1 ? "s" : "";
    switch (g->state) {
    case TASK_RUNNING:
        text_add(out, " run%s", s);
        break;
    case TASK_NEW: case TASK_READY:
        text_add(out, g->count == 1 ? " is runnable" : " are runnable");
        break;
    case TASK_DONE:
        text_add(out, g->count == 1 ? " has ended" : " have ended");
        break;
    case TASK_PARKING: case TASK_PARKED:
        text_add(out, " wait%s in %s", s, wait_kind(g->reason)->name);
        add_place(out, " at", g->place);
        if (ages)
            add_age(g, out);
        break;
    }
}

void groups_describe(const TaskGroup *g, bool ages, Text *out)
{
    if (g->count == 1)
        text_add(out, "  task %" PRId64 " (%s)", g->first, g->site->name);
    else
        text_add(out, "  %" PRId64 " tasks (%s), the first is %" PRId64 ",", g->count,
                 g->site->name, g->first);
    add_doing(g, ages, out);
    if (g->first != 1)                   /* the main task was not spawned */
        add_place(out, ", spawned at", &g->site->place);
    text_add(out, "\n");
}
