/*
 * chan.c - a ring buffer, two queues of waiters, and the two ends that hold them.
 *
 * Emitted code sees the ends, RtSender and RtReceiver: managed objects that share one core. The core
 * lies outside the collected heap and is counted: one reference per end, one per waiting task.
 * Which end keeps what alive is the point of the split. A task waiting to receive is held by the
 * sender end, because only who can send can wake it; a task waiting to send by the receiver end;
 * the buffer by both. So a task that waits for something nobody can ever do is unreachable.
 *
 * A task that has to wait puts its value into the wait cell of its own task object (never on its
 * stack), links itself here and parks. Whoever completes the operation copies the value to or from
 * that cell, unlinks the task, and readies it after dropping the lock: a woken task never retries.
 * True whenever core->lock is free:
 *   I1  a waiting receiver means the buffer is empty
 *   I2  a waiting sender means the buffer is full (cap >= 1, so never both)
 *   I3  nobody waits on a closed channel
 *   I4  refs = ends not yet reclaimed + waiting tasks
 */
#include "runtime/chan/chan.h"

#include "runtime/base/fail.h"
#include "runtime/base/pool.h"
#include "runtime/base/spin.h"
#include "runtime/sched/oracle.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"

typedef struct ChanCore {
    /* Fixed by rt_chan_new; anyone may read these without the lock. */
    int64_t  cap;                        /* at least 1 */
    int      words;                      /* of a cell that an element uses: 1 or 2 */
    uint64_t *buf;                       /* cap * words, on the collected heap; marked by the ends */
    SpinLock lock;                       /* LOCK_CHAN; guards everything below */
    bool     closed;                     /* goes from false to true, never back */
    int32_t  refs;
    int64_t  open_senders;               /* at 0 the channel closes */
    int64_t  head, count;                /* values are buf[head .. head + count), mod cap */
    WaitList senders, receivers;
} ChanCore;

static Pool pool = POOL_INIT(sizeof(ChanCore));

struct RtSender   { HeapManaged head; ChanCore *core; };
struct RtReceiver { HeapManaged head; ChanCore *core; };

/* ---- The core ---- */

/* Checks I1 to I3. */
static void verify_locked(const ChanCore *core)
{
    (void)core;
    RT_ASSERT(core->receivers.head == NULL || core->count == 0);
    RT_ASSERT(core->senders.head == NULL || core->count == core->cap);
    RT_ASSERT(!core->closed || (core->receivers.head == NULL && core->senders.head == NULL));
    RT_ASSERT(core->refs > 0);
}

static void unlock(void *arg)
{
    ChanCore *core = arg;
    verify_locked(core);
    spin_release(&core->lock);
}

/* The oldest waiter on list, who is the caller's to serve; NULL when nobody waits. */
static Waiter *take_waiter_locked(ChanCore *core, WaitList *list)
{
    Waiter *w = waitlist_take(list);
    if (w != NULL)
        core->refs--;
    return w;
}

/* Drops the lock taken through end, RtSender or RtReceiver. Up to here the end stays alive, and
 * with it the core, its buffer and who waits: the caller may have no other use for it. */
static void unlock_end(ChanCore *core, const void *end)
{
    unlock(core);
    rt_keep(end);
}

/* Drops one reference; the collector's thread may be the caller. */
static void core_unref(ChanCore *core)
{
    spin_acquire(&core->lock);
    bool last = --core->refs == 0;
    spin_release(&core->lock);
    if (last) {
        Worker *w = rt_worker();
        pool_give(&pool, w != NULL ? &w->chans : NULL, core);
    }
}

void chan_fini(void) { pool_fini(&pool); }

static uint64_t *slot(const ChanCore *core, int64_t offset)
{
    int64_t i = core->head + offset;
    if (i >= core->cap)
        i -= core->cap;
    return &core->buf[i * core->words];
}

static void put_locked(ChanCore *core, RtCell value)
{
    uint64_t *p = slot(core, core->count++);
    p[0] = value.word[0];
    if (core->words == 2)
        p[1] = value.word[1];
}

/* The slot is cleared, so that the collector does not see the value once it is gone. */
static RtCell take_locked(ChanCore *core)
{
    uint64_t *p     = slot(core, 0);
    RtCell    value = {{p[0], core->words == 2 ? p[1] : 0}};
    p[0] = 0;
    if (core->words == 2)
        p[1] = 0;
    core->head = core->head + 1 == core->cap ? 0 : core->head + 1;
    core->count--;
    return value;
}

/* ---- What the collector has to know ---- */

static void mark_waiters(const WaitList *list, HeapMarker *m)
{
    for (const Waiter *w = list->head; w != NULL; w = w->next)
        heap_mark(m, w->task);
}

