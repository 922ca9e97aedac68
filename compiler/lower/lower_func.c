/*
 * lower_func.c - functions and methods that are not generators.
 *
 * What may recurse asks for stack and polls at its entry (RT_ENTER), but after statements that may
 * return at once:
 *
 *     fn depth(t: Tree) int {
 *         if t.is_leaf { return 1 }
 *         return 1 + max(depth(t.left), depth(t.right))
 *     }
 *
 * Where a function begins with such exits, it is two in C: f_depth, which has the exits and calls
 * f_depth$rest. C compilers put the first into its callers, so that the last call of a recursion
 * is none. Nothing before RT_ENTER recurses or loops, so it needs no more than a constant amount of
 * stack and time.
 */
#include "compiler/lower/lower_internal.h"

uint32_t func_line(const Func *f)
{
    uint32_t line, column;
    source_locate(f->decl->span.file, f->decl->span.start, &line, &column);
    return line;
}

/* ---- Before RT_ENTER ---- */

/* How many statements the body begins with that return or do nothing. Every call gets them. */
static int count_exits(const Func *f)
{
    enum { MOST = 2 };
    int count = 0;
    if (f->requires.count > 0)
        return 0;
    while (count < f->body->stmts.count && count < MOST &&
           stmt_is_short_exit(f->body->stmts.items[count]))
        count++;
    return count;
}

/* How many statements come before RT_ENTER: those that call nothing, up to the last that may
 * return. */
static int count_early(const Func *f)
{
    const Block *body  = f->body;
    int          count = 0;
    for (int i = 0; f->requires.count == 0 && i < body->stmts.count; i++) {
        if (!stmt_is_plain(body->stmts.items[i]))
            break;
        if (stmt_is_exit(body->stmts.items[i]))
            count = i + 1;
    }
    return count;
}

/* ---- C functions ---- */

static IrFunc *begin_func(Lower *l, Func *f, Body *body, const char *name)
{
    body->func   = f;
    body->result = f->result;
    body->raises = f->may_raise;
    body->line   = func_line(f);
    l->body      = body;
    IrFunc *c    = func_new(l, f->may_raise ? c_result(l, f->result) : c_type(l, f->result), name);
    c->line      = body->line;
    for (int i = 0; i < f->params.count; i++) {
        Symbol *s = f->params.items[i];
        func_param(c, c_type(l, s->type), local_name(s), !s->read || s->kind == SYM_SELF);
    }
    body_begin(l, body, c);
    return c;
}

static void end_func(Lower *l, IrFunc *c)
{
    l->body->line = 0;
    put_end(l);
    body_end(l, c);
}

static void put_enter(Lower *l, Func *f)
{
    if (f->may_recurse)
        put_eval(l, IR_CALL_OF(IR_WRITES, "RT_ENTER", place_of(l, f->decl->name.span)));
}

/* Statements [from, ..) of the body, RT_ENTER after the first `early`. */
static void put_body(Lower *l, Func *f, int from, int early)
{
    lower_stmts(l, f->body, from, from + early);
    put_enter(l, f);
    put_requires(l, f);
    lower_stmts(l, f->body, from + early, f->body->stmts.count);
}

/* return f_depth$rest(t); */
static void put_rest_call(Lower *l, Func *f, const char *rest)
{
    IrExpr *call = IR_CALL_OF(IR_WRITES, rest, NULL);
    for (int i = 0; i < f->params.count; i++)
        ir_call_add(call, ir_name(local_name(f->params.items[i]), 0));
    if (f->result->kind == TYPE_VOID && !f->may_raise)
        put_eval(l, call);
    else
        put(l, IR_RETURN)->ret = call;
}

static void lower_in_two(Lower *l, Func *f, int exits)
{
    Body        body = {0}, rest_body = {0};
    const char *rest = arena_format("%s$rest", func_name(l, f));
    IrFunc     *c    = begin_func(l, f, &body, func_name(l, f));
    c->title         = func_title(f);
    c->is_early      = true;
    put_count(l, POINT_FUNCTION_ENTRY, f->decl->name.span);
    lower_stmts(l, f->body, 0, exits);
    body.line = c->line;
    put_rest_call(l, f, rest);
    body.line = 0;
    body_end(l, c);
    c = begin_func(l, f, &rest_body, rest);
    put_body(l, f, exits, 0);
    end_func(l, c);
    c->is_inline = !rest_body.has_loop;
}

/* gcc is told to inline what has no loop, or its early part, although bounds checks make it look
 * larger than it is. */
static void lower_in_one(Lower *l, Func *f)
{
    Body    body  = {0};
    int     early = f->may_recurse ? count_early(f) : 0;
    IrFunc *c     = begin_func(l, f, &body, func_name(l, f));
    c->title      = func_title(f);
    put_count(l, POINT_FUNCTION_ENTRY, f->decl->name.span);
    put_body(l, f, 0, early);
    end_func(l, c);
    c->is_inline = early > 0 || (!f->may_recurse && !body.has_loop);
}

void lower_plain_func(Lower *l, Func *f)
{
    int exits = f->may_recurse ? count_exits(f) : 0;
    if (exits > 0)
        lower_in_two(l, f, exits);
    else
        lower_in_one(l, f);
}
