/*
 * clock.h - monotonic time.
 */
#ifndef PLUTO_CLOCK_H
#define PLUTO_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>

int64_t rt_time_ns(void);                /* from an arbitrary start, never decreasing */

/* From now on it is ns at least: schedules that an oracle chooses do not wait for the clock. */
void rt_time_skip_to(int64_t ns);

/* The same, coarse and cheap: in hundredths of a second, advanced by the monitor thread at each of
 * its looks. Stands still until the first spawn. Wraps around after 497 days. */
enum { RT_COARSE_NS = 10000000 };
extern _Atomic uint32_t rt_coarse_time;

#endif
