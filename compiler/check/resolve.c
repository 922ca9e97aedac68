/*
 * resolve.c - well-formed types (language 6.2).
 */
#include "compiler/check/resolve.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/check/instance.h"

static Type *resolve(const Resolver *r, const TypeExpr *written);
static Type *resolve_value(const Resolver *r, const TypeExpr *written);

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

Type *foreign_base(Name name)
{
    return strcmp(name, "cint") == 0 ? type_int : strcmp(name, "cstring") == 0 ? type_string : NULL;
}

typedef struct Constructor { const char *name; int args; Type *(*make)(Type *); } Constructor;

/* make NULL: a map. */
static const Constructor constructors[] = {
    { "Task", 1, type_task }, { "Sender", 1, type_sender }, { "Receiver", 1, type_receiver },
    { "Map", 2, NULL }, { "Set", 1, type_set },
};

static const Constructor *find_constructor(Name name)
{
    for (size_t i = 0; i < sizeof constructors / sizeof *constructors; i++)
        if (strcmp(constructors[i].name, name) == 0)
            return &constructors[i];
    return NULL;
}

bool is_type_constructor(Name name)
{
    return find_constructor(name) != NULL;
}

/* Task<T>, Map<K, V> and so on; a task alone may have no value. */
static Type *resolve_constructor(const Resolver *r, const TypeExpr *written, const Constructor *c)
{
    if (written->args.count != c->args)
        return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                               "%s expects %d type argument%s, got %d", c->name, c->args,
                               c->args == 1 ? "" : "s", written->args.count));
    const TypeExpr *arg = written->args.items[0];
    Type *first = c->make == type_task ? resolve(r, arg) : resolve_value(r, arg);
    if (c->make)
        return first == type_bad ? type_bad : c->make(first);
    Type *value = resolve_value(r, written->args.items[1]);
    return first == type_bad || value == type_bad ? type_bad : type_map(first, value);
}

static Type *misplaced_foreign(const Resolver *r, const TypeExpr *written)
{
    Name name = written->name.name.name;
    diag_error(r->diag, DIAG_TYPE, written->span,
               "'%s' is only allowed as the type of a parameter or result of an extern function",
               name);
    diag_help(r->diag, "the value is an ordinary %s: write %s",
              type_name(foreign_base(name)), type_name(foreign_base(name)));
    return type_bad;
}

static Type *unknown_type(const Resolver *r, const TypeExpr *written)
{
    const QName *q = &written->name;
    if (!q->module.name && foreign_base(q->name.name))
        return misplaced_foreign(r, written);
    diag_error(r->diag, DIAG_TYPE, written->span, "unknown%s type '%s'",
               written->args.count > 0 ? " generic" : "", qname_text(q));
    if (!q->module.name)
        globals_suggest_type(r->diag, r->program->globals, q->name);
    return type_bad;
}

/* ---- Declared types ---- */

static bool is_type(const Global *global)
{
    switch (global->kind) {
    case GLOBAL_CLASS: case GLOBAL_TRAIT: case GLOBAL_ENUM:
        return true;
    case GLOBAL_ERROR: case GLOBAL_FUNC: case GLOBAL_EXTERN: case GLOBAL_APP: case GLOBAL_STAGE:
        return false;
    }
    return false;
}

bool declares_type(const Resolver *r, Ident name)
{
    const Global *global = globals_at(r->program->globals, name);
    return global && is_type(global);
}

static Type *plain_type(const Global *global)
{
    return global->kind == GLOBAL_CLASS ? global->cls->type
         : global->kind == GLOBAL_TRAIT ? global->trait->type : global->enum_def->type;
}

Type **resolve_type_args(const Resolver *r, Global *generic, TypeExpr **args, int count, Span at)
{
    int    wanted = generic->generic->param_count;
    Type **types  = arena_alloc((size_t)(wanted + 1) * sizeof *types);
    bool   good   = true;

    if (count != wanted) {
        diag_error(r->diag, DIAG_TYPE, at, "%s '%s' expects %d type arguments, got %d",
                   global_kind_word(generic->kind), generic->name, wanted, count);
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        types[i] = resolve(r, args[i]);
        good &= types[i] != type_bad;
    }
    return good && (r->probing || bounds_hold(r, generic, types, at)) ? types : NULL;
}

