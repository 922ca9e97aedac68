/*
 * declare.c - registers every declaration, then resolves the types in their signatures.
 *
 * Registration makes the objects other declarations refer to (Class, ErrorDef, Func); resolution
 * fills in fields, parameters and results, so declarations may mention each other in any order.
 * What is not implemented yet is registered too, so that its name means something in messages.
 */
#include "compiler/check/declare.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"
#include "compiler/check/conform.h"
#include "compiler/check/entry.h"
#include "compiler/check/globals.h"
#include "compiler/check/foreign.h"
#include "compiler/check/inject.h"
#include "compiler/check/instance.h"
#include "compiler/check/signature.h"
#include "compiler/syntax/contracts.h"

typedef struct Declarer {
    Module  *module;
    Program *program;
    Globals *globals;
    Diag    *diag;
    LIST(Global *) generics;
    AppList   entries;                    /* apps and stages to be compiled */
} Declarer;

static void unsupported(Declarer *d, Span at, const char *what)
{
    diag_error(d->diag, DIAG_UNSUPPORTED, at, "%s is not implemented yet", what);
}

/* ---- Phase 3: reserved names ---- */

static void check_reserved(Declarer *d, const char *kind, Ident name)
{
    if (is_prelude_type(name.name))
        diag_error(d->diag, DIAG_TYPE, name.span,
                   "cannot define %s '%s': conflicts with built-in prelude type", kind, name.name);
}

static void check_reserved_names(Declarer *d)
{
    Module *m = d->module;
    for (int i = 0; i < m->traits.count; i++)
        check_reserved(d, "trait", m->traits.items[i]->name);
    for (int i = 0; i < m->enums.count; i++)
        check_reserved(d, "enum", m->enums.items[i]->name);
    for (int i = 0; i < m->errors.count; i++)
        check_reserved(d, "error", m->errors.items[i]->name);
    for (int i = 0; i < m->classes.count; i++)
        check_reserved(d, "class", m->classes.items[i]->name);
    for (int i = 0; i < m->funcs.count; i++)
        check_reserved(d, "function", m->funcs.items[i]->name);
    for (int i = 0; i < m->apps.count; i++)
        check_reserved(d, m->apps.items[i]->is_stage ? "stage" : "app", m->apps.items[i]->name);
}

/* ---- Phase 5: registration ---- */

static bool is_extern_clash(const Global *known, GlobalKind kind)
{
    return (known->kind == GLOBAL_FUNC && kind == GLOBAL_EXTERN)
        || (known->kind == GLOBAL_EXTERN && kind == GLOBAL_FUNC);
}

static void report_duplicate(Declarer *d, const Global *known, GlobalKind kind, Ident name)
{
    if (is_extern_clash(known, kind))
        diag_error(d->diag, DIAG_TYPE, name.span,
                   "duplicate function name '%s': defined as both fn and extern fn", name.name);
    else
        diag_error(d->diag, DIAG_TYPE, name.span, "'%s' is already declared as %s", name.name,
                   global_kind_name(known->kind));
    if (!known->span.file)
        return;
    diag_note(d->diag, known->span, "the first declaration is here");
    advise_standalone(d->diag, known->span, name.span);
}

/* Functions and classes may not be named like a built-in function, and nothing like a type.
 * Functions of imported modules may: their callers write the module before the name. */
static bool shadows_builtin(Declarer *d, GlobalKind kind, Ident name)
{
    bool is_func = kind == GLOBAL_FUNC || kind == GLOBAL_EXTERN;
    bool barred  = is_func || kind == GLOBAL_CLASS;

    if (is_func && name.span.file->module)
        return false;
    if (barred && is_builtin_function(name.name))
        diag_error(d->diag, DIAG_TYPE, name.span, "%s cannot shadow builtin function '%s'",
                   kind == GLOBAL_CLASS ? "a class" : "a function", name.name);
    else if (is_builtin_type(name.name))
        diag_error(d->diag, DIAG_TYPE, name.span, "'%s' is already declared as a built-in type",
                   name.name);
    else
        return false;
    return true;
}

/* The new name, or NULL after an error. */
static Global *register_name(Declarer *d, GlobalKind kind, Ident name, bool is_pub)
{
    if (shadows_builtin(d, kind, name))
        return NULL;
    Global *known = kind == GLOBAL_ERROR ? globals_own(d->globals, name)
                                         : globals_at(d->globals, name);
    if (known && known->kind == GLOBAL_EXTERN && kind == GLOBAL_EXTERN) {
        known->is_pub |= is_pub;          /* compare_externs judges the second declaration */
        return known;
    }
    if (known) {
        report_duplicate(d, known, kind, name);
        return NULL;
    }
    Global *added = globals_add(d->globals, kind, name);
    added->is_pub = is_pub;
    return added;
}

