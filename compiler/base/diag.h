/*
 * diag.h - what the compiler tells the programmer.
 *
 *     Type error: send() expects int, found string
 *       orders.pluto:14:13
 *        14 |     tx.send(name)!
 *           |             ^^^^ this is string
 *       orders.pluto:9:20: the channel was made here
 *
 * Diagnostics are collected and printed in source order by diag_flush, at most 20 errors. Those with
 * overlapping places keep the order in which they were found.
 */
#ifndef PLUTO_DIAG_H
#define PLUTO_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "compiler/base/source.h"

typedef enum {
    DIAG_SYNTAX,            /* "Syntax error: " */
    DIAG_TYPE,              /* "Type error: " */
    DIAG_CODEGEN,           /* "Codegen error: " */
    DIAG_LINK,              /* "Link error: " a part of the program is missing */
    DIAG_MANIFEST,          /* "Manifest error: " pluto.toml, and what it depends on */
    DIAG_UNSUPPORTED,       /* "Not implemented: " an accepted construct the compiler lacks */
    DIAG_WARNING,           /* "warning: "; never stops compilation */
} DiagKind;

typedef struct Diag Diag;

Diag *diag_new(void);

/* Adds a diagnostic; the text is formatted as by printf. Returns false, so that a checking function
 * may write `return diag_error(...)`. A second error at the very same span is dropped, and a second
 * warning. */
bool diag_error(Diag *d, DiagKind kind, Span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* All of these belong to the diagnostic added last: text beside its carets, another place that is
 * involved, a line of advice ("help: ..."). */
void diag_label(Diag *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_note(Diag *d, Span at, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_help(Diag *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* While a context is set, every error gets it as its last note: the instance of a generic
 * declaration that is being checked, and what asked for it. text NULL: none. Returns the one that
 * was set before, so that contexts nest. */
typedef struct DiagContext { Span at; const char *text; } DiagContext;
DiagContext diag_context(Diag *d, DiagContext context);

/* Puts the errors of `by` in the place of those collected here; warnings stay. Both are of one
 * program, and `by` is used no more. */
void diag_replace_errors(Diag *d, const Diag *by);

/* Errors so far; warnings do not count. */
int diag_errors(const Diag *d);

/* Prints what was collected since the last flush, in source order; colour when asked for. */
void diag_flush(Diag *d, FILE *out, bool colour);

/* The same for programs to read: an object per line, its fields as in docs/cli.md. Prints all that
 * was kept, so at most 1,000 lines. */
void diag_flush_json(Diag *d, FILE *out);

#endif
