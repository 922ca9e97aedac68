/*
 * inject.c - the fields that injection gives a class, and the graph of dependencies.
 *
 * The graph has an edge from each class to the classes of its injected fields. It is acyclic, or an
 * error says so; then a class is as short-lived as the shortest-lived one it depends on, and the
 * order in which a depth-first search leaves the classes is one in which they can be made.
 */
#include "compiler/check/inject.h"

#include <ctype.h>

#include "compiler/base/arena.h"
#include "compiler/syntax/lex.h"

/* ---- Fields: brackets ---- */

static void add_field(FieldList *fields, NameMap *index, Ident name, Type *type)
{
    Field field = { .name = name.name, .type = type, .span = name.span };
    namemap_add(index, field.name, fields->count);
    LIST_ADD(fields, field);
}

static bool is_stage_name(const Resolver *r, const TypeExpr *written)
{
    if (written->kind != TX_NAME || written->name.module.name)
        return false;
    const Global *global = globals_at(r->program->globals, written->name.name);
    return global && global->kind == GLOBAL_STAGE;
}

static Type *unsupported(const Resolver *r, Span at, const char *what)
{
    diag_error(r->diag, DIAG_UNSUPPORTED, at, "%s is not implemented yet", what);
    return type_bad;
}

/* The class of a dependency, or type_bad. While a generic class is probed, types are not known. */
static Type *dep_type(const Resolver *r, const ClassDecl *decl, const DepDecl *dep)
{
    if (dep->remote)
        return unsupported(r, dep->name.span, "a remote dependency");
    if (is_stage_name(r, dep->type))
        return unsupported(r, dep->type->span, "a call of another stage");
    Type *type = resolve_value_type(r, dep->type);
    bool  good = type->kind == TYPE_CLASS && !type->cls->generic;
    if (good || type == type_bad || r->probing)
        return type;
    diag_error(r->diag, DIAG_TYPE, dep->type->span,
               "injected dependency '%s' in class '%s' is not a known class", dep->name.name,
               decl->name.name);
    return type_bad;
}

static void add_deps(const Resolver *r, const ClassDecl *decl, FieldList *fields, NameMap *index)
{
    for (int i = 0; i < decl->deps.count; i++) {
        const DepDecl *dep  = &decl->deps.items[i];
        Type          *type = dep_type(r, decl, dep);
        if (namemap_find(index, dep->name.name) >= 0)
            diag_error(r->diag, DIAG_TYPE, dep->name.span, "duplicate field '%s'", dep->name.name);
        for (int j = 0; j < fields->count && type->kind == TYPE_CLASS; j++)
            if (fields->items[j].type == type)
                diag_error(r->diag, DIAG_TYPE, dep->type->span,
                           "duplicate dependency: '%s' already injects class '%s'",
                           fields->items[j].name, type_name(type));
        add_field(fields, index, dep->name, type);
    }
}

/* ---- Fields: ambients ---- */

Name ambient_name(Name type)
{
    char *name = arena_format("%s", type);
    name[0] = (char)tolower((unsigned char)name[0]);
    return intern_text(name);
}

/* Modules may have classes of one name: what the name means at both places decides. */
static bool app_has_ambient(const Resolver *r, const QName *type)
{
    const Program *p      = r->program;
    const Global  *wanted = globals_of(p->globals, r->diag, type);
    for (int i = 0; i < p->apps.count; i++) {
        const AppDecl *app = p->apps.items[i]->app;
        for (int j = 0; j < app->ambients.count; j++)
            if (app->ambients.items[j].name.name == type->name.name
                && globals_of(p->globals, r->diag, &app->ambients.items[j]) == wanted)
                return true;
    }
    return false;
}

static Type *ambient_type(const Resolver *r, const ClassDecl *decl, const AppDecl *app,
                          const QName *name)
{
    const Global *global = globals_of(r->program->globals, r->diag, name);
    const char   *text   = qname_text(name);
    bool          known  = global && global->kind == GLOBAL_CLASS && !global->generic;

    if (app && !known) {
        diag_error(r->diag, DIAG_TYPE, name->name.span, "unknown type '%s'", text);
        globals_suggest(r->diag, r->program->globals, GLOBAL_CLASS, name->name);
    } else if (!app && r->program->apps.count == 0) {
        diag_error(r->diag, DIAG_TYPE, name->name.span, "class '%s' uses ambient types, but no app "
                   "or stage declaration exists", decl->name.name);
    } else if (!app && !app_has_ambient(r, name)) {
        diag_error(r->diag, DIAG_TYPE, name->name.span, "class '%s' uses ambient type '%s', but "
                   "'%s' is not declared ambient in the app", decl->name.name, text, text);
    }
    return known ? global->cls->type : type_bad;
}

