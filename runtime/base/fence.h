/*
 * fence.h - a full barrier whose price is paid by the rare side.
 *
 * Two threads each write one word and then read the other's; at least one of them has to see the
 * other's write. Where one side is frequent and the other rare, the frequent one runs fence_light,
 * which costs nothing, and the rare one fence_heavy, which makes every running thread of the
 * process pass a full barrier (membarrier(2)). Where the kernel does not offer that, both are
 * ordinary fences.
 */
#ifndef PLUTO_FENCE_H
#define PLUTO_FENCE_H

#include <stdatomic.h>
#include <stdbool.h>

#if defined(__SANITIZE_THREAD__)
#define FENCE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FENCE_TSAN 1
#endif
#endif
#ifndef FENCE_TSAN
#define FENCE_TSAN 0
#endif

extern _Atomic int fence_order;          /* for ThreadSanitizer: see fence_full */

/* An ordinary full barrier. ThreadSanitizer knows neither fences nor membarrier. */
static inline void fence_full(void)
{
#if FENCE_TSAN
    atomic_fetch_add(&fence_order, 1);
#else
    atomic_thread_fence(memory_order_seq_cst);
#endif
}

extern bool fence_both_sides;            /* fixed by fence_init */

void fence_init(void);                   /* once, before the second thread */
void fence_heavy(void);                  /* a system call, a microsecond or two */

static inline void fence_light(void)
{
    if (__builtin_expect(fence_both_sides, 0))
        fence_full();
    else
        atomic_signal_fence(memory_order_seq_cst);
}

#endif
