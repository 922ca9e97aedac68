/* test_lex.c - compiler/syntax/lex.c and compiler/syntax/lex_text.c: language 2 and catalogue 26.1. */
#include "compiler/syntax/lex.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "tests/unit/check_main.h"

static Diag *diag;

static TokenList lex_bytes(const char *text, size_t size)
{
    SourceFile *file = source_from_text("a.pluto", text, size);
    diag = diag_new();
    return lex((LexInput){file, file->text, (uint32_t)file->size, NULL}, diag);
}

static TokenList lex_text_of(const char *text)
{
    return lex_bytes(text, strlen(text));
}

/* The kinds of the tokens, with "/" before those that begin a line and "~" before glued ones. */
static const char *kinds(const char *text)
{
    static char out[1000];
    TokenList tokens = lex_text_of(text);
    out[0] = '\0';
    for (size_t i = 0; i + 1 < tokens.count; i++) {
        const Token *t = &tokens.items[i];
        strcat(out, i == 0 ? "" : t->after_newline ? "/" : t->glued ? "~" : " ");
        strcat(out, t->kind == TOK_IDENT ? t->name : token_name(t->kind));
    }
    ck_assert_msg(diag_errors(diag) == 0, "errors in: %s", text);
    tokens_free(&tokens);
    return out;
}

static Token only_token(const char *text)
{
    TokenList tokens = lex_text_of(text);
    ck_assert_msg(tokens.count == 2 && diag_errors(diag) == 0, "not one token: %s", text);
    Token token = tokens.items[0];
    tokens_free(&tokens);
    return token;
}

static void assert_integer(const char *text, uint64_t value)
{
    Token t = only_token(text);
    ck_assert_int_eq(t.kind, TOK_INT);
    ck_assert_uint_eq(t.integer, value);
}

static void assert_float(const char *text, double value)
{
    Token t = only_token(text);
    ck_assert_int_eq(t.kind, TOK_FLOAT);
    ck_assert_double_eq(t.floating, value);
}

static void assert_string(const char *text, const char *bytes, size_t len)
{
    Token t = only_token(text);
    ck_assert_int_eq(t.kind, TOK_STRING);
    ck_assert_uint_eq(t.text->len, len);
    ck_assert_mem_eq(t.text->bytes, bytes, len);
}

/* Exactly one error, with this text, at this column of line 1. */
static void assert_error_in(const char *text, size_t size, const char *message, int column)
{
    char  *out, place[40];
    size_t out_size;
    TokenList tokens = lex_bytes(text, size);
    tokens_free(&tokens);
    ck_assert_msg(diag_errors(diag) == 1, "%d errors in: %s", diag_errors(diag), text);
    FILE *stream = open_memstream(&out, &out_size);
    diag_flush(diag, stream, false);
    fclose(stream);
    snprintf(place, sizeof place, "\n  a.pluto:1:%d\n", column);
    ck_assert_msg(strncmp(out, "Syntax error: ", 14) == 0 && strstr(out, message), "%s", out);
    ck_assert_msg(strstr(out, place) != NULL, "wrong place: %s", out);
    free(out);
}

static void assert_error(const char *text, const char *message, int column)
{
    assert_error_in(text, strlen(text), message, column);
}

/* ---- Layout ---- */

START_TEST(an_empty_text_has_only_the_end)
{
    ck_assert_str_eq(kinds(""), "");
    ck_assert_str_eq(kinds(" \t\n\r\n // only a comment"), "");
}
END_TEST

START_TEST(line_ends_mark_the_next_token)
{
    ck_assert_str_eq(kinds("a\nb // c\n\n\n  d\r\ne f"), "a/b/d/e f");
    ck_assert_str_eq(kinds("a /* b"), "a /~* b");
}
END_TEST

START_TEST(a_mark_and_a_loader_line_may_begin_a_file)
{
    ck_assert_str_eq(kinds("\xef\xbb\xbf" "fn"), "fn");
    ck_assert_str_eq(kinds("#!/usr/bin/env pluto\nfn"), "fn");
    ck_assert_str_eq(kinds("\xef\xbb\xbf#!/usr/bin/env pluto\nfn"), "fn");
}
END_TEST

