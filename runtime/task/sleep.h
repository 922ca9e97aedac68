/*
 * sleep.h - sleeping, and what the modules std.time and std.task declare as extern fn.
 */
#ifndef PLUTO_SLEEP_H
#define PLUTO_SLEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/task/wait.h"
#include "runtime/value/string.h"

/* Parks the running task until then, on the scale of rt_time_ns: WAIT_TIMEOUT, or WAIT_CANCELLED. */
WaitOutcome task_sleep_until(int64_t deadline_ns);

/* ---- Extern fn ---- */

/* Parks the calling task for ms milliseconds; 0 or less: returns at once. True: the task is
 * cancelled, and the sleep may have been shorter. */
bool __pluto_task_sleep(int64_t ms);

/* Lets the other runnable tasks of this worker run first. */
void __pluto_task_yield(void);

int64_t         __pluto_task_id(void);           /* from 1, the main task; unique */
const RtString *__pluto_task_name(void);         /* of the spawned function; allocates */

#endif
