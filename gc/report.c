/*
 * report.c - one line per collection.
 *
 * The line is put together on the stack and written with one system call: it must not allocate
 * (the collector's lock is held), and lines of parallel programs must not mix.
 */
#define GC_THREADS
#include "gc/report.h"

#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct timespec pause_began;         /* guarded by the collector's lock, as is the next */
static long long       pause_ns;

void report_pause_begin(void)
{
    clock_gettime(CLOCK_MONOTONIC, &pause_began);
}

void report_pause_end(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    pause_ns = (now.tv_sec - pause_began.tv_sec) * 1000000000LL
             + (now.tv_nsec - pause_began.tv_nsec);
}

static void add_size(void *obj, size_t size, void *sum)
{
    (void)obj;
    *(size_t *)sum += size;
}

void report_cycle(size_t number, GcCause cause)
{
    static const char *const names[CAUSES] = {
        [CAUSE_POLICY] = "policy", [CAUSE_THRESHOLD] = "threshold",
        [CAUSE_STRESS] = "stress", [CAUSE_EXTERNAL]  = "external",
        [CAUSE_REVIVED] = "revived",   [CAUSE_EXPLICIT]  = "explicit",
    };
    size_t live = 0;
    char   line[160];
    GC_enumerate_reachable_objects_inner(add_size, &live);
    int n = snprintf(line, sizeof line, "gc %zu: %s, heap %zu, live %zu, pause %lld.%03lld ms\n",
                     number, names[cause], GC_get_heap_size(), live,
                     pause_ns / 1000000, pause_ns / 1000 % 1000);
    if (write(STDERR_FILENO, line, (size_t)n) < 0)
        return;                             /* nowhere left to complain */
}
