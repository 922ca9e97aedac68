/*
 * pack.c - who has a slot: one word for each, and the tasks that take turns.
 *
 *   word          the slot is                        next, and who sets it
 *   FREE          nobody's home; in a cache, a free  CLAIMED (who owns it so), or a TaskSync (a
 *                 list, a stream's, or never used    worker, before slots are shared)
 *   LEFT          home to packed tasks only          CLAIMED (any worker)
 *   a TaskSync    home to this task, which is not    CLAIMED (any worker; the release procedure of
 *                 running, and to packed ones        the task)
 *   CLAIMED       whoever claimed it has it          each of the others, by the claimer
 * True while slots are shared:
 *   P1  who touches a slot's memory, or the tenancy of the task in it, has claimed it
 *   P2  TaskSync.packed is not NULL exactly when the task's stack is in that block
 *   P3  packed_here counts the tasks whose home a slot is and whose stack is packed
 *   P4  a task in the queue of a slot: WAITED_FOR is set in its word, and somebody has claimed the
 *       slot, or one that was taken off the queue is runnable and has yet to claim it
 * A claimer that lets a slot go, other than the release procedure of P1, therefore wakes one task.
 *
 * Before slots are shared nobody claims: a task's stack is in its home, whose word is its TaskSync.
 * To change over:
 *     worker, each time                        pack_begin
 *     W1  w->current = its next task           B1  pack_on = true
 *     W2  compiler barrier                     B2  fence_heavy
 *     W3  if pack_on, claim; set w->claimed    B3  later: until each worker has once been seen with
 *                                                  current NULL or claimed set, evict nothing
 * B2 is a barrier on every running thread (fence.h). Behind it every W3 sees pack_on. A W3 before
 * it has W1 before it, so B3 sees that task, and waits until it has left its stack. So whenever a
 * stack may be packed, each task that runs has its home claimed.
 *
 * What the collector sees when it stops the world in between: packed is written after the block is
 * complete and before anyone writes to the slot, and cleared once the slot is complete again and
 * before the block is given back. The mark procedure scans one or the other.
 *
 * Not done: giving a task that waits for its home a slot elsewhere is impossible. A task that is
 * pinned inside a call that writes to its stack keeps those waiting whose home is the same.
 */
#include "runtime/task/pack.h"

#include <stddef.h>
#include <string.h>

#include "gc/roots.h"
#include "runtime/base/fail.h"
#include "runtime/base/fence.h"
#include "runtime/base/memory.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"
#include "runtime/task/packblock.h"

enum {
    FREE       = 0,
    LEFT       = 0x10,                   /* below any address, above the flags */
    CLAIMED    = 0x20,
    WAITED_FOR = 1,
    RECENT     = 2,                      /* parked since the hand passed */
    FLAGS      = 15,

    EVICT_BATCH = STACK_CACHE / 2,
    DEEP        = 2048,                  /* such stacks are packed last */
};

typedef struct Queue { RtTask *head, *tail; } Queue;

static uint32_t          slot_count;                     /* fixed by pack_init, as are the arrays */
static uint32_t          few_slots;
static _Atomic uintptr_t *words;
static _Atomic uint32_t  *packed_here;
static Queue             *queues;                        /* guarded by queue_lock */
static Lock               queue_lock = LOCK_INIT(LOCK_STACKS);
static _Atomic uint32_t   waiting;                       /* tasks in queues; written under it */
static _Atomic uint32_t   hand;                          /* where the search for a victim goes on */

_Atomic bool        pack_on;
static _Atomic bool begun, fenced, may_evict;            /* at B1; B2 is over; B3 is over */

/* ---- Words ---- */

static uintptr_t base_of(uintptr_t word) { return word & ~(uintptr_t)FLAGS; }

static bool is_tenant(uintptr_t word) { return base_of(word) > CLAIMED; }

static TaskSync *tenant_of(uintptr_t word) { return (TaskSync *)base_of(word); }

static uintptr_t load_word(StackSlot slot)
{
    /* Pairs with the releases below: who claims sees what the last claimer wrote to the stack. */
    return atomic_load_explicit(&words[slot], memory_order_acquire);
}

/* From the word seen to CLAIMED; tasks that wait go on waiting. */
static bool try_claim(StackSlot slot, uintptr_t seen)
{
    return atomic_compare_exchange_strong_explicit(
        &words[slot], &seen, CLAIMED | (seen & WAITED_FOR), memory_order_acquire,
        memory_order_relaxed);
}

