#include "runtime/base/clock.h"

#include <time.h>

_Atomic uint32_t rt_coarse_time;

int64_t rt_time_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
