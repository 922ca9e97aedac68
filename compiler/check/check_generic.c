/*
 * check_generic.c - calls of generic functions (language 12.2, 12.3).
 *
 * Type arguments are found by laying the parameters' types as written over the types of the
 * arguments, from left to right. Parameters that mention no type parameter take no part: their
 * arguments may still convert.
 */
#include <string.h>

#include "compiler/check/check_internal.h"

typedef struct Matching {
    Check         *check;
    const Generic *generic;
    Type         **types;                 /* by type parameter; NULL: nothing has bound it */
} Matching;

/* ---- Laying types over each other ---- */

static int find_param(const Generic *generic, const TypeExpr *written)
{
    if (written->kind != TX_NAME || written->name.module.name || written->args.count > 0)
        return -1;
    for (int i = 0; i < generic->param_count; i++)
        if (generic->params[i].name.name == written->name.name.name)
            return i;
    return -1;
}

static bool mentions_params(const Generic *generic, const TypeExpr *written)
{
    bool found = find_param(generic, written) >= 0
              || (written->elem && mentions_params(generic, written->elem));
    for (int i = 0; i < written->args.count && !found; i++)
        found = mentions_params(generic, written->args.items[i]);
    return found;
}

static bool match(Matching *m, const TypeExpr *written, Type *type);

static bool match_all(Matching *m, TypeExpr *const *written, Type *const *types, int count)
{
    for (int i = 0; i < count; i++)
        if (!match(m, written[i], types[i]))
            return false;
    return true;
}

static bool match_instance(Matching *m, const TypeExpr *written, const Type *type)
{
    const Global  *global = globals_of(m->check->globals, m->check->diag, &written->name);
    const Global  *found  = type->kind == TYPE_CLASS ? type->cls->generic
                          : type->kind == TYPE_ENUM  ? type->enum_def->generic : NULL;
    const TypeEnv *env    = type->kind == TYPE_CLASS ? &type->cls->env
                          : type->kind == TYPE_ENUM  ? &type->enum_def->env : NULL;

    return found && found == global && env->count == written->args.count
        && match_all(m, written->args.items, env->types, env->count);
}

static bool match_constructor(Matching *m, const TypeExpr *written, Type *type)
{
    static const struct { const char *name; TypeKind kind; } kinds[] = {
        { "Map", TYPE_MAP }, { "Set", TYPE_SET }, { "Task", TYPE_TASK },
        { "Sender", TYPE_SENDER }, { "Receiver", TYPE_RECEIVER },
    };
    TypeExpr *const *args = written->args.items;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, written->name.name.name) == 0 && kinds[i].kind != type->kind)
            return false;
    if (type->kind == TYPE_MAP)
        return written->args.count == 2 && match(m, args[0], type->key)
            && match(m, args[1], type->elem);
    return written->args.count == 1 && match(m, args[0], type->elem);
}

static bool match_name(Matching *m, const TypeExpr *written, Type *type)
{
    bool built_in = !written->name.module.name && is_type_constructor(written->name.name.name);

    return built_in ? match_constructor(m, written, type) : match_instance(m, written, type);
}

static bool match_fn(Matching *m, const TypeExpr *written, const Type *type)
{
    if (type->kind != TYPE_FN || type->param_count != written->args.count)
        return false;
    if (!match_all(m, written->args.items, type->params, type->param_count))
        return false;
    return written->elem ? match(m, written->elem, type->elem) : type->elem == type_void;
}

static bool bind(Matching *m, int param, Type *type)
{
    if (!m->types[param])
        m->types[param] = type;
    return m->types[param] == type;
}

static bool match(Matching *m, const TypeExpr *written, Type *type)
{
    int param = find_param(m->generic, written);

    if (!mentions_params(m->generic, written))
        return true;
    if (written->nullable) {
        if (type->kind != TYPE_NULLABLE)
            return false;
        type = type->elem;
    }
    if (param >= 0)
        return bind(m, param, type);
    switch (written->kind) {
    case TX_NAME:   return match_name(m, written, type);
    case TX_ARRAY:  return type->kind == TYPE_ARRAY && match(m, written->elem, type->elem);
    case TX_FN:     return match_fn(m, written, type);
    case TX_STREAM: return type->kind == TYPE_STREAM && match(m, written->elem, type->elem);
    }
    return false;
}

