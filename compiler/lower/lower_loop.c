/*
 * lower_loop.c - loops. Each round begins with a poll, so that no loop keeps its worker for ever;
 * where rounds are short, each strip of rounds (loop.h).
 */
#include "compiler/lower/lower_internal.h"

static void put_poll(Lower *l)
{
    put_eval(l, IR_CALL_OF(IR_WRITES, "RT_POLL", NULL));
}

void lower_rounds(Lower *l, Block *b)
{
    put_poll(l);
    lower_block(l, b);
}

/* ---- while, loop ---- */

/* Does some statement of b leave the loop around b by break? From a switch that is a goto. */
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

/* Rounds of a loop that soon ends need no poll, and no handles: nothing happens to the heap. */
static IrStmt *put_while(Lower *l, Expr *cond, Block *body, int views, bool polls)
{
    IrStmt *loop = put(l, IR_WHILE);
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
    if (polls) {
        views_keep(l, views);
        put_poll(l);
    }
    lower_block(l, body);
    enter_block(l, outer);
    return loop;
}

/* if (few) { while .. } else { while .. with polls } */
static void put_counted_while(Lower *l, IrExpr *few, Expr *cond, Block *body, int views)
{
    IrStmt  *choice = put_if(l, few, false);
    IrBlock *outer  = enter_block(l, choice->if_.then);
    put_while(l, cond, body, views, false);
    choice->if_.otherwise = ir_block();
    enter_block(l, choice->if_.otherwise);
    put_while(l, cond, body, views, true);
    enter_block(l, outer);
}

