/*
 * format.h - the canonical layout of source files.
 *
 * Indentation by four spaces, blanks around operators, at most one empty line in a row and none at
 * the edges of a block or of the file. Line breaks stay where they are, and so do comments, whose
 * text is never changed but for blanks at its end; comments that stood below each other stay so.
 */
#ifndef PLUTO_FORMAT_H
#define PLUTO_FORMAT_H

#include "compiler/base/diag.h"

/* The text of the file in that layout, in memory of its own. Formatting it again changes nothing.
 * NULL after errors, which are in d. */
char *format_source(SourceFile *file, Diag *d, size_t *size);

/* Are two texts the same program with the same comments, layout apart? Line ends between tokens
 * count, since they can end a statement. */
bool same_but_layout(SourceFile *a, SourceFile *b);

#endif
