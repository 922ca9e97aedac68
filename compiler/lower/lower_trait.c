/*
 * lower_trait.c - trait values: an object beside the method table of its class (trait.h).
 *
 * For a trait Shape there is the value t_Shape and the type of its tables, t_Shape_table: first how
 * to copy the object, then the methods in order of declaration, all taking the object as void *.
 * t_Shape_of_Circle is the table of class Circle. Where some implementation of a method may raise,
 * its entries return an error beside the value in all tables; functions that cannot raise stand
 * there behind an adapter.
 */
#include "compiler/lower/lower_internal.h"

/* A table that some conversion uses. */
typedef struct TraitTable {
    Class      *cls;
    const char *name;                     /* t_Shape_of_Circle */
} TraitTable;

typedef struct TraitLayout {
    const char *name, *table;             /* t_Shape, t_Shape_table */
    bool        table_declared;
    const char *copy;                     /* function that copies the object; NULL: nobody asked */
    LIST(TraitTable) tables;
} TraitLayout;

/* ---- Types ---- */

static TraitLayout *trait_layout(Lower *l, TraitDef *t)
{
    if (t->lowered)
        return t->lowered;
    TraitLayout *layout = ARENA_NEW(TraitLayout);
    t->lowered          = layout;
    layout->name        = file_name(l, arena_format("t_%s", t->name));
    layout->table       = file_name(l, arena_format("%s_table", layout->name));
    const char *text =
        arena_format("typedef struct %s { void *object; const struct %s *table; } %s;",
                     layout->name, layout->table, layout->name);
    LIST_ADD(&l->ir->types, ir_decl(layout->name, text));    /* arrays hold it by value */
    return layout;
}

const char *trait_type(Lower *l, TraitDef *t)
{
    return trait_layout(l, t)->name;
}

static const char *method_result(Lower *l, const TraitMethod *m)
{
    return m->may_raise ? c_result(l, m->result) : c_type(l, m->result);
}

/* "(*area)(void *, double)" with the name, or "(*)(..)" without one. */
static const char *method_declarator(Lower *l, const TraitMethod *m, const char *name)
{
    const char *text = arena_format("(*%s)(void *", name);
    for (int i = 0; i < m->param_count; i++)
        text = arena_format("%s, %s", text, c_type(l, m->params[i]));
    return arena_format("%s)", text);
}

/* A struct with the pointers to functions. All the types that these mention come before it. */
static void declare_table(Lower *l, TraitDef *t)
{
    TraitLayout *layout = trait_layout(l, t);
    IrStruct    *s      = ARENA_NEW(IrStruct);
    if (layout->table_declared)
        return;
    layout->table_declared = true;
    s->name                = layout->table;
    struct_add(s, "void *", "(*copy_)(RtCopy *, void *)");
    for (int i = 0; i < t->methods.count; i++) {
        TraitMethod *m = &t->methods.items[i];
        struct_add(s, method_result(l, m), method_declarator(l, m, member_name(m->name)));
    }
    LIST_ADD(&l->ir->structs, s);
}

/* ---- Values and calls ---- */

static const char *table_of(Lower *l, TraitDef *t, Class *c)
{
    TraitLayout *layout = trait_layout(l, t);
    for (int i = 0; i < layout->tables.count; i++)
        if (layout->tables.items[i].cls == c)
            return layout->tables.items[i].name;
    declare_table(l, t);
    const char *wanted = arena_format("%s_of_%s", layout->name, class_layout(l, c)->name + 2);
    TraitTable  table  = {.cls = c, .name = file_name(l, wanted)};
    LIST_ADD(&layout->tables, table);
    return table.name;
}

IrExpr *lower_upcast(Lower *l, Expr *e)
{
    Expr     *operand = e->convert.operand;
    TraitDef *t       = e->type->trait;
    IrExpr   *x       = lower_expr(l, operand);
    IrExpr   *value   = ir_braces(trait_type(l, t));
    ir_braces_add(value, NULL, x);
    ir_braces_add(value, NULL, ir_unary("&", ir_name(table_of(l, t, operand->type->cls), 0)));
    return value;
}

IrExpr *trait_method_call(Lower *l, TraitDef *t, int method, IrExpr *value)
{
    declare_table(l, t);
    IrExpr *code = ir_arrow(ir_member(value, "table"), member_name(t->methods.items[method].name));
    IrExpr *call = ir_call_pointer(IR_READS_HEAP | IR_WRITES | IR_FAILS, NULL, code);
    ir_call_add(call, ir_member(value, "object"));
    return call;
}

Outcome lower_trait_call(Lower *l, Expr *call)
{
    TraitDef    *t     = call->call.callee.trait;
    TraitMethod *m     = &t->methods.items[call->call.callee.trait_method];
    int          count = call->call.args.count + 1;
    Expr       **exprs = arena_alloc(sizeof *exprs * (size_t)count);
    IrExpr     **x     = arena_alloc(sizeof *x * (size_t)count);
    exprs[0] = call->call.object;
    for (int i = 1; i < count; i++)
        exprs[i] = call->call.args.items[i - 1];
    put_operands(l, exprs, count, x);
    IrExpr *object = put_reusable(l, trait_type(l, t), x[0]);
    IrExpr *c      = trait_method_call(l, t, call->call.callee.trait_method, object);
    for (int i = 1; i < count; i++)
        ir_call_add(c, x[i]);
    return call_outcome(l, c, m->may_raise, m->result);
}

