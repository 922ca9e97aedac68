/*
 * clock.h - monotonic time.
 */
#ifndef PLUTO_CLOCK_H
#define PLUTO_CLOCK_H

#include <stdint.h>

int64_t rt_time_ns(void);                /* from an arbitrary start, never decreasing */

#endif
