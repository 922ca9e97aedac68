/*
 * runq.c - the ring.
 *
 * Invariants: tail - head is at most RUNQ_CAP (counters wrap); only the owner writes tail and slots;
 * a slot in [head, tail) holds a task that is on no other list. Who moves head over a slot owns its
 * task; the slot was read before, so a value read from a slot counts only when the CAS succeeds.
 *
 * The owner takes the newest:
 *     owner                                    taker
 *     F1  tail -= 1                            T1  read head
 *     F2  CAS: head stays, its count grows     T2  read tail, then slots
 *         (it failed, and nothing is left:     T3  CAS head
 *         tail += 1)
 * A T3 that succeeds after F2 has T1 after F2, because of the count, and so T2 after F1: it leaves
 * that slot alone. A T3 before F2 makes F2 fail, and the owner sees what is left. Between F1 and F2
 * tail may be head - 1.
 */
#include "runtime/sched/runq.h"

#include <stddef.h>

#define COUNT_ONE ((uint64_t)1 << 32)

static RtTask *slot_read(RunQueue *q, uint32_t i)
{
    return atomic_load_explicit(&q->slot[i % RUNQ_CAP], memory_order_relaxed);
}

static void slot_write(RunQueue *q, uint32_t i, RtTask *t)
{
    atomic_store_explicit(&q->slot[i % RUNQ_CAP], t, memory_order_relaxed);
}

/* The collector sees a task in [head, tail), in a register or on the stack. Here it is in a
 * register. */
static inline RtTask *hold(RtTask *t)
{
    __asm__ volatile("" : "+r"(t) : : "memory");
    return t;
}

static uint32_t fresh_count(const RunQueue *q)
{
    return atomic_load_explicit(&q->fresh, memory_order_relaxed);
}

static void set_fresh(RunQueue *q, uint32_t n)
{
    atomic_store_explicit(&q->fresh, n, memory_order_relaxed);
}

bool runq_push(RunQueue *q, RtTask *t, bool fresh)
{
    /* Pairs with the CAS of the takers: a slot is free once its taker has read it. */
    uint32_t head = (uint32_t)atomic_load_explicit(&q->head, memory_order_acquire);
    uint32_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    if (tail - head == RUNQ_CAP)
        return false;
    slot_write(q, tail, t);
    set_fresh(q, fresh ? fresh_count(q) + 1 : 0);
    /* Pairs with the acquire load of tail in the takers: publishes the slot and the task. */
    atomic_store_explicit(&q->tail, tail + 1, memory_order_release);
    hold(t);                                             /* until now */
    return true;
}

/* Moves up to n tasks out of q; the values are valid only when the CAS has succeeded. */
static uint32_t grab(RunQueue *q, RtTask **out, uint32_t n, bool half)
{
    for (;;) {
        uint64_t word = atomic_load_explicit(&q->head, memory_order_acquire);       /* T1 */
        uint32_t head = (uint32_t)word;
        uint32_t tail = atomic_load_explicit(&q->tail, memory_order_acquire);       /* T2 */
        uint32_t have = tail - head;
        if (have == UINT32_MAX)                          /* the owner is between F1 and F2 */
            return 0;
        if (have > RUNQ_CAP)                             /* head and tail of different moments */
            continue;
        uint32_t take = half ? have - have / 2 : have;
        if (take > n)
            take = n;
        if (take == 0)
            return 0;
        for (uint32_t i = 0; i < take; i++)
            out[i] = slot_read(q, head + i);
        /* Release: the slots were read before the owner may see them free. */
        if (atomic_compare_exchange_weak_explicit(&q->head, &word, word + take,      /* T3 */
                                                  memory_order_acq_rel, memory_order_relaxed))
            return take;
    }
}

RtTask *runq_take(RunQueue *q)
{
    RtTask *t;
    return grab(q, &t, 1, false) ? t : NULL;
}

RtTask *runq_take_fresh(RunQueue *q)
{
    uint32_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);
    uint64_t head = atomic_load_explicit(&q->head, memory_order_acquire);
    if (fresh_count(q) == 0 || (uint32_t)head == tail)
        return NULL;
    /* From F1 on it is on no queue: it is read before. */
    RtTask *t = hold(slot_read(q, tail - 1));
    atomic_store_explicit(&q->tail, tail - 1, memory_order_relaxed);                /* F1 */
    do {
        if (atomic_compare_exchange_strong_explicit(&q->head, &head, head + COUNT_ONE, /* F2 */
                                                    memory_order_acq_rel, memory_order_acquire)) {
            set_fresh(q, fresh_count(q) - 1);
            return t;
        }
    } while ((uint32_t)head != tail);
    atomic_store_explicit(&q->tail, tail, memory_order_release);
    hold(t);                                             /* a taker may have it by now, or not yet */
    return NULL;
}

bool runq_oldest(const RunQueue *q, uint32_t *place, bool *fresh)
{
    uint32_t length = runq_length(q);
    *place = (uint32_t)atomic_load_explicit(&q->head, memory_order_relaxed);
    *fresh = fresh_count(q) >= length;
    return length > 0;
}

uint32_t runq_take_batch(RunQueue *q, RtTask **out, uint32_t n) { return grab(q, out, n, false); }

RtTask *runq_steal(RunQueue *to, RunQueue *from)
{
    /* While the batch is in flight it is on no queue; the caller's stack holds it, which is a root. */
    RtTask  *batch[RUNQ_CAP / 2];
    uint32_t n = grab(from, batch, RUNQ_CAP / 2, true);
    if (n == 0)
        return NULL;
    for (uint32_t i = 1; i < n; i++)
        runq_push(to, batch[i], false);                       /* to was empty: cannot be full */
    return batch[0];
}
