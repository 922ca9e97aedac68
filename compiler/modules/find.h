/*
 * find.h - where the module that an import names lies on disk.
 */
#ifndef PLUTO_FIND_H
#define PLUTO_FIND_H

#include "compiler/base/folder.h"
#include "compiler/base/path.h"
#include "compiler/modules/modules.h"
#include "compiler/packages/packages.h"

/* A module is a file or all source files of a folder. */
typedef struct ModulePlace {
    const char *path;            /* NULL: there is none, and it has been reported */
    bool        is_folder;
    bool        library;         /* below the root of the standard library */
    const Package *package;      /* that its files belong to; NULL: none */
} ModulePlace;

/* What is known about the importing module. */
typedef struct Importer {
    const char *folder;          /* paths start here; "" is the current folder */
    bool        is_root;         /* the module of the entry */
    bool        library;
    const char *std_root;        /* NULL: there is no standard library */
    const Package *package;      /* whose dependencies it may import; NULL: none */
} Importer;

ModulePlace find_module(const Importer *from, const ImportDecl *import, Diag *d);

/* The source files directly in a folder: their names, sorted; of n.pluto and n.pt only the first.
 * Empty if it cannot be read. */
FileNames source_files(const char *folder);

#endif
