/* test_number.c - runtime/value/number.c: language 6.4, 9.2, 10.4, 24. */
#include "tests/unit/runtime_fixture.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "runtime/value/number.h"
#include "tests/unit/check_main.h"

/* splitmix64, from a fixed seed: a failure is repeatable. */
static uint64_t random_bits(void)
{
    static uint64_t state = 12345;
    uint64_t        z     = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* ---- Arithmetic ---- */

START_TEST(division_truncates_and_wraps)
{
    volatile int64_t smallest = INT64_MIN;               /* divided by the processor */
    ck_assert_int_eq(rt_div(-7, 2, &here), -3);
    ck_assert_int_eq(rt_div(7, -2, &here), -3);
    ck_assert_int_eq(rt_rem(-7, 3, &here), -1);
    ck_assert_int_eq(rt_rem(7, -3, &here), 1);
    ck_assert_int_eq(rt_div(smallest, smallest, &here), 1);
    for (volatile int64_t minus_one = -1; minus_one < 0; minus_one++) {
        ck_assert_int_eq(rt_div(smallest, minus_one, &here), INT64_MIN);
        ck_assert_int_eq(rt_rem(smallest, minus_one, &here), 0);
    }
}
END_TEST

static void divide_by_0(void) { rt_div(1, 0, &here); }
static void rest_of_0(void)   { rt_rem(1, 0, &here); }

START_TEST(division_by_zero_fails)
{
    assert_fails(divide_by_0, "pluto: division by zero\n" HERE);
    assert_fails(rest_of_0, "pluto: division by zero\n" HERE);
}
END_TEST

START_TEST(shifts_use_six_bits)
{
    ck_assert_int_eq(rt_shl(1, 63), INT64_MIN);
    ck_assert_int_eq(rt_shl(3, 64), 3);
    ck_assert_int_eq(rt_shl(1, -1), INT64_MIN);
    ck_assert_int_eq(rt_shr(-8, 1), -4);
    ck_assert_int_eq(rt_shr(-1, 127), -1);
}
END_TEST

START_TEST(casts_from_float_truncate_and_saturate)
{
    ck_assert_int_eq(rt_float_to_int(2.9), 2);
    ck_assert_int_eq(rt_float_to_int(-2.9), -2);
    ck_assert_int_eq(rt_float_to_int(NAN), 0);
    ck_assert_int_eq(rt_float_to_int(-NAN), 0);
    ck_assert_int_eq(rt_float_to_int(0x1p63), INT64_MAX);
    ck_assert_int_eq(rt_float_to_int(-0x1p63), INT64_MIN);
    ck_assert_int_eq(rt_float_to_int(nextafter(0x1p63, 0)), 9223372036854774784);
    ck_assert_int_eq(rt_float_to_int(INFINITY), INT64_MAX);
    ck_assert_int_eq(rt_float_to_int(-INFINITY), INT64_MIN);
    ck_assert_int_eq(rt_abs(INT64_MIN), INT64_MIN);
    ck_assert_int_eq(rt_abs(-5), 5);
}
END_TEST

START_TEST(pow_equals_repeated_multiplication)
{
    static const int64_t bases[] = { 0, 1, -1, 2, -2, 3, 10, -7, INT64_MAX, INT64_MIN, 1 << 20 };
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        uint64_t expected = 1;
        for (int64_t e = 0; e < 200; e++, expected *= (uint64_t)bases[b]) {
            int64_t v;
            ck_assert(rt_pow(bases[b], e, &v));
            ck_assert_int_eq(v, (int64_t)expected);
        }
    }
}
END_TEST

START_TEST(pow_of_extreme_exponents)
{
    int64_t v;
    ck_assert(!rt_pow(1, -1, &v));
    ck_assert(!rt_pow(2, INT64_MIN, &v));
    ck_assert(rt_pow(-1, INT64_MAX, &v) && v == -1);
    ck_assert(rt_pow(2, INT64_MAX, &v) && v == 0);
}
END_TEST

