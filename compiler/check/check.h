/*
 * check.h - types the bodies of all functions.
 *
 * What check leaves behind in a program without errors, beyond the comments in ast.h and program.h:
 *
 *   types         every Expr has a type, and no type is or contains TYPE_HOLE or TYPE_BAD
 *   conversions   explicit. Where T is stored as T? stands EXPR_SOME around the value. A none has
 *                 the nullable type wanted of it (EXPR_NONE with type T?); it keeps type_none only
 *                 where no type is wanted of it: as an expression statement, and on both sides of
 *                 none == none. In if expressions the conversion stands in the branches' last
 *                 statements, so that both branches have exactly the type of the expression
 *   narrowing     a use of x : T? as T is EXPR_NARROWED (type T) around EXPR_NAME (type T?)
 *   comparison    with none: one operand has type T?, the other is EXPR_NONE of the same type
 *   ??            left has type T?; right has the type of the whole, which is T or T?
 *   calls         every Callee is resolved, that of a spawned call too. A spawned call has the
 *                 type T of the function's result, its EXPR_SPAWN the type Task<T>
 *   self          EXPR_SELF has its variable in name.symbol, as EXPR_NAME has: the function's
 *                 first parameter, or the copy in a closure
 *   targets       of assignments: EXPR_NAME (symbol set, type of the variable), EXPR_FIELD,
 *                 EXPR_INDEX; never narrowed. x++ has become x += 1 (STMT_INCREMENT is gone), and
 *                 x += e on a narrowed x has become
 *                 x = x + e
 *   catch         the type of the whole is that of the call. For a void call no handler has a
 *                 value that counts: CATCH_VALUE's expression is evaluated and dropped
 *   error fields  .message of a caught error of unknown kind has field.index -1
 *   [ ]           an empty array literal has its array type, from its context or first use
 */
#ifndef PLUTO_CHECK_H
#define PLUTO_CHECK_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

/* Phases 9 and 10 of language 1.3: bodies, then writes through self. The warnings of language 27
 * are given for functions without errors. To be called after declare, if that found no error. */
void check(Program *p, Diag *d);

#endif
