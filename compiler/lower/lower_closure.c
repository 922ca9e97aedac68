/*
 * lower_closure.c - closures.
 *
 * A closure k_main_1 is an object { code; info; captures, pointers first }. Its body is a C
 * function k_main_1_code that takes the object first and gives the captures their names again. A
 * closure without captures is one static object.
 */
#include "compiler/lower/lower_internal.h"

#include <string.h>

/* How the captures lie in the object. */
typedef struct Captures {
    int         count, pointers;
    int        *order;
    Symbol    **outer, **copy;
} Captures;

static Captures captures_of(Expr *e)
{
    Captures c     = {.count = e->closure.captures.count};
    Type   **types = arena_alloc(sizeof *types * (size_t)(c.count + 1));
    c.order        = arena_alloc(sizeof *c.order * (size_t)(c.count + 1));
    c.outer        = e->closure.captures.items;
    c.copy         = e->closure.copies.items;
    for (int i = 0; i < c.count; i++)
        types[i] = c.copy[i]->type;
    c.pointers = order_fields(types, c.count, c.order);
    return c;
}

/* The object's first two words are static data; so pointers are counted from there. */
static const char *closure_kind(const Captures *c)
{
    return heap_kind(c->pointers == 0 ? 0 : c->pointers + 2);
}

/* ---- The expression ---- */

static IrExpr *closure_object(Lower *l, Expr *e, const Captures *c)
{
    const char *name   = closure_name(l, e);
    IrExpr     *fields = ir_braces(name);
    IrExpr     *head   = ir_braces(NULL);
    ir_braces_add(head, NULL, ir_name(arena_format("(void (*)(void))%s_code", name), 0));
    ir_braces_add(head, NULL, ir_name(arena_format("&%s_info", name), 0));
    ir_braces_add(fields, "head_", head);
    for (int i = 0; i < c->count; i++)
        ir_braces_add(fields, local_name(c->copy[i]), symbol_value(c->outer[i]));
    IrExpr *size   = ir_name(arena_format("sizeof(%s)", name), 0);
    IrExpr *alloc  = IR_CALL_OF(0, "rt_alloc", ir_name(closure_kind(c), 0), size);
    IrExpr *object = put_temp(l, arena_format("%s *", name), alloc);
    put_assign(l, ir_unary("*", object), fields);
    return ir_unary("&", ir_arrow(object, "head_"));
}

IrExpr *lower_closure(Lower *l, Expr *e)
{
    Captures c = captures_of(e);
    if (c.count > 0) {
        IrExpr *x  = closure_object(l, e, &c);
        x->effects = 0;                                      /* an address, not a load */
        return x;
    }
    return ir_name(arena_format("(RtClosure *)&%s", closure_name(l, e)), 0);
}

/* ---- Type and tables ---- */

static void closure_struct(Lower *l, const char *name, const Captures *c)
{
    IrStruct *s = ARENA_NEW(IrStruct);
    s->name     = name;
    struct_add(s, "RtClosure", "head_");
    for (int i = 0; i < c->count; i++) {
        Symbol *copy = c->copy[c->order[i]];
        struct_add(s, c_type(l, copy->type), local_name(copy));
    }
    LIST_ADD(&l->ir->structs, s);
}

static const char *title(Lower *l, const Expr *e)
{
    return arena_format("closure %d of %s", e->closure.number, func_title(l->body->func));
}

static void closure_tables(Lower *l, Expr *e, const char *name, const Captures *c)
{
    const char *copy = closure_copy_name(l, e), *what = title(l, e);
    global_new(l, "const RtClosureInfo", arena_format("%s_info", name),
               arena_format("{%s, %s}", c_string(what, strlen(what)), copy ? copy : "NULL"));
    if (c->count == 0)
        global_new(l, "const RtClosure", name,
                   arena_format("{(void (*)(void))%s_code, &%s_info}", name, name));
}

/* ---- Copying, for spawn ---- */

