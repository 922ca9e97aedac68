/*
 * program.c - reading, checking, lowering, and what is said meanwhile.
 */
#include "compiler/drive/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/path.h"
#include "compiler/drive/compile.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/output.h"
#include "compiler/packages/packages.h"

/* ---- Diagnostics ---- */

static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return (no == NULL || *no == '\0') && isatty(STDERR_FILENO);
}

/* Without the escape sequences that set colours. */
static const char *plain(const char *text)
{
    char *copy = arena_format("%s", text), *to = copy;
    for (const char *from = copy; *from; from++) {
        if (*from != '\033')
            *to++ = *from;
        else
            while (from[1] && *from != 'm')
                from++;
    }
    *to = '\0';
    return copy;
}

const char *program_report(Diag *d)
{
    char  *text = NULL;
    size_t size = 0;
    FILE  *out  = open_memstream(&text, &size);
    if (out == NULL)
        return "";
    diag_flush(d, out, wants_colour());
    fclose(out);
    fputs(text, stderr);
    return plain(text);
}

bool program_report_json(Diag *d)
{
    diag_flush_json(d, stdout);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    fault("cannot write standard output: %s", strerror(errno));
    return false;
}

/* ---- Source to C ---- */

static const char *const main_names[] = {"main.pluto", "main.pt", NULL};
static const char *const test_names[] = {"tests.pluto", "tests.pt", "main.pluto", "main.pt", NULL};

const char *entry_file(const char *path, const char *const *names)
{
    if (!is_folder(path))
        return path;
    for (int i = 0; names[i]; i++)
        if (path_exists(path_join(path, names[i])))
            return path_join(path, names[i]);
    fault("cannot read %s: it is a directory without %s", path, names[0]);
    return NULL;
}

SourceFile *program_read(const Options *o)
{
    const char *why;
    const char *path = entry_file(o->file, o->tests ? test_names : main_names);
    if (path == NULL)
        return NULL;
    SourceFile *file = source_read(path, &why);
    if (file == NULL)
        fault("cannot read %s: %s", path, why);
    return file;
}

const char *named_library(const Options *o)
{
    const char *env = getenv("PLUTO_STDLIB");
    return o->stdlib ? o->stdlib : env && *env ? env : NULL;
}

Module *program_load(const Options *o, SourceFile *file, Diag *d)
{
    ModuleOptions options = {named_library(o), own_library(), o->standalone || o->tests};
    return compile_load(file, &options, d);
}

/* Leaves the tests whose names contain the filter. */
static void filter_tests(Program *p, const char *filter)
{
    int kept = 0;
    for (int i = 0; i < p->tests.count; i++)
        if (filter == NULL || strstr(p->tests.items[i].name, filter) != NULL)
            p->tests.items[kept++] = p->tests.items[i];
    p->tests.count = kept;
}

/* Is there what the program begins with? If not, why. */
static const char *missing_entry(const Options *o, Program *p, const char *path)
{
    if (!o->tests)
        return p->main ? NULL : arena_format("no 'fn main()' in %s", path);
    if (p->tests.count == 0)
        return arena_format("no tests found in '%s'", path);
    filter_tests(p, o->filter);
    return p->tests.count > 0 ? NULL
                              : arena_format("no test in '%s' has '%s' in its name", path,
                                             o->filter);
}

IrProgram *program_to_c(const Options *o, Module *module, Diag *d, const char **said)
{
    Program *program =
        module ? compile_check(module, o->tests ? GOAL_TESTS : GOAL_PROGRAM, d) : NULL;
    const char *missing = program ? missing_entry(o, program, module->file->path) : NULL;
    IrProgram  *c       = NULL;
    if (program) {
        program->never_collects = o->noop_gc;
        program->points         = o->points;
    }
    if (program && missing == NULL)
        c = compile_lower(program, d);
    *said = program_report(d);
    if (missing)
        fault("%s", missing);
    return c;
}

/* ---- C ---- */

bool program_write_c(const Options *o, const IrProgram *c)
{
    size_t size;
    char  *text = compile_to_c(c, &size);
    bool   ok   = text != NULL && write_output(o->emit_c, text, size);
    if (text == NULL)
        fault("out of memory");
    free(text);
    return ok;
}

/* ---- C to a program ---- */

bool program_tools(Toolchain *t, const Options *o)
{
    bool found = toolchain_find(t, o->cc);
    for (int i = 0; found && i < o->links.count; i++)
        found = toolchain_link(t, o->links.items[i]);
    return found;
}

bool program_link_libs(Toolchain *t, const Module *module)
{
    const Packages *all = module->packages;
    for (int i = 0; i < all->link_libs.count; i++)
        if (!toolchain_link(t, all->link_libs.items[i]))
            return false;
    return true;
}

bool program_units(const IrProgram *c, Units *units)
{
    size_t size;
    *units = (Units){0};
    if (!unit_size(&size))
        return false;
    if (split(c, size, units))
        return true;
    fault("out of memory");
    return false;
}
