/* test_toml.c - compiler/packages/toml.c, manifest.c and the names of clones. */
#include "compiler/packages/toml.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/path.h"
#include "compiler/packages/fetch.h"
#include "compiler/packages/manifest.h"
#include "tests/unit/check_main.h"

static TomlError error;

static TomlTable *parse_bytes(const char *text, size_t size)
{
    return toml_parse(source_from_text("pluto.toml", text, size), &error);
}

static TomlTable *parse(const char *text)
{
    TomlTable *whole = parse_bytes(text, strlen(text));
    ck_assert_msg(whole != NULL, "%s: %s", text, error.text);
    return whole;
}

/* The value at a path of plain keys, such as "a.b". */
static const TomlValue *at(const TomlTable *table, const char *path)
{
    const char      *dot   = strchr(path, '.');
    const char      *key   = dot ? arena_format("%.*s", (int)(dot - path), path) : path;
    const TomlValue *value = toml_get(table, key);
    ck_assert_msg(value != NULL, "no %s", path);
    if (dot == NULL)
        return value;
    ck_assert_int_eq(value->kind, TOML_TABLE);
    return at(&value->table, dot + 1);
}

static const char *text_at(const TomlTable *table, const char *path)
{
    ck_assert_int_eq(at(table, path)->kind, TOML_STRING);
    return at(table, path)->string;
}

static int64_t integer_at(const TomlTable *table, const char *path)
{
    ck_assert_int_eq(at(table, path)->kind, TOML_INTEGER);
    return at(table, path)->integer;
}

/* It is refused with that text, at line:column. */
static void refuses(const char *text, const char *why, uint32_t line, uint32_t column)
{
    uint32_t   l, c;
    TomlTable *whole = parse_bytes(text, strlen(text));
    ck_assert_msg(whole == NULL, "accepted: %s", text);
    ck_assert_msg(strstr(error.text, why) != NULL, "%s: said '%s'", text, error.text);
    source_locate(error.at.file, error.at.start, &l, &c);
    ck_assert_msg(l == line && c == column, "%s: at %u:%u", text, l, c);
    ck_assert_uint_ge(error.at.end, error.at.start);
    ck_assert_uint_le(error.at.end, strlen(text));
}

/* ---- What is understood ---- */

START_TEST(tables_have_their_keys)
{
    TomlTable *t = parse("top = 1\n[a]\nx = \"one\"  # comment\ny-z_9 = 'two'\n\n[ b . c ]\n"
                         "d.e = 3\n\"quoted key\" = true\n[a.f]\n");
    ck_assert_int_eq(integer_at(t, "top"), 1);
    ck_assert_str_eq(text_at(t, "a.x"), "one");
    ck_assert_str_eq(text_at(t, "a.y-z_9"), "two");
    ck_assert_int_eq(integer_at(t, "b.c.d.e"), 3);
    ck_assert(at(t, "b.c.quoted key")->boolean);
    ck_assert_int_eq(at(t, "a.f")->table.entries.count, 0);
    ck_assert_ptr_null(toml_get(t, "nothing"));
    ck_assert_int_eq(parse("")->entries.count, 0);
    ck_assert_int_eq(parse("\xef\xbb\xbf# only\r\n\r\n \t\n")->entries.count, 0);
}
END_TEST

START_TEST(strings_are_decoded)
{
    TomlTable *t = parse("a = \"\\b\\t\\n\\f\\r\\\"\\\\\"\nb = \"\\u00e9\\u20AC\\U0001F600\"\n"
                         "c = '\\n \"'\nd = \"\"\ne = ''\nf = \"\xc3\xa9\t#\"\n");
    ck_assert_str_eq(text_at(t, "a"), "\b\t\n\f\r\"\\");
    ck_assert_str_eq(text_at(t, "b"), "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    ck_assert_str_eq(text_at(t, "c"), "\\n \"");
    ck_assert_str_eq(text_at(t, "d"), "");
    ck_assert_str_eq(text_at(t, "e"), "");
    ck_assert_str_eq(text_at(t, "f"), "\xc3\xa9\t#");
}
END_TEST

