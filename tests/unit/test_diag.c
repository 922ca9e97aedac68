/* test_diag.c - compiler/base/diag.c and compiler/base/source.c: what the programmer gets to see. */
#include "compiler/base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/check_main.h"

static char *printed;
static size_t printed_size;

/* What diag_flush prints. */
static const char *flush(Diag *d, bool colour)
{
    free(printed);
    FILE *out = open_memstream(&printed, &printed_size);
    diag_flush(d, out, colour);
    fclose(out);
    return printed;
}

static SourceFile *file_of(const char *text)
{
    return source_from_text("a.pluto", text, strlen(text));
}

/* The span of the first occurrence of what. */
static Span find(const SourceFile *file, const char *what)
{
    uint32_t start = (uint32_t)(strstr(file->text, what) - file->text);
    return (Span){file, start, start + (uint32_t)strlen(what)};
}

/* ---- Places ---- */

START_TEST(lines_and_columns_count_from_one)
{
    SourceFile *file = file_of("ab\n\ncd");
    uint32_t line, column;
    source_locate(file, 0, &line, &column);
    ck_assert_uint_eq(line, 1);
    ck_assert_uint_eq(column, 1);
    source_locate(file, 2, &line, &column);          /* the line end belongs to its line */
    ck_assert_uint_eq(line, 1);
    ck_assert_uint_eq(column, 3);
    source_locate(file, 3, &line, &column);
    ck_assert_uint_eq(line, 2);
    source_locate(file, 6, &line, &column);          /* the end of the file */
    ck_assert_uint_eq(line, 3);
    ck_assert_uint_eq(column, 3);
    ck_assert_uint_eq(file->lines, 3);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_says_why)
{
    const char *why = NULL;
    ck_assert_ptr_null(source_read("/nowhere/a.pluto", &why));
    ck_assert_str_eq(why, "no such file");
    ck_assert_ptr_null(source_read("/", &why));
    ck_assert_str_eq(why, "it is a directory");
}
END_TEST

/* ---- The form ---- */

START_TEST(an_error_shows_place_excerpt_label_and_notes)
{
    SourceFile *file = file_of("fn main() {\n    tx.send(name)!\n}\n");
    Diag *d = diag_new();
    ck_assert(!diag_error(d, DIAG_TYPE, find(file, "name"), "send() expects %s, found %s", "int",
                          "string"));
    diag_label(d, "this is %s", "string");
    diag_note(d, find(file, "main"), "the function is %s", "here");
    diag_help(d, "convert it");
    ck_assert_str_eq(flush(d, false), "Type error: send() expects int, found string\n"
                                      "  a.pluto:2:13\n"
                                      "    2 |     tx.send(name)!\n"
                                      "      |             ^^^^ this is string\n"
                                      "  a.pluto:1:4: the function is here\n"
                                      "  help: convert it\n");
}
END_TEST

START_TEST(each_kind_has_its_prefix_and_warnings_are_no_errors)
{
    SourceFile *file = file_of("abcde");
    Diag *d = diag_new();
    DiagKind kinds[] = {DIAG_SYNTAX, DIAG_TYPE, DIAG_CODEGEN, DIAG_UNSUPPORTED, DIAG_WARNING};
    for (uint32_t i = 0; i < 5; i++)
        diag_error(d, kinds[i], (Span){file, i, i + 1}, "x");
    ck_assert_int_eq(diag_errors(d), 4);
    const char *text = flush(d, false);
    ck_assert_ptr_eq(strstr(text, "Syntax error: x\n"), text);
    ck_assert_ptr_nonnull(strstr(text, "\nType error: x\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nCodegen error: x\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nNot implemented: x\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nwarning: x\n"));
}
END_TEST

