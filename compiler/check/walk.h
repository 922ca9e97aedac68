/*
 * walk.h - visits a tree in source order.
 */
#ifndef PLUTO_WALK_H
#define PLUTO_WALK_H

#include "compiler/syntax/ast.h"

/* Callbacks, each of which may be NULL. They run before a node's children and return whether the
 * walk goes on into these; one that returns false may call walk_expr_children itself. */
typedef struct Walk Walk;
struct Walk {
    bool (*expr)(Walk *w, Expr *e);
    bool (*stmt)(Walk *w, Stmt *s);
};

void walk_expr(Walk *w, Expr *e);         /* e may be NULL, here and below */
void walk_stmt(Walk *w, Stmt *s);
void walk_block(Walk *w, Block *block);
void walk_expr_children(Walk *w, Expr *e);
void walk_handler(Walk *w, CatchHandler *handler);

#endif
