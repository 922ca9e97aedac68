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

/* LINK_ALONE: the C file is the only one that has the function. LINK_UNITS: the others of the
 * program call it by a name that only C compilers' output can have, NAME followed by LINK_SUFFIX,
 * so it meets no function of a C library. */
typedef enum { LINK_ALONE, LINK_UNITS } Linkage;
#define LINK_SUFFIX "\".pluto\""

/* Nothing for main. */
void print_prototype(FILE *out, const IrFunc *f, Linkage linkage);
void print_function(Printer *e, const IrFunc *f, Linkage linkage);

void print_quoted(FILE *out, const char *text);              /* as a C literal */
void print_declarator(FILE *out, const char *type, const char *name); /* "c_Node *x" */
/* The linker's name of a declaration. suffix: another C literal, or "". */
void print_label(FILE *out, const char *symbol, const char *suffix);

#endif
