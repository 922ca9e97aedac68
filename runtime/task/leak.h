/*
 * leak.h - tasks that nothing can ever wake, and errors that nobody will ever get.
 *
 * A parked task is held only by what could wake it (chan.c), and a task's error only by its
 * handles. So the collector finds both: at the end of marking, before anything is reclaimed, a
 * parked task that is not marked is leaked, and an ended one with an unseen error that is not marked
 * keeps its error for itself. They are brought back together with all they refer to, and put on a
 * list. A worker then cancels the leaked ones, so that they clean up and end, and reports the
 * errors on standard error.
 *
 * PLUTO_LEAKS=report: leaked tasks are counted, and reported at the end (report/leaks.h).
 */
#ifndef PLUTO_LEAK_H
#define PLUTO_LEAK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "runtime/task/task.h"

void leak_init(void);                    /* reads PLUTO_LEAKS; once, before the first task */
void leak_fini(void);

/* For the collector (gc/roots.h). */
void leak_after_mark(void);
void leak_push_roots(void);

/* Found and not yet dealt with. */
extern _Atomic uint32_t leak_found, leak_settled;
static inline bool leak_pending(void)
{
    return atomic_load_explicit(&leak_found, memory_order_relaxed) !=
           atomic_load_explicit(&leak_settled, memory_order_relaxed);
}

/* Deals with what was found. On workers, with no lock held; allocates, makes tasks runnable, does
 * not park. Does nothing while another worker is at it. */
void leak_settle(void);

/* The end of the program: the main task has ended, or nothing can go on. Reports the errors that
 * nobody got of all tasks, and the leaks. On a worker; other workers may still run tasks. */
void leak_report_at_end(void);

#endif
