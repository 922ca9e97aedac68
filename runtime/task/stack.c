/*
 * stack.c - one mapping cut into slots, a list of free ones, a cache of them per worker.
 *
 * True whenever stacks_lock is free: a slot is owned by one task or stream, or shared by tasks
 * (pack.c), or in one cache, or in free_slots, or has never been used (numbers from used on). A slot
 * has its guard when it has been used; whoever has it from stack_take comes later.
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
#include "runtime/task/context.h"
#include "runtime/task/pack.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_STACK_REGISTER(low, top) 0
#define VALGRIND_STACK_DEREGISTER(id) ((void)0)
#define VALGRIND_MAKE_MEM_UNDEFINED(low, size) 0
#define VALGRIND_MAKE_MEM_NOACCESS(low, size) 0
#endif

enum {
    MAIN_SIZE    = 256 * 1024 * 1024,
    TSAN_SIZE    = 2 * 1024 * 1024,      /* ThreadSanitizer remembers at most 65,535 frames */
    MAX_SLOTS    = 1 << 18,
    FEW_SLOTS    = 1 << 11,              /* more cost more cache misses than packing costs */
    DEAR_SLOTS   = 1 << 12,
    FRESH_BYTES  = 1024,
    CACHED_SHARE = 64,                   /* what a cache holds of all, at most: one in so many */
};

char             *stack_slots, *stack_main;
static uint32_t   slot_count, few_slots, cache_max;      /* fixed by stack_init */
static size_t     main_size;

static Lock       stacks_lock = LOCK_INIT(LOCK_STACKS);
static _Atomic uint32_t used;                            /* slots handed out at least once */
static StackSlot *free_slots;                            /* slot_count entries, reserved lazily */
static uint32_t   free_count;

/* ---- Geometry ---- */

/* Tops are staggered: if all lay at the same offset, the hot words of all stacks would compete for
 * the same few cache sets. 15 * 128 bytes stay within the first page. */
static size_t stagger(StackSlot slot) { return (slot % 16) * 128 + 64; }

char *stack_top(StackSlot slot)
{
    if (slot == STACK_MAIN)
        return stack_main + main_size - 64;
    return stack_slots + ((size_t)slot + 1) * STACK_SIZE - stagger(slot);
}

void *stack_top_of(const void *sp)
{
    const char *p = sp;
    if (stack_slots != NULL && p >= stack_slots &&
        p < stack_slots + (size_t)slot_count * STACK_SIZE)
        return stack_top((StackSlot)((size_t)(p - stack_slots) / STACK_SIZE));
    if (stack_main != NULL && p >= stack_main && p < stack_main + main_size)
        return stack_top(STACK_MAIN);
    return NULL;
}

/* ---- Valgrind ---- */

/* Fixed by stack_init; NULL outside valgrind. Its numbers of the slots that have been used: a jump
 * between stacks that it knows is no error. */
static unsigned *known_stacks;
static unsigned  known_main;

static void valgrind_init(void)
{
    if (!RUNNING_ON_VALGRIND)
        return;
    known_stacks = memory_alloc(slot_count * sizeof *known_stacks);
    known_main   = VALGRIND_STACK_REGISTER(stack_main, stack_main + main_size);
    /* Until somebody has them: or each process would search gigabytes for pointers at its end. */
    (void)VALGRIND_MAKE_MEM_NOACCESS(stack_slots, (size_t)slot_count * STACK_SIZE);
}

static void valgrind_fini(void)
{
    if (known_stacks == NULL)
        return;
    for (StackSlot slot = 0; slot < stack_used(); slot++)
        VALGRIND_STACK_DEREGISTER(known_stacks[slot]);
    VALGRIND_STACK_DEREGISTER(known_main);
    memory_free(known_stacks);
    known_stacks = NULL;
}

static void valgrind_first_use(StackSlot slot)
{
    if (known_stacks != NULL)
        known_stacks[slot] = VALGRIND_STACK_REGISTER(stack_low(slot), stack_top(slot));
}

/* What lay below the last tenant's stack pointer counts as not addressable. */
static void valgrind_new_tenant(StackSlot slot)
{
    if (known_stacks != NULL)
        (void)VALGRIND_MAKE_MEM_UNDEFINED(stack_low(slot) + GUARD_SIZE, STACK_SIZE - GUARD_SIZE);
}

/* ---- Taking and giving back ---- */

static void out_of_stacks(void)
{
    if (few_slots != slot_count)
        rt_fail(NULL, "out of stacks: all %u are in use", slot_count);
    rt_fail(NULL, "out of stacks: %u tasks have started and not ended (PLUTO_STACKS)", slot_count);
}

/* Fills half of the cache from the free slots and those never used, up to limit; false when there
 * were none. */
