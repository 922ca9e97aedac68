/*
 * contracts.h - the form of requires and invariant clauses.
 */
#ifndef PLUTO_CONTRACTS_H
#define PLUTO_CONTRACTS_H

#include "compiler/syntax/ast.h"
#include "compiler/base/diag.h"

/* Reports, as syntax errors, what contract expressions may not contain (language 18.1). Runs after
 * a parse without errors. */
void contracts_check_form(Module *module, Diag *diag);

#endif
