/*
 * doc.c - pluto doc: the page of a file or of the module in a folder.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/drive/cc.h"
#include "compiler/drive/commands.h"
#include "compiler/drive/compile.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/output.h"
#include "compiler/modules/find.h"
#include "compiler/tools/doc.h"

/* Does the folder lie directly in the standard library? */
static bool is_library_module(const Options *o, const char *folder)
{
    const char *library = named_library(o) ? named_library(o) : own_library();
    char        real[PATH_MAX];
    return library && realpath(library, real) && strcmp(real, dirname(arena_format("%s", folder)))
        == 0;
}

/* A program beside the folder that does nothing but import it; so the folder is a module, as it is
 * for others. NULL after a message. */
static SourceFile *importer_of(const Options *o)
{
    char real[PATH_MAX];
    if (realpath(o->file, real) == NULL || source_files(real).names.count == 0) {
        fault("no source files in %s", o->file);
        return NULL;
    }
    const char *name = basename(arena_format("%s", real));
    const char *std  = is_library_module(o, real) ? "std." : "";
    const char *text = arena_format("import %s%s\n", std, name);
    return source_from_text(path_join(dirname(real), "pluto-doc.pluto"), text, strlen(text));
}

static const char *title_of(const char *path)
{
    char       *real = realpath(path, NULL);
    const char *name = basename(arena_format("%s", real ? real : path));
    const char *stem = source_stem(name);
    free(real);
    return stem ? stem : name;
}

/* NULL after a message. */
static Program *check_program(const Options *o, SourceFile *entry, bool standalone)
{
    ModuleOptions modules = {named_library(o), own_library(), standalone};
    Diag         *d       = diag_new();
    Module       *module  = compile_load(entry, &modules, d);
    Program      *program = module ? compile_check(module, GOAL_CHECK, d) : NULL;
    if (program == NULL)
        diag_flush(d, stderr, false);
    return program;
}

/* NULL after a message. */
static SourceFile *read_file(const char *path)
{
    const char *why;
    SourceFile *file = source_read(path, &why);
    if (file == NULL)
        fault("cannot read %s: %s", path, why);
    return file;
}

/* What the only import of the entry leads to. The tree has the imports of all files. */
static const SourceModule *imported_by(const Program *program, const SourceFile *entry)
{
    const Module *whole = program->module;
    for (int i = 0; i < whole->imports.count; i++)
        if (whole->imports.items[i]->span.file == entry)
            return whole->imports.items[i]->target;
    return NULL;
}

int command_doc(const Options *o)
{
    bool        folder  = is_folder(o->file);
    SourceFile *entry   = folder ? importer_of(o) : read_file(o->file);
    Program    *program = entry ? check_program(o, entry, folder || o->standalone) : NULL;
    if (program == NULL)
        return 1;
    DocOptions options = {.title = title_of(o->file), .module = entry->module, .all = o->all};
    if (folder)
        options.module = imported_by(program, entry);
    else
        options.only = entry;
    char  *text;
    size_t size;
    Page   page = {open_memstream(&text, &size), o->html};
    if (page.out == NULL)
        return fault("out of memory");
    doc_write(program, &options, &page);
    if (fclose(page.out) != 0)
        return fault("out of memory");
    return write_output(o->output ? o->output : "-", text, size) ? 0 : 1;
}
