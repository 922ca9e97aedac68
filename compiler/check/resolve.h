/*
 * resolve.h - from types as written to types.
 */
#ifndef PLUTO_RESOLVE_H
#define PLUTO_RESOLVE_H

#include "compiler/base/diag.h"
#include "compiler/check/globals.h"

/* The type a value may have: anything but void. Reports what is wrong with it and then returns
 * type_bad; never NULL. */
Type *resolve_value_type(Globals *globals, Diag *d, const TypeExpr *written);

/* The result type of a function: void too; type_void for NULL. */
Type *resolve_result_type(Globals *globals, Diag *d, const TypeExpr *written);

#endif