START_TEST(float_remainder_has_the_sign_of_the_dividend)
{
    ck_assert_double_eq(rt_float_rem(-7.5, 2), -1.5);
    ck_assert_double_eq(rt_float_rem(7.5, -2), 1.5);
    ck_assert_double_eq(rt_float_rem(1, INFINITY), 1);
    ck_assert(isnan(rt_float_rem(1, 0)));
}
END_TEST

/* ---- Text ---- */

static void assert_int_text(int64_t v)
{
    char expected[RT_NUMBER_MAX], text[RT_NUMBER_MAX];
    int  len = snprintf(expected, sizeof expected, "%" PRId64, v);
    ck_assert_int_eq(rt_format_int(text, v), len);
    ck_assert_mem_eq(text, expected, (size_t)len);
}

START_TEST(ints_are_written_in_decimal)
{
    uint64_t power = 1;
    for (int i = 0; i < 19; i++, power *= 10)
        for (int64_t d = -1; d <= 1; d++) {
            assert_int_text((int64_t)power + d);
            assert_int_text(-(int64_t)power + d);
        }
    assert_int_text(INT64_MIN);
    assert_int_text(INT64_MAX);
    for (int i = 0; i < 100000; i++)
        assert_int_text((int64_t)random_bits() >> random_bits() % 64);
}
END_TEST

static void assert_float_text(double v)
{
    char expected[64], text[RT_NUMBER_MAX];
    int  len = snprintf(expected, sizeof expected, "%.15g", v);
    int  got = rt_format_float(text, v);
    ck_assert_msg(got == len && memcmp(text, expected, (size_t)len) == 0,
                  "%a: expected %s, found %.*s", v, expected, got, text);
}

static double double_of(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

START_TEST(floats_are_written_as_the_c_library_does)
{
    static const double some[] = { 0.0, -0.0, 3.0, 0.1 + 0.2, 3.14, -0.5, 1e15, 1e-5, 1e-4,
                                   123456789012345.0, 999999999999999.0, 1e15 - 0.5, 1 / 3.0,
                                   DBL_MAX, -DBL_MAX, DBL_MIN, 5e-324, INFINITY, -INFINITY,
                                   -1.23456789012345e-300, 0x1p63, -0x1p63, 1e300 };
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        assert_float_text(some[i]);
    for (int i = 0; i < 50000; i++) {
        double v = double_of(random_bits());
        if (!isnan(v))
            assert_float_text(v);
        assert_float_text((double)((int64_t)random_bits() >> random_bits() % 64));
        assert_float_text((double)(int64_t)(random_bits() % 2000000) / 1000 - 1000);
    }
}
END_TEST

START_TEST(float_texts_of_the_reference)
{
    static const struct { double v; const char *text; } cases[] = {
        { 3.0, "3" }, { 0.1 + 0.2, "0.3" }, { -0.5, "-0.5" }, { 0.0, "0" }, { -0.0, "-0" },
        { 1e15, "1e+15" }, { 123456789012345.0, "123456789012345" }, { 1e-5, "1e-05" },
        { 1.0 / 3.0, "0.333333333333333" }, { DBL_MAX, "1.79769313486232e+308" },
        { NAN, "nan" }, { -NAN, "nan" }, { INFINITY, "inf" }, { -INFINITY, "-inf" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[RT_NUMBER_MAX];
        text[rt_format_float(text, cases[i].v)] = '\0';
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

static Suite *number_suite(void)
{
    Suite *s       = suite_create("number");
    TCase *numbers = tcase_create("numbers");
    tcase_add_test(numbers, division_truncates_and_wraps);
    tcase_add_test(numbers, division_by_zero_fails);
    tcase_add_test(numbers, shifts_use_six_bits);
    tcase_add_test(numbers, casts_from_float_truncate_and_saturate);
    tcase_add_test(numbers, pow_equals_repeated_multiplication);
    tcase_add_test(numbers, pow_of_extreme_exponents);
    tcase_add_test(numbers, float_remainder_has_the_sign_of_the_dividend);
    tcase_add_test(numbers, ints_are_written_in_decimal);
    tcase_add_test(numbers, floats_are_written_as_the_c_library_does);
    tcase_add_test(numbers, float_texts_of_the_reference);
    suite_add_tcase(s, numbers);
    return s;
}

int main(void) { return check_run(number_suite()); }
