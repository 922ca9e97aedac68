/*
 * entry.c - the first declaration of each kind of entry decides; the later of two is reported.
 */
#include "compiler/modules/entry.h"

#include <stddef.h>
#include <string.h>

typedef struct Entries {
    const OtherDecl *app, *stage, *system, *tests;
    const FuncDecl  *main;
} Entries;

static void second_app(const OtherDecl *first, const OtherDecl *second, Diag *d)
{
    diag_error(d, DIAG_TYPE, second->span, first->span.file == second->span.file
                   ? "duplicate app declaration" : "multiple app declarations in project");
    diag_note(d, first->span, "the first one is here");
}

static Entries find_entries(const Module *whole, Diag *d)
{
    Entries found = {0};
    for (int i = 0; i < whole->others.count; i++) {
        const OtherDecl  *other = whole->others.items[i];
        const OtherDecl **place = strcmp(other->what, "app") == 0    ? &found.app
                                : strcmp(other->what, "stage") == 0  ? &found.stage
                                : strcmp(other->what, "system") == 0 ? &found.system
                                : strcmp(other->what, "tests") == 0  ? &found.tests : NULL;
        if (place == NULL)
            continue;
        if (*place && place == &found.app)
            second_app(found.app, other, d);
        else if (*place && place == &found.system)
            diag_error(d, DIAG_TYPE, other->span, "duplicate system declaration");
        if (*place == NULL)
            *place = other;
    }
    for (int i = 0; i < whole->funcs.count && found.main == NULL; i++) {
        const FuncDecl *func = whole->funcs.items[i];
        if (func->name.span.file->module == NULL && strcmp(func->name.name, "main") == 0)
            found.main = func;
    }
    return found;
}

static void excludes(const OtherDecl *a, Span b, const char *text, Diag *d)
{
    bool later = span_before(a->span, b);
    diag_error(d, DIAG_TYPE, later ? b : a->span, "%s", text);
    diag_note(d, later ? a->span : b, "the other one is here");
}

static void exclude_pair(const OtherDecl *a, const OtherDecl *b, const char *text, Diag *d)
{
    if (a && b)
        excludes(a, b->span, text, d);
}

static void exclude_main(const OtherDecl *a, const FuncDecl *main, const char *text, Diag *d)
{
    if (a && main)
        excludes(a, main->name.span, text, d);
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
