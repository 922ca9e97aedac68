/*
 * heap.c - the collected heap.
 *
 * libgc owns blocks, marking and sweeping. We take whole blocks' worth of free objects from it and
 * hand them out from per-thread lists; the inline half of that is in heap.h.
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
 *
 * Pacing (PLUTO_GC_THRESHOLD, PLUTO_GC_STRESS): memory counts as allocated when it leaves libgc,
 * that is a list when it is refilled and a large object when it is made. Whoever wants more once
 * the threshold is reached collects first. A refill hands out no more than a threshold's worth, so
 * at most twice the threshold is allocated between two collections, whatever the sizes.
 *
 * Release: libgc calls release_managed when it sweeps, which it does late: a block that is mostly
 * live is not swept at all. heap_collect therefore releases what is dead in such blocks itself.
 *
 * Not done: heap_fini cannot tell stale words on the caller's stack from pointers.
 */
#define _GNU_SOURCE
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include "gc/internal.h"

#include "gc/report.h"

#include <errno.h>
#include <gc/gc.h>
#include <gc/gc_disclaim.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXTERNAL_MIN       = 16 << 20,      /* bytes outside the heap that cause no collection */
    DOOMED_GRACE       = 256 << 10,     /* bytes until what is doomed should have gone */
    FREE_SPACE_DIVISOR = 1,             /* collect when about twice the live data was allocated */
    MAX_MARKERS        = 16,            /* libgc's limit */
    FINI_ROUNDS        = 20,            /* collections after which heap_fini gives up */
};

HeapOptions heap_options;

/* ---- Environment ---- */

static _Noreturn void bad_value(const char *name, const char *value, const char *expected)
{
    fprintf(stderr, "pluto: %s: cannot use \"%s\"; expected %s\n", name, value, expected);
    exit(1);
}

/* NULL when the variable is not set, or empty. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static bool env_switch(const char *name)
{
    const char *value = variable(name);
    if (value == NULL || strcmp(value, "0") == 0)
        return false;
    if (strcmp(value, "1") != 0)
        bad_value(name, value, "0 or 1");
    return true;
}

static size_t env_size(const char *name, size_t least, const char *expected)
{
    const char *value = variable(name);
    char       *end;
    if (value == NULL)
        return 0;
    errno = 0;
    unsigned long long n = strtoull(value, &end, 10);
    int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (shift != 0)
        end++;
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0
        || n > (SIZE_MAX >> 1 >> shift) || n << shift < least)
        bad_value(name, value, expected);
    return (size_t)n << shift;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

static bool env_system_heap(void)
{
    const char *value = variable("PLUTO_HEAP");
    bool        system = value != NULL && strcmp(value, "system") == 0;
    if (value != NULL && !system && strcmp(value, "gc") != 0)
        bad_value("PLUTO_HEAP", value, "gc or system");
    return system || SANITIZED;         /* the sanitizers see nothing inside libgc's blocks */
}

static void read_environment(void)
{
    heap_options = (HeapOptions){
        .system      = env_system_heap(),
        .stress      = env_switch("PLUTO_GC_STRESS"),
        .log         = env_switch("PLUTO_GC_LOG"),
        .incremental = env_switch("PLUTO_GC_INCREMENTAL"),
        .threshold   = env_size("PLUTO_GC_THRESHOLD", 1,
                                "a number of bytes such as 4096, 64K, 2M or 1G"),
        .max_heap    = env_size("PLUTO_GC_MAX_HEAP", (size_t)1 << 20,
                                "a number of bytes such as 64M or 2G, at least 1M"),
    };
    const char *markers = variable("PLUTO_GC_MARKERS");
    if (markers != NULL) {
        char *end;
        long  n = strtol(markers, &end, 10);
        if (*end != '\0' || n < 1 || n > MAX_MARKERS)
            bad_value("PLUTO_GC_MARKERS", markers, "a number of threads from 1 to 16");
        heap_options.markers = (unsigned)n;
    }
}

/* ---- Out of memory ---- */

static void fail_plainly(size_t wanted)
{
    (void)wanted;
    fputs("out of memory\n", stderr);
    exit(1);
}

static void (*fail_out_of_memory)(size_t wanted) = fail_plainly;

void heap_set_out_of_memory(void (*fail)(size_t wanted))
{
    fail_out_of_memory = fail;
}

