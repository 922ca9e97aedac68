/*
 * ast_clone.h - copies of declarations, one for each instance of something generic.
 */
#ifndef PLUTO_AST_CLONE_H
#define PLUTO_AST_CLONE_H

#include "compiler/syntax/ast.h"

/* A deep copy in which every node that check annotates is new. Types as written and names are
 * shared. To be made before check has seen the original. */
FuncDecl *clone_func(const FuncDecl *decl);
Expr     *clone_expr(const Expr *e);      /* NULL for NULL */

#endif
