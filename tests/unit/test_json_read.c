/* test_json_read.c - compiler/base/json_read.c. */
#include "compiler/base/json_read.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "tests/unit/check_main.h"

static const char *why;
static uint32_t    at;

static const JsonValue *parse(const char *text)
{
    return json_parse(source_from_text("t.json", text, strlen(text)), &why, &at);
}

/* ---- Values ---- */

START_TEST(scalars_keep_their_kinds)
{
    ck_assert_int_eq(parse(" null ")->kind, JSON_NULL);
    ck_assert(parse("true")->boolean);
    ck_assert(!parse("false")->boolean);
    ck_assert_int_eq(parse("-12")->integer, -12);
    ck_assert_int_eq(parse("9223372036854775807")->integer, INT64_MAX);
    ck_assert_int_eq(parse("9223372036854775808")->kind, JSON_FLOAT);
    ck_assert(parse("-0.5e1")->number == -5.0);
    ck_assert_int_eq(parse("0")->kind, JSON_INT);
}
END_TEST

START_TEST(escapes_become_characters)
{
    const JsonValue *v = parse("\"a\\n\\\"\\\\\\/\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\ud800!\"");
    ck_assert_str_eq(v->string.bytes,
                     "a\n\"\\/A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd!");
    ck_assert_uint_eq(parse("\"a\\u0000b\"")->string.len, 3);
}
END_TEST

START_TEST(members_and_items_are_found)
{
    const JsonValue *v = parse("{\"a\": [1, 2, {}], \"b\": \"x\",\n \"b\": []}");
    ck_assert_int_eq(json_member(v, "a")->items.count, 3);
    ck_assert_int_eq(json_member(v, "a")->items.items[1]->integer, 2);
    ck_assert_int_eq(json_member(v, "b")->kind, JSON_ARRAY);         /* the last one */
    ck_assert_uint_eq(json_member(v, "b")->start, 34);
    ck_assert_ptr_null(json_member(v, "c"));
    ck_assert_ptr_null(json_member(parse("[]"), "c"));
}
END_TEST

/* ---- Errors ---- */

static const struct { const char *text, *why; uint32_t at; } wrong[] = {
    {"", "the text ends too early", 0},
    {"[1", "expected ',' or ']'", 2},
    {"[1,]", "expected a value", 3},
    {"{\"a\" 1}", "expected ':'", 5},
    {"{a: 1}", "expected a name in quotes", 1},
    {"{\"a\": 1", "expected ',' or '}'", 7},
    {"\"abc", "a string is not closed", 4},
    {"\"abc\\", "a string is not closed", 5},
    {"\"a\nb\"", "a string may not contain this byte as it is", 2},
    {"\"\\x\"", "no escape sequence begins like this", 2},
    {"\"\\u12g4\"", "expected four hexadecimal digits", 5},
    {"01", "a number may not begin with 0", 2},
    {"1.", "expected a digit", 2},
    {"-", "expected a digit", 1},
    {"1e+", "expected a digit", 3},
    {"nul", "expected a value", 0},
    {"1 2", "expected the end of the text", 2},
};

START_TEST(what_is_wrong_is_said_with_its_place)
{
    ck_assert_ptr_null(parse(wrong[_i].text));
    ck_assert_str_eq(why, wrong[_i].why);
    ck_assert_msg(at == wrong[_i].at, "%s: at %u", wrong[_i].text, at);
}
END_TEST

START_TEST(deep_nesting_is_an_error)
{
    char text[1001];
    memset(text, '[', 1000);
    text[1000] = '\0';
    ck_assert_ptr_null(parse(text));
    ck_assert_str_eq(why, "too many brackets inside each other");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("json_read");
    TCase *t = tcase_create("values");
    tcase_add_test(t, scalars_keep_their_kinds);
    tcase_add_test(t, escapes_become_characters);
    tcase_add_test(t, members_and_items_are_found);
    suite_add_tcase(s, t);
    t = tcase_create("errors");
    tcase_add_loop_test(t, what_is_wrong_is_said_with_its_place, 0,
                        sizeof wrong / sizeof *wrong);
    tcase_add_test(t, deep_nesting_is_an_error);
    suite_add_tcase(s, t);
    return s;
}

int main(void) { return check_run(suite()); }
