/*
 * check_expr.c - names, members, ranges, the dispatch over all kinds, and messages that many share.
 */
#include "compiler/check/check_internal.h"

/* ---- Reports that many share ---- */

void label_type(Check *c, const Expr *e)
{
    diag_label(c->diag, "this is %s", type_name(e->type));
}

void report_mismatch(Check *c, const Expr *e, const char *what, Type *expected)
{
    diag_error(c->diag, DIAG_TYPE, e->span, "%s: expected %s, found %s", what,
               type_name(known_type(expected)), type_name(known_type(e->type)));
    label_type(c, e);
    if (known_type(expected) == type_float && e->type == type_int)
        diag_help(c->diag, "numbers do not convert by themselves: write `as float`");
    else
        advise_nullable(c, e->type);
}

void advise_nullable(Check *c, const Type *type)
{
    if (type->kind == TYPE_NULLABLE)
        diag_help(c->diag, "the value may be none: give a default with `\?\?`, leave the function "
                  "with `?`, or compare it with none first");
}

void unsupported(Check *c, Span at, const char *what)
{
    diag_error(c->diag, DIAG_UNSUPPORTED, at, "%s is not implemented yet", what);
}

static Type *unsupported_expr(Check *c, Expr *e, const char *what)
{
    unsupported(c, e->span, what);
    return set_bad(e);
}

void report_untyped_none(Check *c, Span at)
{
    diag_error(c->diag, DIAG_TYPE, at, "cannot infer type of `none`");
    diag_help(c->diag, "add an annotation, as in `let x: int? = none`");
}

/* ---- Names ---- */

void mark_read(Symbol *symbol)
{
    for (; symbol; symbol = symbol->copy_of)
        symbol->read = true;
}

Type *narrow(Check *c, Expr *e)
{
    Expr *name = ARENA_NEW(Expr);
    *name = *e;
    note_type(c, &name->type);
    e->kind = EXPR_NARROWED;
    e->convert.operand = name;
    return set_type(c, e, name->type->elem);
}

static Type *check_name(Check *c, Expr *e, bool may_narrow)
{
    Local *local = find_local(c, e->name.ident.name);

    if (!local && is_ambient_name(c, e->name.ident.name)) {
        ambient_to_field(e);
        return check_expr(c, e);
    }
    if (!local) {
        report_undefined_variable(c, e->name.ident);
        return set_bad(e);
    }
    e->name.symbol = local_symbol(c, local);
    mark_read(e->name.symbol);
    set_type(c, e, e->name.symbol->type);
    return may_narrow && is_narrowed(c, local) ? narrow(c, e) : e->type;
}

static Type *check_self(Check *c, Expr *e)
{
    Local *local = find_local(c, intern_text("self"));

    if (!local) {
        diag_error(c->diag, DIAG_TYPE, e->span, "'self' can only be used in a method");
        return set_bad(e);
    }
    e->name.ident  = (Ident){ local->name, e->span };
    e->name.symbol = local_symbol(c, local);
    return set_type(c, e, e->name.symbol->type);
}

/* ---- Members ---- */

void report_no_field(Check *c, const char *what, Ident name, const Field *fields, int count)
{
    diag_error(c->diag, DIAG_TYPE, name.span, "%s has no field '%s'", what, name.name);
    Suggest s = suggest_for(c->diag, name.name);
    for (int i = 0; s.active && i < count; i++)
        suggest_candidate(&s, fields[i].name);
    suggest_finish(&s, c->diag);
}

static const char *class_text(const Class *cls)
{
    return arena_format("class '%s'", cls->name);
}

static Type *class_field(Check *c, Expr *e, const Class *cls)
{
    e->field.index = namemap_find(cls->field_index, e->field.name.name);
    if (e->field.index >= 0)
        return set_type(c, e, cls->fields.items[e->field.index].type);
    report_no_field(c, class_text(cls), e->field.name, cls->fields.items, cls->fields.count);
    if (namemap_find(cls->method_index, e->field.name.name) >= 0)
        diag_help(c->diag, "'%s' is a method: call it with ()", e->field.name.name);
    return set_bad(e);
}

