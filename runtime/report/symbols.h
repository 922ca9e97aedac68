/*
 * symbols.h - the functions of the running program, read from its own file.
 *
 * Only for a report on the way to the end of the process: one thread, nothing is released. Does
 * not allocate; texts lie in the mapped file.
 */
#ifndef PLUTO_SYMBOLS_H
#define PLUTO_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/report/dwarf.h"

/* Maps the file. room: as in Dwarf. False: it cannot be read, or was stripped of names. */
bool symbols_open(const uint8_t **room);

/* How much of a C name stands for the function. C compilers add to it behind a point, Pluto behind
 * a dollar sign. */
size_t symbols_base_length(const char *name);

/* How reports call the function with that C name; NULL: it was not written in Pluto. */
const char *symbols_title(const char *name);

/* May the address lie in a function written in Pluto? Quick, and sometimes wrongly true. */
bool symbols_maybe_pluto(uintptr_t address);

/* The calls at an address, the innermost first, as in dwarf_calls; every one has a function. 0 if
 * the address is not in the program. */
int symbols_calls(uintptr_t address, DwarfCall *calls, int max);

#endif
