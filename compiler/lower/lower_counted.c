/*
 * lower_counted.c - while loops that count.
 *
 *     while low < high && .. { ..  low += 1  ..  high -= 1  .. }
 *
 * has at most high - low rounds, as these are before the loop, if nothing else is done to low and
 * high, each round comes to all of its steps, and at least one of the two has a step: the other may
 * be fixed. Steps are of one: low < high, so none of them overflows.
 */
#include "compiler/lower/lower_plain.h"

static bool is_one(const Expr *e)
{
    return e->kind == EXPR_INT && e->integer.value == 1;
}

/* Is s variable += 1, or -= 1? */
static bool is_step(const Stmt *s, const Symbol *variable, bool down)
{
    if (s->kind == STMT_INCREMENT)
        return s->increment.target->kind == EXPR_NAME &&
               s->increment.target->name.symbol == variable && s->increment.down == down;
    return s->kind == STMT_ASSIGN && s->assign.compound && s->assign.target->kind == EXPR_NAME &&
           s->assign.target->name.symbol == variable &&
           s->assign.op == (down ? OP_SUB : OP_ADD) && is_one(s->assign.value);
}

static int count_changes(const PlainWalk *w, const Symbol *variable)
{
    int count = 0;
    for (int i = 0; i < w->changing.count; i++)
        count += w->changing.items[i] == variable;
    return count;
}

/* Is e a variable that each round moves by one, and nothing else moves? */
static bool has_step(const PlainWalk *w, const Stmt *loop, const Expr *e, bool down)
{
    const Block *body = loop->while_.body;
    if (e->kind != EXPR_NAME || count_changes(w, e->name.symbol) != 1)
        return false;
    for (int i = 0; i < body->stmts.count; i++)
        if (is_step(body->stmts.items[i], e->name.symbol, down))
            return true;
    return false;
}

/* Do low and high of a condition low < high limit the rounds? */
static bool counts_between(const PlainWalk *w, const Stmt *loop, const Expr *low, const Expr *high)
{
    bool rises = has_step(w, loop, low, false), falls = has_step(w, loop, high, true);
    return (rises || falls) && (rises || plain_is_fixed_int(w, low)) &&
           (falls || plain_is_fixed_int(w, high));
}

/* The part of cond that limits the rounds, or NULL. */
static const Expr *find_limit(const PlainWalk *w, const Stmt *loop, const Expr *cond)
{
    if (cond->kind != EXPR_BINARY)
        return NULL;
    const Expr *left = cond->binary.left, *right = cond->binary.right;
    if (cond->binary.op == OP_AND) {
        const Expr *limit = find_limit(w, loop, left);
        return limit ? limit : find_limit(w, loop, right);
    }
    if (left->type->kind != TYPE_INT || right->type->kind != TYPE_INT)
        return NULL;
    if (cond->binary.op == OP_LT)
        return counts_between(w, loop, left, right) ? cond : NULL;
    return cond->binary.op == OP_GT && counts_between(w, loop, right, left) ? cond : NULL;
}

IrExpr *loop_ends_soon(Lower *l, Stmt *loop)
{
    if (loop->kind != STMT_WHILE)
        return NULL;
    PlainWalk w = plain_walk_rounds(loop);
    if (!w.plain || w.has_loop || w.has_continue)
        return NULL;
    const Expr *limit = find_limit(&w, loop, loop->while_.cond);
    if (limit == NULL)
        return NULL;
    bool    up   = limit->binary.op == OP_LT;
    IrExpr *low  = lower_expr(l, up ? limit->binary.left : limit->binary.right);
    IrExpr *high = lower_expr(l, up ? limit->binary.right : limit->binary.left);
    return IR_CALL_OF(0, "rt_few_rounds", low, high);
}