static bool is_used_before(const ClassDecl *decl, int place)
{
    for (int i = 0; i < place; i++)
        if (decl->uses.items[i].name.name == decl->uses.items[place].name.name)
            return true;
    return false;
}

static bool has_field(const ClassDecl *decl, const NameMap *index, Name name)
{
    for (int i = 0; i < decl->fields.count; i++)
        if (decl->fields.items[i].name.name == name)
            return true;
    return namemap_find(index, name) >= 0;
}

static void report_conflict(const Resolver *r, const ClassDecl *decl, const AppDecl *app,
                            Ident variable)
{
    if (app)
        diag_error(r->diag, DIAG_TYPE, variable.span,
                   "ambient variable '%s' conflicts with existing %s dependency", variable.name,
                   app->is_stage ? "stage" : "app");
    else
        diag_error(r->diag, DIAG_TYPE, variable.span,
                   "ambient variable '%s' conflicts with existing field in class '%s'",
                   variable.name, decl->name.name);
}

static void report_repeated(const Resolver *r, const ClassDecl *decl, const AppDecl *app,
                            Ident type)
{
    if (app)
        diag_error(r->diag, DIAG_TYPE, type.span, "duplicate ambient type '%s' in %s", type.name,
                   app->is_stage ? "stage" : "app");
    else
        diag_error(r->diag, DIAG_TYPE, type.span, "duplicate ambient dependency '%s' in class '%s'",
                   type.name, decl->name.name);
}

static void add_ambients(const Resolver *r, const ClassDecl *decl, const AppDecl *app,
                         FieldList *fields, NameMap *index)
{
    for (int i = 0; i < decl->uses.count; i++) {
        const QName *type     = &decl->uses.items[i];
        Ident        variable = { ambient_name(type->name.name), type->name.span };
        if (is_used_before(decl, i)) {
            report_repeated(r, decl, app, type->name);
            continue;
        }
        if (is_keyword_text(variable.name))
            diag_error(r->diag, DIAG_TYPE, variable.span, "ambient variable '%s' would be a "
                       "keyword: class '%s' cannot be ambient", variable.name, type->name.name);
        else if (has_field(decl, index, variable.name))
            report_conflict(r, decl, app, variable);
        add_field(fields, index, variable, ambient_type(r, decl, app, type));
    }
}

void inject_fields(const Resolver *r, const ClassDecl *decl, const AppDecl *app, FieldList *fields,
                   NameMap *index)
{
    if (decl->type_params.count > 0 && decl->uses.count > 0 && r->probing)
        diag_error(r->diag, DIAG_TYPE, decl->name.span,
                   "generic class '%s' cannot use ambient dependencies", decl->name.name);
    add_deps(r, decl, fields, index);
    if (decl->type_params.count == 0)
        add_ambients(r, decl, app, fields, index);
}

/* ---- The graph ---- */

typedef enum { CLASS_NEW, CLASS_OPEN, CLASS_DONE } ClassState;

typedef struct Graph {
    Program       *program;
    Diag          *diag;
    ClassState    *states;                /* by Class.number, as is the next */
    bool          *takes_part;            /* owns a bracket list or is in one, or ambient */
    LIST(Class *)  path, order;           /* order: dependencies first */
} Graph;

static Class *dependency(const Class *cls, int i)
{
    return cls->fields.items[i].type->cls;
}

/* The names of a longer cycle would fill the screen. */
enum { MOST_NAMES = 100 };

static void report_cycle(Graph *g, const Class *first)
{
    int         i = g->path.count - 1;
    const char *names = first->name;

    while (g->path.items[i] != first)
        i--;
    int end = g->path.count - i > MOST_NAMES ? i + MOST_NAMES : g->path.count;
    for (i++; i < end; i++)
        names = arena_format("%s -> %s", names, g->path.items[i]->name);
    if (end < g->path.count)
        names = arena_format("%s -> ...", names);
    diag_error(g->diag, DIAG_TYPE, first->decl->name.span,
               "circular dependency detected: %s -> %s", names, first->name);
}

static void visit(Graph *g, Class *cls)
{
    if (g->states[cls->number] == CLASS_OPEN)
        report_cycle(g, cls);
    if (g->states[cls->number] != CLASS_NEW)
        return;
    g->states[cls->number] = CLASS_OPEN;
    LIST_ADD(&g->path, cls);
    for (int i = 0; i < cls->injected; i++)
        visit(g, dependency(cls, i));
    g->path.count--;
    g->states[cls->number] = CLASS_DONE;
    LIST_ADD(&g->order, cls);
}

/* Instances of generic classes are not injected anywhere, nor is the graph asked about them. */
static void sort(Graph *g)
{
    for (int i = 0; i < g->program->classes.count; i++)
        if (!g->program->classes.items[i]->generic)
            visit(g, g->program->classes.items[i]);
}

/* ---- Lifecycles ---- */

