/*
 * test_modules.c - where modules lie, and what modules_load makes of a program's files.
 */
#include <check.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/modules/find.h"
#include "compiler/modules/modules.h"
#include "tests/unit/check_main.h"
#include "tests/unit/folder_fixture.h"

static Diag *diag;

static Module *load(const char *entry, bool standalone)
{
    const char   *why;
    ModuleOptions options = {.standalone = standalone};
    diag = diag_new();
    return modules_load(source_read(entry, &why), &options, diag);
}

/* The paths of all files, in the order of reading. */
static const char *files_of(const Module *m)
{
    const char *all = "";
    for (int i = 0; i < m->files.count; i++)
        all = arena_format("%s%s%s", all, i ? " " : "", m->files.items[i]->path);
    return all;
}

/* ---- Finding ---- */

START_TEST(source_files_are_told_by_their_extension)
{
    ck_assert_str_eq(source_stem("a.pluto"), "a");
    ck_assert_str_eq(source_stem("a.b.pt"), "a.b");
    ck_assert_ptr_null(source_stem("a.txt"));
    ck_assert_ptr_null(source_stem(".pluto"));
    ck_assert_ptr_null(source_stem("pluto"));
}
END_TEST

START_TEST(a_folder_lists_its_sources_in_order)
{
    put("f/b.pt", "");
    put("f/a.pluto", "");
    put("f/a.pt", "");
    put("f/.hidden.pluto", "");
    put("f/notes.txt", "");
    put("f/sub/c.pluto", "");
    put("f/d.pluto/x", "");                                  /* a folder with such a name */
    FileNames files = source_files("f");
    ck_assert_int_eq(files.names.count, 2);
    ck_assert_str_eq(files.names.items[0], "a.pluto");
    ck_assert_str_eq(files.names.items[1], "b.pt");
    ck_assert_int_eq(source_files("nowhere").names.count, 0);
}
END_TEST

START_TEST(paths_in_the_current_folder_stay_short)
{
    ck_assert_str_eq(path_join("", "a.pluto"), "a.pluto");
    ck_assert_str_eq(path_join("x", "a.pluto"), "x/a.pluto");
    ck_assert_str_eq(path_join("/", "a.pluto"), "/a.pluto");
}
END_TEST

/* ---- Loading ---- */

START_TEST(files_beside_the_entry_come_after_it)
{
    put("main.pluto", "fn main() {}\n");
    put("b.pluto", "fn b() {}\n");
    put("a.pluto", "fn a() {}\n");
    put("other.pluto", "fn main() {}\n");
    Module *m = load("main.pluto", false);
    ck_assert_int_eq(diag_errors(diag), 0);
    ck_assert_str_eq(files_of(m), "main.pluto a.pluto b.pluto");
    ck_assert_int_eq(m->funcs.count, 3);
    ck_assert_str_eq(files_of(load("main.pluto", true)), "main.pluto");
}
END_TEST

START_TEST(a_module_is_loaded_once)
{
    put("p/main.pluto", "import a\nimport b\nfn main() {}\n");
    put("p/a.pluto", "import c.d\n");
    put("p/b.pluto", "import c.d as x\n");
    put("p/c/d.pluto", "pub fn f() {}\n");
    Module *m = load("p/main.pluto", false);
    ck_assert_int_eq(diag_errors(diag), 0);
    ck_assert_str_eq(files_of(m), "p/main.pluto p/a.pluto p/c/d.pluto p/b.pluto");
    ck_assert_int_eq(m->imports.count, 4);
    /* In the order in which they were followed: a, its c.d, b, its c.d. */
    const SourceModule *d = m->files.items[2]->module;
    int                 uses = 0;
    for (int i = 0; i < m->imports.count; i++)
        uses += m->imports.items[i]->target == d;
    ck_assert_int_eq(uses, 2);
    ck_assert_str_eq(d->name, "d");
}
END_TEST

START_TEST(modules_with_one_name_are_told_apart)
{
    put("main.pluto", "import a.util\nimport b.util as other\nfn main() {}\n");
    put("a/util.pluto", "");
    put("b/util.pluto", "");
    Module *m = load("main.pluto", false);
    ck_assert_int_eq(diag_errors(diag), 0);
    ck_assert_str_eq(m->imports.items[0]->target->name, "util");
    ck_assert_str_eq(m->imports.items[1]->target->name, "b.util");
}
END_TEST

START_TEST(a_link_to_a_module_is_that_module)
{
    put("main.pluto", "import a\nimport b\nfn main() {}\n");
    put("a.pluto", "");
    ck_assert_int_eq(symlink("a.pluto", "b.pluto"), 0);
    Module *m = load("main.pluto", false);
    ck_assert_int_eq(diag_errors(diag), 0);
    ck_assert_ptr_eq(m->imports.items[0]->target, m->imports.items[1]->target);
}
END_TEST

START_TEST(a_merged_file_may_be_a_module_as_well)
{
    put("main.pluto", "import b\nfn main() {}\n");
    put("b.pluto", "import c\n");
    put("c.pluto", "pub fn f() {}\n");
    Module *m = load("main.pluto", false);
    ck_assert_int_eq(diag_errors(diag), 0);
    ck_assert_str_eq(files_of(m), "main.pluto c.pluto b.pluto c.pluto");
    ck_assert_ptr_null(m->files.items[1]->module);
    ck_assert_str_eq(m->files.items[3]->module->name, "c");
}
END_TEST

START_TEST(order_goes_through_the_files)
{
    put("main.pluto", "fn main() {}\n");
    put("a.pluto", "fn a() {}\n");
    Module *m = load("main.pluto", false);
    Span    main = m->funcs.items[0]->name.span, a = m->funcs.items[1]->name.span;
    ck_assert(span_before(main, a) && !span_before(a, main) && !span_before(a, a));
}
END_TEST

static Suite *suite(void)
{
    Suite *s    = suite_create("modules");
    TCase *find = tcase_create("finding"), *load_case = tcase_create("loading");
    tcase_add_checked_fixture(find, make_root, remove_root);
    tcase_add_checked_fixture(load_case, make_root, remove_root);
    tcase_add_test(find, source_files_are_told_by_their_extension);
    tcase_add_test(find, a_folder_lists_its_sources_in_order);
    tcase_add_test(find, paths_in_the_current_folder_stay_short);
    tcase_add_test(load_case, files_beside_the_entry_come_after_it);
    tcase_add_test(load_case, a_module_is_loaded_once);
    tcase_add_test(load_case, modules_with_one_name_are_told_apart);
    tcase_add_test(load_case, a_link_to_a_module_is_that_module);
    tcase_add_test(load_case, a_merged_file_may_be_a_module_as_well);
    tcase_add_test(load_case, order_goes_through_the_files);
    suite_add_tcase(s, find);
    suite_add_tcase(s, load_case);
    return s;
}

int main(void) { return check_run(suite()); }
