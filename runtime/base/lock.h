/*
 * lock.h - the lock that guards the runtime's own structures, held for a few instructions.
 *
 * Blocks the thread, not the task, so never park, allocate on the collected heap or run user code
 * while holding one. Debug builds check that ranks only grow; the rest is for the reader to check.
 */
#ifndef PLUTO_LOCK_H
#define PLUTO_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

/* Lowest taken first. All are leaves to the collector: release procedures may take them. */
typedef enum {
    LOCK_CHAN = 1, LOCK_IO, LOCK_TASK, LOCK_TIMERS, LOCK_SCHED, LOCK_POOL, LOCK_STACKS, LOCK_OUTPUT
} LockRank;

/* 0 free, 1 held, 2 held and somebody sleeps (U. Drepper, Futexes are tricky, mutex 3). */
typedef struct Lock {
    _Atomic uint32_t state;
    uint32_t         rank;               /* LockRank; debug builds only read it */
} Lock;

#define LOCK_INIT(lock_rank) { 0, lock_rank }
static inline void lock_init(Lock *l, LockRank rank)
{
    atomic_init(&l->state, 0);
    l->rank = rank;
}

void lock_wait(Lock *l);                 /* the slow paths */
void lock_wake(Lock *l);

#ifdef RT_DEBUG
void lock_check_acquire(uint32_t rank);
void lock_check_release(uint32_t rank);
void lock_check_none(void);
#else
static inline void lock_check_acquire(uint32_t rank) { (void)rank; }
static inline void lock_check_release(uint32_t rank) { (void)rank; }
static inline void lock_check_none(void) {}
#endif

static inline void lock_acquire(Lock *l)
{
    uint32_t seen = 0;
    lock_check_acquire(l->rank);
    /* Pairs with the exchange in lock_release. */
    if (!atomic_compare_exchange_strong_explicit(&l->state, &seen, 1, memory_order_acquire,
                                                 memory_order_relaxed))
        lock_wait(l);
}

static inline void lock_release(Lock *l)
{
    lock_check_release(l->rank);
    /* Publishes what was done under the lock to the next lock_acquire. */
    if (atomic_exchange_explicit(&l->state, 0, memory_order_release) == 2)
        lock_wake(l);
}

/* ---- Sleeping and waking on a word, for those that build their own ---- */

/* Sleeps while *word == value, at most nanoseconds (0: no limit). May return early. */
void futex_wait(_Atomic uint32_t *word, uint32_t value, uint64_t nanoseconds);
void futex_wake(_Atomic uint32_t *word, int count);

static inline void cpu_relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("yield");
#endif
}

#endif
