/*
 * lower_plain.c - which loops and statements are plain: nothing in them is called.
 *
 * Walk callbacks note what a piece of program does. Walking stops at the first thing that is not
 * plain, so nothing but `plain` is complete then.
 */
#include "compiler/lower/lower_plain.h"

/* ---- What is plain ---- */

static bool is_plain_builtin(int builtin)
{
    switch ((Builtin)builtin) {
    case BI_ABS_INT: case BI_ABS_FLOAT: case BI_MIN_INT: case BI_MIN_FLOAT: case BI_MAX_INT:
    case BI_MAX_FLOAT: case BI_POW_FLOAT: case BI_SQRT: case BI_SIN: case BI_COS: case BI_TAN:
    case BI_LOG: case BI_FLOOR: case BI_CEIL: case BI_ROUND: case BI_STRING_LEN:
    case BI_STRING_IS_EMPTY: case BI_STRING_BYTE_AT: case BI_ARRAY_LEN: case BI_ARRAY_IS_EMPTY:
    case BI_BYTES_LEN:
        return true;
    default:
        return false;
    }
}

static bool is_array(const Type *t)
{
    return t->kind == TYPE_ARRAY || t->kind == TYPE_BYTES;
}

static bool is_plain_expr(const Expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_BOOL: case EXPR_NONE:
    case EXPR_SELF: case EXPR_NAME: case EXPR_UNARY: case EXPR_CAST: case EXPR_RANGE:
    case EXPR_FIELD: case EXPR_IF: case EXPR_SOME: case EXPR_NARROWED:
        return true;
    case EXPR_BINARY:
        return e->type->kind != TYPE_STRING && e->binary.left->type->kind != TYPE_ENUM;
    case EXPR_INDEX:
        return is_array(e->index.object->type);
    case EXPR_CALL: case EXPR_METHOD:
        return e->call.callee.kind == CALL_BUILTIN && is_plain_builtin(e->call.callee.builtin);
    case EXPR_FSTRING: case EXPR_COALESCE: case EXPR_STATIC_CALL: case EXPR_UNWRAP:
    case EXPR_PROPAGATE: case EXPR_CATCH: case EXPR_ARRAY: case EXPR_STRUCT: case EXPR_VARIANT:
    case EXPR_MAP: case EXPR_SET: case EXPR_CLOSURE: case EXPR_MATCH: case EXPR_SPAWN:
    case EXPR_UPCAST:
        return false;
    }
    return false;
}

static bool is_plain_stmt(const Stmt *s)
{
    switch (s->kind) {
    case STMT_LET: case STMT_ASSIGN: case STMT_INCREMENT: case STMT_EXPR: case STMT_RETURN:
    case STMT_BREAK: case STMT_CONTINUE: case STMT_ASSERT: case STMT_IF: case STMT_WHILE:
    case STMT_LOOP:
        return true;
    case STMT_FOR:
        return s->for_.iterable->type->kind == TYPE_RANGE || is_array(s->for_.iterable->type);
    case STMT_LET_CHAN: case STMT_RAISE: case STMT_YIELD: case STMT_SERVE: case STMT_MATCH:
    case STMT_SELECT: case STMT_SCOPE:
        return false;
    }
    return false;
}

/* A call of a function of the program that comes back without having asked for stack. */
static bool is_short_call(const Expr *e)
{
    if ((e->kind != EXPR_CALL && e->kind != EXPR_METHOD) || e->call.callee.kind != CALL_FUNC)
        return false;
    const Func *f = e->call.callee.func;
    return f->body && !f->may_recurse && !f->is_generator && !func_is_locking(f);
}

static bool has_block(const Expr *e)
{
    return e->kind == EXPR_IF || e->kind == EXPR_MATCH || e->kind == EXPR_CATCH ||
           e->kind == EXPR_CLOSURE || e->kind == EXPR_SPAWN;
}

static bool is_allowed(const PlainWalk *w, const Expr *e)
{
    if (w->calls == CALLS_ANY)
        return !has_block(e);
    return is_plain_expr(e) || (w->calls == CALLS_SHORT && is_short_call(e));
}

