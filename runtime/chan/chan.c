/*
 * chan.c - sending to a channel, receiving from it, closing it.
 *
 * A task that has to wait puts its value into its own waiter (never on its stack), links that here
 * and parks. Whoever completes the operation copies the value to or from the waiter, unlinks it,
 * and readies the task after dropping the lock: a woken task never retries. internal.h has the
 * invariants, and the steps that selects take as well.
 */
#include "runtime/chan/chan.h"

#include "runtime/chan/internal.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/timer.h"

/* Drops the lock taken through end, RtSender or RtReceiver. Up to here the end stays alive, and
 * with it the core, what it buffers and who waits: the caller may have no other use for it. */
static inline void unlock_end(ChanCore *core, const void *end)
{
    chan_unlock(core);
    rt_keep(end);
}

/* Done at once if possible. CHAN_MUST_WAIT leaves the lock held. locked: the caller has taken it. */
static inline __attribute__((always_inline))
ChanResult send_now(RtSender *tx, const RtCell *value, bool locked)
{
    ChanCore  *core  = tx->core;
    RtTask    *woken = NULL;
    ChanResult result;
    if (!locked)
        bias_acquire(&core->lock);
    while ((result = chan_send_locked(core, value, &woken)) == CHAN_MUST_WAIT) {
        if (core->kind != RT_CHAN_UNBOUNDED)
            return CHAN_MUST_WAIT;
        unlock_end(core, tx);
        chan_make_room(core);
        bias_acquire(&core->lock);
    }
    unlock_end(core, tx);
    if (woken != NULL)
        sched_ready(woken, READY_NEXT);
    return result;
}

static inline __attribute__((always_inline))
ChanResult receive_now(RtReceiver *rx, RtCell *out, bool locked)
{
    ChanCore *core  = rx->core;
    RtTask   *woken = NULL;
    if (!locked)
        bias_acquire(&core->lock);
    ChanResult result = chan_receive_locked(core, out, &woken);
    if (result == CHAN_MUST_WAIT)
        return CHAN_MUST_WAIT;
    unlock_end(core, rx);
    if (woken != NULL)
        sched_ready(woken, READY_NEXT);
    return result;
}

/* ---- Waiting ---- */

/* How long an operation that cannot be done at once may wait. */
typedef struct Patience {
    enum { NO_WAIT, UP_TO, FOR_EVER } kind;
    int64_t ms;                          /* of UP_TO */
} Patience;

static void unlock(void *core) { chan_unlock(core); }

/* Parks the running task on list until its operation is complete or cannot be. The caller holds the
 * lock, taken through end; it is dropped. */
static inline WaitOutcome wait_locked(ChanCore *core, const void *end, WaitList *list,
                                      ParkReason reason, Patience patience, const RtPlace *place)
{
    RtTask *self  = rt_task();
    bool    timed = patience.kind == UP_TO;
    if (timed && patience.ms <= 0) {
        unlock_end(core, end);
        return WAIT_TIMEOUT;
    }
    if (!wait_begin(self, reason, core, place)) {
        unlock_end(core, end);
        return WAIT_CANCELLED;
    }
    waitlist_append(list, wait_own(self));
    core->refs++;
    if (timed)
        timer_arm(self, timer_deadline(patience.ms));
    rt_keep(end);                                        /* from here on the task holds the core */
    WaitOutcome outcome = sched_park(unlock, core);
    if (timed)
        timer_disarm(self);
    return outcome;
}

/* The same without limit. A function of its own, which calls sched_park last: so its frame is no
 * part of a parked stack. Neither is what its callers do not need any more; keep those small. */
static __attribute__((noinline)) WaitOutcome wait_for_ever(ChanCore *core, const void *end,
                                                           WaitList *list, ParkReason reason,
                                                           const RtPlace *place)
{
    return wait_locked(core, end, list, reason, (Patience){FOR_EVER, 0}, place);
}

/* ---- Sending ---- */

