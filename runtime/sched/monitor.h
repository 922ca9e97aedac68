/*
 * monitor.h - the thread that watches the workers.
 *
 * Asks a task that has run for 10 ms while others wait to let them run at its next safepoint, and
 * wakes an idle worker when a task waits in the run-next place of a busy one. When a deadline has
 * passed, or nobody has looked at the descriptors, and nobody does anything about it, it wakes an
 * idle worker, or asks a busy one to come round.
 * Advances rt_coarse_time, and writes the task dump when SIGQUIT has asked for it (report/dump.h).
 */
#ifndef PLUTO_MONITOR_H
#define PLUTO_MONITOR_H

#include <stdbool.h>

/* Starts the thread unless it runs already. Any worker. */
void monitor_start(void);

bool monitor_runs(void);                 /* any thread; also in a signal handler */

/* A worker has left the idle list (its idle_count is down), or a dump was asked for: the monitor is
 * to look again, if it sleeps. One load if it does not. Also in a signal handler. */
void monitor_wake(void);

/* Stops and joins it, if it runs. */
void monitor_stop(void);

#endif
