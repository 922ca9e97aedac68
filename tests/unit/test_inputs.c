/*
 * test_inputs.c - what is noted of the file system, and which changes are noticed later.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/digest.h"
#include "compiler/base/folder.h"
#include "compiler/base/inputs.h"
#include "compiler/base/path.h"
#include "compiler/base/source.h"
#include "tests/unit/check_main.h"
#include "tests/unit/folder_fixture.h"

/* Older than any test, and nobody writes it. */
#define OLD_FILE "/bin/sh"

static char *written(const Inputs *inputs)
{
    char  *text;
    size_t size;
    FILE  *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(inputs);
    inputs_write(inputs, out);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static Inputs *read_back(const char *text)
{
    const char *at     = text;
    Inputs     *inputs = inputs_read(&at, strlen(text));
    ck_assert_ptr_nonnull(inputs);
    ck_assert_str_eq(at, "");
    return inputs;
}

static bool unchanged(const char *text)
{
    bool newer;
    return inputs_unchanged(read_back(text), &newer);
}

static void read_source(const char *path)
{
    const char *why;
    source_read(path, &why);
}

/* ---- Changes ---- */

static void ask_all(void)
{
    is_folder("sub");
    is_folder("none");
    is_file("a.pluto");
    path_exists("none");
    path_real("link");
    path_mode("a.pluto");
    folder_opens("other");
    folder_names("", FOLDER_SOURCES);
    folder_names("sub", FOLDER_ALL);
    read_source("a.pluto");
    read_source("absent");
    inputs_digest("sub/b");
    inputs_digest("gone");
}

static char *text_of_all(void)
{
    put("a.pluto", "text");
    put("sub/b", "b");
    ck_assert_int_eq(symlink("a.pluto", "link"), 0);
    inputs_start();
    ask_all();
    return written(inputs_noted());
}

START_TEST(what_has_not_changed_is_the_same)
{
    char *text = text_of_all();
    ck_assert(unchanged(text));
    put("notes.txt", "no source file");
    put(".hidden.pluto", "");
    put("more/c.pluto", "nobody asked");
    ck_assert(unchanged(text));
}
END_TEST

static const char *const changes[] = {
    "mv sub elsewhere",
    "mkdir none",
    "rm a.pluto",
    "touch none",
    "ln -sf sub link",
    "chmod 600 a.pluto",
    "touch b.pluto",
    "touch sub/c",
    "printf texT >a.pluto",
    "touch absent",
    "printf c >sub/b",
    "touch gone",
    "mkdir other",
};

START_TEST(every_change_is_noticed)
{
    char *text = text_of_all();
    ck_assert_int_eq(system(changes[_i]), 0);
    ck_assert_msg(!unchanged(text), "not noticed: %s", changes[_i]);
}
END_TEST

/* ---- Stamps ---- */

/* The text says that the stamp of its only input tells about changes. */
static void settle(char *text)
{
    char *flag = strstr(text, " 32 0 ");
    ck_assert_ptr_nonnull(flag);
    flag[4] = '1';
}

/* The digest in the text is another one. */
static void spoil_digest(char *text)
{
    char *digit = text + strlen(text) - 2;
    *digit = *digit == '0' ? '1' : '0';
}

START_TEST(an_old_file_is_not_read_again)
{
    inputs_start();
    inputs_digest(OLD_FILE);
    char *text = written(inputs_noted());
    spoil_digest(text);
    ck_assert(unchanged(text));
}
END_TEST

START_TEST(a_new_file_is_read_again)
{
    put("a", "text");
    inputs_start();
    read_source("a");
    char *text = written(inputs_noted());
    ck_assert(unchanged(text));
    spoil_digest(text);
    ck_assert(!unchanged(text));
}
END_TEST

START_TEST(setting_the_time_back_hides_nothing)
{
    struct stat before, after;
    put("a", "text");
    inputs_start();
    read_source("a");
    char *text = written(inputs_noted());
    settle(text);
    ck_assert(unchanged(text));
    ck_assert_int_eq(stat("a", &before), 0);
    do {                                                     /* until the clock has ticked */
        put("a", "TEXT");
        struct timespec times[] = {before.st_atim, before.st_mtim};
        ck_assert_int_eq(utimensat(AT_FDCWD, "a", times, 0), 0);
        ck_assert_int_eq(stat("a", &after), 0);
    } while (memcmp(&before.st_ctim, &after.st_ctim, sizeof before.st_ctim) == 0);
    ck_assert(!unchanged(text));
}
END_TEST

START_TEST(a_file_that_was_only_touched_is_the_same)
{
    put("a", "text");
    inputs_start();
    read_source("a");
    char *text = written(inputs_noted());
    settle(text);
    put("a", "text");
    ck_assert(unchanged(text));
}
END_TEST

START_TEST(a_newer_stamp_is_worth_keeping)
{
    bool newer;
    inputs_start();
    inputs_note_moved(OLD_FILE, OLD_FILE);
    Inputs *inputs = read_back(written(inputs_noted()));
    ck_assert(inputs_unchanged(inputs, &newer) && newer);
    inputs = read_back(written(inputs));
    ck_assert(inputs_unchanged(inputs, &newer) && !newer);
}
END_TEST

START_TEST(a_moved_file_counts_by_what_it_was)
{
    put("made", "text");
    inputs_start();
    inputs_note_moved("made", "out");
    char *text = written(inputs_noted());
    ck_assert_int_eq(rename("made", "out"), 0);
    ck_assert(unchanged(text));
    put("out", "else");
    ck_assert(!unchanged(text));
}
END_TEST

/* ---- What is not kept ---- */

START_TEST(nothing_is_noted_before_the_start)
{
    is_file("a");
    ck_assert_ptr_null(inputs_noted());
    inputs_start();
    ck_assert_str_eq(written(inputs_noted()), "0 inputs\n");
}
END_TEST

START_TEST(a_question_is_kept_once)
{
    inputs_start();
    is_file("a");
    is_file("a");
    is_folder("a");
    ck_assert_int_eq(strncmp(written(inputs_noted()), "2 inputs\n", 9), 0);
}
END_TEST

START_TEST(asking_again_notes_nothing)
{
    char *text = text_of_all();
    inputs_start();
    ck_assert(unchanged(text));
    ck_assert_str_eq(written(inputs_noted()), "0 inputs\n");
    is_file("a");
    ck_assert_int_eq(strncmp(written(inputs_noted()), "1 inputs\n", 9), 0);
}
END_TEST

START_TEST(two_answers_to_one_question_are_not_kept)
{
    inputs_start();
    is_file("a");
    put("a", "");
    is_file("a");
    ck_assert_ptr_null(inputs_noted());
}
END_TEST

START_TEST(what_came_through_a_pipe_is_not_kept)
{
    int         fds[2];
    struct stat st;
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(fstat(fds[0], &st), 0);
    inputs_start();
    inputs_note_text("/dev/stdin", &st, "text", 4);
    ck_assert_ptr_null(inputs_noted());
}
END_TEST

START_TEST(a_pipe_in_place_of_a_file_is_a_change)
{
    put("a", "text");
    inputs_start();
    read_source("a");
    char *text = written(inputs_noted());
    ck_assert_int_eq(unlink("a"), 0);
    ck_assert_int_eq(mkfifo("a", 0600), 0);
    ck_assert(!unchanged(text));                             /* and does not wait for a writer */
}
END_TEST

START_TEST(part_of_a_text_is_refused)
{
    char *text = text_of_all();
    for (size_t size = 0; size < strlen(text); size++) {
        const char *at = text;
        ck_assert_ptr_null(inputs_read(&at, size));
        ck_assert_ptr_eq(at, text);
    }
}
END_TEST

START_TEST(another_text_is_refused)
{
    static const char *const texts[] = {
        "", "\n", "many inputs\n", "1 inputs\n9 1 2 0 0 0 0 0 0\na\nno\n",
        "1 inputs\n8 18446744073709551615 2 0 0 0 0 0 0\na\nno\n", "1 inputs\n0 1 2 0\na\nno\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *at = texts[i];
        ck_assert_ptr_null(inputs_read(&at, strlen(at)));
    }
}
END_TEST

/* ---- Digests ---- */

START_TEST(pieces_of_a_text_have_the_digest_of_the_whole)
{
    static const char text[] = "a text that is longer than two words of eight bytes";
    char whole[DIGEST_TEXT_SIZE], parts[DIGEST_TEXT_SIZE];
    for (size_t cut = 0; cut < sizeof text; cut++) {
        Digest d;
        digest_init(&d);
        digest_bytes(&d, text, sizeof text);
        digest_finish(&d, whole);
        digest_init(&d);
        digest_bytes(&d, text, cut);
        digest_bytes(&d, text + cut, sizeof text - cut);
        digest_finish(&d, parts);
        ck_assert_str_eq(whole, parts);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s       = suite_create("inputs");
    TCase *noticed = tcase_create("changes"), *stamps = tcase_create("stamps");
    TCase *kept    = tcase_create("keeping");
    TCase *all[]   = {noticed, stamps, kept};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        tcase_add_checked_fixture(all[i], make_root, remove_root);
        suite_add_tcase(s, all[i]);
    }
    tcase_add_test(noticed, what_has_not_changed_is_the_same);
    tcase_add_loop_test(noticed, every_change_is_noticed, 0,
                        (int)(sizeof changes / sizeof *changes));
    tcase_add_test(stamps, an_old_file_is_not_read_again);
    tcase_add_test(stamps, a_new_file_is_read_again);
    tcase_add_test(stamps, setting_the_time_back_hides_nothing);
    tcase_add_test(stamps, a_file_that_was_only_touched_is_the_same);
    tcase_add_test(stamps, a_newer_stamp_is_worth_keeping);
    tcase_add_test(stamps, a_moved_file_counts_by_what_it_was);
    tcase_add_test(kept, nothing_is_noted_before_the_start);
    tcase_add_test(kept, a_question_is_kept_once);
    tcase_add_test(kept, asking_again_notes_nothing);
    tcase_add_test(kept, two_answers_to_one_question_are_not_kept);
    tcase_add_test(kept, what_came_through_a_pipe_is_not_kept);
    tcase_add_test(kept, a_pipe_in_place_of_a_file_is_a_change);
    tcase_add_test(kept, part_of_a_text_is_refused);
    tcase_add_test(kept, another_text_is_refused);
    tcase_add_test(kept, pieces_of_a_text_have_the_digest_of_the_whole);
    return s;
}

int main(void) { return check_run(suite()); }
