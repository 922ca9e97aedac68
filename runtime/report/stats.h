/*
 * stats.h - PLUTO_TASK_STATS=1: how many tasks and TaskSync blocks there were.
 */
#ifndef PLUTO_STATS_H
#define PLUTO_STATS_H

#include "runtime/task/tasksync.h"

/* "tasks: 101 spawned, 101 finished; TaskSync: 101 created, 101 released, 0 alive" on stderr. */
void stats_print(TaskCounters c);

/* Memory of the process that is in use now; 0 where that cannot be known. For benchmarks. */
int64_t rt_resident_bytes(void);

#endif
