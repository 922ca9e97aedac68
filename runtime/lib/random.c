/*
 * random.c - xorshift64* (S. Vigna), one state for the process.
 *
 * The state is never 0: xorshift would stay there. 0 means that nobody has seeded it yet.
 */
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "runtime/lib/lib.h"

static _Atomic uint64_t state;

static uint64_t first_state(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    uint64_t s = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
    s = (s ^ (uint64_t)getpid() << 40) * UINT64_C(0x9E3779B97F4A7C15);
    return s ? s : 1;
}

void __pluto_random_seed(int64_t seed)
{
    atomic_store_explicit(&state, seed ? (uint64_t)seed : 1, memory_order_relaxed);
}

/* Relaxed: the number is all that passes between tasks. */
int64_t __pluto_random_next(void)
{
    uint64_t old = atomic_load_explicit(&state, memory_order_relaxed), s;
    do {
        s = old ? old : first_state();
        s ^= s >> 12;
        s ^= s << 25;
        s ^= s >> 27;
    } while (!atomic_compare_exchange_weak_explicit(&state, &old, s, memory_order_relaxed,
                                                    memory_order_relaxed));
    return (int64_t)(s * UINT64_C(0x2545F4914F6CDD1D));
}
