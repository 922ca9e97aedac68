/*
 * lower_loop.c - loops. Each round begins with a poll, so that no loop keeps its worker for ever.
 */
#include "compiler/lower/lower_internal.h"

static void put_poll(Lower *l)
{
    put_eval(l, IR_CALL_OF(IR_WRITES, "RT_POLL", NULL));
}

/* The rounds of a loop: poll, then the statements. */
static void put_rounds(Lower *l, Block *b)
{
    put_poll(l);
    lower_block(l, b);
}

/* ---- while, loop ---- */

/* Does some statement of b leave the loop around b by break? */
static bool has_break(const IrBlock *b)
{
    for (int i = 0; b && i < b->stmts.count; i++) {
        const IrStmt *s = b->stmts.items[i];
        if (s->kind == IR_BREAK || (s->kind == IR_BLOCK && has_break(s->block)))
            return true;
        if (s->kind == IR_IF && (has_break(s->if_.then) || has_break(s->if_.otherwise)))
            return true;
    }
    return false;
}

static void lower_while(Lower *l, Expr *cond, Block *body)
{
    IrStmt  *loop  = put(l, IR_WHILE);
    loop->while_.body = ir_block();
    IrBlock *outer = enter_block(l, loop->while_.body);
    if (cond) {
        IrExpr *x = lower_expr(l, cond);
        put_effects(l, x->effects);
        if (loop->while_.body->stmts.count == 0) {
            loop->while_.cond = x;
        } else {
            IrBlock *round = enter_block(l, put_if(l, ir_unary("!", x), false)->if_.then);
            put(l, IR_BREAK);
            enter_block(l, round);
        }
    }
    put_rounds(l, body);
    enter_block(l, outer);
    /* C compilers want to be told where a function without return does not end. */
    if (cond == NULL && !has_break(loop->while_.body))
        put_eval(l, IR_CALL_OF(IR_WRITES, "__builtin_unreachable", NULL));
}

/* ---- for over a range ---- */

static IrStmt *put_for(Lower *l, const char *init, IrExpr *cond, const char *step)
{
    IrStmt *s    = put(l, IR_FOR);
    s->for_.init = init;
    s->for_.cond = cond;
    s->for_.step = step;
    s->for_.body = ir_block();
    return s;
}

/* The end of the range as text: a constant, or a temporary of its own. */
static const char *range_end(Lower *l, IrExpr *to)
{
    if (to->kind == IR_INT && to->integer > INT64_MIN)
        return arena_format("%lld", (long long)to->integer);
    if (to->kind == IR_NAME && to->effects == 0)
        return to->name;
    return put_temp(l, "int64_t", to)->name;
}

/* The last round of ..= may be the one with the largest int, so the counter must not be compared
 * after it was increased. */
static IrStmt *put_inclusive(Lower *l, const char *i, const char *from, const char *end)
{
    const char *more = temp_name(l, "more");
    return put_for(l, arena_format("int64_t %s = %s, %s = %s <= %s", i, from, more, i, end),
                   ir_name(more, 0), arena_format("%s = %s++ < %s", more, i, end));
}

static IrStmt *put_exclusive(Lower *l, const char *i, const char *from, const char *end)
{
    IrExpr *cond = ir_binary("<", ir_name(i, 0), ir_name(end, 0));
    return put_for(l, arena_format("int64_t %s = %s", i, from), cond, arena_format("%s++", i));
}

/* The loop variable is the counter unless the body assigns to it. */
static void lower_for_range(Lower *l, Stmt *s)
{
    Symbol *symbol = s->for_.symbol;
    Expr   *range  = s->for_.iterable;
    IrExpr *x[2];
    put_operands(l, (Expr *[]){range->range.from, range->range.to}, 2, x);
    IrExpr     *from    = put_reusable(l, "int64_t", x[0]);
    const char *end     = range_end(l, x[1]);
    const char *start   = range_end(l, from);
    const char *counter = symbol->assigned ? temp_name(l, "i") : local_name(symbol);
    bool        plain   = !range->range.inclusive;
    IrStmt  *loop  = plain ? put_exclusive(l, counter, start, end)
                           : put_inclusive(l, counter, start, end);
    IrBlock *outer = enter_block(l, loop->for_.body);
    if (symbol->assigned)
        put_decl(l, "int64_t", local_name(symbol), ir_name(counter, 0));
    put_rounds(l, s->for_.body);
    enter_block(l, outer);
}

