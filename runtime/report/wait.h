/*
 * wait.h - how reports describe a task, as text.
 */
#ifndef PLUTO_REPORT_WAIT_H
#define PLUTO_REPORT_WAIT_H

#include <stddef.h>

#include "runtime/task/task.h"

/* "  task 1 (main) waits in recv at a.pluto:3:9\n"; the task must not be running. */
size_t report_wait(const RtTask *t, char *out, size_t size);

/* "  task 17 (submit), spawned at orders.pluto:12:5\n" of the task running on this thread; 0 when
 * there is none. */
size_t report_running_task(char *out, size_t size);

#endif