START_TEST(a_context_is_the_last_note_of_every_error_in_it)
{
    SourceFile *file = file_of("one two three");
    Diag       *d    = diag_new();
    DiagContext none = diag_context(d, (DiagContext){find(file, "three"), "asked for here"});

    ck_assert_ptr_null(none.text);
    diag_error(d, DIAG_TYPE, find(file, "one"), "bad");
    diag_note(d, find(file, "two"), "a note");
    diag_context(d, none);
    diag_error(d, DIAG_TYPE, find(file, "two"), "worse");
    const char *text = flush(d, false);
    const char *note = strstr(text, "a note\n  a.pluto:1:9: asked for here\n");
    ck_assert_ptr_nonnull(note);
    ck_assert_ptr_nonnull(strstr(note, "worse"));
}
END_TEST

START_TEST(a_warning_is_given_once_for_a_place)
{
    SourceFile *file = file_of("one");
    Diag       *d    = diag_new();

    diag_error(d, DIAG_WARNING, find(file, "one"), "unused");
    diag_error(d, DIAG_WARNING, find(file, "one"), "unused again");
    ck_assert_ptr_null(strstr(flush(d, false), "again"));
}
END_TEST

START_TEST(colour_is_printed_only_when_asked_for)
{
    SourceFile *file = file_of("abc");
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "b"), "x");
    ck_assert_ptr_null(strchr(flush(d, false), '\033'));
    diag_error(d, DIAG_TYPE, find(file, "b"), "x");
    ck_assert_ptr_nonnull(strstr(flush(d, true), "\033[1;31mType error: \033[0mx"));
}
END_TEST

START_TEST(an_error_without_a_place_is_one_line)
{
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, (Span){NULL, 0, 0}, "no main");
    ck_assert_str_eq(flush(d, false), "Type error: no main\n");
}
END_TEST

START_TEST(only_the_first_line_of_a_long_span_is_shown)
{
    SourceFile *file = file_of("let x = [1,\n  2]\n");
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "[1,\n  2]"), "x");
    ck_assert_ptr_nonnull(strstr(flush(d, false), "    1 | let x = [1,\n"
                                                  "      |         ^^^\n"));
}
END_TEST

START_TEST(tabs_and_utf8_keep_carets_aligned)
{
    SourceFile *file = file_of("\tlet é = \"→→\" + y\r\n");
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "y"), "x");
    ck_assert_ptr_nonnull(strstr(flush(d, false), "    1 |     let é = \"→→\" + y\n"
                                                  "      |                    ^\n"));
}
END_TEST

START_TEST(bytes_that_upset_a_terminal_are_not_printed)
{
    SourceFile *file = source_from_text("a.pluto", "\033[2J\x9b\x00 x", 7);
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, (Span){file, 6, 7}, "x");
    ck_assert_ptr_nonnull(strstr(flush(d, false), "    1 | ?[2J?? \n"));
}
END_TEST

START_TEST(the_end_of_the_file_gets_one_caret)
{
    SourceFile *file = file_of("fn");
    Diag *d = diag_new();
    diag_error(d, DIAG_SYNTAX, (Span){file, 2, 2}, "x");
    ck_assert_ptr_nonnull(strstr(flush(d, false), "  a.pluto:1:3\n    1 | fn\n      |   ^\n"));
}
END_TEST

START_TEST(a_long_line_is_cut_around_the_carets)
{
    char text[2001];
    memset(text, 'a', 2000);
    text[1000] = 'b';
    text[2000] = '\0';
    SourceFile *file = file_of(text);
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "b"), "x");
    const char *excerpt = strstr(flush(d, false), " 1 | ");
    const char *caret   = strchr(excerpt, '^');
    ck_assert(strncmp(excerpt, " 1 | ...aaa", 11) == 0);
    const char *line_end = strchr(excerpt, '\n');
    ck_assert_int_lt(line_end - excerpt, 110);
    ck_assert(strncmp(line_end - 4, "a...", 4) == 0);
    /* The caret stands below the b. */
    const char *caret_bar = strchr(line_end, '|');
    ck_assert_int_eq(strchr(excerpt, 'b') - strchr(excerpt, '|'), caret - caret_bar);
}
END_TEST

/* ---- Order and number ---- */

