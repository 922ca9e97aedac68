/*
 * lock.c - waiting for a lock: spin briefly, then sleep on its word.
 */
#include "runtime/base/lock.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/fail.h"

enum { SPINS = 64 };

void futex_wait(_Atomic uint32_t *word, uint32_t value, uint64_t nanoseconds)
{
    struct timespec limit = {.tv_sec  = (time_t)(nanoseconds / 1000000000),
                             .tv_nsec = (long)(nanoseconds % 1000000000)};
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nanoseconds ? &limit : NULL, NULL, 0);
}

void futex_wake(_Atomic uint32_t *word, int count)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

void lock_wait(Lock *l)
{
    for (int i = 0; i < SPINS; i++) {
        uint32_t seen = 0;
        if (atomic_load_explicit(&l->state, memory_order_relaxed) == 0 &&
            atomic_compare_exchange_weak_explicit(&l->state, &seen, 1, memory_order_acquire,
                                                  memory_order_relaxed))
            return;
        cpu_relax();
    }
    /* From here on the state says that somebody sleeps; it may say so once too often. */
    while (atomic_exchange_explicit(&l->state, 2, memory_order_acquire) != 0)
        futex_wait(&l->state, 2, 0);
}

void lock_wake(Lock *l) { futex_wake(&l->state, 1); }

/* ---- Debug builds: ranks ---- */

#ifdef RT_DEBUG
static __thread uint32_t held[8];
static __thread int      held_count;

void lock_check_acquire(uint32_t rank)
{
    RT_CHECK(rank != 0);
    /* Two locks of one rank: only select does that, through a function of its own. */
    RT_CHECK(held_count == 0 || held[held_count - 1] < rank);
    RT_CHECK(held_count < 8);
    held[held_count++] = rank;
}

/* Locks may be dropped on a worker's own stack after a task parked, so on this same thread. */
void lock_check_release(uint32_t rank)
{
    RT_CHECK(held_count > 0 && held[held_count - 1] == rank);
    held_count--;
}

void lock_check_none(void) { RT_CHECK(held_count == 0); }
#endif
