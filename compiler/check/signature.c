/*
 * signature.c - phase 6: fields, variants, parameters and results, and the text of generic
 * declarations.
 */
#include "compiler/check/signature.h"

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"
#include "compiler/check/foreign.h"
#include "compiler/check/inject.h"
#include "compiler/check/instance.h"
#include "compiler/syntax/ast_clone.h"

/* ---- Fields and variants ---- */

static void add_fields(const Resolver *r, const FieldDecl *decls, int count, FieldList *fields,
                       NameMap *index)
{
    for (int i = 0; i < count; i++) {
        Field field = { .name = decls[i].name.name, .span = decls[i].name.span,
                        .type = resolve_value_type(r, decls[i].type) };
        if (!namemap_add(index, field.name, fields->count))
            diag_error(r->diag, DIAG_TYPE, field.span, "duplicate field '%s'", field.name);
        LIST_ADD(fields, field);
    }
}

Class *new_class(Name name, ClassDecl *decl)
{
    Class *cls = ARENA_NEW(Class);
    cls->name = name;
    cls->decl = decl;
    cls->type = type_of_class(cls);
    cls->field_index  = namemap_new();
    cls->method_index = namemap_new();
    return cls;
}

void resolve_fields(const Resolver *r, Class *cls)
{
    FieldList fields = { 0 };

    inject_fields(r, cls->decl, cls->app, &fields, cls->field_index);
    cls->injected = fields.count;
    add_fields(r, cls->decl->fields.items, cls->decl->fields.count, &fields, cls->field_index);
    for (int i = 0; i < fields.count; i++)
        LIST_ADD(&cls->fields, fields.items[i]);
}

EnumDef *new_enum(Name name, EnumDecl *decl)
{
    EnumDef *def = ARENA_NEW(EnumDef);
    def->name = name;
    def->decl = decl;
    def->type = type_of_enum(def);
    def->variant_index = namemap_new();
    return def;
}

static Variant resolve_variant(const Resolver *r, const VariantDecl *decl)
{
    Variant   variant = { .name = decl->name.name, .span = decl->name.span,
                          .field_index = namemap_new() };
    FieldList fields  = { 0 };

    add_fields(r, decl->fields.items, decl->fields.count, &fields, variant.field_index);
    for (int i = 0; i < fields.count; i++)
        LIST_ADD(&variant.fields, fields.items[i]);
    return variant;
}

void resolve_variants(const Resolver *r, EnumDef *def)
{
    for (int i = 0; i < def->decl->variants.count; i++) {
        Variant variant = resolve_variant(r, &def->decl->variants.items[i]);
        if (!namemap_add(def->variant_index, variant.name, i))
            diag_error(r->diag, DIAG_TYPE, variant.span,
                       "variant '%s' is already declared in enum '%s'", variant.name,
                       def->decl->name.name);
        LIST_ADD(&def->variants, variant);
        def->has_data |= variant.fields.count > 0;
    }
}

/* ---- Functions ---- */

Func *add_func(Program *p, FuncDecl *decl, Class *owner)
{
    Func *func = ARENA_NEW(Func);
    func->name   = decl->name.name;
    func->decl   = decl;
    func->owner  = owner;
    func->body   = decl->body;
    func->result = type_void;
    func->is_extern = decl->is_extern;
    func->number    = p->funcs.count;
    LIST_ADD(&p->funcs, func);
    return func;
}

static Symbol *new_param(SymbolKind kind, Name name, Span span, Type *type)
{
    Symbol *symbol = ARENA_NEW(Symbol);
    symbol->kind = kind;
    symbol->name = name;
    symbol->span = span;
    symbol->type = type;
    return symbol;
}

static void add_receiver(Func *func)
{
    FuncDecl *decl = func->decl;
    if (decl->receiver == RECV_NONE)
        return;
    Symbol *self = new_param(SYM_SELF, intern_text("self"), decl->receiver_span,
                             func->owner->type);
    self->mut = decl->receiver == RECV_MUT_SELF;
    LIST_ADD(&func->params, self);
}

/* Sets the symbol of every parameter as written. */
static void resolve_params(const Resolver *r, FuncDecl *decl)
{
    NameMap *names = namemap_new();

    for (int i = 0; i < decl->params.count; i++) {
        Param *param = &decl->params.items[i];
        param->symbol = new_param(SYM_PARAM, param->name.name, param->name.span,
                                  decl->is_extern ? resolve_foreign_type(r, param->type)
                                                  : resolve_value_type(r, param->type));
        if (!namemap_add(names, param->name.name, i))
            diag_error(r->diag, DIAG_TYPE, param->name.span,
                       "parameter '%s' is already declared", param->name.name);
    }
}

void resolve_func(const Resolver *r, Func *func)
{
    FuncDecl *decl = func->decl;

    add_receiver(func);
    resolve_params(r, decl);
    for (int i = 0; i < decl->params.count; i++)
        LIST_ADD(&func->params, decl->params.items[i].symbol);
    func->result = decl->is_extern && decl->result ? resolve_foreign_type(r, decl->result)
                                                   : resolve_result_type(r, decl->result);
    /* Only a declared stream makes a generator: a T that stands for one is an ordinary result. */
    func->is_generator = !func->is_extern && func->result->kind == TYPE_STREAM &&
                         func->decl->result->kind == TX_STREAM;
    if (func->is_extern)
        check_foreign(r, func);
}

static void report_duplicate_method(const Resolver *r, Ident name, Span first)
{
    diag_error(r->diag, DIAG_TYPE, name.span, "duplicate method '%s'", name.name);
    diag_note(r->diag, first, "the first one is here");
}

