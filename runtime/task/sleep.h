/*
 * sleep.h - what the modules std.time and std.task declare as extern fn.
 */
#ifndef PLUTO_SLEEP_H
#define PLUTO_SLEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/value/string.h"

/* Parks the calling task for ms milliseconds; 0 or less: returns at once. True: the task is
 * cancelled, and the sleep may have been shorter. */
bool __pluto_task_sleep(int64_t ms);

/* Lets the other runnable tasks of this worker run first. */
void __pluto_task_yield(void);

int64_t         __pluto_task_id(void);           /* from 1, the main task; unique */
const RtString *__pluto_task_name(void);         /* of the spawned function; allocates */

#endif
