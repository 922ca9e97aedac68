/*
 * find.c - the rules by which an import finds its module.
 *
 * A dependency of the package comes before everything else. A name alone is a folder before it is a
 * file; at the end of a path it is a file before it is a folder. "std." leads to the standard
 * library from everywhere.
 */
#include "compiler/modules/find.h"

#include <string.h>

#include "compiler/base/arena.h"

/* ---- Source files ---- */

/* n.pt beside n.pluto does not count. */
static bool is_hidden(const char *folder, const char *name)
{
    const char *stem = source_stem(name);
    return strcmp(name + strlen(stem), source_extensions[1]) == 0
        && is_file(path_join(folder, arena_format("%s%s", stem, source_extensions[0])));
}

FileNames source_files(const char *folder)
{
    FileNames all = {0}, found = folder_names(folder, FOLDER_SOURCES);
    for (int i = 0; i < found.names.count; i++) {
        const char *name = found.names.items[i];
        if (!is_hidden(folder, name) && is_file(path_join(folder, name)))
            LIST_ADD(&all.names, name);
    }
    return all;
}

/* ---- Imports ---- */

/* path.pluto or path.pt; NULL if there is neither. */
static const char *file_at(const char *path)
{
    for (int i = 0; i < SOURCE_EXTENSIONS; i++) {
        const char *file = arena_format("%s%s", path, source_extensions[i]);
        if (is_file(file))
            return file;
    }
    return NULL;
}

static const char *dotted(const ImportDecl *import)
{
    const char *text = import->path.items[0].name;
    for (int i = 1; i < import->path.count; i++)
        text = arena_format("%s.%s", text, import->path.items[i].name);
    return text;
}

static ModulePlace not_found(const ImportDecl *import, Diag *d)
{
    diag_error(d, DIAG_LINK, import->span, "cannot find module '%s': no directory or file found",
               dotted(import));
    return (ModulePlace){0};
}

/* The paths of an import's names are tried in folder, from number first on. */
typedef struct Start {
    const char    *folder;
    int            first;
    bool           library;
    const Package *package;
} Start;

static ModulePlace place_at(const Start *start, const char *path, bool folder)
{
    return (ModulePlace){path, folder, start->library, start->package};
}

/* The package that the first name means; NULL: none. Nothing else may have that name: local tells
 * whether there is something. */
static const Package *find_package(const Importer *from, const ImportDecl *import, bool local,
                                   bool *ok, Diag *d)
{
    Name           name    = import->path.items[0].name;
    const Package *package = package_dependency(from->package, name);
    *ok = package == NULL || !local;
    if (!*ok) {
        diag_error(d, DIAG_LINK, import->span, "import '%s' is ambiguous: declared as dependency "
                   "and also exists locally", name);
        diag_help(d, "rename one of them, or keep the package in another folder");
    }
    return package;
}

/* import name */
static ModulePlace find_single(const Importer *from, const ImportDecl *import, Diag *d)
{
    bool           ok;
    const Start    local   = {from->folder, 0, from->library, from->package};
    const char    *path    = path_join(from->folder, import->path.items[0].name);
    const char    *file    = file_at(path);
    const Package *package = find_package(from, import, file || is_folder(path), &ok, d);
    if (!ok)
        return (ModulePlace){0};
    if (package)
        return (ModulePlace){package->folder, true, false, package};
    if (is_folder(path))
        return place_at(&local, path, true);
    if (file)
        return place_at(&local, file, false);
    const char *fetched = path_join(from->folder, arena_format(".deps/%s",
                                                               import->path.items[0].name));
    if (from->is_root && is_folder(fetched))
        return place_at(&local, fetched, true);
    return not_found(import, d);
}

/* The last of the names lies in the folders that the others name. */
static ModulePlace find_in_folders(Start start, const ImportDecl *import, Diag *d)
{
    int         last   = import->path.count - 1;
    const char *folder = start.folder;
    for (int i = start.first; i < last; i++) {
        folder = path_join(folder, import->path.items[i].name);
        if (is_folder(folder))
            continue;
        diag_error(d, DIAG_LINK, import->span,
                   "cannot find module path: '%s' is not a directory", folder);
        return (ModulePlace){0};
    }
    const char *path = path_join(folder, import->path.items[last].name);
    const char *file = file_at(path);
    if (file)
        return place_at(&start, file, false);
    return is_folder(path) ? place_at(&start, path, true) : not_found(import, d);
}

/* import name.name..., but not from the standard library */
static ModulePlace find_path(const Importer *from, const ImportDecl *import, Diag *d)
{
    bool           ok;
    const char    *path    = path_join(from->folder, import->path.items[0].name);
    const Package *package = find_package(from, import, is_folder(path), &ok, d);
    if (!ok)
        return (ModulePlace){0};
    Start inside = {from->folder, 0, from->library, from->package};
    if (package)
        inside = (Start){package->folder, 1, false, package};
    return find_in_folders(inside, import, d);
}

ModulePlace find_module(const Importer *from, const ImportDecl *import, Diag *d)
{
    if (import->path.count == 1)
        return find_single(from, import, d);
    if (strcmp(import->path.items[0].name, "std") != 0)
        return find_path(from, import, d);
    if (from->std_root)
        return find_in_folders((Start){from->std_root, 1, true, NULL}, import, d);
    diag_error(d, DIAG_LINK, import->span, "cannot import '%s': no stdlib root found (neither "
               "--stdlib nor PLUTO_STDLIB, nor the folder stdlib beside the program)",
               dotted(import));
    return (ModulePlace){0};
}
