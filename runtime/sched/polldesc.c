/*
 * polldesc.c - records of descriptors: ready or not, who waits, who is inside.
 *
 * The record of descriptor n is the n-th of a table that grows by chunks and is never moved, so a
 * record stays what it is, lock included, whatever becomes of its descriptor. Events carry the
 * record's generation: one that was on its way when the descriptor was closed meets another
 * generation, and nobody.
 *
 * Edge triggered: the system tells once that a descriptor became ready. `ready` keeps that until
 * somebody tries. It is cleared before the try, so what becomes ready during the try is not lost:
 *     task                                     who dispatches the event
 *     T1  ready = false, try: would block      D1  take d->lock, ready = true
 *     T2  take d->lock                         D2  take everybody off the list
 *     T3  if ready: drop it, try again         D3  drop it; make them runnable
 *     T4  link the Waiter, park
 * True whenever d->lock is free:
 *   P1  somebody waits to read only while ready[POLL_READ] is false; the same for writing
 *   P2  nobody waits for a descriptor that is not open, or is to be closed
 *   P3  the sum of all waiters is `waiting`
 * A record is given to epoll when it is first waited for: a connection that never waits costs no
 * call of epoll.
 */
#include "runtime/sched/polldesc.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gc/roots.h"
#include "runtime/base/fail.h"
#include "runtime/base/memory.h"
#include "runtime/base/write.h"
#include "runtime/sched/internal.h"
#include "runtime/sched/poller.h"
#include "runtime/sched/polldesc_internal.h"

enum { CHUNK = 256, CHUNKS = 4096, RETRY_MS = 100 };

static struct {
    _Atomic(PollDesc *) chunks[CHUNKS];
    Lock             lock;               /* LOCK_SCHED: new chunks */
    _Atomic int64_t  waiting;            /* tasks on all lists */
    PollDesc         free_descriptor;    /* for those who need one and found none */
    _Atomic bool     exhausted;          /* somebody found none, ever */
} table = {
    .lock            = LOCK_INIT(LOCK_SCHED),
    .free_descriptor = {.lock = SPIN_INIT(LOCK_IO), .open = true},
};

bool poller_waiting(void) { return atomic_load_explicit(&table.waiting, memory_order_relaxed) > 0; }

/* ---- The table ---- */

PollDesc *polldesc_lookup(int64_t fd)
{
    if (fd < 0 || fd >= (int64_t)CHUNK * CHUNKS)
        return NULL;
    /* Pairs with add_chunk: publishes the locks. */
    PollDesc *chunk = atomic_load_explicit(&table.chunks[fd / CHUNK], memory_order_acquire);
    return chunk != NULL ? &chunk[fd % CHUNK] : NULL;
}

static void add_chunk(int fd)
{
    lock_acquire(&table.lock);
    if (polldesc_lookup(fd) == NULL) {
        PollDesc *chunk = memory_alloc(CHUNK * sizeof *chunk);
        for (int i = 0; i < CHUNK; i++) {
            spin_init(&chunk[i].lock, LOCK_IO);
            chunk[i].fd = fd / CHUNK * CHUNK + i;
        }
        atomic_store_explicit(&table.chunks[fd / CHUNK], chunk, memory_order_release);
    }
    lock_release(&table.lock);
}

bool poll_open(int fd, bool stream)
{
    if (fd >= CHUNK * CHUNKS || !poller_init()) {
        close(fd);
        return false;
    }
    if (polldesc_lookup(fd) == NULL)
        add_chunk(fd);
    PollDesc *d = polldesc_lookup(fd);
    spin_acquire(&d->lock);
    RT_ASSERT(!d->open && d->users == 0);
    d->generation++;
    d->open    = true;
    d->closing = false;
    d->stream  = stream;
    atomic_store_explicit(&d->registered, false, memory_order_relaxed);
    atomic_store_explicit(&d->hangup, false, memory_order_relaxed);
    for (int way = 0; way < POLL_WAYS; way++) {
        atomic_store_explicit(&d->ready[way], true, memory_order_relaxed);
        atomic_store_explicit(&d->limit_ms[way], 0, memory_order_relaxed);
    }
    spin_release(&d->lock);
    return true;
}

int poll_fd(const PollDesc *d) { return d->fd; }

/* ---- Wait lists ---- */

