/*
 * stack.h - the stacks that tasks run on.
 *
 * Slots of equal size in one reserved mapping; a page of a slot becomes memory when first touched.
 * The main task has a larger stack of its own. A task takes a slot when it first runs and gives it
 * back when it ends; the body of a stream likewise. When slots run out, tasks share (pack.h).
 * The lowest part of a stack is its guard (guard.h).
 * Nothing outside a task may point into its stack.
 */
#ifndef PLUTO_STACK_H
#define PLUTO_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/task/guard.h"

typedef uint32_t StackSlot;
enum {
    STACK_NONE = UINT32_MAX,
    STACK_MAIN = UINT32_MAX - 1,
    STACK_SIZE = 1024 * 1024,
    /* Between the guard and the limit that safepoints check: room for C functions, for libgc, which
     * collects on the stack of whoever allocates, and for signal frames (4 KB with AVX-512). */
    STACK_RESERVE = 64 * 1024,
    STACK_TOUCHED = 8 * 1024,            /* what a slot costs in memory, usually */
};

/* The slots that one worker keeps at hand, the hottest last. Owner only. */
enum { STACK_CACHE = 64 };
typedef struct StackCache {
    uint32_t  count;
    StackSlot slots[STACK_CACHE];
} StackCache;

/* Reserves the address space; PLUTO_STACKS says how many slots are used before parked stacks are
 * packed away (pack.h), and in builds that cannot do that, how many there are. Once, before any
 * task. */
void stack_init(void);
void stack_fini(void);

/* A slot that is nobody else's, for a task about to run or a stream. When there is none left
 * at all, collects; when that frees none, ends the program with a message. */
StackSlot stack_take(StackCache *cache);

/* Fills the empty cache with free slots, not going beyond PLUTO_STACKS. False: there were none. */
bool      stack_refill(StackCache *cache);
uint32_t  stack_used(void);                              /* slots 0 .. that have ever been taken */
/* cache: NULL on threads that are no workers. */
void      stack_give(StackCache *cache, StackSlot slot);

/* Clears where the first frames will lie. What earlier tenants left there would be scanned with
 * them: with a stale pointer on each stack, dead tasks keep each other alive in long chains. */
void      stack_freshen(StackSlot slot);

extern char *stack_slots, *stack_main;   /* where they begin; fixed by stack_init */

static inline char *stack_low(StackSlot slot)
{
    return slot == STACK_MAIN ? stack_main : stack_slots + (size_t)slot * STACK_SIZE;
}

char *stack_top(StackSlot slot);
static inline uintptr_t stack_limit(StackSlot slot)
{
    return (uintptr_t)stack_low(slot) + GUARD_SIZE + STACK_RESERVE;
}

/* The top of the stack that contains sp, NULL when sp is on none. Safe in signal handlers. */
void *stack_top_of(const void *sp);

#endif