static void register_trait(Declarer *d, TraitDecl *decl)
{
    Global *global = register_name(d, GLOBAL_TRAIT, decl->name, decl->is_pub);
    if (!global)
        return;
    global->trait = ARENA_NEW(TraitDef);
    global->trait->name = global->name;
    global->trait->decl = decl;
    global->trait->type = type_of_trait(global->trait);
    global->trait->number = d->program->traits.count;
    LIST_ADD(&d->program->traits, global->trait);
}

/* Makes a declaration generic if it has type parameters. */
static Generic *register_generic(Declarer *d, Global *global, const TypeParam *params, int count)
{
    if (count == 0)
        return NULL;
    global->generic = ARENA_NEW(Generic);
    global->generic->params = params;
    global->generic->param_count = count;
    LIST_ADD(&d->generics, global);
    return global->generic;
}

static void register_enum(Declarer *d, EnumDecl *decl)
{
    Global *global = register_name(d, GLOBAL_ENUM, decl->name, decl->is_pub);
    if (!global)
        return;
    Generic *generic = register_generic(d, global, decl->type_params.items,
                                        decl->type_params.count);
    if (generic) {
        generic->enum_decl = decl;
        return;
    }
    global->enum_def = new_enum(global->name, decl);
    global->enum_def->number = d->program->enums.count;
    LIST_ADD(&d->program->enums, global->enum_def);
}

static ErrorDef *new_error(Name name, Span span)
{
    ErrorDef *def = ARENA_NEW(ErrorDef);
    def->name = name;
    def->span = span;
    def->field_index = namemap_new();
    return def;
}

static void add_error(Program *p, ErrorDef *def)
{
    def->number = p->errors.count;
    LIST_ADD(&p->errors, def);
}

/* A predeclared name is free until the program's own declaration takes it. That of an imported
 * module is one more error. */
static ErrorDef *replaced_error(Declarer *d, Ident name)
{
    for (int i = 0; !name.span.file->module && i < ERR_PREDECLARED_COUNT; i++) {
        ErrorDef *def = d->program->errors.items[i];
        if (def->predeclared && def->name == name.name)
            return def;
    }
    return NULL;
}

static void register_error(Declarer *d, ErrorDecl *decl)
{
    ErrorDef *replaced = replaced_error(d, decl->name);
    ErrorDef *def = new_error(decl->name.name, decl->name.span);

    if (replaced) {
        Global *global = globals_at(d->globals, decl->name);
        global->error = def;
        global->span  = def->span;
        def->number   = replaced->number;
        d->program->errors.items[def->number] = def;
        return;
    }
    Global *global = register_name(d, GLOBAL_ERROR, decl->name, decl->is_pub);
    if (global) {
        def->name = global->name;
        global->error = def;
        add_error(d->program, def);
    }
}

static void register_class(Declarer *d, ClassDecl *decl)
{
    Global *global = register_name(d, GLOBAL_CLASS, decl->name, decl->is_pub);
    if (!global)
        return;
    Generic *generic = register_generic(d, global, decl->type_params.items,
                                        decl->type_params.count);
    if (generic) {
        generic->cls = decl;
        return;
    }
    global->cls = new_class(global->name, decl);
    global->cls->number = d->program->classes.count;
    LIST_ADD(&d->program->classes, global->cls);
}

/* An app or stage is a class of its own kind, which nothing can name as a type. */
static Global *register_app(Declarer *d, AppDecl *decl)
{
    Global *global = register_name(d, decl->is_stage ? GLOBAL_STAGE : GLOBAL_APP, decl->name,
                                   false);
    if (global)
        global->cls = app_class(decl);
    return global;
}

/* Its class comes behind all others: apps are checked last. */
static void add_app(Declarer *d, Global *global)
{
    if (!global)
        return;
    global->cls->number = d->program->classes.count;
    LIST_ADD(&d->program->classes, global->cls);
    LIST_ADD(&d->program->apps, global->cls);
}

