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
#ifdef RT_DEBUG
    uint32_t         rank;               /* LockRank */
#endif
} SpinLock;

#ifdef RT_DEBUG
#define SPIN_RANK(l) ((l)->rank)
#define SPIN_INIT(lock_rank) {0, lock_rank}
#else
#define SPIN_RANK(l) 0
#define SPIN_INIT(lock_rank) {0}
#endif

/* In memory that was zeroed when it was new and has held nothing but this lock since: somebody may
 * hold it, or be about to take it. */
static inline void spin_init_once(SpinLock *l, LockRank rank)
{
#ifdef RT_DEBUG
    if (l->rank == 0)
        l->rank = rank;
#else
    (void)l, (void)rank;
#endif
}

static inline void spin_init(SpinLock *l, LockRank rank)
{
    atomic_init(&l->held, 0);
#ifdef RT_DEBUG
    l->rank = rank;
#else
    (void)rank;
#endif
}

void spin_wait(SpinLock *l);             /* the slow path: returns holding it */

static inline void spin_acquire(SpinLock *l)
{
    lock_check_acquire(SPIN_RANK(l));
    /* Pairs with the store in spin_release. */
    if (atomic_exchange_explicit(&l->held, 1, memory_order_acquire) != 0)
        spin_wait(l);
}

static inline void spin_release(SpinLock *l)
{
    lock_check_release(SPIN_RANK(l));
    /* Publishes what was done under the lock to the next spin_acquire. */
    atomic_store_explicit(&l->held, 0, memory_order_release);
}

/* Several locks of one rank, ascending by address, none twice: a select takes them. To the check of
 * ranks they are one. */
void spin_acquire_all(SpinLock *const *locks, int count);
void spin_release_all(SpinLock *const *locks, int count);

#endif