void pack_move_in(StackSlot slot, TaskSync *s)
{
    atomic_store_explicit(&words[slot], (uintptr_t)s, memory_order_release);
}

/* ---- Waiting for a slot ---- */

/* False: it is not claimed any more; try again. */
static bool wait_for_slot(StackSlot slot, RtTask *t)
{
    Queue *q = &queues[slot];
    lock_acquire(&queue_lock);
    uintptr_t word = load_word(slot);
    while (base_of(word) == CLAIMED &&
           !atomic_compare_exchange_weak(&words[slot], &word, CLAIMED | WAITED_FOR))
        ;
    bool waits = base_of(word) == CLAIMED;
    if (waits) {
        t->queue_next = NULL;
        if (q->tail != NULL)
            q->tail->queue_next = t;
        else
            q->head = t;
        q->tail = t;
        atomic_fetch_add_explicit(&waiting, 1, memory_order_relaxed);
    }
    lock_release(&queue_lock);
    return waits;
}

/* Claimed slots only: word is what it becomes. Returns the task that has waited longest (P4). */
static RtTask *let_go(StackSlot slot, uintptr_t word)
{
    uintptr_t seen = CLAIMED;
    if (atomic_compare_exchange_strong_explicit(&words[slot], &seen, word, memory_order_release,
                                                memory_order_relaxed))
        return NULL;
    Queue *q = &queues[slot];
    lock_acquire(&queue_lock);
    RtTask *t = q->head;
    if (t != NULL) {
        q->head = t->queue_next;
        if (q->head == NULL)
            q->tail = NULL;
        t->queue_next = NULL;
        atomic_fetch_sub_explicit(&waiting, 1, memory_order_relaxed);
    }
    atomic_store_explicit(&words[slot], word | (q->head != NULL ? WAITED_FOR : 0),
                          memory_order_release);
    lock_release(&queue_lock);
    return t;
}

static void let_go_and_wake(StackSlot slot, uintptr_t word)
{
    RtTask *t = let_go(slot, word);
    if (t != NULL)
        sched_ready_again(t);
}

bool pack_has_waiting(void) { return atomic_load_explicit(&waiting, memory_order_relaxed) > 0; }

void pack_push_roots(void)
{
    if (!pack_has_waiting())
        return;
    for (StackSlot slot = 0, n = stack_used(); slot < n; slot++)
        if (queues[slot].head != NULL)
            roots_push(&queues[slot], &queues[slot] + 1);
}

void pack_forget_waiting(void)
{
    for (StackSlot slot = 0, n = stack_used(); slot < n && pack_has_waiting(); slot++)
        if (queues[slot].head != NULL)
            queues[slot] = (Queue){NULL, NULL};
    atomic_store(&waiting, 0);
}

/* ---- Packing ---- */

static size_t used_bytes(const TaskSync *s)
{
    return (size_t)(stack_top(s->slot) - (char *)s->context.sp);
}