/* Inlined once for each kind of patience. */
static inline __attribute__((always_inline))
RtError *send_patiently(RtSender *tx, uint64_t first, uint64_t second, bool locked,
                        Patience patience, const RtPlace *place)
{
    const RtCell value = {{first, second}};
    switch (send_now(tx, &value, locked)) {
    case CHAN_DONE:      return NULL;
    case CHAN_CLOSED:    return wait_error(WAIT_CLOSED, 0, place);
    case CHAN_MUST_WAIT: break;
    }
    ChanCore *core = tx->core;
    if (patience.kind == NO_WAIT) {
        unlock_end(core, tx);
        return rt_error_with_message(RT_CHANNEL_FULL, "channel full", place);
    }
    Waiter *own = wait_own(rt_task());
    cell_copy(&own->cell, &value);
    WaitOutcome outcome = wait_locked(core, tx, &core->senders, PARK_CHAN_SEND, patience, place);
    own->cell           = (RtCell){{0, 0}};              /* it belongs to somebody else now */
    return outcome == WAIT_DONE ? NULL : wait_error(outcome, patience.ms, place);
}

static __attribute__((noinline))
RtError *send_or_wait(RtSender *tx, uint64_t first, uint64_t second, bool locked,
                      const RtPlace *place)
{
    return send_patiently(tx, first, second, locked, (Patience){FOR_EVER, 0}, place);
}

/* The short way, without calls and with few registers to save: the channel is biased to this
 * worker, has room, and nobody waits for the value. */
RtError *rt_chan_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    ChanCore    *core  = tx->core;
    const RtCell plain = {{value.word[0], value.word[1]}};
    bool         mine  = bias_try_own(&core->lock);
    if (mine && core->room > 0 && core->receivers.head == NULL && !core->closed) {
        chan_put_locked(core, &plain);
        bias_release_own();
        rt_keep(tx);
        return NULL;
    }
    return send_or_wait(tx, value.word[0], value.word[1], mine, place);
}

RtError *rt_chan_try_send(RtSender *tx, RtCell value, const RtPlace *place)
{
    return send_patiently(tx, value.word[0], value.word[1], false, (Patience){NO_WAIT, 0}, place);
}

RtError *rt_chan_send_timeout(RtSender *tx, RtCell value, int64_t ms, const RtPlace *place)
{
    return send_patiently(tx, value.word[0], value.word[1], false, (Patience){UP_TO, ms}, place);
}

/* ---- Receiving ---- */

/* s: that of the task that waited. */
static inline void take_received(TaskSync *s, WaitOutcome outcome, RtCell *out)
{
    if (__builtin_expect(outcome == WAIT_DONE, 1))
        cell_copy(out, &s->own.cell);
    s->own.cell = (RtCell){{0, 0}};
}

enum { FOR_NEXT = 1 };

/* The end of rt_chan_recv, whose error it returns, and with FOR_NEXT added to the address of *out of
 * rt_chan_next. One function for both, so that the processor, which expects a task to return where
 * the one that ran before it did, is right when one of a pair receives and the other iterates. */
static __attribute__((noinline)) uintptr_t receive_parked(RtReceiver *rx, char *out,
                                                          const RtPlace *place)
{
    ChanCore   *core     = rx->core;
    WaitOutcome outcome  = wait_for_ever(core, rx, &core->receivers, PARK_CHAN_RECV, place);
    uintptr_t   for_next = (uintptr_t)out & FOR_NEXT;
    TaskSync   *s        = rt_task()->sync;              /* has place, too: one word less to keep */
    take_received(s, outcome, (RtCell *)(out - for_next));
    if (__builtin_expect(outcome == WAIT_DONE, 1))
        return for_next;
    return for_next ? 0 : (uintptr_t)wait_error(outcome, 0, s->wait_place);
}

