/*
 * lower_enum.c - enums and match.
 *
 * Without data in any variant, the values of an enum are small integers, n_Color_Red. Otherwise
 * they are pointers to immutable structs that begin with the variant's number, { head; pointers;
 * scalars }: a struct per variant, and one for the head, through which they are passed on. Variants
 * without fields are static constants.
 */
#include "compiler/lower/lower_internal.h"

bool enum_is_small(const EnumDef *d)
{
    return d->variants.count <= 256;
}

/* ---- Layout ---- */

/* enum { .. }, a line per variant. */
static void tag_constants(Lower *l, const EnumDef *d, EnumLayout *e)
{
    IrDecl     *tags = ARENA_NEW(IrDecl);
    const char *text = "enum {";
    if (d->variants.count == 0)
        return;
    for (int i = 0; i < d->variants.count; i++) {
        const char *variant = d->variants.items[i].name;
        e->tags[i]          = file_name(l, arena_format("%s_%s", e->name, variant));
        text                = arena_format("%s\n    %s,", text, e->tags[i]);
        LIST_ADD(&tags->names, e->tags[i]);
    }
    tags->text = arena_format("%s\n};", text);
    LIST_ADD(&l->ir->types, tags);
}

/* v_Shape_Circle: a struct, or the constant for a variant without fields. */
static void variant_layout(Lower *l, const EnumDef *d, EnumLayout *e, int i)
{
    const Variant *v = &d->variants.items[i];
    Layout        *layout = &e->variants[i];
    IrStruct      *s = ARENA_NEW(IrStruct);
    layout->name = s->name = file_name(l, arena_format("v_%s_%s", e->name + 2, v->name));
    if (v->fields.count == 0) {
        const char *text = arena_format("RT_UNUSED static const %s %s = {%s};", e->name,
                                        layout->name, e->tags[i]);
        LIST_ADD(&l->ir->constants, ir_decl(layout->name, text));
        return;
    }
    struct_add(s, e->name, "head_");
    lay_out(l, layout, s, v->fields.items, v->fields.count);
    LIST_ADD(&l->ir->structs, s);
}

EnumLayout *enum_layout(Lower *l, EnumDef *d)
{
    if (d->lowered)
        return d->lowered;
    EnumLayout *e = ARENA_NEW(EnumLayout);
    d->lowered    = e;                                       /* before its fields refer to it */
    e->name       = file_name(l, arena_format("n_%s", d->name));
    e->tags       = arena_alloc(sizeof *e->tags * (size_t)(d->variants.count + 1));
    e->variants   = arena_alloc(sizeof *e->variants * (size_t)(d->variants.count + 1));
    tag_constants(l, d, e);
    if (!d->has_data)
        return e;
    IrStruct *s = ARENA_NEW(IrStruct);
    s->name     = e->name;
    struct_add(s, "int64_t", "tag_");
    LIST_ADD(&l->ir->forwards, e->name);
    LIST_ADD(&l->ir->structs, s);
    for (int i = 0; i < d->variants.count; i++)
        variant_layout(l, d, e, i);
    return e;
}

const char *enum_type(Lower *l, EnumDef *d)
{
    EnumLayout *e = enum_layout(l, d);
    if (d->has_data)
        return arena_format("const %s *", e->name);
    return enum_is_small(d) ? "uint8_t" : "int64_t";
}

const char *variant_kind(const Layout *variant)
{
    return heap_kind(variant->pointers == 0 ? 0 : variant->pointers + 1);
}

/* ---- Values ---- */

static IrExpr *variant_object(Lower *l, Expr *e, const EnumLayout *layout)
{
    int           index   = e->variant.variant_index;
    int           count   = e->variant.fields.count;
    const Layout *variant = &layout->variants[index];
    Expr        **exprs   = arena_alloc(sizeof *exprs * (size_t)(count + 1));
    IrExpr      **values  = arena_alloc(sizeof *values * (size_t)(count + 1));
    IrExpr       *fields  = ir_braces(variant->name);
    for (int i = 0; i < count; i++)
        exprs[i] = e->variant.fields.items[i].value;
    put_operands(l, exprs, count, values);
    IrExpr *head = ir_braces(NULL);
    ir_braces_add(head, "tag_", ir_name(layout->tags[index], 0));
    ir_braces_add(fields, "head_", head);
    for (int i = 0; i < count; i++)
        ir_braces_add(fields, variant->members[e->variant.fields.items[i].index], values[i]);
    IrExpr *size   = ir_name(arena_format("sizeof(%s)", variant->name), 0);
    IrExpr *alloc  = IR_CALL_OF(0, "rt_alloc", ir_name(variant_kind(variant), 0), size);
    IrExpr *object = put_temp(l, arena_format("%s *", variant->name), alloc);
    put_assign(l, ir_unary("*", object), fields);
    return ir_cast(c_type(l, e->type), object);
}

