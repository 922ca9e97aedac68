/*
 * number.h - arithmetic with the language's meaning where C's differs (language 9.2, 9.4, 6.4).
 *
 * Emitted C is compiled with -fwrapv, so + - * wrap by themselves.
 */
#ifndef PLUTO_NUMBER_H
#define PLUTO_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/fail.h"

static inline int64_t rt_div(int64_t a, int64_t b, const RtPlace *place)
{
    if (__builtin_expect(b == 0, 0))
        rt_fail_division(place);
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static inline int64_t rt_rem(int64_t a, int64_t b, const RtPlace *place)
{
    if (__builtin_expect(b == 0, 0))
        rt_fail_division(place);
    return b == -1 ? 0 : a % b;
}

static inline int64_t rt_shl(int64_t a, int64_t n) { return (int64_t)((uint64_t)a << (n & 63)); }
static inline int64_t rt_shr(int64_t a, int64_t n) { return a >> (n & 63); }

/* Truncates; out of range saturates, NaN gives 0. */
static inline int64_t rt_float_to_int(double d)
{
    if (d >= -0x1p63 && d < 0x1p63)
        return (int64_t)d;
    return d != d ? 0 : d < 0 ? INT64_MIN : INT64_MAX;
}

static inline int64_t rt_abs(int64_t a) { return a < 0 ? (int64_t)(0 - (uint64_t)a) : a; }

/* base to the power exponent, modulo 2^64; false when exponent is negative. */
bool rt_pow(int64_t base, int64_t exponent, int64_t *out);
double rt_float_rem(double a, double b);

#endif