_Noreturn void heap_out_of_memory(size_t wanted)
{
    fail_out_of_memory(wanted);
    abort();
}

/* ---- Caches ---- */

/* A cache is linked while its thread is attached. The list is changed under the lock, by single
 * stores, so that the collector may walk it whenever the world has stopped. */
typedef struct CacheNode {
    HeapCache         cache;            /* first: a HeapCache * is a CacheNode * */
    struct CacheNode *next;
} CacheNode;

static pthread_mutex_t caches_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(CacheNode *) caches;

HeapCache *heap_attach(void)
{
    CacheNode *node = calloc(1, sizeof *node);
    if (node == NULL)
        heap_out_of_memory(sizeof *node);
    pthread_mutex_lock(&caches_lock);
    node->next = atomic_load_explicit(&caches, memory_order_relaxed);
    /* Release pairs with the acquire in mark_caches: publishes next and the empty lists. */
    atomic_store_explicit(&caches, node, memory_order_release);
    pthread_mutex_unlock(&caches_lock);
    return &node->cache;
}

static void unlink_cache_locked(CacheNode *node)
{
    CacheNode *head = atomic_load_explicit(&caches, memory_order_relaxed);
    if (head == node) {
        atomic_store_explicit(&caches, node->next, memory_order_release);
        return;
    }
    while (head->next != node)
        head = head->next;
    head->next = node->next;
}

/* The free objects of the cache are left to the collector. */
void heap_detach(HeapCache *cache)
{
    CacheNode *node = (CacheNode *)cache;
    pthread_mutex_lock(&caches_lock);
    unlink_cache_locked(node);
    pthread_mutex_unlock(&caches_lock);
    free(node);
}

/* ---- Marking ---- */

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
    for (CacheNode *c = atomic_load_explicit(&caches, memory_order_acquire); c; c = c->next)
        heap_mark_range(m, &c->cache, &c->cache + 1);
    roots_mark(m);
}

static const HeapClass root_class = { "roots", mark_roots, NULL };

int heap_kind_number[HEAP_KINDS];

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

/* ---- Release ---- */

static atomic_size_t released;                          /* managed objects, since heap_init */

/* The object is being reclaimed. Runs in a sweep, possibly beside others, or in release_the_dead;
 * never in both for one object, as nothing is swept while a collection is under way. */
static int GC_CALLBACK release_managed(void *addr)
{
    HeapManaged     *obj   = addr;
    const HeapClass *klass = obj->klass;
    if (klass != NULL) {                                            /* K3 */
        if (klass->release != NULL)
            klass->release(obj);
        obj->klass = NULL;
        atomic_fetch_add_explicit(&released, 1, memory_order_relaxed);
    }
    return 0;                                                       /* reclaim it */
}

static atomic_int eager_releases;                       /* heap_collect calls in progress */

/* True when addr is the start of a small managed object that was not marked. */
static bool is_dead_managed(void *addr, size_t size)
{
    size_t actual;
    return GC_base(addr) == addr
        && GC_get_kind_and_size(addr, &actual) == heap_kind_number[HEAP_MANAGED] && actual == size
        && !GC_is_marked(addr);
}

/* Releases the unmarked neighbours of a live managed object, up to the next live one. */
static void release_around(void *obj, size_t size, void *unused)
{
    (void)unused;
    if (GC_get_kind_and_size(obj, NULL) != heap_kind_number[HEAP_MANAGED])
        return;
    for (char *p = (char *)obj - size; is_dead_managed(p, size); p -= size)
        release_managed(p);
    for (char *p = (char *)obj + size; is_dead_managed(p, size); p += size)
        release_managed(p);
}

/* Large objects and blocks without a live object have been dealt with by libgc; what is dead but
 * not swept lies in one block with something live. The collector's lock is held and nothing was
 * allocated since marking ended, so unmarked is dead; free objects have no klass. */
static void release_the_dead(void)
{
    GC_enumerate_reachable_objects_inner(release_around, NULL);
}

/* ---- Collecting ---- */

static atomic_size_t allocated;             /* bytes since the last collection, when pacing */
static atomic_size_t collections;
static bool          paced;                 /* fixed: threshold or stress is set */

static __thread GcCause current_cause = CAUSE_POLICY;   /* of what this thread collects */