IrExpr *lower_variant(Lower *l, Expr *e)
{
    EnumDef    *d      = e->type->enum_def;
    EnumLayout *layout = enum_layout(l, d);
    int         index  = e->variant.variant_index;
    if (!d->has_data)
        return ir_name(layout->tags[index], 0);
    if (d->variants.items[index].fields.count == 0)
        return ir_unary("&", ir_name(layout->variants[index].name, 0));
    return variant_object(l, e, layout);
}

/* ---- match ---- */

IrStmt *put_switch(Lower *l, IrExpr *value)
{
    IrStmt *s       = put(l, IR_SWITCH);
    s->switch_.value = value;
    put_effects(l, value->effects);
    return s;
}

IrBlock *switch_case(IrStmt *s, const char *label)
{
    IrCase c = {.label = label, .body = ir_block()};
    LIST_ADD(&s->switch_.cases, c);
    return c.body;
}

static void put_unreachable_default(Lower *l, IrStmt *s)
{
    IrBlock *outer = enter_block(l, switch_case(s, NULL));
    put_eval(l, IR_CALL_OF(IR_WRITES, "__builtin_unreachable", NULL));
    enter_block(l, outer);
}

static IrExpr *as_variant(const Layout *variant, IrExpr *x)
{
    return ir_cast(arena_format("const %s *", variant->name), x);
}

static void bind_fields(Lower *l, const MatchArm *arm, const Layout *variant, IrExpr *x)
{
    if (arm->bindings.count == 0)
        return;
    const char *type = arena_format("const %s *", variant->name);
    IrExpr     *v    = put_temp(l, type, as_variant(variant, x));
    for (int i = 0; i < arm->bindings.count; i++) {
        const MatchBinding *b = &arm->bindings.items[i];
        put_local(l, b->symbol, ir_arrow(v, variant->members[b->index]));
    }
}

static void lower_arm(Lower *l, MatchArm *arm, int number, IrExpr *target, const Type *type)
{
    put_arm_count(l, number, arm->block ? arm->block->span : arm->value->span);
    if (arm->block) {
        lower_block(l, arm->block);
        return;
    }
    IrExpr *x = lower_expr(l, arm->value);
    if (target)
        put_assign(l, target, converted(l, x, arm->value->type, type));
    else if (x)
        put_eval(l, x);
}

void lower_match(Lower *l, Expr *value, MatchArm *arms, int count, IrExpr *target,
                 const Type *type)
{
    EnumDef    *d      = value->type->enum_def;
    EnumLayout *layout = enum_layout(l, d);
    IrExpr     *x      = put_reusable(l, c_type(l, value->type), lower_expr(l, value));
    IrStmt     *s      = put_switch(l, d->has_data ? ir_arrow(x, "tag_") : x);
    l->body->loop.switches++;
    for (int i = 0; i < count; i++) {
        int      index = arms[i].variant_index;
        IrBlock *outer = enter_block(l, switch_case(s, layout->tags[index]));
        if (d->has_data)
            bind_fields(l, &arms[i], &layout->variants[index], x);
        lower_arm(l, &arms[i], i, target, type);
        enter_block(l, outer);
    }
    put_unreachable_default(l, s);
    l->body->loop.switches--;
}

IrExpr *lower_match_value(Lower *l, Expr *e)
{
    bool    is_void = e->type->kind == TYPE_VOID;
    IrExpr *target  = is_void ? NULL : put_variable(l, c_type(l, e->type));
    lower_match(l, e->match.value, e->match.arms.items, e->match.arms.count, target, e->type);
    return target;
}

/* ---- Equality ---- */