RtTask *polldesc_take_locked(WaitList *list, WaitOutcome outcome, RtTask *chain)
{
    for (RtTask *t; waitlist_take(list, &t) != NULL; chain = t) {
        atomic_fetch_sub_explicit(&table.waiting, 1, memory_order_relaxed);
        wait_finish(t, outcome);
        t->queue_next = chain;
    }
    return chain;
}

static bool withdraw(RtTask *t, PollDesc *d, PollWay way, uint32_t number)
{
    spin_acquire(&d->lock);
    bool waits = wait_is_in(wait_own(t), &d->waiters[way], number);
    if (waits) {
        waitlist_remove(&d->waiters[way], wait_own(t));
        atomic_fetch_sub_explicit(&table.waiting, 1, memory_order_relaxed);
    }
    spin_release(&d->lock);
    return waits;
}

static bool withdraw_reader(RtTask *t, void *d, uint32_t n)
{
    return withdraw(t, d, POLL_READ, n);
}
static bool withdraw_writer(RtTask *t, void *d, uint32_t n)
{
    return withdraw(t, d, POLL_WRITE, n);
}
static void forget_reader(RtTask *t, void *d) { withdraw(t, d, POLL_READ, 0); }
static void forget_writer(RtTask *t, void *d) { withdraw(t, d, POLL_WRITE, 0); }

const WaitKind wait_io_read  = {"read", withdraw_reader, forget_reader};
const WaitKind wait_io_write = {"write", withdraw_writer, forget_writer};

/* ---- Entering, leaving, closing ---- */

/* There may be a free descriptor, or no need for one any more. */
static void wake_exhausted(void)
{
    PollDesc *d = &table.free_descriptor;
    if (!atomic_load_explicit(&table.exhausted, memory_order_relaxed))
        return;
    spin_acquire(&d->lock);
    RtTask *waited = polldesc_take_locked(&d->waiters[POLL_READ], WAIT_DONE, NULL);
    atomic_store_explicit(&d->ready[POLL_READ], waited == NULL, memory_order_relaxed);
    spin_release(&d->lock);
    sched_ready_all(waited, READY_LAST);
}

/* From here on the number may be another descriptor's. Not under d->lock. */
static int close_number(int fd)
{
    int result = close(fd) == 0 || errno == EINTR ? 0 : -errno;
    wake_exhausted();
    return result;
}

PollDesc *poll_enter(int64_t fd)
{
    PollDesc *d = polldesc_lookup(fd);
    if (d == NULL)
        return NULL;
    spin_acquire(&d->lock);
    bool open = d->open && !d->closing;
    if (open)
        d->users++;
    spin_release(&d->lock);
    return open ? d : NULL;
}

void poll_leave(PollDesc *d)
{
    spin_acquire(&d->lock);
    bool close_now = --d->users == 0 && d->closing;
    if (close_now)
        d->open = false;
    spin_release(&d->lock);
    if (close_now)
        close_number(d->fd);
}

int poll_close(int64_t fd)
{
    PollDesc *d      = polldesc_lookup(fd);
    RtTask   *waited = NULL;
    if (d == NULL)
        return -EBADF;
    spin_acquire(&d->lock);
    bool is_open = d->open && !d->closing, close_now = false;
    if (is_open) {
        d->closing = true;
        for (int way = 0; way < POLL_WAYS; way++)
            waited = polldesc_take_locked(&d->waiters[way], WAIT_CLOSED, waited);
        close_now = d->users == 0;
        if (close_now)
            d->open = false;
        else
            shutdown(d->fd, SHUT_RDWR);  /* the other side need not wait for those inside */
    }
    spin_release(&d->lock);
    sched_ready_all(waited, READY_LAST);
    if (close_now)
        return close_number(d->fd);
    wake_exhausted();                    /* somebody inside may wait for a descriptor */
    return is_open ? 0 : -EBADF;
}

bool poll_is_closing(PollDesc *d)
{
    spin_acquire(&d->lock);
    bool closing = d->closing;
    spin_release(&d->lock);
    return closing;
}

/* ---- Trying and waiting ---- */

bool poll_may_try(PollDesc *d, PollWay way)
{
    /* A full barrier: T1 clears before it tries. */
    return atomic_exchange(&d->ready[way], false);
}

