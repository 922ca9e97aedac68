/*
 * lower.h - from a checked program to the C-shaped tree.
 */
#ifndef PLUTO_LOWER_H
#define PLUTO_LOWER_H

#include "compiler/base/diag.h"
#include "compiler/emit/ir.h"
#include "compiler/check/program.h"

/* p went through check and infer without an error and has a main. Constructs that cannot be
 * compiled yet are reported as DIAG_UNSUPPORTED; the tree is then of no use. */
IrProgram *lower(Program *p, Diag *d);

#endif