const char *closure_copy_name(Lower *l, const Expr *e)
{
    for (int i = 0; i < e->closure.copies.count; i++)
        if (c_copy(l, e->closure.copies.items[i]->type))
            return arena_format("%s_copy", closure_name(l, e));
    return NULL;
}

static void closure_copy_function(Lower *l, Expr *e, const char *name, const Captures *c)
{
    Body    body = {.func = l->body->func};
    IrFunc *f    = func_new(l, "void *", closure_copy_name(l, e));
    func_param(f, "RtCopy *", "c_", false);
    func_param(f, "const void *", "closure_", false);
    Body *outer = l->body;
    body_begin(l, &body, f);
    const char *type = arena_format("%s *", name);
    IrExpr *old = put_temp(l, arena_format("const %s", type), ir_name("closure_", 0));
    IrExpr *new = put_temp(l, type, IR_CALL_OF(0, "rt_alloc", ir_name(closure_kind(c), 0),
                                               ir_name(arena_format("sizeof(%s)", name), 0)));
    put_assign(l, ir_unary("*", new), ir_unary("*", old));
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_note", ir_name("c_", 0), old, new));
    for (int i = 0; i < c->count; i++) {
        IrExpr *member = ir_arrow(new, local_name(c->copy[i]));
        if (c_copy(l, c->copy[i]->type))
            put_assign(l, member, copied(l, c->copy[i]->type, ir_name("c_", 0), member));
    }
    put(l, IR_RETURN)->ret = new;
    body_end(l, f);
    l->body = outer;
}

/* ---- The body ---- */

/* The captures under their own names. */
static void bind_captures(Lower *l, const char *name, const Captures *c)
{
    if (c->count == 0)
        return;
    const char *type = arena_format("const %s *", name);
    IrExpr     *self = put_temp(l, type, ir_name("closure_", 0));
    for (int i = 0; i < c->count; i++)
        put_decl(l, c_type(l, c->copy[i]->type), local_name(c->copy[i]),
                 ir_arrow(self, local_name(c->copy[i])));
}

static void put_closure_statements(Lower *l, Expr *e)
{
    put_eval(l, IR_CALL_OF(IR_WRITES, "RT_ENTER", place_of(l, e->span)));
    if (e->closure.block) {
        lower_block(l, e->closure.block);
        put_end(l);
        return;
    }
    IrExpr *x = lower_expr(l, e->closure.value);
    if (l->body->result->kind == TYPE_VOID) {
        if (x)
            put_eval(l, x);
        put_end(l);
        return;
    }
    put_return(l, converted(l, x, e->closure.value->type, l->body->result));
}

void lower_closure_body(Lower *l, Func *func, Expr *e)
{
    Body        body = {.func = func, .closure = e, .result = e->closure.result_type};
    const char *result;
    uint32_t    line, column;
    l->body     = &body;
    body.raises = fn_type_raises(l->program, e->type);
    result      = body.raises ? c_result(l, body.result) : c_type(l, body.result);
    Captures    c    = captures_of(e);
    const char *name = closure_name(l, e);
    if (c.count > 0)
        closure_struct(l, name, &c);
    IrFunc *f = func_new(l, result, arena_format("%s_code", name));
    source_locate(e->span.file, e->span.start, &line, &column);
    f->line  = line;
    f->title = arena_format("a closure of %s", func_title(func));
    func_param(f, "void *", "closure_", c.count == 0);
    for (int i = 0; i < e->closure.params.count; i++) {
        Symbol *s = e->closure.params.items[i].symbol;
        func_param(f, c_type(l, s->type), local_name(s), !s->read);
    }
    body_begin(l, &body, f);
    body.line = line;
    bind_captures(l, name, &c);
    put_closure_statements(l, e);
    body_end(l, f);
    if (closure_copy_name(l, e))
        closure_copy_function(l, e, name, &c);
    closure_tables(l, e, name, &c);
}
