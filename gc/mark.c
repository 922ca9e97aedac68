/*
 * mark.c - kinds of objects, and how they and the roots are marked.
 *
 * The marking invariant: an object survives a collection exactly when a chain of scanned words
 * leads to it from a stack, a register, static data, a HeapCache or what the runtime pushes. For
 * free objects in our lists the chain runs through their first words. Hence
 *   K1  every kind scans at least the first word, PTR0 too: libgc's own pointer-free kind is not
 *       scanned at all, and all but the first of a list would be handed out twice
 *   K2  ALL is described by its full length: libgc's NORMAL kind leaves out the last word
 *   K3  a managed object with klass NULL is free, or not ready: only its first word counts, and
 *       it is never released
 *   K4  the HeapCaches and the runtime's roots are marked from root_object, see there
 */
#define GC_THREADS
#include "gc/mark.h"

#include <gc/gc.h>
#include <gc/gc_disclaim.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

#include "gc/internal.h"
#include "gc/options.h"
#include "gc/release.h"
#include "gc/threads.h"

/* ---- Words ---- */

/* An entry of libgc's mark stack: a range of words to look at. gc_mark.h keeps it opaque, but the
 * layout is the same in every release up to 8.2 (checked at run time, as the library may be newer
 * than the header). Pushing a range as one entry lets libgc scan it piece by piece; marking word
 * by word, which is what is left for other versions, can overflow the mark stack of a marking
 * thread: right all the same, but libgc then goes over the whole heap again. */
typedef struct RangeEntry {
    const void *start;
    GC_word     length;                 /* in bytes, the two low bits zero (GC_DS_LENGTH) */
} RangeEntry;

static bool range_entries_known;

static void find_out_about_range_entries(void)
{
    unsigned version = GC_get_version();
    range_entries_known = version >= 0x070000 && version < 0x080300;
}

/* The marker has no part of libgc's mark stack to push to: rescan_managed's, or revive.c's. */
static bool is_eager(const HeapMarker *m)
{
    return m->top == NULL;
}

static void mark_eagerly(const HeapMarker *m, const void *from, const void *to)
{
    if (m->reviving)
        revive_mark_range(from, to);
    else
        GC_push_all_eager((void *)from, (void *)to);
}

void heap_mark(HeapMarker *m, const void *pointer)
{
    if (is_eager(m) && m->reviving)
        revive_mark(pointer);
    else if (is_eager(m))
        GC_push_all_eager(&pointer, &pointer + 1);
    else
        m->top = GC_MARK_AND_PUSH((void *)pointer, m->top, m->limit, NULL);
}

void heap_mark_range(HeapMarker *m, const void *from, const void *to)
{
    const char *low  = (const char *)(((uintptr_t)from + 7) & ~(uintptr_t)7);
    const char *high = (const char *)((uintptr_t)to & ~(uintptr_t)7);
    if (low >= high)
        return;
    if (is_eager(m)) {
        mark_eagerly(m, low, high);
        return;
    }
    RangeEntry *top = (RangeEntry *)m->top;
    if (range_entries_known && top + 1 < (RangeEntry *)m->limit) {
        top[1] = (RangeEntry){ low, (GC_word)(high - low) };
        m->top = (struct GC_ms_entry *)(top + 1);
        return;
    }
    for (void **word = (void **)low; word < (void **)high; word++)
        m->top = GC_MARK_AND_PUSH(*word, m->top, m->limit, word);
}

static struct GC_ms_entry *mark_managed(GC_word *addr, struct GC_ms_entry *top,
                                        struct GC_ms_entry *limit, GC_word env)
{
    const HeapManaged *obj   = (const HeapManaged *)addr;
    const HeapClass   *klass = __atomic_load_n(&obj->klass, __ATOMIC_ACQUIRE);
    HeapMarker         m     = { top, limit, false };
    (void)env;
    if (klass == NULL)
        heap_mark(&m, obj->heap_link);                              /* K3 */
    else
        klass->mark(obj, &m);
    return m.top;
}

/* ---- Roots ---- */

