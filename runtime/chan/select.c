/*
 * select.c - one wait on several lists.
 *
 * First each arm is tried by itself, in random order, under the lock of its channel only. If none
 * can be done, the select takes a block with a waiter per arm, and all the locks: those of its
 * channels, then those of the tasks it waits for and of itself, each rank ascending by address.
 * Then
 *
 *   1  try the arms once more: what they say now, they say all at the same time
 *   2  link a waiter per arm, except those of closed channels, which cannot happen any more
 *   3  open the select: set select_open
 *   4  park; the locks are dropped once the task is off its stack
 *   5  somebody clears select_open, and the task is theirs: who completes an arm (that is the
 *      winner), who closes the last channel, a cancel, a timer
 *   6  running again, unlink the waiters that are still on lists, one lock at a time
 *
 * While the task holds its locks it is on no list, so it is never its own partner, and nobody can
 * claim it while it claims another select on the other side of a rendezvous: there is no order in
 * which two of them could get half of each other.
 *
 *   S1  select_open is not 0 only while every arm that can happen is linked and the task is PARKED
 *   S2  a block is freed by its task, or with it, when no waiter of it is on a list and nobody reads
 *       it any more: the task may be made runnable by an arm whose lock is dropped while step 4 has
 *       others left
 *   S3  a linked arm of a channel has a reference to the core; a GET arm one to the TaskSync, from
 *       its linking to step 6
 *
 * A value that is received goes to the own waiter's cell of the task, which its mark procedure
 * scans: blocks are not scanned.
 */
#include "runtime/chan/select.h"

#include <sched.h>

#include "runtime/base/fail.h"
#include "runtime/base/memory.h"
#include "runtime/base/pool.h"
#include "runtime/chan/internal.h"
#include "runtime/sched/oracle.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/timer.h"

typedef struct Arm {
    ArmWaiter    waiter;
    RtSelectKind kind;
    bool         linked;                 /* by step 2 */
    union {
        ChanCore *core;
        TaskSync *sync;
    };
} Arm;

typedef struct Block {
    SelectWait wait;
    int        count;
    int        chan_locks, task_locks;
    _Atomic bool unlocked;               /* step 4 is over */
    void     **chans, **tasks;           /* their locks, behind the arms */
    Arm        arms[];
} Block;

enum { FEW = 4, SHUFFLED = 64 };

static size_t block_size(int count)
{
    return sizeof(Block) + (size_t)count * sizeof(Arm) + ((size_t)count + 1) * sizeof(void *);
}

static Pool few_arms = POOL_INIT(sizeof(Block) + FEW * sizeof(Arm) + (FEW + 1) * sizeof(void *));

/* ---- Random order ---- */

/* Arms not tried yet: a shuffle (Fisher and Yates), as far as it is asked for. */
typedef struct Order {
    int  left;
    int *index;
    int  few[SHUFFLED];
} Order;

static void order_init(Order *o, int count)
{
    o->left  = count;
    o->index = count <= SHUFFLED ? o->few : memory_alloc((size_t)count * sizeof *o->index);
    for (int i = 0; i < count; i++)
        o->index[i] = i;
}

static void order_fini(Order *o)
{
    if (o->index != o->few)
        memory_free(o->index);
}

/* A multiplication of the high and low half mixes a Weyl sequence well enough for this. */
static uint32_t any_below(uint32_t n)
{
    if (oracle_answer != NULL)
        return oracle_choose(ORACLE_ARM, n);
    Worker  *w = rt_worker();
    uint64_t x = w->random += 0x9e3779b97f4a7c15;
    x          = (x ^ (x >> 32)) * 0xd6e8feb86659fd93;
    return (uint32_t)(((x >> 32) * n) >> 32);
}

static int order_next(Order *o)
{
    uint32_t k    = any_below((uint32_t)o->left);
    int      next = o->index[k];
    o->index[k]   = o->index[--o->left];
    return next;
}

/* ---- One arm ---- */

