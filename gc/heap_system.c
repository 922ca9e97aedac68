/*
 * heap_system.c - the heap on malloc: no collection, everything is freed at the end.
 *
 * For valgrind and the sanitizers. Each object stands behind a header that links it into one list,
 * to which any thread pushes and which only system_fini takes apart: a push needs no lock, and an
 * object that was pushed stays. The first word of an object is left as malloc gave it (outside
 * PTR0, all others are zero), so that valgrind reports who reads it before writing it.
 */
#include "gc/internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct Header {
    struct Header *next;
    size_t         size : 56;       /* of the object, without this header */
    size_t         kind : 8;
} Header;

_Static_assert(sizeof(Header) == HEAP_GRANULE, "objects must stay aligned to a granule");

static _Atomic(Header *) objects;
static atomic_size_t     bytes;

static void *body(Header *h)
{
    return h + 1;
}

void *system_alloc(HeapKind kind, size_t size)
{
    if (size < sizeof(HeapManaged))
        size = sizeof(HeapManaged);
    Header *h = size > PTRDIFF_MAX - sizeof(Header) ? NULL : malloc(sizeof(Header) + size);
    if (h == NULL)
        heap_out_of_memory(size);
    h->size = size;
    h->kind = kind;
    if (kind != HEAP_PTR0)
        memset((char *)body(h) + sizeof(void *), 0, size - sizeof(void *));
    atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);

    /* Release pairs with the exchange in system_fini: publishes the header. */
    h->next = atomic_load_explicit(&objects, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&objects, &h->next, h, memory_order_release,
                                                  memory_order_relaxed))
        ;
    return body(h);
}

HeapKind system_kind_of(const void *obj, size_t *size)
{
    const Header *h = (const Header *)obj - 1;
    *size = h->size;
    return (HeapKind)h->kind;
}

size_t system_size(void)
{
    return atomic_load_explicit(&bytes, memory_order_relaxed);
}

void system_fini(void)
{
    Header *all = atomic_exchange_explicit(&objects, NULL, memory_order_acquire);

    /* Every release runs before anything is freed, as objects are equals: none goes first. */
    for (Header *h = all; h != NULL; h = h->next) {
        HeapManaged *obj = body(h);
        if (h->kind != HEAP_MANAGED || obj->klass == NULL)
            continue;
        if (obj->klass->release != NULL)
            obj->klass->release(obj);
        obj->klass = NULL;
    }
    while (all != NULL) {
        Header *next = all->next;
        atomic_fetch_sub_explicit(&bytes, all->size, memory_order_relaxed);
        free(all);
        all = next;
    }
}
