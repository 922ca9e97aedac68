/*
 * resolve.c - well-formed types (language 6.2).
 */
#include "compiler/check/resolve.h"

#include <string.h>

#include "compiler/base/arena.h"

typedef struct Resolver { Globals *globals; Diag *diag; } Resolver;

static Type *resolve(Resolver *r, const TypeExpr *written);
static Type *resolve_value(Resolver *r, const TypeExpr *written);

/* For `return fail(diag_error(...))`. */
static Type *fail(bool reported)
{
    (void)reported;
    return type_bad;
}

/* ---- Names ---- */

static Type *primitive(Name name)
{
    static const struct { const char *name; Type *const *type; } table[] = {
        { "int", &type_int }, { "float", &type_float }, { "bool", &type_bool },
        { "byte", &type_byte }, { "string", &type_string }, { "bytes", &type_bytes },
        { "void", &type_void },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return *table[i].type;
    return NULL;
}

typedef struct Constructor { const char *name; int args; Type *(*make)(Type *); } Constructor;

static const Constructor constructors[] = {
    { "Task", 1, type_task }, { "Sender", 1, type_sender }, { "Receiver", 1, type_receiver },
    { "Map", 2, NULL }, { "Set", 1, NULL },
};

static const Constructor *find_constructor(Name name)
{
    for (size_t i = 0; i < sizeof constructors / sizeof *constructors; i++)
        if (strcmp(constructors[i].name, name) == 0)
            return &constructors[i];
    return NULL;
}

/* Task<T>, Sender<T>, Receiver<T>; a task alone may have no value. */
static Type *resolve_constructor(Resolver *r, const TypeExpr *written, const Constructor *c)
{
    if (written->args.count != c->args)
        return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                               "%s expects %d type argument%s, got %d", c->name, c->args,
                               c->args == 1 ? "" : "s", written->args.count));
    if (!c->make)
        return fail(diag_error(r->diag, DIAG_UNSUPPORTED, written->span,
                               "the type %s is not implemented yet", c->name));
    const TypeExpr *arg = written->args.items[0];
    Type *elem = c->make == type_task ? resolve(r, arg) : resolve_value(r, arg);
    return elem == type_bad ? type_bad : c->make(elem);
}

static Type *unknown_type(Resolver *r, const TypeExpr *written)
{
    const QName *q = &written->name;
    const char  *text = q->module.name ? arena_format("%s.%s", q->module.name, q->name.name)
                                       : q->name.name;
    diag_error(r->diag, DIAG_TYPE, written->span, "unknown%s type '%s'",
               written->args.count > 0 ? " generic" : "", text);
    if (!q->module.name)
        globals_suggest_type(r->diag, r->globals, q->name.name);
    return type_bad;
}

static Type *declared_type(const Global *global)
{
    switch (global->kind) {
    case GLOBAL_CLASS: return global->cls->type;
    case GLOBAL_TRAIT: return global->trait->type;
    case GLOBAL_ENUM:  return global->enum_def->type;
    case GLOBAL_ERROR: case GLOBAL_FUNC: case GLOBAL_EXTERN: case GLOBAL_IMPORT:
        return NULL;
    }
    return NULL;
}

static bool is_generic(const Global *global)
{
    switch (global->kind) {
    case GLOBAL_CLASS: return global->cls->decl->type_params.count > 0;
    case GLOBAL_ENUM:  return global->enum_def->decl->type_params.count > 0;
    case GLOBAL_TRAIT: case GLOBAL_ERROR: case GLOBAL_FUNC: case GLOBAL_EXTERN:
    case GLOBAL_IMPORT:
        return false;
    }
    return false;
}

static Type *resolve_declared(Resolver *r, const TypeExpr *written)
{
    Global *global = written->name.module.name ? NULL
                   : globals_find(r->globals, written->name.name.name);
    Type   *type = global ? declared_type(global) : NULL;

    if (!type)
        return unknown_type(r, written);
    if (is_generic(global))
        return fail(diag_error(r->diag, DIAG_UNSUPPORTED, written->span,
                               "a generic type is not implemented yet"));
    if (written->args.count > 0)
        return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                               "type '%s' is not generic and does not accept type arguments",
                               global->name));
    return type;
}

static Type *resolve_name(Resolver *r, const TypeExpr *written)
{
    Name  name = written->name.name.name;
    Type *type = written->name.module.name ? NULL : primitive(name);
    const Constructor *c = written->name.module.name ? NULL : find_constructor(name);

    if (c)
        return resolve_constructor(r, written, c);
    if (!type)
        return resolve_declared(r, written);
    if (written->args.count > 0)
        return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                               "type '%s' is not generic and does not accept type arguments",
                               name));
    return type;
}

/* ---- Other forms ---- */

static Type *resolve_fn(Resolver *r, const TypeExpr *written)
{
    int    count  = written->args.count;
    Type **params = arena_alloc((size_t)(count + 1) * sizeof *params);
    bool   good   = true;

    for (int i = 0; i < count; i++) {
        params[i] = resolve_value(r, written->args.items[i]);
        good &= params[i] != type_bad;
    }
    Type *result = written->elem ? resolve(r, written->elem) : type_void;
    return good && result != type_bad ? type_fn(params, count, result) : type_bad;
}

static Type *resolve_base(Resolver *r, const TypeExpr *written)
{
    Type *elem;

    switch (written->kind) {
    case TX_NAME:
        return resolve_name(r, written);
    case TX_ARRAY:
        elem = resolve_value(r, written->elem);
        return elem == type_bad ? type_bad : type_array(elem);
    case TX_FN:
        return resolve_fn(r, written);
    case TX_STREAM:
        return fail(diag_error(r->diag, DIAG_UNSUPPORTED, written->span,
                               "a generator is not implemented yet"));
    }
    return type_bad;
}

static Type *resolve(Resolver *r, const TypeExpr *written)
{
    Type *type = resolve_base(r, written);

    if (!written->nullable || type == type_bad)
        return type;
    if (type == type_void)
        return fail(diag_error(r->diag, DIAG_TYPE, written->span, "void? is not allowed"));
    if (type->kind == TYPE_NULLABLE)
        return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                               "nested nullable types are not allowed"));
    return type_nullable(type);
}

static Type *resolve_value(Resolver *r, const TypeExpr *written)
{
    Type *type = resolve(r, written);
    if (type != type_void)
        return type;
    return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                           "type void is only allowed as a result type"));
}

Type *resolve_value_type(Globals *globals, Diag *d, const TypeExpr *written)
{
    return resolve_value(&(Resolver){ globals, d }, written);
}

Type *resolve_result_type(Globals *globals, Diag *d, const TypeExpr *written)
{
    return written ? resolve(&(Resolver){ globals, d }, written) : type_void;
}
