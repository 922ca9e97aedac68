/*
 * check.c - one function after the other.
 *
 * Everything known while a body is checked lives in Check and is made anew for each function.
 * Bodies ask for instances of what is generic; those are added to the program's functions and
 * classes and checked behind everything else, until there are no new ones.
 */
#include "compiler/check/check_internal.h"

#include <stdlib.h>

/* ---- Functions ---- */

static void declare_func_params(Check *c)
{
    for (int i = 0; i < c->func->params.count; i++)
        declare_symbol(c, c->func->params.items[i], c->func->params.items[i]->name);
}

static void check_missing_return(Check *c)
{
    const Func *func = c->func;

    if (func->result == type_void || func->result == type_bad || func->is_generator
        || func->body->leaves)
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

/* What errors in this body are about, if the text alone does not say it. */
static DiagContext func_context(const Func *func)
{
    if (func->is_instance)
        return instance_context(func->owner ? func->owner->name
                                            : instance_name(func->name, &func->env),
                                func->instantiated_at);
    if (func->inherited)
        return (DiagContext){ func->owner->decl->name.span,
                              arena_format("in class '%s', which inherits '%s'",
                                           func->owner->name, func->name) };
    return (DiagContext){ .text = NULL };
}

static Check begin(Program *p, Diag *d, Func *func, Frame *frame)
{
    *frame = (Frame){ .result = func->is_generator ? type_void : func->result,
                      .body = func->body,
                      .yields = func->is_generator ? func->result->elem : NULL };
    return (Check){ .program = p, .globals = p->globals, .diag = d, .func = func, .frame = frame,
                    .resolver = { .program = p, .diag = d, .env = &func->env } };
}

static void check_func(Program *p, Func *func, Diag *d)
{
    Frame       frame;
    Check       c      = begin(p, d, func, &frame);
    int         errors = diag_errors(d);
    DiagContext before = diag_context(d, func_context(func));

    if (func->body) {
        check_func_body(&c);
        check_requires(&c);
        if (diag_errors(d) == errors)
            warn_unused(&c);
    }
    diag_context(d, before);
}

/* ---- Classes and traits ---- */

static void check_class(Program *p, Class *cls, Diag *d)
{
    Func  none = { .owner = cls, .env = cls->env, .result = type_void };
    Frame frame;
    Check c = begin(p, d, &none, &frame);

    if (cls->decl->invariants.count == 0)
        return;
    DiagContext before = diag_context(d, cls->generic
        ? instance_context(cls->name, cls->instantiated_at) : (DiagContext){ .text = NULL });
    check_invariants(&c, cls);
    diag_context(d, before);
}

static void check_trait(Program *p, const TraitDef *trait, Diag *d)
{
    Func  none = { .result = type_void };
    Frame frame;

    for (int i = 0; trait->implementors.count == 0 && i < trait->methods.count; i++) {
        Check c = begin(p, d, &none, &frame);
        check_trait_clauses(&c, &trait->methods.items[i]);
    }
}

/* ---- Phases 9, 10 and 12 ---- */

/* Instances that the bodies ask for are added behind what is there. */
static void check_plain(Program *p, Diag *d)
{
    for (int i = 0; i < p->funcs.count; i++)
        if (!p->funcs.items[i]->is_instance)
            check_func(p, p->funcs.items[i], d);
    for (int i = 0; i < p->classes.count; i++)
        if (!p->classes.items[i]->generic)
            check_class(p, p->classes.items[i], d);
    for (int i = 0; i < p->traits.count; i++)
        check_trait(p, p->traits.items[i], d);
    check_generic_texts(p->module, d);
}

static void check_self_writes(Program *p, Diag *d, bool instances)
{
    for (int i = 0; i < p->funcs.count; i++) {
        const Func *func   = p->funcs.items[i];
        DiagContext before = diag_context(d, func_context(func));
        if (func->is_instance == instances)
            check_self_mutability(func, d);
        diag_context(d, before);
    }
}

static void check_instances(Program *p, Diag *d)
{
    int funcs = 0, classes = 0;

    while (funcs < p->funcs.count || classes < p->classes.count) {
        for (; funcs < p->funcs.count; funcs++)
            if (p->funcs.items[funcs]->is_instance)
                check_func(p, p->funcs.items[funcs], d);
        for (; classes < p->classes.count; classes++)
            if (p->classes.items[classes]->generic)
                check_class(p, p->classes.items[classes], d);
    }
}

static int by_source_order(const void *a, const void *b)
{
    const Func *f = *(Func *const *)a, *g = *(Func *const *)b;
    Span        x = f->decl->name.span, y = g->decl->name.span;
    if (x.file != y.file || x.start != y.start)
        return span_before(x, y) ? -1 : 1;
    return f->number < g->number ? -1 : 1;
}

static void number_funcs(Program *p)
{
    if (p->funcs.count > 0)
        qsort(p->funcs.items, (size_t)p->funcs.count, sizeof *p->funcs.items, by_source_order);
    for (int i = 0; i < p->funcs.count; i++)
        p->funcs.items[i]->number = i;
}

void check(Program *p, Diag *d)
{
    check_plain(p, d);
    if (diag_errors(d) > 0)
        return;
    check_self_writes(p, d, false);
    if (diag_errors(d) > 0)
        return;
    check_instances(p, d);
    if (diag_errors(d) == 0)
        check_self_writes(p, d, true);
    p->instances_failed = diag_errors(d) > 0;
    number_funcs(p);
}
