/*
 * lower_app.c - objects made before main, scope blocks, and what a program starts with.
 *
 * Each class of Program.singles has a static variable, g_Db, which the collector takes as a root.
 * make_singles() fills them before main; nothing assigns them later. The app is the last of them.
 */
#include "compiler/lower/lower_internal.h"

#include <string.h>

static IrExpr *text(const char *s)
{
    return ir_name(c_string(s, strlen(s)), 0);
}

/* ---- Objects that injection makes ---- */

/* What a field holds that nothing was assigned to; NULL: zero bytes will do. */
static IrExpr *default_of(Lower *l, const Type *t)
{
    IrExpr *made;
    switch (t->kind) {
    case TYPE_STRING:
        return string_constant(l, "", 0);
    case TYPE_BYTES:
        return IR_CALL_OF(0, "rt_bytes_new", NULL);
    case TYPE_ARRAY:
        return IR_CALL_OF(0, arena_format("%s_new", c_array(l, t)), ir_int(0));
    case TYPE_MAP: case TYPE_SET:
        made = map_call(l, t, 0, "new");
        ir_call_add(made, ir_int(0));
        return made;
    default:
        return NULL;
    }
}

/* object: a new one, with its injected fields set. */
static void put_object(Lower *l, const Class *c, IrExpr *object, IrExpr *const *injected)
{
    Layout *layout = class_layout(l, (Class *)c);
    IrExpr *fields = ir_braces(layout->name);
    bool    any    = false;
    for (int i = 0; i < c->fields.count; i++) {
        const Type *t = c->fields.items[i].type;
        IrExpr     *x = i < c->injected ? injected[i] : default_of(l, t);
        if (x == NULL)
            continue;
        if (i >= c->injected)
            x = put_temp(l, c_type(l, t), x);
        ir_braces_add(fields, layout->members[i], x);
        any = true;
    }
    if (!any)
        ir_braces_add(fields, NULL, ir_name("0", 0));        /* rt_alloc does not clear */
    put_assign(l, object,
               IR_CALL_OF(0, "rt_alloc", ir_name(heap_kind(layout->pointers), 0),
                          ir_name(arena_format("sizeof(%s)", layout->name), 0)));
    put_assign(l, ir_unary("*", object), fields);
}

bool field_may_be_unset(const Class *c, int field)
{
    const Type *t = c->fields.items[field].type;
    if (!c->is_single || field < c->injected)
        return false;
    switch ((int)t->kind) {
    case TYPE_CLASS: case TYPE_TRAIT: case TYPE_FN: case TYPE_STREAM: case TYPE_TASK:
    case TYPE_SENDER: case TYPE_RECEIVER: case TYPE_CPTR:
        return true;
    case TYPE_ENUM:
        return t->enum_def->has_data;
    default:
        return false;
    }
}

IrExpr *checked_field(Lower *l, const Expr *e, IrExpr *x)
{
    const Class *c     = e->field.object->type->cls;
    IrExpr      *value = put_temp(l, c_type(l, e->type), x);
    IrExpr      *first = e->type->kind == TYPE_TRAIT ? ir_member(value, "object") : value;
    IrBlock     *outer = enter_block(
        l, put_if(l, ir_binary("==", first, ir_name("NULL", 0)), true)->if_.then);
    put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, "rt_fail_unset", place_of(l, e->field.name.span),
                           text(arena_format("%s.%s", c->name, e->field.name.name))));
    enter_block(l, outer);
    return value;
}

IrExpr *single_of(Lower *l, Class *c)
{
    Layout *layout = class_layout(l, c);
    if (layout->single == NULL) {
        layout->single = file_name(l, arena_format("g_%s", layout->name + 2));
        global_new(l, arena_format("%s *", layout->name), layout->single, NULL)->path = NULL;
    }
    return ir_name(layout->single, 0);
}

static void put_single(Lower *l, Class *c)
{
    IrExpr **injected = arena_alloc(sizeof *injected * (size_t)(c->injected + 1));
    for (int i = 0; i < c->injected; i++)
        injected[i] = single_of(l, c->fields.items[i].type->cls);
    put_object(l, c, single_of(l, c), injected);
}

static void lower_singles(Lower *l)
{
    Body    body = {.title = "main"};
    IrFunc *f    = helper_new(l, "void", "make_singles");
    body_begin(l, &body, f);
    put_locks(l);
    for (int i = 0; i < l->program->singles.count; i++)
        put_single(l, l->program->singles.items[i]);
    body_end(l, f);
}

/* ---- Scope blocks ---- */

static IrExpr *wired(Lower *l, const Wire *w, IrExpr *const *seeds, IrExpr *const *made)
{
    if (w->kind == WIRE_SEED)
        return seeds[w->seed];
    if (w->kind == WIRE_SINGLE)
        return single_of(l, w->cls);
    IrExpr **injected = arena_alloc(sizeof *injected * (size_t)(w->cls->injected + 1));
    for (int i = 0; i < w->cls->injected; i++)
        injected[i] = made[w->fields[i]];
    IrExpr *object = put_variable(l, c_type(l, w->cls->type));
    put_object(l, w->cls, object, injected);
    return object;
}

/* Seeds and objects have names of their own, so that a binding may be called like a variable that
 * a seed mentions. */
static void put_bindings(Lower *l, Stmt *s)
{
    const ScopePlan *plan  = s->scope.plan;
    int              count = s->scope.seeds.count;
    IrExpr **seeds = arena_alloc(sizeof *seeds * (size_t)(count + 1));
    IrExpr **made  = arena_alloc(sizeof *made * (size_t)(plan->wires.count + 1));
    put_operands(l, s->scope.seeds.items, count, seeds);
    for (int i = 0; i < count; i++)
        seeds[i] = put_temp(l, c_type(l, s->scope.seeds.items[i]->type), seeds[i]);
    for (int i = 0; i < plan->wires.count; i++)
        made[i] = wired(l, &plan->wires.items[i], seeds, made);
    for (int i = 0; i < s->scope.bindings.count; i++)
        put_local(l, s->scope.bindings.items[i].symbol, made[plan->bindings.items[i]]);
}

void lower_scope(Lower *l, Stmt *s)
{
    IrStmt *block  = put(l, IR_BLOCK);
    block->block   = ir_block();
    IrBlock *outer = enter_block(l, block->block);
    put_bindings(l, s);
    lower_block(l, s->scope.body);
    enter_block(l, outer);
}

/* ---- Tests ---- */

static void put_test(Lower *l, const Test *test)
{
    IrExpr *call  = IR_CALL_OF(IR_WRITES, func_name(l, test->func), NULL);
    IrExpr *error = ir_name("NULL", 0);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_test_begin", text(test->name)));
    if (test->func->may_raise)
        error = put_temp(l, "RtError *", call);
    else
        put_eval(l, call);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_test_end", error,
                           place_in(l, test->func->decl->name.span, test->func->name)));
}

void put_tests(Lower *l)
{
    const Program *p = l->program;
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_test_start", NULL));
    for (int i = 0; i < p->tests.count; i++)
        put_test(l, &p->tests.items[i]);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_test_summary", ir_int(p->tests.count)));
}

/* ---- The start ---- */

void put_singles(Lower *l)
{
    if (l->program->singles.count > 0)
        put_eval(l, IR_CALL_OF(IR_WRITES, "make_singles", NULL));
}

void lower_app(Lower *l)
{
    if (l->program->singles.count > 0)
        lower_singles(l);
}
