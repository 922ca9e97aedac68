/*
 * split.h - a program as several C files, which are compiled one by one and linked.
 *
 * A file's text depends on what is in it and what that mentions, on nothing else in the program: an
 * edit changes few of them.
 */
#ifndef PLUTO_SPLIT_H
#define PLUTO_SPLIT_H

#include "compiler/emit/ir.h"

typedef struct Unit { char *text; size_t size; } Unit;
typedef struct Units { LIST(Unit) list; } Units;

/* target: about as many bytes of functions go into one file. A program with at most four times
 * as many is one file, as emit() prints it. False: memory has run out. */
bool split(const IrProgram *p, size_t target, Units *units);

#endif
