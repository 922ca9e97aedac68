/*
 * roots.h - which stacks are scanned and from where.
 *
 * Threads switch between task stacks without telling the heap. When the world stops, the heap asks
 * the runtime which stack a thread is on and scans from its stack pointer to the top of that one.
 * Parked stacks are scanned by the mark procedure of the object that owns them (heap.h).
 */
#ifndef PLUTO_GC_ROOTS_H
#define PLUTO_GC_ROOTS_H

#include <stddef.h>

typedef struct RootHooks {
    /* The top (one past the highest byte) of the task stack that contains sp, or NULL when sp is on
     * no task stack. Runs in a signal handler: pure computation, no lock, no allocation. */
    void *(*task_stack_top)(const void *sp);
    /* Pushes everything the runtime holds outside the heap, with roots_push. The world is stopped:
     * reads only, no lock. Runs on a marking thread, perhaps more than once in a collection. */
    void (*push_roots)(void);
} RootHooks;

/* Call once, after heap_init and before the first task runs. */
void roots_install(const RootHooks *hooks);

/* From push_roots only: the words in [from, to) may be pointers into the heap. */
void roots_push(const void *from, const void *to);

/* Around the life of a thread that runs tasks: notes the thread's own stack. After heap_attach. */
void roots_thread_enter(void);
void roots_thread_leave(void);

#endif