static bool refill(StackCache *cache, uint32_t limit)
{
    uint32_t want = cache_max >= 4 ? cache_max / 2 : 1, got = 0;
    lock_acquire(&stacks_lock);
    uint32_t first_fresh = stack_used(), fresh = first_fresh;
    for (; got < want && (free_count > 0 || fresh < limit); got++)
        cache->slots[cache->count++] = free_count > 0 ? free_slots[--free_count] : fresh++;
    atomic_store_explicit(&used, fresh, memory_order_relaxed);
    lock_release(&stacks_lock);
    for (StackSlot slot = first_fresh; slot < fresh; slot++) {
        guard_stack(stack_low(slot));
        valgrind_first_use(slot);
    }
    heap_note_external((int64_t)got * STACK_TOUCHED);
    return got > 0;
}

uint32_t stack_used(void) { return atomic_load_explicit(&used, memory_order_relaxed); }

bool stack_refill(StackCache *cache) { return refill(cache, few_slots); }

static void take_beyond(StackCache *cache)
{
    if (!refill(cache, slot_count)) {
        heap_collect();                                  /* tasks parked for ever may hold some */
        if (cache->count == 0 && !refill(cache, slot_count))
            out_of_stacks();
    }
}

StackSlot stack_take(StackCache *cache)
{
    if (cache->count == 0 && !stack_refill(cache))
        take_beyond(cache);
    StackSlot slot = cache->slots[--cache->count];
    valgrind_new_tenant(slot);
    return slot;
}

/* Pages beyond what usually is enough go back. */
static void put_back(const StackSlot *slots, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (slots[i] >= few_slots)
            madvise(stack_low(slots[i]), STACK_SIZE, MADV_DONTNEED);
    lock_acquire(&stacks_lock);
    memcpy(free_slots + free_count, slots, n * sizeof *free_slots);
    free_count += n;
    lock_release(&stacks_lock);
    heap_note_external(-(int64_t)n * STACK_TOUCHED);
}

void stack_give(StackCache *cache, StackSlot slot)
{
    if (slot == STACK_MAIN)
        return;
    if (cache == NULL || cache_max == 0) {
        put_back(&slot, 1);
        return;
    }
    if (cache->count >= cache_max) {
        uint32_t half = (cache->count + 1) / 2;
        put_back(cache->slots, half);
        cache->count -= half;
        memmove(cache->slots, cache->slots + half, cache->count * sizeof *cache->slots);
    }
    cache->slots[cache->count++] = slot;
}

void stack_freshen(StackSlot slot)
{
    memset(stack_top(slot) - FRESH_BYTES, 0, FRESH_BYTES);
}

/* ---- Start and end ---- */

/* Sanitizers and valgrind keep shadow memory for what is mapped. */
static bool address_space_is_dear(void)
{
    return CONTEXT_ASAN || CONTEXT_TSAN || RUNNING_ON_VALGRIND != 0;
}

void stack_init(void)
{
    bool can_share = !address_space_is_dear();
    int  usual     = can_share ? FEW_SLOTS : DEAR_SLOTS;
    few_slots  = (uint32_t)env_int("PLUTO_STACKS", usual, 1, MAX_SLOTS);
    slot_count = can_share ? MAX_SLOTS : few_slots;
    main_size  = CONTEXT_TSAN ? TSAN_SIZE : address_space_is_dear() ? MAIN_SIZE / 16 : MAIN_SIZE;
    /* Parked stacks hold their own addresses. Were these between parts of the heap, the collector
     * would take them for pointers to pages that it had better not use, one in every slot, and
     * hardly ever find room for a large object. */
    bool far   = !address_space_is_dear();
    stack_main  = memory_reserve(main_size, far);
    stack_slots = memory_reserve((size_t)slot_count * STACK_SIZE, far);
    while (stack_slots == NULL && slot_count > 64) {     /* a limit on address space */
        slot_count /= 2;
        stack_slots = memory_reserve((size_t)slot_count * STACK_SIZE, far);
    }
    if (few_slots > slot_count)
        few_slots = slot_count;
    /* A slot in one worker's cache is lost to the others. */
    cache_max  = few_slots / CACHED_SHARE < STACK_CACHE ? few_slots / CACHED_SHARE : STACK_CACHE;
    free_slots = memory_reserve(slot_count * sizeof *free_slots, far);
    if (stack_main == NULL || stack_slots == NULL || free_slots == NULL)
        rt_fail_memory(main_size);
    /* A huge page would back eight slots at once when one of them is touched. */
    madvise(stack_slots, (size_t)slot_count * STACK_SIZE, MADV_NOHUGEPAGE);
    guard_stack(stack_main);
    pack_init(slot_count, few_slots);
    valgrind_init();
}

void stack_fini(void)
{
    valgrind_fini();
    memory_unreserve(stack_slots, (size_t)slot_count * STACK_SIZE);
    memory_unreserve(stack_main, main_size);
    memory_unreserve(free_slots, slot_count * sizeof *free_slots);
    stack_slots = stack_main = NULL;
    pack_fini();
}
