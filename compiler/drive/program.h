/*
 * program.h - from the file that the user names to the C of its program, for the commands that need
 * it. Who returns NULL or false has said why.
 */
#ifndef PLUTO_DRIVE_PROGRAM_H
#define PLUTO_DRIVE_PROGRAM_H

#include <stdbool.h>

#include "compiler/base/diag.h"
#include "compiler/drive/cc.h"
#include "compiler/drive/commands.h"
#include "compiler/drive/objects.h"
#include "compiler/modules/modules.h"

/* Prints what d holds on standard error and returns the text, without colours; "" if it holds
 * nothing. */
const char *program_report(Diag *d);

/* The same as JSON on standard output. */
bool program_report_json(Diag *d);

/* The file that o->file means. */
SourceFile *program_read(const Options *o);

/* The whole program that file is the entry of; NULL after errors, which are in d. A file under test
 * stands alone. */
Module *program_load(const Options *o, SourceFile *file, Diag *d);

/* The C of the program, after everything about it was said. *said: the warnings printed. module may
 * be NULL: then there are errors in d. */
IrProgram *program_to_c(const Options *o, Module *module, Diag *d, const char **said);

/* --emit-c */
bool program_write_c(const Options *o, const IrProgram *c);

/* The C texts of the program. */
bool program_units(const IrProgram *c, Units *units);

/* The C compiler, and the libraries that the command line names. */
bool program_tools(Toolchain *t, const Options *o);

/* The C libraries that the manifests name. */
bool program_link_libs(Toolchain *t, const Module *module);

#endif
