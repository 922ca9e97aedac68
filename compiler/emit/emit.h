/*
 * emit.h - prints the C-shaped tree as C.
 */
#ifndef PLUTO_EMIT_H
#define PLUTO_EMIT_H

#include <stdio.h>

#include "compiler/emit/ir.h"

/* One C file. The same bytes for the same tree. Write errors are left for the caller to see in
 * out. */
void emit(const IrProgram *p, FILE *out);

/* Pieces of it, for split.c. storage: what stands before the type. */
void emit_prologue(FILE *out);
void emit_unit_prologue(const IrProgram *p, FILE *out);    /* macros of print.h, too */
void emit_struct(const IrStruct *s, FILE *out);
void emit_global(const IrGlobal *g, const char *storage, FILE *out);
void emit_titles(const IrProgram *p, FILE *out);

#endif
