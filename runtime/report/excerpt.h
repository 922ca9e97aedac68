/*
 * excerpt.h - the line of the source that a report speaks of.
 */
#ifndef PLUTO_EXCERPT_H
#define PLUTO_EXCERPT_H

#include <stddef.h>

#include "runtime/base/place.h"

/* "   31 |     return xs[i]\n" and a line with a caret under the place's column, in the form of the
 * compiler's messages. Writes nothing unless the file at the recorded path can be read, is a
 * regular file and has not been changed since the program was made. Returns the bytes written, at
 * most size. Does not allocate. */
size_t excerpt_text(const RtPlace *place, char *out, size_t size);

#endif