void poll_tried(PollDesc *d, PollWay way, bool more)
{
    /* Without epoll nobody would tell us. After a hang-up nothing more will be told. */
    if (more || !d->stream || !atomic_load_explicit(&d->registered, memory_order_relaxed) ||
        atomic_load_explicit(&d->hangup, memory_order_relaxed))
        atomic_store_explicit(&d->ready[way], true, memory_order_relaxed);
}

static bool register_locked(PollDesc *d)
{
    if (atomic_load_explicit(&d->registered, memory_order_relaxed))
        return true;
    atomic_store_explicit(&d->registered, true, memory_order_relaxed);
    if (poller_add(d))
        return true;
    atomic_store_explicit(&d->registered, false, memory_order_relaxed);
    return false;
}

static void unlock(void *d) { spin_release(&((PollDesc *)d)->lock); }

/* The caller holds d->lock, which is dropped. */
static WaitOutcome park_locked(PollDesc *d, PollWay way, int64_t deadline)
{
    RtTask *self = rt_task();
    if (!wait_begin(self, way == POLL_READ ? PARK_IO_READ : PARK_IO_WRITE, d, NULL)) {
        unlock(d);
        return WAIT_CANCELLED;
    }
    waitlist_append(&d->waiters[way], wait_own(self));
    atomic_fetch_add_explicit(&table.waiting, 1, memory_order_relaxed);
    if (deadline != 0)
        timer_arm(self, deadline);
    WaitOutcome outcome = sched_park(unlock, d);
    if (deadline != 0)
        timer_disarm(self);
    return outcome;
}

WaitOutcome poll_wait(PollDesc *d, PollWay way, int64_t deadline)
{
    spin_acquire(&d->lock);
    if (d->closing || !register_locked(d)) {
        unlock(d);
        return WAIT_CLOSED;
    }
    if (atomic_load_explicit(&d->ready[way], memory_order_relaxed)) {
        unlock(d);
        return WAIT_DONE;
    }
    return park_locked(d, way, deadline);
}

void poll_set_limit(PollDesc *d, PollWay way, int64_t ms)
{
    atomic_store_explicit(&d->limit_ms[way], ms > 0 ? ms : 0, memory_order_relaxed);
}

int64_t poll_deadline(const PollDesc *d, PollWay way)
{
    int64_t ms = atomic_load_explicit(&d->limit_ms[way], memory_order_relaxed);
    return ms > 0 ? timer_deadline(ms) : 0;
}

/* Others than us may have them all, and give some back: so look again after a while. */
WaitOutcome poll_wait_for_free_descriptor(int64_t deadline)
{
    static const char message[] =
        "pluto: out of file descriptors: connections wait until some are closed\n";
    PollDesc *d = &table.free_descriptor;
    if (!atomic_exchange(&table.exhausted, true))
        rt_write_all(2, message, sizeof message - 1);
    int64_t retry = timer_deadline(RETRY_MS);
    bool    last  = deadline != 0 && deadline <= retry;
    spin_acquire(&d->lock);
    if (atomic_exchange_explicit(&d->ready[POLL_READ], false, memory_order_relaxed)) {
        unlock(d);
        return WAIT_DONE;
    }
    WaitOutcome outcome = park_locked(d, POLL_READ, last ? deadline : retry);
    return outcome == WAIT_TIMEOUT && !last ? WAIT_DONE : outcome;
}

/* ---- The collector, the end ---- */

static void push_waiters(const PollDesc *d)
{
    for (int way = 0; way < POLL_WAYS; way++)
        for (const Waiter *w = d->waiters[way].head; w != NULL; w = w->next)
            roots_push(&w->task, &w->task + 1);
}

void polldesc_push_roots(void)
{
    if (!poller_waiting())
        return;
    push_waiters(&table.free_descriptor);
    for (int i = 0; i < CHUNKS; i++) {
        const PollDesc *chunk = atomic_load_explicit(&table.chunks[i], memory_order_acquire);
        for (int k = 0; chunk != NULL && k < CHUNK; k++)
            push_waiters(&chunk[k]);
    }
}

void polldesc_fini(void)
{
    for (int i = 0; i < CHUNKS; i++) {
        PollDesc *chunk = atomic_load(&table.chunks[i]);
        for (int k = 0; chunk != NULL && k < CHUNK; k++)
            if (chunk[k].open)
                close(chunk[k].fd);
        memory_free(chunk);
        atomic_store(&table.chunks[i], NULL);
    }
}
