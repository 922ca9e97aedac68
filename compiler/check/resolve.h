/*
 * resolve.h - from types as written to types.
 */
#ifndef PLUTO_RESOLVE_H
#define PLUTO_RESOLVE_H

#include "compiler/base/diag.h"
#include "compiler/check/globals.h"

/* Where a type stands. Probing is how the text of a generic declaration is judged before there is
 * an instance: parameters and generic types count as int, and no instance is made. */
typedef struct Resolver {
    Program       *program;
    Diag          *diag;
    const TypeEnv *env;                   /* type parameters in sight; NULL: none */
    bool           probing;
    const Global  *fields_of;             /* probing this declaration's field types: they may
                                             mention generic types declared before it only */
} Resolver;

/* The type a value may have: anything but void. Reports what is wrong with it and then returns
 * type_bad; never NULL. */
Type *resolve_value_type(const Resolver *r, const TypeExpr *written);

/* The result type of a function: void too; type_void for NULL. */
Type *resolve_result_type(const Resolver *r, const TypeExpr *written);

/* The type of a class or enum, given the type arguments written behind its name at a place. */
Type *resolve_declared_type(const Resolver *r, Global *global, TypeExpr **args, int count,
                            Span at);

/* The types of the arguments of something generic, for instances (instance.h): count, types and
 * bounds are judged. NULL after an error. */
Type **resolve_type_args(const Resolver *r, Global *generic, TypeExpr **args, int count, Span at);

/* The place of a name among the type parameters, or -1. */
int type_env_find(const TypeEnv *env, Name name);

/* Does the program declare a type of that name, seen from where it stands? */
bool declares_type(const Resolver *r, Ident name);

/* What a value of the foreign type cint or cstring is elsewhere; NULL: it is neither name. */
Type *foreign_base(Name name);

/* Is it the name of a built-in type constructor with that many arguments? */
bool is_type_constructor(Name name);

#endif
