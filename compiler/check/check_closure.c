/*
 * check_closure.c - closures, and what depends on the result type of the body: return and `?`
 * (language 8.6, 11.1, 17.3).
 *
 * The result type of a closure without annotation is that of the first `return e` that stands
 * directly in its body. Until it was seen, Frame.result is NULL; returns and unwraps found before
 * are remembered and judged when it is known.
 */
#include "compiler/check/check_internal.h"

/* ---- return ---- */

static void report_return(Check *c, const Stmt *s, Type *result)
{
    Span        at    = s->ret.value ? s->ret.value->span : s->span;
    const Type *found = s->ret.value ? known_type(s->ret.value->type) : type_void;

    diag_error(c->diag, DIAG_TYPE, at, "return type mismatch: expected %s, found %s",
               type_name(known_type(result)), type_name(found));
    if (s->ret.value)
        label_type(c, s->ret.value);
}

static void judge_return(Check *c, Stmt *s, Type *result)
{
    if (c->frame->yields && s->ret.value) {
        diag_error(c->diag, DIAG_TYPE, s->ret.value->span,
                   "return with a value is not allowed in generator '%s'", c->func->name);
        diag_help(c->diag, "a generator gives values with yield");
        return;
    }
    bool fits = s->ret.value ? convert(c, &s->ret.value, result)
                             : result == type_void || result == type_bad;
    if (!fits)
        report_return(c, s, result);
}

/* The first return that may decide does; others wait for it. */
static void check_undecided_return(Check *c, Stmt *s)
{
    Frame *frame = c->frame;
    Type  *type  = s->ret.value ? check_expr(c, s->ret.value) : NULL;

    if (!type || frame->block != frame->body) {
        LIST_ADD(&frame->undecided_returns, s);
    } else if (type == type_none) {
        report_untyped_none(c, s->ret.value->span);
        frame->result = type_bad;
    } else {
        frame->result = type;
    }
}

void check_return(Check *c, Stmt *s)
{
    if (!c->frame->result) {
        check_undecided_return(c, s);
        return;
    }
    if (s->ret.value)
        check_expecting(c, s->ret.value, c->frame->yields ? type_bad : c->frame->result);
    judge_return(c, s, c->frame->result);
}

/* ---- ? ---- */

static void judge_unwrap(Check *c, const Expr *e, Type *result)
{
    if (result->kind == TYPE_NULLABLE || result == type_void || result == type_bad)
        return;
    diag_error(c->diag, DIAG_TYPE, e->span,
               "'?' cannot be used in function returning non-nullable type %s",
               type_name(known_type(result)));
}

static Type *report_unwrap(Check *c, Expr *e, const Type *type)
{
    if (type == type_none)
        report_untyped_none(c, e->unwrap.operand->span);
    else if (type != type_bad)
        diag_error(c->diag, DIAG_TYPE, e->span, "'?' applied to non-nullable type %s",
                   type_name(type));
    return set_bad(e);
}

Type *check_unwrap(Check *c, Expr *e)
{
    Type *type = check_raw(c, e->unwrap.operand);

    if (type->kind != TYPE_NULLABLE)
        return report_unwrap(c, e, type);
    if (c->frame->result)
        judge_unwrap(c, e, c->frame->result);
    else
        LIST_ADD(&c->frame->undecided_unwraps, e);
    return set_type(c, e, type->elem);
}

/* ---- Closures ---- */

static void declare_params(Check *c, Expr *e)
{
    for (int i = 0; i < e->closure.params.count; i++) {
        Param *param = &e->closure.params.items[i];
        Type  *type  = resolve_value_type(&c->resolver, param->type);
        param->symbol = declare_local(c, SYM_PARAM, param->name, type);
    }
}

static void check_value_body(Check *c, Expr *e)
{
    Frame *frame = c->frame;

    if (frame->result) {
        if (!check_converting(c, &e->closure.value, frame->result))
            report_mismatch(c, e->closure.value, "return type mismatch", frame->result);
        return;
    }
    Type *type = check_expr(c, e->closure.value);
    if (type == type_none)
        report_untyped_none(c, e->closure.value->span);
    frame->result = type == type_none ? type_bad : type;
}

static void check_block_body(Check *c, Expr *e)
{
    Frame *frame = c->frame;

    check_statements(c, e->closure.block, false);
    if (!frame->result)
        frame->result = type_void;
    if (frame->result != type_void && frame->result != type_bad && !e->closure.block->leaves)
        diag_error(c->diag, DIAG_TYPE, e->span,
                   "missing return statement in closure with return type %s",
                   type_name(known_type(frame->result)));
}

static void judge_undecided(Check *c)
{
    Frame *frame = c->frame;

    for (int i = 0; i < frame->undecided_returns.count; i++)
        judge_return(c, frame->undecided_returns.items[i], frame->result);
    for (int i = 0; i < frame->undecided_unwraps.count; i++)
        judge_unwrap(c, frame->undecided_unwraps.items[i], frame->result);
}

static void check_body(Check *c, Expr *e)
{
    int scope = scope_open(c), mark = narrow_mark(c);

    declare_params(c, e);
    scope_covers(c, e->span);
    if (e->closure.value)
        check_value_body(c, e);
    else
        check_block_body(c, e);
    judge_undecided(c);
    narrow_end(c, mark, true);
    scope_close(c, scope);
}

static Type *closure_type(Expr *e, Type *result)
{
    int    count  = e->closure.params.count;
    Type **params = arena_alloc((size_t)(count + 1) * sizeof *params);
    bool   good   = result != type_bad;

    for (int i = 0; i < count; i++) {
        params[i] = e->closure.params.items[i].symbol->type;
        good &= params[i] != type_bad;
    }
    return good ? type_fn(params, count, result) : type_bad;
}

Type *check_closure(Check *c, Expr *e)
{
    Frame frame = { .outer = c->frame, .closure = e, .level = c->frame->level + 1,
                    .body = e->closure.block };

    if (e->closure.result)
        frame.result = resolve_result_type(&c->resolver, e->closure.result);
    e->closure.number = c->func->closures.count;
    LIST_ADD(&c->func->closures, e);
    c->frame = &frame;
    check_body(c, e);
    c->frame = frame.outer;
    e->closure.result_type = known_type(frame.result);
    note_type(c, &e->closure.result_type);
    return set_type(c, e, closure_type(e, e->closure.result_type));
}
