/* test_string.c - runtime/value/string.c and bytes.c: language 20 and 23. */
#include "tests/unit/runtime_fixture.h"

#include <math.h>

#include "runtime/value/bytes.h"
#include "tests/unit/check_main.h"

/* A string with NUL bytes inside. */
#define STR(text) rt_string_new(text, sizeof(text) - 1)

/* ---- Making strings ---- */

START_TEST(short_strings_are_static)
{
    for (int b = 0; b < 256; b++) {
        char byte = (char)b;
        ck_assert_ptr_eq(rt_string_new(&byte, 1), rt_byte_strings[b]);
        ck_assert_int_eq(rt_byte_strings[b]->len, 1);
        ck_assert_int_eq((uint8_t)rt_byte_strings[b]->bytes[0], b);
        ck_assert_int_eq(rt_byte_strings[b]->bytes[1], 0);
    }
    ck_assert_ptr_eq(str(""), STR(""));
    assert_string(str(""), "");
}
END_TEST

START_TEST(equality_is_by_content)
{
    ck_assert(rt_string_equal(str("pluto"), str("pluto")));
    ck_assert(rt_string_equal(str(""), rt_string_substring(str("abc"), 2, 0)));
    ck_assert(!rt_string_equal(str("pluto"), str("plutp")));
    ck_assert(!rt_string_equal(str("ab"), str("abc")));
    ck_assert(!rt_string_equal(STR("a\0b"), STR("a\0c")));
}
END_TEST

START_TEST(concat_joins_and_shares)
{
    const RtString *a = str("left"), *b = STR("ri\0ght");
    assert_string(rt_string_concat(a, b), "leftri\0ght");
    ck_assert_ptr_eq(rt_string_concat(a, str("")), a);
    ck_assert_ptr_eq(rt_string_concat(str(""), b), b);
}
END_TEST

START_TEST(build_writes_every_kind_of_part)
{
    RtPart parts[] = {
        { .kind = RT_PART_TEXT, .len = 3, .text = "n: " },
        { .kind = RT_PART_INT, .integer = INT64_MIN },
        { .kind = RT_PART_TEXT, .len = 1, .text = " " },
        { .kind = RT_PART_FLOAT, .floating = -1.23456789012345e-300 },
        { .kind = RT_PART_BOOL, .boolean = true },
        { .kind = RT_PART_BOOL, .boolean = false },
        { .kind = RT_PART_STRING, .string = STR("x\0y") },
    };
    assert_string(rt_string_build(parts, 7),
                  "n: -9223372036854775808 -1.23456789012345e-300truefalsex\0y");
    ck_assert_ptr_eq(rt_string_build(parts, 0), str(""));
}
END_TEST

/* Around the length from which the text is written in place. */
START_TEST(build_of_any_length_is_exact)
{
    for (int64_t n = 400; n < 600; n++) {
        const RtString *text    = rt_string_repeat(rt_byte_strings['a' + n % 26], n);
        RtPart          parts[] = { { .kind = RT_PART_INT, .integer = n },
                                    { .kind = RT_PART_STRING, .string = text },
                                    { .kind = RT_PART_FLOAT, .floating = 0.5 } };
        const RtString *s = rt_string_build(parts, 3);
        ck_assert_int_eq(s->len, n + 6);
        ck_assert_mem_eq(s->bytes + 3, text->bytes, (size_t)n);
        ck_assert_str_eq(s->bytes + 3 + n, "0.5");
        ck_assert(rt_string_equal(rt_string_build(&parts[1], 1), text));
    }
}
END_TEST

/* ---- Searching ---- */