/* K4. Everything that we and the runtime hold outside the heap is marked from this one managed
 * object, and push_roots pushes only the object. So roots can be many and long: the mark
 * procedure deals with a full mark stack, whereas GC_push_all aborts on it. */
static HeapManaged             *root_object;
static GC_push_other_roots_proc push_previous_roots;

static void mark_roots(const void *obj, HeapMarker *m)
{
    (void)obj;
    caches_mark(m);
    roots_mark(m);
}

static const HeapClass root_class = { "roots", mark_roots, NULL };

/* What a live managed object refers to outside the heap (a parked stack) changes without a trace
 * in the object's own page, so a generational collection has to look at all of them again. */
static void rescan_managed(void *addr, size_t size, void *unused)
{
    const HeapManaged *obj   = addr;
    HeapMarker         eager = { NULL, NULL, false };
    (void)size;
    (void)unused;
    if (GC_get_kind_and_size(addr, NULL) == heap_kind_number[HEAP_MANAGED] && obj->klass != NULL)
        obj->klass->mark(obj, &eager);
}

static void GC_CALLBACK push_roots(void)
{
    push_previous_roots();                                      /* the threads' stacks */
    GC_push_all_eager(&root_object, &root_object + 1);
    if (heap_options.incremental)
        GC_enumerate_reachable_objects_inner(rescan_managed, NULL);
}

static void make_root_object(void)
{
    root_object = GC_generic_malloc(sizeof *root_object, heap_kind_number[HEAP_MANAGED]);
    if (root_object == NULL)
        heap_out_of_memory(sizeof *root_object);
    root_object->klass = &root_class;
    push_previous_roots = GC_get_push_other_roots();
    GC_set_push_other_roots(push_roots);
}

void mark_begin(void)
{
    GC_clear_mark_bit(root_object);         /* a generational collection must mark it again */
}

/* ---- Kinds ---- */

int heap_kind_number[HEAP_KINDS];

size_t heap_scanned_bytes(HeapKind kind)
{
    switch (kind) {
    case HEAP_PTR1: case HEAP_PTR2: case HEAP_PTR3: case HEAP_PTR4:
        return (size_t)(kind - HEAP_PTR0) * sizeof(void *);
    case HEAP_PTR0: case HEAP_ALL: case HEAP_MANAGED: case HEAP_KINDS:
        break;
    }
    return sizeof(void *);
}

HeapKind mark_kind_of(const void *obj, size_t *size)
{
    int number = GC_get_kind_and_size(obj, size);
    for (int kind = HEAP_PTR0; kind < HEAP_KINDS; kind++)
        if (heap_kind_number[kind] == number)
            return (HeapKind)kind;
    return HEAP_PTR0;                       /* large: libgc's pointer-free kind */
}

static int new_kind(GC_word descriptor, bool add_size)
{
    return (int)GC_new_kind(GC_new_free_list(), descriptor, add_size, 1);
}

/* libgc notes which blocks of a kind are worth sweeping only once one object of it was made singly.
 * Until then refills would take fresh blocks, until the heap is used up. Not before the disclaim
 * procedure is known: blocks are marked for it when they are made. */
static void make_one_of_each_kind(void)
{
    for (int kind = 0; kind < HEAP_KINDS; kind++)
        if (GC_generic_malloc(HEAP_GRANULE, heap_kind_number[kind]) == NULL)
            heap_out_of_memory(HEAP_GRANULE);
}

static void make_kinds(void)
{
    for (int kind = HEAP_PTR0; kind <= HEAP_PTR4; kind++)
        heap_kind_number[kind] =
            new_kind(GC_DS_LENGTH | heap_scanned_bytes((HeapKind)kind), false);             /* K1 */
    heap_kind_number[HEAP_ALL] = new_kind(0 | GC_DS_LENGTH, true);                          /* K2 */
    heap_kind_number[HEAP_MANAGED] = new_kind(GC_MAKE_PROC(GC_new_proc(mark_managed), 0), false);
    release_init(heap_kind_number[HEAP_MANAGED]);
    make_one_of_each_kind();
}

void mark_init(void)
{
    find_out_about_range_entries();
    make_kinds();
    make_root_object();
}
