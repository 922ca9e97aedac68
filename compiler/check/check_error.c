/*
 * check_error.c - raise, ! and catch (language 16). Which calls can fail is judged by infer.
 */
#include "compiler/check/check_internal.h"

ErrorDef *find_error(Check *c, const QName *name)
{
    const Global *global = globals_of(c->globals, c->diag, name);

    if (global && global->kind == GLOBAL_ERROR)
        return global->error;
    diag_error(c->diag, DIAG_TYPE, name->name.span, "unknown error type '%s'", qname_text(name));
    globals_suggest(c->diag, c->globals, GLOBAL_ERROR, name->name);
    return NULL;
}

/* ---- raise ---- */

static void check_raise_field(Check *c, const ErrorDef *def, FieldInit *init, NameMap *given)
{
    init->index = namemap_find(def->field_index, init->name.name);
    if (init->index < 0) {
        diag_error(c->diag, DIAG_TYPE, init->name.span, "error '%s' has no field '%s'", def->name,
                   init->name.name);
        check_expecting(c, init->value, type_bad);
        return;
    }
    if (!namemap_add(given, init->name.name, 0))
        diag_error(c->diag, DIAG_TYPE, init->name.span, "field '%s' is given twice",
                   init->name.name);
    check_expr(c, init->value);
    Type *type = def->fields.items[init->index].type;
    if (!fits_exactly(c, &init->value, type))
        report_mismatch(c, init->value, arena_format("field '%s'", init->name.name), type);
}

static void check_raise_count(Check *c, const Stmt *s, const ErrorDef *def)
{
    if (s->raise.fields.count == def->fields.count)
        return;
    diag_error(c->diag, DIAG_TYPE, s->raise.name.name.span,
               "error '%s' has %d fields, but %d were provided", def->name, def->fields.count,
               s->raise.fields.count);
    if (def->span.file)
        diag_note(c->diag, def->span, "'%s' is declared here", def->name);
}

void check_raise(Check *c, Stmt *s)
{
    ErrorDef *def   = find_error(c, &s->raise.name);
    NameMap  *given = namemap_new();

    s->raise.def = def;
    if (def)
        check_raise_count(c, s, def);
    for (int i = 0; i < s->raise.fields.count; i++) {
        FieldInit *init = &s->raise.fields.items[i];
        if (def)
            check_raise_field(c, def, init, given);
        else
            check_expecting(c, init->value, type_bad);
    }
}

/* ---- ! and catch ---- */

Type *check_propagate(Check *c, Expr *e)
{
    return set_type(c, e, check_expr(c, e->propagate.call));
}

static void report_handler(Check *c, Span at, Type *wanted, Type *found)
{
    diag_error(c->diag, DIAG_TYPE, at, "catch handler type mismatch: expected %s, found %s",
               type_name(known_type(wanted)), type_name(known_type(found)));
}

static void check_default(Check *c, CatchHandler *handler, Type *type, NarrowFacts *assigned)
{
    int mark = narrow_mark(c);

    if (type == type_void)
        check_expr(c, handler->value);
    else if (!check_converting(c, &handler->value, type))
        report_handler(c, handler->value->span, type, handler->value->type);
    narrow_end_one(c, mark, false, assigned);
}

static Type *handler_variable(Check *c, CatchHandler *handler)
{
    if (handler->kind == CATCH_ANY)
        return type_caught;
    handler->error_def = find_error(c, &handler->error);
    return handler->error_def ? type_of_error(handler->error_def) : type_bad;
}

static Span value_span(const Block *block)
{
    int count = block->stmts.count;
    return count > 0 ? block->stmts.items[count - 1]->span : block->span;
}

static void check_handler_block(Check *c, CatchHandler *handler, Type *type,
                                NarrowFacts *assigned)
{
    Block *block = handler->block;
    int    scope = scope_open(c), mark = narrow_mark(c);
    Type  *caught = handler_variable(c, handler);

    handler->symbol = declare_local(c, SYM_CATCH, handler->name, caught);
    check_statements(c, block, type != type_void);
    if (type != type_void && !convert_block(c, block, type))
        report_handler(c, value_span(block), type, block->value_type);
    narrow_end_one(c, mark, block->leaves, assigned);
    scope_close(c, scope);
}

Type *check_catch(Check *c, Expr *e)
{
    Type       *type     = check_expr(c, e->catch_.call);
    NarrowFacts assigned = { 0 };

    for (int i = 0; i < e->catch_.handlers.count; i++) {
        CatchHandler *handler = &e->catch_.handlers.items[i];
        if (handler->kind == CATCH_VALUE)
            check_default(c, handler, type, &assigned);
        else
            check_handler_block(c, handler, type, &assigned);
    }
    narrow_forget(c, &assigned);
    return set_type(c, e, type);
}
