/*
 * exit.h - the end of a process that other threads still run in.
 */
#ifndef PLUTO_EXIT_H
#define PLUTO_EXIT_H

/* What is to be done first; set once, at the start; NULL: nothing. It may run in a signal handler,
 * so it must not allocate or wait for a lock. */
extern void (*rt_before_exit)(void);

/* Ends the process at once. Exit handlers are not run: they would tear down what other threads
 * use. */
_Noreturn void rt_exit(int status);

#endif
