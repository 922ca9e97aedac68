/*
 * packages.c - follows dependencies, depth first.
 *
 * A package is known by its place and entered into the table before its dependencies are followed,
 * as loading; a dependency that meets it in that state closes a circle. The packages that are
 * loading are those on the path from the root, linked by via.
 */
#include "compiler/packages/packages.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"
#include "compiler/base/path.h"
#include "compiler/packages/fetch.h"

typedef struct Node {
    Package        package;
    const char    *label;                 /* in messages: how it was called first */
    struct Node   *via;                   /* the package that led here; NULL: the root */
    bool           loading;
    UT_hash_handle hh;                    /* by package.place */
} Node;

typedef struct Loader {
    Packages *all;
    Diag     *diag;
    Node     *nodes;
} Loader;

/* ---- Places ---- */

/* The folder of a dependency; NULL after an error. */
static const char *dependency_folder(Loader *l, const Node *from, const Dependency *dep)
{
    if (dep->git)
        return fetch_git(from->package.folder, dep, l->diag);
    const char *folder = path_join(from->package.folder, dep->path);
    if (*dep->path && is_folder(folder))
        return folder;
    diag_error(l->diag, DIAG_MANIFEST, dep->source, MANIFEST_NAME ": dependency '%s': path '%s' "
               "does not exist or is not a directory", dep->name.name, dep->path);
    return NULL;
}

/* "a -> b -> a", from the node that is loading to itself. */
static const char *circle_text(const Node *from, const Node *to)
{
    const char *text = to->label;
    for (const Node *n = from; n != to; n = n->via)
        text = arena_format("%s -> %s", n->label, text);
    return arena_format("%s -> %s", to->label, text);
}

/* ---- Loading ---- */

static Node *new_node(Loader *l, Node *via, const char *label, const char *folder)
{
    Node *node = ARENA_NEW(Node);
    node->package.folder = folder;
    node->package.place  = path_real(folder);
    node->label          = label;
    node->via            = via;
    HASH_ADD_PTR(l->nodes, package.place, node);
    return node;
}

static Node *load_package(Loader *l, Node *via, const char *label, const char *folder);

static Node *follow(Loader *l, Node *from, const Dependency *dep, const char *folder)
{
    Node       *known;
    const char *place = path_real(folder);
    HASH_FIND_PTR(l->nodes, &place, known);
    if (known == NULL)
        return load_package(l, from, dep->name.name, folder);
    if (known->loading)
        diag_error(l->diag, DIAG_MANIFEST, dep->name.span, MANIFEST_NAME ": circular package "
                   "dependency: %s", circle_text(from, known));
    return known;
}

/* git is not asked for anything while a manifest has errors that it cannot mend. */
static void follow_dependencies(Loader *l, Node *node)
{
    const Manifest *m      = node->package.manifest;
    int             errors = diag_errors(l->diag);
    for (int i = 0; i < m->dependencies.count; i++) {
        const Dependency *dep = &m->dependencies.items[i];
        if (dep->git && errors > 0)
            continue;
        const char *folder = dependency_folder(l, node, dep);
        if (folder == NULL)
            continue;
        PackageUse use = {dep->name.name, &follow(l, node, dep, folder)->package};
        LIST_ADD(&node->package.uses, use);
    }
}

static void add_link_libs(Packages *all, const Manifest *m)
{
    for (int i = 0; i < m->link_libs.count; i++) {
        bool known = false;
        for (int k = 0; k < all->link_libs.count && !known; k++)
            known = strcmp(all->link_libs.items[k], m->link_libs.items[i]) == 0;
        if (!known)
            LIST_ADD(&all->link_libs, m->link_libs.items[i]);
    }
}

static void load_manifest(Loader *l, Node *node)
{
    Manifest *m = manifest_read(node->package.folder, l->diag);
    if (m == NULL)
        return;
    node->package.manifest = m;
    LIST_ADD(&l->all->manifests, m->file);
    add_link_libs(l->all, m);
    if (node->via == NULL && *m->name)
        node->label = m->name;
    node->loading = true;
    follow_dependencies(l, node);
    node->loading = false;
}

static Node *load_package(Loader *l, Node *via, const char *label, const char *folder)
{
    Node *node = new_node(l, via, label, folder);
    if (manifest_exists(folder))
        load_manifest(l, node);
    return node;
}

Packages *packages_load(const char *entry_folder, Diag *d)
{
    Loader      l      = {.all = ARENA_NEW(Packages), .diag = d};
    const char *folder = manifest_find(entry_folder);
    if (folder)
        l.all->root = &load_package(&l, NULL, MANIFEST_NAME, folder)->package;
    return l.all;
}

void packages_release(void)
{
    fetch_release();
}

/* ---- Updating ---- */

bool packages_update(const char *start, FetchedNames *fetched, Diag *d)
{
    const char *folder = manifest_find(start);
    if (folder == NULL)
        return diag_error(d, DIAG_MANIFEST, (Span){0}, "no " MANIFEST_NAME " found in %s or a "
                          "folder above it", path_real(start));
    Diag     *first = diag_new();                            /* packages_load says it again */
    Manifest *m     = manifest_read(folder, first);
    for (int i = 0; diag_errors(first) == 0 && i < m->dependencies.count; i++) {
        const Dependency *dep = &m->dependencies.items[i];
        if (dep->git && fetch_again(folder, dep, d))
            LIST_ADD(&fetched->names, dep->name.name);
    }
    if (diag_errors(d) == 0)
        packages_load(folder, d);
    packages_release();
    return diag_errors(d) == 0;
}

/* ---- Asking ---- */

const Package *package_dependency(const Package *package, Name name)
{
    for (int i = 0; package && i < package->uses.count; i++)
        if (package->uses.items[i].name == name)
            return package->uses.items[i].package;
    return NULL;
}