/* A helper function whose text no line of the source has; end with leave_helper. */
static Body *enter_helper(Lower *l, Body *body, IrFunc *f)
{
    Body *outer = l->body;
    body_begin(l, body, f);
    return outer;
}

static void leave_helper(Lower *l, IrFunc *f, Body *outer)
{
    body_end(l, f);
    l->body = outer;
}

static void put_plain_return(Lower *l, IrExpr *value)
{
    put(l, IR_RETURN)->ret = value;
}

/* Enums among the fields of others: their functions may call each other. */
static bool has_enum_field(const EnumDef *d)
{
    for (int i = 0; i < d->variants.count; i++)
        for (int j = 0; j < d->variants.items[i].fields.count; j++)
            if (type_bare(d->variants.items[i].fields.items[j].type)->kind == TYPE_ENUM)
                return true;
    return false;
}

/* a_ and b_ are of this variant: all fields are equal. */
static void put_fields_equal(Lower *l, const Variant *v, const Layout *layout)
{
    const char *type  = arena_format("const %s *", layout->name);
    IrExpr     *a     = put_temp(l, type, as_variant(layout, ir_name("a_", 0)));
    IrExpr     *b     = put_temp(l, type, as_variant(layout, ir_name("b_", 0)));
    IrExpr     *equal = NULL;
    for (int i = 0; i < v->fields.count; i++) {
        IrExpr *field = equal_of(l, v->fields.items[i].type, ir_arrow(a, layout->members[i]),
                                 ir_arrow(b, layout->members[i]));
        equal = equal ? ir_binary("&&", equal, field) : field;
    }
    put_plain_return(l, equal);
}

static void put_if_return(Lower *l, IrExpr *cond, const char *value)
{
    IrBlock *outer = enter_block(l, put_if(l, cond, false)->if_.then);
    put_plain_return(l, ir_name(value, 0));
    enter_block(l, outer);
}

/* The same variant and equal fields; either may be NULL, which is none. */
static void equality_function(Lower *l, EnumDef *d)
{
    EnumLayout *layout = enum_layout(l, d);
    Body        body   = {.title = d->name};
    IrFunc     *f      = layout->equality;
    IrExpr     *a = ir_name("a_", 0), *b = ir_name("b_", 0), *none = ir_name("NULL", 0);
    Body       *outer = enter_helper(l, &body, f);
    if (has_enum_field(d))
        put_eval(l, IR_CALL_OF(IR_WRITES, "RT_POLL", NULL));
    put_if_return(l, ir_binary("==", a, b), "true");
    IrExpr *one_none = ir_binary("||", ir_binary("==", a, none), ir_binary("==", b, none));
    IrExpr *differ   = ir_binary("!=", ir_arrow(a, "tag_"), ir_arrow(b, "tag_"));
    put_if_return(l, ir_binary("||", one_none, differ), "false");
    IrStmt *s = put_switch(l, ir_arrow(a, "tag_"));
    for (int i = 0; i < d->variants.count; i++) {
        const Variant *v = &d->variants.items[i];
        if (v->fields.count == 0)
            continue;
        IrBlock *around = enter_block(l, switch_case(s, layout->tags[i]));
        put_fields_equal(l, v, &layout->variants[i]);
        enter_block(l, around);
    }
    IrBlock *around = enter_block(l, switch_case(s, NULL));
    put_plain_return(l, ir_name("true", 0));
    enter_block(l, around);
    leave_helper(l, f, outer);
}

/* Its body comes later: the layouts of the fields may be in the making. */
const char *enum_equality(Lower *l, EnumDef *d)
{
    EnumLayout *e = enum_layout(l, d);
    if (e->equality == NULL) {
        const char *name   = file_name(l, arena_format("eq_%s", e->name + 2));
        e->equality        = helper_new(l, "bool", name);
        e->equality->declared_first = true;
        func_param(e->equality, enum_type(l, d), "a_", false);
        func_param(e->equality, enum_type(l, d), "b_", false);
        LIST_ADD(&l->equalities, d);
    }
    return e->equality->name;
}

void lower_equalities(Lower *l)
{
    for (int i = 0; i < l->equalities.count; i++)            /* which may add more */
        equality_function(l, l->equalities.items[i]);
}

/* ---- Keys ---- */

