/*
 * doc.h - the documentation of a module, from its declarations and their "///" comments.
 */
#ifndef PLUTO_DOC_H
#define PLUTO_DOC_H

#include "compiler/check/program.h"
#include "compiler/tools/page.h"

typedef struct DocOptions {
    const char         *title;
    const SourceModule *module;  /* NULL: the program itself */
    const SourceFile   *only;    /* of its files this one; NULL: all */
    bool                all;     /* also what is not pub */
} DocOptions;

/* Writes a page about the checked program. */
void doc_write(const Program *program, const DocOptions *options, const Page *page);

#endif