static Type *caught_field(Check *c, Expr *e)
{
    e->field.index = -1;
    if (e->field.name.name == intern_text("message"))
        return set_type(c, e, type_string);
    diag_error(c->diag, DIAG_TYPE, e->field.name.span,
               "a caught error of unknown kind has no field '%s', only 'message'",
               e->field.name.name);
    return set_bad(e);
}

static Type *caught_kind_field(Check *c, Expr *e, const ErrorDef *def)
{
    e->field.index = namemap_find(def->field_index, e->field.name.name);
    if (e->field.index >= 0)
        return set_type(c, e, def->fields.items[e->field.index].type);
    report_no_field(c, arena_format("error '%s'", def->name), e->field.name, def->fields.items,
                    def->fields.count);
    return set_bad(e);
}

bool names_module(Check *c, const Expr *e)
{
    return e->kind == EXPR_NAME && !find_local(c, e->name.ident.name)
        && globals_import(c->globals, e->name.ident) && !is_ambient_name(c, e->name.ident.name);
}

/* Does an expression, Enum or module.Enum, name an enum? No local has its first name then. */
static bool names_enum(Check *c, const Expr *e)
{
    const Global *global = NULL;

    if (e->kind == EXPR_NAME && !find_local(c, e->name.ident.name))
        global = globals_at(c->globals, e->name.ident);
    else if (e->kind == EXPR_FIELD && names_module(c, e->field.object))
        global = globals_of(c->globals, c->diag, &(QName){ e->field.object->name.ident,
                                                           e->field.name });
    return global && global->kind == GLOBAL_ENUM;
}

/* Nothing a module declares is a value: enums are followed by a variant, functions are called. */
static Type *no_module_value(Check *c, Expr *e)
{
    diag_error(c->diag, DIAG_TYPE, e->field.name.span, "undefined variable '%s.%s'",
               e->field.object->name.ident.name, e->field.name.name);
    return set_bad(e);
}

static Type *check_field(Check *c, Expr *e)
{
    if (names_enum(c, e->field.object))
        return check_bare_variant(c, e);
    if (names_module(c, e->field.object))
        return no_module_value(c, e);
    Type *object = check_value(c, e->field.object);
    if (object == type_bad)
        return set_bad(e);
    if (object->kind == TYPE_CLASS)
        return class_field(c, e, object->cls);
    if (object->kind == TYPE_CAUGHT)
        return caught_field(c, e);
    if (object->kind == TYPE_CAUGHT_KIND)
        return caught_kind_field(c, e, object->error_def);
    diag_error(c->diag, DIAG_TYPE, e->field.name.span, "field access on non-class type %s",
               type_name(object));
    diag_note(c->diag, e->field.object->span, "this is %s", type_name(object));
    advise_nullable(c, object);
    return set_bad(e);
}

void check_index_type(Check *c, Expr *index, const char *container)
{
    Type *type = check_value(c, index);
    if (same_type(c, type, type_int, index->span))
        return;
    diag_error(c->diag, DIAG_TYPE, index->span, "%s index must be int, found %s", container,
               type_name(type));
    label_type(c, index);
}

Type *check_index(Check *c, Expr *e)
{
    Type *object = check_value(c, e->index.object);

    if (object->kind == TYPE_ARRAY) {
        check_index_type(c, e->index.index, "array");
        return set_type(c, e, object->elem);
    }
    if (object == type_string || object == type_bytes) {
        check_index_type(c, e->index.index, type_name(object));
        return set_type(c, e, object == type_string ? type_string : type_byte);
    }
    if (object->kind == TYPE_MAP) {
        check_map_key(c, &e->index.index, object);
        return set_type(c, e, object->elem);
    }
    check_value(c, e->index.index);
    if (object != type_bad)
        diag_error(c->diag, DIAG_TYPE, e->span, "index on non-indexable type %s",
                   type_name(object));
    return set_bad(e);
}

/* ---- Ranges ---- */