void resolve_methods(const Resolver *r, Class *cls, bool copies)
{
    for (int i = 0; i < cls->decl->methods.count; i++) {
        FuncDecl *decl   = cls->decl->methods.items[i];
        Func     *method = add_func(r->program, copies ? clone_func(decl) : decl, cls);
        method->env = cls->env;
        method->is_instance = cls->generic != NULL;
        if (!namemap_add(cls->method_index, method->name, i)) {
            Func *first = cls->methods.items[namemap_find(cls->method_index, method->name)];
            report_duplicate_method(r, decl->name, first->decl->name.span);
        }
        LIST_ADD(&cls->methods, method);
        resolve_func(r, method);
    }
}

/* ---- Traits ---- */

static TraitMethod resolve_trait_method(const Resolver *r, FuncDecl *decl)
{
    TraitMethod method = { .name = decl->name.name, .decl = decl,
                           .param_count = decl->params.count,
                           .mut_self = decl->receiver == RECV_MUT_SELF };

    resolve_params(r, decl);
    method.params = arena_alloc((size_t)(decl->params.count + 1) * sizeof *method.params);
    for (int i = 0; i < decl->params.count; i++)
        method.params[i] = decl->params.items[i].symbol->type;
    method.result = resolve_result_type(r, decl->result);
    return method;
}

void resolve_trait(const Resolver *r, TraitDef *trait)
{
    NameMap *names = namemap_new();

    trait->method_index = namemap_new();
    for (int i = 0; i < trait->decl->methods.count; i++) {
        FuncDecl   *decl   = trait->decl->methods.items[i];
        TraitMethod method = resolve_trait_method(r, decl);
        if (!namemap_add(names, method.name, i))
            diag_error(r->diag, DIAG_TYPE, decl->name.span,
                       "method '%s' is already declared in trait '%s'", method.name, trait->name);
        if (decl->receiver == RECV_NONE)
            continue;
        namemap_add(trait->method_index, method.name, trait->methods.count);
        LIST_ADD(&trait->methods, method);
    }
}

/* ---- Generic declarations ---- */

static void check_bounds(const Resolver *r, const TypeParam *param)
{
    for (int i = 0; i < param->bounds.count; i++) {
        const QName  *name  = &param->bounds.items[i];
        const Global *trait = globals_of(r->program->globals, r->diag, name);
        if (trait && trait->kind == GLOBAL_TRAIT)
            continue;
        diag_error(r->diag, DIAG_TYPE, name->name.span, "unknown trait '%s'", qname_text(name));
        globals_suggest(r->diag, r->program->globals, GLOBAL_TRAIT, name->name);
    }
}

/* What a type parameter must not be named like, or NULL. */
static const char *shadowed_kind(Program *p, Ident name)
{
    const Global *global = globals_at(p->globals, name);

    if (is_builtin_type(name.name))
        return "type";
    if (!global || global->kind == GLOBAL_FUNC || global->kind == GLOBAL_EXTERN)
        return NULL;
    return global_kind_word(global->kind);
}

static void check_type_params(const Resolver *r, const Global *global)
{
    NameMap *names = namemap_new();

    for (int i = 0; i < global->generic->param_count; i++) {
        const TypeParam *param = &global->generic->params[i];
        const char      *kind  = shadowed_kind(r->program, param->name);
        if (!namemap_add(names, param->name.name, i))
            diag_error(r->diag, DIAG_TYPE, param->name.span,
                       "type parameter '%s' is already declared", param->name.name);
        if (kind)
            diag_error(r->diag, DIAG_TYPE, param->name.span,
                       "type parameter '%s' in %s '%s' shadows %s '%s'", param->name.name,
                       global_kind_word(global->kind), global->name, kind, param->name.name);
        check_bounds(r, param);
    }
}

static TypeEnv probe_env(const Generic *generic)
{
    TypeEnv env = { .count = generic->param_count };

    env.names = arena_alloc((size_t)env.count * sizeof *env.names);
    env.types = arena_alloc((size_t)env.count * sizeof *env.types);
    for (int i = 0; i < env.count; i++) {
        env.names[i] = generic->params[i].name.name;
        env.types[i] = type_int;
    }
    return env;
}

static void probe_func(const Resolver *r, FuncDecl *decl)
{
    resolve_params(r, decl);
    resolve_result_type(r, decl->result);
}

static void probe_class(Resolver *r, const Global *global, ClassDecl *decl)
{
    FieldList fields = { 0 };
    NameMap  *names  = namemap_new(), *index = namemap_new();

    inject_fields(r, decl, NULL, &fields, index);
    r->fields_of = global;
    add_fields(r, decl->fields.items, decl->fields.count, &fields, index);
    r->fields_of = NULL;
    for (int i = 0; i < decl->methods.count; i++) {
        FuncDecl *method = decl->methods.items[i];
        if (!namemap_add(names, method->name.name, i))
            report_duplicate_method(r, method->name,
                decl->methods.items[namemap_find(names, method->name.name)]->name.span);
        probe_func(r, method);
    }
}

static void probe_enum(Resolver *r, const Global *global, EnumDecl *decl)
{
    r->fields_of = global;
    resolve_variants(r, new_enum(decl->name.name, decl));
    r->fields_of = NULL;
}

void probe_generic(Program *p, Diag *d, Global *global)
{
    TypeEnv  env = probe_env(global->generic);
    Resolver r   = { .program = p, .diag = d, .env = &env, .probing = true };

    check_type_params(&r, global);
    if (global->kind == GLOBAL_FUNC)
        probe_func(&r, global->generic->func);
    else if (global->kind == GLOBAL_CLASS)
        probe_class(&r, global, global->generic->cls);
    else
        probe_enum(&r, global, global->generic->enum_decl);
}
