/*
 * collect.h - collections: what happens in one.
 */
#ifndef PLUTO_GC_COLLECT_H
#define PLUTO_GC_COLLECT_H

#include "gc/report.h"

/* A full collection. The lazy one leaves what is dead to later sweeps. */
void collect(GcCause cause);
void collect_and_release(GcCause cause);

/* From now on libgc tells us about its collections. */
void collect_init(void);

#endif
