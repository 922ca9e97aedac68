/*
 * foreign.h - the signatures of extern functions.
 *
 * A value has an ordinary type in the program and a form that C sees. cint and cstring are names of
 * forms of int and string, and mean nothing elsewhere; bytes and cptr are types everywhere.
 */
#ifndef PLUTO_FOREIGN_H
#define PLUTO_FOREIGN_H

#include "compiler/check/resolve.h"

/* The type of a parameter or result of an extern function, as the program sees it. void too. */
Type *resolve_foreign_type(const Resolver *r, const TypeExpr *written);

/* Once parameters and result have their types: sets the forms, reports what C cannot be given. */
void check_foreign(const Resolver *r, Func *func);

/* Do both promise the same about a C function? */
bool is_same_foreign(const Func *a, const Func *b);

#endif
