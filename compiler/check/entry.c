/*
 * entry.c - apps and stages become classes, tests become functions.
 *
 * An app is a class whose bracket list and ambients are its injected fields. So its methods, self
 * and the bare names of ambients need no rules of their own.
 */
#include "compiler/check/entry.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"
#include "compiler/check/signature.h"

/* ---- What excludes what ---- */

/* Of the program itself: stages of imported modules exclude nothing. */
static const AppDecl *first_app(const Module *m, bool is_stage)
{
    for (int i = 0; i < m->apps.count; i++)
        if (m->apps.items[i]->is_stage == is_stage && !m->apps.items[i]->name.span.file->module)
            return m->apps.items[i];
    return NULL;
}

static const FuncDecl *top_level_main(const Module *m)
{
    for (int i = 0; i < m->funcs.count; i++)
        if (!m->funcs.items[i]->is_extern && m->funcs.items[i]->name.span.file->module == NULL &&
            strcmp(m->funcs.items[i]->name.name, "main") == 0)
            return m->funcs.items[i];
    return NULL;
}

void advise_standalone(Diag *d, Span a, Span b)
{
    if (a.file != b.file && !a.file->module && !b.file->module)
        diag_help(d, "the files beside the one that is compiled belong to the program; --standalone "
                  "leaves them out");
}

/* Reports the later of two declarations. */
static void report(Diag *d, Span a, Span b, const char *text)
{
    bool swap = span_before(a, b);
    diag_error(d, DIAG_TYPE, swap ? b : a, "%s", text);
    diag_note(d, swap ? a : b, "the other one is here");
    advise_standalone(d, a, b);
}

static void check_main_alone(const Module *m, Diag *d, const AppDecl *app, const AppDecl *stage)
{
    const FuncDecl *main_decl = top_level_main(m);

    if (!main_decl)
        return;
    if (app)
        report(d, app->name.span, main_decl->name.span,
               "cannot have both an app declaration and a top-level main function");
    if (stage)
        report(d, stage->name.span, main_decl->name.span,
               "cannot have both a stage declaration and a top-level main function");
    if (m->systems.count > 0)
        report(d, main_decl->name.span, m->systems.items[0]->name.span,
               "system files must not contain a top-level fn main()");
}

static void check_single(const Module *m, Diag *d, const AppDecl *app)
{
    for (int i = 0; i < m->apps.count; i++)
        if (app && !m->apps.items[i]->is_stage && m->apps.items[i] != app)
            report(d, m->apps.items[i]->name.span, app->name.span,
                   m->apps.items[i]->span.file == app->span.file
                       ? "duplicate app declaration" : "multiple app declarations in project");
    for (int i = 1; i < m->systems.count; i++)
        report(d, m->systems.items[i]->name.span, m->systems.items[0]->name.span,
               "duplicate system declaration");
}

static void check_test_group(const Module *m, Diag *d, Span group)
{
    for (int i = 0; i < m->apps.count; i++)
        if (!m->apps.items[i]->is_stage && m->apps.items[i]->span.file == group.file)
            report(d, m->apps.items[i]->name.span, group,
                   "a file cannot contain both 'tests' and 'app' declarations");
    for (int i = 0; i < m->systems.count; i++)
        if (m->systems.items[i]->span.file == group.file)
            report(d, m->systems.items[i]->name.span, group,
                   "a file cannot contain both 'tests' and 'system' declarations");
}

/* Here the file counts: one with tests may lie beside an app. */
static void check_test_groups(const Module *m, Diag *d)
{
    for (int i = 0; i < m->test_groups.count; i++)
        check_test_group(m, d, m->test_groups.items[i]->span);
}

void entry_check(const Module *m, Diag *d)
{
    const AppDecl    *app = first_app(m, false), *stage = first_app(m, true);
    const SystemDecl *sys = m->systems.count > 0 ? m->systems.items[0] : NULL;

    check_main_alone(m, d, app, stage);
    if (app && stage)
        report(d, stage->name.span, app->name.span,
               "a file cannot contain both 'stage' and 'app' declarations");
    if (stage && sys)
        report(d, stage->name.span, sys->name.span,
               "a file cannot contain both 'stage' and 'system' declarations");
    if (app && sys)
        report(d, sys->name.span, app->name.span,
               "a file cannot contain both 'system' and 'app' declarations");
    check_test_groups(m, d);
    check_single(m, d, app);
}

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
