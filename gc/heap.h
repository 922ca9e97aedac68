/*
 * heap.h - the collected heap.
 *
 * The only room that knows the collector (bdwgc). Objects are allocated by kind; a kind says which
 * words of an object hold pointers. Memory is reclaimed when nothing reaches it; nothing is ever
 * freed by hand. Any attached thread may allocate, each through its own HeapCache.
 *
 * PLUTO_HEAP=system selects a heap on malloc with the same interface and no collection: everything
 * lives until heap_fini, which runs every release procedure and frees it (for valgrind and the
 * sanitizers, in whose builds it is the only one).
 */
#ifndef PLUTO_GC_HEAP_H
#define PLUTO_GC_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Kinds ---- */

/* Which words the collector follows. PTRn: the first n words. An object whose type has no pointer
 * is PTR0 and begins with a word that is not a pointer: the free lists run through first words, so
 * that word is scanned all the same. ALL: every word, the last one included. MANAGED: see below. */
typedef enum {
    HEAP_PTR0, HEAP_PTR1, HEAP_PTR2, HEAP_PTR3, HEAP_PTR4, HEAP_ALL, HEAP_MANAGED, HEAP_KINDS
} HeapKind;

enum {
    HEAP_GRANULE   = 16,                                  /* sizes are rounded up to this */
    HEAP_SMALL_MAX = 512,                                 /* larger objects come one at a time */
    HEAP_CLASSES   = HEAP_SMALL_MAX / HEAP_GRANULE + 1,
};

/* ---- Managed objects: own mark procedure, release at sweep ---- */

typedef struct HeapMarker HeapMarker;       /* the collector's mark stack, during one mark call */

/* What the heap has to know about one sort of managed object. Static data. */
typedef struct HeapClass {
    const char *name;
    /* Tells the collector every heap pointer that obj holds, through heap_mark and heap_mark_range.
     * The world is stopped: reads only, takes no lock, may run on several marker threads. It may
     * also run, because of a stale pointer, on an obj that has been unreachable for a while: so it
     * reads obj and off-heap memory that obj owns, but no other heap object (that may be gone). */
    void (*mark)(const void *obj, HeapMarker *m);
    /* Runs exactly once when obj is reclaimed, on any thread, inside an allocation: must not
     * allocate from the heap nor follow pointers to other heap objects (they may be gone); may take
     * leaf locks and release off-heap memory. NULL: nothing to do. */
    void (*release)(void *obj);
} HeapClass;

/* Every managed object begins so. The first word is the heap's. klass is written last, when the
 * fields that mark and release read are valid: an object with klass NULL counts as free. */
typedef struct HeapManaged {
    void            *heap_link;
    const HeapClass *klass;
} HeapManaged;

static inline void heap_set_class(void *obj, const HeapClass *klass)
{
    /* Keeps the compiler from moving the stores to the fields behind this one. */
    __atomic_store_n(&((HeapManaged *)obj)->klass, klass, __ATOMIC_RELEASE);
}

void heap_mark(HeapMarker *m, const void *pointer);

/* Marks whatever the words in [from, to) may point to, inside pointers included. The range need not
 * be in the heap (a parked stack); it must stay unchanged until the end of the collection. */
void heap_mark_range(HeapMarker *m, const void *from, const void *to);

/* ---- Start, threads, end ---- */

/* One per thread that allocates. The heads of its lists are roots. Fields belong to the heap. */
typedef struct HeapCache {
    void *free[HEAP_KINDS][HEAP_CLASSES];
} HeapCache;

/* Reads the PLUTO_GC_* and PLUTO_HEAP variables (docs/environment.md) and starts the collector.
 * Call once, on the main thread, before anything else here. A variable that makes no sense is
 * reported on standard error and the program ends with status 1. */
void heap_init(void);

/* Lets the calling thread allocate; attach once, detach before the thread ends. The thread must be
 * the main one or come from heap_thread_create. Aborts with a message when memory is exhausted. */
HeapCache *heap_attach(void);
void       heap_detach(HeapCache *cache);

/* pthread_create with the collector told. Returns 0 or an errno value. */
int heap_thread_create(unsigned long *thread, void *(*entry)(void *), void *arg);

/* Ends the heap's life for leak checks: forgets all caches, collects until nothing more is found
 * (system heap: frees everything), so that every managed object that is not reachable from roots
 * still pushed by the runtime has been released. No other thread may use the heap from here on.
 * Caches may still be detached. Not needed for an ordinary exit. */
void heap_fini(void);

/* ---- Allocation ---- */

void *heap_refill(HeapCache *cache, HeapKind kind, size_t size);   /* the slow path: one object */
void *heap_alloc_large(HeapKind kind, size_t size);

/* An object of size bytes. Words that the kind scans are zero except the first, which is garbage
 * until the caller writes it (that is safe: it leads to a free object). Other words of PTR0 objects
 * are garbage too; all other kinds are zeroed. Never NULL: exhausted memory ends the program
 * with "out of memory" and status 1. May collect. */
static inline void *heap_alloc(HeapCache *cache, HeapKind kind, size_t size)
{
    if (__builtin_expect(size > HEAP_SMALL_MAX, 0))
        return heap_alloc_large(kind, size);
    void **list = &cache->free[kind][(size + HEAP_GRANULE - 1) / HEAP_GRANULE];
    void  *obj  = *list;
    if (__builtin_expect(obj == NULL, 0))
        return heap_refill(cache, kind, size);
    *list = *(void **)obj;
    return obj;
}

/* A new object of the same kind with the same words. obj is from heap_alloc, and not MANAGED. */
void *heap_copy(HeapCache *cache, const void *obj);

/* ---- Collecting, figures ---- */

void   heap_collect(void);            /* a full collection; all that is dead has been released */
void   heap_at_park(void);            /* PLUTO_GC_STRESS: collects; otherwise nothing */
bool   heap_is_system(void);
size_t heap_size(void);               /* bytes in the heap, free ones included; never 0 */
size_t heap_used(void);               /* bytes not known to be free */
size_t heap_collections(void);        /* collections finished since heap_init */

/* PLUTO_GC_CENSUS: says on standard error what was alive when that was the most, by class or by
 * kind and size. Otherwise nothing. Call once, at the end. */
void   heap_census(void);

/* Suspends all other attached threads, wherever they are; from a thread that is not attached. Until
 * heap_start_world nothing may be locked or allocated, by malloc neither: a suspended thread may hold
 * that lock. Nothing is suspended on the system heap, or before heap_init. */
void   heap_stop_world(void);
void   heap_start_world(void);

/* Managed objects now hold so many more (or fewer) bytes outside the heap. The more of them, the
 * sooner a collection: else a small heap could keep much dead memory outside. Any thread. */
void heap_note_external(int64_t bytes);

/* What to do when memory is exhausted; ends the program. Default: message, exit status 1. */
void heap_set_out_of_memory(void (*fail)(size_t wanted));

#endif
