/*
 * stream.h - generators: function bodies on stacks of their own, run step by step.
 *
 * A stream is a managed collected object with a stack slot. rt_stream_next switches from the
 * calling task's stack to the generator's, which runs as part of that task until it yields or ends.
 * The generator may do whatever its caller may: park, call, iterate other streams.
 *
 * A loop that made its stream ends it when it is left (rt_stream_leave): the body gives back what
 * it holds, such as a sender that it counted. Any other stream that is left before its end is
 * reclaimed like other objects, and its stack with it; then nothing of the body runs, and what it
 * would have released on its way out is not.
 */
#ifndef PLUTO_STREAM_H
#define PLUTO_STREAM_H

#include "runtime/task/task.h"

/* A generator of the program; static data of emitted C. */
typedef struct RtStreamSite {
    const char *name;
    RtPlace     place;
    /* The body: reads rt_stream_args, yields, returns at the end; an error it raises is its
     * result. */
    RtError  *(*code)(RtStream *self);
} RtStreamSite;

/* A stream with args_size bytes for its arguments, zeroed; the body has not begun. Allocates. */
RtStream *rt_stream_new(const RtStreamSite *site, size_t args_size);
void     *rt_stream_args(RtStream *s);

/* Runs the body up to its next yield. True: *out is the element. False: it has ended; *error is
 * what it raised, or NULL. Its stack goes back when it has ended, or when the stream is reclaimed.
 * Once it has ended: false, without error. From tasks only; any task, one at a time: a stream whose
 * body is running ends the program with a message, as does nesting without end. */
bool rt_stream_next(RtStream *s, RtCell *out, RtError **error);

/* Nobody will ask s for more: its body leaves at the yield where it waits, and its stack goes back.
 * Nothing happens if it has ended or not begun, or if s is NULL. */
void rt_stream_leave(RtStream *s);

/* From the body only. True: it is to return now, without error. */
bool rt_stream_yield(RtStream *self, RtCell value);

#endif
