#include "runtime/report/stats.h"

#include <inttypes.h>
#include <stdio.h>

void stats_print(TaskCounters c)
{
    fprintf(stderr,
            "tasks: %" PRId64 " spawned, %" PRId64 " finished; TaskSync: %" PRId64
            " created, %" PRId64 " released, %" PRId64 " alive\n",
            c.spawned, c.finished, c.created, c.released, c.created - c.released);
}
