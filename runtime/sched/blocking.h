/*
 * blocking.h - calls that block their thread: files, names of hosts.
 *
 * The task parks, and a thread of a pool makes the call; the worker goes on with other tasks.
 */
#ifndef PLUTO_BLOCKING_H
#define PLUTO_BLOCKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/place.h"

/* Calls fn(arg) on a thread that may block, and returns when it has returned. fn does not touch
 * the heap other than through arg: no allocation, no task, no print, and what it writes there is
 * not the only reference to an object. arg may point into the calling task's stack, which stays
 * where it is. The wait cannot be cancelled. place may be NULL. Workers only; where no task runs
 * it just calls. */
void rt_blocking(void (*fn)(void *), void *arg, const RtPlace *place);

/* The same with a copy of the size bytes at args, copied back afterwards: meanwhile nobody uses the
 * task's stack, which may be packed away. So nothing in args points into that stack; what points
 * into the heap stays alive as long as args. size is not 0. */
void rt_blocking_copied(void (*fn)(void *), void *args, size_t size, const RtPlace *place);

/* ---- For the scheduler ---- */

bool blocking_in_flight(void);           /* some call runs, or waits for a thread */
void blocking_push_roots(void);          /* the tasks of such calls */

/* After the last task: ends the threads. False: some call did not return within ns nanoseconds. */
bool blocking_stop(int64_t ns);

#endif
