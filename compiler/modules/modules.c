/*
 * modules.c - loads files and follows their imports, depth first.
 *
 * A module is known by its place, a file or folder with links resolved, and by the package for
 * whom it is read, which decides what its imports mean. It is entered into the table before its
 * imports are followed, as loading; an import that meets it in that state closes a circle. A file
 * may also be read twice, as part of its folder's module and as a module of its own: then it is two
 * SourceFiles, so that each name in it has one module.
 *
 * The entry's module is known by its folder, and the entry can be a module as well. It has no
 * SourceModule: its names stand alone in messages.
 */
#include "compiler/modules/modules.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"
#include "compiler/modules/find.h"
#include "compiler/packages/packages.h"
#include "compiler/syntax/parse.h"

typedef struct Part {
    const char    *place;                 /* the key, interned: part_key */
    SourceModule  *module;                /* NULL: the entry's */
    const char    *folder;                /* where its imports start */
    const Package *package;               /* that it belongs to; NULL: none */
    bool           loading;
    LIST(ImportDecl *) imports;           /* of all its files, the same one only once */
    int            first_class;           /* in the whole; they follow each other */
    const TestsDecl  *tests;              /* of an imported folder: which may have one of these */
    const SystemDecl *system;
    UT_hash_handle hh;
} Part;

/* A name that some module has. */
typedef struct Named { Name name; UT_hash_handle hh; } Named;

typedef struct Loader {
    Module     *whole;                    /* what has been loaded */
    Diag       *diag;
    const char *std_root;
    Part       *parts;
    Named      *names;                    /* interned */
} Loader;

/* ---- Files ---- */

#define APPEND(to, from)                                                                           \
    do {                                                                                           \
        for (int i_ = 0; i_ < (from)->count; i_++)                                                 \
            LIST_ADD(to, (from)->items[i_]);                                                       \
    } while (0)

/* An imported module has no entry of its own, and its tests are not run. The members of a system
 * are apps in modules: these are programs of their own. */
static void append_entries(Loader *l, const Part *part, const Module *m)
{
    Module *whole = l->whole;
    if (part->module && whole->systems.count > 0)
        return;
    APPEND(&whole->systems, &m->systems);
    for (int i = 0; i < m->apps.count; i++) {
        AppDecl *app = m->apps.items[i];
        if (part->module && !app->is_stage)
            diag_error(l->diag, DIAG_TYPE, app->name.span, "app declarations are not allowed in "
                       "imported modules (found in '%s')", part->module->name);
        else
            LIST_ADD(&whole->apps, app);
    }
    if (part->module)
        return;
    APPEND(&whole->tests, &m->tests);
    APPEND(&whole->test_groups, &m->test_groups);
}

/* Of all files of a folder that is imported, only one may declare these. */
static void check_folder(Loader *l, Part *part, const Module *m)
{
    const TestsDecl  *tests = m->test_groups.count > 0 ? m->test_groups.items[0] : NULL;
    const SystemDecl *sys   = m->systems.count > 0 ? m->systems.items[0] : NULL;
    if (part->tests && tests) {
        diag_error(l->diag, DIAG_TYPE, tests->span, "duplicate tests declaration");
        diag_note(l->diag, part->tests->span, "the first one is here");
    }
    if (part->system && sys) {
        diag_error(l->diag, DIAG_TYPE, sys->span, "duplicate system declaration");
        diag_note(l->diag, part->system->span, "the first one is here");
    }
    part->tests  = tests ? tests : part->tests;
    part->system = sys ? sys : part->system;
}

static const char *path_text(const ImportDecl *import)
{
    const char *text = "";
    for (int i = 0; i < import->path.count; i++)
        text = arena_format("%s%s%s", text, i ? "." : "", import->path.items[i].name);
    return intern_text(text);
}

/* The same import may be written twice; another one with the same binding may not. */
static void add_import(Loader *l, Part *part, ImportDecl *import)
{
    for (int i = 0; i < part->imports.count; i++) {
        ImportDecl *known = part->imports.items[i];
        if (known->alias.name != import->alias.name)
            continue;
        if (path_text(known) == path_text(import))
            return;
        diag_error(l->diag, DIAG_TYPE, import->alias.span,
                   "conflicting import binding '%s': imports '%s' and '%s'", import->alias.name,
                   path_text(known), path_text(import));
        diag_note(l->diag, known->span, "the other import is here");
        return;
    }
    LIST_ADD(&part->imports, import);
}

static void append(Loader *l, Part *part, const Module *m)
{
    Module *whole = l->whole;
    APPEND(&whole->funcs, &m->funcs);
    APPEND(&whole->classes, &m->classes);
    APPEND(&whole->traits, &m->traits);
    APPEND(&whole->enums, &m->enums);
    APPEND(&whole->errors, &m->errors);
    append_entries(l, part, m);
    if (part->module)
        check_folder(l, part, m);
    for (int i = 0; i < m->imports.count; i++)
        add_import(l, part, m->imports.items[i]);
}

