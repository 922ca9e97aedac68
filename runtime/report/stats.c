#include "runtime/report/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

void stats_print(TaskCounters c)
{
    fprintf(stderr,
            "tasks: %" PRId64 " spawned, %" PRId64 " finished; TaskSync: %" PRId64
            " created, %" PRId64 " released, %" PRId64 " alive\n",
            c.spawned, c.finished, c.created, c.released, c.created - c.released);
}

int64_t rt_resident_bytes(void)
{
    long  pages = 0;
    FILE *f     = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%*s %ld", &pages) != 1)
        pages = 0;
    if (f != NULL)
        fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}