static inline __attribute__((always_inline))
RtError *receive_patiently(RtReceiver *rx, RtCell *out, bool locked, Patience patience,
                           const RtPlace *place)
{
    switch (receive_now(rx, out, locked)) {
    case CHAN_DONE:      return NULL;
    case CHAN_CLOSED:    return wait_error(WAIT_CLOSED, 0, place);
    case CHAN_MUST_WAIT: break;
    }
    if (patience.kind == NO_WAIT) {
        unlock_end(rx->core, rx);
        return rt_error_with_message(RT_CHANNEL_EMPTY, "channel empty", place);
    }
    if (patience.kind == FOR_EVER)
        return (RtError *)receive_parked(rx, (char *)out, place);
    ChanCore   *core    = rx->core;
    WaitOutcome outcome = wait_locked(core, rx, &core->receivers, PARK_CHAN_RECV, patience, place);
    take_received(rt_task()->sync, outcome, out);
    return outcome == WAIT_DONE ? NULL : wait_error(outcome, patience.ms, place);
}

static __attribute__((noinline))
RtError *receive_or_wait(RtReceiver *rx, RtCell *out, bool locked, const RtPlace *place)
{
    return receive_patiently(rx, out, locked, (Patience){FOR_EVER, 0}, place);
}

/* The short way, as in rt_chan_send; otherwise *mine tells whether the lock is held now. */
static inline bool receive_easily(RtReceiver *rx, RtCell *out, bool *mine)
{
    ChanCore *core = rx->core;
    *mine          = bias_try_own(&core->lock);
    if (!*mine || core->count == 0 || core->senders.head != NULL ||
        core->kind != RT_CHAN_BOUNDED)
        return false;
    chan_take_locked(core, out);
    bias_release_own();
    rt_keep(rx);
    return true;
}

RtError *rt_chan_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    bool mine;
    return receive_easily(rx, out, &mine) ? NULL : receive_or_wait(rx, out, mine, place);
}

RtError *rt_chan_try_recv(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    return receive_patiently(rx, out, false, (Patience){NO_WAIT, 0}, place);
}

RtError *rt_chan_recv_timeout(RtReceiver *rx, RtCell *out, int64_t ms, const RtPlace *place)
{
    return receive_patiently(rx, out, false, (Patience){UP_TO, ms}, place);
}

static __attribute__((noinline))
uintptr_t next_or_wait(RtReceiver *rx, RtCell *out, bool locked, const RtPlace *place)
{
    switch (receive_now(rx, out, locked)) {
    case CHAN_DONE:      return 1;
    case CHAN_CLOSED:    return 0;
    case CHAN_MUST_WAIT: break;
    }
    return receive_parked(rx, (char *)out + FOR_NEXT, place);
}

uintptr_t rt_chan_next(RtReceiver *rx, RtCell *out, const RtPlace *place)
{
    bool mine;
    return receive_easily(rx, out, &mine) ? 1 : next_or_wait(rx, out, mine, place);
}

/* ---- Closing ---- */

void rt_sender_retain(RtSender *tx)
{
    if (tx == NULL)
        return;
    bias_acquire(&tx->core->lock);
    tx->core->open_senders++;
    unlock_end(tx->core, tx);
}

/* Takes everybody off list; puts those who learn by it that they wait in vain before chain, which
 * is linked by queue_next. A select goes on waiting while another arm of it can happen. */
static RtTask *dismiss_locked(ChanCore *core, WaitList *list, RtTask *chain)
{
    for (Waiter *w; (w = list->head) != NULL;) {
        RtTask *held = waiter_hold(w);
        waitlist_remove(list, w);
        core->refs--;
        if (wait_lost(w)) {
            wait_finish(held, WAIT_CLOSED);
            held->queue_next = chain;
            chain            = held;
        }
        rt_keep(held);
    }
    return chain;
}

void rt_sender_release(RtSender *tx)
{
    if (tx == NULL)
        return;
    ChanCore *core = tx->core;
    RtTask   *dismissed = NULL;
    bias_acquire(&core->lock);
    if (core->open_senders > 0 && --core->open_senders == 0) {
        core->closed = true;
        dismissed    = dismiss_locked(core, &core->receivers, NULL);
        dismissed    = dismiss_locked(core, &core->senders, dismissed);
    }
    unlock_end(core, tx);
    sched_ready_all(dismissed, READY_LAST);
}
