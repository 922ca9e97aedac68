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
#include "compiler/check/globals.h"
#include "compiler/base/namemap.h"
#include "compiler/check/resolve.h"

typedef struct Declarer {
    Module  *module;
    Program *program;
    Globals *globals;
    Diag    *diag;
} Declarer;

static void unsupported(Declarer *d, Span at, const char *what)
{
    diag_error(d->diag, DIAG_UNSUPPORTED, at, "%s is not implemented yet", what);
}

/* ---- Phase 3: reserved names ---- */

static void check_reserved(Declarer *d, Ident name)
{
    if (is_prelude_type(name.name))
        diag_error(d->diag, DIAG_TYPE, name.span,
                   "'%s' is a predeclared type and cannot be declared", name.name);
}

static void check_reserved_names(Declarer *d)
{
    Module *m = d->module;
    for (int i = 0; i < m->traits.count; i++)
        check_reserved(d, m->traits.items[i]->name);
    for (int i = 0; i < m->enums.count; i++)
        check_reserved(d, m->enums.items[i]->name);
    for (int i = 0; i < m->errors.count; i++)
        check_reserved(d, m->errors.items[i]->name);
    for (int i = 0; i < m->classes.count; i++)
        check_reserved(d, m->classes.items[i]->name);
    for (int i = 0; i < m->funcs.count; i++)
        check_reserved(d, m->funcs.items[i]->name);
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
    if (known->span.file)
        diag_note(d->diag, known->span, "the first declaration is here");
}

