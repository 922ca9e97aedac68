/*
 * closure.h - function values.
 *
 * A closure is a collected object: this head, then what it captured by value. code takes the
 * closure first: R code(void *self, A...). The head's two words are static data, so a closure is
 * allocated by the kind that its captures need, counted from word 2 (pointers first).
 */
#ifndef PLUTO_CLOSURE_H
#define PLUTO_CLOSURE_H

#include "runtime/value/copy.h"

typedef struct RtClosureInfo {
    const char *name;                                    /* for messages: function and number */
    /* A deep copy, for spawn; NULL: nothing that it captured needs copying, share it. */
    void *(*copy)(RtCopy *c, const void *closure);
} RtClosureInfo;

typedef struct RtClosure {
    void                (*code)(void);                   /* cast to its real type to call */
    const RtClosureInfo *info;
} RtClosure;

/* The closure itself when info->copy is NULL; the same copy when asked twice with one c. Accepts
 * NULL. A copy function whose closure can refer to itself must note its copy (copy.h) first. */
void *rt_closure_copy(RtCopy *c, const RtClosure *closure);

#endif
