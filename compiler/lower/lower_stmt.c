/*
 * lower_stmt.c - statements and blocks.
 */
#include "compiler/lower/lower_internal.h"

#include <limits.h>
#include <string.h>

void lower_refuse(Lower *l, Span span, const char *what)
{
    diag_error(l->diag, DIAG_UNSUPPORTED, span, "%s cannot be compiled yet", what);
}

/* ---- let ---- */

static void lower_let(Lower *l, Stmt *s)
{
    Symbol *symbol = s->let.symbol;
    IrExpr *value  = lower_expr(l, s->let.value);
    if (symbol->type->kind == TYPE_VOID) {
        if (value)
            put_eval(l, value);
        return;
    }
    put_local(l, symbol, converted(l, value, s->let.value->type, symbol->type));
}

static const char *chan_kind(ChanForm form)
{
    static const char *const kinds[] = {
        [CHAN_BUFFERED]   = "RT_CHAN_BOUNDED",
        [CHAN_RENDEZVOUS] = "RT_CHAN_RENDEZVOUS",
        [CHAN_UNBOUNDED]  = "RT_CHAN_UNBOUNDED",
    };
    return kinds[form];
}

/* The sender is also noted in a variable of the function, which releases it when it returns. */
static void lower_let_chan(Lower *l, Stmt *s)
{
    const Type *elem  = s->let_chan.elem_type;
    IrExpr     *cap   = s->let_chan.cap ? lower_expr(l, s->let_chan.cap) : ir_int(1);
    const char *held  = hold(l, "RtSender *", "sender", "rt_sender_release");
    Symbol     *tx    = s->let_chan.tx_symbol, *rx = s->let_chan.rx_symbol;
    put_local(l, tx, NULL);
    put_local(l, rx, NULL);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_chan_new", ir_name(chan_kind(s->let_chan.form), 0), cap,
                           ir_int(type_is_wide(elem) ? 2 : 1),
                           ir_name(type_has_pointer(elem) ? "true" : "false", 0),
                           ir_unary("&", ir_name(local_name(tx), 0)),
                           ir_unary("&", ir_name(local_name(rx), 0))));
    put_assign(l, ir_name(held, 0), ir_name(local_name(tx), 0));
}

/* ---- Assignment ---- */

/* Where an assignment stores: evaluated once, before the value. */
typedef struct Target {
    Expr   *expr;
    IrExpr *object, *index;               /* parts of a field or element */
} Target;

/* Lowers the target's parts and the value, in this order. */
static Target target_and_value(Lower *l, Expr *target, Expr *value, IrExpr **out)
{
    Target  t        = {.expr = target};
    Expr   *exprs[3];
    IrExpr *parts[3];
    int     n = 0;
    if (target->kind == EXPR_FIELD) {
        exprs[n++] = target->field.object;
    } else if (target->kind == EXPR_INDEX) {
        exprs[n++] = target->index.object;
        exprs[n++] = target->index.index;
    }
    int of_target = n;
    if (value)
        exprs[n++] = value;
    put_operands(l, exprs, n, parts);
    if (of_target > 0)
        t.object = parts[0];
    if (of_target > 1)
        t.index = parts[1];
    if (value)
        *out = parts[n - 1];
    return t;
}

static IrExpr *target_lvalue(Lower *l, const Target *t)
{
    Expr *e = t->expr;
    if (e->kind == EXPR_NAME) {
        put_effects(l, IR_ASSIGNS);
        return ir_name(local_name(e->name.symbol), IR_READS_LOCAL);
    }
    if (e->kind == EXPR_INDEX)
        return lower_element(l, e, t->object, t->index);
    Layout *layout = class_layout(l, e->field.object->type->cls);
    return ir_arrow(t->object, layout->members[e->field.index]);
}

/* target = value. C may evaluate the target's own check before or after the value. */
static void put_store(Lower *l, const Type *type, IrExpr *target, IrExpr *value)
{
    bool checked = target->effects & IR_FAILS;
    bool loads   = target->effects & IR_READS_HEAP;
    if ((checked && value->effects & IR_FAILS) || (loads && value->effects & IR_WRITES))
        value = put_temp(l, c_type(l, type), value);
    put_assign(l, target, value);
}

static bool is_map_element(const Expr *e)
{
    return e->kind == EXPR_INDEX && e->index.object->type->kind == TYPE_MAP;
}

/* m[k] = v, which makes the entry where there is none. */
static void put_insert(Lower *l, const Target *t, IrExpr *value)
{
    IrExpr *insert = map_call(l, t->expr->index.object->type, IR_WRITES, "insert");
    ir_call_add(insert, t->object);
    ir_call_add(insert, t->index);
    ir_call_add(insert, value);
    put_eval(l, insert);
}