static void GC_CALLBACK on_collection_event(GC_EventType event)
{
    switch ((int)event) {
    case GC_EVENT_PRE_STOP_WORLD:
        roots_before_stop();
        GC_clear_mark_bit(root_object);     /* a generational collection must mark it again */
        report_pause_begin();
        break;
    case GC_EVENT_MARK_END:
        revive_begin();
        roots_after_mark();
        break;
    case GC_EVENT_POST_START_WORLD:
        report_pause_end();
        break;
    case GC_EVENT_RECLAIM_END:
        atomic_store_explicit(&allocated, 0, memory_order_relaxed);
        revive_choose_limit();
        size_t number = atomic_fetch_add_explicit(&collections, 1, memory_order_relaxed) + 1;
        if (atomic_load_explicit(&eager_releases, memory_order_relaxed) > 0)
            release_the_dead();
        if (heap_options.log)
            report_cycle(number, current_cause);
        break;
    }
}

static void collect(GcCause cause)
{
    current_cause = cause;
    GC_gcollect();
    current_cause = CAUSE_POLICY;
}

static void collect_and_release(GcCause cause)
{
    atomic_fetch_add_explicit(&eager_releases, 1, memory_order_relaxed);
    collect(cause);
    atomic_fetch_sub_explicit(&eager_releases, 1, memory_order_relaxed);
}

void heap_collect(void)
{
    if (!heap_options.system)
        collect_and_release(CAUSE_EXPLICIT);
}

void heap_at_park(void)
{
    if (heap_options.stress && !heap_options.system)
        collect(CAUSE_STRESS);
}

/* Collects if it is time. Of several threads that find the threshold reached, one collects. */
static void pace(void)
{
    if (heap_options.stress)
        collect(CAUSE_STRESS);
    else if (atomic_load_explicit(&allocated, memory_order_relaxed) >= heap_options.threshold
             && atomic_exchange_explicit(&allocated, 0, memory_order_relaxed)
                    >= heap_options.threshold)
        collect(CAUSE_THRESHOLD);
}

void heap_stop_world(void)
{
    if (!heap_options.system && GC_is_init_called())
        GC_stop_world_external();
}

void heap_start_world(void)
{
    if (!heap_options.system && GC_is_init_called())
        GC_start_world_external();
}

/* ---- Memory outside the heap ---- */

static _Atomic int64_t external;            /* bytes that managed objects hold outside the heap */
static _Atomic int64_t external_limit = EXTERNAL_MIN;

void heap_note_external(int64_t bytes)
{
    atomic_fetch_add_explicit(&external, bytes, memory_order_relaxed);
}

/* Of several threads that find the limit passed, one collects. What is dead is released at once, so
 * that what remains is what lives, or is doomed: that is given some time to go. */
static void collect_for_external(void)
{
    int64_t limit = atomic_load_explicit(&external_limit, memory_order_relaxed);
    if (atomic_load_explicit(&external, memory_order_relaxed) <= limit ||
        (revive_doomed() != 0 && GC_get_bytes_since_gc() < DOOMED_GRACE) ||
        !atomic_compare_exchange_strong(&external_limit, &limit, INT64_MAX))
        return;
    collect_and_release(CAUSE_EXTERNAL);
    int64_t live = atomic_load_explicit(&external, memory_order_relaxed) - revive_doomed();
    atomic_store(&external_limit, live > EXTERNAL_MIN / 2 ? 2 * live : EXTERNAL_MIN);
}

static void count_allocated(size_t bytes)
{
    atomic_fetch_add_explicit(&allocated, bytes, memory_order_relaxed);
}

/* Counts the objects of a fresh list as allocated, and cuts it where the threshold is reached:
 * the rest goes back to the collector. */
static void count_list(void **list, size_t bytes)
{
    size_t most = heap_options.threshold, total = bytes;
    void **last = *list;
    for (; *last != NULL; last = *last, total += bytes)
        if (most != 0 && total >= most) {
            *last = NULL;
            break;
        }
    count_allocated(total);
}

/* ---- Allocation ---- */

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

