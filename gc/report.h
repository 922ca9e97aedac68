/*
 * report.h - what each collection did, for PLUTO_GC_LOG=1.
 *
 * All functions run on the collecting thread with the collector's lock held, so they allocate
 * nothing; while the world is stopped they only read the clock.
 */
#ifndef PLUTO_GC_REPORT_H
#define PLUTO_GC_REPORT_H

#include <stddef.h>

typedef enum { CAUSE_POLICY, CAUSE_THRESHOLD, CAUSE_STRESS, CAUSE_EXTERNAL,
               CAUSE_REVIVED, CAUSE_EXPLICIT, CAUSES } GcCause;

void report_pause_begin(void);
void report_pause_end(void);

/* Writes the line of collection number to standard error:
 *     gc 12: threshold, heap 1310720, live 345678, pause 0.213 ms
 * Sizes are bytes. live is what was marked, free objects held ready by caches included. */
void report_cycle(size_t number, GcCause cause);

#endif
