/*
 * suggest.h - "did you mean": the candidate nearest to a misspelt name.
 */
#ifndef PLUTO_SUGGEST_H
#define PLUTO_SUGGEST_H

#include "compiler/syntax/ast.h"
#include "compiler/base/diag.h"

typedef struct Suggest {
    Name wanted;
    Name best;                    /* NULL: none is near enough */
    int  distance;                /* of best */
    bool active;                  /* false once so many errors were found that none is printed */
} Suggest;

Suggest suggest_for(const Diag *d, Name wanted);
void    suggest_candidate(Suggest *s, Name candidate);

/* Adds the help line to the last diagnostic, if there is a candidate. */
void suggest_finish(Suggest *s, Diag *d);

#endif
