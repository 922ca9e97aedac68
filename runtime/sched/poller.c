/*
 * poller.c - epoll: who looks for events, and what they do.
 *
 * While there is nothing to run, one idle worker, the watcher, waits in epoll_wait; the others
 * sleep on their futex. Busy workers look, without waiting, with the global queue and before they
 * steal. The watcher is woken through an eventfd:
 *     who wakes worker w (wake_one)            w, idle
 *     K1  w->wake = 1, futex_wake              V1  watcher = w
 *     K2  seq_cst fence                        V2  seq_cst fence
 *     K3  if watcher == w: write the eventfd   V3  if w->wake is 0: epoll_wait
 * K3 can miss V1 only if K2 precedes V2 in the fence order; then V3 sees K1. Only the watcher
 * empties the eventfd: otherwise one that looks in passing could take its wake-up away.
 *
 * When the watcher leaves with work and other workers stay asleep, nobody watches until it is
 * through; if that takes long, the monitor wakes another (poller_neglected).
 */
#include "runtime/sched/poller.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/base/fail.h"
#include "runtime/sched/internal.h"
#include "runtime/sched/polldesc_internal.h"

static const uint64_t eventfd_tag = UINT64_MAX;          /* no record's: see poller_add */

static struct {
    Lock             lock;               /* LOCK_SCHED: starting */
    _Atomic bool     started;
    int              epoll, wake;        /* fixed once started */
    _Atomic(Worker *) watcher;
    _Atomic bool     looking;            /* somebody looks in passing */
    _Atomic uint32_t looks;              /* so far; the monitor watches it */
    uint32_t         looks_seen;         /* by the monitor */
} poller = {.lock = LOCK_INIT(LOCK_SCHED)};

/* ---- Start and end ---- */

/* As many descriptors as we may have. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

bool poller_init(void)
{
    if (atomic_load_explicit(&poller.started, memory_order_acquire))
        return true;
    lock_acquire(&poller.lock);
    if (!atomic_load_explicit(&poller.started, memory_order_relaxed)) {
        raise_limit();
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = eventfd_tag};
        int epoll = epoll_create1(EPOLL_CLOEXEC), wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (epoll >= 0 && wake >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) == 0) {
            poller.epoll = epoll;
            poller.wake  = wake;
            atomic_store_explicit(&poller.started, true, memory_order_release);
        } else {
            close(epoll);
            close(wake);
        }
    }
    lock_release(&poller.lock);
    return atomic_load_explicit(&poller.started, memory_order_acquire);
}

void poller_push_roots(void) { polldesc_push_roots(); }

void poller_fini(void)
{
    polldesc_fini();
    if (atomic_load(&poller.started)) {
        close(poller.epoll);
        close(poller.wake);
        atomic_store(&poller.started, false);
    }
}

/* ---- Events ---- */

bool poller_add(const PollDesc *d)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET};
    event.data.u64 = (uint64_t)d->generation << 32 | (uint32_t)d->fd;
    return epoll_ctl(poller.epoll, EPOLL_CTL_ADD, d->fd, &event) == 0;
}

static void wait_for_events(PollerEvents *events, int timeout_ms)
{
    _Static_assert(sizeof(struct epoll_event) <= 16, "PollerEvents.space is too small");
    events->count = epoll_wait(poller.epoll, (struct epoll_event *)events->space, POLLER_EVENTS,
                               timeout_ms);
    atomic_fetch_add_explicit(&poller.looks, 1, memory_order_relaxed);
}

static void dispatch_one(const struct epoll_event *event)
{
    PollDesc *d    = polldesc_lookup((int64_t)(uint32_t)event->data.u64);
    uint32_t  bits = event->events;
    RtTask   *waited = NULL;
    spin_acquire(&d->lock);
    if (d->open && d->generation == event->data.u64 >> 32) {
        if (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            atomic_store_explicit(&d->hangup, true, memory_order_relaxed);
        if (bits & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
            atomic_store_explicit(&d->ready[POLL_READ], true, memory_order_relaxed);
            waited = polldesc_take_locked(&d->waiters[POLL_READ], WAIT_DONE, waited);
        }
        if (bits & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
            atomic_store_explicit(&d->ready[POLL_WRITE], true, memory_order_relaxed);
            waited = polldesc_take_locked(&d->waiters[POLL_WRITE], WAIT_DONE, waited);
        }
    }
    spin_release(&d->lock);
    sched_ready_all(waited, READY_LAST);
}

void poller_dispatch(const PollerEvents *events)
{
    const struct epoll_event *event = (const struct epoll_event *)events->space;
    for (int i = 0; i < events->count; i++)
        if (event[i].data.u64 != eventfd_tag)
            dispatch_one(&event[i]);
}

void poller_look(void)
{
    if (!poller_waiting() || !atomic_load_explicit(&poller.started, memory_order_acquire) ||
        poller_watcher() != NULL || atomic_exchange(&poller.looking, true))
        return;
    PollerEvents events;
    wait_for_events(&events, 0);
    atomic_store(&poller.looking, false);
    poller_dispatch(&events);
}

/* ---- Watching ---- */

Worker *poller_watcher(void) { return atomic_load_explicit(&poller.watcher, memory_order_relaxed); }

bool poller_begin_watch(Worker *w)
{
    Worker *none = NULL;
    if (!poller_waiting() || !atomic_compare_exchange_strong(&poller.watcher, &none, w)) /* V1 */
        return false;
    fence_full();        /* V2 */
    return true;
}

void poller_watch(PollerEvents *events, int64_t ns)
{
    int64_t ms = ns == 0 ? -1 : (ns + 999999) / 1000000;
    wait_for_events(events, ms > INT32_MAX ? INT32_MAX : (int)ms);
    const struct epoll_event *event = (const struct epoll_event *)events->space;
    for (int i = 0; i < events->count; i++) {
        uint64_t wakes;
        if (event[i].data.u64 == eventfd_tag && read(poller.wake, &wakes, sizeof wakes) < 0)
            RT_ASSERT(errno == EAGAIN);
    }
}

void poller_end_watch(void) { atomic_store(&poller.watcher, NULL); }

void poller_wake(const Worker *w)
{
    fence_full();        /* K2 */
    if (poller_watcher() != w)        /* K3 */
        return;
    uint64_t one = 1;
    if (write(poller.wake, &one, sizeof one) < 0)
        RT_ASSERT(errno == EAGAIN);      /* it is full of wake-ups */
}

bool poller_neglected(void)
{
    uint32_t looks   = atomic_load_explicit(&poller.looks, memory_order_relaxed);
    bool     nobody  = looks == poller.looks_seen && poller_watcher() == NULL;
    poller.looks_seen = looks;
    return nobody && poller_waiting();
}
