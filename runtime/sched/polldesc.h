/*
 * polldesc.h - tasks that wait for descriptors.
 *
 * A descriptor is opened here once it is non-blocking. An operation on it is tried first; only when
 * the system says that it would block does the task wait:
 *
 *     PollDesc *d = poll_enter(fd);
 *     for (;;) {
 *         if (poll_may_try(d, POLL_READ)) {
 *             n = read(..);
 *             if (n != -EAGAIN) { poll_tried(d, POLL_READ, left over?); break; }
 *         }
 *         if (poll_wait(d, POLL_READ, deadline) != WAIT_DONE) break;
 *     }
 *     poll_leave(d);
 *
 * The number of a descriptor is not reused while anybody is between enter and leave. Any number of
 * tasks may wait for one descriptor; all of them try again when it is ready.
 */
#ifndef PLUTO_POLLDESC_H
#define PLUTO_POLLDESC_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/task/wait.h"

typedef struct PollDesc PollDesc;        /* outside the heap */

typedef enum { POLL_READ, POLL_WRITE } PollWay;

/* fd, which the caller has just made, non-blocking, is known from now on. stream: a read that gives
 * less than was asked for has emptied it. False, with fd closed: no record can be had for it. */
bool poll_open(int fd, bool stream);

/* NULL: not open. Workers only, as all of the following. */
PollDesc *poll_enter(int64_t fd);
void      poll_leave(PollDesc *d);
int       poll_fd(const PollDesc *d);

/* Makes what waits for fd fail, and closes it; if others are inside, once they have left. 0 or a
 * negative errno. */
int poll_close(int64_t fd);

/* May the operation succeed? What became ready before this call is forgotten. */
bool poll_may_try(PollDesc *d, PollWay way);
/* It did not block. more: another one may succeed as well. */
void poll_tried(PollDesc *d, PollWay way, bool more);

/* Parks the running task until d may be ready (WAIT_DONE: try again), is closed, until the deadline
 * (0: none) or a cancel; then the event may be on its way, and a last try may succeed. */
WaitOutcome poll_wait(PollDesc *d, PollWay way, int64_t deadline);

/* How long later operations on d may wait, in ms; 0: for ever. */
void    poll_set_limit(PollDesc *d, PollWay way, int64_t ms);
int64_t poll_deadline(const PollDesc *d, PollWay way);   /* for one that starts now; 0: none */

/* Was it closed while the caller is inside? */
bool poll_is_closing(PollDesc *d);

/* No descriptor is to be had: parks until one has been closed here, or for a moment. Look whether
 * what it is needed for is closing before trying again. */
WaitOutcome poll_wait_for_free_descriptor(int64_t deadline);

#endif
