/*
 * entry.c - the first declaration of each kind of entry decides; the later of two is reported.
 */
#include "compiler/modules/entry.h"

#include <stddef.h>
#include <string.h>

typedef struct Entries {
    const Span     *app, *stage, *system, *tests;
    const FuncDecl *main;
} Entries;

static void report_second(const Span *first, Span second, const char *text, Diag *d)
{
    diag_error(d, DIAG_TYPE, second, "%s", text);
    diag_note(d, *first, "the first one is here");
}

static void find_apps(const Module *whole, Entries *found, Diag *d)
{
    for (int i = 0; i < whole->apps.count; i++) {
        const AppDecl *app   = whole->apps.items[i];
        const Span   **place = app->is_stage ? &found->stage : &found->app;
        if (*place && !app->is_stage)
            report_second(found->app, app->span,
                          found->app->file == app->span.file
                              ? "duplicate app declaration"
                              : "multiple app declarations in project", d);
        if (*place == NULL)
            *place = &app->span;
    }
}

static Entries find_entries(const Module *whole, Diag *d)
{
    Entries found = {.tests = whole->test_group ? &whole->test_group->span : NULL};
    find_apps(whole, &found, d);
    for (int i = 0; i < whole->systems.count; i++) {
        if (found.system)
            report_second(found.system, whole->systems.items[i]->span,
                          "duplicate system declaration", d);
        else
            found.system = &whole->systems.items[i]->span;
    }
    for (int i = 0; i < whole->funcs.count && found.main == NULL; i++) {
        const FuncDecl *func = whole->funcs.items[i];
        if (func->name.span.file->module == NULL && strcmp(func->name.name, "main") == 0)
            found.main = func;
    }
    return found;
}

static void excludes(Span a, Span b, const char *text, Diag *d)
{
    bool later = span_before(a, b);
    diag_error(d, DIAG_TYPE, later ? b : a, "%s", text);
    diag_note(d, later ? a : b, "the other one is here");
}

static void exclude_pair(const Span *a, const Span *b, const char *text, Diag *d)
{
    if (a && b)
        excludes(*a, *b, text, d);
}

static void exclude_main(const Span *a, const FuncDecl *main, const char *text, Diag *d)
{
    if (a && main)
        excludes(*a, main->name.span, text, d);
}

void entry_check(const Module *whole, Diag *d)
{
    Entries e = find_entries(whole, d);
    exclude_main(e.app, e.main,
                 "cannot have both an app declaration and a top-level main function", d);
    exclude_main(e.stage, e.main,
                 "cannot have both a stage declaration and a top-level main function", d);
    exclude_main(e.system, e.main, "system files must not contain a top-level fn main()", d);
    exclude_pair(e.stage, e.app, "a file cannot contain both 'stage' and 'app' declarations", d);
    exclude_pair(e.stage, e.system,
                 "a file cannot contain both 'stage' and 'system' declarations", d);
    exclude_pair(e.system, e.app, "a file cannot contain both 'system' and 'app' declarations", d);
    exclude_pair(e.tests, e.app, "a file cannot contain both 'tests' and 'app' declarations", d);
    exclude_pair(e.tests, e.system,
                 "a file cannot contain both 'tests' and 'system' declarations", d);
}