Lifecycle class_lifecycle(const Class *cls)
{
    return cls->generic ? cls->decl->lifecycle : cls->lifecycle;
}

bool class_is_injected(const Class *cls)
{
    return cls->decl->deps.count + cls->decl->uses.count > 0;
}

static void apply_override(Graph *g, const LifeOverride *o)
{
    const Global *global = globals_of(g->program->globals, g->diag, &o->name);
    Span          at     = o->name.name.span;

    if (!global || global->kind != GLOBAL_CLASS || global->generic) {
        diag_error(g->diag, DIAG_TYPE, at, "lifecycle override: unknown class '%s'",
                   qname_text(&o->name));
        return;
    }
    Class *cls = global->cls;
    if (cls->decl->lifecycle > o->lifecycle)
        diag_error(g->diag, DIAG_TYPE, at, "lifecycle override: cannot lengthen lifecycle of '%s'",
                   qname_text(&o->name));
    else if (cls->lifecycle < o->lifecycle)
        cls->lifecycle = o->lifecycle;
    cls->overridden = true;
}

static void apply_overrides(Graph *g)
{
    for (int i = 0; i < g->program->apps.count; i++) {
        const AppDecl *app = g->program->apps.items[i]->app;
        for (int j = 0; j < app->overrides.count; j++)
            apply_override(g, &app->overrides.items[j]);
    }
}

static void check_overridden(Graph *g, const Class *app)
{
    for (int i = 0; i < app->decl->deps.count; i++)
        if (dependency(app, i)->overridden)
            diag_error(g->diag, DIAG_TYPE, app->decl->deps.items[i].name.span,
                       "%s bracket dependency '%s' has overridden lifecycle; use scope blocks "
                       "instead", app->app->is_stage ? "stage" : "app",
                       app->decl->deps.items[i].name.name);
}

/* The values of Lifecycle are in order: the shorter, the greater. */
static void infer_lifecycles(Graph *g)
{
    for (int i = 0; i < g->order.count; i++) {
        Class *cls = g->order.items[i];
        for (int j = 0; j < cls->injected && !cls->app; j++)
            if (cls->lifecycle < dependency(cls, j)->lifecycle)
                cls->lifecycle = dependency(cls, j)->lifecycle;
    }
}

/* ---- What is made before main ---- */

/* A generic class is not injected, but what it depends on is, instance or not. */
static void find_generic_participants(Graph *g, const ClassDecl *decl)
{
    for (int i = 0; decl->type_params.count > 0 && i < decl->deps.count; i++) {
        const TypeExpr *written = decl->deps.items[i].type;
        const Global   *global  = written->kind == TX_NAME
                                ? globals_of(g->program->globals, g->diag, &written->name) : NULL;
        if (global && global->kind == GLOBAL_CLASS && !global->generic)
            g->takes_part[global->cls->number] = true;
    }
}

static void find_participants(Graph *g)
{
    const Module *m = g->program->module;

    for (int i = 0; i < m->classes.count; i++)
        find_generic_participants(g, m->classes.items[i]);
    for (int i = 0; i < g->order.count; i++) {
        const Class *cls = g->order.items[i];
        g->takes_part[cls->number] |= cls->decl->has_deps || cls->injected > 0;
        for (int j = 0; j < cls->injected; j++)
            g->takes_part[dependency(cls, j)->number] = true;
    }
}

static void need(Class *cls)
{
    if (cls->is_single)
        return;
    cls->is_single = true;
    for (int i = 0; i < cls->injected; i++)
        need(dependency(cls, i));
}

/* What the entry depends on is made at the start, however short its lifecycle is. */
static void find_singles(Graph *g)
{
    Program *p = g->program;

    for (int i = 0; i < g->order.count; i++) {
        Class *cls = g->order.items[i];
        if (!cls->app && g->takes_part[cls->number] && cls->lifecycle == LIFE_DEFAULT)
            need(cls);
    }
    if (p->apps.count > 0)
        need(p->apps.items[0]);
    for (int i = 0; i < g->order.count; i++)
        if (g->order.items[i]->is_single)
            LIST_ADD(&p->singles, g->order.items[i]);
}

void inject_graph(Program *p, Diag *d)
{
    size_t count = (size_t)p->classes.count + 1;
    Graph  g     = { .program = p, .diag = d };

    g.states     = arena_alloc(count * sizeof *g.states);
    g.takes_part = arena_alloc(count * sizeof *g.takes_part);
    for (int i = 0; i < p->classes.count; i++)
        p->classes.items[i]->lifecycle = p->classes.items[i]->decl->lifecycle;
    sort(&g);
    if (diag_errors(d) > 0)
        return;
    apply_overrides(&g);
    for (int i = 0; i < p->apps.count; i++)
        check_overridden(&g, p->apps.items[i]);
    infer_lifecycles(&g);
    find_participants(&g);
    find_singles(&g);
}
