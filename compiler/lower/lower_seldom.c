/*
 * lower_seldom.c - views in loops that call something, but not in each round.
 *
 *     for column in 0..n {
 *         if !b.taken[column] {
 *             b.taken[column] = true
 *             ways += place(b, row + 1)          <- renews the view of b.taken
 *             b.taken[column] = false
 *         }
 *     }
 *
 * Rounds without a call find the headers of arrays in registers. What is called may change any
 * array, and which array a field holds; so each statement that calls leaves the views alone, and
 * after it they are made anew. Such a statement has no blocks inside: nobody leaves it halfway and
 * stays in the loop.
 */
#include "compiler/lower/lower_plain.h"

static bool is_plain(Expr *e)
{
    PlainWalk w = plain_walk();
    walk_expr(&w.walk, e);
    return w.plain;
}

static bool ends_with_continue(const Stmt *s)
{
    const Block *then = s->kind == STMT_IF ? s->if_.then : NULL;
    int          last = then ? then->stmts.count - 1 : -1;
    return last >= 0 && then->stmts.items[last]->kind == STMT_CONTINUE;
}

static bool block_is_plain(const Block *b)
{
    for (int i = 0; b && i < b->stmts.count; i++)
        if (!stmt_is_plain(b->stmts.items[i]))
            return false;
    return true;
}

static bool block_calls_seldom(const Block *b, bool seldom);

/* No call in the condition, and one branch without. */
static bool if_calls_seldom(const Stmt *s)
{
    const Block *then = s->if_.then, *otherwise = s->if_.otherwise;
    if (!is_plain(s->if_.cond))
        return false;
    if (block_is_plain(then))
        return block_calls_seldom(otherwise, true);
    return block_is_plain(otherwise) && block_calls_seldom(then, true);
}

/* seldom: not every round comes to b. */
static bool block_calls_seldom(const Block *b, bool seldom)
{
    for (int i = 0; i < b->stmts.count; i++) {
        Stmt *s = b->stmts.items[i];
        if (!stmt_is_plain(s) && !(s->kind == STMT_IF ? if_calls_seldom(s) : seldom))
            return false;
        seldom |= ends_with_continue(s);
    }
    return true;
}

static const Block *body_of(const Stmt *loop)
{
    return loop->kind == STMT_WHILE ? loop->while_.body
           : loop->kind == STMT_LOOP ? loop->loop.body : loop->for_.body;
}

/* What is evaluated in most rounds. */
static PlainWalk walk_often(Stmt *loop)
{
    PlainWalk    w    = plain_walk();
    const Block *body = body_of(loop);
    if (loop->kind == STMT_WHILE)
        walk_expr(&w.walk, loop->while_.cond);
    for (int i = 0; i < body->stmts.count; i++) {
        Stmt *s = body->stmts.items[i];
        if (stmt_is_plain(s))
            walk_stmt(&w.walk, s);
        else if (s->kind == STMT_IF)
            walk_expr(&w.walk, s->if_.cond);
        else
            break;
    }
    return w;
}

void put_seldom_views(Lower *l, Stmt *loop)
{
    enum { MOST = 4 };                    /* two registers each */
    PlainWalk all   = plain_walk_calling(loop);
    int       count = 0;
    if (!all.plain || all.has_loop || (loop->kind == STMT_WHILE && !is_plain(loop->while_.cond)) ||
        !block_calls_seldom(body_of(loop), false))
        return;
    PlainWalk often = walk_often(loop);
    for (int i = 0; i < often.indexed.count && count < MOST; i++) {
        const Expr *array = often.indexed.items[i]->index.object;
        if (array->kind == EXPR_INDEX || view_of(l, array) || !plain_is_fixed(&all, array))
            continue;
        put_renewed_view(l, array);
        count++;
    }
}