static void register_func(Declarer *d, FuncDecl *decl)
{
    Global *global = register_name(d, decl->is_extern ? GLOBAL_EXTERN : GLOBAL_FUNC, decl->name,
                                   decl->is_pub);
    if (!global)
        return;
    Generic *generic = register_generic(d, global, decl->type_params.items,
                                        decl->type_params.count);
    if (generic) {
        generic->func = decl;
        return;
    }
    global->func = add_func(d->program, decl, NULL);
    if (decl->is_extern)
        return;                           /* its name is that of the C function */
    global->func->name = global->name;
    if (strcmp(global->name, "main") == 0)
        d->program->main = global->func;
}

#define NOTE_ELSEWHERE(d, list)                                                                    \
    do {                                                                                           \
        for (int i_ = 0; i_ < (list)->count; i_++)                                                 \
            globals_note_elsewhere((d)->globals, (list)->items[i_]->name);                         \
    } while (0)

static void note_elsewhere(Declarer *d)
{
    for (int i = 0; i < d->module->programs.count; i++) {
        const Module *m = d->module->programs.items[i];
        NOTE_ELSEWHERE(d, &m->funcs);
        NOTE_ELSEWHERE(d, &m->classes);
        NOTE_ELSEWHERE(d, &m->traits);
        NOTE_ELSEWHERE(d, &m->enums);
        NOTE_ELSEWHERE(d, &m->errors);
    }
}

static void register_names(Declarer *d)
{
    note_elsewhere(d);
    Module *m = d->module;
    for (int i = 0; i < m->imports.count; i++)
        globals_add_import(d->globals, m->imports.items[i]);
    for (int i = 0; i < m->traits.count; i++)
        register_trait(d, m->traits.items[i]);
    for (int i = 0; i < m->enums.count; i++)
        register_enum(d, m->enums.items[i]);
    LIST(Global *) apps = { 0 };
    for (int i = 0; i < d->entries.count; i++)
        LIST_ADD(&apps, register_app(d, d->entries.items[i]));
    for (int i = 0; i < m->errors.count; i++)
        register_error(d, m->errors.items[i]);
    for (int i = 0; i < m->classes.count; i++)
        register_class(d, m->classes.items[i]);
    for (int i = 0; i < apps.count; i++)
        add_app(d, apps.items[i]);
    for (int i = 0; i < m->funcs.count; i++)
        register_func(d, m->funcs.items[i]);
    for (int i = 0; i < m->tests.count; i++)
        add_test(d->program, m->tests.items[i]);
}

/* ---- Predeclared errors ---- */

static void predeclare_error(Declarer *d, PredeclaredError number, const char *name,
                             const char *field, Type *type)
{
    ErrorDef *def = new_error(intern_text(name), (Span){ 0 });
    Field     only = { .name = intern_text(field), .type = type };

    def->predeclared = true;
    LIST_ADD(&def->fields, only);
    namemap_add(def->field_index, only.name, 0);
    globals_add(d->globals, GLOBAL_ERROR, (Ident){ def->name, def->span })->error = def;
    add_error(d->program, def);
    if (def->number != (int)number)
        abort();                          /* the calls below are out of order */
}

static void predeclare_errors(Declarer *d)
{
    predeclare_error(d, ERR_MATH, "MathError", "message", type_string);
    predeclare_error(d, ERR_CHANNEL_CLOSED, "ChannelClosed", "message", type_string);
    predeclare_error(d, ERR_CHANNEL_FULL, "ChannelFull", "message", type_string);
    predeclare_error(d, ERR_CHANNEL_EMPTY, "ChannelEmpty", "message", type_string);
    predeclare_error(d, ERR_TASK_CANCELLED, "TaskCancelled", "message", type_string);
    predeclare_error(d, ERR_NETWORK, "NetworkError", "message", type_string);
    predeclare_error(d, ERR_TIMEOUT, "TimeoutError", "millis", type_int);
    predeclare_error(d, ERR_SERVICE_UNAVAILABLE, "ServiceUnavailable", "service", type_string);
}

/* ---- Phase 6: signatures ---- */

static void resolve_error(const Resolver *r, ErrorDecl *decl)
{
    ErrorDef *def = globals_at(r->program->globals, decl->name)->error;

    for (int i = 0; i < decl->fields.count; i++) {
        FieldDecl *f = &decl->fields.items[i];
        Field field = { .name = f->name.name, .type = resolve_value_type(r, f->type),
                        .span = f->name.span };
        if (!namemap_add(def->field_index, field.name, i))
            diag_error(r->diag, DIAG_TYPE, field.span, "duplicate field '%s'", field.name);
        LIST_ADD(&def->fields, field);
    }
}

