/*
 * emit.h - prints the C-shaped tree as C.
 */
#ifndef PLUTO_EMIT_H
#define PLUTO_EMIT_H

#include <stdio.h>

#include "compiler/emit/ir.h"

/* The same bytes for the same tree. Write errors are left for the caller to see in out. */
void emit(const IrUnit *unit, FILE *out);

#endif
