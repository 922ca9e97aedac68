/*
 * holders.h - who could wake a parked task: the tasks that hold the other end of its channel, or the
 * task that it waits for.
 *
 * For the deadlock report. Nothing else may run meanwhile. Who holds an end is found by looking at
 * the words on the tasks' stacks and among their arguments, so a value that was left behind counts,
 * and one that is only reached through other objects does not.
 */
#ifndef PLUTO_HOLDERS_H
#define PLUTO_HOLDERS_H

#include <stdint.h>

#include "runtime/task/tasksync.h"

enum { HOLDERS_SHOWN = 3 };

typedef struct Holders {
    const char *what;                    /* "sender"; NULL: it waits for a task, or for no one */
    const RtTask *tasks[HOLDERS_SHOWN];  /* the first by number */
    int64_t       count;                 /* of all */
} Holders;

/* s belongs to a parked task. */
Holders holders_find(const TaskSync *s);

#endif
