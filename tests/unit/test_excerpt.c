/* test_excerpt.c - runtime/report/excerpt.c: the source line of a failure. */
#include "tests/unit/check_main.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/report/excerpt.h"

static char path[] = "/tmp/excerptXXXXXX";

/* A file as old as the epoch. */
static void write_source(const char *text)
{
    const struct timespec old[2] = {{0, 0}, {0, 0}};
    strcpy(path + sizeof path - 7, "XXXXXX");
    int  fd      = mkstemp(path);
    bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    ck_assert(written && futimens(fd, old) == 0);
    close(fd);
}

static void assert_excerpt(const char *source, int line, int column, const char *expected)
{
    char    text[1000];
    RtPlace place = {path, line, column, "main"};
    write_source(source);
    size_t len = excerpt_text(&place, text, sizeof text);
    unlink(path);
    ck_assert_uint_lt(len, sizeof text);
    text[len] = '\0';
    ck_assert_str_eq(text, expected);
}

START_TEST(the_line_is_shown_with_a_caret)
{
    assert_excerpt("one\ntwo\nthree\n", 2, 3, "    2 | two\n      |   ^\n");
    assert_excerpt("one", 1, 1, "    1 | one\n      | ^\n");
    assert_excerpt("one\r\n", 1, 3, "    1 | one\n      |   ^\n");
}
END_TEST

START_TEST(a_place_outside_the_file_is_not_shown)
{
    assert_excerpt("one\n", 2, 1, "");
    assert_excerpt("one\n", 1, 5, "");
    assert_excerpt("", 1, 1, "");
    assert_excerpt("one\n", 0, 0, "");
}
END_TEST

START_TEST(the_caret_counts_characters_not_bytes)
{
    assert_excerpt("\xc3\xa9\tx\n", 1, 4, "    1 | \xc3\xa9    x\n      |      ^\n");
    assert_excerpt("a\x1b\xff"
                   "b\n",
                   1, 4, "    1 | a??b\n      |    ^\n");
}
END_TEST

START_TEST(long_lines_are_cut_and_blocks_do_not_matter)
{
    static char source[20000];
    memset(source, 'x', sizeof source - 1);
    source[4095] = '\n';
    source[4100] = '\n';
    assert_excerpt(source, 2, 2, "    2 | xxxx\n      |  ^\n");
    assert_excerpt(source, 1, 4000, "");
}
END_TEST

START_TEST(what_does_not_fit_is_left_out)
{
    char    text[10];
    RtPlace place = {path, 1, 1, "main"};
    write_source("a line of the source\n");
    ck_assert_uint_eq(excerpt_text(&place, text, sizeof text), 0);
    unlink(path);
}
END_TEST

START_TEST(only_files_older_than_the_program_are_shown)
{
    char                  text[200];
    RtPlace               place  = {path, 1, 1, "main"}, folder = {"/", 1, 1, "main"};
    const struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    write_source("one\n");
    ck_assert_uint_gt(excerpt_text(&place, text, sizeof text), 0);
    utimensat(AT_FDCWD, path, now, 0);
    ck_assert_uint_eq(excerpt_text(&place, text, sizeof text), 0);
    unlink(path);
    ck_assert_uint_eq(excerpt_text(&place, text, sizeof text), 0);
    ck_assert_uint_eq(excerpt_text(&folder, text, sizeof text), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("excerpt");
    TCase *order = tcase_create("order");
    tcase_add_test(order, the_line_is_shown_with_a_caret);
    tcase_add_test(order, the_caret_counts_characters_not_bytes);
    tcase_add_test(order, only_files_older_than_the_program_are_shown);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, a_place_outside_the_file_is_not_shown);
    tcase_add_test(limits, long_lines_are_cut_and_blocks_do_not_matter);
    tcase_add_test(limits, what_does_not_fit_is_left_out);
    suite_add_tcase(s, order);
    suite_add_tcase(s, limits);
    return s;
}

int main(void) { return check_run(suite()); }