static ChanCore *core_of(const RtSelectArm *arm)
{
    return arm->kind == RT_SELECT_RECV ? ((RtReceiver *)arm->object)->core
                                       : ((RtSender *)arm->object)->core;
}

/* The caller holds the lock of its channel. CHAN_MUST_WAIT: not now. */
static ChanResult try_locked(RtSelectArm *arm, RtTask **woken, RtError **error)
{
    switch (arm->kind) {
    case RT_SELECT_RECV:
        return chan_receive_locked(core_of(arm), &arm->cell, woken);
    case RT_SELECT_SEND:
        return chan_send_locked(core_of(arm), &arm->cell, woken);
    case RT_SELECT_GET:
        break;
    }
    RtTask *t = arm->object;
    if (!tasksync_done(t->sync))
        return CHAN_MUST_WAIT;
    arm->cell = t->result;
    *error    = task_take_error(t);
    return CHAN_DONE;
}

/* By itself: takes the lock. An unbounded channel that is open can be sent to. */
static bool try_alone(RtSelectArm *arm, RtError **error)
{
    RtTask    *woken = NULL;
    ChanResult result;
    if (arm->kind == RT_SELECT_GET)
        return try_locked(arm, &woken, error) == CHAN_DONE;
    ChanCore *core = core_of(arm);
    bias_acquire(&core->lock);
    while ((result = try_locked(arm, &woken, error)) == CHAN_MUST_WAIT &&
           arm->kind == RT_SELECT_SEND && core->kind == RT_CHAN_UNBOUNDED) {
        chan_unlock(core);
        chan_make_room(core);
        bias_acquire(&core->lock);
    }
    chan_unlock(core);
    if (woken != NULL)
        sched_ready(woken, READY_NEXT);
    return result == CHAN_DONE;
}

/* ---- All locks ---- */

/* Puts lock into the order of the others, unless it is there. Returns how many there are now. */
static int insert_lock(void **locks, int count, void *lock)
{
    int i = count;
    while (i > 0 && (uintptr_t)lock < (uintptr_t)locks[i - 1])
        i--;
    if (i > 0 && locks[i - 1] == lock)
        return count;
    memmove(&locks[i + 1], &locks[i], (size_t)(count - i) * sizeof *locks);
    locks[i] = lock;
    return count + 1;
}

static void lock_all(const Block *b)
{
    bias_acquire_all((BiasLock **)b->chans, b->chan_locks);
    spin_acquire_all((SpinLock **)b->tasks, b->task_locks);
}

static void unlock_all(const Block *b)
{
#ifdef RT_DEBUG
    for (int i = 0; i < b->count; i++)
        if (b->arms[i].kind != RT_SELECT_GET)
            chan_verify_locked(b->arms[i].core);
#endif
    spin_release_all((SpinLock **)b->tasks, b->task_locks);
    bias_release_all((BiasLock **)b->chans, b->chan_locks);
}

/* Step 4, on whatever stack the worker came to. */
static void unlock_parked(void *block)
{
    Block *b = block;
    unlock_all(b);
    atomic_store_explicit(&b->unlocked, true, memory_order_release);    /* the last access */
}

/* The other side of it, by the task: on another worker, and rarely, it has to wait. */
static void await_unlocked(const Block *b)
{
    while (!atomic_load_explicit(&b->unlocked, memory_order_acquire))
        sched_yield();
}

/* ---- Blocks ---- */

