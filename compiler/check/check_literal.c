/*
 * check_literal.c - f-strings, and literals of arrays, maps, sets and classes (language 13.2, 20.4,
 * 21.1, 22.1).
 */
#include "compiler/check/check_internal.h"
#include "compiler/check/inject.h"

/* ---- f-strings and arrays ---- */

static bool has_text_form(const Type *t)
{
    return t == type_int || t == type_float || t == type_bool || t == type_string
        || t == type_byte || t == type_bad;
}

Type *check_fstring(Check *c, Expr *e)
{
    for (int i = 0; i < e->fstring.parts.count; i++) {
        Expr *value = e->fstring.parts.items[i].value;
        if (!value || has_text_form(check_value(c, value)))
            continue;
        diag_error(c->diag, DIAG_TYPE, value->span, "cannot interpolate %s into string",
                   type_name(value->type));
    }
    return set_type(c, e, type_string);
}

/* The type of an array literal's first element, which fixes that of the others. */
static Type *check_first_item(Check *c, Expr *first)
{
    Type *type = check_expr(c, first);

    if (type == type_none) {
        report_untyped_none(c, first->span);
        return type_bad;
    }
    if (type == type_void) {
        diag_error(c->diag, DIAG_TYPE, first->span, "array elements cannot be void");
        return type_bad;
    }
    return type;
}

Type *check_array(Check *c, Expr *e)
{
    Expr **items = e->array.items.items;

    if (e->array.items.count == 0) {
        diag_error(c->diag, DIAG_TYPE, e->span, "cannot infer the type of an empty array");
        diag_help(c->diag, "bind it to a variable with an annotation first");
        return set_bad(e);
    }
    Type *elem = check_first_item(c, items[0]);
    for (int i = 1; i < e->array.items.count; i++) {
        check_expr(c, items[i]);
        if (!fits_exactly(c, &items[i], elem)) {
            report_mismatch(c, items[i], "array element type mismatch", elem);
            diag_note(c->diag, items[0]->span, "the first element fixes the type");
        }
    }
    return elem == type_bad ? set_bad(e) : set_type(c, e, type_array(elem));
}

/* ---- Maps and sets ---- */

static bool is_hashable(const Type *t)
{
    return t == type_int || t == type_float || t == type_bool || t == type_string
        || t == type_byte || t->kind == TYPE_ENUM || t == type_bad;
}

static Type *key_type(Check *c, const TypeExpr *written)
{
    Type *type = resolve_value_type(&c->resolver, written);

    if (is_hashable(type))
        return type;
    diag_error(c->diag, DIAG_TYPE, written->span, "type %s cannot be used as a map/set key",
               type_name(type));
    return type_bad;
}

/* "<what> type mismatch: expected <T>, found <U>" unless the item has exactly the type. */
static void check_item(Check *c, Expr **slot, Type *type, const char *what)
{
    check_expr(c, *slot);
    if (!fits_exactly(c, slot, type))
        report_mismatch(c, *slot, arena_format("%s type mismatch", what), type);
}

void check_map_key(Check *c, Expr **key, const Type *map)
{
    check_item(c, key, map->key, "map key");
}

Type *check_map(Check *c, Expr *e)
{
    Type *key   = key_type(c, e->map.key);
    Type *value = resolve_value_type(&c->resolver, e->map.value);

    for (int i = 0; i < e->map.entries.count; i++) {
        check_item(c, &e->map.entries.items[i].key, key, "map key");
        check_item(c, &e->map.entries.items[i].value, value, "map value");
    }
    return key == type_bad || value == type_bad ? set_bad(e)
                                                : set_type(c, e, type_map(key, value));
}

Type *check_set(Check *c, Expr *e)
{
    Type *elem = key_type(c, e->set.elem);

    for (int i = 0; i < e->set.items.count; i++)
        check_item(c, &e->set.items.items[i], elem, "set element");
    return elem == type_bad ? set_bad(e) : set_type(c, e, type_set(elem));
}

/* ---- Fields of literals ---- */

void check_inits_loosely(Check *c, FieldInit *inits, int count)
{
    for (int i = 0; i < count; i++)
        check_expecting(c, inits[i].value, type_bad);
}

static void check_init(Check *c, FieldInit *init, const Field *field, NameMap *given)
{
    if (!namemap_add(given, init->name.name, 0))
        diag_error(c->diag, DIAG_TYPE, init->name.span, "field '%s' is given twice",
                   init->name.name);
    if (check_converting(c, &init->value, field->type))
        return;
    report_mismatch(c, init->value, arena_format("field '%s'", init->name.name), field->type);
    diag_note(c->diag, field->span, "the field is declared here");
}

void check_inits(Check *c, FieldInit *inits, int count, const FieldTable *table, NameMap *given)
{
    for (int i = 0; i < count; i++) {
        inits[i].index = namemap_find(table->index, inits[i].name.name);
        if (inits[i].index >= 0) {
            check_init(c, &inits[i], &table->fields[inits[i].index], given);
            continue;
        }
        report_no_field(c, table->what, inits[i].name, table->fields, table->count);
        check_expecting(c, inits[i].value, type_bad);
    }
}

/* ---- Struct literals ---- */

static Class *find_class(Check *c, Expr *e)
{
    const QName *name   = &e->struct_.name;
    Global      *global = globals_of(c->globals, c->diag, name);

    if (!global || global->kind != GLOBAL_CLASS) {
        diag_error(c->diag, DIAG_TYPE, name->name.span, "unknown class '%s'", qname_text(name));
        globals_suggest(c->diag, c->globals, GLOBAL_CLASS, name->name);
        return NULL;
    }
    Type *type = resolve_declared_type(&c->resolver, global, e->struct_.type_args.items,
                                       e->struct_.type_args.count, name->name.span);
    return type == type_bad ? NULL : type->cls;
}

static const char *first_missing_field(const Class *cls, const NameMap *given)
{
    for (int i = 0; i < cls->fields.count; i++)
        if (namemap_find(given, cls->fields.items[i].name) < 0)
            return cls->fields.items[i].name;
    return NULL;
}

static void check_field_count(Check *c, const Class *cls, const Expr *e, const NameMap *given)
{
    if (e->struct_.fields.count == cls->fields.count)
        return;
    diag_error(c->diag, DIAG_TYPE, e->struct_.name.name.span,
               "class '%s' has %d fields, but %d were provided", cls->name, cls->fields.count,
               e->struct_.fields.count);
    const char *missing = first_missing_field(cls, given);
    if (missing)
        diag_help(c->diag, "field '%s' is missing", missing);
}

Type *check_struct(Check *c, Expr *e)
{
    Class   *cls   = find_class(c, e);
    NameMap *given = namemap_new();

    if (!cls) {
        check_inits_loosely(c, e->struct_.fields.items, e->struct_.fields.count);
        return set_bad(e);
    }
    if (class_is_injected(cls)) {
        diag_error(c->diag, DIAG_TYPE, e->struct_.name.name.span,
                   "cannot manually construct class '%s' with injected dependencies", cls->name);
        check_inits_loosely(c, e->struct_.fields.items, e->struct_.fields.count);
        return set_bad(e);
    }
    FieldTable table = { cls->fields.items, cls->fields.count, cls->field_index,
                         arena_format("class '%s'", cls->name) };
    check_inits(c, e->struct_.fields.items, e->struct_.fields.count, &table, given);
    check_field_count(c, cls, e, given);
    return set_type(c, e, cls->type);
}
