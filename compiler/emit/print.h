/*
 * print.h - prints functions of the C-shaped tree, and the pieces that other declarations need.
 */
#ifndef PLUTO_PRINT_H
#define PLUTO_PRINT_H

#include <stdio.h>

#include "compiler/emit/ir.h"

/* Where functions go one after the other. Begins with all but out zero. */
typedef struct Printer {
    FILE         *out;
    int           indent;
    const char   *path;                   /* of the source file of the function */
    const char   *printed_path;           /* the one that the last #line named */
    uint32_t      presumed;               /* line of the source; 0: not in a body from the source */
} Printer;

/* LINK_ALONE: no other C file has anything to do with the function. LINK_SHARED: others of the
 * program call it. LINK_COPY: it is one of others, and here for inlining only. The last two need
 * the macros of emit_unit_prologue(). */
typedef enum { LINK_ALONE, LINK_SHARED, LINK_COPY } Linkage;
#define LINKED_AS "LINKED_AS(\"%s\")"                        /* behind the declaration of a name */

/* Nothing for main. */
void print_prototype(FILE *out, const IrFunc *f, Linkage linkage);
/* What stands before a definition. */
const char *print_storage(const IrFunc *f, Linkage linkage);
void print_function(Printer *e, const IrFunc *f, const char *storage);

void print_quoted(FILE *out, const char *text);              /* as a C literal */
void print_declarator(FILE *out, const char *type, const char *name); /* "c_Node *x" */

#endif
