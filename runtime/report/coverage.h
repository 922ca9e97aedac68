/*
 * coverage.h - counters of programs that were compiled with --coverage, and where they go.
 *
 * The emitted C of such a program defines the counters, once, beside its RtProgram, and counts by
 * rt_count. When the process ends, whichever way it does, the counters are written to
 * .pluto-coverage/coverage-data.bin in the folder where it began (compiler/coverage/data.h has the
 * format). Other programs have no counters and pay nothing.
 */
#ifndef PLUTO_RT_COVERAGE_H
#define PLUTO_RT_COVERAGE_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t RtCount;

/* Tasks on all workers count here, so the addition is atomic and no round is lost. It publishes
 * nothing: whoever reads a count has been told by other means (get, the end of main) that the task
 * is done. One table is enough: who measures coverage does not measure speed. */
static inline void rt_count(RtCount *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* At the start of the process, before there are other threads. count may be 0. */
void coverage_init(const RtCount *counts, uint32_t count);

#endif
