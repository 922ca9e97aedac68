/*
 * compile.h - the compiler as a whole: from a source file to C.
 */
#ifndef PLUTO_COMPILE_H
#define PLUTO_COMPILE_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"
#include "compiler/modules/modules.h"

/* The tree of the program with this entry: of all its files. NULL after errors, which are in d. */
Module *compile_load(SourceFile *file, const ModuleOptions *options, Diag *d);

/* Everything that can be said about a program without making it. NULL after errors, which are in
 * d. */
Program *compile_check(Module *module, Diag *d);

/* The text of the C program, in memory of its own; NULL after errors, which are in d. A program
 * without main must have been refused before. */
char *compile_to_c(Program *program, Diag *d, size_t *size);

#endif
