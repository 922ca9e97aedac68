/*
 * leaks.h - PLUTO_LEAKS=report: which tasks were leaked, grouped, on standard error at the end.
 *
 *     pluto: 100 leaked tasks were cancelled: nothing could ever have woken them
 *       100 tasks (ask), the first is 2, wait in recv at a.pluto:3:9, spawned at a.pluto:12:5
 *
 * Callers see to it that one thread at a time is in here (leak.c).
 */
#ifndef PLUTO_LEAKS_H
#define PLUTO_LEAKS_H

#include "runtime/task/tasksync.h"

void leaks_count(TaskSync *s);           /* a task that is about to be cancelled as leaked */
void leaks_count_at_end(TaskSync *s);    /* the same, of a program that has ended */
void leaks_print(void);                  /* nothing if nothing was counted */

#endif