static void lower_while(Lower *l, Stmt *s, Expr *cond, Block *body)
{
    int     views = views_begin(l, s);
    IrExpr *few   = loop_ends_soon(l, s);
    IrStmt *loop  = NULL;
    if (few)
        put_counted_while(l, few, cond, body, views);
    else
        loop = put_while(l, cond, body, views, true);
    l->body->views.count = views;
    /* C compilers want to be told where a function without return does not end. */
    if (cond == NULL && !l->body->loop.break_label && !has_break(loop->while_.body))
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

/* A loop whose rounds are short, cut into strips. */
typedef struct Strips {
    Stmt       *stmt;
    const char *counter, *from, *end;
    IrExpr     *value;                    /* of the loop variable; NULL: it is the counter */
} Strips;

/* for (; i < stop; i++) { .. } */
static void put_strip(Lower *l, const Strips *s, const char *stop, InBounds *in_bounds)
{
    IrStmt  *rounds = put_for(l, "", ir_binary("<", ir_name(s->counter, 0), ir_name(stop, 0)),
                              arena_format("%s++", s->counter));
    IrBlock *outer  = enter_block(l, rounds->for_.body);
    if (s->value)
        put_local(l, s->stmt->for_.symbol, s->value);
    l->body->loop.switches++;                                /* break leaves both loops */
    l->body->in_bounds = in_bounds;
    lower_block(l, s->stmt->for_.body);
    l->body->in_bounds = NULL;
    l->body->loop.switches--;
    enter_block(l, outer);
}

/* The strip, or if (..) { strip without checks of bounds } else { strip }. */
static void put_strip_forms(Lower *l, const Strips *s, const char *stop)
{
    InBounds in    = {0};
    IrExpr  *i     = ir_name(s->counter, 0);
    IrExpr  *cover = NULL;
    if (s->value == NULL && loop_is_innermost_plain(s->stmt))
        cover = views_cover(l, s->stmt, i, ir_name(stop, 0), &in);
    if (cover == NULL) {
        put_strip(l, s, stop, NULL);
        return;
    }
    IrStmt *choice        = put_if(l, cover, false);
    IrBlock *outer        = enter_block(l, choice->if_.then);
    put_strip(l, s, stop, &in);
    choice->if_.otherwise = ir_block();
    enter_block(l, choice->if_.otherwise);
    put_strip(l, s, stop, NULL);
    enter_block(l, outer);
}

/* A strip that pushes in each round: makes room, stores through a pointer, sets the length. */
static void put_filling_strip(Lower *l, const Strips *s, const char *stop, const Expr *push)
{
    const Expr *object = push->call.object;
    IrExpr     *array  = symbol_value(object->name.symbol);
    IrExpr     *more   = ir_binary("-", ir_name(stop, 0), ir_name(s->counter, 0));
    IrExpr     *room   = IR_CALL_OF(IR_WRITES, arena_format("%s_room", c_array(l, object->type)),
                                    array, more);
    const char *to     = temp_name(l, "to");
    put_decl(l, arena_format("%s *", c_type(l, object->type->elem)), to, room);
    l->body->push    = push;
    l->body->push_to = to;
    put_strip_forms(l, s, stop);
    l->body->push    = NULL;
    put_assign(l, ir_arrow(array, "len"), ir_binary("-", ir_name(to, 0), ir_arrow(array, "data")));
}

/* for (i = from; i < end;) { poll; stop = ..; strip } */
static void put_strips(Lower *l, const Strips *s)
{
    IrExpr     *i      = ir_name(s->counter, 0);
    IrStmt     *strips = put_exclusive(l, s->counter, s->from, s->end);
    const char *stop   = temp_name(l, "stop");
    strips->for_.step  = "";
    IrBlock *outer     = enter_block(l, strips->for_.body);
    put_poll(l);
    put_decl(l, "int64_t", stop, IR_CALL_OF(0, "rt_strip_end", i, ir_name(s->end, 0)));
    const Expr *push = loop_push(s->stmt);
    if (push)
        put_filling_strip(l, s, stop, push);
    else
        put_strip_forms(l, s, stop);
    enter_block(l, outer);
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
    bool        excludes = !range->range.inclusive;
    int         views    = views_begin(l, s);
    if (excludes && loop_has_strips(s)) {
        Strips strips = {s, counter, start, end, symbol->assigned ? ir_name(counter, 0) : NULL};
        put_strips(l, &strips);
        views_end(l, views);
        return;
    }
    IrStmt  *loop  = excludes ? put_exclusive(l, counter, start, end)
                              : put_inclusive(l, counter, start, end);
    IrBlock *outer = enter_block(l, loop->for_.body);
    if (symbol->assigned)
        put_decl(l, "int64_t", local_name(symbol), ir_name(counter, 0));
    lower_rounds(l, s->for_.body);
    enter_block(l, outer);
    views_end(l, views);
}

/* ---- for over values ---- */

/* Element number i of a container of type t. */
static IrExpr *element_of(Lower *l, const Type *t, IrExpr *object, IrExpr *i, Span span)
{
    Expr object_expr = {.type = (Type *)t, .span = span};
    Expr index       = {.kind = EXPR_INDEX, .span = span};
    index.index.object = &object_expr;
    index.index.index  = &object_expr;
    return lower_element(l, &index, object, i);
}

/* Rounds that call nothing do not change the array. */
static void put_element_strips(Lower *l, Stmt *s, IrExpr *values, const char *len)
{
    const char *array = temp_name(l, "view");
    const char *i     = temp_name(l, "i");
    IrExpr     *data  = ir_member(ir_name(array, 0), "data");
    put_decl(l, arena_format("const %s", c_array(l, s->for_.iterable->type)), array,
             ir_unary("*", values));
    put_strips(l, &(Strips){s, i, "0", len, ir_index(data, ir_name(i, 0))});
}

static void put_element_rounds(Lower *l, Stmt *s, IrExpr *values, const char *len)
{
    Expr       *e     = s->for_.iterable;
    const char *i     = temp_name(l, "i");
    IrStmt     *loop  = put_exclusive(l, i, "0", len);
    IrBlock    *outer = enter_block(l, loop->for_.body);
    put_local(l, s->for_.symbol, element_of(l, e->type, values, ir_name(i, 0), e->span));
    lower_rounds(l, s->for_.body);
    enter_block(l, outer);
}

/* Arrays, bytes and strings: the length is read once, elements through the handle each round. The
 * handle is used once more after the loop: inside, a C compiler may walk a pointer through the
 * elements, and it may lead to just outside of them. */
static void lower_for_elements(Lower *l, Stmt *s)
{
    const Type *t      = s->for_.iterable->type;
    IrExpr     *values = lower_expr(l, s->for_.iterable);
    if (values->kind != IR_NAME || values->effects)
        values = put_temp(l, c_type(l, t), values);
    const char *len   = put_temp(l, "int64_t", ir_arrow(values, "len"))->name;
    int         views = views_begin(l, s);
    if (t->kind != TYPE_STRING && loop_has_strips(s))
        put_element_strips(l, s, values, len);
    else
        put_element_rounds(l, s, values, len);
    views_end(l, views);
    put_eval(l, IR_CALL_OF(IR_WRITES, "RT_KEEP", values));
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
    put_local(l, s->for_.symbol, uncell(l, rx->type->elem, ir_name(cell, 0)));
    lower_rounds(l, s->for_.body);
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
        lower_for_stream(l, s);
    else
        lower_for_elements(l, s);
}

void lower_break(Lower *l)
{
    LoopScope *loop = &l->body->loop;
    put_effects(l, IR_WRITES);
    if (loop->switches == 0) {
        put(l, IR_BREAK);
        return;
    }
    if (loop->break_label == NULL)
        loop->break_label = temp_name(l, "break");
    put(l, IR_GOTO)->label = loop->break_label;
}

void lower_loop(Lower *l, Stmt *s)
{
    LoopScope outer = l->body->loop;
    l->body->loop   = (LoopScope){0};
    if (s->kind == STMT_WHILE)
        lower_while(l, s, s->while_.cond, s->while_.body);
    else if (s->kind == STMT_LOOP)
        lower_while(l, s, NULL, s->loop.body);
    else
        lower_for(l, s);
    if (l->body->loop.break_label)
        put(l, IR_LABEL)->label = l->body->loop.break_label;
    if (l->body->loop.stream)
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_stream_leave", ir_name(l->body->loop.stream, 0)));
    l->body->loop = outer;
}
