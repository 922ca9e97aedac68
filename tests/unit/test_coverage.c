/*
 * test_coverage.c - compiler/coverage: which points a program has, map and data, the reports.
 */
#include "compiler/coverage/data.h"
#include "compiler/coverage/points.h"
#include "compiler/coverage/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/json_read.h"
#include "compiler/drive/compile.h"
#include "tests/unit/check_main.h"

/* ---- Helpers ---- */

static const Points *points_in(const char *source)
{
    Diag   *d = diag_new();
    Module *m = compile_load(source_from_text("t.pluto", source, strlen(source)),
                             &(ModuleOptions){.standalone = true}, d);
    diag_flush(d, stderr, false);
    ck_assert_ptr_nonnull(m);
    return points_of(m);
}

/* "1:4-1:8 FunctionEntry main 0" */
static const char *point_text(const Point *p)
{
    const char *arm = p->kind == POINT_MATCH_ARM ? arena_format("(%d)", p->arm) : "";
    return arena_format("%u:%u-%u:%u %s%s %s %d\n", p->line, p->column, p->end_line, p->end_column,
                        point_kind_name(p->kind), arm, p->function, p->branch);
}

static void expect_points(const char *source, const char *wanted)
{
    const CoverageMap *map = points_map(points_in(source));
    const char        *got = "";
    for (int i = 0; i < map->points.count; i++)
        got = arena_format("%s%s", got, point_text(&map->points.items[i]));
    ck_assert_str_eq(got, wanted);
}

/* What print writes. */
#define TEXT_OF(out, print)                                                                        \
    ({                                                                                             \
        char  *text_ = NULL;                                                                       \
        size_t size_;                                                                              \
        FILE  *out = open_memstream(&text_, &size_);                                               \
        print;                                                                                     \
        fclose(out);                                                                               \
        text_;                                                                                     \
    })

static char path[] = "/tmp/pluto_coverage_XXXXXX";

