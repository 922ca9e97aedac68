/*
 * context.h - switching between stacks.
 *
 * The only file, with context_<machine>.S, that knows registers, and the only one that tells the
 * sanitizers about stacks.
 */
#ifndef PLUTO_CONTEXT_H
#define PLUTO_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define CONTEXT_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define CONTEXT_TSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONTEXT_ASAN 1
#elif __has_feature(thread_sanitizer)
#define CONTEXT_TSAN 1
#endif
#endif

#ifndef CONTEXT_ASAN
#define CONTEXT_ASAN 0
#endif
#ifndef CONTEXT_TSAN
#define CONTEXT_TSAN 0
#endif

typedef struct Context {
    void *sp;                            /* registers lie above it; valid while not running */
#if CONTEXT_ASAN
    void       *fake_stack;
    const void *low;
    size_t      size;
#elif CONTEXT_TSAN
    void *fiber;
#endif
} Context;

/* Notes the stack that the calling thread is on: its context before the first switch. */
void context_of_thread(Context *c);

/* Prepares a stack [low, top) so that switching to c runs entry, which never returns. */
void context_init(Context *c, void *low, void *top, void (*entry)(void));

/* Leaves from, goes on in to. Returns when somebody switches to from, perhaps on another thread.
 * last: from will never run again. */
void context_switch(Context *from, Context *to, bool last);

/* The same for contexts that take turns: to was left by this function as well, or is new. Whoever
 * comes to a stack runs context_resumed there first; what that returns is what this returns to it.
 * Called last in a function, it leaves nothing of that function's frame on the stack. */
int context_resumed(void);               /* sched/run.c */
#if CONTEXT_ASAN || CONTEXT_TSAN
static inline int context_turn(Context *from, Context *to, bool last)
{
    context_switch(from, to, last);
    return context_resumed();
}
#else
int context_turn_registers(void **save, void *sp);
static inline int context_turn(Context *from, Context *to, bool last)
{
    (void)last;
    return context_turn_registers(&from->sp, to->sp);
}
#endif

/* First thing in entry. turn: it may have been reached by context_turn. */
void context_entered(bool turn);

/* Once nobody will switch to c again; not called on its own stack. */
void context_fini(Context *c);

#endif
