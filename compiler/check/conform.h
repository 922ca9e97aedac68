/*
 * conform.h - phase 8: does a class have what its traits require (language 14.2)?
 */
#ifndef PLUTO_CONFORM_H
#define PLUTO_CONFORM_H

#include "compiler/check/resolve.h"

/* Fills Class.traits and TraitDef.implementors, gives the class a copy of every default method it
 * inherits, and reports where class and traits disagree. Its methods are resolved already. */
void conform_class(Program *p, Diag *d, Class *cls);

/* What can be said of a generic class before there is an instance: that its traits exist, and that
 * it has the methods they require. */
void conform_generic(Program *p, Diag *d, Global *generic);

/* Reports the classes that inherit one method from two traits; all other errors of a program come
 * before this one (phase 13). */
void conform_two_defaults(const Program *p, Diag *d);

#endif
