/*
 * commands.c - check and update, the short ones.
 */
#include "compiler/drive/commands.h"

#include <stdio.h>

#include "compiler/base/path.h"
#include "compiler/drive/compile.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/program.h"
#include "compiler/packages/packages.h"

int command_check(const Options *o)
{
    SourceFile *file = program_read(o);
    if (file == NULL)
        return 1;
    Diag    *d       = diag_new();
    Module  *module  = program_load(o, file, d);
    Program *program = module ? compile_check(module, GOAL_CHECK, d) : NULL;
    if (!o->json)
        program_report(d);
    else if (!program_report_json(d))
        return 1;
    return program ? 0 : 1;
}

int command_update(const Options *o)
{
    Diag        *d       = diag_new();
    const char  *folder  = o->file ? o->file : "";
    FetchedNames fetched = {0};
    if (!is_folder(folder))
        return fault("%s is not a directory", folder);
    bool ok = packages_update(folder, &fetched, d);
    for (int i = 0; i < fetched.names.count; i++)
        fprintf(stderr, "fetched %s\n", fetched.names.items[i]);
    program_report(d);
    return ok ? 0 : 1;
}
