/*
 * context.c - the portable half of the switch: first frames, sanitizer annotations.
 */
#define _GNU_SOURCE
#include "runtime/task/context.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#if CONTEXT_ASAN
#include <sanitizer/common_interface_defs.h>
#elif CONTEXT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/* Pushes the callee-saved registers, stores the stack pointer to *save, takes sp, pops, returns
 * there. */
void context_switch_registers(void **save, void *sp);

/* The frame that context_switch_registers pops. On x86-64 entry is called from context_begin: what
 * is returned to and what is called find the stack pointer aligned differently. */
#if defined(__x86_64__)
void context_begin(void);
enum { ENTRY_WORD = 4, BEGIN_WORD = 6, FRAME_WORDS = 7 };      /* r15 .. r12, rbx, rbp, return */
#elif defined(__aarch64__)
enum { ENTRY_WORD = 11, FRAME_WORDS = 20 };                    /* x19 .. x30, d8 .. d15 */
#endif

void context_init(Context *c, void *low, void *top, void (*entry)(void))
{
    uintptr_t aligned = (uintptr_t)top & ~(uintptr_t)15;
    void    **frame   = (void **)aligned - FRAME_WORDS;
    memset(frame, 0, FRAME_WORDS * sizeof *frame);
    memcpy(&frame[ENTRY_WORD], &entry, sizeof entry);
#if defined(__x86_64__)
    void (*begin)(void) = context_begin;
    memcpy(&frame[BEGIN_WORD], &begin, sizeof begin);
#endif
    memset(c, 0, sizeof *c);
    c->sp = frame;
#if CONTEXT_ASAN
    c->low  = low;
    c->size = (size_t)((char *)top - (char *)low);
#else
    (void)low;
#endif
#if CONTEXT_TSAN
    c->fiber = __tsan_create_fiber(0);
#endif
}

void context_of_thread(Context *c)
{
    memset(c, 0, sizeof *c);
#if CONTEXT_ASAN
    pthread_attr_t attr;
    void          *low;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &low, &c->size);
    pthread_attr_destroy(&attr);
    c->low = low;
#elif CONTEXT_TSAN
    c->fiber = __tsan_get_current_fiber();
#endif
}

#if CONTEXT_ASAN || CONTEXT_TSAN
__attribute__((no_sanitize_address, no_sanitize_thread))
#endif
void context_switch(Context *from, Context *to, bool last)
{
#if CONTEXT_ASAN
    __sanitizer_start_switch_fiber(last ? NULL : &from->fake_stack, to->low, to->size);
#else
    (void)last;
#endif
#if CONTEXT_TSAN
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    context_switch_registers(&from->sp, to->sp);
#if CONTEXT_ASAN
    __sanitizer_finish_switch_fiber(from->fake_stack, NULL, NULL);
#endif
}

void context_entered(bool turn)
{
#if CONTEXT_ASAN
    __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
    if (turn && (CONTEXT_ASAN || CONTEXT_TSAN))
        context_resumed();
}

void context_fini(Context *c)
{
#if CONTEXT_TSAN
    if (c->fiber != NULL)
        __tsan_destroy_fiber(c->fiber);
    c->fiber = NULL;
#endif
    c->sp = NULL;
}