static void sender_mark(const void *obj, HeapMarker *m)
{
    const ChanCore *core = ((const RtSender *)obj)->core;
    heap_mark(m, core->buf);
    mark_waiters(&core->receivers, m);
}

static void receiver_mark(const void *obj, HeapMarker *m)
{
    const ChanCore *core = ((const RtReceiver *)obj)->core;
    heap_mark(m, core->buf);
    mark_waiters(&core->senders, m);
}

static void sender_release(void *obj) { core_unref(((RtSender *)obj)->core); }
static void receiver_release(void *obj) { core_unref(((RtReceiver *)obj)->core); }

static const HeapClass sender_class   = {"sender", sender_mark, sender_release};
static const HeapClass receiver_class = {"receiver", receiver_mark, receiver_release};

/* ---- Waits that end early ---- */

static bool withdraw(RtTask *t, ChanCore *core, WaitList *list, uint32_t number)
{
    Waiter *w = wait_own(t);
    spin_acquire(&core->lock);
    bool waits = wait_is_in(t, list, number);
    if (waits)
        waitlist_remove(list, w);
    spin_release(&core->lock);
    if (waits)
        core_unref(core);
    return waits;
}

static bool withdraw_sender(RtTask *t, void *core, uint32_t number)
{
    return withdraw(t, core, &((ChanCore *)core)->senders, number);
}

static bool withdraw_receiver(RtTask *t, void *core, uint32_t number)
{
    return withdraw(t, core, &((ChanCore *)core)->receivers, number);
}

static void forget_sender(RtTask *t, void *core) { withdraw_sender(t, core, 0); }
static void forget_receiver(RtTask *t, void *core) { withdraw_receiver(t, core, 0); }

const WaitKind wait_chan_send = {"send", withdraw_sender, forget_sender};
const WaitKind wait_chan_recv = {"recv", withdraw_receiver, forget_receiver};

/* ---- Making ---- */

void rt_chan_new(RtChanKind kind, int64_t cap, int words, bool pointers, RtSender **tx,
                 RtReceiver **rx)
{
    (void)kind;
    if (cap < 1)
        cap = 1;
    if (cap > INT64_MAX / 32)
        rt_fail_memory(SIZE_MAX);
    RtSender   *s    = rt_alloc(HEAP_MANAGED, sizeof *s);
    RtReceiver *r    = rt_alloc(HEAP_MANAGED, sizeof *r);
    size_t      size = (size_t)cap * (size_t)words * sizeof(uint64_t);
    uint64_t   *buf  = rt_alloc(pointers ? HEAP_ALL : HEAP_PTR0, size);
    ChanCore   *core = pool_take(&pool, &rt_worker()->chans);
    if (pointers)
        buf[0] = 0;                                      /* the free list's link */
    spin_init_once(&core->lock, LOCK_CHAN);              /* somebody may hold it (wait.h) */
    core->cap          = cap;
    core->words        = words;
    core->buf          = buf;
    core->closed       = false;
    core->refs         = 2;
    core->open_senders = 1;
    core->head = core->count = 0;
    core->senders = core->receivers = (WaitList){NULL, NULL};
    s->core = r->core = core;
    heap_set_class(&s->head, &sender_class);
    heap_set_class(&r->head, &receiver_class);
    *tx = s;
    *rx = r;
}

/* ---- Sending and receiving ---- */

/* Parks the running task on list until its operation is complete or cannot be. The caller holds the
 * lock, taken through end; it is dropped. */
static WaitOutcome wait_locked(ChanCore *core, const void *end, WaitList *list, ParkReason reason,
                               const RtPlace *place)
{
    RtTask *self = rt_task();
    if (!wait_begin(self, reason, core, place)) {
        unlock_end(core, end);
        return WAIT_CANCELLED;
    }
    waitlist_append(list, wait_own(self));
    core->refs++;
    rt_keep(end);                                        /* from here on the task holds the core */
    return sched_park(unlock, core);
}

typedef enum { CHAN_DONE, CHAN_CLOSED, CHAN_MUST_WAIT } ChanResult;

/* Done at once if possible. CHAN_MUST_WAIT leaves the lock held. */
static ChanResult send_now(RtSender *tx, RtCell value)
{
    ChanCore *core = tx->core;
    spin_acquire(&core->lock);
    if (core->closed) {
        unlock_end(core, tx);
        return CHAN_CLOSED;
    }
    Waiter *receiver = take_waiter_locked(core, &core->receivers);
    if (receiver != NULL) {
        RtTask *t      = receiver->task;
        receiver->cell = value;
        wait_finish(t, WAIT_DONE);
        unlock_end(core, tx);
        sched_ready(t, READY_NEXT);
        return CHAN_DONE;
    }
    if (core->count == core->cap)
        return CHAN_MUST_WAIT;
    put_locked(core, value);
    unlock_end(core, tx);
    return CHAN_DONE;
}