/* A file becomes part of a module. */
static void add_file(Loader *l, const Part *part, SourceFile *file)
{
    file->module = part->module;
    file->order  = l->whole->files.count;
    LIST_ADD(&l->whole->files, file);
}

static Module *parse_part(Loader *l, const Part *part, SourceFile *file)
{
    add_file(l, part, file);
    return parse_file(file, l->diag);
}

/* at: the import that led here, or no place. */
static SourceFile *read_part(Loader *l, const char *path, Span at)
{
    const char *why;
    SourceFile *file = source_read(path, &why);
    if (file == NULL)
        diag_error(l->diag, DIAG_LINK, at, "cannot read %s: %s", path, why);
    return file;
}

static void load_file(Loader *l, Part *part, const char *path, Span at)
{
    SourceFile *file = read_part(l, path, at);
    if (file)
        append(l, part, parse_part(l, part, file));
}

/* Of a folder that cannot be listed nobody knows what belongs to it. */
static bool check_readable(Loader *l, const char *folder, Span at)
{
    return folder_opens(folder)
        || diag_error(l->diag, DIAG_LINK, at, "cannot read the folder %s: %s",
                      *folder ? folder : ".", strerror(errno));
}

static void load_folder(Loader *l, Part *part, const char *folder, const ImportDecl *import)
{
    if (!check_readable(l, folder, import->span))
        return;
    FileNames files = source_files(folder);
    for (int i = 0; i < files.names.count; i++)
        load_file(l, part, path_join(folder, files.names.items[i]), import->span);
    if (files.names.count == 0)
        diag_error(l->diag, DIAG_LINK, import->span,
                   "cannot find module '%s': no source files in %s", path_text(import), folder);
}

/* ---- The modules of imports ---- */

static void follow_imports(Loader *l, Part *part);

static Part *find_part(Loader *l, const char *place)
{
    Part *part;
    HASH_FIND_PTR(l->parts, &place, part);
    return part;
}

static const char *part_key(const char *path, const Package *package)
{
    return intern_text(arena_format("%s\n%s", package ? package->place : "", path_real(path)));
}

static Part *new_part(Loader *l, const char *place, SourceModule *module, const char *folder,
                      const Package *package)
{
    Part *part    = ARENA_NEW(Part);
    part->package = package;
    part->place   = place;
    part->module  = module;
    part->folder  = folder;
    part->loading = true;
    part->first_class = l->whole->classes.count;
    HASH_ADD_PTR(l->parts, place, part);
    return part;
}

static bool is_name_taken(const Loader *l, Name name)
{
    const Named *taken;
    HASH_FIND_PTR(l->names, &name, taken);
    return taken != NULL;
}

/* What messages call a module: the last part of its path; all of it, or with a number, if another
 * module has that name, so that names of declarations stay distinct. */
static Name module_name(const Loader *l, const ImportDecl *import)
{
    Name last = import->path.items[import->path.count - 1].name;
    Name name = is_name_taken(l, last) ? path_text(import) : last;
    for (int n = 2; is_name_taken(l, name); n++)
        name = intern_text(arena_format("%s_%d", path_text(import), n));
    return name;
}

static SourceModule *new_module(Loader *l, const ImportDecl *import, bool library)
{
    SourceModule *module = ARENA_NEW(SourceModule);
    Named        *named  = ARENA_NEW(Named);
    module->name    = named->name = module_name(l, import);
    module->library = library;
    HASH_ADD_PTR(l->names, name, named);
    return module;
}

static const SourceModule *load_module(Loader *l, const ImportDecl *import, ModulePlace at,
                                       const char *place)
{
    SourceModule *module = new_module(l, import, at.library);
    Part *part = new_part(l, place, module,
                                    at.is_folder ? at.path : path_folder(at.path), at.package);
    if (at.is_folder)
        load_folder(l, part, at.path, import);
    else
        load_file(l, part, at.path, import->span);
    follow_imports(l, part);
    part->loading = false;
    return module;
}

static void follow_import(Loader *l, const Part *from, ImportDecl *import)
{
    Importer    importer = {from->folder, from->module == NULL,
                            from->module && from->module->library, l->std_root,
                            from->package};
    ModulePlace at = find_module(&importer, import, l->diag);
    if (at.path == NULL)
        return;
    const char *place = part_key(at.path, at.package);
    Part       *known = find_part(l, place);
    if (known && known->loading)
        diag_error(l->diag, DIAG_LINK, import->span, "circular import detected: '%s'",
                   path_text(import));
    else
        import->target = known ? known->module : load_module(l, import, at, place);
}

/* Names of classes and modules could be mistaken for each other. This holds whether or not there is
 * such a module. */
static void check_class_names(Loader *l, const Part *part)
{
    for (int i = part->first_class; i < l->whole->classes.count; i++) {
        Ident name = l->whole->classes.items[i]->name;
        for (int k = 0; k < part->imports.count; k++)
            if (part->imports.items[k]->alias.name == name.name)
                diag_error(l->diag, DIAG_TYPE, name.span,
                           "class '%s' is already declared as an imported module name", name.name);
    }
}

