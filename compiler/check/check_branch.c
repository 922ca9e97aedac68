/*
 * check_branch.c - code that may or may not run: the branches of if, the default of ?? (language
 * 9.8, decisions A6 and A7).
 */
#include "compiler/check/check_internal.h"

/* ---- if ---- */

void check_condition(Check *c, Expr *cond, const char *what)
{
    Type *type = check_value(c, cond);
    if (same_type(c, type, type_bool, cond->span))
        return;
    diag_error(c->diag, DIAG_TYPE, cond->span, "%s must be bool, found %s", what,
               type_name(type));
    label_type(c, cond);
}

static bool no_value(const Block *block)
{
    return block->leaves && block->value_type == type_void;
}

Type *nullable_of_both(Type *a, Type *b)
{
    Type *nullable = a->kind == TYPE_NULLABLE ? a : b->kind == TYPE_NULLABLE ? b : NULL;
    Type *other    = nullable == a ? b : a;
    bool  fits     = nullable && (other == type_none || other == nullable->elem);
    return fits ? nullable : NULL;
}

static Type *unify_branches(Check *c, Block *then, Block *otherwise, Span span)
{
    Type *a = known_type(then->value_type), *b = known_type(otherwise->value_type);

    if (no_value(then))
        return b;
    if (no_value(otherwise) || same_type(c, a, b, span))
        return a;
    Type *nullable = nullable_of_both(a, b);
    if (nullable) {
        convert_block(c, then, nullable);
        convert_block(c, otherwise, nullable);
        return nullable;
    }
    diag_error(c->diag, DIAG_TYPE, span,
               "if-expression branches have incompatible types: %s and %s", type_name(a),
               type_name(b));
    diag_note(c->diag, otherwise->span, "this branch is %s", type_name(b));
    return type_bad;
}

/* The end of a checked `then`: what its condition proved and still holds, what it passes on. */
typedef struct ThenEnd { NarrowFacts still, assigned; bool leaves; } ThenEnd;

static ThenEnd check_then(Check *c, const NarrowFacts *yes, Block *then, bool wants_value)
{
    ThenEnd end  = { 0 };
    int     mark = narrow_mark(c);

    narrow_apply(c, yes);
    check_block(c, then, wants_value);
    end.still  = narrow_remaining(yes);
    end.leaves = then->leaves;
    narrow_end_one(c, mark, then->leaves, &end.assigned);
    return end;
}

/* The branch taken when the condition is not true; what that proves holds afterwards if `then`
 * leaves. */
static void check_otherwise(Check *c, const NarrowFacts *no, const ThenEnd *then, Block *otherwise,
                            bool wants_value)
{
    int mark = narrow_mark(c);

    narrow_apply(c, no);
    if (otherwise)
        check_block(c, otherwise, wants_value);
    if (then->leaves)
        return;
    bool leaves = otherwise && otherwise->leaves;
    narrow_end(c, mark, leaves);
    narrow_forget(c, &then->assigned);
    if (leaves)
        narrow_apply(c, &then->still);
}

Type *check_branches(Check *c, const Expr *cond, Block *then, Block *otherwise, bool wants_value,
                     Span span)
{
    NarrowFacts yes = narrow_facts(c, cond, true);
    NarrowFacts no  = narrow_facts(c, cond, false);
    ThenEnd     end = check_then(c, &yes, then, wants_value);

    check_otherwise(c, &no, &end, otherwise, wants_value);
    return wants_value ? unify_branches(c, then, otherwise, span) : type_void;
}

Type *check_if(Check *c, Expr *e)
{
    check_condition(c, e->if_.cond, "if condition");
    Type *type = check_branches(c, e->if_.cond, e->if_.then, e->if_.otherwise, true, e->span);
    return set_type(c, e, type);
}

/* ---- ?? ---- */

static Type *coalesce_type(Check *c, Expr *e, Type *left)
{
    Type *right = known_type(check_expecting(c, e->coalesce.right, left->elem));

    if (right == type_none || right == left) {
        convert(c, &e->coalesce.right, left);
        return left;
    }
    if (convert(c, &e->coalesce.right, left->elem))
        return known_type(left->elem);
    report_mismatch(c, e->coalesce.right, "type mismatch in default for `none`", left->elem);
    return type_bad;
}

Type *check_coalesce(Check *c, Expr *e)
{
    Type *left = check_raw(c, e->coalesce.left);

    if (left->kind == TYPE_NULLABLE) {
        int mark = narrow_mark(c);
        Type *type = coalesce_type(c, e, left);
        narrow_end(c, mark, false);
        return set_type(c, e, type);
    }
    check_expecting(c, e->coalesce.right, type_bad);
    if (left == type_none)
        report_untyped_none(c, e->coalesce.left->span);
    else if (left != type_bad)
        diag_error(c->diag, DIAG_TYPE, e->coalesce.left->span,
                   "'?\?' applied to non-nullable type %s", type_name(left));
    return set_bad(e);
}
