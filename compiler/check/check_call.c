/*
 * check_call.c - calls of functions, methods and function values (language 10.1, 11.1, 13.3).
 */
#include "compiler/check/check_internal.h"

/* ---- Arguments ---- */

void check_args_loosely(Check *c, Expr *call)
{
    for (int i = 0; i < call->call.args.count; i++)
        check_expecting(c, call->call.args.items[i], type_bad);
}

void convert_arg(Check *c, Expr *call, int i, Type *param, Span declared, const char *prefix)
{
    Expr      **slot = &call->call.args.items[i];
    const char *name = call->call.name.name;

    if (convert(c, slot, param))
        return;
    report_mismatch(c, *slot, arena_format("%sargument %d of '%s'", prefix, i + 1, name), param);
    diag_note(c->diag, declared, call->call.callee.kind == CALL_CLOSURE
                                     ? "'%s' is declared here"
                                     : "this is the parameter of '%s'", name);
}

void check_arg(Check *c, Expr *call, int i, Type *param, Span declared, const char *prefix)
{
    check_expecting(c, call->call.args.items[i], param);
    convert_arg(c, call, i, param, declared, prefix);
}

bool is_right_count(Check *c, Expr *call, const char *what, int wanted, Span declared)
{
    int given = call->call.args.count;

    if (given == wanted)
        return true;
    diag_error(c->diag, DIAG_TYPE, call->span, "%s'%s' expects %d arguments, got %d", what,
               call->call.name.name, wanted, given);
    diag_note(c->diag, declared, "'%s' is declared here", call->call.name.name);
    check_args_loosely(c, call);
    return false;
}

static void check_func_args(Check *c, Expr *call, const Func *func, const char *what)
{
    int self = func->params.count - func->decl->params.count;

    if (!is_right_count(c, call, what, func->decl->params.count, func->decl->name.span))
        return;
    for (int i = 0; i < call->call.args.count; i++) {
        const Symbol *param = func->params.items[self + i];
        check_arg(c, call, i, param->type, param->span, "");
    }
}

/* ---- Functions ---- */

static Type *check_func_call(Check *c, Expr *e, Func *func)
{
    e->call.callee = (Callee){ .kind = CALL_FUNC, .func = func };
    if (e->call.type_args.count > 0)
        diag_error(c->diag, DIAG_TYPE, e->call.type_args.items[0]->span,
                   "function '%s' is not generic and does not accept type arguments", func->name);
    check_func_args(c, e, func, "function ");
    return set_type(c, e, func->result);
}

static Type *check_closure_call(Check *c, Expr *e, Local *local)
{
    Symbol *symbol = local_symbol(c, local);
    Type   *type   = known_type(symbol->type);

    mark_read(symbol);
    e->call.callee = (Callee){ .kind = CALL_CLOSURE, .closure = symbol };
    if (e->call.type_args.count > 0)
        diag_error(c->diag, DIAG_TYPE, e->call.type_args.items[0]->span,
                   "function '%s' is not generic and does not accept type arguments",
                   local->name);
    if (is_right_count(c, e, "", type->param_count, symbol->span))
        for (int i = 0; i < type->param_count; i++)
            check_arg(c, e, i, type->params[i], symbol->span, "");
    return set_type(c, e, type->elem);
}

static Type *undefined_function(Check *c, Expr *e, const Local *local)
{
    Ident name = e->call.name;

    diag_error(c->diag, DIAG_TYPE, name.span, "undefined function '%s'", name.name);
    if (local)
        diag_note(c->diag, local->symbol->span, "'%s' is a variable of type %s", name.name,
                  type_name(known_type(local->symbol->type)));
    else
        globals_suggest(c->diag, c->globals, GLOBAL_FUNC, name);
    check_args_loosely(c, e);
    return set_bad(e);
}

static Type *check_global_call(Check *c, Expr *e, Global *global)
{
    return global->generic ? check_generic_call(c, e, global) : check_func_call(c, e, global->func);
}

static bool is_function(const Global *global)
{
    return global && (global->kind == GLOBAL_FUNC || global->kind == GLOBAL_EXTERN);
}

/* module.name(args), which was parsed as a call of a method, becomes an EXPR_CALL. */
static Type *check_module_call(Check *c, Expr *e)
{
    QName   name   = { e->call.object->name.ident, e->call.name };
    Global *global = globals_of(c->globals, c->diag, &name);

    e->kind        = EXPR_CALL;
    e->call.object = NULL;
    e->call.module = name.module;
    if (is_function(global))
        return check_global_call(c, e, global);
    diag_error(c->diag, DIAG_TYPE, name.name.span, "undefined function '%s'", qname_text(&name));
    check_args_loosely(c, e);
    return set_bad(e);
}

/* A local of function type comes first, then functions; another local does not hide these. */
Type *check_call(Check *c, Expr *e)
{
    Local  *local  = find_local(c, e->call.name.name);
    Global *global = globals_at(c->globals, e->call.name);

    if (local && known_type(local->symbol->type)->kind == TYPE_FN)
        return check_closure_call(c, e, local);
    if (is_function(global))
        return check_global_call(c, e, global);
    if (is_builtin_function(e->call.name.name))
        return check_builtin_function(c, e);
    if (local && local->symbol->type == type_bad) {
        check_args_loosely(c, e);
        return set_bad(e);
    }
    return undefined_function(c, e, local);
}

