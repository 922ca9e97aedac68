/*
 * check.c - one function after the other, in source order.
 *
 * Everything known while a body is checked lives in Check and is made anew for each function.
 */
#include "compiler/check/check_internal.h"

/* ---- Functions ---- */

static void declare_func_params(Check *c)
{
    for (int i = 0; i < c->func->params.count; i++)
        declare_symbol(c, c->func->params.items[i]);
}

static void check_missing_return(Check *c)
{
    const Func *func = c->func;

    if (func->result == type_void || func->result == type_bad || func->body->leaves)
        return;
    diag_error(c->diag, DIAG_TYPE, func->decl->name.span,
               "missing return statement in function with return type %s",
               type_name(func->result));
}

static void warn_unused(Check *c)
{
    for (int i = 0; i < c->lets.count; i++) {
        const Symbol *symbol = c->lets.items[i];
        if (!symbol->read && symbol->name[0] != '_')
            diag_error(c->diag, DIAG_WARNING, symbol->span, "unused variable '%s'", symbol->name);
    }
}

/* A copy was made before a later assignment could take the original's origin away. */
static void settle_origins(Check *c)
{
    for (int i = 0; i < c->func->closures.count; i++) {
        Expr *closure = c->func->closures.items[i];
        for (int j = 0; j < closure->closure.copies.count; j++) {
            Symbol *copy = closure->closure.copies.items[j];
            copy->task_origin = copy->copy_of->task_origin;
        }
    }
}

static void add_closures(Check *c)
{
    for (int i = 0; i < c->func->closures.count; i++)
        LIST_ADD(&c->program->closures, c->func->closures.items[i]);
}

static void check_func_body(Check *c)
{
    int scope = scope_open(c);

    declare_func_params(c);
    check_statements(c, c->func->body, false);
    scope_close(c, scope);
    check_missing_return(c);
    finish_holes(c);
    settle_origins(c);
    add_closures(c);
}

static void check_func(Program *p, Func *func, Diag *d)
{
    Frame frame = { .result = func->result, .body = func->body };
    Check c = { .program = p, .globals = p->globals, .diag = d, .func = func, .frame = &frame };
    int   errors = diag_errors(d);

    if (!func->body)
        return;
    check_func_body(&c);
    if (diag_errors(d) == errors)
        warn_unused(&c);
}

/* ---- Phases 9 and 10 ---- */

void check(Program *p, Diag *d)
{
    for (int i = 0; i < p->funcs.count; i++)
        check_func(p, p->funcs.items[i], d);
    if (diag_errors(d) == 0)
        check_self_mutability(p, d);
}
