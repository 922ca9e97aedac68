/*
 * internal.h - what the rooms of the runtime ask of tasks; not for emitted C.
 */
#ifndef PLUTO_TASK_INTERNAL_H
#define PLUTO_TASK_INTERNAL_H

#include "runtime/task/task.h"

/* On the worker's own stack, after code returned: publishes the result, wakes the getters, reports
 * the error of a detached task. */
void rt_task_complete(RtTask *t);

/* Takes a task that the collector is reclaiming off the wait list of its channel (chan.c). */
void chan_forget_waiter(RtTask *t);

/* Frees the channel cores that no worker has cached. */
void chan_fini(void);

/* For threads that are not workers: blocks until t has completed. The caller keeps t reachable. */
void rt_task_wait_thread(RtTask *t);

#endif