START_TEST(integers_have_signs_bases_and_limits)
{
    TomlTable *t = parse("a = 1_000\nb = -7\nc = +7\nd = 0\ne = 0xff_FF\nf = 0o17\ng = 0b101\n"
                         "h = 9223372036854775807\ni = -9223372036854775808\n");
    ck_assert_int_eq(integer_at(t, "a"), 1000);
    ck_assert_int_eq(integer_at(t, "b"), -7);
    ck_assert_int_eq(integer_at(t, "c"), 7);
    ck_assert_int_eq(integer_at(t, "d"), 0);
    ck_assert_int_eq(integer_at(t, "e"), 0xffff);
    ck_assert_int_eq(integer_at(t, "f"), 15);
    ck_assert_int_eq(integer_at(t, "g"), 5);
    ck_assert(integer_at(t, "h") == INT64_MAX);
    ck_assert(integer_at(t, "i") == INT64_MIN);
}
END_TEST

START_TEST(arrays_may_take_several_lines)
{
    const TomlValue *a = toml_get(parse("a = [ # first\n  1,\n\n  'x', [true], # last\n]\n"), "a");
    ck_assert_int_eq(a->kind, TOML_ARRAY);
    ck_assert_int_eq(a->items.count, 3);
    ck_assert_str_eq(a->items.items[1]->string, "x");
    ck_assert(a->items.items[2]->items.items[0]->boolean);
    ck_assert_int_eq(toml_get(parse("a = []"), "a")->items.count, 0);
}
END_TEST

START_TEST(inline_tables_are_tables)
{
    TomlTable *t = parse("a = { x = 1, y.z = { w = 'deep' } }\nb = {}\n");
    ck_assert_int_eq(integer_at(t, "a.x"), 1);
    ck_assert_str_eq(text_at(t, "a.y.z.w"), "deep");
    ck_assert_int_eq(at(t, "b")->table.entries.count, 0);
}
END_TEST

START_TEST(everything_has_its_place)
{
    const TomlEntry *e = toml_entry(parse("a = 1\nbc = [2]"), "bc");
    ck_assert_uint_eq(e->key.span.start, 6);
    ck_assert_uint_eq(e->key.span.end, 8);
    ck_assert_uint_eq(e->value->span.start, 11);
    ck_assert_uint_eq(e->value->span.end, 14);
}
END_TEST

/* ---- What is refused ---- */

START_TEST(broken_lines_are_refused_where_they_break)
{
    refuses("a", "expected '='", 1, 2);
    refuses("a =", "expected a value", 1, 4);
    refuses("= 1", "expected a key", 1, 1);
    refuses("a = 1 b = 2", "end of the line", 1, 7);
    refuses("a = 1\n[b", "expected ']'", 2, 3);
    refuses("[b]]", "end of the line", 1, 4);
    refuses("[]", "expected a key", 1, 2);
    refuses("a. = 1", "expected a key", 1, 4);
    refuses("a = [1 2]", "expected ',' or ']'", 1, 8);
    refuses("a = [1,", "expected a value", 1, 8);
    refuses("a = { x = 1", "expected ',' or '}'", 1, 12);
    refuses("a = { x = 1, }", "expected a key", 1, 14);
    refuses("a = { x = 1\n}", "expected ',' or '}'", 1, 12);
    refuses("a = yes", "texts stand in quotes", 1, 5);
    refuses("a = \"x", "no end", 1, 5);
    refuses("a = 'x\n'", "no end", 1, 5);
    refuses("a = \"\\x\"", "unknown escape", 1, 6);
    refuses("a = \"\\u12\"", "too few digits", 1, 6);
    refuses("a = \"\\ud800\"", "no character", 1, 6);
    refuses("a = \"\\u0000\"", "no character", 1, 6);
    refuses("a = \"\\", "no end", 1, 6);
    refuses("a = \"\\\n\"", "no end", 1, 6);
    refuses("a = \"\x01\"", "control character", 1, 6);
    refuses("a = \"\xff\"", "not UTF-8", 1, 6);
    refuses("a = 1\r", "control character", 1, 6);
    ck_assert_ptr_null(parse_bytes("a = 1\0b = 2", 11));
}
END_TEST

