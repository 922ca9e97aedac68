/* The switch for aarch64 (AAPCS64): x19 to x30 and the low halves of v8 to v15 are callee-saved.
 * context_turn_registers: see context_x86_64.S. */
#if defined(__aarch64__)
        .text
        .macro  exchange
        sub     sp, sp, #160
        stp     x19, x20, [sp, #0]
        stp     x21, x22, [sp, #16]
        stp     x23, x24, [sp, #32]
        stp     x25, x26, [sp, #48]
        stp     x27, x28, [sp, #64]
        stp     x29, x30, [sp, #80]
        stp     d8,  d9,  [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        mov     x2, sp
        str     x2, [x0]
        mov     sp, x1
        ldp     x19, x20, [sp, #0]
        ldp     x21, x22, [sp, #16]
        ldp     x23, x24, [sp, #32]
        ldp     x25, x26, [sp, #48]
        ldp     x27, x28, [sp, #64]
        ldp     x29, x30, [sp, #80]
        ldp     d8,  d9,  [sp, #96]
        ldp     d10, d11, [sp, #112]
        ldp     d12, d13, [sp, #128]
        ldp     d14, d15, [sp, #144]
        add     sp, sp, #160
        .endm

        .globl  context_switch_registers, context_turn_registers
        .hidden context_switch_registers, context_turn_registers
        .type   context_switch_registers, %function
        .type   context_turn_registers, %function
context_switch_registers:
        exchange
        ret
        .size   context_switch_registers, . - context_switch_registers
context_turn_registers:
        exchange
        b       context_resumed
        .size   context_turn_registers, . - context_turn_registers
#endif
        .section .note.GNU-stack, "", %progbits
