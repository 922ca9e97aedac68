/*
 * memory.c - malloc and mmap, with failures on demand.
 */
#include "runtime/base/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "runtime/base/env.h"
#include "runtime/base/fail.h"

static _Atomic int64_t until_failure;                    /* 0: never */

void memory_init(void)
{
    atomic_store(&until_failure, env_int("PLUTO_FAIL_ALLOC", 0, 0, INT64_MAX));
}

/* Is this the allocation that was asked to fail? */
static int fails_now(void)
{
    return atomic_load_explicit(&until_failure, memory_order_relaxed) != 0 &&
           atomic_fetch_sub(&until_failure, 1) == 1;
}

void *memory_alloc(size_t size)
{
    void *p = fails_now() ? NULL : calloc(1, size);
    if (p == NULL)
        rt_fail_memory(size);
    return p;
}

void memory_free(void *p) { free(p); }

/* Addresses of 44 bits are far from programs, libraries and heaps on x86-64 and aarch64. */
static void *far_address(size_t size)
{
    static _Atomic uintptr_t next = (uintptr_t)1 << 44;
    const size_t round = (size_t)1 << 30;
    return (void *)atomic_fetch_add(&next, (size + 2 * round) / round * round);
}

void *memory_reserve(size_t size, bool far)
{
    if (fails_now())
        rt_fail_memory(size);
    void *p = mmap(far ? far_address(size) : NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void memory_unreserve(void *p, size_t size) { munmap(p, size); }
