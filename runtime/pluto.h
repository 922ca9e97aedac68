/*
 * pluto.h - the runtime of Pluto programs: what emitted C and embedders include.
 *
 *     int main(int argc, char **argv) { return rt_main(&program, argc, argv); }
 */
#ifndef PLUTO_H
#define PLUTO_H

#include <math.h>

#include "gc/heap.h"
#include "runtime/base/clock.h"
#include "runtime/base/fail.h"
#include "runtime/base/loop.h"
#include "runtime/base/place.h"
#include "runtime/base/tls.h"
#include "runtime/chan/chan.h"
#include "runtime/chan/select.h"
#include "runtime/lib/test.h"
#include "runtime/report/coverage.h"
#include "runtime/sched/blocking.h"
#include "runtime/sync/rwlock.h"
#include "runtime/task/stream.h"
#include "runtime/task/task.h"
#include "runtime/value/array.h"
#include "runtime/value/bytes.h"
#include "runtime/value/closure.h"
#include "runtime/value/copy.h"
#include "runtime/value/error.h"
#include "runtime/value/foreign.h"
#include "runtime/value/map_type.h"
#include "runtime/value/nullable.h"
#include "runtime/value/number.h"
#include "runtime/value/print.h"
#include "runtime/value/string.h"
#include "runtime/value/trait.h"

/* What starts a program. */
typedef struct RtProgram {
    /* The main task: writes self->result.word[0], the exit status, or self->error. */
    RtSpawnSite main;
    bool        never_collects;           /* --gc noop; PLUTO_HEAP=gc goes before it */
    /* --coverage: the counters; NULL: nothing is counted. */
    const RtCount *counts;
    uint32_t       count_len;
} RtProgram;

/* Starts heap and workers, runs the main task to its end, reports an uncaught error, flushes and
 * returns the exit status. Tasks still running are abandoned. Call once per process. */
int rt_main(const RtProgram *program, int argc, char **argv);

int64_t rt_gc_heap_size(void);

#endif
