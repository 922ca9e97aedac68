/*
 * entry.h - a program has one entry: main, an app, stages or a system (programs 1.2).
 */
#ifndef PLUTO_ENTRY_H
#define PLUTO_ENTRY_H

#include "compiler/base/diag.h"
#include "compiler/syntax/ast.h"

/* Reports entries that exclude each other, in the files of the program's own module. */
void entry_check(const Module *whole, Diag *d);

#endif
