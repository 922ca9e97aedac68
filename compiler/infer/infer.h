/*
 * infer.h - which errors may leave which function, and what follows (language 16).
 */
#ifndef PLUTO_INFER_H
#define PLUTO_INFER_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

/* Phase 11 of language 1.3: infers error sets, then reports fallible calls without handler,
 * handlers without fallible call, and chains of typed handlers that leave an error out. Sets what
 * program.h and ast.h say infer sets. To be called after check, if that found no error.
 *
 * If check found errors in bodies of instances only (phase 12), this may be called, too, with a Diag
 * of its own: it then leaves these bodies out, reports nothing that depends on them, and sets
 * nothing that lower needs. */
void infer(Program *p, Diag *d);

/* Is the kind in the set? */
bool error_set_has(const ErrorSet *set, int number);

/* May a call of a value of this function type let an error out? Is the type listed in
 * Program.raising_fn_types? */
bool fn_type_raises(const Program *p, const Type *type);

#endif
