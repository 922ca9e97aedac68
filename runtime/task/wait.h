/*
 * wait.h - how a task waits, and who may wake it.
 *
 * A task waits for one object at a time (a channel end, a task, the clock ..), or for several in a
 * select. Four parties may end the wait: whoever completes the operation, a cancel, a timer, the
 * collector that found the task to be leaked. Exactly one of them gets the task, and makes it
 * runnable.
 *
 * What a task leaves with others while it waits is a Waiter: never on its stack (a parked stack may
 * be packed away) and not on the collected heap, so that a mark procedure may follow a list. The
 * one for ordinary waits is part of the TaskSync; a select has one per arm.
 *
 * An ordinary wait, W, against whoever wants to end it early, E (wait_interrupt):
 *     W1  take the object's lock; try; it has to wait      E1  t->cancelled = true (a cancel only)
 *     W2  t->wait_for = object and reason                  E2  fence_heavy
 *     W3  fence_light                                      E3  read t->wait_for; nothing: finished
 *     W4  if cancelled: give up                            E4  take that object's lock
 *     W5  link the Waiter, park; the lock is dropped       E5  is t's Waiter still linked there, in
 *         once the task is off its stack (sched_park)          the same wait? unlink it: t is E's
 * W4 can miss E1 only if W2 precedes E3; then E4 waits for W5 and E5 finds the Waiter. Who
 * completes the operation holds the same lock and unlinks the Waiter: so either gets the task,
 * never both.
 *
 * A select links one Waiter per arm, holding the locks of all its arms and that of its own TaskSync
 * until it is off its stack. Whoever finds one of these waiters, under the lock of its list, or
 * wants to end the wait early, under the lock of t, has to clear t->select_open first, which only
 * one can. The task itself unlinks the waiters that were not taken, when it runs again; up to then
 * they may be found, and are skipped.
 *
 * E4 may lock an object that has been let go since E3: objects that are waited for come from pools
 * whose memory stays what it is, lock included, until the process ends.
 */
#ifndef PLUTO_WAIT_H
#define PLUTO_WAIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/fence.h"
#include "runtime/base/place.h"

typedef struct RtTask   RtTask;
typedef struct RtError  RtError;

/* Any value of the language fits into a cell: results, channel elements, hand-over. */
typedef struct RtCell { uint64_t word[2]; } RtCell;

/* Word by word: as one block of 16 bytes the cell would go through memory, and be read from there
 * before its two halves have arrived. Measured: 6 ns of each send. */
static inline void cell_copy(RtCell *to, const RtCell *from)
{
    to->word[0] = from->word[0];
    to->word[1] = from->word[1];
}

/* Why a task is parked. Below 16: a reason shares a word with the object waited for, whose address
 * is a multiple of 16. */
typedef enum {
    PARK_NONE,
    PARK_CHAN_SEND, PARK_CHAN_RECV,      /* object: the ChanCore */
    PARK_TASK_GET,                       /* the TaskSync of the task waited for */
    PARK_TASK_JOIN,                      /* the same; cannot be ended early */
    PARK_SELECT,                         /* the block of the select; E4 takes the task's own lock */
    PARK_SLEEP,                          /* the task's own TaskSync */
    PARK_IO_READ, PARK_IO_WRITE,         /* the poller's descriptor */
    PARK_LOCK_READ, PARK_LOCK_WRITE,     /* the core of the lock */
    PARK_FOREIGN,                        /* none; cannot be ended early */
    PARK_YIELD,                          /* none; is runnable */
    PARK_REASONS
} ParkReason;
enum { PARK_REASON_MASK = 15 };

typedef enum { WAIT_DONE, WAIT_CLOSED, WAIT_CANCELLED, WAIT_TIMEOUT } WaitOutcome;

/* ---- Lists of waiters ---- */

typedef struct Waiter   Waiter;
typedef struct WaitList WaitList;

struct Waiter {
    Waiter   *next, *prev;               /* NULL while on no list: see waitlist_append */
    _Atomic(WaitList *) on;              /* the list; written under its lock */
    RtTask   *task;
    RtCell    cell;                      /* the value handed over; scanned with the task */
};

/* Guarded by the lock of the object it belongs to. Oldest first. */
struct WaitList { Waiter *head, *tail; };

/* The collector may stop the world between any two of these stores and walk the list from head: the
 * next of a waiter that is on no list is NULL, so the walk ends, with or without w. */
