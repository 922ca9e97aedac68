/*
 * chan.h - channels between tasks.
 *
 * A channel is a core behind two ends. Values come out in the order in which they went in. Any task
 * may call these functions; calls on one channel are atomic. Blocking parks the task, never its
 * worker. A sent value belongs to whoever receives it; one that was not sent stays with its sender.
 * Functions that can fail return a new error (allocated), else NULL. Where a call would have to
 * wait and the task has been cancelled, or is cancelled while it waits, it raises TaskCancelled.
 */
#ifndef PLUTO_CHAN_H
#define PLUTO_CHAN_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/task/task.h"
#include "runtime/value/error.h"

typedef struct RtSender   RtSender;
typedef struct RtReceiver RtReceiver;

typedef enum {
    RT_CHAN_BOUNDED,                     /* buffers cap values; less than 1 counts as 1 */
    RT_CHAN_RENDEZVOUS,                  /* buffers none: sender and receiver meet */
    RT_CHAN_UNBOUNDED,                   /* sending never waits */
} RtChanKind;

/* A channel, its sender count 1. cap: of a bounded one. words: 1 or 2, how many words of a cell an
 * element uses; pointers: do they hold pointers? */
void rt_chan_new(RtChanKind kind, int64_t cap, int words, bool pointers, RtSender **tx,
                 RtReceiver **rx);

RtError *rt_chan_send(RtSender *tx, RtCell value, const RtPlace *place);      /* ChannelClosed */
RtError *rt_chan_try_send(RtSender *tx, RtCell value, const RtPlace *place);  /* .., ChannelFull */
RtError *rt_chan_recv(RtReceiver *rx, RtCell *out, const RtPlace *place);     /* ChannelClosed */
RtError *rt_chan_try_recv(RtReceiver *rx, RtCell *out, const RtPlace *place); /* .., ChannelEmpty */

/* At most ms milliseconds, then TimeoutError; below 1: does not wait. */
RtError *rt_chan_send_timeout(RtSender *tx, RtCell value, int64_t ms, const RtPlace *place);
RtError *rt_chan_recv_timeout(RtReceiver *rx, RtCell *out, int64_t ms, const RtPlace *place);

/* for v in rx: 1, or 0 when the channel is closed and drained, or the task was cancelled. */
uintptr_t rt_chan_next(RtReceiver *rx, RtCell *out, const RtPlace *place);

/* Sender counting (concurrency 7.5). release is also tx.close(); at 0 the channel closes and all
 * waiters wake. Both accept NULL; releasing at 0 does nothing, and a
 * closed channel stays closed whatever its count. */
void rt_sender_retain(RtSender *tx);
void rt_sender_release(RtSender *tx);

#endif
