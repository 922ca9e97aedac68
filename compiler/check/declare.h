/*
 * declare.h - names and signatures of a program's declarations.
 */
#ifndef PLUTO_DECLARE_H
#define PLUTO_DECLARE_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

/* Phases 3 to 8 of language 1.3: reserved names, the form of contracts, registration, signatures,
 * dependencies, conformance. A later one runs only if the earlier ones found nothing, so the caller
 * must look at diag_errors before it goes on: after errors the program is incomplete. */
Program *declare(Module *m, Diag *d);

#endif
