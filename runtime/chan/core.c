/*
 * core.c - two ends on the collected heap that share one core outside of it.
 *
 * The core is counted: one reference per end, one per waiter. Which end keeps what alive is the
 * point of the split. A task waiting to receive is held by the sender end, because only who can
 * send can wake it; a task waiting to send by the receiver end; what is buffered by both. So a task
 * that waits for something nobody can ever do is unreachable. The walk of such a list reads nothing
 * but waiters, which are outside the heap as well.
 */
#include "runtime/base/fail.h"
#include "runtime/base/pool.h"
#include "runtime/chan/internal.h"
#include "runtime/sched/sched.h"

enum { PART_WORDS = HEAP_SMALL_MAX / sizeof(uint64_t) };

static Pool pool = POOL_INIT(sizeof(ChanCore));

/* ---- The invariants ---- */

/* Walks a list; stops early, as debug builds do this for every operation. */
enum { WALK_MAX = 32 };

#ifdef RT_DEBUG
static bool waits(const WaitList *list, int32_t *length)
{
    bool found = false;
    for (const Waiter *w = list->head; w != NULL && *length < WALK_MAX; w = w->next) {
        found = found || wait_can_be_taken(w);
        RT_ASSERT(atomic_load_explicit(&w->on, memory_order_relaxed) == list);
        ++*length;
    }
    return found;
}
#endif

void chan_verify_locked(const ChanCore *core)
{
    (void)core;
#ifdef RT_DEBUG
    int32_t listed   = 0;
    bool    receiver = waits(&core->receivers, &listed);
    bool    sender   = waits(&core->senders, &listed);
    RT_ASSERT(!receiver || core->count == 0);                                           /* I1 */
    RT_ASSERT(!sender || (core->room == 0 && core->kind != RT_CHAN_UNBOUNDED));         /* I2 */
    RT_ASSERT(!core->closed || (core->receivers.head == NULL && core->senders.head == NULL));
    RT_ASSERT(core->refs >= listed && (listed >= WALK_MAX || core->refs <= listed + 2)); /* I4 */
    RT_ASSERT(core->count >= 0 && core->room >= 0);
    RT_ASSERT(core->kind == RT_CHAN_UNBOUNDED ||                                        /* I5 */
              core->count + core->room == (core->put_end - core->buf) / core->words);
#endif
}

/* ---- References ---- */

/* The last reference has gone; the collector's thread may be the caller. */
static void core_free(ChanCore *core)
{
    Worker *w = rt_worker();
    pool_give(&pool, w != NULL ? &w->chans : NULL, core);
}

static void core_unref(ChanCore *core)
{
    bias_acquire(&core->lock);
    bool last = --core->refs == 0;
    bias_release(&core->lock);
    if (last)
        core_free(core);
}

bool chan_leave(ChanCore *core, WaitList *list, Waiter *w, uint32_t number)
{
    bias_acquire(&core->lock);
    bool waited = wait_is_in(w, list, number), last = false;
    if (waited) {
        waitlist_remove(list, w);
        last = --core->refs == 0;
    }
    bias_release(&core->lock);
    if (last)
        core_free(core);
    return waited;
}

void chan_fini(void)
{
    pool_fini(&pool);
    select_fini();
}

/* ---- What the collector has to know ---- */

static void mark_waiters(const WaitList *list, HeapMarker *m)
{
    for (const Waiter *w = list->head; w != NULL; w = w->next)
        heap_mark(m, w->task);
}

static void sender_mark(const void *obj, HeapMarker *m)
{
    const ChanCore *core = ((const RtSender *)obj)->core;
    heap_mark(m, core->buf);
    mark_waiters(&core->receivers, m);
}

static void receiver_mark(const void *obj, HeapMarker *m)
{
    const ChanCore *core = ((const RtReceiver *)obj)->core;
    heap_mark(m, core->buf);
    mark_waiters(&core->senders, m);
}

static void sender_release(void *obj)
{
    ChanCore *core = ((RtSender *)obj)->core;
    core->sender   = NULL;
    core_unref(core);
}

static void receiver_release(void *obj)
{
    ChanCore *core = ((RtReceiver *)obj)->core;
    core->receiver = NULL;
    core_unref(core);
}

const void *chan_end(const void *core, bool sender)
{
    const ChanCore *c = core;
    return sender ? c->sender : c->receiver;
}

static const HeapClass sender_class   = {"sender", sender_mark, sender_release};
static const HeapClass receiver_class = {"receiver", receiver_mark, receiver_release};