static bool note_expr(Walk *walk, Expr *e)
{
    PlainWalk *w = (PlainWalk *)walk;
    if (e == w->push) {
        walk_expr(walk, e->call.args.items[0]);
        return false;
    }
    w->plain &= is_allowed(w, e) && !(w->push && e->type == w->push->call.object->type);
    if (e->kind == EXPR_INDEX)
        LIST_ADD(&w->indexed, e);
    w->size++;
    return w->plain;
}

static void note_target(PlainWalk *w, const Expr *target)
{
    if (target->kind == EXPR_NAME)
        LIST_ADD(&w->changing, target->name.symbol);
    else if (target->kind == EXPR_INDEX)
        LIST_ADD(&w->stored, target->type);
    else
        LIST_ADD(&w->stored_fields, target);
}

static bool is_loop(const Stmt *s)
{
    return s->kind == STMT_FOR || s->kind == STMT_WHILE || s->kind == STMT_LOOP;
}

static bool note_stmt(Walk *walk, Stmt *s)
{
    PlainWalk *w = (PlainWalk *)walk;
    w->plain &= is_plain_stmt(s);
    if (s->kind == STMT_LET)
        LIST_ADD(&w->changing, s->let.symbol);
    else if (s->kind == STMT_ASSIGN)
        note_target(w, s->assign.target);
    else if (s->kind == STMT_INCREMENT)
        note_target(w, s->increment.target);
    else if (s->kind == STMT_FOR)
        LIST_ADD(&w->changing, s->for_.symbol);
    w->has_loop |= is_loop(s);
    w->has_jump |= s->kind == STMT_RETURN || s->kind == STMT_BREAK || s->kind == STMT_CONTINUE;
    w->has_continue |= s->kind == STMT_CONTINUE;
    return w->plain;
}

PlainWalk plain_walk(void)
{
    return (PlainWalk){.walk = {.expr = note_expr, .stmt = note_stmt}, .plain = true};
}

/* v.push(e), v being a variable that holds an array. */
static bool is_push(const Stmt *s)
{
    const Expr *e = s->kind == STMT_EXPR ? s->expr : NULL;
    return e && e->kind == EXPR_METHOD && e->call.callee.kind == CALL_BUILTIN &&
           e->call.callee.builtin == BI_ARRAY_PUSH && e->call.object->kind == EXPR_NAME;
}

/* The last push among the statements of a loop over a range or an array, or NULL. Where that array
 * may be the one that grows, nothing would keep the elements that the loop still reads. */
static Expr *find_push(const Stmt *s)
{
    Expr *push = NULL;
    for (int i = 0; s->kind == STMT_FOR && i < s->for_.body->stmts.count; i++)
        if (is_push(s->for_.body->stmts.items[i]))
            push = s->for_.body->stmts.items[i]->expr;
    return push && push->call.object->type != s->for_.iterable->type ? push : NULL;
}

static void walk_rounds(PlainWalk *w, Stmt *s)
{
    if (s->kind == STMT_WHILE) {
        walk_expr(&w->walk, s->while_.cond);
        walk_block(&w->walk, s->while_.body);
    } else if (s->kind == STMT_LOOP) {
        walk_block(&w->walk, s->loop.body);
    } else {
        LIST_ADD(&w->changing, s->for_.symbol);
        walk_block(&w->walk, s->for_.body);
    }
}

PlainWalk plain_walk_rounds(Stmt *s)
{
    PlainWalk w = plain_walk();
    w.push      = find_push(s);
    walk_rounds(&w, s);
    w.plain &= w.push == NULL || plain_is_fixed(&w, w.push->call.object);
    return w;
}

PlainWalk plain_walk_calling(Stmt *s)
{
    PlainWalk w = plain_walk();
    w.calls     = CALLS_ANY;
    walk_rounds(&w, s);
    return w;
}

