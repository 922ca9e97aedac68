/*
 * spin.h - the lock of a channel or a task: never held across anything that can block.
 *
 * One atomic instruction to take it and a plain store to drop it, half the cost of a lock that has to
 * know who sleeps (lock.h). Who finds it taken spins, then lets other threads run. The rules of
 * lock.h hold: no parking, no allocation on the collected heap while holding one; ranks grow.
 */
#ifndef PLUTO_SPIN_H
#define PLUTO_SPIN_H

#include "runtime/base/lock.h"

typedef struct SpinLock {
    _Atomic uint32_t held;
    uint32_t         rank;               /* LockRank; debug builds only read it */
} SpinLock;

static inline void spin_init(SpinLock *l, LockRank rank)
{
    atomic_init(&l->held, 0);
    l->rank = rank;
}

void spin_wait(SpinLock *l);             /* the slow path: returns holding it */

static inline void spin_acquire(SpinLock *l)
{
    lock_check_acquire(l->rank);
    /* Pairs with the store in spin_release. */
    if (atomic_exchange_explicit(&l->held, 1, memory_order_acquire) != 0)
        spin_wait(l);
}

static inline void spin_release(SpinLock *l)
{
    lock_check_release(l->rank);
    /* Publishes what was done under the lock to the next spin_acquire. */
    atomic_store_explicit(&l->held, 0, memory_order_release);
}

/* Several locks of one rank, ascending by address, none twice: a select takes them. To the check of
 * ranks they are one. */
void spin_acquire_all(SpinLock *const *locks, int count);
void spin_release_all(SpinLock *const *locks, int count);

#endif
