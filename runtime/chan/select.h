/*
 * select.h - waiting for several things at once, of which one happens.
 */
#ifndef PLUTO_SELECT_H
#define PLUTO_SELECT_H

#include "runtime/chan/chan.h"

typedef enum { RT_SELECT_RECV, RT_SELECT_SEND, RT_SELECT_GET } RtSelectKind;

typedef struct RtSelectArm {
    RtSelectKind kind;
    void        *object;                 /* RtReceiver, RtSender, RtTask */
    RtCell       cell;                   /* in: the value to send; out: the one received, or got */
} RtSelectArm;

enum { RT_SELECT_DEFAULT = -1, RT_SELECT_TIMEOUT = -2, RT_SELECT_FAILED = -3 };

/* Does what one of the arms says, and returns its index; if several can be done at once, any of
 * them, by chance. If none can: RT_SELECT_DEFAULT with has_default; RT_SELECT_FAILED with
 * ChannelClosed when every arm is a channel that is closed; otherwise waits for one.
 * RT_SELECT_TIMEOUT after timeout_ms (below 0: never; 0: does not wait), RT_SELECT_FAILED with
 * TaskCancelled when the task is cancelled. *error: of RT_SELECT_FAILED, or what the task of a GET
 * arm raised; else NULL. Values to send that were not sent stay with the caller, whose stack has
 * arms: that is what keeps them alive meanwhile. */
int rt_select(RtSelectArm *arms, int count, bool has_default, int64_t timeout_ms, RtError **error,
              const RtPlace *place);

#endif