/* ---- Type arguments ---- */

/* Something of the type nothing has fixed yet: the array it began with is reported. */
static bool reported_hole(Check *c, Type *type)
{
    while (type->has_hole && type->kind != TYPE_HOLE)
        type = type->elem;
    if (type->kind != TYPE_HOLE)
        return false;
    report_hole(c, type);
    return true;
}

/* The argument's type as the parameter sees it: T? is not matched by a narrowed name. */
static Type *type_to_match(const TypeExpr *written, const Expr *arg)
{
    bool narrowed = written->nullable && arg->kind == EXPR_NARROWED;
    return known_type(narrowed ? arg->convert.operand->type : arg->type);
}

static bool match_arg(Matching *m, Expr *call, int i)
{
    Check          *c       = m->check;
    const TypeExpr *written = m->generic->func->params.items[i].type;
    Expr           *arg     = call->call.args.items[i];
    Type           *type    = type_to_match(written, arg);

    if (!mentions_params(m->generic, written))
        return true;
    if (type->has_hole && reported_hole(c, type))
        return false;
    if (type != type_void && type != type_caught && type->kind != TYPE_CAUGHT_KIND
        && match(m, written, type))
        return true;
    diag_error(c->diag, DIAG_TYPE, arg->span, "cannot infer type parameters for '%s'",
               call->call.name.name);
    diag_label(c->diag, "this is %s", type_name(type));
    diag_note(c->diag, written->span, "it is to match this");
    return false;
}

static bool all_bound(const Matching *m, const Expr *call)
{
    for (int i = 0; i < m->generic->param_count; i++)
        if (!m->types[i])
            return diag_error(m->check->diag, DIAG_TYPE, call->span,
                              "cannot infer type parameter '%s' for '%s': no argument determines "
                              "it", m->generic->params[i].name.name, call->call.name.name);
    return true;
}

static bool is_bound_to_none(const Matching *m, const Expr *call)
{
    for (int i = 0; i < m->generic->param_count; i++)
        if (m->types[i] == type_none)
            return !diag_error(m->check->diag, DIAG_TYPE, call->span,
                               "void? is not allowed: '%s' of '%s' would be the type of none",
                               m->generic->params[i].name.name, call->call.name.name);
    return false;
}

/* NULL after an error. */
static Type **infer_type_args(Check *c, Expr *call, Global *global)
{
    const Generic *generic = global->generic;
    size_t         size    = (size_t)(generic->param_count + 1) * sizeof(Type *);
    Matching       m       = { c, generic, arena_alloc(size) };
    bool           good    = true;

    for (int i = 0; i < call->call.args.count; i++)
        good &= check_expr(c, call->call.args.items[i]) != type_bad;
    for (int i = 0; good && i < call->call.args.count; i++)
        good = match_arg(&m, call, i);
    good = good && all_bound(&m, call) && bounds_hold(&c->resolver, global, m.types, call->span)
        && !is_bound_to_none(&m, call);
    return good ? m.types : NULL;
}

/* ---- Calls ---- */

static void check_instance_args(Check *c, Expr *e, const Func *func, bool is_explicit)
{
    for (int i = 0; i < e->call.args.count; i++) {
        const Symbol *param = func->params.items[i];
        if (is_explicit)
            check_arg(c, e, i, param->type, param->span, "type mismatch: ");
        else
            convert_arg(c, e, i, param->type, param->span, "");
    }
}

Type *check_generic_call(Check *c, Expr *e, Global *global)
{
    const FuncDecl *decl = global->generic->func;
    bool   is_explicit = e->call.type_args.count > 0;

    if (!is_right_count(c, e, "function ", decl->params.count, decl->name.span))
        return set_bad(e);
    Type **types = is_explicit
                 ? resolve_type_args(&c->resolver, global, e->call.type_args.items,
                                     e->call.type_args.count, e->call.name.span)
                 : infer_type_args(c, e, global);
    Func *func = types ? instance_func(c->program, c->diag, global, types, e->span) : NULL;
    if (!func) {
        if (is_explicit)
            check_args_loosely(c, e);
        return set_bad(e);
    }
    e->call.callee = (Callee){ .kind = CALL_FUNC, .func = func };
    check_instance_args(c, e, func, is_explicit);
    return set_type(c, e, func->result);
}
