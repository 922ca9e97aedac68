/*
 * ast_print.h - the syntax tree as nested lists, for tests and for looking at a parse.
 *
 *     (fn main () (let x (+ 1 (* 2 3))) (call print x))
 */
#ifndef PLUTO_AST_PRINT_H
#define PLUTO_AST_PRINT_H

#include <stdio.h>

#include "compiler/syntax/ast.h"

/* One line for each declaration, grouped by kind as in Module. */
void ast_print_module(FILE *out, const Module *module);
void ast_print_expr(FILE *out, const Expr *e);
void ast_print_type(FILE *out, const TypeExpr *t);

#endif