bool loop_is_innermost_plain(Stmt *s)
{
    PlainWalk w = plain_walk_rounds(s);
    return w.plain && !w.has_loop;
}

const Expr *loop_push(Stmt *s)
{
    PlainWalk w = plain_walk_rounds(s);
    return w.push;
}

/* A loop inside that is met in each round polls often enough: then strips are of no use. */
bool loop_has_strips(Stmt *s)
{
    PlainWalk w = plain_walk_rounds(s);
    for (int i = 0; i < s->for_.body->stmts.count; i++)
        if (is_loop(s->for_.body->stmts.items[i]))
            return false;
    return w.plain && !(w.push && (w.has_jump || w.has_loop));
}

bool stmt_is_plain(Stmt *s)
{
    PlainWalk w = plain_walk();
    walk_stmt(&w.walk, s);
    return w.plain && !w.has_loop;
}

bool stmt_is_exit(const Stmt *s)
{
    return s->kind == STMT_IF && s->if_.otherwise == NULL && s->if_.then->leaves;
}

bool stmt_is_short_exit(Stmt *s)
{
    enum { SHORT = 24 };                  /* expressions */
    PlainWalk w = plain_walk();
    w.calls     = CALLS_SHORT;
    if (!stmt_is_exit(s))
        return false;
    walk_stmt(&w.walk, s);
    return w.plain && !w.has_loop && w.size <= SHORT;
}

/* ---- What stays the same ---- */

static bool changes(const PlainWalk *w, const Symbol *s)
{
    for (int i = 0; i < w->changing.count; i++)
        if (w->changing.items[i] == s)
            return true;
    return false;
}

static bool stores(const PlainWalk *w, const Type *t)
{
    for (int i = 0; i < w->stored.count; i++)
        if (w->stored.items[i] == t)
            return true;
    return false;
}

static bool stores_field(const PlainWalk *w, const Expr *field)
{
    for (int i = 0; i < w->stored_fields.count; i++) {
        const Expr *e = w->stored_fields.items[i];
        if (e->field.index == field->field.index &&
            e->field.object->type == field->field.object->type)
            return true;
    }
    return false;
}

bool expr_is_variable(const Expr *e)
{
    return e->kind == EXPR_NAME || e->kind == EXPR_SELF;
}

bool expr_is_field(const Expr *e)
{
    return e->kind == EXPR_FIELD && expr_is_variable(e->field.object) &&
           e->field.object->type->kind == TYPE_CLASS;
}

bool plain_is_fixed(const PlainWalk *w, const Expr *e)
{
    if (expr_is_variable(e))
        return !changes(w, e->name.symbol);
    if (expr_is_field(e))
        return !changes(w, e->field.object->name.symbol) && !stores_field(w, e);
    if (e->kind != EXPR_INDEX || e->index.index->kind != EXPR_NAME || stores(w, e->type))
        return false;
    return e->index.object->kind != EXPR_INDEX && plain_is_fixed(w, e->index.object) &&
           plain_is_fixed(w, e->index.index);
}

static bool is_fixed_len(const PlainWalk *w, const Expr *e)
{
    return e->kind == EXPR_METHOD && e->call.callee.kind == CALL_BUILTIN &&
           (e->call.callee.builtin == BI_ARRAY_LEN || e->call.callee.builtin == BI_BYTES_LEN) &&
           expr_is_variable(e->call.object) && plain_is_fixed(w, e->call.object) && w->push == NULL;
}

bool plain_is_fixed_int(const PlainWalk *w, const Expr *e)
{
    if (e->kind == EXPR_INT)
        return true;
    if (e->kind == EXPR_BINARY && (e->binary.op == OP_ADD || e->binary.op == OP_SUB ||
                                   e->binary.op == OP_MUL))
        return plain_is_fixed_int(w, e->binary.left) && plain_is_fixed_int(w, e->binary.right);
    if (e->kind == EXPR_METHOD)
        return is_fixed_len(w, e);
    return (e->kind == EXPR_NAME || expr_is_field(e)) && plain_is_fixed(w, e);
}
