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

void *memory_reserve(size_t size)
{
    if (fails_now())
        rt_fail_memory(size);
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void memory_unreserve(void *p, size_t size) { munmap(p, size); }
