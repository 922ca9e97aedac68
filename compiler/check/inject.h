/*
 * inject.h - injected fields, lifecycles, and the objects made before main (programs 3 to 5).
 */
#ifndef PLUTO_INJECT_H
#define PLUTO_INJECT_H

#include "compiler/base/namemap.h"
#include "compiler/check/resolve.h"

typedef LIST(Field) FieldList;

/* Adds the fields that brackets and `uses` give a class; app: the app or stage it is made of, or
 * NULL. The program's apps are registered. */
void inject_fields(const Resolver *r, const ClassDecl *decl, const AppDecl *app, FieldList *fields,
                   NameMap *index);

/* "requestCtx" for RequestCtx: what an ambient is called in methods. */
Name ambient_name(Name type);

/* Phase 7, once all fields are known: cycles, overrides, effective lifecycles, Program.singles. */
void inject_graph(Program *p, Diag *d);

/* The effective lifecycle, of an instance of a generic class too. */
Lifecycle class_lifecycle(const Class *cls);

/* Must objects of it be wired, and so never be written as literals? */
bool class_is_injected(const Class *cls);

#endif
