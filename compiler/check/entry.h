/*
 * entry.h - what a program begins with: main, an app, stages or tests.
 */
#ifndef PLUTO_ENTRY_H
#define PLUTO_ENTRY_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

typedef LIST(AppDecl *) AppList;

/* Reports declarations that exclude each other. */
void entry_check(const Module *m, Diag *d);

/* To an error about two places: how to tell their files apart, if the program itself has both. */
void advise_standalone(Diag *d, Span a, Span b);

/* The app, or the stages that remain after inheritance, in source order; each with a main method as
 * it must be, or reported. */
AppList entry_apps(const Module *m, Diag *d);

/* Stages with what they inherit; those that only others build on are left out (stage.c). */
AppList merge_stages(const Module *m, Diag *d);

/* The class that an app or stage becomes: injected fields and methods. */
Class *app_class(AppDecl *app);

/* The main method of the entry, which has one. */
Func *entry_main(const Program *p);

/* A function that nothing can call, with the body of the test. */
void add_test(Program *p, TestDecl *test);

#endif
