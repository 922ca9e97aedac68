/*
 * guard.c - guards below stacks, and the handler that recognises them.
 *
 * Newer kernels keep guards in the page tables. Older ones split the mapping: two more maps for
 * each, of 65,530 that a process may have (vm.max_map_count). So only so many stacks get one: most
 * programs never use more. Guards outlast MADV_DONTNEED.
 *
 * A fault is an overflow when it lies in the guard of the stack that the running task is on, or
 * below a thread's own stack; not when a stray pointer comes to some other stack's guard. The
 * handler runs on a stack of its own, with every signal blocked: the collector's too, so that nobody
 * takes that stack for one to be scanned (gc/roots.c). It returns only after it has put back what
 * was there before it, so that the fault happens once more and takes its usual course.
 */
#define _GNU_SOURCE
#include "runtime/task/guard.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#include "runtime/base/fail.h"
#include "runtime/base/memory.h"
#include "runtime/base/tls.h"
#include "runtime/task/internal.h"
#include "runtime/task/stack.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102           /* Linux 6.13 */
#endif

enum {
    GUARDS_MAX  = 16 * 1024,
    REPORT_ROOM = 256 * 1024,            /* for a report; touched only when there is one */
};

/* ---- Making ---- */

static _Atomic uint32_t guards;

void guard_stack(char *low)
{
    if (atomic_load_explicit(&guards, memory_order_relaxed) >= GUARDS_MAX)
        return;
    atomic_fetch_add_explicit(&guards, 1, memory_order_relaxed);
    if (madvise(low, GUARD_SIZE, MADV_GUARD_INSTALL) != 0)
        mprotect(low, GUARD_SIZE, PROT_NONE);
}

/* ---- Recognising ---- */

typedef struct GuardThread {
    char   *room;                        /* REPORT_ROOM bytes; NULL: not entered */
    stack_t before;
    char   *own_low;                     /* where its own stack ends; NULL: of no interest */
} GuardThread;

/* Read in a signal handler: initial-exec makes that a plain load. */
static __thread GuardThread this_thread __attribute__((tls_model("initial-exec")));

static bool is_in_guard(const char *at, const char *low)
{
    return at >= low && at < low + GUARD_SIZE;
}

static bool is_overflow(const char *at)
{
    const RtTask *t = rt_task();
    if (t != NULL && task_slot(t) != STACK_NONE)
        return is_in_guard(at, stack_low(task_slot(t)));
    return this_thread.own_low != NULL && is_in_guard(at, this_thread.own_low - GUARD_SIZE);
}

static struct sigaction before;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)context;
    bool sent = info->si_code <= 0;      /* by kill() and the like: it would not happen once more */
    if (!sent && is_overflow(info->si_addr))
        rt_fail(NULL, "stack overflow");
    sigaction(sig, &before, NULL);
    if (sent)
        raise(sig);
}

void guard_init(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &before);
}

void guard_fini(void) { sigaction(SIGSEGV, &before, NULL); }

/* ---- Threads ---- */

void guard_thread_enter(void)
{
    GuardThread *self = &this_thread;
    self->room = memory_reserve(REPORT_ROOM, false);
    if (self->room == NULL)
        return;                          /* the signal will end the process */
    stack_t room = {.ss_sp = self->room, .ss_size = REPORT_ROOM};
    sigaltstack(&room, &self->before);
}

void guard_thread_leave(void)
{
    GuardThread *self = &this_thread;
    if (self->room == NULL)
        return;
    sigaltstack(&self->before, NULL);
    memory_unreserve(self->room, REPORT_ROOM);
    *self = (GuardThread){0};
}

static char *own_stack_low(void)
{
    pthread_attr_t attr;
    void          *low  = NULL;
    size_t         size = 0;
    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return NULL;
    pthread_attr_getstack(&attr, &low, &size);
    pthread_attr_destroy(&attr);
    return low;
}

void guard_own_stack_enter(void)
{
    sigset_t fault;
    guard_thread_enter();
    this_thread.own_low = own_stack_low();
    sigemptyset(&fault);
    sigaddset(&fault, SIGSEGV);          /* blocked, it would end the process */
    pthread_sigmask(SIG_UNBLOCK, &fault, NULL);
}
