/*
 * check_literal.c - f-strings, array literals and struct literals (language 13.2, 20.4, 21.1).
 */
#include "compiler/check/check_internal.h"

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

/* ---- Struct literals ---- */

static Class *find_class(Check *c, const QName *name)
{
    const Global *global = name->module.name ? NULL : globals_find(c->globals, name->name.name);
    if (global && global->kind == GLOBAL_CLASS)
        return global->cls;
    diag_error(c->diag, DIAG_TYPE, name->name.span, "unknown class '%s'", name->name.name);
    globals_suggest(c->diag, c->globals, GLOBAL_CLASS, name->name.name);
    return NULL;
}

static const char *class_text(const Class *cls)
{
    return arena_format("class '%s'", cls->name);
}

static void check_init(Check *c, const Class *cls, FieldInit *init, NameMap *given)
{
    init->index = namemap_find(cls->field_index, init->name.name);
    if (init->index < 0) {
        report_no_field(c, class_text(cls), init->name, cls->fields.items, cls->fields.count);
        check_expecting(c, init->value, type_bad);
        return;
    }
    Type *type = cls->fields.items[init->index].type;
    if (!namemap_add(given, init->name.name, 0))
        diag_error(c->diag, DIAG_TYPE, init->name.span, "field '%s' is given twice",
                   init->name.name);
    if (!check_converting(c, &init->value, type)) {
        report_mismatch(c, init->value, arena_format("field '%s'", init->name.name), type);
        diag_note(c->diag, cls->fields.items[init->index].span, "the field is declared here");
    }
}

static const char *first_missing_field(const Class *cls, const NameMap *given)
{
    for (int i = 0; i < cls->fields.count; i++)
        if (namemap_find(given, cls->fields.items[i].name) < 0)
            return cls->fields.items[i].name;
    return NULL;
}

static void check_inits(Check *c, const Class *cls, Expr *e)
{
    NameMap *given = namemap_new();
    int      count = e->struct_.fields.count;

    for (int i = 0; i < count; i++)
        check_init(c, cls, &e->struct_.fields.items[i], given);
    if (count == cls->fields.count)
        return;
    diag_error(c->diag, DIAG_TYPE, e->struct_.name.name.span,
               "class '%s' has %d fields, but %d were provided", cls->name, cls->fields.count,
               count);
    const char *missing = first_missing_field(cls, given);
    if (missing)
        diag_help(c->diag, "field '%s' is missing", missing);
}

Type *check_struct(Check *c, Expr *e)
{
    Class *cls = find_class(c, &e->struct_.name);

    if (!cls) {
        for (int i = 0; i < e->struct_.fields.count; i++)
            check_expecting(c, e->struct_.fields.items[i].value, type_bad);
        return set_bad(e);
    }
    if (e->struct_.type_args.count > 0)
        diag_error(c->diag, DIAG_TYPE, e->struct_.type_args.items[0]->span,
                   "class '%s' is not generic and does not accept type arguments", cls->name);
    check_inits(c, cls, e);
    return set_type(c, e, cls->type);
}
