/*
 * stack.c - one mapping cut into slots, a list of free ones, a cache of them per worker.
 *
 * True whenever stacks_lock is free: a slot is owned by one task, or in one cache, or in free_slots,
 * or has never been used (numbers from used on).
 */
#include "runtime/task/stack.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "gc/heap.h"
#include "runtime/base/env.h"
#include "runtime/base/fail.h"
#include "runtime/base/lock.h"
#include "runtime/base/memory.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_STACK_REGISTER(low, top) 0
#endif

enum {
    MAIN_SIZE = 256 * 1024 * 1024,
    MAX_SLOTS = 1 << 20,
    FEW_SLOTS = 1 << 12,
    TOUCHED   = 8 * 1024,                /* what a slot costs in memory, usually */
};

static char      *slots_base, *main_base;
static uint32_t   slot_count;
static size_t     main_size;

static Lock       stacks_lock = LOCK_INIT(LOCK_STACKS);
static uint32_t   used;                                  /* slots handed out at least once */
static StackSlot *free_slots;                            /* slot_count entries, reserved lazily */
static uint32_t   free_count;

/* ---- Geometry ---- */

/* Tops are staggered: if all lay at the same offset, the hot words of all stacks would compete for
 * the same few cache sets. 15 * 128 bytes stay within the first page. */
static size_t stagger(StackSlot slot) { return (slot % 16) * 128 + 64; }

char *stack_low(StackSlot slot)
{
    return slot == STACK_MAIN ? main_base : slots_base + (size_t)slot * STACK_SIZE;
}

char *stack_top(StackSlot slot)
{
    if (slot == STACK_MAIN)
        return main_base + main_size - 64;
    return slots_base + ((size_t)slot + 1) * STACK_SIZE - stagger(slot);
}

void *stack_top_of(const void *sp)
{
    const char *p = sp;
    if (slots_base != NULL && p >= slots_base && p < slots_base + (size_t)slot_count * STACK_SIZE)
        return stack_top((StackSlot)((size_t)(p - slots_base) / STACK_SIZE));
    if (main_base != NULL && p >= main_base && p < main_base + main_size)
        return stack_top(STACK_MAIN);
    return NULL;
}

/* ---- Taking and giving back ---- */

static void out_of_stacks(void)
{
    rt_fail(NULL, "out of stacks: %u tasks have started and not ended (PLUTO_STACKS)", slot_count);
}

/* Fills half of the cache. */
static void refill(StackCache *cache)
{
    lock_acquire(&stacks_lock);
    while (cache->count < STACK_CACHE / 2 && (free_count > 0 || used < slot_count))
        cache->slots[cache->count++] = free_count > 0 ? free_slots[--free_count] : used++;
    lock_release(&stacks_lock);
    heap_note_external((int64_t)cache->count * TOUCHED);
    if (cache->count == 0)
        out_of_stacks();
}

StackSlot stack_take(StackCache *cache)
{
    if (cache->count == 0)
        refill(cache);
    StackSlot slot = cache->slots[--cache->count];
    if (RUNNING_ON_VALGRIND)
        (void)VALGRIND_STACK_REGISTER(stack_low(slot), stack_top(slot));
    return slot;
}

void stack_give(StackCache *cache, StackSlot slot)
{
    if (slot == STACK_MAIN)
        return;
    if (cache == NULL) {
        lock_acquire(&stacks_lock);
        free_slots[free_count++] = slot;
        lock_release(&stacks_lock);
        heap_note_external(-TOUCHED);
        return;
    }
    if (cache->count == STACK_CACHE) {
        enum { HALF = STACK_CACHE / 2 };
        lock_acquire(&stacks_lock);
        memcpy(free_slots + free_count, cache->slots, HALF * sizeof *free_slots);
        free_count += HALF;
        lock_release(&stacks_lock);
        heap_note_external(-(int64_t)HALF * TOUCHED);
        memmove(cache->slots, cache->slots + HALF, HALF * sizeof *cache->slots);
        cache->count = HALF;
    }
    cache->slots[cache->count++] = slot;
}

/* ---- Start and end ---- */

/* Sanitizers and valgrind keep shadow memory for what is mapped. */
static bool address_space_is_dear(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return RUNNING_ON_VALGRIND != 0;
#endif
}

void stack_init(void)
{
    slot_count = (uint32_t)env_int("PLUTO_STACKS", address_space_is_dear() ? FEW_SLOTS : MAX_SLOTS,
                                   1, MAX_SLOTS);
    main_size  = address_space_is_dear() ? MAIN_SIZE / 16 : MAIN_SIZE;
    main_base  = memory_reserve(main_size);
    slots_base = memory_reserve((size_t)slot_count * STACK_SIZE);
    while (slots_base == NULL && slot_count > 64) {      /* a limit on address space */
        slot_count /= 2;
        slots_base = memory_reserve((size_t)slot_count * STACK_SIZE);
    }
    free_slots = memory_reserve(slot_count * sizeof *free_slots);
    if (main_base == NULL || slots_base == NULL || free_slots == NULL)
        rt_fail_memory(main_size);
    /* A huge page would back eight slots at once when one of them is touched. */
    madvise(slots_base, (size_t)slot_count * STACK_SIZE, MADV_NOHUGEPAGE);
    if (RUNNING_ON_VALGRIND)
        (void)VALGRIND_STACK_REGISTER(main_base, main_base + main_size);
}

void stack_fini(void)
{
    memory_unreserve(slots_base, (size_t)slot_count * STACK_SIZE);
    memory_unreserve(main_base, main_size);
    memory_unreserve(free_slots, slot_count * sizeof *free_slots);
    slots_base = main_base = NULL;
}