START_TEST(numbers_that_are_no_integers_are_refused)
{
    static const char *const others[] = {"1.5", "1e3", "1979-05-27", "07:32:00", "inf", "-nan",
                                         "00", "01", "1__0", "_1", "1_", "0x", "-0x1", "0b2",
                                         "9223372036854775808", "+", "-", "12ab"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ck_assert_ptr_null(parse_bytes(others[i], strlen(others[i])));
        refuses(arena_format("a = %s", others[i]), "", 1, 5);
    }
    refuses("a = 1.5", "only integers", 1, 5);
}
END_TEST

START_TEST(the_rest_of_toml_is_refused_by_name)
{
    refuses("[[a]]", "arrays of tables are not supported", 1, 1);
    refuses("a = \"\"\"x\"\"\"", "several lines", 1, 5);
    refuses("a = '''x'''", "several lines", 1, 5);
}
END_TEST

START_TEST(nothing_is_defined_twice)
{
    refuses("a = 1\na = 2", "'a' is defined twice", 2, 1);
    refuses("[a]\n[b]\n[a]", "[a] is defined twice", 3, 2);
    refuses("a = 1\n[a]", "'a' is already defined", 2, 2);
    refuses("a = { x = 1 }\n[a.b]", "'a' is already defined", 2, 2);
    refuses("a = { x = 1 }\na.y = 1", "'a' is already defined", 2, 1);
    refuses("[a.b]\n[a]\nb.c = 1", "'b' is already defined", 3, 1);
    refuses("a = { x = 1, x = 2 }", "'x' is defined twice", 1, 14);
    parse("[a.b]\n[a]\nc = 1");
}
END_TEST

START_TEST(deep_nesting_is_refused_not_followed)
{
    enum { DEPTH = 100000 };
    char *text = malloc(DEPTH + 5);
    memcpy(text, "a = ", 4);
    memset(text + 4, '[', DEPTH);
    text[DEPTH + 4] = '\0';
    refuses(text, "too deeply", 1, 69);
    free(text);
}
END_TEST

/* ---- Manifests ---- */

static char  *printed;
static size_t printed_size;

/* What is said about a manifest. */
static const char *said(const char *text, Manifest **manifest)
{
    Diag *d = diag_new();
    *manifest = manifest_parse(source_from_text("pluto.toml", text, strlen(text)), d);
    free(printed);
    FILE *out = open_memstream(&printed, &printed_size);
    diag_flush(d, out, false);
    fclose(out);
    return printed;
}

START_TEST(a_manifest_is_read)
{
    Manifest *m;
    ck_assert_str_eq(said("[package]\nname = \"shop\"\nauthors = [\"x\"]\n[dependencies]\n"
                          "a = { path = \"x/y\" }\nb = { git = \"u\" }\n"
                          "[dependencies.c]\ngit = \"v\"\ntag = \"v1\"\n"
                          "[link]\nlibs = [\"z\", \":libm.a\"]\n[tools.other]\nx = 1\n", &m), "");
    ck_assert_str_eq(m->name, "shop");
    ck_assert_str_eq(m->version, "0.1.0");
    ck_assert_int_eq(m->dependencies.count, 3);
    ck_assert_str_eq(m->dependencies.items[0].path, "x/y");
    ck_assert_ptr_null(m->dependencies.items[0].git);
    ck_assert_str_eq(m->dependencies.items[1].git, "u");
    ck_assert_ptr_null(m->dependencies.items[1].ref);
    ck_assert_str_eq(dependency_ref_text(&m->dependencies.items[1]), "the default branch");
    ck_assert_str_eq(dependency_ref_text(&m->dependencies.items[2]), "tag 'v1'");
    ck_assert_int_eq(m->link_libs.count, 2);
    ck_assert_str_eq(m->link_libs.items[1], ":libm.a");
}
END_TEST

START_TEST(all_errors_of_a_manifest_are_said_in_order)
{
    Manifest   *m;
    const char *all = said("[package]\nname = \" \"\n[dependencies]\nfn = { path = \"x\" }\n"
                           "std = 1\na-b = 2\nc = {}\n", &m);
    const char *name = strstr(all, "package name must not be empty");
    const char *fn   = strstr(all, "'fn' is a reserved keyword");
    const char *std  = strstr(all, "dependency name 'std' is reserved");
    const char *ab   = strstr(all, "'a-b' is not a valid identifier");
    const char *c    = strstr(all, "dependency 'c': must specify 'path' or 'git'");
    ck_assert_msg(name && fn > name && std > fn && ab > std && c > ab, "said: %s", all);
    ck_assert_int_eq(m->dependencies.count, 0);
}
END_TEST

