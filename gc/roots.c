/*
 * roots.c - which stacks are scanned and from where.
 *
 * The collector scans a thread from its stack pointer to the bottom it has on record for that
 * thread. Threads hop between stacks without telling anybody, so the record is put right at the
 * one moment when it matters, from the only witness that cannot be wrong: the stack pointer.
 *
 *   a thread that is being stopped   in its suspend signal, from the interrupted stack pointer
 *   the thread that collects         just before it stops the others, from its own frame
 *
 * If the pointer lies in a task stack the bottom is the top of that stack, otherwise it is the
 * thread's own bottom, noted by roots_thread_enter. Both moments come with the collector's lock
 * held by the collecting thread, so nobody reads the record meanwhile.
 *
 * The runtime's other roots are pushed by the mark procedure of one object (mark.c), not directly:
 * libgc aborts when GC_push_all finds its mark stack full, and it may well be full after deep
 * thread stacks have been scanned.
 *
 * Not done: a thread interrupted on an alternate signal stack would be scanned from there to its
 * own bottom. Handlers on alternate stacks must block the suspend signal (a full sa_mask).
 */
#define _GNU_SOURCE
#define GC_THREADS
#include "gc/roots.h"
#include "gc/internal.h"
#include "gc/mark.h"
#include "gc/options.h"

#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* A thread between roots_thread_enter and roots_thread_leave. Read in a signal handler: the
 * initial-exec model makes that a plain load, never a call that might allocate. */
typedef struct OwnStack {
    void                *handle;            /* libgc's name for this thread; NULL: not entered */
    struct GC_stack_base bottom;
} OwnStack;

static __thread OwnStack own_stack __attribute__((tls_model("initial-exec")));

/* Fixed by roots_install. */
static const RootHooks *hooks;
static struct sigaction libgc_suspend;

/* The marker of the roots_push calls in progress. Two marking threads may push at a time. */
static __thread HeapMarker *pushing;

/* ---- Finding the stack ---- */

static void set_bottom_from(const void *sp)
{
    if (own_stack.handle == NULL)
        return;
    struct GC_stack_base bottom = own_stack.bottom;
    void                *top    = hooks->task_stack_top(sp);
    if (top != NULL)
        bottom.mem_base = top;
    GC_set_stackbottom(own_stack.handle, &bottom);
}

static const void *interrupted_sp(const ucontext_t *context)
{
#if defined(__x86_64__)
    return (const void *)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (const void *)context->uc_mcontext.sp;
#else
#error "roots.c: where does this architecture keep the interrupted stack pointer?"
#endif
}

static void on_suspend(int sig, siginfo_t *info, void *context)
{
    set_bottom_from(interrupted_sp(context));
    libgc_suspend.sa_sigaction(sig, info, context);     /* returns when the world goes on */
}

void roots_before_stop(void)
{
    if (hooks != NULL)
        set_bottom_from(__builtin_frame_address(0));
}

/* ---- Dead stack ---- */

enum { CLEARED = 1024 };

/* libgc calls this at the end of an allocation, so that what its own frames left below the stack
 * pointer does not end up in frames that do not write it, and keep objects alive. The one that it
 * brings clears 16 KB now and then: four more pages for the stack of every task that allocates.
 * Ours comes before it, because libgc looks it up by name; weak, for where libgc is linked in. */
__attribute__((weak, noinline)) void *GC_clear_stack(void *result)
{
    volatile char dead[CLEARED];
    memset((void *)dead, 0, sizeof dead);
    __asm__ volatile("" : : "r"(dead) : "memory");
    return result;
}

/* ---- Installing, threads ---- */

void roots_install(const RootHooks *runtime_hooks)
{
    hooks = runtime_hooks;
    if (heap_options.system)
        return;
    int sig = GC_get_suspend_signal();
    if (sigaction(sig, NULL, &libgc_suspend) != 0 || !(libgc_suspend.sa_flags & SA_SIGINFO)) {
        fprintf(stderr, "pluto: the collector's suspend signal %d has no handler to wrap\n", sig);
        abort();
    }
    struct sigaction wrapped = libgc_suspend;           /* its flags and mask stay */
    wrapped.sa_sigaction = on_suspend;
    sigaction(sig, &wrapped, NULL);
}

void roots_thread_enter(void)
{
    if (!heap_options.system)
        own_stack.handle = GC_get_my_stackbottom(&own_stack.bottom);
}

static void *restore_bottom(void *unused)
{
    GC_set_stackbottom(own_stack.handle, &own_stack.bottom);
    own_stack.handle = NULL;
    return unused;
}

void roots_thread_leave(void)
{
    if (own_stack.handle != NULL)
        GC_call_with_alloc_lock(restore_bottom, NULL);
}

/* ---- The runtime's roots ---- */

void roots_mark(HeapMarker *m)
{
    if (hooks == NULL)
        return;
    pushing = m;
    hooks->push_roots();
    pushing = NULL;
}

void roots_after_mark(void)
{
    if (hooks != NULL && hooks->after_mark != NULL)
        hooks->after_mark();
}

void roots_push(const void *from, const void *to)
{
    heap_mark_range(pushing, from, to);
}