static ChanResult receive_now(RtReceiver *rx, RtCell *out)
{
    ChanCore *core = rx->core;
    spin_acquire(&core->lock);
    if (core->count == 0) {
        if (!core->closed)
            return CHAN_MUST_WAIT;
        unlock_end(core, rx);
        return CHAN_CLOSED;
    }
    *out = take_locked(core);
    Waiter *sender = take_waiter_locked(core, &core->senders);
    RtTask *t      = NULL;
    if (sender != NULL) {
        t = sender->task;
        put_locked(core, sender->cell);
        wait_finish(t, WAIT_DONE);
    }
    unlock_end(core, rx);
    if (t != NULL)
        sched_ready(t, READY_NEXT);
    return CHAN_DONE;
}

static RtError *closed_error(const RtPlace *place)
{
    return rt_error_with_message(RT_CHANNEL_CLOSED, "channel closed", place);
}

RtError *rt_chan_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    switch (send_now(tx, value)) {
    case CHAN_DONE:
        return NULL;
    case CHAN_CLOSED:
        return closed_error(place);
    case CHAN_MUST_WAIT:
        break;
    }
    ChanCore *core = tx->core;
    Waiter   *own  = wait_own(rt_task());
    own->cell      = value;
    WaitOutcome outcome = wait_locked(core, tx, &core->senders, PARK_CHAN_SEND, place);
    own->cell           = (RtCell){{0, 0}};              /* it belongs to somebody else now */
    return wait_error(outcome, 0, place);
}

RtError *rt_chan_try_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    switch (send_now(tx, value)) {
    case CHAN_DONE:
        return NULL;
    case CHAN_CLOSED:
        return closed_error(place);
    case CHAN_MUST_WAIT:
        break;
    }
    unlock_end(tx->core, tx);
    return rt_error_with_message(RT_CHANNEL_FULL, "channel full", place);
}

static WaitOutcome receive_or_wait(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    switch (receive_now(rx, out)) {
    case CHAN_DONE:
        return WAIT_DONE;
    case CHAN_CLOSED:
        return WAIT_CLOSED;
    case CHAN_MUST_WAIT:
        break;
    }
    ChanCore   *core    = rx->core;
    WaitOutcome outcome = wait_locked(core, rx, &core->receivers, PARK_CHAN_RECV, place);
    Waiter     *own     = wait_own(rt_task());
    if (outcome == WAIT_DONE)
        *out = own->cell;
    own->cell = (RtCell){{0, 0}};
    return outcome;
}

bool rt_chan_next(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    return receive_or_wait(rx, out, place) == WAIT_DONE;
}

RtError *rt_chan_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    return wait_error(receive_or_wait(rx, out, place), 0, place);
}

RtError *rt_chan_try_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    switch (receive_now(rx, out)) {
    case CHAN_DONE:
        return NULL;
    case CHAN_CLOSED:
        return closed_error(place);
    case CHAN_MUST_WAIT:
        break;
    }
    unlock_end(rx->core, rx);
    return rt_error_with_message(RT_CHANNEL_EMPTY, "channel empty", place);
}

/* ---- Closing ---- */

void rt_sender_retain(RtSender *tx)
{
    if (tx == NULL)
        return;
    spin_acquire(&tx->core->lock);
    tx->core->open_senders++;
    unlock_end(tx->core, tx);
}

/* Takes everybody off list, to learn that the channel is closed; puts them before chain, which is
 * linked by queue_next, newest first. */
static RtTask *dismiss_locked(ChanCore *core, WaitList *list, RtTask *chain)
{
    for (Waiter *w; (w = take_waiter_locked(core, list)) != NULL;) {
        wait_finish(w->task, WAIT_CLOSED);
        w->task->queue_next = chain;
        chain               = w->task;
    }
    return chain;
}

static void ready_all(RtTask *t)
{
    while (t != NULL) {
        RtTask *next  = t->queue_next;
        t->queue_next = NULL;
        sched_ready(t, READY_LAST);
        t = next;
    }
}

void rt_sender_release(RtSender *tx)
{
    if (tx == NULL)
        return;
    ChanCore *core = tx->core;
    RtTask   *dismissed = NULL;
    spin_acquire(&core->lock);
    if (core->open_senders > 0 && --core->open_senders == 0) {
        core->closed = true;
        dismissed    = dismiss_locked(core, &core->receivers, NULL);
        dismissed    = dismiss_locked(core, &core->senders, dismissed);
    }
    unlock_end(core, tx);
    ready_all(dismissed);
}