static void check_main(Declarer *d, const Func *func)
{
    if (!func || func->result == type_bad)
        return;
    const FuncDecl *decl = func->decl;
    bool runs = func->result == type_void || func->result == type_int
             || func->result->kind == TYPE_NULLABLE;
    if (decl->params.count > 0)
        diag_error(d->diag, DIAG_TYPE, decl->params.items[0].name.span,
                   "main takes no parameters");
    if (!runs)
        diag_error(d->diag, DIAG_TYPE, decl->result->span,
                   "main must return nothing, int or a nullable type, found %s",
                   type_name(func->result));
}

/* Two files may declare the same C function, in the same way. */
static void compare_extern(Declarer *d, const Func *func, const Func *other)
{
    Ident name = func->decl->name;

    if (!is_same_foreign(func, other))
        diag_error(d->diag, DIAG_TYPE, name.span, "conflicting extern fn signatures for '%s'",
                   func->name);
    else if (name.span.file == other->decl->name.span.file)
        diag_error(d->diag, DIAG_TYPE, name.span, "'%s' is already declared as a function",
                   func->name);
    else
        return;
    diag_note(d->diag, other->decl->name.span, "'%s' is already declared here", func->name);
}

static void compare_externs(Declarer *d)
{
    Program *p     = d->program;
    NameMap *first = namemap_new();

    for (int i = 0; i < p->funcs.count; i++) {
        const Func *func = p->funcs.items[i];
        if (!func->is_extern || namemap_add(first, func->name, i))
            continue;
        compare_extern(d, func, p->funcs.items[namemap_find(first, func->name)]);
    }
}

/* Instances of generic types are made on the way; they are not in the loops. */
static void resolve_signatures(Declarer *d)
{
    Program *p = d->program;
    Resolver r = { .program = p, .diag = d->diag };
    int      classes = p->classes.count, enums = p->enums.count, funcs = p->funcs.count;

    for (int i = 0; i < d->generics.count; i++)
        probe_generic(p, d->diag, d->generics.items[i]);
    for (int i = 0; i < p->traits.count; i++)
        resolve_trait(&r, p->traits.items[i]);
    for (int i = 0; i < enums; i++)
        resolve_variants(&r, p->enums.items[i]);
    for (int i = 0; i < d->module->errors.count; i++)
        resolve_error(&r, d->module->errors.items[i]);
    for (int i = 0; i < classes; i++)
        resolve_fields(&r, p->classes.items[i]);
    for (int i = 0; i < funcs; i++)
        resolve_func(&r, p->funcs.items[i]);
    for (int i = 0; i < classes; i++)
        resolve_methods(&r, p->classes.items[i], false);
    if (p->main)
        check_main(d, p->main);
    else if (p->apps.count > 0)
        p->main = entry_main(p);
    compare_externs(d);
}

/* ---- Phase 8: conformance ---- */

static void conform_classes(Declarer *d)
{
    Program *p = d->program;
    int      classes = p->classes.count;

    for (int i = 0; i < classes; i++)
        if (!p->classes.items[i]->generic)
            conform_class(p, d->diag, p->classes.items[i]);
    for (int i = 0; i < d->generics.count; i++)
        if (d->generics.items[i]->kind == GLOBAL_CLASS)
            conform_generic(p, d->diag, d->generics.items[i]);
    instances_settle(p, d->diag);
}

/* ---- What is left for later ---- */

static void refuse_later_forms(Declarer *d)
{
    Module *m = d->module;
    for (int i = 0; i < m->systems.count; i++)
        unsupported(d, m->systems.items[i]->span, "a system");
}

/* ---- All phases ---- */

Program *declare(Module *m, Diag *d)
{
    Program *p = ARENA_NEW(Program);
    Declarer declarer = { .module = m, .program = p, .globals = globals_new(), .diag = d };

    p->module  = m;
    p->globals   = declarer.globals;
    p->instances = instances_new();
    predeclare_errors(&declarer);
    check_reserved_names(&declarer);
    if (diag_errors(d) > 0)
        return p;
    contracts_check_form(m, d);
    if (diag_errors(d) > 0)
        return p;
    entry_check(m, d);
    declarer.entries = entry_apps(m, d);
    if (diag_errors(d) > 0)
        return p;
    register_names(&declarer);
    if (diag_errors(d) > 0)
        return p;
    resolve_signatures(&declarer);
    refuse_later_forms(&declarer);
    if (diag_errors(d) > 0)
        return p;
    inject_graph(p, d);
    if (diag_errors(d) > 0)
        return p;
    conform_classes(&declarer);
    return p;
}
