/*
 * polldesc_internal.h - what polldesc.c and poller.c know of each other.
 */
#ifndef PLUTO_POLLDESC_INTERNAL_H
#define PLUTO_POLLDESC_INTERNAL_H

#include <stdatomic.h>

#include "runtime/base/spin.h"
#include "runtime/sched/polldesc.h"

enum { POLL_WAYS = 2 };

struct PollDesc {
    _Alignas(16) SpinLock lock;          /* LOCK_IO; guards the rest, except what is atomic */
    int              fd;
    uint32_t         generation;         /* counts the descriptors that had this number */
    uint32_t         users;              /* between enter and leave */
    bool             open;
    bool             closing;            /* close it when users is 0; goes with open */
    bool             stream;             /* fixed while open */
    _Atomic bool     registered;         /* with epoll */
    _Atomic bool     hangup;             /* the other side sends no more */
    _Atomic bool     ready[POLL_WAYS];
    WaitList         waiters[POLL_WAYS];
    _Atomic int64_t  limit_ms[POLL_WAYS];
};

/* ---- polldesc.c ---- */

/* NULL: there has never been a record for that number. */
PollDesc *polldesc_lookup(int64_t fd);

/* Takes everybody off list, who is the caller's to make runnable; puts them before chain, which is
 * linked by queue_next. The lock of the list's record is held. */
RtTask *polldesc_take_locked(WaitList *list, WaitOutcome outcome, RtTask *chain);

void polldesc_push_roots(void);
void polldesc_fini(void);                /* closes what is open */

/* ---- poller.c ---- */

bool poller_add(const PollDesc *d);      /* gives it to epoll; the record's lock is held */

#endif
