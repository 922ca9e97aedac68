/*
 * dump.h - SIGQUIT prints every task on standard error, grouped by what it does; then the program
 * goes on.
 *
 *     pluto: 1003 tasks: 2 run, 0 runnable, 1001 wait
 *       task 1 (main) waits in get at a.pluto:9:13 for 3.2 s
 *         for task 2 (work)
 *       1000 tasks (ask), the first is 4, wait in recv at a.pluto:3:9 for 0.5 to 2.9 s, spawned at ..
 *         on different objects
 *
 * The monitor thread does it, so it works while all workers are busy or blocked in C code; before
 * the first spawn there is no monitor, and the thread that gets the signal does it.
 */
#ifndef PLUTO_DUMP_H
#define PLUTO_DUMP_H

#include <stdbool.h>

void dump_init(void);                    /* once; takes over SIGQUIT */
bool dump_is_asked(void);
void dump_if_asked(void);                /* the monitor's, at each look */

#endif
