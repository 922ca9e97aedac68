/*
 * tls.h - what a thread must find fast: its worker, its allocation lists, its stack limit.
 *
 * A task may come back from any call on another thread, and C compilers keep the address of a
 * thread-local variable in a register. So nobody touches rt_tls directly: each access is a volatile
 * load relative to the thread pointer, made anew every time.
 */
#ifndef PLUTO_TLS_H
#define PLUTO_TLS_H

#include <stddef.h>
#include <stdint.h>

#include "gc/heap.h"
#include "runtime/base/lock.h"

typedef struct Worker Worker;            /* sched/worker.h */
typedef struct RtTask RtTask;            /* task/task.h */
typedef struct BiasHolder BiasHolder;    /* base/bias.h */

typedef struct RtTls {
    uintptr_t   stack_limit;             /* below it: overflow, or a request to stop at a safepoint */
    HeapCache  *heap;
    Worker     *worker;                  /* NULL on threads that run no tasks */
    RtTask     *task;                    /* running now */
    BiasHolder *bias;                    /* NULL: no lock becomes biased to this thread */
} RtTls;

extern __thread RtTls rt_tls;

#if defined(__x86_64__) && (!defined(__PIC__) || defined(__PIE__))
#define RT_TLS_LOAD(type, offset)                                                                  \
    ({                                                                                             \
        type rt_value_;                                                                            \
        __asm__ volatile("mov %%fs:rt_tls@tpoff+%c1, %0" : "=r"(rt_value_) : "i"(offset));         \
        rt_value_;                                                                                 \
    })
#elif defined(__x86_64__)
#define RT_TLS_LOAD(type, offset)                                                                  \
    ({                                                                                             \
        type rt_value_;                                                                            \
        __asm__ volatile("mov rt_tls@gottpoff(%%rip), %0\n\tmov %%fs:%c1(%0), %0"                  \
                         : "=&r"(rt_value_) : "i"(offset));                                        \
        rt_value_;                                                                                 \
    })
#elif defined(__aarch64__)
#define RT_TLS_LOAD(type, offset)                                                                  \
    ({                                                                                             \
        type rt_value_;                                                                            \
        __asm__ volatile("mrs %0, tpidr_el0\n\tadd %0, %0, #:tprel_hi12:rt_tls, lsl #12\n\t"       \
                         "add %0, %0, #:tprel_lo12_nc:rt_tls\n\tldr %0, [%0, %1]"                  \
                         : "=&r"(rt_value_) : "i"(offset));                                        \
        rt_value_;                                                                                 \
    })
#else
#error "pluto runs on x86-64 and aarch64"
#endif

static inline uintptr_t   rt_stack_limit(void) { return RT_TLS_LOAD(uintptr_t, 0); }
static inline HeapCache  *rt_heap(void)        { return RT_TLS_LOAD(HeapCache *, 8); }
static inline Worker     *rt_worker(void)      { return RT_TLS_LOAD(Worker *, 16); }
static inline RtTask     *rt_task(void)        { return RT_TLS_LOAD(RtTask *, 24); }
static inline BiasHolder *rt_bias(void)        { return RT_TLS_LOAD(BiasHolder *, 32); }

/* A collected object; see heap_alloc. It may collect, and releases take locks: the caller holds
 * none. */
static inline void *rt_alloc(HeapKind kind, size_t size)
{
    lock_check_none();
    return heap_alloc(rt_heap(), kind, size);
}

static inline void *rt_alloc_copy(const void *obj)
{
    lock_check_none();
    return heap_copy(rt_heap(), obj);
}

/* The object p points to stays alive up to here. For code that goes on with what the object owns
 * outside the heap after its last use of the object itself. */
static inline void rt_keep(const void *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

#endif
