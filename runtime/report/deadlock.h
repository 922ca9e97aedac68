/*
 * deadlock.h - the program can never go on (decision D7).
 *
 *     pluto: deadlock: no task can run, and none will
 *       task 1 (main) waits in get at a.pluto:9:13
 *         for task 2 (wait)
 *       task 2 (wait) waits in recv at a.pluto:2:12, spawned at a.pluto:8:9
 *         the sender is held by task 1 (main)
 *       task 1 waits for task 2, which waits for task 1
 */
#ifndef PLUTO_DEADLOCK_H
#define PLUTO_DEADLOCK_H

#include "runtime/task/task.h"

/* No task can run and nothing can make one runnable: reports every blocked task, what it waits for
 * and who holds the other end, and ends the process with status 2. Callable on any worker, which is
 * on its own stack; all others are asleep. */
_Noreturn void deadlock_report_and_exit(const RtTask *main_task);

#endif