void check_range_bounds(Check *c, Expr *e)
{
    Expr *bounds[] = { e->range.from, e->range.to };
    static const char *const names[] = { "start", "end" };

    for (int i = 0; i < 2; i++) {
        Type *type = check_value(c, bounds[i]);
        if (same_type(c, type, type_int, bounds[i]->span))
            continue;
        diag_error(c->diag, DIAG_TYPE, bounds[i]->span, "range %s must be int, found %s",
                   names[i], type_name(type));
        label_type(c, bounds[i]);
    }
    set_type(c, e, type_range);
}

static Type *check_range(Check *c, Expr *e)
{
    check_range_bounds(c, e);
    diag_error(c->diag, DIAG_TYPE, e->span, "a range can only be used in a for loop");
    return set_bad(e);
}

/* ---- All kinds ---- */

Type *check_expr(Check *c, Expr *e)
{
    switch (e->kind) {
    case EXPR_INT:         return set_type(c, e, type_int);
    case EXPR_FLOAT:       return set_type(c, e, type_float);
    case EXPR_STRING:      return set_type(c, e, type_string);
    case EXPR_BOOL:        return set_type(c, e, type_bool);
    case EXPR_NONE:        return set_type(c, e, type_none);
    case EXPR_SELF:        return check_self(c, e);
    case EXPR_FSTRING:     return check_fstring(c, e);
    case EXPR_NAME:        return check_name(c, e, true);
    case EXPR_UNARY:       return check_unary(c, e);
    case EXPR_BINARY:      return check_binary(c, e);
    case EXPR_CAST:        return check_cast(c, e);
    case EXPR_COALESCE:    return check_coalesce(c, e);
    case EXPR_RANGE:       return check_range(c, e);
    case EXPR_CALL:        return check_call(c, e);
    case EXPR_METHOD:      return check_method(c, e);
    case EXPR_STATIC_CALL: return unsupported_expr(c, e, "a static trait call");
    case EXPR_FIELD:       return check_field(c, e);
    case EXPR_INDEX:       return check_index(c, e);
    case EXPR_UNWRAP:      return check_unwrap(c, e);
    case EXPR_PROPAGATE:   return check_propagate(c, e);
    case EXPR_CATCH:       return check_catch(c, e);
    case EXPR_ARRAY:       return check_array(c, e);
    case EXPR_STRUCT:      return check_struct(c, e);
    case EXPR_VARIANT:     return check_variant(c, e);
    case EXPR_MAP:         return check_map(c, e);
    case EXPR_SET:         return check_set(c, e);
    case EXPR_CLOSURE:     return check_closure(c, e);
    case EXPR_IF:          return check_if(c, e);
    case EXPR_MATCH:       return check_match(c, e);
    case EXPR_SPAWN:       return check_spawn(c, e);
    case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        return e->type;                   /* made by this pass, so checked already */
    }
    return set_bad(e);
}

static Type *require_known(Check *c, Expr *e)
{
    Type *type = known_type(e->type);
    if (type->kind != TYPE_HOLE)
        return type;
    report_hole(c, type);
    return set_bad(e);
}

Type *check_value(Check *c, Expr *e)
{
    check_expr(c, e);
    return require_known(c, e);
}

Type *check_raw(Check *c, Expr *e)
{
    if (e->kind != EXPR_NAME)
        return check_value(c, e);
    check_name(c, e, false);
    return require_known(c, e);
}

static Type *check_empty_array(Check *c, Expr *e, Type *expected)
{
    if (expected->kind == TYPE_NULLABLE)
        expected = expected->elem;
    if (expected->kind == TYPE_ARRAY)
        return set_type(c, e, expected);
    if (expected->kind == TYPE_HOLE)
        return check_array(c, e);
    if (expected != type_bad)
        diag_error(c->diag, DIAG_TYPE, e->span, "type mismatch: expected %s, found an empty array",
                   type_name(expected));
    return set_bad(e);
}

Type *check_expecting(Check *c, Expr *e, Type *expected)
{
    if (e->kind == EXPR_ARRAY && e->array.items.count == 0)
        return check_empty_array(c, e, known_type(expected));
    return check_expr(c, e);
}

bool check_converting(Check *c, Expr **slot, Type *to)
{
    check_expecting(c, *slot, to);
    return convert(c, slot, to);
}
