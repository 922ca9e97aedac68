/*
 * clock.c - the two clocks of std.time.
 */
#include <time.h>

#include "runtime/base/clock.h"
#include "runtime/lib/lib.h"

int64_t __pluto_time_wall_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t __pluto_time_monotonic_ns(void)
{
    return rt_time_ns();
}
