/*
 * poller.h - what the scheduler does for tasks that wait for descriptors (polldesc.h).
 */
#ifndef PLUTO_POLLER_H
#define PLUTO_POLLER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Worker Worker;

/* Before the first descriptor is made: raises the limit of their number. Any number of times.
 * False: the system has no means to wait for descriptors, for now. */
bool poller_init(void);

bool poller_waiting(void);               /* some task waits for a descriptor */

enum { POLLER_EVENTS = 128 };
typedef struct PollerEvents {
    int                count;
    /* struct epoll_event; here, so that who uses it need not know. */
    _Alignas(8) char   space[POLLER_EVENTS * 16];
} PollerEvents;

/* One idle worker at a time watches the descriptors. True: it is w, until poller_end_watch. */
bool poller_begin_watch(Worker *w);
/* By the watcher: comes back after ns nanoseconds (0: no limit), when a descriptor is ready, when
 * the watcher was woken (poller_wake), or for no reason. */
void poller_watch(PollerEvents *events, int64_t ns);
void poller_end_watch(void);

/* w->wake was set, and a futex woken: if w is the watcher, it comes back, too. */
void poller_wake(const Worker *w);

Worker *poller_watcher(void);            /* NULL: nobody */

/* Makes the tasks runnable whose descriptors became ready. */
void poller_dispatch(const PollerEvents *events);

/* What is ready now, unless somebody watches. */
void poller_look(void);

/* Nobody has looked since the last call of this, although some task waits. For the monitor. */
bool poller_neglected(void);

void poller_push_roots(void);
void poller_fini(void);                  /* closes all descriptors; nobody uses them any more */

#endif
