/*
 * stage.c - inheritance of stages (programs 7), before anything else is checked.
 *
 * Each stage becomes a declaration of its own that holds what its ancestors give it: dependencies,
 * ambients, overrides of lifecycles, methods. Methods are copied, because a parent may stay and be
 * checked as well. After an error in its chain a stage is merged as far as it goes.
 */
#include "compiler/check/entry.h"

#include "compiler/base/arena.h"
#include "compiler/syntax/ast_clone.h"

typedef enum { STAGE_NEW, STAGE_OPEN, STAGE_MERGED } StageState;

typedef struct Stage {
    AppDecl       *decl, *merged;
    struct Stage  *parent;
    StageState     state;
    bool           is_parent;             /* some stage names it */
} Stage;

typedef struct Stages {
    Diag  *diag;
    Stage *items;
    int    count;
} Stages;

static Stage *find_stage(const Stages *all, Name name)
{
    for (int i = 0; i < all->count; i++)
        if (all->items[i].decl->name.name == name)
            return &all->items[i];
    return NULL;
}

static int find_method(const AppDecl *app, Name name)
{
    for (int i = 0; i < app->methods.count; i++)
        if (app->methods.items[i]->name.name == name)
            return i;
    return -1;
}

static bool is_required(const AppDecl *app, Name name)
{
    for (int i = 0; i < app->required.count; i++)
        if (app->required.items[i]->name.name == name)
            return true;
    return false;
}

/* ---- Parents ---- */

static void find_parents(Stages *all)
{
    for (int i = 0; i < all->count; i++) {
        Stage *s = &all->items[i];
        if (!s->decl->parent.name)
            continue;
        s->parent = find_stage(all, s->decl->parent.name);
        if (s->parent)
            s->parent->is_parent = true;
        else
            diag_error(all->diag, DIAG_TYPE, s->decl->parent.span,
                       "stage '%s' inherits from unknown stage '%s'", s->decl->name.name,
                       s->decl->parent.name);
    }
}

/* ---- Merging ---- */

static void add_deps(Stages *all, AppDecl *to, const AppDecl *own)
{
    int inherited = to->deps.count;

    for (int i = 0; i < own->deps.count; i++) {
        const Ident *name = &own->deps.items[i].name;
        for (int j = 0; j < inherited; j++)
            if (to->deps.items[j].name.name == name->name)
                diag_error(all->diag, DIAG_TYPE, name->span,
                           "duplicate injected field '%s' in stage inheritance chain for '%s'",
                           name->name, own->name.name);
        LIST_ADD(&to->deps, own->deps.items[i]);
    }
}

static bool is_same_qname(const QName *a, const QName *b)
{
    return a->module.name == b->module.name && a->name.name == b->name.name;
}

/* An ambient that an ancestor has, too, counts once; twice in one stage is an error elsewhere. */
static void add_ambients(AppDecl *to, const AppDecl *own)
{
    int inherited = to->ambients.count;

    for (int i = 0; i < own->ambients.count; i++) {
        bool known = false;
        for (int j = 0; j < inherited; j++)
            known |= is_same_qname(&to->ambients.items[j], &own->ambients.items[i]);
        if (!known)
            LIST_ADD(&to->ambients, own->ambients.items[i]);
    }
}

static void add_method(Stages *all, AppDecl *to, int inherited, const AppDecl *own,
                       FuncDecl *method)
{
    Name name  = method->name.name;
    int  known = find_method(to, name);
    bool above = (known >= 0 && known < inherited) || (is_required(to, name));

    if (method->is_override && !above)
        diag_error(all->diag, DIAG_TYPE, method->name.span,
                   "'override fn %s' in stage '%s' does not override any method from parent stage",
                   name, own->name.name);
    else if (!method->is_override && above)
        diag_error(all->diag, DIAG_TYPE, method->name.span, "method '%s' in stage '%s' shadows a "
                   "parent method — use 'override fn' to override", name, own->name.name);
    if (known >= 0 && known < inherited)
        to->methods.items[known] = clone_func(method);
    else
        LIST_ADD(&to->methods, clone_func(method));
}

