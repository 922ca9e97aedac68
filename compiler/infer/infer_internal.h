/*
 * infer_internal.h - what the files of infer share.
 *
 *   infer.c         the order of things; what a call may raise
 *   infer_sets.c    the least fixed point of error sets (language 16.3)
 *   infer_check.c   handlers that are missing or needless (16.4, 16.5)
 *   infer_flow.c    may_raise, raising function types, may_recurse
 *   infer_locks.c   classes whose methods take a lock
 */
#ifndef PLUTO_INFER_INTERNAL_H
#define PLUTO_INFER_INTERNAL_H

#include "compiler/base/arena.h"
#include "compiler/check/builtin.h"
#include "compiler/infer/infer.h"
#include "compiler/check/walk.h"

/* What the language says a call or another waiting point may raise: all of these together. */
typedef struct Raises {
    unsigned     kinds;                   /* bit 1 << k: the predeclared kind k */
    Func        *func;                    /* and whatever it does; NULL: nothing */
    bool         waits;                   /* for a task that runs func: if func may raise anything,
                                             TaskCancelled may come, too */
    TraitMethod *method;                  /* and whatever an implementation does; or NULL */
    bool         any;                     /* any declared kind: a task of unknown origin */
} Raises;

Raises call_raises(const Expr *call);

/* By waiting itself, a select statement without default raises these. */
Raises select_raises(const Stmt *select);

/* What may come out of the task of an ARM_GET. */
Raises arm_raises(const SelectArm *arm);

bool is_fallible(const Raises *r);
bool may_raise_kind(const Raises *r, int number);

bool is_call(const Expr *e);

/* Is its body one of those that check may have refused? Then its set is empty, and each set holds
 * at least, not exactly, what the language says. */
bool is_left_out(const Program *p, const Func *func);

/* Is the last handler of the chain one for every error? */
bool catches_all(const Expr *catch_);

/* Does a handler of the chain name that kind? */
bool has_handler_for(const Expr *catch_, int number);

/* Calls visit for every method of every trait and every function that implements it. */
void for_implementations(Program *p, void *data,
                         void (*visit)(void *data, TraitMethod *method, Func *func));

/* The number of trait methods, which TraitMethod.number counts. */
int count_trait_methods(const Program *p);

void infer_sets(Program *p);
void infer_check(Program *p, Diag *d);
void infer_flow(Program *p);
void infer_locks(Program *p);

/* ---- Error sets ---- */

void error_set_add(ErrorSet *set, int number);
bool error_set_is_empty(const ErrorSet *set);
bool error_set_join(ErrorSet *set, const ErrorSet *other);         /* true: something was new */

#endif
