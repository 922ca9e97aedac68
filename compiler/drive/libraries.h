/*
 * libraries.h - the files behind the names of C libraries.
 */
#ifndef PLUTO_LIBRARIES_H
#define PLUTO_LIBRARIES_H

#include "compiler/drive/cc.h"

/* Adds to d what is in the libraries that t links beside its own, and notes them as inputs, with
 * the places where the linker looks for them in vain. If it does not tell, inputs are spoilt. */
void libraries_digest(const Toolchain *t, Digest *d);

#endif