START_TEST(the_longest_token_wins)
{
    ck_assert_str_eq(kinds("a--b"), "a~--~b");
    ck_assert_str_eq(kinds("x&&y"), "x~&&~y");
    ck_assert_str_eq(kinds("a..=b...c"), "a~..=~b~..~.~c");
    ck_assert_str_eq(kinds("a>>b > >=c"), "a~>~>~b > >=~c");
    ck_assert_str_eq(kinds("<<=<=::=>->??"), "<<~=~<=~::~=>~->~?~?");
}
END_TEST

START_TEST(words_are_keywords_only_as_a_whole)
{
    ck_assert_int_eq(only_token("tests").kind, TOK_TESTS);
    ck_assert_int_eq(only_token("test").kind, TOK_TEST);
    ck_assert_int_eq(only_token("testz").kind, TOK_IDENT);
    ck_assert_int_eq(only_token("_").kind, TOK_IDENT);
    static const char *const free_words[] = {"chan", "remote", "on", "scheduler", "loop", "timeout",
                                             "int", "Map", "ensures", "result"};
    for (size_t i = 0; i < sizeof free_words / sizeof *free_words; i++)
        ck_assert_int_eq(only_token(free_words[i]).kind, TOK_IDENT);
    ck_assert_str_eq(kinds("f \"a\" xf\"a\""), "f string literal xf~string literal");
}
END_TEST

/* ---- Numbers ---- */

START_TEST(integers_have_three_bases)
{
    assert_integer("007", 7);
    assert_integer("1_000__0_", 10000);
    assert_integer("0xfF_0", 0xff0);
    assert_integer("0B1_01", 5);
    assert_integer("9223372036854775807", INT64_MAX);
    assert_integer("9223372036854775808", (uint64_t)1 << 63);
    assert_integer("0x8000000000000000", (uint64_t)1 << 63);
    ck_assert_str_eq(kinds("12ab 0o17"), "integer literal~ab integer literal~o17");
}
END_TEST

START_TEST(floats_have_digits_on_both_sides)
{
    assert_float("1.5", 1.5);
    assert_float("1_0.2_5e-1", 1.025);
    assert_float("2E3", 2000);
    ck_assert(only_token("1e999").floating > DBL_MAX);
    ck_assert_str_eq(kinds("1..4 1.x 5. .5 1e 2e+"),
                     "integer literal~..~integer literal integer literal~.~x integer literal~. "
                     ".~integer literal integer literal~e integer literal~e~+");
}
END_TEST

/* L2, L3, L4 */
START_TEST(wrong_numbers_are_reported_whole)
{
    assert_error("x 9223372036854775809", "integer literal out of range", 3);
    assert_error("0x8000000000000001", "integer literal out of range", 1);
    assert_error("99999999999999999999999999999", "integer literal out of range", 1);
    assert_error("0x", "has no digits", 1);
    assert_error("0b_1", "must not begin with '_'", 1);
    assert_error("0b1_", "must not end with '_'", 1);
    assert_error("0b12", "invalid digit '2'", 1);
    assert_error("0xfg", "invalid digit 'g'", 1);
    assert_error("1.2.3", "multiple decimal points", 1);
    assert_error("3.5.name()", "multiple decimal points", 1);
    assert_error("1.5..2", "multiple decimal points", 1);
}
END_TEST

/* ---- Strings ---- */

