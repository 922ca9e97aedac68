/*
 * check_self.c - phase 10: methods without `mut self` do not write through self (language 13.4).
 *
 * What is reached through an injected field is no part of the object. Container methods on fields and mut self calls on field objects are allowed.
 */
#include "compiler/check/check_internal.h"
#include "compiler/check/walk.h"

typedef struct SelfWalk {
    Walk        walk;
    Diag       *diag;
    const Func *func;
} SelfWalk;

/* What stands left of the members and indices of e. */
static const Expr *root_of(const Expr *e, bool *indexed)
{
    *indexed = false;
    while (e->kind == EXPR_FIELD || e->kind == EXPR_INDEX) {
        *indexed |= e->kind == EXPR_INDEX;
        e = e->kind == EXPR_FIELD ? e->field.object : e->index.object;
    }
    return e;
}

/* Does the target belong to an injected object? Such objects are not part of self. */
static bool is_injected(const Expr *target)
{
    const Expr *e = target->kind == EXPR_FIELD ? target->field.object : target->index.object;
    for (; e->kind == EXPR_FIELD || e->kind == EXPR_INDEX;
         e = e->kind == EXPR_FIELD ? e->field.object : e->index.object)
        if (e->kind == EXPR_FIELD && e->field.object->type->kind == TYPE_CLASS
            && e->field.index < e->field.object->type->cls->injected)
            return true;
    return false;
}

/* "self.a.b" for a chain of fields. */
static const char *path_text(const Expr *e)
{
    return e->kind == EXPR_SELF ? "self"
         : arena_format("%s.%s", path_text(e->field.object), e->field.name.name);
}

static void advise(SelfWalk *w)
{
    diag_note(w->diag, w->func->decl->receiver_span,
              "declare `mut self` to let method '%s' change the object", w->func->name);
}

static void check_write(SelfWalk *w, const Expr *target)
{
    bool        indexed;
    const Expr *root = root_of(target, &indexed);

    if (root->kind != EXPR_SELF || root == target || is_injected(target))
        return;
    if (target->kind == EXPR_INDEX)
        diag_error(w->diag, DIAG_TYPE, target->span,
                   "cannot mutate self's data in a non-mut method");
    else if (!indexed)
        diag_error(w->diag, DIAG_TYPE, target->span, "cannot assign to '%s' in a non-mut method",
                   path_text(target));
    else
        return;
    advise(w);
}

static bool check_self_stmt(Walk *walk, Stmt *s)
{
    if (s->kind == STMT_ASSIGN)
        check_write((SelfWalk *)walk, s->assign.target);
    return true;
}

static bool is_mutating_call(const Expr *e)
{
    return e->kind == EXPR_METHOD && e->call.object->kind == EXPR_SELF
        && e->call.callee.kind == CALL_FUNC
        && e->call.callee.func->decl->receiver == RECV_MUT_SELF;
}

static bool check_self_expr(Walk *walk, Expr *e)
{
    SelfWalk *w = (SelfWalk *)walk;

    if (is_mutating_call(e)) {
        diag_error(w->diag, DIAG_TYPE, e->span,
                   "cannot call 'mut self' method '%s' on self in a non-mut method",
                   e->call.name.name);
        advise(w);
    }
    return true;
}

void check_self_mutability(const Func *func, Diag *d)
{
    SelfWalk w = { { check_self_expr, check_self_stmt }, d, func };
    if (func->decl->receiver == RECV_SELF)
        walk_block(&w.walk, func->body);
}
