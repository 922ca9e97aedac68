/*
 * instance.h - instances of generic functions, classes and enums (language 12).
 *
 * Every list of type arguments gives one instance of a declaration. An instance of a class or enum
 * gets its fields at once; methods and traits follow when nothing is in the making (settle), which
 * lets declarations mention each other. The bodies of instances are left to check.
 */
#ifndef PLUTO_INSTANCE_H
#define PLUTO_INSTANCE_H

#include "compiler/base/diag.h"
#include "compiler/check/globals.h"
#include "compiler/check/resolve.h"

typedef struct InstanceEntry InstanceEntry;

/* A generic declaration: the one of func, cls, enum_decl that Global.kind says. */
struct Generic {
    FuncDecl        *func;
    ClassDecl       *cls;
    EnumDecl        *enum_decl;
    const TypeParam *params;
    int              param_count;
    InstanceEntry   *instances;
};

/* Until the first settle, methods and traits of class instances wait. */
struct Instances *instances_new(void);
void instances_settle(Program *p, Diag *d);

/* The instance for as many types as there are parameters, whose bounds hold. An error, reported,
 * if there would be no end of instances: type_bad, NULL. */
Type *instance_type(Program *p, Diag *d, Global *generic, Type **args, Span at);
Func *instance_func(Program *p, Diag *d, Global *generic, Type **args, Span at);

/* Do the types satisfy the bounds of the parameters? Reports the first that does not. */
bool bounds_hold(const Resolver *r, Global *generic, Type **args, Span at);

/* What errors in the instance of that name are about. */
DiagContext instance_context(const char *name, Span at);

/* "name<A, B>" */
const char *instance_name(Name name, const TypeEnv *env);

#endif
