/*
 * compile.h - the compiler as a whole: from a source file to C.
 */
#ifndef PLUTO_COMPILE_H
#define PLUTO_COMPILE_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"
#include "compiler/emit/ir.h"
#include "compiler/modules/modules.h"

/* The tree of the program with this entry: of all its files. NULL after errors, which are in d. */
Module *compile_load(SourceFile *file, const ModuleOptions *options, Diag *d);

/* A system is several programs, of which none is meant; that is an error where one is to be run. */
void compile_refuse_system(const Module *module, Diag *d);

/* What the program is to be. Its test blocks are looked at in the last two only. */
typedef enum { GOAL_PROGRAM, GOAL_TESTS, GOAL_CHECK } CompileGoal;

/* Everything that can be said about a program without making it. NULL after errors, which are in
 * d. */
Program *compile_check(Module *module, CompileGoal goal, Diag *d);

/* The C program as a tree; NULL after errors, which are in d. A program without main must have been
 * refused before, unless it has tests. */
IrProgram *compile_lower(Program *program, Diag *d);

/* Its text, in memory of its own; NULL when there is no more memory. */
char *compile_to_c(const IrProgram *ir, size_t *size);

#endif
