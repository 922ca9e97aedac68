/*
 * wait.c - beginning, ending and interrupting waits (the protocol is in wait.h).
 *
 * True whenever the lock of what it waits for is free:
 *   P1  a task whose own Waiter is on a list is PARKED, and wait_for names the object of that list
 *   P2  a task that somebody got (waitlist_take, withdraw) has its own Waiter on no list
 */
#include "runtime/task/wait.h"

#include "runtime/base/fail.h"
#include "runtime/lib/test.h"
#include "runtime/sched/oracle.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"

enum { REASON_MASK = 15 };

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

Waiter *waitlist_take(WaitList *list)
{
    Waiter *w = list->head;
    if (w == NULL)
        return NULL;
    if (oracle_answer != NULL)
        for (uint32_t skip = oracle_choose(ORACLE_WAITER, length(list)); skip > 0; skip--)
            w = w->next;
    waitlist_remove(list, w);
    return w;
}

/* ---- Waiting ---- */

Waiter *wait_own(RtTask *self) { return &self->sync->own; }

bool wait_begin(RtTask *self, ParkReason reason, void *object, const RtPlace *place)
{
    if (rt_test_sequential)
        rt_test_check_wait(reason, place);
    TaskSync *s      = self->sync;
    uint32_t  number = atomic_load_explicit(&s->wait_number, memory_order_relaxed) + 1;
    RT_ASSERT(((uintptr_t)object & REASON_MASK) == 0);
    s->wait_place = place;
    atomic_store_explicit(&s->wait_number, number != 0 ? number : 1, memory_order_relaxed);
    /* Release: who reads wait_for and locks the object sees the record. */
    atomic_store_explicit(&s->wait_for, (uintptr_t)object | reason, memory_order_release);  /* W2 */
    fence_light();                                                                          /* W3 */
    if (!atomic_load_explicit(&s->cancelled, memory_order_relaxed))                         /* W4 */
        return true;
    wait_abandon(self);
    return false;
}

void wait_begin_always(RtTask *self, ParkReason reason, void *object, const RtPlace *place)
{
    if (!wait_begin(self, reason, object, place))
        atomic_store_explicit(&self->sync->wait_for, (uintptr_t)object | reason,
                              memory_order_release);
}

void wait_abandon(RtTask *self)
{
    atomic_store_explicit(&self->sync->wait_for, 0, memory_order_relaxed);
}

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

void wait_finish(RtTask *t, WaitOutcome outcome) { t->sync->outcome = outcome; }

bool wait_is_in(const RtTask *t, const WaitList *list, uint32_t number)
{
    const TaskSync *s = t->sync;
    return atomic_load_explicit(&s->own.on, memory_order_relaxed) == list &&
           (number == 0 ||
            atomic_load_explicit(&s->wait_number, memory_order_relaxed) == number);
}

ParkReason wait_of(const RtTask *t, void **object)
{
    uintptr_t word = atomic_load_explicit(&t->sync->wait_for, memory_order_acquire);
    *object = (void *)(word & ~(uintptr_t)REASON_MASK);
    return (ParkReason)(word & REASON_MASK);
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
