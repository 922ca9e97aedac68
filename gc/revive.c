/*
 * revive.c - bringing objects back that a collection is about to reclaim.
 *
 * Between the end of marking and the first sweep an object is garbage exactly if its mark bit is
 * not set. So it comes back by setting that bit, and those of all it reaches. libgc does not lend
 * its marker at this point (the loop that works on its mark stack is over), so this is a marker of
 * our own: one thread, a list of what is still to be scanned, the same kinds (mark.c, K1 to K3) and
 * the same treatment of words, any of which may point anywhere into an object.
 *
 *   R1  a marked object has been scanned, or is on the list, or was marked by libgc: then all it
 *       reaches is marked already
 *   R2  the list grows by mmap: a stopped thread may hold malloc's lock; and static data are roots,
 *       where what was once on the list would stay alive
 *
 * What comes back is cleaned up and then dead, but libgc takes it for live, and the more is live the
 * longer it waits for the next collection. A program that leaks most of what it allocates would leak
 * more from one collection to the next, without end. So, where it matters, we collect before libgc
 * does: when half of what is really live was allocated. Memory outside the heap likewise (pace.c).
 *
 * What is reachable from an object that was marked in the last collection, or made since, is still
 * what it was: nothing of it has been reclaimed. Who revives anything else has to know better.
 */
#define _GNU_SOURCE
#define GC_THREADS
#include "gc/internal.h"
#include "gc/mark.h"
#include "gc/roots.h"

#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Words to look at; or, with to NULL, a managed object whose mark procedure is to be called. */
typedef struct Pending {
    const void *from, *to;
} Pending;

enum {
    FIRST_PENDING = 1024,
    KEEP_PENDING  = 1 << 16,                /* a longer list is given back at the end */
    SHARE         = 8,                      /* it matters from an eighth of the heap on */
};

static Pending *list;                       /* NULL until there was something to revive */
static size_t   capacity, count;
static size_t   revived;                    /* bytes, in this collection */
static atomic_size_t   limit;               /* bytes to allocate; 0: libgc decides */
static _Atomic int64_t doomed;              /* bytes outside the heap */

/* ---- The list ---- */

static void give_back_list(void)
{
    if (list != NULL)
        munmap(list, capacity * sizeof *list);
    list     = NULL;
    capacity = 0;
}

static void grow_list(void)
{
    static const char message[] = "pluto: out of memory\n";
    size_t   size = capacity != 0 ? 2 * capacity : FIRST_PENDING;
    Pending *more = mmap(NULL, size * sizeof *list, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more == MAP_FAILED) {
        /* The world is stopped: not the place for the ordinary report. */
        ssize_t unused = write(STDERR_FILENO, message, sizeof message - 1);
        (void)unused;
        _exit(1);
    }
    if (count > 0)
        memcpy(more, list, count * sizeof *list);
    give_back_list();
    list     = more;
    capacity = size;
}

static void push(const void *from, const void *to)
{
    if (count == capacity)
        grow_list();
    list[count++] = (Pending){ from, to };
}

/* ---- Marking ---- */

static void push_content(const void *obj)
{
    size_t size;
    int    number = GC_get_kind_and_size(obj, &size);
    revived += size;
    if (number == GC_I_PTRFREE)
        return;
    if (number == heap_kind_number[HEAP_MANAGED]) {
        push(obj, NULL);
        return;
    }
    for (int kind = HEAP_PTR0; kind <= HEAP_PTR4; kind++)
        if (number == heap_kind_number[kind] && heap_scanned_bytes((HeapKind)kind) < size)
            size = heap_scanned_bytes((HeapKind)kind);
    push(obj, (const char *)obj + size);
}

/* pointer may be any word. */
void revive_mark(const void *pointer)
{
    void *obj = GC_base((void *)pointer);
    if (obj == NULL || GC_is_marked(obj))
        return;
    GC_set_mark_bit(obj);
    push_content(obj);
}

void revive_mark_range(const void *from, const void *to)
{
    if (from < to)
        push(from, to);
}

static void scan(Pending p)
{
    HeapMarker m = { NULL, NULL, true };
    if (p.to != NULL) {
        for (void *const *word = p.from; word < (void *const *)p.to; word++)
            revive_mark(*word);
        return;
    }
    const HeapManaged *obj = p.from;
    if (obj->klass != NULL)
        obj->klass->mark(obj, &m);
    else
        revive_mark(obj->heap_link);                                /* K3 */
}

/* ---- For after_mark ---- */

bool heap_is_marked(const void *obj)
{
    return GC_is_marked(obj);
}

void heap_revive(const void *obj)
{
    revive_mark(obj);
    while (count > 0)
        scan(list[--count]);
    if (capacity > KEEP_PENDING)
        give_back_list();
}

void heap_note_doomed(size_t bytes)
{
    atomic_fetch_add_explicit(&doomed, (int64_t)bytes, memory_order_relaxed);
}

/* ---- When to collect again ---- */

void revive_begin(void)
{
    revived = 0;
    atomic_store_explicit(&doomed, 0, memory_order_relaxed);
}

void revive_choose_limit(void)
{
    size_t used = GC_get_heap_size() - GC_get_free_bytes(), most = 0;
    if (revived > used / SHARE) {
        most = revived < used ? (used - revived) / 2 : 0;
        most = most > HEAP_MIN ? most : HEAP_MIN;
    }
    atomic_store_explicit(&limit, most, memory_order_relaxed);
}

bool revive_limit_reached(void)
{
    size_t most = atomic_load_explicit(&limit, memory_order_relaxed);
    return most != 0 && GC_get_bytes_since_gc() >= most
        && atomic_exchange_explicit(&limit, 0, memory_order_relaxed) != 0;
}

int64_t revive_doomed(void)
{
    return atomic_load_explicit(&doomed, memory_order_relaxed);
}
