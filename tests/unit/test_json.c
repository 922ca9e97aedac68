/* test_json.c - compiler/base/json.c, and diagnostics as JSON. */
#include "compiler/base/json.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/diag.h"
#include "tests/unit/check_main.h"

static char  *printed;
static size_t printed_size;

static const char *json_of(const char *text)
{
    free(printed);
    FILE *out = open_memstream(&printed, &printed_size);
    json_string(out, text);
    fclose(out);
    return printed;
}

static int length_of(const char *bytes)
{
    return utf8_length((const unsigned char *)bytes, strlen(bytes));
}

/* ---- Strings ---- */

START_TEST(what_json_forbids_in_a_string_is_escaped)
{
    ck_assert_str_eq(json_of(""), "\"\"");
    ck_assert_str_eq(json_of("a \"b\" \\ /"), "\"a \\\"b\\\" \\\\ /\"");
    ck_assert_str_eq(json_of("\n\t\r\x01\x1f\x7f"), "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\"");
    ck_assert_str_eq(json_of(NULL), "null");
}
END_TEST

START_TEST(text_stays_and_bytes_that_are_none_are_replaced)
{
    ck_assert_str_eq(json_of("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
                     "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
    ck_assert_str_eq(json_of("a\xff\xc3"), "\"a\\ufffd\\ufffd\"");
    ck_assert_str_eq(json_of("\xe2\x82x"), "\"\\ufffd\\ufffdx\"");
}
END_TEST

START_TEST(only_well_formed_sequences_count_as_utf8)
{
    ck_assert_int_eq(length_of("\x7f"), 1);
    ck_assert_int_eq(length_of("\xc2\x80"), 2);
    ck_assert_int_eq(length_of("\xe0\xa0\x80"), 3);
    ck_assert_int_eq(length_of("\xed\x9f\xbf"), 3);
    ck_assert_int_eq(length_of("\xf4\x8f\xbf\xbf"), 4);
    ck_assert_int_eq(length_of("\x80"), 0);
    ck_assert_int_eq(length_of("\xc0\x80"), 0);              /* too long a form of NUL */
    ck_assert_int_eq(length_of("\xe0\x9f\xbf"), 0);
    ck_assert_int_eq(length_of("\xf0\x8f\xbf\xbf"), 0);
    ck_assert_int_eq(length_of("\xed\xa0\x80"), 0);          /* half of a pair of UTF-16 */
    ck_assert_int_eq(length_of("\xf4\x90\x80\x80"), 0);      /* above U+10FFFF */
    ck_assert_int_eq(length_of("\xf5\x80\x80\x80"), 0);
    ck_assert_int_eq(length_of("\xc3"), 0);
    ck_assert_int_eq(length_of("\xc3("), 0);
}
END_TEST

/* ---- Diagnostics ---- */

START_TEST(notes_help_and_context_have_their_fields)
{
    SourceFile *file = source_from_text("a.pluto", "ab\ncd", 5);
    Diag       *d    = diag_new();
    diag_context(d, (DiagContext){{file, 3, 4}, "in f"});
    diag_error(d, DIAG_TYPE, (Span){file, 1, 5}, "wrong");
    diag_note(d, (Span){file, 0, 1}, "here");
    diag_help(d, "one");
    diag_help(d, "two");
    diag_context(d, (DiagContext){.text = NULL});
    diag_error(d, DIAG_WARNING, (Span){.file = NULL}, "nowhere");
    free(printed);
    FILE *out = open_memstream(&printed, &printed_size);
    diag_flush_json(d, out);
    diag_flush_json(d, out);                                 /* nothing is left */
    fclose(out);
    const char *error =
        "{\"kind\":\"type\",\"severity\":\"error\",\"message\":\"wrong\",\"file\":\"a.pluto\","
        "\"line\":1,\"column\":2,\"end_line\":2,\"end_column\":3,\"label\":null,\"notes\":["
        "{\"message\":\"here\",\"file\":\"a.pluto\",\"line\":1,\"column\":1},"
        "{\"message\":\"in f\",\"file\":\"a.pluto\",\"line\":2,\"column\":1}],"
        "\"help\":\"one\\ntwo\"}\n";
    const char *warning =
        "{\"kind\":\"warning\",\"severity\":\"warning\",\"message\":\"nowhere\",\"file\":null,"
        "\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null,\"label\":null,"
        "\"notes\":[],\"help\":null}\n";
    ck_assert_ptr_nonnull(strstr(printed, error));
    ck_assert_ptr_nonnull(strstr(printed, warning));
    ck_assert_uint_eq(strlen(printed), strlen(error) + strlen(warning));
}
END_TEST

static Suite *suite(void)
{
    Suite *s       = suite_create("json");
    TCase *strings = tcase_create("strings"), *diagnostics = tcase_create("diagnostics");
    tcase_add_test(strings, what_json_forbids_in_a_string_is_escaped);
    tcase_add_test(strings, text_stays_and_bytes_that_are_none_are_replaced);
    tcase_add_test(strings, only_well_formed_sequences_count_as_utf8);
    tcase_add_test(diagnostics, notes_help_and_context_have_their_fields);
    suite_add_tcase(s, strings);
    suite_add_tcase(s, diagnostics);
    return s;
}

int main(void)
{
    return check_run(suite());
}
