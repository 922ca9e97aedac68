/*
 * stream.h - generators: function bodies on stacks of their own, run step by step.
 *
 * A stream is a managed collected object with a stack slot. rt_stream_next switches from the calling
 * task's stack to the generator's, which runs as part of that task until it yields or ends. The
 * generator may do whatever its caller may: park, call, iterate other streams.
 */
#ifndef PLUTO_STREAM_H
#define PLUTO_STREAM_H

#include "runtime/task/task.h"

typedef struct RtStream RtStream;

/* A generator of the program; static data of emitted C. */
typedef struct RtStreamSite {
    const char *name;
    RtPlace     place;
    /* The body: reads rt_stream_args, yields, returns at the end; an error it raises is returned. */
    RtError  *(*code)(RtStream *self);
} RtStreamSite;

/* A stream with args_size bytes for its arguments, zeroed; the body has not begun. */
RtStream *rt_stream_new(const RtStreamSite *site, size_t args_size);
void     *rt_stream_args(RtStream *s);

/* Runs the body up to its next yield. True: *out is the element. False: it has ended; *error is what
 * it raised, or NULL. Its stack goes back when it has ended, or when the stream is reclaimed. */
bool rt_stream_next(RtStream *s, RtCell *out, RtError **error);

/* From the body only. */
void rt_stream_yield(RtStream *self, RtCell value);

#endif