START_TEST(escapes_are_decoded)
{
    assert_string("\"a\\n\\r\\t\\0\\\\\\\"b\"", "a\n\r\t\0\\\"b", 8);
    assert_string("\"\\x41\\x80\"", "A\xc2\x80", 3);
    assert_string("\"\\u{e9}\\u{20AC}\\u{1F600}\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9);
    assert_string("\"a\nb{c}\"", "a\nb{c}", 6);
    assert_string("\"\"", "", 0);
}
END_TEST

/* L5, L6 */
START_TEST(unknown_and_hex_escapes_are_reported)
{
    assert_error("\"ab\\q\"", "unknown escape sequence '\\q'", 4);
    assert_error("\"\\7\"", "unknown escape sequence", 2);
    assert_error("\"\\é\"", "unknown escape sequence '\\é'", 2);
    assert_error("\"\\x4\"", "invalid hex escape", 2);
    assert_error("\"\\xg1\"", "invalid hex escape", 2);
}
END_TEST

/* L7 */
START_TEST(unicode_escapes_are_reported_by_cause)
{
    assert_error("\"\\u41\"", "invalid unicode escape: expected '{'", 2);
    assert_error("\"\\u{}\"", "invalid unicode escape: empty", 2);
    assert_error("\"\\u{0000041}\"", "invalid unicode escape: too many hex digits", 2);
    assert_error("\"\\u{4g}\"", "invalid unicode escape: unexpected character 'g'", 2);
    assert_error("\"\\u{41\"", "invalid unicode escape: missing closing '}'", 2);
    assert_error("\"\\u{D800}\"", "surrogate", 2);
    assert_error("\"\\u{110000}\"", "not a valid code point", 2);
}
END_TEST

/* L8 */
START_TEST(an_open_string_is_reported_at_its_quote)
{
    assert_error("x \"abc", "unterminated string literal", 3);
    assert_error("x \"abc\\\"", "unterminated string literal", 3);
    assert_error("x \"abc\\", "unterminated string literal", 3);
    assert_error("f\"abc", "unterminated string literal", 2);
}
END_TEST

/* ---- Other characters ---- */

/* L1 */
START_TEST(other_characters_are_unexpected)
{
    static const char *const chars[] = {";", "@", "#", "$", "'", "`", "\\", "é", "日", "\u00a0",
                                        "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof chars / sizeof *chars; i++) {
        char text[20], message[60];
        snprintf(text, sizeof text, "a %s b", chars[i]);
        snprintf(message, sizeof message, "unexpected character '%s'", chars[i]);
        assert_error(text, message, 3);
    }
    assert_error("a \rb", "unexpected character '\\x0d'", 3);
    assert_error("a \x01 b", "unexpected character '\\x01'", 3);
    assert_error("a \xff b", "unexpected character '\\xff'", 3);
    assert_error_in("a \0b", 4, "unexpected character '\\x00'", 3);
    assert_error_in("\"a\0b\"", 5, "unexpected character '\\x00'", 3);
}
END_TEST

START_TEST(an_error_does_not_hide_the_next)
{
    TokenList tokens = lex_text_of("a ; \"\\q\" 0x 1.2.3 b");
    ck_assert_int_eq(diag_errors(diag), 4);
    tokens_free(&tokens);
}
END_TEST

/* ---- Interpolated text ---- */

START_TEST(an_f_string_knows_where_its_bytes_stand)
{
    Token t = only_token("f\"a\\x80{b}\"");
    ck_assert_int_eq(t.kind, TOK_FSTRING);
    static const uint32_t places[] = {2, 3, 3, 7, 8, 9, 10};
    ck_assert_uint_eq(t.text->len, 6);
    for (int i = 0; i <= 6; i++)
        ck_assert_uint_eq(t.text->origin[i], places[i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s       = suite_create("lex");
    TCase *layout  = tcase_create("layout"), *numbers = tcase_create("numbers"),
          *strings = tcase_create("strings"), *misuse = tcase_create("misuse");
    tcase_add_test(layout, an_empty_text_has_only_the_end);
    tcase_add_test(layout, line_ends_mark_the_next_token);
    tcase_add_test(layout, a_mark_and_a_loader_line_may_begin_a_file);
    tcase_add_test(layout, the_longest_token_wins);
    tcase_add_test(layout, words_are_keywords_only_as_a_whole);
    tcase_add_test(numbers, integers_have_three_bases);
    tcase_add_test(numbers, floats_have_digits_on_both_sides);
    tcase_add_test(numbers, wrong_numbers_are_reported_whole);
    tcase_add_test(strings, escapes_are_decoded);
    tcase_add_test(strings, unknown_and_hex_escapes_are_reported);
    tcase_add_test(strings, unicode_escapes_are_reported_by_cause);
    tcase_add_test(strings, an_open_string_is_reported_at_its_quote);
    tcase_add_test(strings, an_f_string_knows_where_its_bytes_stand);
    tcase_add_test(misuse, other_characters_are_unexpected);
    tcase_add_test(misuse, an_error_does_not_hide_the_next);
    suite_add_tcase(s, layout);
    suite_add_tcase(s, numbers);
    suite_add_tcase(s, strings);
    suite_add_tcase(s, misuse);
    return s;
}

int main(void)
{
    return check_run(suite());
}
