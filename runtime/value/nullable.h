/*
 * nullable.h - T? of the scalar types: a value beside whether there is one.
 *
 * Nullable pointers are plain pointers, NULL being none. Equality: both none, or both there and
 * equal as values of T.
 */
#ifndef PLUTO_NULLABLE_H
#define PLUTO_NULLABLE_H

#include "runtime/value/string.h"

typedef struct RtOptInt   { int64_t value; bool some; } RtOptInt;
typedef struct RtOptFloat { double value; bool some; } RtOptFloat;
typedef struct RtOptBool  { bool value, some; } RtOptBool;
typedef struct RtOptByte  { uint8_t value; bool some; } RtOptByte;

#define RT_OPT_EQUAL(a, b) ((a).some == (b).some && (!(a).some || (a).value == (b).value))

static inline bool rt_opt_int_equal(RtOptInt a, RtOptInt b) { return RT_OPT_EQUAL(a, b); }
static inline bool rt_opt_float_equal(RtOptFloat a, RtOptFloat b) { return RT_OPT_EQUAL(a, b); }
static inline bool rt_opt_bool_equal(RtOptBool a, RtOptBool b) { return RT_OPT_EQUAL(a, b); }
static inline bool rt_opt_byte_equal(RtOptByte a, RtOptByte b) { return RT_OPT_EQUAL(a, b); }
static inline bool rt_opt_string_equal(const RtString *a, const RtString *b)
{
    return a == b || (a != NULL && b != NULL && rt_string_equal(a, b));
}

#endif
