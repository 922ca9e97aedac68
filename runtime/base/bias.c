#define _GNU_SOURCE
#include "runtime/base/bias.h"

#include <sched.h>

#include "runtime/base/fence.h"

/* Runs as powers of two. */
enum { FIRST_RUN = 5, LONGEST_RUN = 20, LONGER = 3, SPINS = 64 };

void bias_init(BiasLock *l, LockRank rank)
{
    *l = (BiasLock){.owner = BIAS_NOBODY, .rank = (uint8_t)rank, .needed = FIRST_RUN};
}

static void pause(int round)
{
    if (round < SPINS)
        cpu_relax();
    else
        sched_yield();
}

BiasHolder *bias_holder(int number)
{
    static BiasHolder holders[BIAS_HOLDERS];
    return &holders[number];
}

/* R1 to R3; the caller holds l->held. */
static void revoke(BiasLock *l, BiasHolder *owner)
{
    atomic_store_explicit(&l->owner, BIAS_NOBODY, memory_order_relaxed);
    fence_heavy();
    /* Pairs with bias_leave. Once it is not inside, it cannot come in again. */
    for (int i = 0; i < BIAS_AT_ONCE; i++)
        for (int round = 0; atomic_load_explicit(&owner->inside[i], memory_order_acquire) == l;
             round++)
            pause(round);
    if (l->needed + LONGER <= LONGEST_RUN)
        l->needed += LONGER;
    l->run = 0;
}

static void take_word(BiasLock *l)
{
    /* Pairs with bias_release. */
    for (int round = 0; atomic_exchange_explicit(&l->held, 1, memory_order_acquire) != 0; round++)
        while (atomic_load_explicit(&l->held, memory_order_relaxed) != 0)
            pause(round++);
}

void bias_acquire_slow(BiasLock *l)
{
    BiasHolder *me = rt_bias(), *owner;
    take_word(l);
    owner = atomic_load_explicit(&l->owner, memory_order_relaxed);
    if (owner != BIAS_NOBODY) {
        revoke(l, owner);
    } else if (l->last != me) {
        l->last = me;
        l->run  = 0;
    } else if (++l->run >> l->needed != 0 && me != NULL && !fence_both_sides) {
        atomic_store_explicit(&l->owner, me, memory_order_relaxed);
    }
    l->place = 0;                        /* not before the owner has left */
}

void bias_acquire_all(BiasLock *const *locks, int count)
{
    if (count == 0)
        return;
    lock_check_acquire(locks[0]->rank);
    for (int i = 0; i < count; i++)
        if (i >= BIAS_AT_ONCE || !bias_enter(locks[i], i))
            bias_acquire_slow(locks[i]);
}

void bias_release_all(BiasLock *const *locks, int count)
{
    if (count == 0)
        return;
    lock_check_release(locks[0]->rank);
    for (int i = count; i-- > 0;)
        bias_drop(locks[i]);
}
