/*
 * spin.c - waiting for a spin lock.
 */
#define _GNU_SOURCE
#include "runtime/base/spin.h"

#include <sched.h>

enum { SPINS = 100 };

/* Looks before it tries, so that waiters do not pull the cache line from one another. When the
 * holder's thread has lost its processor, spinning only keeps it from coming back. */
void spin_wait(SpinLock *l)
{
    for (int i = 1;; i++) {
        if (atomic_load_explicit(&l->held, memory_order_relaxed) == 0 &&
            atomic_exchange_explicit(&l->held, 1, memory_order_acquire) == 0)
            return;
        if (i % SPINS == 0)
            sched_yield();
        else
            cpu_relax();
    }
}

void spin_acquire_all(SpinLock *const *locks, int count)
{
    if (count == 0)
        return;
    lock_check_acquire(SPIN_RANK(locks[0]));
    for (int i = 0; i < count; i++)
        if (atomic_exchange_explicit(&locks[i]->held, 1, memory_order_acquire) != 0)
            spin_wait(locks[i]);
}

void spin_release_all(SpinLock *const *locks, int count)
{
    if (count == 0)
        return;
    lock_check_release(SPIN_RANK(locks[0]));
    for (int i = count; i-- > 0;)
        atomic_store_explicit(&locks[i]->held, 0, memory_order_release);
}
