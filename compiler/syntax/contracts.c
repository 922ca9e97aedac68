/*
 * contracts.c - only what has no effect and cannot fail may stand in a contract: literals, names,
 * fields, operators and .len().
 */
#include "compiler/syntax/contracts.h"

#include <string.h>

static void not_allowed(Diag *d, const Expr *e, const char *what)
{
    diag_error(d, DIAG_SYNTAX, e->span, "%s not allowed in contract expressions", what);
}

static void check_method(Diag *d, const Expr *e)
{
    if (strcmp(e->call.name.name, "len") != 0 || e->call.args.count != 0)
        diag_error(d, DIAG_SYNTAX, e->span,
                   "method call '.%s()' is not allowed in contract expressions", e->call.name.name);
}

/* What is wrong with e itself. Returns the operand that is left to look at, or NULL; right operands
 * are looked at here. Long chains lean to the left, so this is a loop for its caller. */
static const Expr *check_node(Diag *d, const Expr *e);

static void check_expr(Diag *d, const Expr *e)
{
    while (e)
        e = check_node(d, e);
}

static const Expr *check_node(Diag *d, const Expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_BOOL: case EXPR_NONE: case EXPR_NAME:
    case EXPR_SELF:
        return NULL;
    case EXPR_UNARY:
        return e->unary.operand;
    case EXPR_BINARY:
        check_expr(d, e->binary.right);
        return e->binary.left;
    case EXPR_FIELD:
        return e->field.object;
    case EXPR_METHOD:
        check_method(d, e);
        return e->call.object;
    case EXPR_CALL:
        diag_error(d, DIAG_SYNTAX, e->span,
                   "function call '%s()' is not allowed in contract expressions",
                   e->call.name.name);
        return NULL;
    case EXPR_STATIC_CALL: not_allowed(d, e, "static calls are"); return NULL;
    case EXPR_STRING:      not_allowed(d, e, "string literals are"); return NULL;
    case EXPR_FSTRING:     not_allowed(d, e, "f-strings are"); return NULL;
    case EXPR_ARRAY:       not_allowed(d, e, "array literals are"); return NULL;
    case EXPR_CAST:        not_allowed(d, e, "type casts are"); return NULL;
    case EXPR_INDEX:       not_allowed(d, e, "index expressions are"); return NULL;
    case EXPR_STRUCT:      not_allowed(d, e, "struct literals are"); return NULL;
    case EXPR_VARIANT:     not_allowed(d, e, "enum values are"); return NULL;
    case EXPR_MAP:         not_allowed(d, e, "map literals are"); return NULL;
    case EXPR_SET:         not_allowed(d, e, "set literals are"); return NULL;
    case EXPR_CLOSURE:     not_allowed(d, e, "closures are"); return NULL;
    case EXPR_RANGE:       not_allowed(d, e, "ranges are"); return NULL;
    case EXPR_COALESCE:    not_allowed(d, e, "'\?\?' is"); return NULL;
    case EXPR_UNWRAP:      not_allowed(d, e, "'?' is"); return NULL;
    case EXPR_PROPAGATE:   not_allowed(d, e, "'!' is"); return NULL;
    case EXPR_CATCH:       not_allowed(d, e, "catch is"); return NULL;
    case EXPR_IF:          not_allowed(d, e, "if expressions are"); return NULL;
    case EXPR_MATCH:       not_allowed(d, e, "match expressions are"); return NULL;
    case EXPR_SPAWN:       not_allowed(d, e, "spawn is"); return NULL;
    case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        return NULL;                               /* not parsed */
    }
    return NULL;
}

static void check_requires(Diag *d, const FuncDecl *f)
{
    for (int i = 0; i < f->requires.count; i++)
        check_expr(d, f->requires.items[i]);
}

static void check_class(Diag *d, const ClassDecl *c)
{
    for (int i = 0; i < c->methods.count; i++)
        check_requires(d, c->methods.items[i]);
    for (int i = 0; i < c->invariants.count; i++)
        check_expr(d, c->invariants.items[i]);
}

void contracts_check_form(Module *module, Diag *diag)
{
    for (int i = 0; i < module->funcs.count; i++)
        check_requires(diag, module->funcs.items[i]);
    for (int i = 0; i < module->classes.count; i++)
        check_class(diag, module->classes.items[i]);
    for (int i = 0; i < module->apps.count; i++)
        for (int j = 0; j < module->apps.items[i]->methods.count; j++)
            check_requires(diag, module->apps.items[i]->methods.items[j]);
    for (int i = 0; i < module->traits.count; i++)
        for (int j = 0; j < module->traits.items[i]->methods.count; j++)
            check_requires(diag, module->traits.items[i]->methods.items[j]);
}