/* ---- Tables ---- */

static Func *method_of(Class *c, Name name)
{
    return c->methods.items[namemap_find(c->method_index, name)];
}

/* The result of an infallible function as that of one that may raise. */
static void put_adapted_call(Lower *l, const TraitMethod *m, IrExpr *call)
{
    if (m->result->kind == TYPE_VOID) {
        put_eval(l, call);
        put(l, IR_RETURN)->ret = ir_name("NULL", 0);
        return;
    }
    IrExpr *result = ir_braces(c_result(l, m->result));
    ir_braces_add(result, "value", call);
    put(l, IR_RETURN)->ret = result;
}

static void adapter(Lower *l, const TraitMethod *m, Func *f, const char *name)
{
    Body    body = {.func = f};
    Body   *outer = l->body;
    IrFunc *c    = func_new(l, method_result(l, m), name);
    IrExpr *call = IR_CALL_OF(IR_WRITES, called_name(l, f, NULL), ir_name("self_", 0));
    func_param(c, "void *", "self_", false);
    body_begin(l, &body, c);
    for (int i = 0; i < m->param_count; i++) {
        const char *param = arena_format("arg%d_", i + 1);
        func_param(c, c_type(l, m->params[i]), param, false);
        ir_call_add(call, ir_name(param, 0));
    }
    put_adapted_call(l, m, call);
    body_end(l, c);
    l->body = outer;
}

/* The function for an entry of a table, as a value of the entry's type. */
static const char *table_entry(Lower *l, const TraitMethod *m, const TraitTable *table)
{
    Func *f = method_of(table->cls, m->name);
    if (m->may_raise && !f->may_raise) {
        const char *name = file_name(l, arena_format("%s_%s", table->name, m->name));
        adapter(l, m, f, name);
        return name;
    }
    return arena_format("(%s %s)%s", method_result(l, m), method_declarator(l, m, ""),
                        called_name(l, f, NULL));
}

/* A line per entry. It belongs to the file of the class. */
static void put_table(Lower *l, TraitDef *t, const TraitTable *table)
{
    TraitLayout *layout = trait_layout(l, t);
    const char  *copy = !layout->copy          ? NULL
                      : table->cls->is_single ? "rt_copy_shared" : c_copy(l, table->cls->type);
    const char  *init = copy ? arena_format("{\n    (void *(*)(RtCopy *, void *))%s,", copy)
                             : "{\n    NULL,";
    l->path = table->cls->decl->span.file->path;
    for (int i = 0; i < t->methods.count; i++)
        init = arena_format("%s\n    %s,", init, table_entry(l, &t->methods.items[i], table));
    global_new(l, arena_format("const %s", layout->table), table->name,
               arena_format("%s\n}", init));
    l->path = NULL;
}

/* Copy functions of classes may ask for those of other traits, until none is new. */
static bool make_copies(Lower *l, TraitDef *t, int *done)
{
    TraitLayout *layout = t->lowered;
    if (layout == NULL || layout->copy == NULL || *done == layout->tables.count)
        return false;
    while (*done < layout->tables.count)
        c_copy(l, layout->tables.items[(*done)++].cls->type);
    return true;
}

void lower_trait_tables(Lower *l)
{
    int  count = l->program->traits.count;
    int *done  = arena_alloc(sizeof *done * (size_t)(count + 1));
    bool again = true;
    for (int i = 0; i < count; i++)
        done[i] = 0;
    while (again) {
        again = false;
        for (int i = 0; i < count; i++)
            again |= make_copies(l, l->program->traits.items[i], &done[i]);
    }
    for (int i = 0; i < count; i++) {
        TraitDef    *t      = l->program->traits.items[i];
        TraitLayout *layout = t->lowered;
        for (int j = 0; layout && j < layout->tables.count; j++)
            put_table(l, t, &layout->tables.items[j]);
    }
}

/* t_Shape copy_t_Shape(RtCopy *c_, t_Shape old_) */
const char *trait_copy(Lower *l, TraitDef *t)
{
    TraitLayout *layout = trait_layout(l, t);
    if (layout->copy)
        return layout->copy;
    declare_table(l, t);
    layout->copy = file_name(l, arena_format("copy_%s", layout->name));
    Body    body = {.title = t->name};
    Body   *outer = l->body;
    IrFunc *f     = helper_new(l, layout->name, layout->copy);
    func_param(f, "RtCopy *", "c_", false);
    func_param(f, layout->name, "old_", false);
    body_begin(l, &body, f);
    IrExpr  *old    = ir_name("old_", 0);
    IrExpr  *object = ir_member(old, "object");
    IrExpr  *there  = ir_binary("!=", object, ir_name("NULL", 0));
    IrExpr  *copy   = ir_call_pointer(IR_WRITES, NULL, ir_arrow(ir_member(old, "table"), "copy_"));
    IrBlock *around = enter_block(l, put_if(l, there, false)->if_.then);
    ir_call_add(copy, ir_name("c_", 0));
    ir_call_add(copy, object);
    put_assign(l, object, copy);
    enter_block(l, around);
    put(l, IR_RETURN)->ret = old;
    body_end(l, f);
    l->body = outer;
    return layout->copy;
}