static void follow_imports(Loader *l, Part *part)
{
    check_class_names(l, part);
    for (int i = 0; i < part->imports.count; i++) {
        follow_import(l, part, part->imports.items[i]);
        LIST_ADD(&l->whole->imports, part->imports.items[i]);
    }
}

/* ---- The files beside the entry ---- */

static bool has_main(const Module *m)
{
    for (int i = 0; i < m->funcs.count; i++)
        if (strcmp(m->funcs.items[i]->name.name, "main") == 0)
            return true;
    return false;
}

/* Does an import of the entry itself begin with this name? */
static bool is_imported(const Module *entry, const char *stem)
{
    for (int i = 0; i < entry->imports.count; i++)
        if (strcmp(entry->imports.items[i]->path.items[0].name, stem) == 0)
            return true;
    return false;
}

/* Does the file, or the package, have another use for this one? */
static bool is_left_out(const Part *root, const Module *entry, const char *name)
{
    const char *entry_name = basename(arena_format("%s", entry->file->path));
    const char *entry_stem = source_stem(entry_name), *stem = source_stem(name);
    return strcmp(name, entry_name) == 0 || (entry_stem && strcmp(stem, entry_stem) == 0)
        || is_imported(entry, stem) || package_dependency(root->package, intern_text(stem));
}

/* A file beside the entry, parsed for itself. */
typedef struct Sibling {
    SourceFile *file;
    Module     *module;
    bool        broken;                   /* its errors are not reported yet */
} Sibling;

typedef struct Siblings {
    LIST(Sibling) list;
    int  mains;                           /* files that have a main function, the entry included */
    bool has_apps;                        /* or stages or systems */
} Siblings;

static void count_entries(Siblings *all, const Module *m)
{
    all->mains    += has_main(m);
    all->has_apps |= m->apps.count > 0 || m->systems.count > 0;
}

static void read_sibling(Loader *l, const Part *root, const char *name, Siblings *all)
{
    Diag   *own = diag_new();
    Sibling one = {.file = read_part(l, path_join(root->folder, name), (Span){0})};
    if (one.file == NULL)
        return;
    one.module = parse_file(one.file, own);
    one.broken = diag_errors(own) > 0;
    count_entries(all, one.module);
    LIST_ADD(&all->list, one);
}

static Siblings read_siblings(Loader *l, const Part *root, const Module *entry)
{
    Siblings  all   = {0};
    FileNames files = source_files(root->folder);
    count_entries(&all, entry);
    for (int i = 0; i < files.names.count; i++)
        if (!is_left_out(root, entry, files.names.items[i]))
            read_sibling(l, root, files.names.items[i], &all);
    return all;
}

static void merge_sibling(Loader *l, Part *root, const Module *entry, const Sibling *one)
{
    Module *module = one->module;
    add_file(l, root, one->file);
    if (one->broken) {
        module = parse_file(one->file, l->diag);
        diag_help(l->diag, "%s belongs to the program because it lies beside %s; --standalone "
                  "leaves it out", one->file->path, entry->file->path);
    }
    append(l, root, module);
}

/* Files that have a main function each are programs that share a folder, not one program. What
 * begins in another way excludes any main: then nothing is left out, and the error is reported. */
static void merge_siblings(Loader *l, Part *root, const Module *entry)
{
    if (!check_readable(l, root->folder, (Span){0})) {
        diag_help(l->diag, "the files in it belong to the program; --standalone leaves them out");
        return;
    }
    Siblings all     = read_siblings(l, root, entry);
    bool     several = all.mains > 1 && !all.has_apps;
    for (int i = 0; i < all.list.count; i++) {
        const Sibling *one = &all.list.items[i];
        if (several && has_main(one->module))
            LIST_ADD(&l->whole->programs, one->module);
        else
            merge_sibling(l, root, entry, one);
    }
}

/* ---- The program ---- */

static const char *find_std_root(const ModuleOptions *o, const char *entry_folder)
{
    const char *beside = path_join(entry_folder, "stdlib");
    if (o->stdlib)
        return o->stdlib;
    return is_folder(beside) ? beside : o->own_library;
}

Module *modules_load(SourceFile *entry, const ModuleOptions *o, Diag *d)
{
    const char     *folder   = path_folder(entry->path);
    Loader          l        = {.whole = ARENA_NEW(Module), .diag = d};
    const Packages *packages = packages_load(folder, d);
    Part *root = new_part(&l, part_key(folder, packages->root), NULL, folder, packages->root);
    l.whole->file     = entry;
    l.whole->packages = packages;
    l.std_root        = find_std_root(o, folder);
    if (diag_errors(d)) {
        packages_release();
        return l.whole;
    }

    Module *first = parse_part(&l, root, entry);
    append(&l, root, first);
    if (!o->standalone)
        merge_siblings(&l, root, first);
    follow_imports(&l, root);
    root->loading = false;
    packages_release();
    return l.whole;
}
