/*
 * instance.c - instances, found again by their type arguments.
 *
 * An instance is entered in the table before its fields and parameters are resolved, so a
 * declaration that leads back to the same arguments finds it. One that leads to ever larger
 * arguments is cut off: MAX_WEIGHT bounds the types in an instance's name, and with it the depth of
 * the recursion through fields; MAX_INSTANCES bounds their number.
 *
 * Every instance owns a copy of the syntax that check annotates.
 */
#include "compiler/check/instance.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"
#include "compiler/check/conform.h"
#include "compiler/check/signature.h"
#include "compiler/syntax/ast_clone.h"

enum { MAX_WEIGHT = 300, MAX_INSTANCES = 10000 };

struct InstanceEntry {
    Type         **args;                  /* the key */
    Type          *type;                  /* of a class or enum */
    Func          *func;                  /* of a function; both NULL: it could not be made */
    UT_hash_handle hh;
};

struct Instances {
    LIST(Class *) pending;                /* classes without methods */
    int           settled;                /* so many of them have methods */
    bool          busy;                   /* they wait */
    int           count;
    bool          endless;                /* reported */
};

struct Instances *instances_new(void)
{
    struct Instances *made = ARENA_NEW(struct Instances);
    made->busy = true;
    return made;
}

/* ---- Names and weights ---- */

const char *instance_name(Name name, const TypeEnv *env)
{
    const char *args = "";
    for (int i = 0; i < env->count; i++)
        args = arena_format("%s%s%s", args, i ? ", " : "", type_name(env->types[i]));
    return intern_text(arena_format("%s<%s>", name, args));
}

/* How many types a type is made of. */
static int weight(const Type *t)
{
    int sum = 1 + (t->elem ? weight(t->elem) : 0) + (t->key ? weight(t->key) : 0);

    for (int i = 0; i < t->param_count; i++)
        sum += weight(t->params[i]);
    if (t->kind == TYPE_CLASS)
        sum += t->cls->weight;
    if (t->kind == TYPE_ENUM)
        sum += t->enum_def->weight;
    return sum;
}

static int env_weight(const TypeEnv *env)
{
    int sum = 0;
    for (int i = 0; i < env->count; i++)
        sum += weight(env->types[i]);
    return sum;
}

static TypeEnv make_env(const Generic *generic, Type **args)
{
    TypeEnv env = { .count = generic->param_count };

    env.names = arena_alloc((size_t)(env.count + 1) * sizeof *env.names);
    env.types = arena_alloc((size_t)(env.count + 1) * sizeof *env.types);
    for (int i = 0; i < env.count; i++) {
        env.names[i] = generic->params[i].name.name;
        env.types[i] = args[i];
    }
    return env;
}

/* ---- Bounds ---- */

/* A bound asks for a class that lists the trait: primitives, enums and trait values never do. */
static bool has_trait(const Resolver *r, const Type *type, const Global *trait)
{
    Globals *globals = r->program->globals;

    if (type->kind != TYPE_CLASS)
        return false;
    const ClassDecl *decl = type->cls->decl;
    for (int i = 0; i < decl->impls.count; i++)
        if (globals_of(globals, r->diag, &decl->impls.items[i]) == trait)
            return true;
    return false;
}

bool bounds_hold(const Resolver *r, Global *generic, Type **args, Span at)
{
    for (int i = 0; i < generic->generic->param_count; i++) {
        const TypeParam *param = &generic->generic->params[i];
        for (int j = 0; j < param->bounds.count; j++) {
            const QName  *bound = &param->bounds.items[j];
            const Global *trait = globals_of(r->program->globals, r->diag, bound);
            if (args[i] == type_bad || has_trait(r, args[i], trait))
                continue;
            diag_error(r->diag, DIAG_TYPE, at,
                       "type %s does not satisfy bound '%s: %s' required by '%s'",
                       type_name(args[i]), param->name.name, qname_text(bound), generic->name);
            diag_note(r->diag, bound->name.span, "the bound is declared here");
            return false;
        }
    }
    return true;
}

/* ---- The table ---- */

/* The entry for these arguments; a new one has neither type nor func. */
static InstanceEntry *find_entry(Generic *generic, Type **args)
{
    size_t         size = (size_t)generic->param_count * sizeof *args;
    InstanceEntry *entry;

    HASH_FIND(hh, generic->instances, args, size, entry);
    if (entry)
        return entry;
    entry = ARENA_NEW(InstanceEntry);
    entry->args = arena_alloc(size);
    for (int i = 0; i < generic->param_count; i++)
        entry->args[i] = args[i];
    HASH_ADD_KEYPTR(hh, generic->instances, entry->args, size, entry);
    return entry;
}

