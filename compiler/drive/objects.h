/*
 * objects.h - from C texts to a program, by way of object files that are kept in the cache.
 */
#ifndef PLUTO_OBJECTS_H
#define PLUTO_OBJECTS_H

#include "compiler/drive/cc.h"
#include "compiler/emit/split.h"

/* How many bytes of C functions one object file is made of, about: PLUTO_UNIT_SIZE, or what suits
 * C compilers. False after a message. */
bool unit_size(size_t *size);

/* Compiles and links the texts to the file program. Where folder (of the cache, or NULL) has an
 * object file that was made of the same text by the same C compiler, that is taken; new ones go
 * there. A single text is compiled and linked at once, and no object file is kept. file: what the
 * user calls the source. After a failure it was said what is wrong, except after CC_NO_SPACE. The C
 * that the C compiler refuses is kept. */
CcResult make_program(const Toolchain *t, const Units *units, const char *folder, const char *file,
                      const char *program);

#endif