/* Functions and classes may not be named like a built-in function, and nothing like a type. */
static bool shadows_builtin(Declarer *d, GlobalKind kind, Ident name)
{
    bool barred = kind == GLOBAL_FUNC || kind == GLOBAL_EXTERN || kind == GLOBAL_CLASS;

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
static Global *register_name(Declarer *d, GlobalKind kind, Ident name)
{
    if (shadows_builtin(d, kind, name))
        return NULL;
    Global *known = globals_find(d->globals, name.name);
    if (known) {
        report_duplicate(d, known, kind, name);
        return NULL;
    }
    return globals_add(d->globals, kind, name.name, name.span);
}

static void register_trait(Declarer *d, TraitDecl *decl)
{
    Global *global = register_name(d, GLOBAL_TRAIT, decl->name);
    if (!global)
        return;
    global->trait = ARENA_NEW(TraitDef);
    global->trait->name = decl->name.name;
    global->trait->decl = decl;
    global->trait->type = type_of_trait(global->trait);
}

static void register_enum(Declarer *d, EnumDecl *decl)
{
    Global *global = register_name(d, GLOBAL_ENUM, decl->name);
    if (!global)
        return;
    global->enum_def = ARENA_NEW(EnumDef);
    global->enum_def->name = decl->name.name;
    global->enum_def->decl = decl;
    global->enum_def->type = type_of_enum(global->enum_def);
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

/* A predeclared name is free until the program's own declaration takes it. */
static ErrorDef *replaced_error(Declarer *d, Name name)
{
    for (int i = 0; i < ERR_PREDECLARED_COUNT; i++) {
        ErrorDef *def = d->program->errors.items[i];
        if (def->predeclared && def->name == name)
            return def;
    }
    return NULL;
}

static void register_error(Declarer *d, ErrorDecl *decl)
{
    ErrorDef *replaced = replaced_error(d, decl->name.name);
    ErrorDef *def = new_error(decl->name.name, decl->name.span);

    if (replaced) {
        Global *global = globals_find(d->globals, def->name);
        global->error = def;
        global->span  = def->span;
        def->number   = replaced->number;
        d->program->errors.items[def->number] = def;
        return;
    }
    Global *global = register_name(d, GLOBAL_ERROR, decl->name);
    if (global) {
        global->error = def;
        add_error(d->program, def);
    }
}

static void register_class(Declarer *d, ClassDecl *decl)
{
    Global *global = register_name(d, GLOBAL_CLASS, decl->name);
    if (!global)
        return;
    Class *cls = ARENA_NEW(Class);
    cls->name = decl->name.name;
    cls->decl = decl;
    cls->type = type_of_class(cls);
    cls->field_index  = namemap_new();
    cls->method_index = namemap_new();
    cls->number = d->program->classes.count;
    global->cls = cls;
    LIST_ADD(&d->program->classes, cls);
}

static Func *new_func(Declarer *d, FuncDecl *decl, Class *owner)
{
    Func *func = ARENA_NEW(Func);
    func->name  = decl->name.name;
    func->decl  = decl;
    func->owner = owner;
    func->body  = decl->body;
    func->result = type_void;
    LIST_ADD(&d->program->funcs, func);
    return func;
}

static void register_func(Declarer *d, FuncDecl *decl)
{
    Global *global = register_name(d, decl->is_extern ? GLOBAL_EXTERN : GLOBAL_FUNC, decl->name);
    if (!global || decl->is_extern || decl->type_params.count > 0)
        return;
    global->func = new_func(d, decl, NULL);
    if (strcmp(decl->name.name, "main") == 0)
        d->program->main = global->func;
}

static void register_names(Declarer *d)
{
    Module *m = d->module;
    for (int i = 0; i < m->traits.count; i++)
        register_trait(d, m->traits.items[i]);
    for (int i = 0; i < m->enums.count; i++)
        register_enum(d, m->enums.items[i]);
    for (int i = 0; i < m->errors.count; i++)
        register_error(d, m->errors.items[i]);
    for (int i = 0; i < m->classes.count; i++)
        register_class(d, m->classes.items[i]);
    for (int i = 0; i < m->funcs.count; i++)
        register_func(d, m->funcs.items[i]);
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
    globals_add(d->globals, GLOBAL_ERROR, def->name, def->span)->error = def;
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

static Type *value_type(Declarer *d, const TypeExpr *written)
{
    return resolve_value_type(d->globals, d->diag, written);
}

static void resolve_error(Declarer *d, ErrorDecl *decl)
{
    ErrorDef *def = globals_find(d->globals, decl->name.name)->error;

    for (int i = 0; i < decl->fields.count; i++) {
        FieldDecl *f = &decl->fields.items[i];
        Field field = { .name = f->name.name, .type = value_type(d, f->type),
                        .span = f->name.span };
        if (!namemap_add(def->field_index, field.name, i))
            diag_error(d->diag, DIAG_TYPE, field.span, "duplicate field '%s'", field.name);
        LIST_ADD(&def->fields, field);
    }
}

static void resolve_fields(Declarer *d, Class *cls)
{
    for (int i = 0; i < cls->decl->fields.count; i++) {
        FieldDecl *f = &cls->decl->fields.items[i];
        Field field = { .name = f->name.name, .type = value_type(d, f->type),
                        .span = f->name.span };
        if (!namemap_add(cls->field_index, field.name, i))
            diag_error(d->diag, DIAG_TYPE, field.span, "duplicate field '%s'", field.name);
        LIST_ADD(&cls->fields, field);
    }
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

static void resolve_signature(Declarer *d, Func *func)
{
    FuncDecl *decl  = func->decl;
    NameMap  *names = namemap_new();

    add_receiver(func);
    for (int i = 0; i < decl->params.count; i++) {
        Param *param = &decl->params.items[i];
        param->symbol = new_param(SYM_PARAM, param->name.name, param->name.span,
                                  value_type(d, param->type));
        if (!namemap_add(names, param->name.name, i))
            diag_error(d->diag, DIAG_TYPE, param->name.span,
                       "parameter '%s' is already declared", param->name.name);
        LIST_ADD(&func->params, param->symbol);
    }
    func->result = resolve_result_type(d->globals, d->diag, decl->result);
}

static void resolve_methods(Declarer *d, Class *cls)
{
    for (int i = 0; i < cls->decl->methods.count; i++) {
        FuncDecl *decl   = cls->decl->methods.items[i];
        Func     *method = new_func(d, decl, cls);
        if (!namemap_add(cls->method_index, method->name, i)) {
            Func *first = cls->methods.items[namemap_find(cls->method_index, method->name)];
            diag_error(d->diag, DIAG_TYPE, decl->name.span, "duplicate method '%s'",
                       method->name);
            diag_note(d->diag, first->decl->name.span, "the first one is here");
        }
        LIST_ADD(&cls->methods, method);
        resolve_signature(d, method);
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

static bool is_whole(const Class *cls)
{
    return cls->decl->type_params.count == 0;
}

static void resolve_signatures(Declarer *d)
{
    Program *p = d->program;

    for (int i = 0; i < d->module->errors.count; i++)
        resolve_error(d, d->module->errors.items[i]);
    for (int i = 0; i < p->classes.count; i++)
        if (is_whole(p->classes.items[i]))
            resolve_fields(d, p->classes.items[i]);
    int functions = p->funcs.count;       /* methods are added behind them */
    for (int i = 0; i < functions; i++)
        resolve_signature(d, p->funcs.items[i]);
    for (int i = 0; i < p->classes.count; i++)
        if (is_whole(p->classes.items[i]))
            resolve_methods(d, p->classes.items[i]);
    check_main(d, p->main);
}

/* ---- What is left for later ---- */

static void refuse_func_forms(Declarer *d, const FuncDecl *decl)
{
    if (decl->is_extern)
        unsupported(d, decl->name.span, "an extern function");
    if (decl->type_params.count > 0)
        unsupported(d, decl->type_params.items[0].name.span, "a generic function");
    if (decl->requires.count > 0)
        unsupported(d, decl->requires.items[0]->span, "a requires clause");
}

static void refuse_class_forms(Declarer *d, const ClassDecl *decl)
{
    if (decl->type_params.count > 0)
        unsupported(d, decl->type_params.items[0].name.span, "a generic class");
    if (decl->has_deps || decl->uses.count > 0 || decl->lifecycle != LIFE_DEFAULT)
        unsupported(d, decl->name.span, "an injected class");
    if (decl->impls.count > 0)
        unsupported(d, decl->impls.items[0].name.span, "implementing a trait");
    if (decl->invariants.count > 0)
        unsupported(d, decl->invariants.items[0]->span, "an invariant");
    for (int i = 0; i < decl->methods.count; i++)
        refuse_func_forms(d, decl->methods.items[i]);
}

static void refuse_later_forms(Declarer *d)
{
    Module *m = d->module;
    for (int i = 0; i < m->imports.count; i++)
        unsupported(d, m->imports.items[i]->span, "import");
    for (int i = 0; i < m->traits.count; i++)
        unsupported(d, m->traits.items[i]->name.span, "a trait");
    for (int i = 0; i < m->enums.count; i++)
        unsupported(d, m->enums.items[i]->name.span, "an enum");
    for (int i = 0; i < m->classes.count; i++)
        refuse_class_forms(d, m->classes.items[i]);
    for (int i = 0; i < m->funcs.count; i++)
        refuse_func_forms(d, m->funcs.items[i]);
    for (int i = 0; i < m->others.count; i++)
        unsupported(d, m->others.items[i]->span, m->others.items[i]->what);
}

/* ---- All phases ---- */

static int by_source_order(const void *a, const void *b)
{
    const Func *f = *(Func *const *)a, *g = *(Func *const *)b;
    uint32_t    x = f->decl->name.span.start, y = g->decl->name.span.start;
    return x < y ? -1 : x > y;
}

static void number_funcs(Program *p)
{
    if (p->funcs.count > 0)
        qsort(p->funcs.items, (size_t)p->funcs.count, sizeof *p->funcs.items, by_source_order);
    for (int i = 0; i < p->funcs.count; i++)
        p->funcs.items[i]->number = i;
}

Program *declare(Module *m, Diag *d)
{
    Program *p = ARENA_NEW(Program);
    Declarer declarer = { .module = m, .program = p, .globals = globals_new(), .diag = d };

    p->module  = m;
    p->globals = declarer.globals;
    predeclare_errors(&declarer);
    check_reserved_names(&declarer);
    if (diag_errors(d) > 0)
        return p;
    register_names(&declarer);
    if (diag_errors(d) > 0)
        return p;
    resolve_signatures(&declarer);
    refuse_later_forms(&declarer);
    number_funcs(p);
    return p;
}
