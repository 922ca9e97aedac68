/*
 * roots.h - which stacks are scanned and from where.
 *
 * Threads switch between task stacks without telling the heap. When the world stops, the heap asks
 * the runtime which stack a thread is on and scans from its stack pointer to the top of that one.
 * Parked stacks are scanned by the mark procedure of the object that owns them (heap.h).
 */
#ifndef PLUTO_GC_ROOTS_H
#define PLUTO_GC_ROOTS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct RootHooks {
    /* The top (one past the highest byte) of the task stack that contains sp, or NULL when sp is on
     * no task stack. Runs in a signal handler: pure computation, no lock, no allocation. */
    void *(*task_stack_top)(const void *sp);
    /* Pushes everything the runtime holds outside the heap, with roots_push. The world is stopped:
     * reads only, no lock. Runs on a marking thread, perhaps more than once in a collection. */
    void (*push_roots)(void);
    /* NULL, or: everything reachable is marked, and nothing has been reclaimed since the last
     * collection's marking. Here objects that are about to be lost may be looked at, and brought
     * back. The world is stopped: no lock, no malloc, no stdio, no allocation. */
    void (*after_mark)(void);
} RootHooks;

/* Call once, after heap_init and before the first task runs. */
void roots_install(const RootHooks *hooks);

/* From push_roots only: the words in [from, to) may be pointers into the heap. */
void roots_push(const void *from, const void *to);

/* From after_mark only. Has this object been marked? obj is what an allocation returned. */
bool heap_is_marked(const void *obj);

/* From after_mark only. obj and everything that it reaches stay alive over this collection. Where
 * marks are asked about several objects, ask about all of them first: reviving one marks others. */
void heap_revive(const void *obj);

/* From after_mark only. Objects that were revived hold so many bytes outside the heap, and are about
 * to let go of them: what says when to collect next does not count these. */
void heap_note_doomed(size_t bytes);

/* Around the life of a thread that runs tasks: notes the thread's own stack. After heap_attach. */
void roots_thread_enter(void);
void roots_thread_leave(void);

#endif
