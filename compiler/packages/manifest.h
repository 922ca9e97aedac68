/*
 * manifest.h - what pluto.toml says about a package.
 *
 *     [package]
 *     name = "shop"
 *     version = "0.2.0"                                      # 0.1.0 if absent
 *
 *     [dependencies]
 *     tools  = { path = "vendor/tools" }
 *     stable = { git = "https://example.org/stable.git", tag = "v1.2" }
 *
 *     [link]
 *     libs = ["z"]                                           # C libraries
 */
#ifndef PLUTO_MANIFEST_H
#define PLUTO_MANIFEST_H

#include "compiler/base/diag.h"
#include "compiler/syntax/ast.h"

#define MANIFEST_NAME "pluto.toml"

typedef enum { REF_DEFAULT, REF_REV, REF_TAG, REF_BRANCH } RefKind;

typedef struct Dependency {
    Ident       name;                /* how imports call it; its place is in the manifest */
    Span        source;              /* of the path or URL */
    const char *path;                /* as written; NULL: it is fetched with git */
    const char *git;                 /* URL; NULL: it has a path */
    RefKind     ref_kind;            /* of git: what to check out */
    const char *ref;                 /* NULL: the default branch */
} Dependency;

typedef struct Manifest {
    SourceFile *file;
    const char *name, *version;
    LIST(Dependency)   dependencies; /* the well-formed ones, in the order of the file */
    LIST(const char *) link_libs;
} Manifest;

/* Checks everything that can be known without looking at another file. Errors go to d; then the
 * manifest may lack what was wrong. Never NULL. */
Manifest *manifest_parse(SourceFile *file, Diag *d);

bool manifest_exists(const char *folder);

/* The manifest in a folder that has one. NULL, reported, if it cannot be read. */
Manifest *manifest_read(const char *folder, Diag *d);

/* The folder of the manifest that the files in folder belong to: there or in a folder above, but
 * not above one that has a .git. NULL: there is none. */
const char *manifest_find(const char *folder);

/* "tag 'v1'"; "the default branch". */
const char *dependency_ref_text(const Dependency *dep);

#endif