static void lower_assign(Lower *l, Stmt *s)
{
    IrExpr     *value = NULL;
    const Type *type = s->assign.target->type;
    Target      t    = target_and_value(l, s->assign.target, s->assign.value, &value);
    if (is_map_element(s->assign.target)) {
        put_insert(l, &t, converted(l, value, s->assign.value->type, type));
        return;
    }
    put_store(l, type, target_lvalue(l, &t), converted(l, value, s->assign.value->type, type));
}

static IrExpr *combined(Lower *l, Stmt *s, IrExpr *old, IrExpr *value)
{
    const Type *type = s->assign.target->type;
    if (type->kind == TYPE_STRING)
        return IR_CALL_OF(0, "rt_string_concat", old, value);
    return lower_arithmetic(l, s->assign.value, s->assign.op, type, old, value);
}

/* The parts of a target that is read and written. */
static Target reusable_target(Lower *l, Expr *e)
{
    Target t = target_and_value(l, e, NULL, NULL);
    if (e->kind == EXPR_INDEX) {
        const View *view = view_of(l, e->index.object);      /* then the object is not read */
        if (view == NULL)
            t.object = put_reusable(l, c_type(l, e->index.object->type), t.object);
        t.index  = put_reusable(l, c_type(l, e->index.index->type), t.index);
    } else if (e->kind == EXPR_FIELD) {
        t.object = put_reusable(l, c_type(l, e->field.object->type), t.object);
    }
    return t;
}

/* t op= e means t = t op e, with t evaluated once and read before e. An element stays where it is
 * unless e changes the array, so then it is looked up again. */
static void lower_compound(Lower *l, Stmt *s)
{
    Expr       *e      = s->assign.target;
    const char *type   = c_type(l, e->type);
    Target      t      = reusable_target(l, e);
    IrExpr     *target = target_lvalue(l, &t);
    int         start  = l->body->out->stmts.count;
    unsigned    before = l->body->emitted;
    l->body->emitted   = 0;
    IrExpr  *value     = lower_expr(l, s->assign.value);
    unsigned effects   = l->body->emitted | value->effects;
    l->body->emitted  |= before;
    IrExpr *old        = target;
    if (e->kind == EXPR_INDEX && !(effects & (IR_WRITES | IR_ASSIGNS))) {
        IrExpr *slot = ir_unary("&", target);
        old = target = ir_unary("*", insert_temp(l, start, arena_format("%s *", type), slot));
    } else if (effects_conflict(target->effects, effects)) {
        old = insert_temp(l, start, type, target);
        if (is_map_element(e)) {
            put_insert(l, &t, combined(l, s, old, value));
            return;
        }
    }
    put_store(l, e->type, target, combined(l, s, old, value));
}

static void lower_increment(Lower *l, Stmt *s)
{
    Expr *e   = s->increment.target;
    Expr *one = ARENA_NEW(Expr);
    one->span = s->span;
    one->type = e->type;
    one->kind = e->type->kind == TYPE_FLOAT ? EXPR_FLOAT : EXPR_INT;
    if (one->kind == EXPR_FLOAT)
        one->floating = 1.0;
    else
        one->integer.value = 1;
    Stmt compound = {.kind = STMT_ASSIGN, .span = s->span};
    compound.assign.target   = e;
    compound.assign.compound = true;
    compound.assign.op       = s->increment.down ? OP_SUB : OP_ADD;
    compound.assign.value    = one;
    lower_compound(l, &compound);
}

/* ---- return, assert, if ---- */

static void lower_return(Lower *l, Stmt *s)
{
    if (s->ret.value == NULL) {
        put_return(l, NULL);
        return;
    }
    IrExpr *x = lower_expr(l, s->ret.value);
    if (l->body->result->kind != TYPE_VOID) {
        put_return(l, converted(l, x, s->ret.value->type, l->body->result));
        return;
    }
    if (x)
        put_eval(l, x);
    put_return(l, NULL);
}

static void lower_assert(Lower *l, Stmt *s)
{
    const char *text  = expr_text(s->assert_.cond);
    IrExpr     *cond  = lower_expr(l, s->assert_.cond);
    IrBlock    *outer = enter_block(l, put_if(l, ir_unary("!", cond), true)->if_.then);
    put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, "rt_fail_assert", place_of(l, s->span),
                           ir_name(c_string(text, strlen(text)), 0)));
    enter_block(l, outer);
}

