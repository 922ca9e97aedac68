/*
 * check_contract.c - requires and invariants (language 18). Their form was judged after parsing.
 *
 * A clause of a trait method is checked once for each method that implements it, on a copy in which
 * the trait's parameter names stand for the method's own parameters.
 */
#include "compiler/check/check_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "compiler/syntax/ast_clone.h"

/* ---- How violations print a clause (18.5) ---- */

static const char *const binary_texts[] = {
    [OP_ADD] = "+",  [OP_SUB] = "-",  [OP_MUL] = "*",  [OP_DIV] = "/",  [OP_REM] = "%",
    [OP_EQ] = "==",  [OP_NE] = "!=",  [OP_LT] = "<",   [OP_LE] = "<=",  [OP_GT] = ">",
    [OP_GE] = ">=",  [OP_AND] = "&&", [OP_OR] = "||",  [OP_BAND] = "&", [OP_BOR] = "|",
    [OP_BXOR] = "^", [OP_SHL] = "<<", [OP_SHR] = ">>",
};

static const char *const unary_texts[] = { [OP_NEG] = "-", [OP_NOT] = "!", [OP_BNOT] = "~" };

static void put_text(FILE *out, const Expr *e);

static void put_bare_text(FILE *out, const Expr *e)
{
    switch (e->kind) {
    case EXPR_INT:   fprintf(out, "%" PRIu64, e->integer.value); return;
    case EXPR_FLOAT: fprintf(out, "%.15g", e->floating); return;
    case EXPR_BOOL:  fputs(e->boolean ? "true" : "false", out); return;
    case EXPR_NONE:  fputs("none", out); return;
    case EXPR_SELF:  fputs("self", out); return;
    case EXPR_NAME:  fputs(e->name.ident.name, out); return;
    case EXPR_UNARY:
        fputs(unary_texts[e->unary.op], out);
        put_text(out, e->unary.operand);
        return;
    case EXPR_BINARY:
        put_text(out, e->binary.left);
        fprintf(out, " %s ", binary_texts[e->binary.op]);
        put_text(out, e->binary.right);
        return;
    case EXPR_FIELD:
        put_text(out, e->field.object);
        fprintf(out, ".%s", e->field.name.name);
        return;
    case EXPR_METHOD:
        put_text(out, e->call.object);
        fprintf(out, ".%s()", e->call.name.name);
        return;
    case EXPR_STRING: case EXPR_FSTRING: case EXPR_CAST: case EXPR_COALESCE: case EXPR_RANGE:
    case EXPR_CALL: case EXPR_STATIC_CALL: case EXPR_INDEX: case EXPR_UNWRAP:
    case EXPR_PROPAGATE: case EXPR_CATCH: case EXPR_ARRAY: case EXPR_STRUCT: case EXPR_VARIANT:
    case EXPR_MAP: case EXPR_SET: case EXPR_CLOSURE: case EXPR_IF: case EXPR_MATCH:
    case EXPR_SPAWN: case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        return;                           /* not in a contract */
    }
}

static void put_text(FILE *out, const Expr *e)
{
    if (e->parenthesized)
        putc('(', out);
    put_bare_text(out, e);
    if (e->parenthesized)
        putc(')', out);
}

static Name clause_text(const Expr *e)
{
    char  *text = NULL;
    size_t size = 0;
    FILE  *out  = open_memstream(&text, &size);

    if (!out)
        return "";
    put_text(out, e);
    fclose(out);
    Name kept = intern(text, size);
    free(text);
    return kept;
}

/* ---- requires ---- */

static void add_clause(Check *c, Expr *cond)
{
    Clause clause = { .cond = cond, .text = clause_text(cond), .span = cond->span };

    check_condition(c, cond, "requires expression");
    LIST_ADD(&c->func->requires, clause);
}

/* names: the declaration whose parameter names the clauses use. */
static void declare_params(Check *c, const FuncDecl *names)
{
    int self = c->func->params.count - names->params.count;

    for (int i = 0; i < c->func->params.count; i++) {
        Symbol *param = c->func->params.items[i];
        declare_symbol(c, param, i < self ? param->name : names->params.items[i - self].name.name);
    }
}

static void check_clauses(Check *c, const FuncDecl *decl, bool copies)
{
    int scope = scope_open(c);

    declare_params(c, decl);
    for (int i = 0; i < decl->requires.count; i++) {
        Expr *cond = decl->requires.items[i];
        add_clause(c, copies ? clone_expr(cond) : cond);
    }
    scope_close(c, scope);
}

static void check_inherited_clauses(Check *c)
{
    const Class *owner = c->func->owner;

    for (int i = 0; i < owner->traits.count; i++) {
        const TraitDef *trait = owner->traits.items[i];
        int index = namemap_find(trait->method_index, c->func->name);
        if (index >= 0 && trait->methods.items[index].decl->requires.count > 0)
            check_clauses(c, trait->methods.items[index].decl, true);
    }
}

void check_requires(Check *c)
{
    if (c->func->owner && c->func->decl->receiver != RECV_NONE)
        check_inherited_clauses(c);
    if (!c->func->inherited && c->func->decl->requires.count > 0)
        check_clauses(c, c->func->decl, false);
}

/* self could be anything then, so what is said of it is not judged. The clauses stay as parsed: an
 * instance of a generic class may still come to implement the trait. */
void check_trait_clauses(Check *c, const TraitMethod *method)
{
    int    scope = scope_open(c);
    Ident  self  = { intern_text("self"), method->decl->receiver_span };

    declare_local(c, SYM_SELF, self, type_bad);
    for (int i = 0; i < method->decl->params.count; i++) {
        Symbol *param = method->decl->params.items[i].symbol;
        declare_symbol(c, param, param->name);
    }
    for (int i = 0; i < method->decl->requires.count; i++)
        check_condition(c, clone_expr(method->decl->requires.items[i]), "requires expression");
    scope_close(c, scope);
}

/* ---- invariant ---- */

void check_invariants(Check *c, Class *cls)
{
    int   scope = scope_open(c);
    Ident self  = { intern_text("self"), cls->decl->name.span };

    cls->invariant_self = declare_local(c, SYM_SELF, self, cls->type);
    for (int i = 0; i < cls->decl->invariants.count; i++) {
        Expr *cond = cls->decl->invariants.items[i];
        if (cls->generic)
            cond = clone_expr(cond);
        LIST_ADD(&cls->invariant_texts, clause_text(cond));
        LIST_ADD(&cls->invariants, cond);
        check_condition(c, cond, "invariant expression");
    }
    scope_close(c, scope);
}
