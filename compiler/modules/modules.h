/*
 * modules.h - all files of a program, as one tree.
 *
 * A program is the file that was named, the files beside it, and the modules that they import,
 * which import others in turn. Each file is read and parsed; what it declares goes to one tree, and
 * the module of the file in which a name stands says to which name space it belongs (globals.h).
 */
#ifndef PLUTO_MODULES_H
#define PLUTO_MODULES_H

#include "compiler/base/diag.h"
#include "compiler/syntax/ast.h"

typedef struct ModuleOptions {
    const char *stdlib;          /* root of the standard library; NULL: the folder stdlib beside the
                                    entry if there is one, else own_library */
    const char *own_library;     /* the compiler's own; NULL: there is none */
    bool        standalone;      /* the files beside the entry are no part of the program */
} ModuleOptions;

/* The tree of the program whose entry is given: Module.files is set, and the target of each import.
 * Never NULL. After errors, which are in d, it is incomplete and fit for nothing. */
Module *modules_load(SourceFile *entry, const ModuleOptions *options, Diag *d);

#endif
