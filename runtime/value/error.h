/*
 * error.h - error values.
 *
 * raise makes an RtError: a collected object whose first words are these, followed by the fields of
 * its kind, pointers first. A fallible C function returns it beside its value; NULL means none.
 */
#ifndef PLUTO_ERROR_H
#define PLUTO_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/place.h"
#include "runtime/base/tls.h"
#include "runtime/value/string.h"

/* How a field is printed in "NotFound { id: 7 }"; FIELD_OTHER prints "...". */
typedef enum {
    RT_FIELD_INT, RT_FIELD_FLOAT, RT_FIELD_BOOL, RT_FIELD_BYTE, RT_FIELD_STRING, RT_FIELD_OTHER
} RtFieldKind;
typedef struct RtFieldInfo {
    const char *name;
    RtFieldKind kind;
    size_t      offset;                                  /* within the error object */
} RtFieldInfo;

typedef struct RtErrorKind {
    const char        *name;
    int                field_count;                      /* declaration order */
    const RtFieldInfo *fields;
    int                message;                          /* index of a string field "message"; -1 */
} RtErrorKind;

typedef struct RtErrorTrail RtErrorTrail;                /* the calls it passed through */

typedef struct RtError {
    const RtErrorKind *kind;
    const RtPlace     *raised;
    RtErrorTrail      *trail;
} RtError;

/* A new error of size bytes (fields included); kind and raised are set, fields are the caller's.
 * pointer_fields counts the leading pointer words after the RtError head (so heap kind follows). */
RtError *rt_error_new(const RtErrorKind *kind, size_t size, int pointer_fields,
                      const RtPlace *place);

/* What each task gets that gets a task's error: every copy goes its own way, error is not changed. */
RtError *rt_error_copy(const RtError *error);

/* Notes that the error left the call at place (the ! operator). Returns error. The caller is the
 * only one who has it. */
RtError *rt_error_passed(RtError *error, const RtPlace *place);

/* e.message of a wildcard handler: its message field, else the kind's name. */
const RtString *rt_error_message(const RtError *error);

/* "NotFound { id: 7 }"; strings in quotes, with the language's escapes: always one line. */
const RtString *rt_error_text(const RtError *error);

/* What a report of an error that nobody caught says: whole lines, the text, then
 *     "  raised at FILE:LINE:COLUMN in FUNCTION" and "  passed ..." for each call in order. */
const RtString *rt_error_report(const RtError *error);

/* ---- Predeclared kinds ---- */

typedef struct RtMessageError { RtError head; const RtString *message; } RtMessageError;
typedef struct RtTimeoutError { RtError head; int64_t millis; } RtTimeoutError;
typedef struct RtServiceError { RtError head; const RtString *service; } RtServiceError;

typedef enum {
    RT_MATH_ERROR, RT_CHANNEL_CLOSED, RT_CHANNEL_FULL, RT_CHANNEL_EMPTY, RT_TASK_CANCELLED,
    RT_NETWORK_ERROR,                                    /* these six: RtMessageError */
    RT_TIMEOUT_ERROR, RT_SERVICE_UNAVAILABLE, RT_PREDECLARED
} RtPredeclared;

/* The kind of each, by number. A program that declares an error of one of these names replaces the
 * entry before its main task starts. */
extern const RtErrorKind *rt_kinds[RT_PREDECLARED];

/* kind: one of the first six. message is static. */
RtError *rt_error_with_message(RtPredeclared kind, const char *message, const RtPlace *place);
RtError *rt_error_timeout(int64_t millis, const RtPlace *place);

#endif