void *heap_refill(HeapCache *cache, HeapKind kind, size_t size)
{
    if (heap_options.system)
        return system_alloc(kind, size);
    size_t granules = (size + HEAP_GRANULE - 1) / HEAP_GRANULE;
    size_t bytes    = (granules != 0 ? granules : 1) * HEAP_GRANULE;
    void **list     = &cache->free[kind][granules];
    if (heap_scanned_bytes(kind) > bytes) {
        fprintf(stderr, "pluto: an object of %zu bytes cannot be of heap kind %d\n", size, kind);
        abort();
    }
    if (paced)
        pace();
    collect_for_external();
    if (revive_limit_reached())
        collect(CAUSE_REVIVED);
    GC_generic_malloc_many(bytes, heap_kind_number[kind], list);
    if (*list == NULL) {                        /* perhaps policy did not find it worth a try */
        GC_gcollect();
        GC_generic_malloc_many(bytes, heap_kind_number[kind], list);
        if (*list == NULL)
            heap_out_of_memory(size);
    }
    if (paced)
        count_list(list, bytes);
    void *obj = *list;
    *list = *(void **)obj;
    return obj;
}

/* Never ignoring inside pointers, whatever the size: a C compiler may keep only those, and on 64
 * bits an integer hardly ever looks like one. */
static void *try_alloc_large(HeapKind kind, size_t size)
{
    return kind == HEAP_PTR0 ? GC_malloc_atomic(size) : GC_generic_malloc(size, heap_kind_number[kind]);
}

void *heap_alloc_large(HeapKind kind, size_t size)
{
    if (heap_options.system)
        return system_alloc(kind, size);
    if (size > PTRDIFF_MAX)
        heap_out_of_memory(size);
    if (paced)
        pace();
    void *obj = try_alloc_large(kind, size);
    if (obj == NULL) {
        GC_gcollect();
        obj = try_alloc_large(kind, size);
        if (obj == NULL)
            heap_out_of_memory(size);
    }
    if (paced)
        count_allocated(size);
    return obj;
}

/* ---- Start ---- */

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
        heap_kind_number[kind] = new_kind(GC_DS_LENGTH | heap_scanned_bytes((HeapKind)kind), false);  /* K1 */
    heap_kind_number[HEAP_ALL] = new_kind(0 | GC_DS_LENGTH, true);                               /* K2 */
    heap_kind_number[HEAP_MANAGED] = new_kind(GC_MAKE_PROC(GC_new_proc(mark_managed), 0), false);
    GC_register_disclaim_proc(heap_kind_number[HEAP_MANAGED], release_managed, 0);
    make_one_of_each_kind();
}

static void set_policy(void)
{
    GC_set_warn_proc(GC_ignore_warn_proc);
    GC_set_finalize_on_demand(1);               /* never inside an allocation */
    GC_set_free_space_divisor(FREE_SPACE_DIVISOR);
    GC_set_max_retries(2);                      /* collect before giving up at the limit */
    if (HEAP_MIN > GC_get_heap_size())
        GC_expand_hp(HEAP_MIN - GC_get_heap_size());
    if (heap_options.max_heap != 0)
        GC_set_max_heap_size(heap_options.max_heap);
}

/* Generational collections only, no time limit: mark procedures need a stopped world. */
static void enable_incremental(void)
{
    GC_set_time_limit(GC_TIME_UNLIMITED);
    GC_enable_incremental();
    if (GC_incremental_protection_needs() == GC_PROTECTS_NONE)
        return;
    /* libgc would write-protect the heap to see what changes, and read() into it would fail. */
    fputs("pluto: PLUTO_GC_INCREMENTAL: this system does not tell which pages a program has written\n",
          stderr);
    exit(1);
}

/* libgc scans its own shared library's data like any other's, but for the tables that it knows to
 * leave out, and block addresses in what is left keep the first objects of blocks alive, the same
 * ones at each collection. So that library is not scanned. What it needs marked of its own it then
 * has to mark by name, which it does once GC_clear_roots was called; libraries are found anew at
 * each collection, so that call loses nothing. */
static int GC_CALLBACK has_roots(const char *library, void *section, size_t size)
{
    (void)section;
    (void)size;
    return strstr(library, "/libgc.so") == NULL;
}

/* A stopped thread sleeps with SIGINT, SIGQUIT, SIGTERM and SIGABRT let through. If libgc resends
 * signals, threads acknowledge that they go on; one that such a signal wakes just when the world is
 * started again does so before it is counted, and libgc waits for ever for the count to be right.
 * Linux loses no signals, so none need be sent again. */
