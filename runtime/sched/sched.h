/*
 * sched.h - making tasks run.
 *
 * Private to the runtime. Who parks says why; who makes a task runnable calls sched_ready with no
 * lock held.
 */
#ifndef PLUTO_SCHED_H
#define PLUTO_SCHED_H

#include <stdbool.h>

#include "runtime/sched/worker.h"

/* Reads PLUTO_WORKERS and PLUTO_SCHED_STRESS; makes the calling thread worker 0. Other workers start
 * when there is work for them. */
void sched_init(void);

/* Runs main_task, and whatever else is runnable, until it has ended; only then returns. Called on
 * the thread that called sched_init. */
void sched_run(RtTask *main_task);

/* For tests: worker 0 alone runs tasks, one after the other, until none is runnable. */
void sched_run_until_idle(void);

/* Stops and joins the other workers; tasks stay where they are. False: some worker did not come to a
 * safepoint in time, and the process must end without touching what it uses. */
bool sched_stop(void);
void sched_forget_tasks(void);           /* after sched_stop: no queue is a root any more */
void sched_fini(void);

/* Ends the process with the main task's outcome although the thread of rt_main is stuck (main.c). */
_Noreturn void rt_exit_stuck(const RtTask *main_task);

/* Where a task made runnable is queued. */
typedef enum {
    READY_NEXT,              /* before all others on this worker: somebody just gave it a value */
    READY_NEW,               /* it has not run yet: before others as long as none comes after it */
    READY_LAST,              /* behind this worker's tasks */
    READY_GLOBAL,            /* behind everybody's: it used up its time */
} ReadyWhere;

/* For a task that waited for a task that has just ended. Where the newest ones go first, its others
 * have ended, too. Otherwise it is likely to wait for the next one at once, so those go first. */
ReadyWhere sched_where_getter(void);

/* t is NEW or PARKED and on no list. Callable on workers only. */
void sched_ready(RtTask *t, ReadyWhere where);

/* All tasks of a chain linked by queue_next; NULL: none. */
void sched_ready_all(RtTask *chain, ReadyWhere where);

/* sched_ready from a thread that is no worker: t joins the global queue. The caller must not be the
 * only one who holds t: the collector does not see its stack. */
void sched_ready_from_outside(RtTask *t);

/* t was taken off a run queue, could not run yet, and is READY still. */
void sched_ready_again(RtTask *t);

/* Parks the running task, which has begun a wait (wait.h). after(arg) runs on the worker's own stack
 * once the task is off its stack and PARKED: it drops the lock under which the task was put on a
 * wait list. Returns how the wait ended, when the task runs again. */
WaitOutcome sched_park(void (*after)(void *), void *arg);

/* Ends the running task; does not return. */
_Noreturn void sched_exit_task(void);

/* Lets other tasks run first. */
void sched_yield_task(ReadyWhere where);

/* The running task goes on, or is about to, on another of its stacks (task_slot): that one's limit
 * holds. A request to yield stays. */
void sched_changed_stack(void);

/* Sums over all workers. */
TaskCounters sched_counters(void);
void         sched_count_release(void);          /* a TaskSync block was freed on this thread */

/* ---- For the monitor ---- */

uint32_t sched_workers(Worker **out);            /* fills WORKERS_MAX pointers at most */
uint32_t sched_idle(void);                       /* workers asleep */
bool     sched_has_queued(void);                 /* a task waits in some queue, or the end does, or a leak */
void     sched_ask_to_yield(Worker *w);          /* at w's next safepoint */
void     sched_end_calm(void);                   /* once per look: thieves look again */
void     sched_wake_thief(void);                 /* some worker's run_next has waited for long */

/* For the collector: what the workers hold. World stopped. */
void sched_push_roots(void);

#endif
