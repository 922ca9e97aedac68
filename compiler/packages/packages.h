/*
 * packages.h - the packages of a program: the one its entry belongs to, and what these depend on.
 *
 * A package is a folder. What it may import by name is what its own manifest declares; nothing is
 * inherited from the package that depends on it, nor the other way round.
 */
#ifndef PLUTO_PACKAGES_H
#define PLUTO_PACKAGES_H

#include "compiler/packages/manifest.h"

typedef struct Package Package;

typedef struct PackageUse {
    Name           name;             /* interned; how imports call it */
    const Package *package;
} PackageUse;

struct Package {
    const char *folder;              /* as messages name it */
    const char *place;               /* the same without links: tells packages apart */
    const Manifest *manifest;        /* NULL: it has none, and no dependencies */
    LIST(PackageUse) uses;
};

struct Packages {
    const Package *root;             /* NULL: the program belongs to no package */
    LIST(SourceFile *) manifests;    /* all that were read */
    LIST(const char *) link_libs;    /* C libraries that they name, each once */
};

/* The packages of a program with its entry in that folder. Everything that is declared is checked
 * and, if it is not there, fetched. After errors, which are in d, it is incomplete.
 *
 * Clones that several programs share stay as they are until packages_release; so that is to be
 * called as soon as all files were read. */
Packages *packages_load(const char *entry_folder, Diag *d);
void      packages_release(void);

/* Fetches again what the package in (or above) folder takes from git, and checks everything. The
 * names of what was fetched go to *fetched. False after errors, which are in d. */
typedef struct FetchedNames { LIST(const char *) names; } FetchedNames;
bool packages_update(const char *folder, FetchedNames *fetched, Diag *d);

/* What the package, which may be NULL, calls name; NULL: nothing. */
const Package *package_dependency(const Package *package, Name name);

#endif
