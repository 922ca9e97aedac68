/*
 * threads.c - threads that allocate: their free lists, and the collector's knowledge of them.
 */
#define _GNU_SOURCE
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include "gc/threads.h"
#include "gc/internal.h"
#include "gc/options.h"

#include <gc/gc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

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
    /* Release pairs with the acquire in caches_mark: publishes next and the empty lists. */
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

void caches_mark(HeapMarker *m)
{
    for (CacheNode *c = atomic_load_explicit(&caches, memory_order_acquire); c; c = c->next)
        heap_mark_range(m, &c->cache, &c->cache + 1);
}

int64_t caches_count_free(HeapKind kind, int size_class)
{
    int64_t n = 0;
    for (CacheNode *c = atomic_load_explicit(&caches, memory_order_acquire); c; c = c->next)
        for (void *obj = c->cache.free[kind][size_class]; obj != NULL; obj = *(void **)obj)
            n++;
    return n;
}

void caches_forget(void)
{
    for (CacheNode *c = atomic_load(&caches); c != NULL; c = c->next)
        memset(&c->cache, 0, sizeof c->cache);
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