/* ---- Waits that end early ---- */

static bool withdraw_sender(RtTask *t, void *core, uint32_t number)
{
    return chan_leave(core, &((ChanCore *)core)->senders, wait_own(t), number);
}

static bool withdraw_receiver(RtTask *t, void *core, uint32_t number)
{
    return chan_leave(core, &((ChanCore *)core)->receivers, wait_own(t), number);
}

static void forget_sender(RtTask *t, void *core) { withdraw_sender(t, core, 0); }
static void forget_receiver(RtTask *t, void *core) { withdraw_receiver(t, core, 0); }

const WaitKind wait_chan_send = {"send", withdraw_sender, forget_sender};
const WaitKind wait_chan_recv = {"recv", withdraw_receiver, forget_receiver};

/* ---- Making ---- */

/* The ring of a bounded channel; nothing for the others. */
static uint64_t *new_ring(int64_t cap, int words, bool pointers)
{
    if (cap > INT64_MAX / 32)
        rt_fail_memory(SIZE_MAX);
    size_t    size = (size_t)cap * (size_t)words * sizeof(uint64_t);
    uint64_t *ring = rt_alloc(pointers ? HEAP_ALL : HEAP_PTR0, size);
    ring[0] = 0;                                         /* the free list's link */
    return ring;
}

void rt_chan_new(RtChanKind kind, int64_t cap, int words, bool pointers, RtSender **tx,
                 RtReceiver **rx)
{
    cap = kind != RT_CHAN_BOUNDED ? 0 : cap < 1 ? 1 : cap;
    RtSender   *s    = rt_alloc(HEAP_MANAGED, sizeof *s);
    RtReceiver *r    = rt_alloc(HEAP_MANAGED, sizeof *r);
    uint64_t   *buf  = cap > 0 ? new_ring(cap, words, pointers) : NULL;
    ChanCore   *core = pool_take(&pool, &rt_worker()->chans);
    if (core->lock.rank == 0)            /* new; else somebody may hold it (wait.h) */
        bias_init(&core->lock, LOCK_CHAN);
    core->kind         = (uint8_t)kind;
    core->words        = (uint8_t)words;
    core->pointers     = pointers;
    core->closed       = false;
    core->refs         = 2;
    core->open_senders = 1;
    core->count        = 0;
    core->room         = cap;
    core->buf = core->put_at = core->take_at = buf;
    core->put_end = core->take_end = cap > 0 ? buf + cap * words : NULL;
    core->senders = core->receivers = (WaitList){NULL, NULL};
    core->sender       = s;
    core->receiver     = r;
    s->core = r->core = core;
    heap_set_class(&s->head, &sender_class);
    heap_set_class(&r->head, &receiver_class);
    *tx = s;
    *rx = r;
}

/* ---- Room for unbounded channels ---- */

/* A part is one small object: the link, then as many values as fit. A burst is given back part by
 * part, as it is taken. */
static int64_t part_values(const ChanCore *core) { return (PART_WORDS - 1) / core->words; }

static uint64_t *part_end(const ChanCore *core, uint64_t *part)
{
    return part + 1 + part_values(core) * core->words;
}

/* The link is cleared: a stale pointer to one part must not keep all later ones. */
uint64_t *chan_next_part_locked(ChanCore *core)
{
    uint64_t *next = (uint64_t *)(uintptr_t)core->buf[0];
    core->buf[0]   = 0;
    core->buf      = next;
    if (next == NULL) {                                  /* it was the last one: no room either */
        core->put_at = core->put_end = core->take_end = NULL;
        return NULL;
    }
    core->take_end = part_end(core, next);
    return next + 1;
}

static void add_part_locked(ChanCore *core, uint64_t *part)
{
    if (core->room != 0)
        return;                                          /* another sender was faster */
    if (core->buf == NULL) {
        core->buf      = part;
        core->take_at  = part + 1;
        core->take_end = part_end(core, part);
    } else {
        uint64_t *last = core->put_end - part_values(core) * core->words - 1;
        last[0]        = (uint64_t)(uintptr_t)part;
    }
    core->put_at  = part + 1;
    core->put_end = part_end(core, part);
    core->room    = part_values(core);
}

void chan_make_room(ChanCore *core)
{
    uint64_t *part = rt_alloc(core->pointers ? HEAP_ALL : HEAP_PTR1, PART_WORDS * sizeof *part);
    part[0]        = 0;
    bias_acquire(&core->lock);
    add_part_locked(core, part);
    chan_unlock(core);
}
