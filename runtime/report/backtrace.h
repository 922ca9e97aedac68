/*
 * backtrace.h - the calls that led to a failure, as text.
 */
#ifndef PLUTO_BACKTRACE_H
#define PLUTO_BACKTRACE_H

#include <stddef.h>

#include "runtime/base/place.h"

/* The calls that the running thread is in, the innermost first, at most 31 lines:
 *     "  called at orders.pluto:44 in main\n"
 * Shows functions written in Pluto only. place: where the failure is, if that was said already;
 * with NULL the first line says it: "  at orders.pluto:31 in submit". Writes nothing if the program
 * was stripped. Returns the bytes written, at most size. Does not allocate; once, on the way to the
 * end of the process. */
size_t backtrace_text(const RtPlace *place, char *out, size_t size);

#endif
