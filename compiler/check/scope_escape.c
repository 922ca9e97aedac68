/*
 * scope_escape.c - what may not leave a scope block: tasks that mention a binding, and closures
 * that capture one and are returned or stored in an outer variable (programs 6.3).
 *
 * Closures are followed through local variables: a variable that may hold such a closure carries
 * it, and whatever captures that variable does, too. A first pass repeats until no new carrier is
 * found, because a loop may bring a later assignment before an earlier use.
 */
#include "compiler/check/check_internal.h"
#include "compiler/check/walk.h"

typedef struct EscapeWalk {
    Walk   walk;
    Diag  *diag;
    Stmt  *block;
    LIST(Symbol *) inside;                /* variables declared in the block */
    LIST(Symbol *) carriers;
    bool   reporting;                     /* the second pass */
    bool   in_closure;
} EscapeWalk;

/* LISTs of one element type are different types, hence the two arguments. */
static bool holds(Symbol *const *items, int count, const Symbol *symbol)
{
    for (int i = 0; i < count; i++)
        if (items[i] == symbol)
            return true;
    return false;
}

/* The binding of this block that an expression names; else NULL. */
static const Symbol *binding_of(const EscapeWalk *w, Symbol *symbol)
{
    for (int i = 0; symbol && i < w->block->scope.bindings.count; i++)
        if (w->block->scope.bindings.items[i].symbol == original_symbol(symbol))
            return w->block->scope.bindings.items[i].symbol;
    return NULL;
}

/* ---- Carriers ---- */

static bool carries(const EscapeWalk *w, const Expr *e);

static bool is_carrier(const EscapeWalk *w, Symbol *symbol)
{
    return symbol && holds(w->carriers.items, w->carriers.count, original_symbol(symbol));
}

static bool closure_carries(const EscapeWalk *w, const Expr *e)
{
    for (int i = 0; i < e->closure.captures.count; i++)
        if (binding_of(w, e->closure.captures.items[i]) ||
            is_carrier(w, e->closure.captures.items[i]))
            return true;
    return false;
}

/* The value of a block is that of its last statement. */
static bool block_carries(const EscapeWalk *w, const Block *b)
{
    if (!b || b->stmts.count == 0)
        return false;
    const Stmt *last = b->stmts.items[b->stmts.count - 1];
    if (last->kind == STMT_IF)
        return block_carries(w, last->if_.then) || block_carries(w, last->if_.otherwise);
    return last->kind == STMT_EXPR && carries(w, last->expr);
}

static bool match_carries(const EscapeWalk *w, const Expr *e)
{
    for (int i = 0; i < e->match.arms.count; i++)
        if (e->match.arms.items[i].value && carries(w, e->match.arms.items[i].value))
            return true;
    return false;
}

/* May the value of e be a closure with a binding? What calls return is not known to be one. */
static bool carries(const EscapeWalk *w, const Expr *e)
{
    switch ((int)e->kind) {
    case EXPR_NAME:     return is_carrier(w, e->name.symbol);
    case EXPR_CLOSURE:  return closure_carries(w, e);
    case EXPR_IF:       return block_carries(w, e->if_.then) || block_carries(w, e->if_.otherwise);
    case EXPR_MATCH:    return match_carries(w, e);
    case EXPR_COALESCE: return carries(w, e->coalesce.left) || carries(w, e->coalesce.right);
    case EXPR_SOME:
    case EXPR_NARROWED: return carries(w, e->convert.operand);
    default:            return false;
    }
}

static void add_carrier(EscapeWalk *w, Symbol *symbol, const Expr *value)
{
    symbol = original_symbol(symbol);
    if (!is_carrier(w, symbol) && carries(w, value))
        LIST_ADD(&w->carriers, symbol);
}

/* ---- Reports ---- */

static void report_escape(EscapeWalk *w, const Expr *value, const char *way)
{
    diag_error(w->diag, DIAG_TYPE, value->span,
               "closure capturing scope binding cannot escape scope block via %s", way);
}

static void visit_assign(EscapeWalk *w, const Stmt *s)
{
    if (s->assign.target->kind != EXPR_NAME || !s->assign.target->name.symbol)
        return;
    Symbol *symbol = original_symbol(s->assign.target->name.symbol);
    if (holds(w->inside.items, w->inside.count, symbol))
        add_carrier(w, symbol, s->assign.value);
    else if (w->reporting && carries(w, s->assign.value))
        report_escape(w, s->assign.value, "assignment to outer variable");
}

static bool visit_stmt(Walk *walk, Stmt *s)
{
    EscapeWalk *w = (EscapeWalk *)walk;

    if (s->kind == STMT_LET) {
        if (!w->reporting)
            LIST_ADD(&w->inside, s->let.symbol);
        add_carrier(w, s->let.symbol, s->let.value);
    } else if (s->kind == STMT_ASSIGN) {
        visit_assign(w, s);
    } else if (s->kind == STMT_RETURN && s->ret.value && w->reporting && !w->in_closure) {
        if (carries(w, s->ret.value))
            report_escape(w, s->ret.value, "return");
    }
    return true;
}

/* ---- spawn ---- */

typedef struct MentionWalk { Walk walk; EscapeWalk *of; const Expr *found; } MentionWalk;

static bool visit_mention(Walk *walk, Expr *e)
{
    MentionWalk *m = (MentionWalk *)walk;
    if (e->kind == EXPR_NAME && !m->found && binding_of(m->of, e->name.symbol))
        m->found = e;
    return true;
}

static void check_spawn_mentions(EscapeWalk *w, Expr *call)
{
    MentionWalk m = { .walk = { .expr = visit_mention }, .of = w };

    walk_expr_children(&m.walk, call);
    if (m.found)
        diag_error(w->diag, DIAG_TYPE, m.found->span, "cannot spawn inside scope block: task would "
                   "capture scope binding '%s'", m.found->name.ident.name);
}

static bool visit_expr(Walk *walk, Expr *e)
{
    EscapeWalk *w     = (EscapeWalk *)walk;
    bool        outer = w->in_closure;

    if (e->kind == EXPR_SPAWN && w->reporting)
        check_spawn_mentions(w, e->spawn.call);
    if (e->kind != EXPR_CLOSURE)
        return true;
    w->in_closure = true;
    walk_expr_children(walk, e);
    w->in_closure = outer;
    return false;
}

void check_scope_escapes(Check *c, Stmt *s)
{
    EscapeWalk w = { .walk = { visit_expr, visit_stmt }, .diag = c->diag, .block = s };
    int        known;

    do {
        known = w.carriers.count;
        w.inside.count = 0;
        walk_block(&w.walk, s->scope.body);
    } while (w.carriers.count > known);
    w.reporting = true;
    walk_block(&w.walk, s->scope.body);
}