/* Both forms of if: statements, and blocks whose value goes to target. */
static void put_branches(Lower *l, Expr *cond, Block *then, Block *otherwise, IrExpr *target,
                         const Type *type)
{
    IrStmt  *s     = put_if(l, lower_expr(l, cond), false);
    IrBlock *outer = enter_block(l, s->if_.then);
    lower_block_value(l, then, target, type);
    if (otherwise) {
        s->if_.otherwise = ir_block();
        enter_block(l, s->if_.otherwise);
        lower_block_value(l, otherwise, target, type);
    }
    enter_block(l, outer);
}

static void lower_expr_stmt(Lower *l, Expr *e)
{
    IrExpr *x = lower_expr(l, e);
    if (x)
        put_eval(l, x);
}

/* ---- All statements ---- */

static uint32_t line_of(Span span)
{
    uint32_t line, column;
    source_locate(span.file, span.start, &line, &column);
    return line;
}

void lower_stmt(Lower *l, Stmt *s)
{
    l->body->line = line_of(s->span);
    switch (s->kind) {
    case STMT_LET:       lower_let(l, s); return;
    case STMT_LET_CHAN:  lower_let_chan(l, s); return;
    case STMT_ASSIGN:
        if (s->assign.compound)
            lower_compound(l, s);
        else
            lower_assign(l, s);
        return;
    case STMT_INCREMENT: lower_increment(l, s); return;
    case STMT_EXPR:      lower_expr_stmt(l, s->expr); return;
    case STMT_RETURN:    lower_return(l, s); return;
    case STMT_BREAK:     lower_break(l); return;
    case STMT_CONTINUE:
        put(l, IR_CONTINUE);
        put_effects(l, IR_WRITES);
        return;
    case STMT_RAISE:     lower_raise(l, s); return;
    case STMT_ASSERT:    lower_assert(l, s); return;
    case STMT_IF:
        put_branches(l, s->if_.cond, s->if_.then, s->if_.otherwise, NULL, NULL);
        return;
    case STMT_WHILE:
    case STMT_LOOP:
    case STMT_FOR:       lower_loop(l, s); return;
    case STMT_YIELD:     lower_yield(l, s); return;
    case STMT_SERVE:     lower_refuse(l, s->span, "serve"); return;
    case STMT_MATCH:
        lower_match(l, s->match.value, s->match.arms.items, s->match.arms.count, NULL, NULL);
        return;
    case STMT_SELECT:    lower_select(l, s); return;
    case STMT_SCOPE:     lower_scope(l, s); return;
    }
}

static bool leaves(const Stmt *s)
{
    return s->kind == STMT_RETURN || s->kind == STMT_RAISE || s->kind == STMT_BREAK ||
           s->kind == STMT_CONTINUE;
}

void lower_stmts(Lower *l, Block *b, int from, int to)
{
    int views = l->body->views.count;
    for (int i = from; i < to; i++) {
        l->body->line = line_of(b->stmts.items[i]->span);
        run_views_end(l, views, i, true);
        run_views_begin(l, b, i);
        bool calls = views_leave(l, b->stmts.items[i]);
        lower_stmt(l, b->stmts.items[i]);
        if (calls)
            views_renew(l, !leaves(b->stmts.items[i]));
    }
    run_views_end(l, views, INT_MAX, to == from || !leaves(b->stmts.items[to - 1]));
}

void lower_block(Lower *l, Block *b)
{
    lower_stmts(l, b, 0, b->stmts.count);
}

/* The value of the last statement, if it has one. */
static void put_last_value(Lower *l, Stmt *last, IrExpr *target, const Type *type)
{
    if (last->kind == STMT_IF && last->if_.otherwise) {
        l->body->line = line_of(last->span);
        put_branches(l, last->if_.cond, last->if_.then, last->if_.otherwise, target, type);
    } else if (last->kind == STMT_EXPR) {
        l->body->line = line_of(last->span);
        IrExpr *x     = lower_expr(l, last->expr);
        if (last->expr->type->kind == TYPE_VOID && x)
            put_eval(l, x);
        else if (x)
            put_assign(l, target, converted(l, x, last->expr->type, type));
    } else {
        lower_stmt(l, last);
    }
}

void lower_block_value(Lower *l, Block *b, IrExpr *target, const Type *type)
{
    uint32_t line = l->body->line;
    int      last = b->stmts.count - 1;
    if (target == NULL || last < 0) {
        lower_block(l, b);
    } else {
        lower_stmts(l, b, 0, last);
        put_last_value(l, b->stmts.items[last], target, type);
    }
    l->body->line = line;
}