/* ---- for over values ---- */

static void declare_element(Lower *l, Symbol *s, IrExpr *value)
{
    put_decl(l, c_type(l, s->type), local_name(s), value);
    IrStmt *decl      = l->body->out->stmts.items[l->body->out->stmts.count - 1];
    decl->decl.unused = !s->read;
}

/* Element number i of a container of type t. */
static IrExpr *element_of(Lower *l, const Type *t, IrExpr *object, IrExpr *i, Span span)
{
    Expr object_expr = {.type = (Type *)t, .span = span};
    Expr index       = {.kind = EXPR_INDEX, .span = span};
    index.index.object = &object_expr;
    index.index.index  = &object_expr;
    return lower_element(l, &index, object, i);
}

/* Arrays, bytes and strings: the length is read once, elements through the handle each round. The
 * handle is used once more after the loop: inside, a C compiler may walk a pointer through the
 * elements, and that does not keep a large object alive. */
static void lower_for_elements(Lower *l, Stmt *s)
{
    const Type *t      = s->for_.iterable->type;
    IrExpr     *values = lower_expr(l, s->for_.iterable);
    if (values->kind != IR_NAME || values->effects)
        values = put_temp(l, c_type(l, t), values);
    IrExpr     *len   = put_temp(l, "int64_t", ir_arrow(values, "len"));
    const char *i     = temp_name(l, "i");
    IrStmt     *loop  = put_exclusive(l, i, "0", len->name);
    IrBlock    *outer = enter_block(l, loop->for_.body);
    IrExpr     *index = ir_name(i, 0);
    declare_element(l, s->for_.symbol,
                    element_of(l, t, values, index, s->for_.iterable->span));
    put_rounds(l, s->for_.body);
    enter_block(l, outer);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_keep", values));
}

static void lower_for_receiver(Lower *l, Stmt *s)
{
    Expr       *rx      = s->for_.iterable;
    IrExpr     *channel = put_reusable(l, "RtReceiver *", lower_expr(l, rx));
    const char *cell    = temp_name(l, "cell");
    if (channel->effects)
        channel = put_temp(l, "RtReceiver *", channel);
    put_decl(l, "RtCell", cell, NULL);
    IrStmt *loop      = put(l, IR_WHILE);
    loop->while_.body = ir_block();
    loop->while_.cond = IR_CALL_OF(IR_WRITES, "rt_chan_next", channel,
                                   ir_name(arena_format("&%s", cell), 0), place_of(l, rx->span));
    put_effects(l, IR_WRITES);
    IrBlock *outer = enter_block(l, loop->while_.body);
    declare_element(l, s->for_.symbol, uncell(l, rx->type->elem, ir_name(cell, 0)));
    put_rounds(l, s->for_.body);
    enter_block(l, outer);
}

static void lower_for(Lower *l, Stmt *s)
{
    Expr *e = s->for_.iterable;
    if (e->kind == EXPR_RANGE)
        lower_for_range(l, s);
    else if (e->type->kind == TYPE_RECEIVER)
        lower_for_receiver(l, s);
    else if (e->type->kind == TYPE_STREAM)
        lower_refuse(l, s->span, "for over a stream");
    else
        lower_for_elements(l, s);
}

void lower_loop(Lower *l, Stmt *s)
{
    switch (s->kind) {
    case STMT_WHILE: lower_while(l, s->while_.cond, s->while_.body); return;
    case STMT_LOOP:  lower_while(l, NULL, s->loop.body); return;
    case STMT_FOR:   lower_for(l, s); return;
    default:         return;
    }
}
