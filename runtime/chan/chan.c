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

/* Linked by wait_next and wait_prev, oldest first. */
typedef struct WaitList { RtTask *head, *tail; } WaitList;

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

enum { OUTCOME_DONE, OUTCOME_CLOSED };

/* ---- Wait lists ---- */

static void list_append(WaitList *list, RtTask *t)
{
    t->wait_next = NULL;
    t->wait_prev = list->tail;
    if (list->tail != NULL)
        list->tail->wait_next = t;
    else
        list->head = t;
    list->tail = t;
}

static void list_remove(WaitList *list, RtTask *t)
{
    RT_ASSERT((t->wait_prev != NULL ? t->wait_prev->wait_next : list->head) == t);
    RT_ASSERT((t->wait_next != NULL ? t->wait_next->wait_prev : list->tail) == t);
    if (t->wait_prev != NULL)
        t->wait_prev->wait_next = t->wait_next;
    else
        list->head = t->wait_next;
    if (t->wait_next != NULL)
        t->wait_next->wait_prev = t->wait_prev;
    else
        list->tail = t->wait_prev;
    t->wait_next = t->wait_prev = NULL;
}

static int list_length(const WaitList *list)
{
    int n = 0;
    for (const RtTask *t = list->head; t != NULL; t = t->wait_next)
        n++;
    return n;
}

/* The oldest waiter, unless an oracle wants another. NULL when nobody waits. */
static RtTask *take_waiter_locked(ChanCore *core, WaitList *list)
{
    RtTask *t = list->head;
    if (t == NULL)
        return NULL;
    if (oracle_answer != NULL)
        for (uint32_t skip = oracle_choose(ORACLE_WAITER, (uint32_t)list_length(list)); skip > 0;
             skip--)
            t = t->wait_next;
    list_remove(list, t);
    core->refs--;
    return t;
}

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

static void sender_mark(const void *obj, HeapMarker *m)
{
    const ChanCore *core = ((const RtSender *)obj)->core;
    heap_mark(m, core->buf);
    heap_mark(m, core->receivers.head);
}

static void receiver_mark(const void *obj, HeapMarker *m)
{
    const ChanCore *core = ((const RtReceiver *)obj)->core;
    heap_mark(m, core->buf);
    heap_mark(m, core->senders.head);
}

static void sender_release(void *obj) { core_unref(((RtSender *)obj)->core); }
static void receiver_release(void *obj) { core_unref(((RtReceiver *)obj)->core); }

static const HeapClass sender_class   = {"sender", sender_mark, sender_release};
static const HeapClass receiver_class = {"receiver", receiver_mark, receiver_release};

/* Its neighbours on the list are not yet reclaimed: each unlinks itself first. */
void chan_forget_waiter(RtTask *t)
{
    ChanCore *core = t->wait_object;
    spin_acquire(&core->lock);
    list_remove(t->wait_reason == PARK_CHAN_SEND ? &core->senders : &core->receivers, t);
    spin_release(&core->lock);
    core_unref(core);
}

/* ---- Making ---- */

void rt_chan_new(int64_t cap, int words, bool pointers, RtSender **tx, RtReceiver **rx)
{
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
    *core = (ChanCore){.cap = cap, .words = words, .buf = buf, .refs = 2, .open_senders = 1};
    spin_init(&core->lock, LOCK_CHAN);
    s->core = r->core = core;
    heap_set_class(&s->head, &sender_class);
    heap_set_class(&r->head, &receiver_class);
    *tx = s;
    *rx = r;
}

/* ---- Sending and receiving ---- */

/* Parks the running task on list until its operation is complete; true: completed, false: the
 * channel was closed meanwhile. The caller holds the lock, taken through end; it is dropped. */
static bool wait_locked(ChanCore *core, const void *end, WaitList *list, ParkReason reason,
                        const RtPlace *place)
{
    RtTask *self = rt_task();
    list_append(list, self);
    core->refs++;
    rt_keep(end);                                        /* from here on the task holds the core */
    sched_park(reason, core, place, unlock, core);
    return self->wait_outcome == OUTCOME_DONE;
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
    RtTask *receiver = take_waiter_locked(core, &core->receivers);
    if (receiver != NULL) {
        receiver->wait_cell    = value;
        receiver->wait_outcome = OUTCOME_DONE;
        unlock_end(core, tx);
        sched_ready(receiver, READY_NEXT);
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
    RtTask *sender = take_waiter_locked(core, &core->senders);
    if (sender != NULL) {
        put_locked(core, sender->wait_cell);
        sender->wait_outcome = OUTCOME_DONE;
    }
    unlock_end(core, rx);
    if (sender != NULL)
        sched_ready(sender, READY_NEXT);
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
    ChanCore *core  = tx->core;
    RtTask   *self  = rt_task();
    self->wait_cell = value;
    bool sent       = wait_locked(core, tx, &core->senders, PARK_CHAN_SEND, place);
    self->wait_cell = (RtCell){{0, 0}};                  /* it belongs to somebody else now */
    return sent ? NULL : closed_error(place);
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

bool rt_chan_next(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    switch (receive_now(rx, out)) {
    case CHAN_DONE:
        return true;
    case CHAN_CLOSED:
        return false;
    case CHAN_MUST_WAIT:
        break;
    }
    ChanCore *core = rx->core;
    if (!wait_locked(core, rx, &core->receivers, PARK_CHAN_RECV, place))
        return false;
    RtTask *self    = rt_task();
    *out            = self->wait_cell;
    self->wait_cell = (RtCell){{0, 0}};
    return true;
}

RtError *rt_chan_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    return rt_chan_next(rx, out, place) ? NULL : closed_error(place);
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

/* Takes everybody off list; they learn that the channel is closed. */
static RtTask *dismiss_locked(ChanCore *core, WaitList *list)
{
    RtTask *all = list->head;
    for (RtTask *t = all; t != NULL; t = t->wait_next) {
        t->wait_outcome = OUTCOME_CLOSED;
        core->refs--;
    }
    list->head = list->tail = NULL;
    return all;
}

static void ready_all(RtTask *t)
{
    while (t != NULL) {
        RtTask *next = t->wait_next;
        t->wait_next = t->wait_prev = NULL;
        sched_ready(t, READY_LAST);
        t = next;
    }
}

void rt_sender_release(RtSender *tx)
{
    if (tx == NULL)
        return;
    ChanCore *core      = tx->core;
    RtTask   *receivers = NULL, *senders = NULL;
    spin_acquire(&core->lock);
    if (core->open_senders > 0 && --core->open_senders == 0) {
        core->closed = true;
        receivers    = dismiss_locked(core, &core->receivers);
        senders      = dismiss_locked(core, &core->senders);
    }
    unlock_end(core, tx);
    ready_all(receivers);
    ready_all(senders);
}
