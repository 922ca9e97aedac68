/*
 * fault.h - what stops the compiler apart from errors in the program: files, tools, the machine.
 */
#ifndef PLUTO_FAULT_H
#define PLUTO_FAULT_H

/* Prints "error: " and the text, one line, on standard error. Returns 1, the exit status. */
int fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
