/*
 * lower_stream.c - generators.
 *
 * A generator f is two C functions: f_count makes a stream and puts the arguments into it,
 * f_count_body runs on the stream's own stack, step by step (stream.h). An error that leaves the
 * body ends the stream; nobody is told.
 */
#include "compiler/lower/lower_internal.h"

typedef struct Generator {
    Func       *func;
    const char *name, *args, *body, *site;
} Generator;

static Generator generator_names(Lower *l, Func *f)
{
    Generator g = {.func = f, .name = func_name(l, f)};
    g.args      = file_name(l, arena_format("%s_args", g.name));
    g.body      = file_name(l, arena_format("%s_body", g.name));
    g.site      = file_name(l, arena_format("%s_site", g.name));
    return g;
}

/* Nothing has to be stored for a generator without parameters. */
static void args_struct(Lower *l, const Generator *g)
{
    IrStruct *s = ARENA_NEW(IrStruct);
    s->name     = g->args;
    for (int i = 0; i < g->func->params.count; i++) {
        Symbol *p = g->func->params.items[i];
        struct_add(s, c_type(l, p->type), local_name(p));
    }
    if (s->fields.count > 0)
        LIST_ADD(&l->ir->structs, s);
}

static IrExpr *args_of(const Generator *g, IrExpr *stream)
{
    return ir_cast(arena_format("%s *", g->args), IR_CALL_OF(0, "rt_stream_args", stream));
}

/* ---- Creation ---- */

static void put_creation(Lower *l, const Generator *g)
{
    const Func *f    = g->func;
    bool        any  = f->params.count > 0;
    IrExpr     *size = any ? ir_name(arena_format("sizeof(%s)", g->args), 0) : ir_int(0);
    IrExpr     *site = ir_name(arena_format("&%s", g->site), 0);
    IrExpr     *new  = IR_CALL_OF(IR_WRITES, "rt_stream_new", site, size);
    if (!any) {
        put(l, IR_RETURN)->ret = new;
        return;
    }
    IrExpr *stream = put_temp(l, "RtStream *", new);
    IrExpr *init   = ir_braces(g->args);
    for (int i = 0; i < f->params.count; i++)
        ir_braces_add(init, local_name(f->params.items[i]), symbol_value(f->params.items[i]));
    put_assign(l, ir_unary("*", args_of(g, stream)), init);
    put(l, IR_RETURN)->ret = stream;
}

static void creation_function(Lower *l, const Generator *g)
{
    Func   *f    = g->func;
    Body    body = {.func = f, .result = f->result};
    IrFunc *c    = func_new(l, "RtStream *", g->name);
    c->title     = func_title(f);
    l->body      = &body;
    for (int i = 0; i < f->params.count; i++)
        func_param(c, c_type(l, f->params.items[i]->type), local_name(f->params.items[i]), false);
    body_begin(l, &body, c);
    put_count(l, POINT_FUNCTION_ENTRY, f->decl->name.span);
    put_requires(l, f);
    put_creation(l, g);
    body_end(l, c);
    global_new(l, "const RtStreamSite", g->site,
               arena_format("{\"%s\", %s, %s}", func_title(f),
                            place_braces(f->decl->name.span, func_title(f)), g->body));
}

/* ---- The body ---- */

static void body_function(Lower *l, const Generator *g)
{
    Func       *f    = g->func;
    Body        body = {.func = f, .result = type_void, .raises = true};
    IrFunc     *c    = func_new(l, "RtError *", g->body);
    const char *type = arena_format("%s *", g->args);
    c->line          = func_line(f);
    c->title         = func_title(f);
    l->body          = &body;
    func_param(c, "RtStream *", "stream_", true);
    body_begin(l, &body, c);
    body.line = c->line;
    if (f->params.count > 0) {
        IrExpr *args = put_temp(l, type, args_of(g, ir_name("stream_", 0)));
        for (int i = 0; i < f->params.count; i++) {
            Symbol *p = f->params.items[i];
            put_local(l, p, ir_arrow(args, local_name(p)));
        }
    }
    lower_block(l, f->body);
    body.line = 0;
    put_end(l);
    body_end(l, c);
}

void lower_generator(Lower *l, Func *f)
{
    Generator g = generator_names(l, f);
    args_struct(l, &g);
    creation_function(l, &g);
    body_function(l, &g);
}

/* ---- yield, for ---- */

void lower_yield(Lower *l, Stmt *s)
{
    const Type *elem = l->body->func->result->elem;
    Expr       *e    = s->yield.value;
    IrExpr     *x    = converted(l, lower_expr(l, e), e->type, elem);
    IrExpr     *left = IR_CALL_OF(IR_WRITES, "rt_stream_yield", ir_name("stream_", 0),
                                  cell_of(l, elem, x));
    IrBlock    *outer = enter_block(l, put_if(l, left, true)->if_.then);
    put_return(l, NULL);
    enter_block(l, outer);
}

/* Nobody but the loop has the stream that a call of a generator makes. */
static bool is_own_stream(const Expr *e)
{
    return e->kind == EXPR_CALL && e->call.callee.kind == CALL_FUNC
        && e->call.callee.func->is_generator;
}

/* The stream, in a variable that ends it with the loop if the loop alone has it. */
static IrExpr *put_stream(Lower *l, Expr *e)
{
    IrExpr *stream = lower_expr(l, e);
    if (!is_own_stream(e))
        return put_temp(l, "RtStream *", stream);
    l->body->loop.stream = hold(l, "RtStream *", "stream", "rt_stream_leave");
    IrExpr *held         = ir_name(l->body->loop.stream, 0);
    put_assign(l, held, stream);
    return held;
}

void lower_for_stream(Lower *l, Stmt *s)
{
    Expr       *e      = s->for_.iterable;
    IrExpr     *stream = put_stream(l, e);
    const char *cell   = temp_name(l, "cell");
    const char *error  = temp_name(l, "error");
    put_decl(l, "RtCell", cell, NULL);
    put_decl(l, "RtError *", error, NULL);
    IrStmt *loop      = put(l, IR_WHILE);
    loop->while_.body = ir_block();
    loop->while_.cond = IR_CALL_OF(IR_WRITES, "rt_stream_next", stream,
                                   ir_name(arena_format("&%s", cell), 0),
                                   ir_name(arena_format("&%s", error), 0));
    put_effects(l, IR_WRITES);
    IrBlock *outer = enter_block(l, loop->while_.body);
    put_local(l, s->for_.symbol, uncell(l, e->type->elem, ir_name(cell, 0)));
    lower_rounds(l, s->for_.body);
    enter_block(l, outer);
}
