/*
 * number.c - powers, remainders, and numbers as text.
 *
 * Floats are formatted by the C library, whose "%.15g" is correctly rounded, except for the common
 * case of an integral value. The locale must be "C", as it is unless somebody calls setlocale.
 */
#include "runtime/value/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "runtime/value/print.h"

/* ---- Arithmetic ---- */

bool rt_pow(int64_t base, int64_t exponent, int64_t *out)
{
    uint64_t result = 1, square = (uint64_t)base;
    if (exponent < 0)
        return false;
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1)
            result *= square;
        square *= square;
    }
    *out = (int64_t)result;
    return true;
}

double rt_float_rem(double a, double b)
{
    return fmod(a, b);
}

/* ---- Text ---- */

static const char digit_pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546"
    "4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
    "949596979899";

int rt_format_int(char *out, int64_t v)
{
    char     text[20];                   /* 19 digits and a sign, filled from the end */
    char    *p    = text + sizeof text;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    for (; rest >= 100; rest /= 100)
        memcpy(p -= 2, &digit_pairs[rest % 100 * 2], 2);
    if (rest >= 10)
        memcpy(p -= 2, &digit_pairs[rest * 2], 2);
    else
        *--p = (char)('0' + rest);
    if (v < 0)
        *--p = '-';
    int len = (int)(text + sizeof text - p);
    memcpy(out, p, (size_t)len);
    return len;
}

/* True for values that "%.15g" prints as integers; -0 is not one, it has a sign to show. */
static bool is_short_integer(double v)
{
    return fabs(v) < 1e15 && v == (double)(int64_t)v && (v != 0 || !signbit(v));
}

int rt_format_float(char *out, double v)
{
    if (is_short_integer(v))
        return rt_format_int(out, (int64_t)v);
    if (isnan(v)) {
        memcpy(out, "nan", 3);           /* the C library would show the sign */
        return 3;
    }
    return snprintf(out, RT_NUMBER_MAX, "%.15g", v);
}
