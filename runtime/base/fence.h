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

extern bool fence_both_sides;            /* fixed by fence_init */

void fence_init(void);                   /* once, before the second thread */
void fence_heavy(void);                  /* a system call, a microsecond or two */

static inline void fence_light(void)
{
    if (__builtin_expect(fence_both_sides, 0))
        atomic_thread_fence(memory_order_seq_cst);
    else
        atomic_signal_fence(memory_order_seq_cst);
}

#endif
