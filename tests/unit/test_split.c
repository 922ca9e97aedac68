/* test_split.c - programs as several C files: what is in which, and what an edit changes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/drive/compile.h"
#include "compiler/emit/split.h"
#include "tests/unit/check_main.h"

/* ---- Helpers ---- */

static IrProgram *lowered(const char *source)
{
    SourceFile *file = source_from_text("t.pluto", source, strlen(source));
    Diag       *d    = diag_new();
    Module     *m    = compile_load(file, &(ModuleOptions){.standalone = true}, d);
    Program    *p    = m ? compile_check(m, GOAL_PROGRAM, d) : NULL;
    IrProgram  *ir   = p ? compile_lower(p, d) : NULL;
    diag_flush(d, stderr, false);
    ck_assert_ptr_nonnull(ir);
    return ir;
}

enum { TARGET = 1200 };

static Units units_of(const char *source)
{
    Units units = {0};
    ck_assert(split(lowered(source), TARGET, &units));
    return units;
}

/* Long enough for a C file of its own or nearly: called work1 and so on, with a loop, so that it is
 * not for inlining. They call each other in a row. extra: a statement in number `at`. */
static const char *program(int count, int at, const char *extra, const char *more)
{
    const char *text = "";
    for (int i = 1; i <= count; i++) {
        const char *body = "    let mut sum = 0\n    for i in 0..n { sum += i }\n";
        text = arena_format("%sfn work%d(n: int) int {\n%s    %s\n", text, i, body,
                            i == at ? extra : "sum += 0");
        for (int k = 0; k < 20; k++)
            text = arena_format("%s    if sum > %d { sum = sum / n }\n", text, 1000 * i + k);
        text = arena_format("%s    return sum%s\n}\n", text,
                            i == 1 ? "" : arena_format(" + work%d(n)", i - 1));
    }
    return arena_format("%sfn main() { print(work%d(3)) }\n%s", text, count, more);
}

static int count_with(const Units *u, const char *part)
{
    int count = 0;
    for (int i = 0; i < u->list.count; i++)
        count += strstr(u->list.items[i].text, part) != NULL;
    return count;
}

/* How many texts of b are not in a. */
static int count_new(const Units *a, const Units *b)
{
    int count = 0;
    for (int i = 0; i < b->list.count; i++) {
        bool known = false;
        for (int j = 0; j < a->list.count; j++)
            known |= strcmp(b->list.items[i].text, a->list.items[j].text) == 0;
        count += !known;
    }
    return count;
}

static void expect_new(const char *before, const char *after, int count)
{
    Units a = units_of(before), b = units_of(after);
    ck_assert_int_gt(a.list.count, 2);
    ck_assert_int_eq(count_new(&a, &b), count);
}

/* The one text with the definition that begins like this. */
static const char *unit_with(const Units *u, const char *part)
{
    ck_assert_msg(count_with(u, part) == 1, "%s is in %d texts", part, count_with(u, part));
    for (int i = 0; i < u->list.count; i++)
        if (strstr(u->list.items[i].text, part))
            return u->list.items[i].text;
    return NULL;
}

static int position(const char *text, const char *part)
{
    const char *at = strstr(text, part);
    ck_assert_msg(at != NULL, "not there: %s\n%s", part, text);
    return (int)(at - text);
}

/* ---- What is where ---- */

START_TEST(a_small_program_is_one_text_and_the_same_as_for_people)
{
    IrProgram *ir    = lowered("fn main() { print(1) }");
    Units      units = {0};
    size_t     size;
    ck_assert(split(ir, TARGET, &units));
    ck_assert_int_eq(units.list.count, 1);
    ck_assert_str_eq(units.list.items[0].text, compile_to_c(ir, &size));
}
END_TEST

START_TEST(each_function_is_in_one_text_and_shared_only_if_another_calls_it)
{
    Units u = units_of(program(6, 0, "", ""));
    for (int i = 1; i <= 6; i++)
        unit_with(&u, arena_format("int64_t f_work%d(int64_t n)\n{", i));
    ck_assert_ptr_nonnull(strstr(unit_with(&u, "int64_t f_work1(int64_t n)\n{"),
                                 "int64_t f_work1(int64_t n) LINKED_AS(\"f_work1\");"));
    unit_with(&u, "static void start_main(RT_UNUSED RtTask *self)\n{");
    unit_with(&u, "int main(int argc, char **argv)\n{");
    unit_with(&u, "const char rt_titles[] =");
}
END_TEST

START_TEST(what_has_an_identity_is_defined_once)
{
    const char *odd = "error Odd { n: int }\nfn odd(n: int) int {\n"
                      "    if n > 2 { raise Odd { n: n } }\n    return n\n}\n";
    Units u = units_of(program(6, 5, "sum = odd(sum) catch e: Odd { e.n }", odd));
    unit_with(&u, "\nconst RtErrorKind kind_Odd = {");
    ck_assert_int_ge(count_with(&u, "extern const RtErrorKind kind_Odd LINKED_AS("), 1);
    ck_assert_int_eq(count_with(&u, "static const RtErrorKind"), 0);
}
END_TEST

