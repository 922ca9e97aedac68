/*
 * lower_copy.c - deep copies of what a task takes from its spawner (concurrency 3).
 *
 * For each class and array type that some spawn copies there is a C function copy_T, which makes a
 * shallow copy and notes it, so that cycles and aliases survive, and a function fill_T, which runs
 * later and copies what the fields refer to.
 */
#include "compiler/lower/lower_internal.h"

static IrExpr *const_name(const char *name)
{
    return ir_name(name, 0);
}

/* new_: the copy of old_ if there is one already, which is then returned; so is NULL for none. */
static void put_known_copy(Lower *l, const char *type)
{
    IrExpr *old     = const_name("old_"), *new = const_name("new_"), *none = const_name("NULL");
    IrExpr *seen    = IR_CALL_OF(IR_READS_HEAP, "rt_copy_seen", const_name("c_"), old);
    IrExpr *is_none = ir_binary("==", old, none);
    put_decl(l, type, "new_", ir_cond(is_none, none, seen));
    IrExpr  *done  = ir_binary("||", is_none, ir_binary("!=", new, none));
    IrBlock *outer = enter_block(l, put_if(l, done, false)->if_.then);
    put(l, IR_RETURN)->ret = new;
    enter_block(l, outer);
}

static void put_note(Lower *l)
{
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_note", const_name("c_"), const_name("old_"),
                           ir_cast("void *", const_name("new_"))));
}

IrExpr *copied(Lower *l, const Type *t, IrExpr *copy, IrExpr *x)
{
    const Type *bare = t->kind == TYPE_NULLABLE ? t->elem : t;
    const char *name = c_copy(l, t);
    if (name == NULL)
        return x;
    IrExpr *call = IR_CALL_OF(IR_WRITES | IR_READS_HEAP, name, copy, x);
    if (bare->kind == TYPE_FN && t != bare)
        return ir_cond(is_some(t, x), call, const_name("NULL"));
    return call;
}

static void copy_class(Lower *l, const Type *t)
{
    Layout     *layout = class_layout(l, t->cls);
    const char *size   = arena_format("sizeof(%s)", layout->name);
    IrExpr     *new    = const_name("new_");
    put_assign(l, new, IR_CALL_OF(0, "rt_alloc", const_name(heap_kind(layout->pointers)),
                                  const_name(size)));
    put_assign(l, ir_unary("*", new), ir_unary("*", const_name("old_")));
    put_note(l);
}

/* for (i_ = 0; i_ < count; i_++): returns the block around it; statements go into the loop. */
static IrBlock *put_element_loop(Lower *l, IrExpr *count)
{
    IrStmt *s    = put(l, IR_FOR);
    s->for_.init = "int64_t i_ = 0";
    s->for_.cond = ir_binary("<", const_name("i_"), count);
    s->for_.step = "i_++";
    s->for_.body = ir_block();
    return enter_block(l, s->for_.body);
}

static IrExpr *element(const char *array)
{
    return ir_index(ir_arrow(const_name(array), "data"), const_name("i_"));
}

static void copy_array(Lower *l, const Type *t)
{
    IrExpr *count = put_temp(l, "int64_t", ir_arrow(const_name("old_"), "len"));
    put_assign(l, const_name("new_"),
               IR_CALL_OF(0, arena_format("%s_new", c_array(l, t)), count));
    put_note(l);
    IrBlock *outer = put_element_loop(l, count);
    put_assign(l, element("new_"), element("old_"));
    enter_block(l, outer);
}

/* ---- Enums with data ---- */

/* Enums that were asked about on the way here. */
typedef struct EnumPath { const EnumDef *def; const struct EnumPath *outer; } EnumPath;

/* Does a variant refer to anything that has to be copied, by way of other enums too? */
static bool enum_holds_mutable(Lower *l, const EnumDef *d, const EnumPath *outer)
{
    EnumPath path = {d, outer};
    for (const EnumPath *p = outer; p; p = p->outer)
        if (p->def == d)
            return false;                                    /* the outer question decides */
    for (int i = 0; i < d->variants.count; i++)
        for (int j = 0; j < d->variants.items[i].fields.count; j++) {
            const Type *t = type_bare(d->variants.items[i].fields.items[j].type);
            if (t->kind == TYPE_ENUM ? enum_holds_mutable(l, t->enum_def, &path)
                                     : c_copy(l, t) != NULL)
                return true;
        }
    return false;
}

/* Statements for the variant that old_ is of go into each case. */
static void copy_enum(Lower *l, const Type *t)
{
    EnumDef    *d      = t->enum_def;
    EnumLayout *layout = enum_layout(l, d);
    IrStmt     *s      = put_switch(l, ir_arrow(const_name("old_"), "tag_"));
    for (int i = 0; i < d->variants.count; i++) {
        const Layout *variant = &layout->variants[i];
        if (d->variants.items[i].fields.count == 0)
            continue;
        IrBlock    *outer = enter_block(l, switch_case(s, layout->tags[i]));
        const char *type  = arena_format("%s *", variant->name);
        IrExpr     *size  = const_name(arena_format("sizeof(%s)", variant->name));
        IrExpr     *copy  = put_temp(l, type, IR_CALL_OF(0, "rt_alloc",
                                                         const_name(variant_kind(variant)), size));
        put_assign(l, ir_unary("*", copy),
                   ir_unary("*", ir_cast(arena_format("const %s", type), const_name("old_"))));
        put_assign(l, const_name("new_"), ir_cast(c_type(l, t), copy));
        enter_block(l, outer);
    }
    IrBlock *outer = enter_block(l, switch_case(s, NULL));
    put(l, IR_RETURN)->ret = const_name("old_");             /* a constant */
    enter_block(l, outer);
    put_note(l);
}