static inline void waitlist_append(WaitList *list, Waiter *w)
{
    w->prev = list->tail;
    atomic_store_explicit(&w->on, list, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    if (list->tail != NULL)
        list->tail->next = w;
    else
        list->head = w;
    list->tail = w;
}

/* The collector sees a waiting task through the list that it is on; a Waiter alone leads it nowhere.
 * So whoever takes a task off its list holds it from before on, in a register or on the stack, until
 * something else does. */
static inline RtTask *waiter_hold(const Waiter *w)
{
    RtTask *held = w->task;
    /* Loaded by now, and not to be loaded again. */
    __asm__ volatile("" : "+r"(held) : : "memory");
    return held;
}

/* The caller holds w->task. */
static inline void waitlist_remove(WaitList *list, Waiter *w)
{
    if (w->prev != NULL)
        w->prev->next = w->next;
    else
        list->head = w->next;
    if (w->next != NULL)
        w->next->prev = w->prev;
    else
        list->tail = w->prev;
    atomic_signal_fence(memory_order_seq_cst);
    w->next = w->prev = NULL;
    atomic_store_explicit(&w->on, NULL, memory_order_relaxed);
}

/* ---- Selects ---- */

typedef struct ArmWaiter ArmWaiter;

/* What the waiters of one select share. */
typedef struct SelectWait {
    ArmWaiter        *winner;            /* written by whoever took one of them from its list */
    _Atomic uint32_t  open;              /* arms that can still happen */
} SelectWait;

struct ArmWaiter { Waiter waiter; SelectWait *select; };

/* w is off its list because what it waited for cannot happen any more: is its task the caller's
 * now? That of a select only if no other arm can happen. */
bool wait_lost(Waiter *w);

/* waitlist_take where it is not simply the oldest. */
Waiter *waitlist_choose(WaitList *list, RtTask **held);

/* For assertions, under the lock of w's list: has nobody claimed its task? */
bool wait_can_be_taken(const Waiter *w);

/* ---- Waiting (task/internal.h has what is inlined: to begin a wait, to take a waiter) ---- */

/* Called before every wait, if it is set: a test that knows what cannot be waited for ends the
 * program. Set while only one task exists. */
extern void (*wait_watch)(ParkReason reason, const RtPlace *place);

/* The error for an outcome that is not DONE; allocates. millis: for TimeoutError. */
RtError *wait_error(WaitOutcome outcome, int64_t millis, const RtPlace *place);

/* ---- Ending a wait ---- */

/* E3 to E5, then makes t runnable, with that outcome. number: the wait meant
 * (TaskSync.wait_number), 0 for any. False: it does not wait, or not in that wait, or for what
 * cannot be ended early. Called on workers, with no lock held. A timer needs no E1 and E2: it was
 * armed after W2. */
bool wait_interrupt(RtTask *t, uint32_t number, WaitOutcome outcome);

/* What a room that makes tasks wait provides, for each of its reasons (wait.c has the table). */
typedef struct WaitKind {
    const char *name;                    /* "recv", for reports */
    /* E4 and E5, without waking: takes t off object, if it waits there in its wait `number`, or in
     * any if number is 0. True: t is the caller's. */
    bool (*withdraw)(RtTask *t, void *object, uint32_t number);
    /* t is being reclaimed although it waits (the end of the process): leaves no trace of it on
     * object. Inside the collector: touches nothing that is on the collected heap, except t. NULL:
     * the object goes together with t. */
    void (*forget)(RtTask *t, void *object);
} WaitKind;

void wait_forget(RtTask *t);             /* PARKED and being reclaimed; see WaitKind */

/* What t waits for; *object may be NULL, and is not to be touched: it may be gone. */
ParkReason wait_of(const RtTask *t, void **object);

const WaitKind *wait_kind(ParkReason reason);            /* never NULL */

/* For withdraw, under the lock of list: is w on it, in that wait of its task (0: in any)? */
bool wait_is_in(const Waiter *w, const WaitList *list, uint32_t number);

extern const WaitKind wait_chan_send, wait_chan_recv;    /* chan/chan.c */
extern const WaitKind wait_sleep;                        /* task/sleep.c */
extern const WaitKind wait_io_read, wait_io_write;       /* sched/polldesc.c */
extern const WaitKind wait_lock_read, wait_lock_write;   /* sync/rwlock.c */
extern const WaitKind wait_select;                       /* chan/select.c */
extern const WaitKind wait_task_get, wait_task_join;     /* task/task.c */

#endif