static void make_file(void)
{
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static void remove_file(void)
{
    unlink(path);
}

static void write_bytes(const char *bytes, size_t size)
{
    FILE *out = fopen(path, "w");
    fwrite(bytes, 1, size, out);
    fclose(out);
}

/* ---- Points ---- */

START_TEST(a_function_has_an_entry_at_its_name_and_points_for_its_statements)
{
    expect_points("fn f() {}\nfn main() {\n    f()\n    let x = 1\n}\n",
                  "1:4-1:5 FunctionEntry f 0\n"
                  "2:4-2:8 FunctionEntry main 0\n"
                  "3:5-3:8 Statement main 0\n"
                  "4:5-4:14 Statement main 0\n");
}
END_TEST

START_TEST(an_if_has_points_at_its_blocks_or_at_its_condition)
{
    expect_points("fn main() {\n    if true { return }\n"
                  "    if false { return } else if true {} else {}\n}\n",
                  "1:4-1:8 FunctionEntry main 0\n"
                  "2:5-2:23 Statement main 0\n"
                  "2:13-2:23 BranchThen main 1\n"
                  "2:8-2:12 BranchElse main 2\n"
                  "2:15-2:21 Statement main 0\n"
                  "3:5-3:48 Statement main 0\n"
                  "3:14-3:24 BranchThen main 1\n"
                  "3:30-3:48 BranchElse main 1\n"
                  "3:16-3:22 Statement main 0\n"
                  "3:30-3:48 Statement main 0\n"
                  "3:38-3:40 BranchThen main 1\n"
                  "3:46-3:48 BranchElse main 1\n");
}
END_TEST

START_TEST(every_loop_has_a_point_at_its_body)
{
    expect_points("fn main() {\n    while false {}\n    for i in 0..3 { i }\n"
                  "    loop { break }\n}\n",
                  "1:4-1:8 FunctionEntry main 0\n"
                  "2:5-2:19 Statement main 0\n"
                  "2:17-2:19 LoopEntry main 1\n"
                  "3:5-3:24 Statement main 0\n"
                  "3:19-3:24 LoopEntry main 1\n"
                  "3:21-3:22 Statement main 0\n"
                  "4:5-4:19 Statement main 0\n"
                  "4:10-4:19 LoopEntry main 1\n"
                  "4:12-4:17 Statement main 0\n");
}
END_TEST

START_TEST(match_arms_carry_their_index)
{
    expect_points("enum E { A  B }\nfn f(e: E) int {\n    match e {\n        E.A {}\n"
                  "        E.B { return 1 }\n    }\n"
                  "    return match e { E.A => 1, E.B => 2 }\n}\n",
                  "2:4-2:5 FunctionEntry f 0\n"
                  "3:5-6:6 Statement f 0\n"
                  "4:13-4:15 MatchArm(0) f 1\n"
                  "5:13-5:25 MatchArm(1) f 1\n"
                  "5:15-5:23 Statement f 0\n"
                  "7:5-7:42 Statement f 0\n"
                  "7:29-7:30 MatchArm(0) f 1\n"
                  "7:39-7:40 MatchArm(1) f 1\n");
}
END_TEST

START_TEST(propagation_has_two_points_at_what_it_looks_at)
{
    expect_points("fn f(x: int?) int? {\n    let y = x?\n    let z = 1 + g(y)!\n    return z\n}\n"
                  "fn g(n: int) int { return n }\n",
                  "1:4-1:5 FunctionEntry f 0\n"
                  "2:5-2:15 Statement f 0\n"
                  "2:13-2:14 NullPropNull f 1\n"
                  "2:13-2:14 NullPropValue f 2\n"
                  "3:5-3:22 Statement f 0\n"
                  "3:17-3:21 ErrorPropError f 1\n"
                  "3:17-3:21 ErrorPropSuccess f 2\n"
                  "4:5-4:13 Statement f 0\n"
                  "6:4-6:5 FunctionEntry g 0\n"
                  "6:20-6:28 Statement g 0\n");
}
END_TEST

START_TEST(if_expressions_are_counted_like_statements)
{
    expect_points("fn f(b: bool) int {\n    return if b { 1 } else if b { 2 } else { 3 }\n}\n",
                  "1:4-1:5 FunctionEntry f 0\n"
                  "2:5-2:49 Statement f 0\n"
                  "2:17-2:22 BranchThen f 1\n"
                  "2:28-2:49 BranchElse f 1\n"
                  "2:19-2:20 Statement f 0\n"
                  "2:28-2:49 Statement f 0\n"
                  "2:33-2:38 BranchThen f 1\n"
                  "2:44-2:49 BranchElse f 1\n"
                  "2:35-2:36 Statement f 0\n"
                  "2:46-2:47 Statement f 0\n");
}
END_TEST

START_TEST(statements_in_closures_handlers_and_arms_of_select_count)
{
    expect_points("fn main() {\n    let f = (x: int) => { return x }\n"
                  "    g() catch e { return }\n    select { default { return } }\n}\n",
                  "1:4-1:8 FunctionEntry main 0\n"
                  "2:5-2:37 Statement main 0\n"
                  "2:27-2:35 Statement main 0\n"
                  "3:5-3:27 Statement main 0\n"
                  "3:19-3:25 Statement main 0\n"
                  "4:5-4:34 Statement main 0\n"
                  "4:24-4:30 Statement main 0\n");
}
END_TEST

/* All begin with the same byte: the first "!" of a chain, "?" behind "!", the condition of an if. */
START_TEST(constructs_that_begin_together_have_points_of_their_own)
{
    expect_points("fn f() int? {\n    let x = a()!.b()!\n    let y = a()!?\n"
                  "    if c()! { return x }\n}\n",
                  "1:4-1:5 FunctionEntry f 0\n"
                  "2:5-2:22 Statement f 0\n"
                  "2:13-2:21 ErrorPropError f 1\n"
                  "2:13-2:21 ErrorPropSuccess f 2\n"
                  "2:13-2:16 ErrorPropError f 3\n"
                  "2:13-2:16 ErrorPropSuccess f 4\n"
                  "3:5-3:18 Statement f 0\n"
                  "3:13-3:17 NullPropNull f 1\n"
                  "3:13-3:17 NullPropValue f 2\n"
                  "3:13-3:16 ErrorPropError f 3\n"
                  "3:13-3:16 ErrorPropSuccess f 4\n"
                  "4:5-4:25 Statement f 0\n"
                  "4:13-4:25 BranchThen f 1\n"
                  "4:8-4:12 BranchElse f 2\n"
                  "4:8-4:11 ErrorPropError f 1\n"
                  "4:8-4:11 ErrorPropSuccess f 4\n"
                  "4:15-4:23 Statement f 0\n");
}
END_TEST

START_TEST(functions_come_before_methods_of_classes_apps_and_stages)
{
    expect_points("stage S {\n    fn main(self) { return }\n}\n"
                  "app A {\n    fn main(self) { return }\n}\n"
                  "class C {\n    n: int\n    fn m(self) { return }\n}\n"
                  "fn f() { return }\n",
                  "11:4-11:5 FunctionEntry f 0\n"
                  "11:10-11:16 Statement f 0\n"
                  "9:8-9:9 FunctionEntry C.m 0\n"
                  "9:18-9:24 Statement C.m 0\n"
                  "5:8-5:12 FunctionEntry A.main 0\n"
                  "5:21-5:27 Statement A.main 0\n"
                  "2:8-2:12 FunctionEntry S.main 0\n"
                  "2:21-2:27 Statement S.main 0\n");
}
END_TEST

START_TEST(what_is_no_function_of_the_program_has_no_points)
{
    expect_points("extern fn getpid() int\ntrait T {\n    fn m(self) { return }\n}\n"
                  "class C {\n    n: int\n    invariant self.n > 0\n}\n"
                  "test \"it\" {\n    expect(1).to_equal(1)\n}\n", "");
}
END_TEST

START_TEST(ids_are_found_again_by_kind_and_place)
{
    const char        *source = "fn main() {\n    if true {}\n}\n";
    const Points      *points = points_in(source);
    const CoverageMap *map    = points_map(points);
    SourceFile        *file   = source_from_text("t.pluto", source, strlen(source));
    ck_assert_int_eq(map->points.count, 4);
    ck_assert_str_eq(map->files.items[0], "t.pluto");
    ck_assert_uint_eq(map->points.items[1].offset, 16);
    ck_assert_int_eq(points_find(points, POINT_STATEMENT, 0, (Span){file, 16, 26}), 1);
    ck_assert_int_eq(points_find(points, POINT_STATEMENT, 0, (Span){file, 16, 25}), -1);
    ck_assert_int_eq(points_find(points, POINT_LOOP_ENTRY, 0, (Span){file, 16, 26}), -1);
    ck_assert_int_eq(points_find(points, POINT_STATEMENT, 0, (Span){NULL, 16, 26}), -1);
}
END_TEST

/* ---- The map ---- */

static const char example[] = "enum E { A  B }\nfn f(e: E) {\n    match e { E.A {} E.B {} }\n}\n"
                              "fn main() {\n    if true { f(E.A) } else { f(E.B) }\n}\n";

START_TEST(a_map_is_read_as_it_was_written)
{
    const char        *why;
    const CoverageMap *map  = points_map(points_in(example));
    char              *text = TEXT_OF(out, map_write(map, out));
    write_bytes(text, strlen(text));
    const CoverageMap *again = map_read(path, &why);
    ck_assert_msg(again, "%s", why);
    ck_assert_str_eq(TEXT_OF(out, map_write(again, out)), text);
    ck_assert_ptr_nonnull(strstr(text, "{\"id\": 2, \"file_id\": 0, \"byte_offset\": 47, \"line\": 3, "
                                       "\"column\": 19, \"end_line\": 3, \"end_column\": 21, \"kind\": "
                                       "{\"MatchArm\": 0}, \"function_name\": \"f\", "
                                       "\"branch_id\": 1}"));
    ck_assert_ptr_nonnull(strstr(text, "\"files\": [\n{\"id\": 0, \"path\": \"t.pluto\"}\n]"));
}
END_TEST

#define POINT(id, rest) "{\"id\": " id ", \"byte_offset\": 0, \"line\": 1, \"column\": 1, "         \
    "\"end_line\": 1, \"end_column\": 2, \"function_name\": \"f\", \"branch_id\": 0, " rest "}"
#define MAP(points) "{\"points\": [" points "],\n\"files\": [{\"id\": 0, \"path\": \"a\"}]}"
#define GOOD "\"file_id\": 0, \"kind\": \"Statement\""

static const struct { const char *text, *why; } bad_maps[] = {
    {"", ":1:1: the text ends too early"},
    {"{\"points\": [,", ":1:13: expected a value"},
    {"[]", ":1:1: expected an object with \"files\""},
    {"{\"files\": []}", ":1:1: expected an object with \"points\""},
    {"{\"files\": 1, \"points\": []}", ":1:11: \"files\" should be an array"},
    {"{\"files\": [\n{\"id\": 1}], \"points\": []}", ":2:8: \"id\" should be a number from 0 to 0"},
    {"{\"files\": [{\"id\": 0}], \"points\": []}", ":1:12: expected an object with \"path\""},
    {"{\"files\": [], \"points\": [{\"id\": 0}]}", ":1:26: a point without a file"},
    {MAP("7"), ":1:13: expected an object with \"id\""},
    {MAP(POINT("1", GOOD)), ":1:20: \"id\" should be a number from 0 to 0"},
    {MAP(POINT("0", "\"file_id\": 1")), ":1:146: \"file_id\" should be a number from 0 to 0"},
    {MAP(POINT("0", "\"file_id\": 0, \"kind\": \"Nothing\"")), ":1:157: this is no kind of point"},
    {MAP(POINT("0", "\"file_id\": 0, \"kind\": \"MatchArm\"")), ":1:157: this is no kind of point"},
    {MAP(POINT("0", GOOD) ", {}"), ":1:171: expected an object with \"id\""},
};

START_TEST(a_map_that_is_none_is_refused_with_the_place)
{
    const char *why = NULL;
    write_bytes(bad_maps[_i].text, strlen(bad_maps[_i].text));
    ck_assert_ptr_null(map_read(path, &why));
    ck_assert_str_eq(why, arena_format("%s%s", path, bad_maps[_i].why));
}
END_TEST

/* ---- Data ---- */

static const char two_counters[] = "\2\0\0\0\0\0\0\0" "\1\2\0\0\0\0\0\0" "\0\0\0\0\0\0\0\1";

START_TEST(counters_are_read_low_byte_first)
{
    const char *why;
    write_bytes(two_counters, 24);
    const uint64_t *counts = data_read(path, 2, &why);
    ck_assert_msg(counts, "%s", why);
    ck_assert_uint_eq(counts[0], 0x201);
    ck_assert_uint_eq(counts[1], UINT64_C(1) << 56);
}
END_TEST

static const struct { size_t size; int points; const char *why; } bad_data[] = {
    {0, 2, " is shorter than its header"},
    {7, 2, " is shorter than its header"},
    {23, 2, " is shorter than its header announces: 2 points need 16 bytes behind it, there are 15"},
    {25, 2, " is longer than its header announces"},
    {24, 3, " has 2"},
};

START_TEST(data_of_another_size_is_refused)
{
    const char *why = NULL;
    write_bytes(two_counters, bad_data[_i].size);
    ck_assert_ptr_null(data_read(path, bad_data[_i].points, &why));
    ck_assert_msg(strstr(why, bad_data[_i].why), "%s", why);
}
END_TEST

START_TEST(a_header_beyond_all_memory_is_refused)
{
    const char *why = NULL;
    write_bytes("\1\0\0\0\0\0\0\xe0\0\0\0\0\0\0\0\0", 16);
    ck_assert_ptr_null(data_read(path, 1, &why));
    ck_assert_ptr_nonnull(strstr(why, "is shorter than its header announces"));
}
END_TEST

/* ---- Reports ---- */

/* Of the example, whose points are f, match, two arms, main, if, then, else, f(E.A), f(E.B); and
 * of an empty file. */
static const Coverage *example_coverage(const uint64_t *counts)
{
    CoverageMap *map = ARENA_NEW(CoverageMap);
    *map = *points_map(points_in(example));
    ck_assert_int_eq(map->points.count, 10);
    LIST_ADD(&map->files, "empty.pluto");
    return coverage_of(map, counts);
}

static const uint64_t once[]  = {1, 1, 1, 0, 1, 1, 1, 0, 1, 0};
static const uint64_t never[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

START_TEST(the_terminal_report_has_a_row_per_file_and_the_sums)
{
    ck_assert_str_eq(TEXT_OF(out, report_terminal(example_coverage(once), "x", out)),
                     "Coverage:\n"
                     "  t.pluto      100.0% (2/2 lines, 2/4 branches [50.0%])\n"
                     "  empty.pluto  100.0% (0/0 lines)\n"
                     "  Total        100.0% (2/2 lines, 2/2 functions, 2/4 branches [50.0%])\n"
                     "Coverage data written to x/\n");
}
END_TEST

START_TEST(lcov_says_what_was_executed_and_what_could_not_be)
{
    ck_assert_str_eq(TEXT_OF(out, report_lcov(example_coverage(once), out)),
                     "TN:\nSF:t.pluto\nFN:2,f\nFN:5,main\nFNDA:1,f\nFNDA:1,main\nFNF:2\nFNH:2\n"
                     "DA:3,1\nDA:6,2\nLF:2\nLH:2\n"
                     "BRDA:3,0,0,1\nBRDA:3,0,1,0\nBRDA:6,0,0,1\nBRDA:6,0,1,0\nBRF:4\nBRH:2\n"
                     "end_of_record\n"
                     "TN:\nSF:empty.pluto\nFNF:0\nFNH:0\nLF:0\nLH:0\nBRF:0\nBRH:0\n"
                     "end_of_record\n");
    char *none = TEXT_OF(out, report_lcov(example_coverage(never), out));
    ck_assert_ptr_nonnull(strstr(none, "DA:3,0\nDA:6,0\nLF:2\nLH:0\nBRDA:3,0,0,-\nBRDA:3,0,1,-\n"));
}
END_TEST

static const JsonValue *parsed(const char *text)
{
    const char      *why;
    uint32_t         at;
    const JsonValue *v = json_parse(source_from_text("t.json", text, strlen(text)), &why, &at);
    ck_assert_msg(v, "%u: %s in %s", at, why, text);
    return v;
}

START_TEST(the_json_report_has_sums_files_and_details)
{
    char *text = TEXT_OF(out, report_json(example_coverage(once), out));
    parsed(text);
    ck_assert_str_eq(
        text,
        "{\n"
        " \"summary\": {\"total_lines\": 2, \"covered_lines\": 2, \"line_percent\": 100.0,\n"
        "  \"total_functions\": 2, \"covered_functions\": 2, \"function_percent\": 100.0,\n"
        "  \"total_branches\": 4, \"covered_branches\": 2, \"branch_percent\": 50.0},\n"
        " \"files\": [\n"
        "  {\"path\": \"t.pluto\",\n"
        "   \"lines\": {\"total\": 2, \"covered\": 2, \"percent\": 100.0},\n"
        "   \"functions\": {\"total\": 2, \"covered\": 2, \"percent\": 100.0},\n"
        "   \"branches\": {\"total\": 4, \"covered\": 2, \"percent\": 50.0},\n"
        "   \"line_details\": [{\"line\": 3, \"hit_count\": 1}, {\"line\": 6, \"hit_count\": 2}],\n"
        "   \"function_details\": [{\"name\": \"f\", \"line\": 2, \"hit_count\": 1}, "
        "{\"name\": \"main\", \"line\": 5, \"hit_count\": 1}]},\n"
        "  {\"path\": \"empty.pluto\",\n"
        "   \"lines\": {\"total\": 0, \"covered\": 0, \"percent\": 100.0},\n"
        "   \"functions\": {\"total\": 0, \"covered\": 0, \"percent\": 100.0},\n"
        "   \"branches\": {\"total\": 0, \"covered\": 0, \"percent\": 100.0},\n"
        "   \"line_details\": [],\n"
        "   \"function_details\": []}\n"
        " ]\n}\n");
}
END_TEST

START_TEST(percentages_in_json_are_exact)
{
    static const uint64_t third[] = {0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    ck_assert_ptr_nonnull(strstr(TEXT_OF(out, report_json(example_coverage(third), out)),
                                 "\"line_percent\": 50.0"));
    ck_assert(share_percent((Share){2, 3}) == 2.0 / 3.0 * 100.0);
    ck_assert(share_percent((Share){0, 0}) == 100.0);
}
END_TEST

/* The data of the page, cut out of it. */
static const JsonValue *page_data(const char *page)
{
    static const char mark[] = "id=\"report-data\">\n";
    const char       *start  = strstr(page, mark);
    ck_assert_ptr_nonnull(start);
    start += sizeof mark - 1;
    const char *end = strstr(start, "</script>");
    return parsed(arena_format("%.*s", (int)(end - start), start));
}

START_TEST(the_html_report_has_its_parts_and_well_formed_data)
{
    static const char *const parts[] = {
        "<!DOCTYPE html>", "Pluto Coverage Report", "id=\"treemap\"", "id=\"source-view\"",
        "id=\"file-list\"", "id=\"func-table\"",
    };
    char *page = TEXT_OF(out, report_html(example_coverage(once), out));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        ck_assert_msg(strstr(page, parts[i]), "no %s", parts[i]);
    ck_assert_ptr_null(strstr(page, "http"));                /* nothing is loaded */
    const JsonValue *data = page_data(page);
    ck_assert_int_eq(json_member(json_member(data, "summary"), "total_lines")->integer, 2);
    ck_assert_int_eq(json_member(data, "files")->items.count, 2);
    ck_assert_int_eq(json_member(data, "sources")->members.names.count, 0);   /* they are gone */
    const JsonValue *branch = json_member(json_member(data, "branches"), "t.pluto")->items.items[1];
    ck_assert_int_eq(branch->items.items[0]->integer, 3);
    ck_assert_str_eq(branch->items.items[1]->string.bytes, "arm 2");
}
END_TEST

START_TEST(a_source_cannot_break_out_of_the_page)
{
    static const char hostile[] = "// </script><script>alert(1)</script> <!-- \xff\n";
    CoverageMap map = {0};
    write_bytes(hostile, sizeof hostile - 1);
    LIST_ADD(&map.files, path);
    char *page = TEXT_OF(out, report_html(coverage_of(&map, NULL), out));
    ck_assert_ptr_null(strstr(page, "alert(1)<"));
    ck_assert_ptr_null(strstr(page, "<!-- "));
    const JsonValue *sources = json_member(page_data(page), "sources");
    ck_assert_str_eq(json_member(sources, path)->string.bytes,
                     "// </script><script>alert(1)</script> <!-- \xef\xbf\xbd\n");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("coverage");
    TCase *t = tcase_create("points");
    tcase_add_test(t, a_function_has_an_entry_at_its_name_and_points_for_its_statements);
    tcase_add_test(t, an_if_has_points_at_its_blocks_or_at_its_condition);
    tcase_add_test(t, every_loop_has_a_point_at_its_body);
    tcase_add_test(t, match_arms_carry_their_index);
    tcase_add_test(t, propagation_has_two_points_at_what_it_looks_at);
    tcase_add_test(t, if_expressions_are_counted_like_statements);
    tcase_add_test(t, statements_in_closures_handlers_and_arms_of_select_count);
    tcase_add_test(t, constructs_that_begin_together_have_points_of_their_own);
    tcase_add_test(t, functions_come_before_methods_of_classes_apps_and_stages);
    tcase_add_test(t, what_is_no_function_of_the_program_has_no_points);
    tcase_add_test(t, ids_are_found_again_by_kind_and_place);
    suite_add_tcase(s, t);
    t = tcase_create("files");
    tcase_add_checked_fixture(t, make_file, remove_file);
    tcase_add_test(t, a_map_is_read_as_it_was_written);
    tcase_add_loop_test(t, a_map_that_is_none_is_refused_with_the_place, 0,
                        sizeof bad_maps / sizeof *bad_maps);
    tcase_add_test(t, counters_are_read_low_byte_first);
    tcase_add_loop_test(t, data_of_another_size_is_refused, 0, sizeof bad_data / sizeof *bad_data);
    tcase_add_test(t, a_header_beyond_all_memory_is_refused);
    suite_add_tcase(s, t);
    t = tcase_create("reports");
    tcase_add_checked_fixture(t, make_file, remove_file);
    tcase_add_test(t, the_terminal_report_has_a_row_per_file_and_the_sums);
    tcase_add_test(t, lcov_says_what_was_executed_and_what_could_not_be);
    tcase_add_test(t, the_json_report_has_sums_files_and_details);
    tcase_add_test(t, percentages_in_json_are_exact);
    tcase_add_test(t, the_html_report_has_its_parts_and_well_formed_data);
    tcase_add_test(t, a_source_cannot_break_out_of_the_page);
    suite_add_tcase(s, t);
    return s;
}

int main(void) { return check_run(suite()); }