START_TEST(misspelt_keys_are_a_warning)
{
    Manifest   *m;
    const char *all = said("[package]\nname = \"a\"\n[dependencies]\n"
                           "b = { git = \"u\", brnch = \"x\" }\n[link]\nlib = []\n", &m);
    ck_assert_ptr_nonnull(strstr(all, "warning: pluto.toml: 'brnch' means nothing"));
    ck_assert_ptr_nonnull(strstr(all, "did you mean 'branch'?"));
    ck_assert_ptr_nonnull(strstr(all, "'lib' means nothing in [link]"));
    ck_assert_ptr_null(strstr(all, "error"));
    ck_assert_int_eq(m->dependencies.count, 1);
}
END_TEST

/* ---- Names of clones ---- */

START_TEST(a_clone_is_named_after_its_url)
{
    char key[FETCH_KEY_SIZE], other[FETCH_KEY_SIZE];
    fetch_key("", key);
    ck_assert_str_eq(key, "0000000000001505");               /* 5381 */
    fetch_key("ab", key);
    ck_assert_str_eq(key, "0000000000597728");               /* (5381 * 33 + 97) * 33 + 98 */
    fetch_key("https://Example.org/Repo.git", key);
    fetch_key("https://example.org/repo.git//", other);
    ck_assert_str_eq(key, other);
    fetch_key("https://example.org/repo", other);
    ck_assert_str_ne(key, other);
}
END_TEST

/* ---- Where the manifest is ---- */

START_TEST(the_search_goes_up_and_ends_at_git)
{
    char root[] = "/tmp/pluto_manifest_XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chdir(root), 0);
    mkdir("p", 0755);
    mkdir("p/sub", 0755);
    mkdir("p/sub/.git", 0755);
    mkdir("p/sub/below", 0755);
    mkdir("p/other", 0755);
    fclose(fopen("p/pluto.toml", "w"));
    ck_assert_str_eq(manifest_find("p/other"), "p");
    ck_assert_str_eq(manifest_find("p"), "p");
    ck_assert_ptr_null(manifest_find("p/sub/below"));
    ck_assert_ptr_null(manifest_find("p/sub"));
    ck_assert_ptr_null(manifest_find("p/nowhere"));
    fclose(fopen("p/sub/pluto.toml", "w"));                  /* it comes before .git */
    ck_assert_str_eq(manifest_find("p/sub/below"), "p/sub");
    ck_assert_int_eq(chdir("p/sub"), 0);
    ck_assert_str_eq(manifest_find(""), "");
    ck_assert_int_eq(chdir("../other"), 0);
    ck_assert_str_eq(manifest_find(""), arena_format("%s/p", path_real(root)));
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(arena_format("rm -rf %s", root)), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s         = suite_create("toml");
    TCase *accepted  = tcase_create("accepted"), *refused = tcase_create("refused");
    TCase *manifests = tcase_create("manifests");
    tcase_add_test(accepted, tables_have_their_keys);
    tcase_add_test(accepted, strings_are_decoded);
    tcase_add_test(accepted, integers_have_signs_bases_and_limits);
    tcase_add_test(accepted, arrays_may_take_several_lines);
    tcase_add_test(accepted, inline_tables_are_tables);
    tcase_add_test(accepted, everything_has_its_place);
    tcase_add_test(refused, broken_lines_are_refused_where_they_break);
    tcase_add_test(refused, numbers_that_are_no_integers_are_refused);
    tcase_add_test(refused, the_rest_of_toml_is_refused_by_name);
    tcase_add_test(refused, nothing_is_defined_twice);
    tcase_add_test(refused, deep_nesting_is_refused_not_followed);
    tcase_add_test(manifests, a_manifest_is_read);
    tcase_add_test(manifests, all_errors_of_a_manifest_are_said_in_order);
    tcase_add_test(manifests, misspelt_keys_are_a_warning);
    tcase_add_test(manifests, a_clone_is_named_after_its_url);
    tcase_add_test(manifests, the_search_goes_up_and_ends_at_git);
    suite_add_tcase(s, accepted);
    suite_add_tcase(s, refused);
    suite_add_tcase(s, manifests);
    return s;
}

int main(void)
{
    return check_run(suite());
}