static Block *block_new(const RtSelectArm *arms, int count, RtTask *self)
{
    Block *b = count <= FEW ? pool_take(&few_arms, &rt_worker()->selects)
                            : memory_alloc(block_size(count));
    int    gets = 0;
    for (int i = 0; i < count; i++)
        gets += arms[i].kind == RT_SELECT_GET;
    b->wait.winner = NULL;
    b->count       = count;
    b->chan_locks = b->task_locks = 0;
    atomic_store_explicit(&b->unlocked, false, memory_order_relaxed);
    b->chans       = (void **)&b->arms[count];
    b->tasks       = b->chans + count - gets;
    for (int i = 0; i < count; i++) {
        Arm *arm = &b->arms[i];
        *arm     = (Arm){.waiter = {.waiter = {.task = self}, .select = &b->wait},
                         .kind   = arms[i].kind};
        if (arm->kind == RT_SELECT_GET) {
            arm->sync     = ((RtTask *)arms[i].object)->sync;
            b->task_locks = insert_lock(b->tasks, b->task_locks, &arm->sync->lock);
        } else {
            arm->core     = core_of(&arms[i]);
            b->chan_locks = insert_lock(b->chans, b->chan_locks, &arm->core->lock);
        }
    }
    if (self != NULL)
        b->task_locks = insert_lock(b->tasks, b->task_locks, &self->sync->lock);
    return b;
}

static void block_free(Block *b)
{
    Worker *w = rt_worker();
    if (b->count <= FEW)
        pool_give(&few_arms, w != NULL ? &w->selects : NULL, b);
    else
        memory_free(b);
}

void select_fini(void) { pool_fini(&few_arms); }

/* ---- Linking ---- */

/* Counts the arms that can still happen. */
static uint32_t open_arms(const Block *b)
{
    uint32_t open = 0;
    for (int i = 0; i < b->count; i++)
        open += b->arms[i].kind == RT_SELECT_GET || !b->arms[i].core->closed;
    return open;
}

static WaitList *list_of(const Arm *arm)
{
    switch (arm->kind) {
    case RT_SELECT_RECV: return &arm->core->receivers;
    case RT_SELECT_SEND: return &arm->core->senders;
    case RT_SELECT_GET:  return &arm->sync->getters;
    }
    return NULL;
}

static void link_arms(Block *b, const RtSelectArm *arms)
{
    for (int i = 0; i < b->count; i++) {
        Arm *arm = &b->arms[i];
        if (arm->kind == RT_SELECT_GET)
            atomic_fetch_add_explicit(&arm->sync->refs, 1, memory_order_relaxed);
        else if (arm->core->closed)
            continue;
        else
            arm->core->refs++;
        arm->linked              = true;
        arm->waiter.waiter.cell = arms[i].cell;
        waitlist_append(list_of(arm), &arm->waiter.waiter);
    }
}

/* Nobody else will claim it. Takes its waiters off the lists they are still on, and lets go of what
 * they referred to. The winner is off its list. */
static void unlink_arms(Block *b)
{
    for (int i = 0; i < b->count; i++) {
        Arm    *arm    = &b->arms[i];
        Waiter *w      = &arm->waiter.waiter;
        bool    winner = b->wait.winner == &arm->waiter;
        if (!arm->linked)
            continue;
        if (arm->kind != RT_SELECT_GET) {
            if (!winner)
                chan_leave(arm->core, list_of(arm), w, 0);
            continue;
        }
        if (!winner) {
            spin_acquire(&arm->sync->lock);
            if (wait_is_in(w, &arm->sync->getters, 0))
                waitlist_remove(&arm->sync->getters, w);
            spin_release(&arm->sync->lock);
        }
        task_drop_sync(arm->sync);
    }
}

/* ---- Waits that end early ---- */

/* number 0: if it waits in a select now, in that one. The block is not touched. */
static bool withdraw_select(RtTask *t, void *block, uint32_t number)
{
    TaskSync *s = t->sync;
    (void)block;
    spin_acquire(&s->lock);
    if (number == 0)
        number = atomic_load_explicit(&s->select_open, memory_order_relaxed);
    bool mine = number != 0 &&
                atomic_compare_exchange_strong_explicit(&s->select_open, &number, 0,
                                                        memory_order_acq_rel, memory_order_relaxed);
    spin_release(&s->lock);
    return mine;
}

static void forget_select(RtTask *t, void *block)
{
    atomic_store_explicit(&t->sync->select_open, 0, memory_order_relaxed);
    unlink_arms(block);
    block_free(block);
}