START_TEST(searching_follows_the_reference)
{
    static const struct {
        const char *s, *part;
        int64_t     index, last, count;
        bool        starts, ends;
    } cases[] = {
        { "", "", 0, 0, 0, true, true },
        { "abc", "", 0, 3, 0, true, true },
        { "", "a", -1, -1, 0, false, false },
        { "abc", "abc", 0, 0, 1, true, true },
        { "abc", "abcd", -1, -1, 0, false, false },
        { "abcabc", "bc", 1, 4, 2, false, true },
        { "abcabc", "b", 1, 4, 2, false, false },
        { "abcabd", "ab", 0, 3, 2, true, false },
        { "aaaa", "aa", 0, 2, 2, true, true },
        { "aaaaa", "aa", 0, 3, 2, true, true },
        { "aab", "ab", 1, 1, 1, false, true },
        { "abab", "abb", -1, -1, 0, false, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const RtString *s = str(cases[i].s), *part = str(cases[i].part);
        ck_assert_int_eq(rt_string_index_of(s, part), cases[i].index);
        ck_assert_int_eq(rt_string_last_index_of(s, part), cases[i].last);
        ck_assert_int_eq(rt_string_count(s, part), cases[i].count);
        ck_assert_int_eq(rt_string_contains(s, part), cases[i].index >= 0);
        ck_assert_int_eq(rt_string_starts_with(s, part), cases[i].starts);
        ck_assert_int_eq(rt_string_ends_with(s, part), cases[i].ends);
    }
}
END_TEST

START_TEST(searching_looks_past_nul_bytes)
{
    const RtString *s = STR("a\0bc\0b");
    ck_assert_int_eq(rt_string_index_of(s, STR("bc")), 2);
    ck_assert_int_eq(rt_string_last_index_of(s, STR("\0b")), 4);
    ck_assert_int_eq(rt_string_count(s, STR("\0")), 2);
    ck_assert(rt_string_ends_with(s, STR("c\0b")));
}
END_TEST

/* ---- Parts ---- */

START_TEST(substring_clamps_start_and_length)
{
    const RtString *s = str("hello");
    assert_string(rt_string_substring(s, 1, 3), "ell");
    assert_string(rt_string_substring(s, -2, 3), "hel");
    assert_string(rt_string_substring(s, 3, 100), "lo");
    assert_string(rt_string_substring(s, 5, 1), "");
    assert_string(rt_string_substring(s, 6, 1), "");
    assert_string(rt_string_substring(s, 2, -1), "");
    assert_string(rt_string_substring(s, 4, INT64_MAX), "o");
    assert_string(rt_string_substring(s, INT64_MAX, INT64_MAX), "");
    assert_string(rt_string_substring(s, INT64_MIN, INT64_MIN), "");
    ck_assert_ptr_eq(rt_string_substring(s, INT64_MIN, INT64_MAX), s);
}
END_TEST

START_TEST(trim_strips_four_kinds_of_blanks)
{
    const RtString *s = str(" \t\r\n x y\v \r\n\t ");
    assert_string(rt_string_trim(s), "x y\v");
    assert_string(rt_string_trim_start(s), "x y\v \r\n\t ");
    assert_string(rt_string_trim_end(s), " \t\r\n x y\v");
    assert_string(rt_string_trim(str(" \n ")), "");
    assert_string(rt_string_trim_start(str(" \n ")), "");
    assert_string(rt_string_trim_end(str(" \n ")), "");
    assert_string(rt_string_trim(str("")), "");
    ck_assert(rt_string_is_whitespace(str(" \t\r\n")));
    ck_assert(rt_string_is_whitespace(str("")));
    ck_assert(!rt_string_is_whitespace(str(" \v ")));
    ck_assert(!rt_string_is_whitespace(STR(" \0 ")));
}
END_TEST

static void assert_split(const RtString *s, const RtString *separator, int64_t count,
                         const char *const *pieces)
{
    RtArray *a = rt_string_split(s, separator);
    ck_assert_int_eq(a->len, count);
    for (int64_t i = 0; i < count; i++)
        ck_assert_str_eq(((const RtString **)a->data)[i]->bytes, pieces[i]);
}

START_TEST(split_keeps_empty_pieces)
{
    assert_split(str("a,,b,"), str(","), 4, (const char *[]){ "a", "", "b", "" });
    assert_split(str(""), str(","), 1, (const char *[]){ "" });
    assert_split(str("one"), str(","), 1, (const char *[]){ "one" });
    assert_split(str("--a---b--"), str("--"), 4, (const char *[]){ "", "a", "-b", "" });
    assert_split(str("abc"), str("abc"), 2, (const char *[]){ "", "" });
    assert_split(str("xyz"), str(""), 3, (const char *[]){ "x", "y", "z" });
    assert_split(str(""), str(""), 0, NULL);
}
END_TEST

/* ---- Changed copies ---- */

START_TEST(case_changes_only_ascii_letters)
{
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    const RtString *s     = rt_string_new(all, 256);
    const RtString *upper = rt_string_to_upper(s), *lower = rt_string_to_lower(s);
    for (int i = 0; i < 256; i++) {
        ck_assert_int_eq((uint8_t)upper->bytes[i], i >= 'a' && i <= 'z' ? i - 32 : i);
        ck_assert_int_eq((uint8_t)lower->bytes[i], i >= 'A' && i <= 'Z' ? i + 32 : i);
    }
    s = str("NO SMALL 1");
    ck_assert_ptr_eq(rt_string_to_upper(s), s);
    assert_string(rt_string_to_lower(s), "no small 1");
}
END_TEST

START_TEST(replace_goes_left_to_right_without_rescanning)
{
    const RtString *s = str("aaaaa");
    assert_string(rt_string_replace(s, str("aa"), str("ba")), "babaa");
    assert_string(rt_string_replace(s, str("a"), str("aa")), "aaaaaaaaaa");
    assert_string(rt_string_replace(s, str("aa"), str("")), "a");
    assert_string(rt_string_replace(str("x.y"), str("."), STR("\0\0")), "x\0\0y");
    ck_assert_ptr_eq(rt_string_replace(s, str(""), str("x")), s);
    ck_assert_ptr_eq(rt_string_replace(s, str("b"), str("x")), s);
}
END_TEST

START_TEST(repeat_counts)
{
    const RtString *s = str("ab");
    assert_string(rt_string_repeat(s, 5), "ababababab");
    ck_assert_ptr_eq(rt_string_repeat(s, 1), s);
    assert_string(rt_string_repeat(s, 0), "");
    assert_string(rt_string_repeat(s, INT64_MIN), "");
    assert_string(rt_string_repeat(str(""), INT64_MAX), "");
}
END_TEST

/* ---- Numbers ---- */

START_TEST(to_int_takes_digits_with_a_sign)
{
    static const struct { const char *text; int64_t value; } good[] = {
        { "0", 0 }, { "-0", 0 }, { "+7", 7 }, { "  42\n", 42 }, { "007", 7 }, { "-12", -12 },
        { "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
        { "00000000000000000000000000012", 12 },
    };
    static const char *const bad[] = {
        "", " ", "+", "-", "--1", "+-1", "- 1", "1 2", "1_000", "0x10", "1.0", "1e3", "\v1",
        "9223372036854775808", "-9223372036854775809", "92233720368547758070", "12a",
    };
    int64_t v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(rt_string_to_int(str(good[i].text), &v), "\"%s\" is an int", good[i].text);
        ck_assert_int_eq(v, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!rt_string_to_int(str(bad[i]), &v), "\"%s\" is no int", bad[i]);
    ck_assert(!rt_string_to_int(STR("12\0"), &v));
}
END_TEST

START_TEST(to_float_takes_what_strtod_takes)
{
    static const struct { const char *text; double value; } good[] = {
        { "0", 0 }, { " 1.5\t", 1.5 }, { "-2e3", -2000 }, { ".5", .5 }, { "5.", 5 },
        { "0x10", 16 }, { "inf", INFINITY }, { "1e999", INFINITY }, { "1e-400", 0 },
    };
    static const char *const bad[] = { "", " ", ".", "e5", "1.5x", "1,5", "1 2", "\v1", "--1" };
    double v;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(rt_string_to_float(str(good[i].text), &v), "\"%s\"", good[i].text);
        ck_assert_double_eq(v, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!rt_string_to_float(str(bad[i]), &v), "\"%s\" is no float", bad[i]);
    ck_assert(!rt_string_to_float(STR("1.5\0"), &v));
    ck_assert(rt_string_to_float(str("nan"), &v) && isnan(v));
}
END_TEST

/* ---- Bytes ---- */

START_TEST(bytes_and_strings_copy_each_other)
{
    const RtString *s = STR("a\0b");
    RtBytes        *b = rt_string_to_bytes(s);
    ck_assert_int_eq(b->len, 3);
    *rt_bytes_at(b, 1, &here) = 'x';
    RtBytes_push(b, 200);
    assert_string(rt_bytes_to_string(b), "axb\xc8");
    assert_string(s, "a\0b");
    assert_string(rt_bytes_to_string(rt_bytes_new()), "");
    rt_bytes_append(b, "12345678901234567890123456789012345", 35);
    rt_bytes_append(b, NULL, 0);
    assert_string(rt_bytes_to_string(b), "axb\xc8" "12345678901234567890123456789012345");
}
END_TEST

/* ---- The collector ---- */

START_TEST(split_keeps_its_pieces_while_it_makes_more)
{
    const RtString *line = rt_string_repeat(str("some words,"), 200);
    RtArray        *a    = rt_string_split(line, str(","));
    for (int i = 0; i < 200; i++)
        assert_string(((const RtString **)a->data)[i], "some words");
}
END_TEST

/* ---- Failures ---- */

static void index_past_the_end(void) { rt_string_at(str("abc"), 3, &here); }
static void index_below_0(void)      { rt_string_at(str("abc"), -1, &here); }
static void byte_at_the_end(void)    { rt_string_byte_at(str("abc"), 3, &here); }
static void bytes_past_the_end(void) { rt_bytes_at(rt_string_to_bytes(str("ab")), 2, &here); }
static void repeat_overflows(void)   { rt_string_repeat(str("ab"), INT64_C(1) << 62); }
static void repeat_is_too_much(void) { rt_string_repeat(str("a"), INT64_MAX); }

START_TEST(indices_are_checked)
{
    assert_fails(index_past_the_end,
                 "pluto: string index out of bounds: index 3, length 3\n" HERE);
    assert_fails(index_below_0, "pluto: string index out of bounds: index -1, length 3\n" HERE);
    assert_fails(byte_at_the_end,
                 "pluto: string byte_at index out of bounds: index 3, length 3\n" HERE);
    assert_fails(bytes_past_the_end,
                 "pluto: bytes index out of bounds: index 2, length 2\n" HERE);
}
END_TEST

START_TEST(single_bytes_are_strings_and_unsigned_numbers)
{
    ck_assert_ptr_eq(rt_string_at(str("abc"), 2, &here), str("c"));
    ck_assert_ptr_eq(rt_string_at(str("a\xff"), 1, &here), str("\xff"));
    ck_assert_int_eq(rt_string_byte_at(str("a\xff"), 1, &here), 255);
}
END_TEST

START_TEST(impossible_lengths_fail)
{
    assert_fails(repeat_overflows, "pluto: string length overflow\n");
    assert_fails(repeat_is_too_much,
                 "pluto: out of memory\n  9223372036854775816 bytes wanted\n");
}
END_TEST

static Suite *string_suite(void)
{
    Suite *s      = suite_create("string");
    TCase *values = tcase_create("values");
    tcase_add_checked_fixture(values, heap_setup, NULL);
    tcase_add_test(values, short_strings_are_static);
    tcase_add_test(values, equality_is_by_content);
    tcase_add_test(values, concat_joins_and_shares);
    tcase_add_test(values, build_writes_every_kind_of_part);
    tcase_add_test(values, build_of_any_length_is_exact);
    tcase_add_test(values, searching_follows_the_reference);
    tcase_add_test(values, searching_looks_past_nul_bytes);
    tcase_add_test(values, substring_clamps_start_and_length);
    tcase_add_test(values, trim_strips_four_kinds_of_blanks);
    tcase_add_test(values, split_keeps_empty_pieces);
    tcase_add_test(values, case_changes_only_ascii_letters);
    tcase_add_test(values, replace_goes_left_to_right_without_rescanning);
    tcase_add_test(values, repeat_counts);
    tcase_add_test(values, to_int_takes_digits_with_a_sign);
    tcase_add_test(values, to_float_takes_what_strtod_takes);
    tcase_add_test(values, bytes_and_strings_copy_each_other);
    tcase_add_test(values, single_bytes_are_strings_and_unsigned_numbers);
    suite_add_tcase(s, values);

    TCase *collector = tcase_create("collector");
    tcase_add_checked_fixture(collector, stress_heap_setup, NULL);
    tcase_add_test(collector, split_keeps_its_pieces_while_it_makes_more);
    suite_add_tcase(s, collector);

    TCase *failures = tcase_create("failures");
    tcase_add_test(failures, indices_are_checked);
    tcase_add_test(failures, impossible_lengths_fail);
    suite_add_tcase(s, failures);
    return s;
}

int main(void) { return check_run(string_suite()); }
