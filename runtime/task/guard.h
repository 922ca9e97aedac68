/*
 * guard.h - pages below stacks that nobody may touch, and what happens when somebody does.
 *
 * Pluto functions check the stack limit when they are entered; C functions do not. One that uses up
 * the reserve of its stack comes to the guard below it, and the program ends with "stack overflow"
 * as it would in Pluto. Any other fault takes its usual course.
 */
#ifndef PLUTO_GUARD_H
#define PLUTO_GUARD_H

enum { GUARD_SIZE = 64 * 1024 };         /* no smaller than a page, nor than most frames of C */

/* From now on faults are looked at; until guard_fini. Once, after stack_init. */
void guard_init(void);
void guard_fini(void);

/* Makes [low, low + GUARD_SIZE) inaccessible, for good; the first 16,384 times. */
void guard_stack(char *low);

/* Around the life of a thread that runs code of the program: gives it a stack on which a fault can
 * be reported. */
void guard_thread_enter(void);
void guard_thread_leave(void);

/* The same for a thread on whose own stack the program's code runs. */
void guard_own_stack_enter(void);

#endif