static bool may_make(Program *p, Diag *d, const Global *generic, const TypeEnv *env, Span at)
{
    struct Instances *all = p->instances;

    all->count++;
    if (!all->endless && env_weight(env) <= MAX_WEIGHT && all->count <= MAX_INSTANCES)
        return true;
    if (!all->endless) {
        diag_error(d, DIAG_TYPE, at, "too many instances of generic %s '%s': it needs ever new "
                   "type arguments", global_kind_word(generic->kind), generic->name);
        diag_note(d, generic->span, "'%s' is declared here", generic->name);
    }
    all->endless = true;
    return false;
}

DiagContext instance_context(const char *name, Span at)
{
    enum { SHOWN = 60 };                  /* of names that grow without end */
    return (DiagContext){ at, arena_format("in '%.*s%s', instantiated here", SHOWN, name,
                                           strlen(name) > SHOWN ? "..." : "") };
}

/* Errors found from here on are about this instance. */
static DiagContext enter_instance(Diag *d, const char *name, Span at)
{
    return diag_context(d, instance_context(name, at));
}

/* ---- Classes and enums ---- */

static Type *make_class(Program *p, Global *generic, const TypeEnv *env, Span at)
{
    ClassDecl *decl = generic->generic->cls;
    Class     *cls  = new_class(instance_name(generic->name, env), decl);

    cls->generic = generic;
    cls->env     = *env;
    cls->weight  = env_weight(env);
    cls->instantiated_at = at;
    cls->number  = p->classes.count;
    LIST_ADD(&p->classes, cls);
    LIST_ADD(&p->instances->pending, cls);
    return cls->type;
}

static Type *make_enum(Program *p, Global *generic, const TypeEnv *env)
{
    EnumDef *def = new_enum(instance_name(generic->name, env), generic->generic->enum_decl);

    def->generic = generic;
    def->env     = *env;
    def->weight  = env_weight(env);
    def->number  = p->enums.count;
    LIST_ADD(&p->enums, def);
    return def->type;
}

static void resolve_content(Program *p, Diag *d, Type *type, Span at)
{
    const TypeEnv *env = type->kind == TYPE_CLASS ? &type->cls->env : &type->enum_def->env;
    Resolver       r   = { .program = p, .diag = d, .env = env };
    DiagContext before = enter_instance(d, type_name(type), at);

    if (type->kind == TYPE_CLASS)
        resolve_fields(&r, type->cls);
    else
        resolve_variants(&r, type->enum_def);
    diag_context(d, before);
}

static void settle_class(Program *p, Diag *d, Class *cls)
{
    Resolver    r      = { .program = p, .diag = d, .env = &cls->env };
    DiagContext before = enter_instance(d, cls->name, cls->instantiated_at);

    resolve_methods(&r, cls, true);
    conform_class(p, d, cls);
    for (int i = 0; i < cls->methods.count; i++)
        cls->methods.items[i]->instantiated_at = cls->instantiated_at;
    diag_context(d, before);
}

void instances_settle(Program *p, Diag *d)
{
    struct Instances *all = p->instances;

    all->busy = true;
    while (all->settled < all->pending.count)
        settle_class(p, d, all->pending.items[all->settled++]);
    all->busy = false;
}

Type *instance_type(Program *p, Diag *d, Global *generic, Type **args, Span at)
{
    InstanceEntry *entry = find_entry(generic->generic, args);
    TypeEnv        env;

    if (entry->type)
        return entry->type;
    env = make_env(generic->generic, args);
    if (!may_make(p, d, generic, &env, at))
        return type_bad;
    entry->type = generic->kind == GLOBAL_CLASS ? make_class(p, generic, &env, at)
                                                : make_enum(p, generic, &env);
    resolve_content(p, d, entry->type, at);
    if (!p->instances->busy)
        instances_settle(p, d);
    return entry->type;
}

/* ---- Functions ---- */

Func *instance_func(Program *p, Diag *d, Global *generic, Type **args, Span at)
{
    InstanceEntry *entry = find_entry(generic->generic, args);
    TypeEnv        env;

    if (entry->func)
        return entry->func;
    env = make_env(generic->generic, args);
    if (!may_make(p, d, generic, &env, at))
        return NULL;
    Func *func = entry->func = add_func(p, clone_func(generic->generic->func), NULL);
    func->name    = generic->name;
    func->generic = generic;
    func->env     = env;
    func->is_instance     = true;
    func->instantiated_at = at;
    Resolver    r      = { .program = p, .diag = d, .env = &func->env };
    DiagContext before = enter_instance(d, instance_name(func->name, &env), at);
    resolve_func(&r, func);
    diag_context(d, before);
    return func;
}