/* Fields of generic types are judged before any instance, so they cannot go round in circles.
 * Modules do not import each other in circles either. */
static bool comes_too_late(const Resolver *r, const Global *generic)
{
    return r->fields_of && generic->span.file->module == r->fields_of->span.file->module
        && !span_before(generic->span, r->fields_of->span);
}

static Type *resolve_instance(const Resolver *r, Global *global, TypeExpr **args, int count,
                              Span at)
{
    if (comes_too_late(r, global)) {
        diag_error(r->diag, DIAG_TYPE, at, "unknown generic type '%s'", global->name);
        diag_note(r->diag, global->span, "a field of a generic type can only mention generic "
                  "types declared before it");
        return type_bad;
    }
    Type **types = resolve_type_args(r, global, args, count, at);
    if (!types)
        return type_bad;
    return r->probing ? type_int : instance_type(r->program, r->diag, global, types, at);
}

Type *resolve_declared_type(const Resolver *r, Global *global, TypeExpr **args, int count,
                            Span at)
{
    if (global->generic)
        return resolve_instance(r, global, args, count, at);
    if (count > 0)
        return fail(diag_error(r->diag, DIAG_TYPE, at,
                               "%s '%s' is not generic and does not accept type arguments",
                               global_kind_word(global->kind), global->name));
    return plain_type(global);
}

/* ---- All names ---- */

int type_env_find(const TypeEnv *env, Name name)
{
    for (int i = 0; env && i < env->count; i++)
        if (env->names[i] == name)
            return i;
    return -1;
}

static Type *no_type_args(const Resolver *r, const TypeExpr *written, Type *type)
{
    if (written->args.count == 0)
        return type;
    return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                           "type '%s' is not generic and does not accept type arguments",
                           written->name.name.name));
}

static Type *resolve_global(const Resolver *r, const TypeExpr *written)
{
    Global *global = globals_of(r->program->globals, r->diag, &written->name);

    if (!global || !is_type(global))
        return unknown_type(r, written);
    return resolve_declared_type(r, global, written->args.items, written->args.count,
                                 written->span);
}

static Type *resolve_name(const Resolver *r, const TypeExpr *written)
{
    Name name  = written->name.name.name;
    int  param = type_env_find(r->env, name);

    if (written->name.module.name)
        return resolve_global(r, written);
    if (param >= 0)
        return no_type_args(r, written, r->env->types[param]);
    const Constructor *c = find_constructor(name);
    if (c)
        return resolve_constructor(r, written, c);
    if (primitive(name))
        return no_type_args(r, written, primitive(name));
    /* Not reserved: programs may have a type of that name. */
    if (strcmp(name, "cptr") == 0 && !declares_type(r, written->name.name))
        return no_type_args(r, written, type_cptr);
    return resolve_global(r, written);
}

/* ---- Other forms ---- */

static Type *resolve_fn(const Resolver *r, const TypeExpr *written)
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

static Type *resolve_base(const Resolver *r, const TypeExpr *written)
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
        elem = resolve_value(r, written->elem);
        return elem == type_bad ? type_bad : type_stream(elem);
    }
    return type_bad;
}

static Type *resolve(const Resolver *r, const TypeExpr *written)
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

static Type *resolve_value(const Resolver *r, const TypeExpr *written)
{
    Type *type = resolve(r, written);
    if (type != type_void)
        return type;
    return fail(diag_error(r->diag, DIAG_TYPE, written->span,
                           "type void is only allowed as a result type"));
}

Type *resolve_value_type(const Resolver *r, const TypeExpr *written)
{
    return resolve_value(r, written);
}

Type *resolve_result_type(const Resolver *r, const TypeExpr *written)
{
    return written ? resolve(r, written) : type_void;
}
