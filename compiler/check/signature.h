/*
 * signature.h - the types in a declaration's head: fields, variants, parameters, results.
 *
 * Used once for each plain declaration and once for each instance of a generic one, with the
 * Resolver saying what type parameters stand for.
 */
#ifndef PLUTO_SIGNATURE_H
#define PLUTO_SIGNATURE_H

#include "compiler/check/resolve.h"

/* A function of the program, without parameters and result yet; decl's body becomes its own. */
Func *add_func(Program *p, FuncDecl *decl, Class *owner);

/* Parameters and result, of an extern function too. */
void resolve_func(const Resolver *r, Func *func);

Class *new_class(Name name, ClassDecl *decl);
void resolve_fields(const Resolver *r, Class *cls);
void resolve_methods(const Resolver *r, Class *cls, bool copies);

EnumDef *new_enum(Name name, EnumDecl *decl);
void resolve_variants(const Resolver *r, EnumDef *def);

/* The methods of a trait as its table lists them. */
void resolve_trait(const Resolver *r, TraitDef *trait);

/* The text of a generic declaration: what holds whatever the type arguments are. */
void probe_generic(Program *p, Diag *d, Global *generic);

#endif
