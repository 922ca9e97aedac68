/*
 * internal.h - what the files of this room share.
 *
 *   core.c     the core of a channel: made, counted, scanned; room for unbounded ones
 *   chan.c     sending, receiving, closing
 *   select.c   waiting for several things at once
 *
 * True whenever core->lock is free, where a waiter of a select that somebody has claimed (wait.h)
 * does not count as waiting:
 *   I1  a waiting receiver means that no value is buffered
 *   I2  a waiting sender means that there is no room, and that the channel is not unbounded
 *   I3  nobody is on a list of a closed channel, claimed or not
 *   I4  refs = ends not yet reclaimed + waiters on the lists, claimed or not
 *   I5  bounded: count + room is the capacity; rendezvous: both are 0
 */
#ifndef PLUTO_CHAN_INTERNAL_H
#define PLUTO_CHAN_INTERNAL_H

#include "runtime/base/bias.h"
#include "runtime/chan/chan.h"
#include "runtime/task/internal.h"

/* Outside the collected heap; what is buffered is inside.
 *
 * A bounded channel has one ring, [buf, put_end). An unbounded one has a chain of parts, linked by
 * their first words, from buf (values are taken from it) to the one that values are put into; an
 * empty one need not have any. */
typedef struct ChanCore {
    int64_t  count;                      /* values buffered; first, as a free block's link is */
    BiasLock lock;                       /* LOCK_CHAN; guards everything that is not fixed */
    uint8_t  kind;                       /* RtChanKind; fixed, as are words and pointers */
    uint8_t  words;                      /* of a cell that an element uses: 1 or 2 */
    bool     pointers;                   /* elements hold some */
    bool     closed;                     /* goes from false to true, never back */
    int32_t  refs;
    int64_t  room;                       /* values that can be put */
    uint64_t *put_at, *take_at;          /* unless room is 0; unless count is 0 */
    WaitList receivers, senders;
    uint64_t *put_end, *take_end;        /* where the ring, or the part, ends */
    uint64_t *buf;                       /* marked by the ends */
    int64_t  open_senders;               /* at 0 the channel closes */
    const void *sender, *receiver;       /* the ends, for reports; NULL once reclaimed */
} ChanCore;

struct RtSender   { HeapManaged head; ChanCore *core; };
struct RtReceiver { HeapManaged head; ChanCore *core; };

typedef enum { CHAN_DONE, CHAN_CLOSED, CHAN_MUST_WAIT } ChanResult;

/* ---- core.c ---- */

void chan_verify_locked(const ChanCore *core);           /* I1 to I5 */

/* Takes w off list, if it is there in that wait (0: in any), and with it its reference. */
bool chan_leave(ChanCore *core, WaitList *list, Waiter *w, uint32_t number);

/* The first part of the chain has been emptied: goes to the next. Returns its first word. */
uint64_t *chan_next_part_locked(ChanCore *core);

/* Makes room in an unbounded channel. Allocates; takes the lock and drops it. */
void chan_make_room(ChanCore *core);

/* ---- select.c ---- */

void select_fini(void);                  /* frees the blocks that no worker has cached */

/* ---- Steps under the lock ---- */

static inline void chan_unlock(ChanCore *core)
{
#ifdef RT_DEBUG
    chan_verify_locked(core);
#endif
    bias_release(&core->lock);
}

/* The oldest waiter on list, who is the caller's to serve; NULL when nobody waits. *held: its task. */
static inline Waiter *chan_take_waiter_locked(ChanCore *core, WaitList *list, RtTask **held)
{
    Waiter *w = waitlist_take(list, held);
    if (w != NULL)
        core->refs--;
    return w;
}

static inline void chan_put_locked(ChanCore *core, const RtCell *value)
{
    uint64_t *p = core->put_at;
    *p++        = value->word[0];
    if (core->words == 2)
        *p++ = value->word[1];
    core->put_at = p != core->put_end ? p : core->buf;   /* of no importance without room */
    core->count++;
    core->room--;
}

/* The words are cleared, so that the collector does not see the value once it is gone. */
static inline void chan_take_locked(ChanCore *core, RtCell *out)
{
    uint64_t *p  = core->take_at;
    out->word[0] = *p;
    out->word[1] = 0;
    *p++         = 0;
    if (core->words == 2) {
        out->word[1] = *p;
        *p++         = 0;
    }
    core->count--;
    if (core->kind == RT_CHAN_UNBOUNDED) {
        core->take_at = p != core->take_end ? p : chan_next_part_locked(core);
    } else {
        core->take_at = p != core->take_end ? p : core->buf;
        core->room++;
    }
}

/* Sends if that can be done at once. *woken: make it runnable once the lock is dropped. An
 * unbounded channel has to wait only for room (chan_make_room). */
static inline ChanResult chan_send_locked(ChanCore *core, const RtCell *value,
                                          RtTask **woken)
{
    if (core->closed)
        return CHAN_CLOSED;
    Waiter *receiver = chan_take_waiter_locked(core, &core->receivers, woken);
    if (receiver != NULL) {
        wait_deliver(receiver, value);
        return CHAN_DONE;
    }
    if (core->room == 0)
        return CHAN_MUST_WAIT;
    chan_put_locked(core, value);
    return CHAN_DONE;
}

/* Likewise. The oldest of the waiting senders puts its value into the place that became free; on a
 * rendezvous it hands it over. */
static inline ChanResult chan_receive_locked(ChanCore *core, RtCell *out, RtTask **woken)
{
    bool buffered = core->count != 0;
    if (buffered)
        chan_take_locked(core, out);
    Waiter *sender = chan_take_waiter_locked(core, &core->senders, woken);
    if (sender != NULL) {
        if (buffered)
            chan_put_locked(core, &sender->cell);
        else
            cell_copy(out, &sender->cell);
        wait_finish(sender->task, WAIT_DONE);
        return CHAN_DONE;
    }
    return buffered ? CHAN_DONE : core->closed ? CHAN_CLOSED : CHAN_MUST_WAIT;
}

#endif