START_TEST(errors_come_in_source_order)
{
    SourceFile *file = file_of("abc");
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "c"), "third");
    diag_error(d, DIAG_TYPE, find(file, "a"), "first");
    diag_error(d, DIAG_TYPE, find(file, "b"), "second");
    const char *text = flush(d, false);
    ck_assert(strstr(text, "first") < strstr(text, "second"));
    ck_assert(strstr(text, "second") < strstr(text, "third"));
    ck_assert_str_eq(flush(d, false), "");
    ck_assert_int_eq(diag_errors(d), 3);
}
END_TEST

START_TEST(an_error_in_a_part_stays_before_the_one_in_the_whole)
{
    SourceFile *file = file_of("a + b c");
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "c"), "after both");
    diag_error(d, DIAG_TYPE, find(file, "b"), "the part");
    diag_error(d, DIAG_TYPE, find(file, "a + b"), "the whole");
    const char *text = flush(d, false);
    ck_assert(strstr(text, "the part") < strstr(text, "the whole"));
    ck_assert(strstr(text, "the whole") < strstr(text, "after both"));
}
END_TEST

START_TEST(a_second_error_at_the_same_span_is_dropped_with_its_notes)
{
    SourceFile *file = file_of("abc");
    Diag *d = diag_new();
    diag_error(d, DIAG_TYPE, find(file, "b"), "one");
    diag_error(d, DIAG_TYPE, find(file, "b"), "two");
    diag_label(d, "label");
    diag_note(d, find(file, "a"), "note");
    diag_help(d, "advice");
    ck_assert_int_eq(diag_errors(d), 1);
    ck_assert_str_eq(flush(d, false), "Type error: one\n  a.pluto:1:2\n"
                                      "    1 | abc\n      |  ^\n");
}
END_TEST

START_TEST(at_most_twenty_errors_are_printed)
{
    char text[3000];
    memset(text, 'a', sizeof text);
    SourceFile *file = source_from_text("a.pluto", text, sizeof text);
    Diag *d = diag_new();
    for (uint32_t i = 0; i < 2500; i++)
        diag_error(d, DIAG_SYNTAX, (Span){file, i, i + 1}, "x");
    const char *out = flush(d, false);
    int shown = 0;
    for (const char *s = out; (s = strstr(s, "Syntax error")) != NULL; s++)
        shown++;
    ck_assert_int_eq(shown, 20);
    ck_assert_ptr_nonnull(strstr(out, "\n2480 more errors\n"));
    ck_assert_int_eq(diag_errors(d), 2500);
}
END_TEST

static Suite *suite(void)
{
    Suite *s      = suite_create("diag");
    TCase *places = tcase_create("places"), *form = tcase_create("form"),
          *order  = tcase_create("order");
    tcase_add_test(places, lines_and_columns_count_from_one);
    tcase_add_test(places, a_file_that_cannot_be_read_says_why);
    tcase_add_test(form, an_error_shows_place_excerpt_label_and_notes);
    tcase_add_test(form, each_kind_has_its_prefix_and_warnings_are_no_errors);
    tcase_add_test(form, a_context_is_the_last_note_of_every_error_in_it);
    tcase_add_test(form, a_warning_is_given_once_for_a_place);
    tcase_add_test(form, colour_is_printed_only_when_asked_for);
    tcase_add_test(form, an_error_without_a_place_is_one_line);
    tcase_add_test(form, only_the_first_line_of_a_long_span_is_shown);
    tcase_add_test(form, tabs_and_utf8_keep_carets_aligned);
    tcase_add_test(form, bytes_that_upset_a_terminal_are_not_printed);
    tcase_add_test(form, the_end_of_the_file_gets_one_caret);
    tcase_add_test(form, a_long_line_is_cut_around_the_carets);
    tcase_add_test(order, errors_come_in_source_order);
    tcase_add_test(order, an_error_in_a_part_stays_before_the_one_in_the_whole);
    tcase_add_test(order, a_second_error_at_the_same_span_is_dropped_with_its_notes);
    tcase_add_test(order, at_most_twenty_errors_are_printed);
    suite_add_tcase(s, places);
    suite_add_tcase(s, form);
    suite_add_tcase(s, order);
    return s;
}

int main(void)
{
    return check_run(suite());
}
