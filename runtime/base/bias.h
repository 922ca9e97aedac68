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
 *     O2  I am inside the lock                  R2  fence_heavy
 *     O3  fence_light (the compiler's)          R3  wait until who was owner is not inside
 *     O4  owner is still me: it is mine;
 *         otherwise I am not inside, and go
 *         the way of others
 * O4 can miss R1 only if O2 precedes R3; then R3 waits for the owner to leave. Any time may pass
 * between O1 and O2, and the lock be biased to another meanwhile: so who is inside is written down
 * with each owner, not in the lock, where one would erase what another wrote. Explored by
 * stress/models/bias.pml. The rules of spin.h hold: no parking, no allocation on the collected heap.
 */
#ifndef PLUTO_BIAS_H
#define PLUTO_BIAS_H

#include "runtime/base/lock.h"
#include "runtime/base/tls.h"

typedef struct BiasLock BiasLock;

enum { BIAS_HOLDERS = 256, BIAS_AT_ONCE = 8 };

/* The locks that a worker is inside, taken by their bias. Written by that worker alone; a place for
 * each lock that bias_acquire_all takes, the first one for all others. */
struct BiasHolder {
    _Alignas(64) _Atomic(BiasLock *) inside[BIAS_AT_ONCE];
};

#define BIAS_NOBODY ((BiasHolder *)1)    /* unlike that of threads that have none */

struct BiasLock {
    _Atomic uint32_t      held;          /* the lock's word; not used by the owner of a bias */
    _Atomic(BiasHolder *) owner;         /* of the bias, or BIAS_NOBODY; written by holders of held */
    /* Guarded by the lock. */
    uint8_t               place;         /* in inside of the owner who has taken it by its bias,
                                          * counted from 1; 0: by held */
    uint8_t               rank;          /* LockRank */
    uint8_t               needed;        /* log2 of the run that biases it */
    uint32_t              run;           /* times in a row that last took it */
    BiasHolder           *last;
};

/* That of a worker, by its number, for its thread to put into rt_tls.bias. Never freed. */
BiasHolder *bias_holder(int number);

void bias_init(BiasLock *l, LockRank rank);

void bias_acquire_slow(BiasLock *l);

/* O1 to O4. */
static inline bool bias_enter(BiasLock *l, int place)
{
    BiasHolder *me = rt_bias();
    if (__builtin_expect(atomic_load_explicit(&l->owner, memory_order_relaxed) != me, 0))
        return false;
    atomic_store_explicit(&me->inside[place], l, memory_order_relaxed);                /* O2 */
    atomic_signal_fence(memory_order_seq_cst);                                         /* O3 */
    if (__builtin_expect(atomic_load_explicit(&l->owner, memory_order_acquire) == me, 1)) { /* O4 */
        l->place = (uint8_t)(place + 1);
        return true;
    }
    atomic_store_explicit(&me->inside[place], NULL, memory_order_relaxed);
    return false;
}

/* Publishes what was done under the lock to R3. */
static inline void bias_leave(int place)
{
    atomic_store_explicit(&rt_bias()->inside[place], NULL, memory_order_release);
}

/* The part of bias_release that does not look at ranks. */
static inline void bias_drop(BiasLock *l)
{
    if (l->place != 0)
        bias_leave(l->place - 1);
    else                                 /* publishes it to the next one who takes held */
        atomic_store_explicit(&l->held, 0, memory_order_release);
}

static inline void bias_acquire(BiasLock *l)
{
    lock_check_acquire(l->rank);
    if (__builtin_expect(!bias_enter(l, 0), 0))
        bias_acquire_slow(l);
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
    return bias_enter(l, 0);
#endif
}

static inline void bias_release_own(void) { bias_leave(0); }

/* Several locks of one rank, ascending by address, none twice: a select takes them. To the check of
 * ranks they are one. */
void bias_acquire_all(BiasLock *const *locks, int count);
void bias_release_all(BiasLock *const *locks, int count);

#endif
