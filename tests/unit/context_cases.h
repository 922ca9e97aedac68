/*
 * context_cases.h - what is to be tried of runtime/task/context.h, without a test framework, so
 * that it also runs where there is none (tests/aarch64.sh).
 *
 * Each case returns NULL, or what went wrong.
 */
#ifndef PLUTO_CONTEXT_CASES_H
#define PLUTO_CONTEXT_CASES_H

#include <stdint.h>
#include <stdlib.h>

#include "runtime/task/context.h"

enum { CASE_STACK = 64 * 1024, CASE_CONTEXTS = 8 };

static Context case_thread, case_other[CASE_CONTEXTS];
static int     case_at, case_counts[CASE_CONTEXTS];

static char *case_new_stack(void) { return aligned_alloc(64, CASE_STACK); }

/* ---- There and back ---- */

static void case_count(void)
{
    context_entered(false);
    for (int self = case_at;;) {
        case_counts[self]++;
        context_switch(&case_other[self], &case_thread, false);
    }
}

static inline const char *case_each_context_goes_on_where_it_left(void)
{
    context_of_thread(&case_thread);
    for (int i = 0; i < CASE_CONTEXTS; i++) {
        char *low = case_new_stack();
        context_init(&case_other[i], low, low + CASE_STACK - 64 * i, case_count);
    }
    for (int round = 0; round < 1000; round++)
        for (case_at = 0; case_at < CASE_CONTEXTS; case_at++)
            context_switch(&case_thread, &case_other[case_at], false);
    for (int i = 0; i < CASE_CONTEXTS; i++)
        if (case_counts[i] != 1000)
            return "a context did not go on where it left";
    return NULL;
}

/* ---- The first frame ---- */

static uintptr_t case_frame;

static void case_note_frame(void)
{
    context_entered(false);
    case_frame = (uintptr_t)__builtin_frame_address(0);
    context_switch(&case_other[0], &case_thread, true);
}

static inline const char *case_entry_finds_an_aligned_stack(void)
{
    for (int odd = 0; odd < 64; odd += 8) {
        char *low = case_new_stack();
        context_of_thread(&case_thread);
        context_init(&case_other[0], low, low + CASE_STACK - odd, case_note_frame);
        context_switch(&case_thread, &case_other[0], false);
        context_fini(&case_other[0]);
        if (case_frame % 16 != 0)
            return "the first frame is not aligned to 16 bytes";
        if (case_frame < (uintptr_t)low || case_frame > (uintptr_t)(low + CASE_STACK - odd))
            return "the first frame is outside the stack";
        free(low);
    }
    return NULL;
}

/* ---- Registers ---- */

/* Between two contexts that both fill every callee-saved register with values of their own. Calls
 * the switch itself, beside the sanitizers' backs: not for their builds. */
void context_switch_registers(void **save, void *sp);

#if defined(__x86_64__)
enum { CASE_REGISTERS = 6 };
/* Loads rbx, rbp, r12 .. r15 with value .. value + 5, switches, stores what they are then. */
static __attribute__((noinline)) void case_switch_full(void **save, void *sp, uint64_t value,
                                                       uint64_t *after)
{
    __asm__ volatile("push %%rbp\n\tpush %3\n\tsub $8, %%rsp\n\t"
                     "mov %2, %%rbx\n\tlea 1(%2), %%rbp\n\tlea 2(%2), %%r12\n\t"
                     "lea 3(%2), %%r13\n\tlea 4(%2), %%r14\n\tlea 5(%2), %%r15\n\t"
                     "call context_switch_registers\n\t"
                     "add $8, %%rsp\n\tpop %%rax\n\t"
                     "mov %%rbx, (%%rax)\n\tmov %%rbp, 8(%%rax)\n\tmov %%r12, 16(%%rax)\n\t"
                     "mov %%r13, 24(%%rax)\n\tmov %%r14, 32(%%rax)\n\tmov %%r15, 40(%%rax)\n\t"
                     "pop %%rbp"
                     : "+D"(save), "+S"(sp), "+d"(value), "+c"(after)
                     :
                     : "rax", "rbx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc",
                       "memory");
}
#elif defined(__aarch64__)
enum { CASE_REGISTERS = 19 };
/* The same with x19 .. x29 and d8 .. d15. */
static __attribute__((noinline)) void case_switch_full(void **save, void *sp, uint64_t value,
                                                       uint64_t *after)
{
    register void    **x0 __asm__("x0") = save;
    register void     *x1 __asm__("x1") = sp;
    register uint64_t  x2 __asm__("x2") = value;
    register uint64_t *x3 __asm__("x3") = after;
    __asm__ volatile(
        "stp x29, x3, [sp, #-16]!\n\t"
        "mov x19, x2\n\tadd x20, x2, #1\n\tadd x21, x2, #2\n\tadd x22, x2, #3\n\t"
        "add x23, x2, #4\n\tadd x24, x2, #5\n\tadd x25, x2, #6\n\tadd x26, x2, #7\n\t"
        "add x27, x2, #8\n\tadd x28, x2, #9\n\tadd x29, x2, #10\n\t"
        "add x9, x2, #11\n\tfmov d8, x9\n\tadd x9, x2, #12\n\tfmov d9, x9\n\t"
        "add x9, x2, #13\n\tfmov d10, x9\n\tadd x9, x2, #14\n\tfmov d11, x9\n\t"
        "add x9, x2, #15\n\tfmov d12, x9\n\tadd x9, x2, #16\n\tfmov d13, x9\n\t"
        "add x9, x2, #17\n\tfmov d14, x9\n\tadd x9, x2, #18\n\tfmov d15, x9\n\t"
        "bl context_switch_registers\n\t"
        "mov x4, x29\n\tldp x29, x3, [sp], #16\n\t"
        "stp x19, x20, [x3]\n\tstp x21, x22, [x3, #16]\n\tstp x23, x24, [x3, #32]\n\t"
        "stp x25, x26, [x3, #48]\n\tstp x27, x28, [x3, #64]\n\tstr x4, [x3, #80]\n\t"
        "add x3, x3, #88\n\tstp d8, d9, [x3]\n\tstp d10, d11, [x3, #16]\n\t"
        "stp d12, d13, [x3, #32]\n\tstp d14, d15, [x3, #48]"
        : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
        :
        : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
          "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0",
          "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14",
          "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",
          "v28", "v29", "v30", "v31", "cc", "memory");
}
#endif

static const char *case_wrong;

static void case_compare(uint64_t value, const uint64_t *found)
{
    for (uint64_t i = 0; i < CASE_REGISTERS; i++)
        if (found[i] != value + i)
            case_wrong = "a callee-saved register did not survive the switch";
}

static void case_fill_registers(void)
{
    for (uint64_t value = 5000;; value += 100) {
        uint64_t found[CASE_REGISTERS];
        case_switch_full(&case_other[0].sp, case_thread.sp, value, found);
        case_compare(value, found);
    }
}

static inline const char *case_callee_saved_registers_survive(void)
{
    char *low = case_new_stack();
    context_of_thread(&case_thread);
    context_init(&case_other[0], low, low + CASE_STACK, case_fill_registers);
    for (uint64_t value = 100000; value < 110000; value += 100) {
        uint64_t found[CASE_REGISTERS];
        case_switch_full(&case_thread.sp, case_other[0].sp, value, found);
        case_compare(value, found);
    }
    return case_wrong;
}

#endif
