/*
 * chan.c - sending to a channel, receiving from it, closing it.
 *
 * A task that has to wait puts its value into its own waiter (never on its stack), links that here
 * and parks. Whoever completes the operation copies the value to or from the waiter, unlinks it, and
 * readies the task after dropping the lock: a woken task never retries. internal.h has the
 * invariants, and the steps that selects take as well.
 */
#include "runtime/chan/chan.h"

#include "runtime/chan/internal.h"
#include "runtime/sched/sched.h"

/* Drops the lock taken through end, RtSender or RtReceiver. Up to here the end stays alive, and
 * with it the core, what it buffers and who waits: the caller may have no other use for it. */
static inline void unlock_end(ChanCore *core, const void *end)
{
    chan_unlock(core);
    rt_keep(end);
}

/* Done at once if possible. CHAN_MUST_WAIT leaves the lock held. */
static inline ChanResult send_now(RtSender *tx, RtCell value)
{
    ChanCore  *core  = tx->core;
    RtTask    *woken = NULL;
    ChanResult result;
    spin_acquire(&core->lock);
    while ((result = chan_send_locked(core, value, &woken)) == CHAN_MUST_WAIT) {
        if (core->kind != RT_CHAN_UNBOUNDED)
            return CHAN_MUST_WAIT;
        unlock_end(core, tx);
        chan_make_room(core);
        spin_acquire(&core->lock);
    }
    unlock_end(core, tx);
    if (woken != NULL)
        sched_ready(woken, READY_NEXT);
    return result;
}

static inline ChanResult receive_now(RtReceiver *rx, RtCell *out)
{
    ChanCore *core  = rx->core;
    RtTask   *woken = NULL;
    spin_acquire(&core->lock);
    ChanResult result = chan_receive_locked(core, out, &woken);
    if (result == CHAN_MUST_WAIT)
        return CHAN_MUST_WAIT;
    unlock_end(core, rx);
    if (woken != NULL)
        sched_ready(woken, READY_NEXT);
    return result;
}

/* ---- Waiting ---- */

static void unlock(void *core) { chan_unlock(core); }

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

static WaitOutcome wait_to_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    ChanCore *core = tx->core;
    Waiter   *own  = wait_own(rt_task());
    own->cell      = value;
    WaitOutcome outcome = wait_locked(core, tx, &core->senders, PARK_CHAN_SEND, place);
    own->cell           = (RtCell){{0, 0}};              /* it belongs to somebody else now */
    return outcome;
}

static WaitOutcome wait_to_receive(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    ChanCore   *core    = rx->core;
    WaitOutcome outcome = wait_locked(core, rx, &core->receivers, PARK_CHAN_RECV, place);
    Waiter     *own     = &rt_task()->sync->own;         /* no call: outcome stays in a register */
    if (outcome == WAIT_DONE)
        *out = own->cell;
    own->cell = (RtCell){{0, 0}};
    return outcome;
}

/* ---- Sending and receiving ---- */

static RtError *closed_error(const RtPlace *place) { return wait_error(WAIT_CLOSED, 0, place); }

RtError *rt_chan_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    switch (send_now(tx, value)) {
    case CHAN_DONE:      return NULL;
    case CHAN_CLOSED:    return closed_error(place);
    case CHAN_MUST_WAIT: break;
    }
    WaitOutcome outcome = wait_to_send(tx, value, place);
    return outcome == WAIT_DONE ? NULL : wait_error(outcome, 0, place);
}

RtError *rt_chan_try_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    switch (send_now(tx, value)) {
    case CHAN_DONE:      return NULL;
    case CHAN_CLOSED:    return closed_error(place);
    case CHAN_MUST_WAIT: break;
    }
    unlock_end(tx->core, tx);
    return rt_error_with_message(RT_CHANNEL_FULL, "channel full", place);
}

bool rt_chan_next(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    switch (receive_now(rx, out)) {
    case CHAN_DONE:      return true;
    case CHAN_CLOSED:    return false;
    case CHAN_MUST_WAIT: break;
    }
    return wait_to_receive(rx, out, place) == WAIT_DONE;
}

/* A function of its own: what its caller saved would be part of every parked stack. */
static __attribute__((noinline)) RtError *wait_to_recv(RtReceiver *rx, RtCell *out,
                                                       const RtPlace *place)
{
    WaitOutcome outcome = wait_to_receive(rx, out, place);
    return outcome == WAIT_DONE ? NULL : wait_error(outcome, 0, place);
}

RtError *rt_chan_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    switch (receive_now(rx, out)) {
    case CHAN_DONE:      return NULL;
    case CHAN_CLOSED:    return closed_error(place);
    case CHAN_MUST_WAIT: break;
    }
    return wait_to_recv(rx, out, place);
}

RtError *rt_chan_try_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    switch (receive_now(rx, out)) {
    case CHAN_DONE:      return NULL;
    case CHAN_CLOSED:    return closed_error(place);
    case CHAN_MUST_WAIT: break;
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

/* Takes everybody off list; puts those who learn by it that they wait in vain before chain, which is
 * linked by queue_next. A select goes on waiting while another arm of it can happen. */
static RtTask *dismiss_locked(ChanCore *core, WaitList *list, RtTask *chain)
{
    for (Waiter *w; (w = list->head) != NULL;) {
        waitlist_remove(list, w);
        core->refs--;
        if (!wait_lost(w))
            continue;
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
