/*
 * find.c - the rules by which an import finds its module.
 *
 * A name alone is a folder before it is a file; at the end of a path it is a file before it is a
 * folder. "std." leads to the standard library from everywhere.
 */
#include "compiler/modules/find.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/base/arena.h"

static const char *const extensions[] = {".pluto", ".pt"};
enum { EXTENSIONS = sizeof extensions / sizeof *extensions };

/* ---- Files and folders ---- */

bool is_folder(const char *path)
{
    struct stat st;
    return stat(*path ? path : ".", &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *path_join(const char *folder, const char *name)
{
    size_t len = strlen(folder);
    if (len == 0)
        return name;
    return arena_format("%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

const char *source_stem(const char *name)
{
    for (int i = 0; i < EXTENSIONS; i++) {
        size_t len = strlen(name), tail = strlen(extensions[i]);
        if (len > tail && strcmp(name + len - tail, extensions[i]) == 0)
            return arena_format("%.*s", (int)(len - tail), name);
    }
    return NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* n.pt beside n.pluto does not count. */
static bool is_hidden(const char *folder, const char *name)
{
    const char *stem = source_stem(name);
    return strcmp(name + strlen(stem), extensions[1]) == 0
        && is_file(path_join(folder, arena_format("%s%s", stem, extensions[0])));
}

FileNames source_files(const char *folder)
{
    FileNames      all = {0};
    struct dirent *entry;
    DIR           *dir = opendir(*folder ? folder : ".");
    if (dir == NULL)
        return all;
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (name[0] == '.' || source_stem(name) == NULL || is_hidden(folder, name)
            || !is_file(path_join(folder, name)))
            continue;
        LIST_ADD(&all.names, arena_format("%s", name));
    }
    closedir(dir);
    if (all.names.count > 0)
        qsort(all.names.items, (size_t)all.names.count, sizeof *all.names.items, compare_names);
    return all;
}

/* ---- Imports ---- */

/* path.pluto or path.pt; NULL if there is neither. */
static const char *file_at(const char *path)
{
    for (int i = 0; i < EXTENSIONS; i++) {
        const char *file = arena_format("%s%s", path, extensions[i]);
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

/* import name. A package's dependency of that name would come before everything else. */
static ModulePlace find_single(const Importer *from, const ImportDecl *import, Diag *d)
{
    const char *path = path_join(from->folder, import->path.items[0].name);
    if (is_folder(path))
        return (ModulePlace){path, true, from->library};
    const char *file = file_at(path);
    if (file)
        return (ModulePlace){file, false, from->library};
    const char *fetched = path_join(from->folder, arena_format(".deps/%s",
                                                               import->path.items[0].name));
    if (from->is_root && is_folder(fetched))
        return (ModulePlace){fetched, true, false};
    return not_found(import, d);
}

/* The last of the names from number first on lies in the folders that the others name. */
static ModulePlace find_in_folders(const char *folder, int first, bool library,
                                   const ImportDecl *import, Diag *d)
{
    int last = import->path.count - 1;
    for (int i = first; i < last; i++) {
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
        return (ModulePlace){file, false, library};
    return is_folder(path) ? (ModulePlace){path, true, library} : not_found(import, d);
}

ModulePlace find_module(const Importer *from, const ImportDecl *import, Diag *d)
{
    if (import->path.count == 1)
        return find_single(from, import, d);
    if (strcmp(import->path.items[0].name, "std") != 0)
        return find_in_folders(from->folder, 0, from->library, import, d);
    if (from->std_root)
        return find_in_folders(from->std_root, 1, true, import, d);
    diag_error(d, DIAG_LINK, import->span, "cannot import '%s': no stdlib root found (neither "
               "--stdlib nor PLUTO_STDLIB, nor the folder stdlib beside the program)",
               dotted(import));
    return (ModulePlace){0};
}
