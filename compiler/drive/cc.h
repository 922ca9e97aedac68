/*
 * cc.h - the C compiler and what it needs of ours: libpluto.a and the headers.
 */
#ifndef PLUTO_CC_H
#define PLUTO_CC_H

#include <stdbool.h>

#include "compiler/syntax/ast.h"
#include "compiler/base/digest.h"

/* How to turn C into programs on this machine. */
typedef struct Toolchain {
    LIST(const char *) command;           /* the C compiler as the user names it, in words */
    const char        *compiler;          /* path of the executable that command starts */
    const char        *library;           /* path of libpluto.a */
    const char        *includes;          /* folder that has runtime/pluto.h below it */
    const char        *optimise;          /* flag */
    const char        *debug;             /* flag: how much a debugger will know */
    bool               verbose;           /* print commands */
    LIST(const char *) links;             /* words for the linker: see toolchain_link */
    LIST(const char *) linked_files;      /* those of them that are files */
} Toolchain;

/* Finds everything. named: from --cc, else NULL: $CC or cc. Says what is missing on standard error
 * and returns false. */
bool toolchain_find(Toolchain *t, const char *named);

/* Programs are also linked with this: the name of a library, as behind the linker's -l, or, if it
 * has a slash, the path of an archive, an object file or a shared library, which the program will
 * find there. False after a message. */
bool toolchain_link(Toolchain *t, const char *library);

/* The standard library that belongs to this compiler, a folder; NULL: there is none. */
const char *own_library(void);

/* Adds all that decides what the C compiler makes of a text. */
void toolchain_digest(const Toolchain *t, Digest *d);

typedef enum { CC_OK, CC_FAILED, CC_UNLINKED, CC_NO_SPACE } CcResult;

/* Compiles and links the C file source into program. After CC_FAILED and CC_UNLINKED, what the C
 * compiler said was printed. CC_UNLINKED: a function or library was not found. CC_NO_SPACE: a disk
 * is full. */
CcResult cc_run(const Toolchain *t, const char *source, const char *program);

/* One C file, to be compiled into an object file. */
typedef struct CcJob {
    const char *source, *object;
    CcResult    result;                   /* CC_FAILED also if it was not compiled */
    bool        refused;                  /* the C compiler said no, and what it said was printed */
} CcJob;

/* Compiles all, several at once, until one fails. CC_OK, or the result of one that failed. */
CcResult cc_compile(const Toolchain *t, CcJob *jobs, int count);

/* Links the objects into program. As cc_run, but what was said is printed after CC_FAILED only with
 * tell. */
CcResult cc_link(const Toolchain *t, const char *const *objects, int count, const char *program,
                 bool tell);

#endif
