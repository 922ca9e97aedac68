#include "runtime/base/clock.h"

#include <time.h>

_Atomic uint32_t rt_coarse_time;

static _Atomic int64_t skipped;

int64_t rt_time_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec +
           atomic_load_explicit(&skipped, memory_order_relaxed);
}

void rt_time_skip_to(int64_t ns)
{
    int64_t left = ns - rt_time_ns();
    if (left > 0)
        atomic_fetch_add(&skipped, left);
}