/* The home of s is claimed, s is its tenant. */
static void pack(Worker *w, TaskSync *s)
{
    size_t size  = used_bytes(s);
    void  *block = pack_block_take(w, size);
    memcpy(block, s->context.sp, size);
    atomic_fetch_add_explicit(&packed_here[s->slot], 1, memory_order_relaxed);
    /* The last access: pack_forget may be waiting for it to free s. */
    atomic_store_explicit(&s->packed, block, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
}

/* The home of s is claimed, and nobody is its tenant. */
static void unpack(Worker *w, TaskSync *s)
{
    void *block = atomic_load_explicit(&s->packed, memory_order_relaxed);
    memcpy(s->context.sp, block, used_bytes(s));
    atomic_signal_fence(memory_order_seq_cst);
    atomic_store_explicit(&s->packed, NULL, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    atomic_fetch_sub_explicit(&packed_here[s->slot], 1, memory_order_relaxed);
    pack_block_give(w, block, used_bytes(s));
}

void pack_stack_of(const TaskSync *s, const void **from, const void **to)
{
    *from = *to = NULL;
    if (s->slot == STACK_NONE || s->context.sp == NULL)
        return;
    const char *block = atomic_load_explicit(&s->packed, memory_order_relaxed);
    *from = block != NULL ? block : s->context.sp;
    *to   = block != NULL ? block + used_bytes(s) : stack_top(s->slot);
}

void pack_mark(const TaskSync *s, HeapMarker *m)
{
    const void *from, *to;
    pack_stack_of(s, &from, &to);
    heap_mark_range(m, from, to);
}

/* ---- Making room ---- */

static void keep(StackCache *cache, StackSlot slot) { cache->slots[cache->count++] = slot; }

/* Packs the task in a slot whose word was seen. gently: not if that task parked of late, will soon
 * run, or has much to copy. */
static bool evict(Worker *w, StackSlot slot, uintptr_t seen, bool gently)
{
    TaskSync *s = tenant_of(seen);
    if (gently && (seen & RECENT) != 0) {
        atomic_compare_exchange_strong_explicit(&words[slot], &seen, seen & ~(uintptr_t)RECENT,
                                                memory_order_relaxed, memory_order_relaxed);
        return false;
    }
    /* Only a hint until the slot is claimed; blocks of TaskSyncs stay memory (wait.h). */
    if ((gently && tasksync_state(s) != TASK_PARKED) || !try_claim(slot, seen))
        return false;
    bool packs = !s->pinned && !(gently && used_bytes(s) > DEEP);
    if (packs)
        pack(w, s);
    let_go_and_wake(slot, packs ? LEFT : base_of(seen));
    return packs;
}

/* Notes slots that are LEFT in w->rooms: by the time one is wanted, others may have claimed it.
 * Each round of the hand is a second chance; the last one takes what there is. */
static bool make_room(Worker *w)
{
    StackCache *cache = &w->rooms;
    uint32_t    n     = stack_used() < few_slots ? stack_used() : few_slots;
    uint32_t    want  = n / 8 < EVICT_BATCH ? n / 8 + 1 : EVICT_BATCH;
    for (uint32_t i = 0; i < 3 * n && cache->count < want; i++) {
        StackSlot slot = atomic_fetch_add_explicit(&hand, 1, memory_order_relaxed) % n;
        uintptr_t word = load_word(slot);
        if (word == LEFT || (is_tenant(word) && evict(w, slot, word, i < 2 * n)))
            keep(cache, slot);
    }
    return cache->count > 0;
}

/* B3. self is about to claim. */
static bool everybody_claims(const Worker *self)
{
    static _Atomic bool seen[256];
    Worker  *workers[WORKERS_MAX];
    uint32_t n   = sched_workers(workers);
    bool     all = true;
    _Static_assert(sizeof seen >= WORKERS_MAX, "one for each");
    for (uint32_t i = 0; i < n; i++) {
        if (atomic_load(&seen[i]) || workers[i] == NULL || workers[i] == self)
            continue;
        if (__atomic_load_n(&workers[i]->current, __ATOMIC_ACQUIRE) == NULL ||
            atomic_load_explicit(&workers[i]->claimed, memory_order_acquire))
            atomic_store(&seen[i], true);
        else
            all = false;
    }
    return all;
}

static bool can_evict(const Worker *self)
{
    if (!atomic_load_explicit(&may_evict, memory_order_acquire) && atomic_load(&fenced) &&
        everybody_claims(self))
        atomic_store_explicit(&may_evict, true, memory_order_release);
    return atomic_load_explicit(&may_evict, memory_order_relaxed);
}

bool pack_begin(void)
{
    if (few_slots == slot_count)
        return false;
    if (atomic_exchange(&begun, true))
        return stacks_shared();
    atomic_store(&pack_on, true);                                       /* B1 */
    fence_heavy();                                                      /* B2 */
    atomic_store(&fenced, true);
    /* So that long computations do not keep us from B3. */
    Worker *workers[WORKERS_MAX];
    for (uint32_t i = 0, n = sched_workers(workers); i < n; i++)
        if (workers[i] != NULL)
            sched_ask_to_yield(workers[i]);
    return true;
}

/* ---- Claiming ---- */

static bool try_claim_room(Worker *w, StackSlot *slot)
{
    while (w->rooms.count > 0) {
        *slot          = w->rooms.slots[--w->rooms.count];
        uintptr_t word = load_word(*slot);
        if (word == LEFT && try_claim(*slot, word))
            return true;
    }
    return false;
}

StackSlot pack_take(Worker *w)
{
    StackSlot slot;
    if (!try_claim_room(w, &slot)) {
        bool owned = w->stacks.count > 0 || stack_refill(&w->stacks);
        if (owned || !can_evict(w) || !make_room(w) || !try_claim_room(w, &slot)) {
            slot = stack_take(&w->stacks);               /* perhaps more than few_slots, then */
            atomic_store_explicit(&words[slot], CLAIMED, memory_order_relaxed);
        }
    }
    atomic_store_explicit(&w->claimed, true, memory_order_release);
    return slot;
}

bool pack_claim(Worker *w, RtTask *t)
{
    TaskSync *s    = t->sync;
    bool      mine = s->slot == STACK_MAIN || s->held;
    s->held        = false;
    while (!mine) {
        uintptr_t word = load_word(s->slot);
        if (base_of(word) == CLAIMED) {
            if (wait_for_slot(s->slot, t))
                return false;
        } else if (try_claim(s->slot, word)) {
            if (is_tenant(word) && tenant_of(word) != s)
                pack(w, tenant_of(word));
            if (tenant_of(word) != s)
                unpack(w, s);
            mine = true;
        }
    }
    atomic_store_explicit(&w->claimed, true, memory_order_release);
    return true;
}

RtTask *pack_park(Worker *w, TaskSync *s)
{
    /* It began to run before slots were shared: nobody else has been near its home. */
    if (!atomic_load_explicit(&w->claimed, memory_order_relaxed))
        return NULL;
    atomic_store_explicit(&w->claimed, false, memory_order_relaxed);
    s->held = s->pinned;
    if (s->slot == STACK_MAIN || s->held)
        return NULL;
    return let_go(s->slot, (uintptr_t)s | RECENT);
}

/* ---- Giving up a home ---- */

/* The slot is claimed, or nobody claims slots yet. */
static RtTask *leave_home(StackCache *cache, StackSlot slot)
{
    if (atomic_load_explicit(&packed_here[slot], memory_order_relaxed) > 0)
        return let_go(slot, LEFT);
    atomic_store_explicit(&words[slot], FREE, memory_order_release);
    stack_give(cache, slot);
    return NULL;
}

RtTask *pack_end(Worker *w, TaskSync *s)
{
    StackSlot slot = s->slot;
    atomic_store_explicit(&w->claimed, false, memory_order_relaxed);
    s->slot = STACK_NONE;
    return slot == STACK_MAIN ? NULL : leave_home(&w->stacks, slot);
}

/* Only s has this home, or has it for the time being: nobody but a task whose home it is packs what
 * is in a slot under the same word, so while the word stays packed_here does not grow. */
static bool try_leave(StackCache *cache, TaskSync *s, StackSlot slot)
{
    uintptr_t word = load_word(slot);
    if (tenant_of(word) != s)
        return false;
    /* Not through CLAIMED: a task that was woken to claim the slot would wait once more, and nobody
     * may be woken in here. */
    bool others = atomic_load_explicit(&packed_here[slot], memory_order_relaxed) > 0;
    if (!atomic_compare_exchange_strong(&words[slot], &word,
                                        others ? LEFT | (word & WAITED_FOR) : FREE))
        return false;
    if (!others)
        stack_give(cache, slot);
    return true;
}

void pack_forget(StackCache *cache, TaskSync *s)
{
    StackSlot slot = s->slot;
    if (slot == STACK_NONE || slot == STACK_MAIN || s->held)
        return;
    void *block = atomic_load_explicit(&s->packed, memory_order_acquire);
    while (block == NULL && !try_leave(cache, s, slot)) {
        cpu_relax();                                     /* a worker is just packing it */
        block = atomic_load_explicit(&s->packed, memory_order_acquire);
    }
    if (block != NULL) {
        pack_block_give(rt_worker(), block, used_bytes(s));
        atomic_store_explicit(&s->packed, NULL, memory_order_relaxed);
        atomic_fetch_sub_explicit(&packed_here[slot], 1, memory_order_relaxed);
    }
    s->slot = STACK_NONE;
}

/* ---- Start and end ---- */

void pack_init(uint32_t slots, uint32_t few)
{
    slot_count  = slots;
    few_slots   = few;
    words       = memory_reserve(slots * sizeof *words, true);
    packed_here = memory_reserve(slots * sizeof *packed_here, true);
    queues      = memory_reserve(slots * sizeof *queues, true);
    if (words == NULL || packed_here == NULL || queues == NULL)
        rt_fail_memory(slots * sizeof *queues);
    pack_blocks_init();
    /* Without membarrier there is no B2: so slots are claimed from the start. */
    bool always = fence_both_sides && few != slots;
    atomic_store(&begun, always);
    atomic_store(&fenced, always);
    atomic_store(&pack_on, always);
    atomic_store(&may_evict, false);
}

void pack_fini(void)
{
    pack_blocks_fini();
    memory_unreserve(words, slot_count * sizeof *words);
    memory_unreserve(packed_here, slot_count * sizeof *packed_here);
    memory_unreserve(queues, slot_count * sizeof *queues);
}
