/*
 * wait.c - beginning, ending and interrupting waits (the protocol is in wait.h).
 *
 * True whenever the lock of what it waits for is free:
 *   P1  a task whose own Waiter is on a list is PARKED, and wait_for names the object of that list;
 *       one whose select_open is not 0 is PARKED, and wait_for names its select
 *   P2  a task that somebody got (waitlist_take, withdraw) has its own Waiter on no list
 */
#include "runtime/task/wait.h"

#include "runtime/base/clock.h"
#include "runtime/base/fail.h"
#include "runtime/sched/oracle.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"

void (*wait_watch)(ParkReason reason, const RtPlace *place);

static const WaitKind none    = {"nothing", NULL, NULL};
static const WaitKind foreign = {"foreign call", NULL, NULL};
static const WaitKind yield   = {"yield", NULL, NULL};

const WaitKind *wait_kind(ParkReason reason)
{
    static const WaitKind *const kinds[PARK_REASONS] = {
        [PARK_CHAN_SEND] = &wait_chan_send,
        [PARK_CHAN_RECV] = &wait_chan_recv,
        [PARK_TASK_GET]  = &wait_task_get,
        [PARK_SLEEP]     = &wait_sleep,
        [PARK_IO_READ]   = &wait_io_read,
        [PARK_IO_WRITE]  = &wait_io_write,
        [PARK_LOCK_READ]  = &wait_lock_read,
        [PARK_LOCK_WRITE] = &wait_lock_write,
        [PARK_TASK_JOIN] = &wait_task_join,
        [PARK_SELECT]    = &wait_select,
        [PARK_FOREIGN]   = &foreign,
        [PARK_YIELD]     = &yield,
    };
    return kinds[reason] != NULL ? kinds[reason] : &none;
}

/* ---- Lists ---- */

static uint32_t length(const WaitList *list)
{
    uint32_t n = 0;
    for (const Waiter *w = list->head; w != NULL; w = w->next)
        n++;
    return n;
}

/* Whoever clears select_open has the task. It is set once per select, when all are linked. */
static bool claim_select(const Waiter *w)
{
    TaskSync *s    = w->task->sync;
    uint32_t  open = atomic_load_explicit(&s->select_open, memory_order_relaxed);
    return open != 0 &&
           atomic_compare_exchange_strong_explicit(&s->select_open, &open, 0, memory_order_acq_rel,
                                                   memory_order_relaxed);
}

static bool take(WaitList *list, Waiter *w, RtTask **held)
{
    *held = waiter_hold(w);
    if (!wait_is_own(w)) {
        if (!claim_select(w))
            return false;
        ArmWaiter *arm      = (ArmWaiter *)w;
        arm->select->winner = arm;
    }
    waitlist_remove(list, w);
    return true;
}

Waiter *waitlist_choose(WaitList *list, RtTask **held)
{
    Waiter *first = list->head;
    if (oracle_answer != NULL)
        for (uint32_t skip = oracle_choose(ORACLE_WAITER, length(list)); skip > 0; skip--)
            first = first->next;
    for (Waiter *w = first; w != NULL; w = w->next)
        if (take(list, w, held))
            return w;
    for (Waiter *w = list->head; w != first; w = w->next)
        if (take(list, w, held))
            return w;
    *held = NULL;
    return NULL;
}

bool wait_lost(Waiter *w)
{
    if (wait_is_own(w))
        return true;
    SelectWait *select = ((ArmWaiter *)w)->select;
    uint32_t open = atomic_fetch_sub_explicit(&select->open, 1, memory_order_relaxed);
    return open == 1 && claim_select(w);
}

bool wait_can_be_taken(const Waiter *w)
{
    return wait_is_own(w) ||
           atomic_load_explicit(&w->task->sync->select_open, memory_order_relaxed) != 0;
}

/* ---- Waiting ---- */

RtError *wait_error(WaitOutcome outcome, int64_t millis, const RtPlace *place)
{
    switch (outcome) {
    case WAIT_DONE:      return NULL;
    case WAIT_CLOSED:    return rt_error_with_message(RT_CHANNEL_CLOSED, "channel closed", place);
    case WAIT_CANCELLED: return rt_error_with_message(RT_TASK_CANCELLED, "task cancelled", place);
    case WAIT_TIMEOUT:   return rt_error_timeout(millis, place);
    }
    return NULL;
}

/* ---- Ending a wait ---- */

bool wait_is_in(const Waiter *w, const WaitList *list, uint32_t number)
{
    return atomic_load_explicit(&w->on, memory_order_relaxed) == list &&
           (number == 0 ||
            atomic_load_explicit(&w->task->sync->wait_number, memory_order_relaxed) == number);
}

ParkReason wait_of(const RtTask *t, void **object)
{
    uintptr_t word = atomic_load_explicit(&t->sync->wait_for, memory_order_acquire);
    *object = (void *)(word & ~(uintptr_t)PARK_REASON_MASK);
    return (ParkReason)(word & PARK_REASON_MASK);
}

void wait_forget(RtTask *t)
{
    void           *object;
    const WaitKind *kind = wait_kind(wait_of(t, &object));
    if (kind->forget != NULL)
        kind->forget(t, object);
}

bool wait_interrupt(RtTask *t, uint32_t number, WaitOutcome outcome)
{
    void           *object;
    const WaitKind *kind = wait_kind(wait_of(t, &object));                            /* E3 */
    if (kind->withdraw == NULL || !kind->withdraw(t, object, number))                 /* E4, E5 */
        return false;
    wait_finish(t, outcome);
    sched_ready(t, READY_LAST);
    return true;
}