static void initialise_without_retries(void)
{
    static const char name[] = "GC_RETRY_SIGNALS";
    bool ours = getenv(name) == NULL;
    if (ours)
        setenv(name, "0", 1);
    GC_INIT();
    if (ours)
        unsetenv(name);
}

static void start_collector(void)
{
    if (heap_options.markers != 0)
        GC_set_markers_count(heap_options.markers);
    GC_register_has_static_roots_callback(has_roots);
    initialise_without_retries();
    GC_clear_roots();
    /* Also makes libgc lock, and take stack sizes from the threads' records rather than from
     * the current stack pointer, which may be on a task stack. */
    GC_allow_register_threads();
    find_out_about_range_entries();
    set_policy();
    if (heap_options.incremental)
        enable_incremental();
    make_kinds();

    root_object = GC_generic_malloc(sizeof *root_object, heap_kind_number[HEAP_MANAGED]);
    if (root_object == NULL)
        heap_out_of_memory(sizeof *root_object);
    root_object->klass = &root_class;
    push_previous_roots = GC_get_push_other_roots();
    GC_set_push_other_roots(push_roots);
    GC_set_on_collection_event(on_collection_event);
}

void heap_init(void)
{
    read_environment();
    paced = heap_options.threshold != 0 || heap_options.stress;
    if (!heap_options.system)
        start_collector();
}

/* ---- Threads ---- */

/* Lives on the creator's stack until the new thread has copied it and is registered: from then on
 * the thread's own stack keeps arg alive. */
typedef struct ThreadStart {
    void *(*entry)(void *);
    void   *arg;
    sem_t   registered;
} ThreadStart;

static void unregister_thread(void *unused)
{
    (void)unused;
    GC_unregister_my_thread();
}

static void *thread_main(void *arg)
{
    ThreadStart         *start = arg;
    struct GC_stack_base base;
    GC_get_stack_base(&base);
    GC_register_my_thread(&base);
    void *(*entry)(void *) = start->entry;
    void *entry_arg        = start->arg;
    sem_post(&start->registered);                       /* start is gone from here on */

    void *result;
    pthread_cleanup_push(unregister_thread, NULL);
    result = entry(entry_arg);
    pthread_cleanup_pop(1);
    return result;
}

int heap_thread_create(unsigned long *thread, void *(*entry)(void *), void *arg)
{
    _Static_assert(sizeof(pthread_t) == sizeof(unsigned long), "heap.h takes one for the other");
    if (heap_options.system)
        return pthread_create((pthread_t *)thread, NULL, entry, arg);
    ThreadStart start = { entry, arg, { { 0 } } };
    sem_init(&start.registered, 0, 0);
    int error = pthread_create((pthread_t *)thread, NULL, thread_main, &start);
    if (error == 0)
        while (sem_wait(&start.registered) != 0)
            ;                                           /* interrupted by the suspend signal */
    sem_destroy(&start.registered);
    return error;
}

/* ---- End ---- */

/* Overwrites what earlier calls left below the stack pointer. */
static __attribute__((noinline)) void clear_dead_stack(void)
{
    char dead[16 * 1024];
    memset(dead, 0, sizeof dead);
    __asm__ volatile("" : : "r"(dead) : "memory");
}

void heap_fini(void)
{
    if (heap_options.system) {
        system_fini();
        return;
    }
    for (CacheNode *c = atomic_load(&caches); c != NULL; c = c->next)
        memset(&c->cache, 0, sizeof c->cache);

    /* A release may let go of what kept others alive: go on until one round finds nothing. */
    size_t before;
    int    round = 0;
    do {
        before = atomic_load(&released);

        clear_dead_stack();
        heap_collect();
    } while (++round < 2 || (atomic_load(&released) != before && round < FINI_ROUNDS));
}

/* ---- Figures ---- */

bool heap_is_system(void)
{
    return heap_options.system;
}

size_t heap_size(void)
{
    return heap_options.system ? system_size() + 1 : GC_get_heap_size();
}

size_t heap_used(void)
{
    return heap_options.system ? system_size() : GC_get_heap_size() - GC_get_free_bytes();
}

size_t heap_collections(void)
{
    return atomic_load_explicit(&collections, memory_order_relaxed);
}
