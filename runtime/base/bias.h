/*
 * bias.h - a spin lock that costs its usual holder no atomic instruction.
 *
 * Most channels are used by tasks that share a worker. A lock that one worker has taken many times in
 * a row becomes biased to it: from then on that worker takes and drops it with plain loads and
 * stores, and whoever else wants it revokes the bias first, once, with fence_heavy. (The idea is
 * that of biased locking: Kawachiya, Koseki, Onodera, Lock Reservation, 2002; the asymmetric fence
 * replaces its stop of the owner.) A lock whose bias was revoked has to see a longer run before it
 * is biased again, so locks that change hands soon cost what spin.h costs.
 *
 *     owner, takes                              other, revokes (holding the lock's word)
 *     O1  owner is me                           R1  owner = nobody
 *     O2  inside = 1                            R2  fence_heavy
 *     O3  fence_light (the compiler's)          R3  wait until inside = 0
 *     O4  owner is still me: it is mine;
 *         otherwise inside = 0, as others do
 * O4 can miss R1 only if O2 precedes R3; then R3 waits for the owner to leave. Explored by
 * stress/models/bias.pml. The rules of spin.h hold: no parking, no allocation on the collected heap.
 */
#ifndef PLUTO_BIAS_H
#define PLUTO_BIAS_H

#include "runtime/base/lock.h"
#include "runtime/base/tls.h"

#define BIAS_NOBODY ((Worker *)1)        /* unlike the worker of threads that are none */

typedef struct BiasLock {
    _Atomic uint32_t  held;              /* the lock's word; not used by the owner of a bias */
    _Atomic uint32_t  inside;            /* the owner of the bias holds the lock */
    _Atomic(Worker *) owner;             /* of the bias, or BIAS_NOBODY; compared only. Written by
                                          * holders of held */
    /* Guarded by the lock. */
    bool              biased;            /* this time it was taken by the owner of the bias */
    uint8_t           rank;              /* LockRank */
    uint8_t           needed;            /* log2 of the run that biases it */
    uint32_t          run;               /* times in a row that last took it */
    Worker           *last;
} BiasLock;

void bias_init(BiasLock *l, LockRank rank);

void bias_acquire_slow(BiasLock *l);

/* The parts of bias_acquire and bias_release that do not look at ranks. */
static inline void bias_take(BiasLock *l)
{
    Worker *me = rt_worker();
    if (__builtin_expect(atomic_load_explicit(&l->owner, memory_order_relaxed) != me, 0)) {
        bias_acquire_slow(l);
        return;
    }
    atomic_store_explicit(&l->inside, 1, memory_order_relaxed);                        /* O2 */
    atomic_signal_fence(memory_order_seq_cst);                                         /* O3 */
    if (__builtin_expect(atomic_load_explicit(&l->owner, memory_order_acquire) != me, 0)) { /* O4 */
        atomic_store_explicit(&l->inside, 0, memory_order_relaxed);
        bias_acquire_slow(l);
        return;
    }
    l->biased = true;
}

static inline void bias_acquire(BiasLock *l)
{
    lock_check_acquire(l->rank);
    bias_take(l);
}

static inline void bias_drop(BiasLock *l)
{
    /* Publishes what was done under the lock: to R3, or to the next one who takes held. */
    if (l->biased)
        atomic_store_explicit(&l->inside, 0, memory_order_release);
    else
        atomic_store_explicit(&l->held, 0, memory_order_release);
}

static inline void bias_release(BiasLock *l)
{
    lock_check_release(l->rank);
    bias_drop(l);
}

/* For paths that are to be short: takes the lock if it is biased to the calling worker, else returns
 * false. Debug builds, which follow every lock, refuse. Dropped by bias_release, or sooner: */
static inline bool bias_try_own(BiasLock *l)
{
#ifdef RT_DEBUG
    (void)l;
    return false;
#else
    Worker *me = rt_worker();
    if (atomic_load_explicit(&l->owner, memory_order_relaxed) != me)
        return false;
    atomic_store_explicit(&l->inside, 1, memory_order_relaxed);                        /* O2 */
    atomic_signal_fence(memory_order_seq_cst);                                         /* O3 */
    if (__builtin_expect(atomic_load_explicit(&l->owner, memory_order_acquire) == me, 1)) { /* O4 */
        l->biased = true;
        return true;
    }
    atomic_store_explicit(&l->inside, 0, memory_order_relaxed);
    return false;
#endif
}

static inline void bias_release_own(BiasLock *l)
{
    atomic_store_explicit(&l->inside, 0, memory_order_release);
}

/* Several locks of one rank, ascending by address, none twice: a select takes them. To the check of
 * ranks they are one. */
void bias_acquire_all(BiasLock *const *locks, int count);
void bias_release_all(BiasLock *const *locks, int count);

#endif