/* ---- Methods ---- */

Symbol *plain_let_root(const Expr *e)
{
    while (e->kind == EXPR_FIELD)
        e = e->field.object;
    if (e->kind == EXPR_NARROWED)
        e = e->convert.operand;
    if (e->kind != EXPR_NAME || !e->name.symbol)
        return NULL;
    Symbol *symbol = e->name.symbol;
    return symbol->kind == SYM_LET && !symbol->mut ? symbol : NULL;
}

/* A mut self method is not called through a plain let. */
static void check_mutating(Check *c, const Expr *e)
{
    Symbol *root = plain_let_root(e->call.object);

    if (!root)
        return;
    diag_error(c->diag, DIAG_TYPE, e->call.name.span,
               "cannot call mutating method '%s' on immutable variable '%s'", e->call.name.name,
               root->name);
    diag_note(c->diag, root->span, "declare it with `let mut` to change it");
}

static void check_receiver(Check *c, const Expr *e, const Func *method)
{
    if (method->decl->receiver == RECV_NONE)
        diag_error(c->diag, DIAG_TYPE, e->call.name.span,
                   "method '%s' has no self parameter and cannot be called", method->name);
    if (method->decl->receiver == RECV_MUT_SELF)
        check_mutating(c, e);
}

static Type *no_method(Check *c, Expr *e, const Class *cls)
{
    diag_error(c->diag, DIAG_TYPE, e->call.name.span, "class '%s' has no method '%s'", cls->name,
               e->call.name.name);
    Suggest s = suggest_for(c->diag, e->call.name.name);
    for (int i = 0; s.active && i < cls->methods.count; i++)
        suggest_candidate(&s, cls->methods.items[i]->name);
    suggest_finish(&s, c->diag);
    if (namemap_find(cls->field_index, e->call.name.name) >= 0)
        diag_help(c->diag, "to call a function held by a field, copy it into a local first");
    check_args_loosely(c, e);
    return set_bad(e);
}

static Type *check_class_method(Check *c, Expr *e, const Class *cls)
{
    int index = namemap_find(cls->method_index, e->call.name.name);

    if (index < 0)
        return no_method(c, e, cls);
    Func *method = cls->methods.items[index];
    e->call.callee = (Callee){ .kind = CALL_FUNC, .func = method };
    check_receiver(c, e, method);
    check_func_args(c, e, method, "method ");
    return set_type(c, e, method->result);
}

static Type *no_trait_method(Check *c, Expr *e, const TraitDef *trait)
{
    diag_error(c->diag, DIAG_TYPE, e->call.name.span, "trait '%s' has no method '%s'",
               trait->name, e->call.name.name);
    Suggest s = suggest_for(c->diag, e->call.name.name);
    for (int i = 0; s.active && i < trait->methods.count; i++)
        suggest_candidate(&s, trait->methods.items[i].name);
    suggest_finish(&s, c->diag);
    check_args_loosely(c, e);
    return set_bad(e);
}

static Type *check_trait_method(Check *c, Expr *e, TraitDef *trait)
{
    int index = namemap_find(trait->method_index, e->call.name.name);

    if (index < 0)
        return no_trait_method(c, e, trait);
    const TraitMethod *method = &trait->methods.items[index];
    e->call.callee = (Callee){ .kind = CALL_TRAIT, .trait = trait, .trait_method = index };
    if (method->mut_self)
        check_mutating(c, e);
    if (is_right_count(c, e, "method ", method->param_count, method->decl->name.span))
        for (int i = 0; i < method->param_count; i++)
            check_arg(c, e, i, method->params[i], method->decl->params.items[i].name.span, "");
    return set_type(c, e, method->result);
}

/* They were taken for those of a module's function. */
static void reject_type_args(Check *c, const Expr *e)
{
    if (e->call.type_args.count > 0)
        diag_error(c->diag, DIAG_TYPE, e->call.type_args.items[0]->span,
                   "method '%s' does not accept type arguments", e->call.name.name);
}

Type *check_method(Check *c, Expr *e)
{
    if (names_module(c, e->call.object))
        return check_module_call(c, e);
    reject_type_args(c, e);
    if (is_expectation(c, e->call.object))
        return check_assertion(c, e);
    Type *object = check_value(c, e->call.object);

    switch (object->kind) {
    case TYPE_CLASS:
        return check_class_method(c, e, object->cls);
    case TYPE_STRING: case TYPE_ARRAY: case TYPE_BYTES: case TYPE_TASK: case TYPE_SENDER:
    case TYPE_RECEIVER: case TYPE_MAP: case TYPE_SET:
        return check_builtin_method(c, e, object);
    case TYPE_TRAIT:
        return check_trait_method(c, e, object->trait);
    case TYPE_BAD:
        break;
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_VOID:
    case TYPE_NONE: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND: case TYPE_RANGE:
    case TYPE_NULLABLE: case TYPE_FN: case TYPE_STREAM: case TYPE_ENUM: case TYPE_HOLE:
    case TYPE_CPTR:
        diag_error(c->diag, DIAG_TYPE, e->call.name.span, "method call on non-class type %s",
                   type_name(object));
        diag_note(c->diag, e->call.object->span, "this is %s", type_name(object));
        advise_nullable(c, object);
        break;
    }
    check_args_loosely(c, e);
    return set_bad(e);
}