const WaitKind wait_select = {"select", withdraw_select, forget_select};

/* ---- Selecting ---- */

/* Steps 2 to 6. Returns how the wait ended; *winner is the index of the arm if it is WAIT_DONE. The
 * locks are held, and dropped. */
static WaitOutcome wait_locked(Block *b, RtSelectArm *arms, int64_t timeout_ms,
                               const RtPlace *place, int *winner)
{
    RtTask   *self = rt_task();
    TaskSync *s    = self->sync;
    if (!wait_begin(self, PARK_SELECT, b, place)) {
        unlock_all(b);
        block_free(b);
        return WAIT_CANCELLED;
    }
    link_arms(b, arms);
    atomic_store_explicit(&s->select_open,
                          atomic_load_explicit(&s->wait_number, memory_order_relaxed),
                          memory_order_relaxed);
    if (timeout_ms > 0)
        timer_arm(self, timer_deadline(timeout_ms));
    WaitOutcome outcome = sched_park(unlock_parked, b);
    if (timeout_ms > 0)
        timer_disarm(self);
    await_unlocked(b);
    unlink_arms(b);
    if (outcome == WAIT_DONE) {
        *winner = (int)((Arm *)b->wait.winner - b->arms);
        arms[*winner].cell = s->own.cell;
    }
    s->own.cell = (RtCell){{0, 0}};
    block_free(b);
    return outcome;
}

/* Step 1, and what follows. */
static int select_locked(RtSelectArm *arms, int count, bool has_default, int64_t timeout_ms,
                         Order *order, RtError **error, const RtPlace *place)
{
    Block  *b     = block_new(arms, count, rt_task());
    RtTask *woken = NULL;
    lock_all(b);
    while (order->left > 0) {
        int i = order_next(order);
        if (try_locked(&arms[i], &woken, error) == CHAN_DONE) {
            unlock_all(b);
            block_free(b);
            if (woken != NULL)
                sched_ready(woken, READY_NEXT);
            return i;
        }
    }
    uint32_t    open = open_arms(b);
    bool        over = count > 0 && open == 0;
    WaitOutcome outcome;
    int         winner = 0;
    atomic_store_explicit(&b->wait.open, open, memory_order_relaxed);
    if (has_default || over || timeout_ms == 0) {
        unlock_all(b);
        block_free(b);
        if (has_default)
            return RT_SELECT_DEFAULT;
        outcome = over ? WAIT_CLOSED : WAIT_TIMEOUT;
    } else {
        outcome = wait_locked(b, arms, timeout_ms, place, &winner);
    }
    switch (outcome) {
    case WAIT_DONE:
        break;
    case WAIT_TIMEOUT:
        return RT_SELECT_TIMEOUT;
    case WAIT_CLOSED:
    case WAIT_CANCELLED:
        *error = wait_error(outcome, 0, place);
        return RT_SELECT_FAILED;
    }
    if (arms[winner].kind == RT_SELECT_GET) {
        const RtTask *t    = arms[winner].object;
        arms[winner].cell = t->result;
        *error             = task_take_error(t);
    }
    return winner;
}

int rt_select(RtSelectArm *arms, int count, bool has_default, int64_t timeout_ms, RtError **error,
              const RtPlace *place)
{
    Order order;
    int   chosen = -1;
    *error = NULL;
    order_init(&order, count);
    while (chosen < 0 && order.left > 0) {
        int i = order_next(&order);
        if (try_alone(&arms[i], error))
            chosen = i;
    }
    if (chosen < 0) {
        for (int i = 0; i < count; i++)
            order.index[i] = i;
        order.left = count;
        chosen = select_locked(arms, count, has_default, timeout_ms, &order, error, place);
    }
    order_fini(&order);
    if (*error != NULL && chosen >= 0)                   /* that of the task of an arm */
        *error = rt_error_copy(*error);
    return chosen;
}
