/*
 * lower_spawn.c - spawn.
 *
 * The spawner evaluates receiver and arguments, copies what a task may not share, and fills a
 * struct of arguments inside the new task. The task's entry function, spawn_main_1_run, reads it,
 * makes the call and leaves result or error in the task. Each variable that is a Sender and is
 * mentioned in the call counts as one more sender until the task ends (concurrency 7.5).
 */
#include "compiler/lower/lower_internal.h"
#include "compiler/check/walk.h"

typedef struct Spawn {
    const char *name;                     /* spawn_main_1 */
    Expr       *call;
    const char *title;                    /* what is called, for messages */
    const Type *result;
    bool        raises;
    int         count;                    /* arguments, receiver included */
    const Type **types;
    IrExpr    **values;
    LIST(Symbol *) senders;
} Spawn;

/* ---- Senders ---- */

typedef struct SenderWalk { Walk walk; Spawn *spawn; } SenderWalk;

static void add_sender(Spawn *s, Symbol *symbol)
{
    if (symbol == NULL || symbol->type->kind != TYPE_SENDER)
        return;
    for (int i = 0; i < s->senders.count; i++)
        if (s->senders.items[i] == symbol)
            return;
    LIST_ADD(&s->senders, symbol);
}

static bool visit_sender(Walk *w, Expr *e)
{
    Spawn *s = ((SenderWalk *)w)->spawn;
    if (e->kind == EXPR_NAME)
        add_sender(s, e->name.symbol);
    if (e->kind != EXPR_CLOSURE)
        return true;
    for (int i = 0; i < e->closure.captures.count; i++)
        add_sender(s, e->closure.captures.items[i]);
    return false;
}

/* ---- The spawner's side ---- */

/* Of the function or method that call calls; the receiver is parameter 0. */
static const Type *param_type(const Expr *call, int i)
{
    const Callee *c = &call->call.callee;
    if (c->kind == CALL_FUNC)
        return c->func->params.items[i]->type;
    return i == 0 ? c->trait->type : c->trait->methods.items[c->trait_method].params[i - 1];
}

static void evaluate_arguments(Lower *l, Spawn *s)
{
    bool   has_object = s->call->kind == EXPR_METHOD;
    Expr **exprs      = arena_alloc(sizeof *exprs * (size_t)(s->call->call.args.count + 2));
    if (has_object)
        exprs[0] = s->call->call.object;
    for (int i = 0; i < s->call->call.args.count; i++)
        exprs[i + has_object] = s->call->call.args.items[i];
    s->count  = s->call->call.args.count + has_object;
    s->types  = arena_alloc(sizeof *s->types * (size_t)(s->count + 1));
    s->values = arena_alloc(sizeof *s->values * (size_t)(s->count + 1));
    put_operands(l, exprs, s->count, s->values);
    SenderWalk w = {.walk = {.expr = visit_sender}, .spawn = s};
    for (int i = 0; i < s->count; i++) {
        s->types[i] = param_type(s->call, i);
        if (!ir_is_simple(s->values[i]))
            s->values[i] = put_temp(l, c_type(l, s->types[i]), s->values[i]);
        walk_expr(&w.walk, exprs[i]);
    }
}

/* All arguments are copied with one table, so aliases among them survive. */
static void copy_arguments(Lower *l, Spawn *s)
{
    IrExpr *copy = NULL;
    for (int i = 0; i < s->count; i++) {
        if (c_copy(l, s->types[i]) == NULL)
            continue;
        if (copy == NULL) {
            const char *name = temp_name(l, "copy");
            put_decl(l, "RtCopy", name, NULL);
            copy = ir_name(arena_format("&%s", name), 0);
            put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_init", copy));
        }
        IrExpr *value = copied(l, s->types[i], copy, s->values[i]);
        s->values[i]  = put_temp(l, c_type(l, s->types[i]), value);
    }
    if (copy)
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_finish", copy));
}

static const char *arg_member(int i)
{
    return arena_format("arg%d", i + 1);
}

static const char *sender_member(int i)
{
    return arena_format("sender%d", i + 1);
}

static IrExpr *put_task(Lower *l, Spawn *s, Span span)
{
    const char *args = arena_format("%s_args", s->name);
    bool        any  = s->count + s->senders.count > 0;
    IrExpr     *size = any ? ir_name(arena_format("sizeof(%s)", args), 0) : ir_int(0);
    IrExpr     *site = ir_name(arena_format("&%s", s->name), 0);
    IrExpr     *task = put_temp(l, "RtTask *", IR_CALL_OF(IR_WRITES, "rt_task_new", site, size));
    IrExpr     *init = ir_braces(args);
    for (int i = 0; i < s->count; i++)
        ir_braces_add(init, arg_member(i), s->values[i]);
    for (int i = 0; i < s->senders.count; i++) {
        IrExpr *sender = symbol_value(s->senders.items[i]);
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_sender_retain", sender));
        ir_braces_add(init, sender_member(i), sender);
    }
    IrExpr *where = ir_cast(arena_format("%s *", args), IR_CALL_OF(0, "rt_task_args", task));
    if (any)
        put_assign(l, ir_unary("*", where), init);
    if (l->program->tests.count > 0)                         /* strategy Sequential */
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_test_run_task", task, place_of(l, span)));
    else
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_task_start", task));
    return task;
}

