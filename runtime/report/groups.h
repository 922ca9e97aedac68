/*
 * groups.h - tasks that wait alike, counted together.
 *
 * A report of a million tasks is useful only if those that do the same are one line. Two tasks are
 * alike when they were spawned at the same place, by the same function, and wait for the same reason
 * at the same place (or both run, or are both runnable). Nothing here allocates or locks: groups may
 * be filled while the world is stopped.
 */
#ifndef PLUTO_GROUPS_H
#define PLUTO_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/text.h"
#include "runtime/task/tasksync.h"

typedef struct RtSpawnSite RtSpawnSite;

enum { GROUPS_MAX = 256 };               /* tasks beyond that many groups are only counted */

typedef struct TaskGroup {
    /* What the tasks have in common; static data of the program. */
    const RtSpawnSite *site;
    const RtPlace     *place;            /* where they wait; NULL: they do not, or it is not known */
    TaskState          state;
    ParkReason         reason;
    /* What differs. */
    int64_t   count;
    int64_t   first;                     /* the smallest number of a task */
    TaskSync *sync;                      /* its block, for those who know that it still lives */
    void     *object;                    /* what that one waits for */
    bool      same_object;               /* so do all others */
    int64_t   target;                    /* in get: the number of the task it waits for; or 0 */
    const char *target_name;
    uint32_t  since, last_since;         /* rt_coarse_time when the first and last began to wait */
} TaskGroup;

typedef struct TaskGroups {
    TaskGroup group[GROUPS_MAX];         /* a hash table; count 0: empty */
    uint32_t  used;
    int64_t   others;                    /* tasks that found no room */
    int64_t   total;
} TaskGroups;

/* s->own.task is not NULL. */
void groups_add(TaskGroups *g, TaskSync *s);

/* Puts the groups to the front, in the order of their first tasks. Nothing can be added any more. */
void groups_sort(TaskGroups *g);

/* "  task 17 (submit) waits in recv at b.pluto:3:9, spawned at a.pluto:4:5\n", or for several
 * "  1000 tasks (submit), the first is 17, wait in recv at ..". ages: with " for 3.2 s" behind the
 * place. */
void groups_describe(const TaskGroup *group, bool ages, Text *out);

#endif
