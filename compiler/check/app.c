/*
 * app.c - apps and stages become classes, tests become functions.
 *
 * An app is a class whose bracket list and ambients are its injected fields. So its methods, self
 * and the bare names of ambients need no rules of their own.
 */
#include "compiler/check/app.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"
#include "compiler/check/signature.h"

/* ---- main of apps and stages ---- */

static const FuncDecl *main_of(const AppDecl *app)
{
    for (int i = 0; i < app->methods.count; i++)
        if (strcmp(app->methods.items[i]->name.name, "main") == 0)
            return app->methods.items[i];
    return NULL;
}

static void check_main_head(const FuncDecl *main_decl, const char *what, Diag *d)
{
    if (main_decl->receiver == RECV_NONE)
        diag_error(d, DIAG_TYPE, main_decl->name.span,
                   "%s main method must take 'self' as first parameter", what);
    else if (main_decl->params.count > 0)
        diag_error(d, DIAG_TYPE, main_decl->params.items[0].name.span,
                   "%s main method must not have parameters other than self", what);
    if (main_decl->result)
        diag_error(d, DIAG_TYPE, main_decl->result->span,
                   "%s main method must not have a return type", what);
}

/* Stages are checked as written, so that an inherited main is judged once. */
static void check_mains(const Module *m, const AppList *entries, Diag *d)
{
    for (int i = 0; i < m->apps.count; i++) {
        const AppDecl  *app       = m->apps.items[i];
        const FuncDecl *main_decl = main_of(app);
        if (main_decl)
            check_main_head(main_decl, app->is_stage ? "stage" : "app", d);
    }
    for (int i = 0; i < entries->count; i++)
        if (!main_of(entries->items[i]))
            diag_error(d, DIAG_TYPE, entries->items[i]->name.span, "%s must have a 'main' method",
                       entries->items[i]->is_stage ? "stage" : "app");
}

AppList entry_apps(const Module *m, Diag *d)
{
    AppList entries = merge_stages(m, d);

    for (int i = 0; i < m->apps.count; i++)
        if (!m->apps.items[i]->is_stage)
            LIST_ADD(&entries, m->apps.items[i]);
    if (diag_errors(d) == 0)
        check_mains(m, &entries, d);
    return entries;
}

/* ---- Classes and functions of them ---- */

Class *app_class(AppDecl *app)
{
    ClassDecl *decl = ARENA_NEW(ClassDecl);

    decl->name     = app->name;
    decl->span     = app->span;
    decl->has_deps = true;
    for (int i = 0; i < app->deps.count; i++)
        LIST_ADD(&decl->deps, app->deps.items[i]);
    for (int i = 0; i < app->ambients.count; i++)
        LIST_ADD(&decl->uses, app->ambients.items[i]);
    for (int i = 0; i < app->methods.count; i++)
        LIST_ADD(&decl->methods, app->methods.items[i]);
    Class *cls = new_class(app->name.name, decl);
    cls->app = app;
    return cls;
}

Func *entry_main(const Program *p)
{
    const Class *entry = p->apps.items[0];
    return entry->methods.items[namemap_find(entry->method_index, intern_text("main"))];
}

void add_test(Program *p, TestDecl *test)
{
    FuncDecl *decl  = ARENA_NEW(FuncDecl);
    Test      entry = { .name = test->name.name };

    decl->name = (Ident){ intern_text(arena_format("test \"%s\"", test->name.name)),
                          test->name.span };
    decl->span = test->span;
    decl->body = test->body;
    entry.func = add_func(p, decl, NULL);
    LIST_ADD(&p->tests, entry);
}
