/*
 * deadlock.h - the program can never go on.
 */
#ifndef PLUTO_DEADLOCK_H
#define PLUTO_DEADLOCK_H

#include "runtime/task/task.h"

/* No task can run and nothing can make one runnable: says what the main task waits for and where,
 * and ends the process with status 2. Callable on any worker, which is on its own stack. */
_Noreturn void deadlock_report_and_exit(const RtTask *main_task);

#endif