START_TEST(small_functions_are_shown_to_those_that_call_them)
{
    const char *small = "fn twice(n: int) int { return n * 2 }\n";
    Units       u     = units_of(program(6, 3, "sum = twice(sum)", small));
    const char *user  = unit_with(&u, "int64_t f_work3(int64_t n)\n{");
    unit_with(&u, "\ninline int64_t f_twice(int64_t n)\n{");
    ck_assert_ptr_nonnull(strstr(user, "COPY_OF int64_t f_twice(int64_t n)\n{"));
    ck_assert_int_eq(count_with(&u, "COPY_OF int64_t f_twice"), 1);
}
END_TEST

START_TEST(a_type_behind_a_member_is_there_where_the_member_is_used)
{
    const char *types = "class Inner { v: int }\nclass Outer { inner: Inner, n: int }\n"
                        "fn outer(n: int) Outer {\n    for i in 0..n { if i > 9 { break } }\n"
                        "    return Outer { inner: Inner { v: n }, n: n }\n}\n";
    Units       u     = units_of(program(6, 2, "sum += outer(n).n", types));
    Units       v     = units_of(program(6, 2, "sum += outer(n).inner.v", types));
    const char *blind = unit_with(&u, "int64_t f_work2(int64_t n)\n{");
    const char *seer  = unit_with(&v, "int64_t f_work2(int64_t n)\n{");
    ck_assert_ptr_nonnull(strstr(blind, "typedef struct c_Outer {"));
    ck_assert_ptr_nonnull(strstr(blind, "typedef struct c_Inner c_Inner;"));
    ck_assert_ptr_null(strstr(blind, "typedef struct c_Inner {"));
    ck_assert_ptr_nonnull(strstr(seer, "typedef struct c_Inner {"));
}
END_TEST

START_TEST(a_type_stands_behind_those_that_it_is_made_of)
{
    const char *types = "trait Zoo { fn size(self) int }\n"
                        "class Ape impl Zoo {\n    n: int\n"
                        "    fn size(self) int { return self.n }\n}\n"
                        "class Animal { zoo: Zoo }\n"
                        "fn total(all: [Zoo], one: Animal) int {\n    let mut s = one.zoo.size()\n"
                        "    for z in all { s += z.size() }\n    return s\n}\n";
    const char *use = "let z: Zoo = Ape { n: 1 }\n    sum += total([z], Animal { zoo: z })";
    Units       u = units_of(program(6, 2, use, types));
    const char *t = unit_with(&u, "int64_t f_work2(int64_t n)\n{");
    int         zoo = position(t, "typedef struct t_Zoo {");
    ck_assert_int_lt(zoo, position(t, "typedef struct c_Animal {"));
    ck_assert_int_lt(zoo, position(t, "RT_ARRAY_TYPE(A_t_Zoo,"));
    ck_assert_int_lt(position(t, "typedef struct c_Animal c_Animal;"),
                     position(t, "typedef struct c_Animal {"));
}
END_TEST

/* ---- What an edit changes ---- */

START_TEST(the_same_program_gives_the_same_texts)
{
    expect_new(program(8, 0, "", ""), program(8, 0, "", ""), 0);
}
END_TEST

START_TEST(a_change_in_a_body_changes_one_text)
{
    for (int at = 1; at <= 8; at++)
        expect_new(program(8, at, "sum += 1", ""), program(8, at, "sum += 2", ""), 1);
}
END_TEST

START_TEST(texts_and_types_used_first_in_one_function_leave_the_others_alone)
{
    const char *first = "sum += \"a,b;\".len() + [1.5].len() + [\"c\"].len()";
    const char *later = "fn user(n: int) int {\n    let xs = [2.5, 3.5]\n"
                        "    let ys = [\"a,b.\", \"d\"]\n    let mut s = 0\n    for y in ys { s += y.len() }\n"
                        "    return s + xs.len() + work8(n)\n}\n";
    expect_new(program(8, 2, "sum += 0", later), program(8, 2, first, later), 1);
}
END_TEST

START_TEST(a_change_in_a_small_function_changes_its_users)
{
    const char *a = "fn twice(n: int) int { return n * 2 }\n";
    const char *b = "fn twice(n: int) int { return n * 3 }\n";
    expect_new(program(8, 3, "sum = twice(sum)", a), program(8, 3, "sum = twice(sum)", b), 2);
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("split");
    TCase *where = tcase_create("what is where");
    TCase *edits = tcase_create("what an edit changes");
    tcase_add_test(where, a_small_program_is_one_text_and_the_same_as_for_people);
    tcase_add_test(where, each_function_is_in_one_text_and_shared_only_if_another_calls_it);
    tcase_add_test(where, what_has_an_identity_is_defined_once);
    tcase_add_test(where, small_functions_are_shown_to_those_that_call_them);
    tcase_add_test(where, a_type_behind_a_member_is_there_where_the_member_is_used);
    tcase_add_test(where, a_type_stands_behind_those_that_it_is_made_of);
    tcase_add_test(edits, the_same_program_gives_the_same_texts);
    tcase_add_test(edits, a_change_in_a_body_changes_one_text);
    tcase_add_test(edits, texts_and_types_used_first_in_one_function_leave_the_others_alone);
    tcase_add_test(edits, a_change_in_a_small_function_changes_its_users);
    suite_add_tcase(s, where);
    suite_add_tcase(s, edits);
    return s;
}

int main(void)
{
    return check_run(suite());
}