static void add_own(Stages *all, AppDecl *to, const AppDecl *own)
{
    int inherited = to->methods.count;

    add_deps(all, to, own);
    add_ambients(to, own);
    for (int i = 0; i < own->overrides.count; i++)
        LIST_ADD(&to->overrides, own->overrides.items[i]);
    for (int i = 0; i < own->methods.count; i++)
        add_method(all, to, inherited, own, own->methods.items[i]);
    for (int i = 0; i < own->required.count; i++)
        LIST_ADD(&to->required, own->required.items[i]);
}

static void add_inherited(AppDecl *to, const AppDecl *parent)
{
    for (int i = 0; i < parent->deps.count; i++)
        LIST_ADD(&to->deps, parent->deps.items[i]);
    for (int i = 0; i < parent->ambients.count; i++)
        LIST_ADD(&to->ambients, parent->ambients.items[i]);
    for (int i = 0; i < parent->overrides.count; i++)
        LIST_ADD(&to->overrides, parent->overrides.items[i]);
    for (int i = 0; i < parent->methods.count; i++)
        LIST_ADD(&to->methods, clone_func(parent->methods.items[i]));
    for (int i = 0; i < parent->required.count; i++)
        LIST_ADD(&to->required, parent->required.items[i]);
}

static void merge(Stages *all, Stage *s)
{
    if (s->state == STAGE_MERGED)
        return;
    s->state  = STAGE_OPEN;
    s->merged = ARENA_NEW(AppDecl);
    s->merged->is_stage = true;
    s->merged->name     = s->decl->name;
    s->merged->span     = s->decl->span;
    if (s->parent && s->parent->state == STAGE_OPEN) {
        diag_error(all->diag, DIAG_TYPE, s->decl->parent.span, "circular stage inheritance: '%s' "
                   "eventually inherits from itself", s->parent->decl->name.name);
    } else if (s->parent) {
        merge(all, s->parent);
        add_inherited(s->merged, s->parent->merged);
    }
    add_own(all, s->merged, s->decl);
    s->state = STAGE_MERGED;
}

/* ---- What remains ---- */

static const char *open_requirements(const AppDecl *app)
{
    const char *names = "";

    for (int i = 0; i < app->required.count; i++) {
        Name name = app->required.items[i]->name.name;
        if (find_method(app, name) < 0)
            names = arena_format("%s%s%s", names, *names ? ", " : "", name);
    }
    return names;
}

/* A stage that others build on stays only if it could run by itself. */
static void add_remaining(Stages *all, const Stage *s, AppList *remaining)
{
    const char *open     = open_requirements(s->merged);
    bool        has_main = find_method(s->merged, intern_text("main")) >= 0;

    if (s->is_parent && (*open || !has_main))
        return;
    if (*open)
        diag_error(all->diag, DIAG_TYPE, s->decl->name.span,
                   "stage '%s' has unimplemented required methods: %s", s->decl->name.name, open);
    LIST_ADD(remaining, s->merged);
}

/* Stages of imported modules are no entries, and nothing can name them as parents. */
AppList merge_stages(const Module *m, Diag *d)
{
    AppList remaining = { 0 };
    Stages  all       = { .diag = d };

    all.items = arena_alloc((size_t)(m->apps.count + 1) * sizeof *all.items);
    for (int i = 0; i < m->apps.count; i++)
        if (m->apps.items[i]->is_stage && !m->apps.items[i]->name.span.file->module)
            all.items[all.count++].decl = m->apps.items[i];
    find_parents(&all);
    for (int i = 0; i < all.count; i++)
        merge(&all, &all.items[i]);
    bool failed = diag_errors(d) > 0;
    for (int i = 0; !failed && i < all.count; i++)
        add_remaining(&all, &all.items[i], &remaining);
    return remaining;
}