static void fill_enum(Lower *l, const Type *t)
{
    EnumDef    *d      = t->enum_def;
    EnumLayout *layout = enum_layout(l, d);
    IrStmt     *s      = put_switch(l, ir_arrow(const_name("new_"), "tag_"));
    for (int i = 0; i < d->variants.count; i++) {
        const Layout *variant = &layout->variants[i];
        const Variant *v      = &d->variants.items[i];
        if (v->fields.count == 0)
            continue;
        IrBlock    *outer = enter_block(l, switch_case(s, layout->tags[i]));
        const char *type  = arena_format("%s *", variant->name);
        IrExpr     *copy  = put_temp(l, type, const_name("copy_"));
        for (int j = 0; j < v->fields.count; j++) {
            IrExpr *member = ir_arrow(copy, variant->members[j]);
            if (c_copy(l, v->fields.items[j].type))
                put_assign(l, member,
                           copied(l, v->fields.items[j].type, const_name("c_"), member));
        }
        enter_block(l, outer);
    }
    switch_case(s, NULL);
}

/* ---- Functions ---- */

/* Do its fields or elements refer to anything that has to be copied? */
static bool needs_fill(Lower *l, const Type *t)
{
    if (t->kind == TYPE_ARRAY)
        return c_copy(l, t->elem) != NULL;
    if (t->kind == TYPE_MAP || t->kind == TYPE_SET)
        return map_needs_fill(l, t);
    if (t->kind == TYPE_ENUM)
        return true;
    for (int i = 0; t->kind == TYPE_CLASS && i < t->cls->fields.count; i++)
        if (c_copy(l, t->cls->fields.items[i].type))
            return true;
    return false;
}

static void fill_class(Lower *l, const Type *t)
{
    Layout *layout = class_layout(l, t->cls);
    for (int i = 0; i < t->cls->fields.count; i++) {
        const Type *type   = t->cls->fields.items[i].type;
        IrExpr     *member = ir_arrow(const_name("new_"), layout->members[i]);
        if (c_copy(l, type))
            put_assign(l, member, copied(l, type, const_name("c_"), member));
    }
}

static void fill_array(Lower *l, const Type *t)
{
    IrBlock *outer = put_element_loop(l, ir_arrow(const_name("new_"), "len"));
    put_assign(l, element("new_"), copied(l, t->elem, const_name("c_"), element("new_")));
    enter_block(l, outer);
}

/* void fill_T(RtCopy *c_, void *copy_) */
static void fill_function(Lower *l, const Type *t, const char *name)
{
    Body    body  = {.func = l->body->func};
    Body   *outer = l->body;
    IrFunc *f     = helper_new(l, "void", name);
    func_param(f, "RtCopy *", "c_", false);
    func_param(f, "void *", "copy_", false);
    body_begin(l, &body, f);
    put_decl(l, c_type(l, t), "new_", const_name("copy_"));
    switch (t->kind) {
    case TYPE_CLASS: fill_class(l, t); break;
    case TYPE_MAP:
    case TYPE_SET:   fill_map(l, t); break;
    case TYPE_ENUM:  fill_enum(l, t); break;
    default:         fill_array(l, t); break;
    }
    body_end(l, f);
    l->body = outer;
}

/* T *copy_T(RtCopy *c_, T *old_) */
static void copy_function(Lower *l, const Type *t, const char *name)
{
    const char *type  = c_type(l, t);
    const char *fill  = arena_format("fill_%s", name + 5);
    bool        fills = needs_fill(l, t);
    Body        body  = {.func = l->body->func};
    Body       *outer = l->body;
    IrFunc     *f     = helper_new(l, type, name);
    func_param(f, "RtCopy *", "c_", false);
    func_param(f, type, "old_", false);
    body_begin(l, &body, f);
    put_known_copy(l, type);
    switch (t->kind) {
    case TYPE_CLASS: copy_class(l, t); break;
    case TYPE_MAP:
    case TYPE_SET:   copy_map(l, t); break;
    case TYPE_ENUM:  copy_enum(l, t); break;
    default:         copy_array(l, t); break;
    }
    if (fills)
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_later", const_name("c_"),
                               ir_cast("void *", const_name("new_")), const_name(fill)));
    put(l, IR_RETURN)->ret = const_name("new_");
    body_end(l, f);
    l->body = outer;
    if (fills)
        fill_function(l, t, fill);
}

static const char *copy_name(Lower *l, const Type *t)
{
    TypeInfo *info = type_info(l, t);
    if (info->copy == NULL) {
        info->copy = file_name(l, arena_format("copy_%s", c_mangled(l, t)));
        copy_function(l, t, info->copy);
    }
    return info->copy;
}

const char *c_copy(Lower *l, const Type *t)
{
    switch (t->kind) {
    case TYPE_NULLABLE:
        return c_copy(l, t->elem);
    case TYPE_FN:
        return "rt_closure_copy";
    case TYPE_TRAIT:
        return trait_copy(l, t->trait);
    case TYPE_ENUM:
        return enum_holds_mutable(l, t->enum_def, NULL) ? copy_name(l, t) : NULL;
    case TYPE_CLASS:
        return t->cls->is_single ? NULL : copy_name(l, t);
    case TYPE_ARRAY: case TYPE_BYTES: case TYPE_MAP: case TYPE_SET:
        return copy_name(l, t);
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_STRING:
    case TYPE_VOID: case TYPE_NONE: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND: case TYPE_RANGE:
    case TYPE_STREAM: case TYPE_TASK: case TYPE_SENDER: case TYPE_RECEIVER: case TYPE_HOLE:
    case TYPE_CPTR: case TYPE_BAD:
        return NULL;
    }
    return NULL;
}