/* ---- The task's side ---- */

static void args_struct(Lower *l, const Spawn *s)
{
    IrStruct *args = ARENA_NEW(IrStruct);
    args->name     = arena_format("%s_args", s->name);
    for (int i = 0; i < s->count; i++)
        struct_add(args, c_type(l, s->types[i]), arg_member(i));
    for (int i = 0; i < s->senders.count; i++)
        struct_add(args, "RtSender *", sender_member(i));
    if (args->fields.count > 0)
        LIST_ADD(&l->ir->structs, args);
}

/* self->result or self->error from the call. */
static void put_result(Lower *l, const Spawn *s, IrExpr *call)
{
    IrExpr *self    = ir_name("self", 0);
    bool    is_void = s->result->kind == TYPE_VOID;
    if (!s->raises && is_void) {
        put_eval(l, call);
    } else if (!s->raises) {
        IrExpr *value = put_temp(l, c_type(l, s->result), call);
        put_assign(l, ir_arrow(self, "result"), cell_of(l, s->result, value));
    } else if (is_void) {
        put_assign(l, ir_arrow(self, "error"), call);
    } else {
        IrExpr *both  = put_temp(l, c_result(l, s->result), call);
        IrExpr *value = ir_member(both, "value");
        put_assign(l, ir_arrow(self, "error"), ir_member(both, "error"));
        put_assign(l, ir_arrow(self, "result"), cell_of(l, s->result, value));
    }
}

/* The call with the arguments that the spawner left. */
static IrExpr *spawned_call(Lower *l, const Spawn *s, IrExpr *args)
{
    const Callee *c    = &s->call->call.callee;
    bool          func = c->kind == CALL_FUNC;
    IrExpr       *call = func ? IR_CALL_OF(IR_WRITES, called_name(l, c->func, NULL), NULL)
                              : trait_method_call(l, c->trait, c->trait_method,
                                                  ir_arrow(args, arg_member(0)));
    for (int i = func ? 0 : 1; i < s->count; i++)
        ir_call_add(call, ir_arrow(args, arg_member(i)));
    if (func)
        add_hidden_args(l, call, c->func, s->call->call.name.span);
    return call;
}

static void entry_function(Lower *l, const Spawn *s)
{
    Body        body = {.func = l->body->func}, *outer = l->body;
    const char *type = arena_format("%s_args *", s->name);
    bool        any  = s->count + s->senders.count > 0;
    IrFunc     *f    = func_new(l, "void", arena_format("%s_run", s->name));
    func_param(f, "RtTask *", "self", false);
    f->params_unused.items[0] = true;
    body_begin(l, &body, f);
    IrExpr *args = NULL;
    if (any)
        args = put_temp(l, type, IR_CALL_OF(0, "rt_task_args", ir_name("self", 0)));
    for (int i = 0; i < s->senders.count; i++)
        put_decl(l, "RtSender *", arena_format("%s_", sender_member(i)),
                 ir_arrow(args, sender_member(i)));
    put_result(l, s, spawned_call(l, s, args));
    for (int i = 0; i < s->senders.count; i++)
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_sender_release",
                               ir_name(arena_format("%s_", sender_member(i)), 0)));
    body_end(l, f);
    l->body = outer;
}

static void site_table(Lower *l, const Spawn *s, Span span)
{
    global_new(l, "const RtSpawnSite", s->name,
               arena_format("{\"%s\", %s, %s_run}", s->title,
                            place_braces(span, func_title(l->body->func)), s->name));
}

/* spawn_main_1; in a closure spawn_main_1_1. */
static const char *spawn_name(Lower *l)
{
    static const char *const parts[] = {"args", "run", NULL};
    const Body *b      = l->body;
    const char *around = b->closure ? closure_name(l, b->closure) : func_name(l, b->func);
    const char *wanted = arena_format("spawn_%s_%d", around + 2, ++l->body->spawns);
    return type_with_functions(l, wanted, parts)->names.items[0];
}

static Spawn spawn_of(Lower *l, Expr *call)
{
    const Callee *c = &call->call.callee;
    Spawn         s = {.call = call, .name = spawn_name(l)};
    if (c->kind == CALL_FUNC) {
        s.title  = func_title(c->func);
        s.result = c->func->result;
        s.raises = c->func->may_raise;
    } else {
        const TraitMethod *m = &c->trait->methods.items[c->trait_method];
        s.title  = arena_format("%s.%s", c->trait->name, m->name);
        s.result = m->result;
        s.raises = m->may_raise;
    }
    return s;
}

IrExpr *lower_spawn(Lower *l, Expr *e)
{
    CallKind kind = e->spawn.call->call.callee.kind;
    if (kind != CALL_FUNC && kind != CALL_TRAIT) {
        lower_refuse(l, e->span, "this spawn");
        return ir_name("NULL", 0);
    }
    Spawn s = spawn_of(l, e->spawn.call);
    evaluate_arguments(l, &s);
    copy_arguments(l, &s);
    args_struct(l, &s);
    entry_function(l, &s);
    site_table(l, &s, e->span);
    return put_task(l, &s, e->span);
}
