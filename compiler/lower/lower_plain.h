/*
 * lower_plain.h - plain pieces of a program: nothing in them is called.
 *
 * So no array in them changes its length or moves, with one exception: a loop may push to one array
 * in each round, if it mentions no other of the same type. Then only that array changes.
 */
#ifndef PLUTO_LOWER_PLAIN_H
#define PLUTO_LOWER_PLAIN_H

#include "compiler/check/walk.h"
#include "compiler/lower/lower_internal.h"

typedef enum {
    CALLS_NONE,
    CALLS_SHORT,                          /* of functions that do not recurse */
    CALLS_ANY,                            /* but no blocks inside expressions */
} CallsAllowed;

/* What a piece of program does. Complete only if it is plain. */
typedef struct PlainWalk {
    Walk walk;                            /* for walk_expr and its like */
    CallsAllowed calls;                   /* beyond CALLS_NONE it is not quite plain */
    bool plain, has_loop, has_continue;
    bool has_jump;                        /* return, break, continue */
    int  size;                            /* expressions, parts of expressions included */
    const Expr *push;                     /* the exception, or NULL */
    LIST(Symbol *)     changing;          /* declared or assigned */
    LIST(const Type *) stored;            /* types of elements that are stored */
    LIST(const Expr *) stored_fields;     /* EXPR_FIELD that are stored */
    LIST(Expr *)       indexed;           /* every EXPR_INDEX */
} PlainWalk;

PlainWalk plain_walk(void);               /* of nothing yet */
PlainWalk plain_walk_rounds(Stmt *loop);  /* of everything that is evaluated once per round */
PlainWalk plain_walk_calling(Stmt *loop); /* the same with CALLS_ANY */

/* Does e mean the same array, or the same int, throughout? */
bool plain_is_fixed(const PlainWalk *w, const Expr *e);

/* Is e an int that is the same throughout, and cheap? */
bool plain_is_fixed_int(const PlainWalk *w, const Expr *e);

bool expr_is_variable(const Expr *e);     /* or self */
bool expr_is_field(const Expr *e);        /* x.a, x being a variable that holds an object */

#endif