/* A hash that equal values share. */
static IrExpr *hash_of(Lower *l, const Type *t, IrExpr *x)
{
    const Type *bare = type_bare(t);
    if (t != bare && !type_has_pointer(t)) {
        IrExpr *some = hash_of(l, bare, value_of(t, x));
        return ir_cond(is_some(t, x), some, ir_int(1));
    }
    if (bare->kind == TYPE_FLOAT)
        return IR_CALL_OF(0, "rt_hash_float", x);
    if (bare->kind == TYPE_STRING || (bare->kind == TYPE_ENUM && type_has_pointer(t))) {
        IrExpr *hash = bare->kind == TYPE_STRING
                           ? IR_CALL_OF(0, "rt_hash_string", x)
                           : IR_CALL_OF(0, enum_hash(l, bare->enum_def), ir_unary("&", x));
        return t == bare ? hash : ir_cond(is_some(t, x), hash, ir_int(1));
    }
    if (bare->kind == TYPE_TRAIT)
        x = ir_member(x, "object");
    return IR_CALL_OF(0, "rt_hash_int", type_has_pointer(t) ? ir_cast("int64_t", x) : x);
}

static void put_fields_hash(Lower *l, const Variant *v, const Layout *layout)
{
    const char *type = arena_format("const %s *", layout->name);
    IrExpr     *x    = put_temp(l, type, as_variant(layout, ir_name("x_", 0)));
    IrExpr     *h    = ir_name("hash_", 0);
    for (int i = 0; i < v->fields.count; i++) {
        IrExpr *field = hash_of(l, v->fields.items[i].type, ir_arrow(x, layout->members[i]));
        put_assign(l, h, IR_CALL_OF(0, "rt_hash_combine", h, field));
    }
}

static void hash_function(Lower *l, EnumDef *d, const char *name)
{
    EnumLayout *layout = enum_layout(l, d);
    Body        body   = {.title = d->name};
    IrFunc     *f      = helper_new(l, "uint64_t", name);
    func_param(f, "const void *", "key_", false);
    Body *outer = enter_helper(l, &body, f);
    if (has_enum_field(d))
        put_eval(l, IR_CALL_OF(IR_WRITES, "RT_POLL", NULL));
    IrExpr *key = ir_cast(arena_format("const %s *const *", layout->name), ir_name("key_", 0));
    put_decl(l, enum_type(l, d), "x_", ir_unary("*", key));
    IrExpr *tag = ir_arrow(ir_name("x_", 0), "tag_");
    put_decl(l, "uint64_t", "hash_", IR_CALL_OF(0, "rt_hash_int", tag));
    IrStmt *s = put_switch(l, tag);
    for (int i = 0; i < d->variants.count; i++) {
        const Variant *v = &d->variants.items[i];
        if (v->fields.count == 0)
            continue;
        IrBlock *around = enter_block(l, switch_case(s, layout->tags[i]));
        put_fields_hash(l, v, &layout->variants[i]);
        enter_block(l, around);
    }
    switch_case(s, NULL);
    put_plain_return(l, ir_name("hash_", 0));
    leave_helper(l, f, outer);
}

const char *enum_hash(Lower *l, EnumDef *d)
{
    EnumLayout *e = enum_layout(l, d);
    if (e->hash == NULL) {
        e->hash = file_name(l, arena_format("hash_%s", e->name + 2));
        hash_function(l, d, e->hash);
    }
    return e->hash;
}

const char *enum_same_key(Lower *l, EnumDef *d)
{
    EnumLayout *e = enum_layout(l, d);
    if (e->same_key)
        return e->same_key;
    Body    body = {.title = d->name};
    e->same_key  = file_name(l, arena_format("same_%s", e->name + 2));
    IrFunc *f    = helper_new(l, "bool", e->same_key);
    func_param(f, "const void *", "a_", false);
    func_param(f, "const void *", "b_", false);
    Body       *outer = enter_helper(l, &body, f);
    const char *type  = arena_format("const %s *const *", e->name);
    put_plain_return(l, IR_CALL_OF(0, enum_equality(l, d),
                                   ir_unary("*", ir_cast(type, ir_name("a_", 0))),
                                   ir_unary("*", ir_cast(type, ir_name("b_", 0)))));
    leave_helper(l, f, outer);
    return e->same_key;
}
