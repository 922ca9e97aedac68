/*
 * test_format.c - the layout of pieces of programs, and what same_but_layout tells apart.
 */
#include <stdlib.h>
#include <string.h>

#include "compiler/tools/format.h"
#include "tests/unit/check_main.h"

static char *format_text(const char *text)
{
    size_t size;
    Diag  *d    = diag_new();
    char  *done = format_source(source_from_text("t.pluto", text, strlen(text)), d, &size);
    ck_assert_msg(done != NULL, "a syntax error in: %s", text);
    return done;
}

/* text becomes wanted, and wanted stays. */
static void becomes(const char *text, const char *wanted)
{
    char *once = format_text(text), *twice = format_text(once);
    ck_assert_str_eq(once, wanted);
    ck_assert_str_eq(twice, wanted);
    ck_assert(same_but_layout(source_from_text("a", text, strlen(text)),
                              source_from_text("b", once, strlen(once))));
    free(once);
    free(twice);
}

/* The same for lines in the body of a function. */
static void line_becomes(const char *line, const char *wanted)
{
    char text[500], result[500];
    snprintf(text, sizeof text, "fn main() {\n%s\n}\n", line);
    snprintf(result, sizeof result, "fn main() {\n    %s\n}\n", wanted);
    becomes(text, result);
}

START_TEST(operators_stand_between_blanks)
{
    line_becomes("let a=1+2*3", "let a = 1 + 2 * 3");
    line_becomes("a+=b<<2|c&d^e", "a += b << 2 | c & d ^ e");
    line_becomes("let x=a  >=  b&&c!=d", "let x = a >= b && c != d");
    line_becomes("let x = a>>b", "let x = a >> b");
    line_becomes("let x = a??b??c", "let x = a ?? b ?? c");
    line_becomes("let f = (x:int)=>x*2", "let f = (x: int) => x * 2");
}
END_TEST

START_TEST(signs_stand_at_their_operand)
{
    line_becomes("let a = - 1", "let a = -1");
    line_becomes("let a = b - - c", "let a = b - -c");
    line_becomes("let a = - -b", "let a = - -b");
    line_becomes("f(- 1, ~ x)", "f(-1, ~x)");
    line_becomes("if ! done { return - 1 }", "if !done { return -1 }");
    line_becomes("let a = x as int-1", "let a = x as int - 1");
}
END_TEST

START_TEST(marks_stand_behind_their_operand)
{
    line_becomes("let a = f() !", "let a = f()!");
    line_becomes("let a = f()! == b", "let a = f()! == b");
    line_becomes("let a = b ? .c", "let a = b?.c");
    line_becomes("let a = b? ?? c", "let a = b? ?? c");
    line_becomes("i ++", "i++");
}
END_TEST

START_TEST(brackets_stand_close_and_braces_apart)
{
    line_becomes("f( a ,b,[ 1,2 ] [ 0 ] )", "f(a, b, [1, 2][0])");
    line_becomes("let p = P{x:1,y:2}", "let p = P { x: 1, y: 2 }");
    line_becomes("let p = P { }", "let p = P {}");
    line_becomes("let (tx,rx)=chan<int>(2)", "let (tx, rx) = chan<int>(2)");
    line_becomes("for i in 0 .. 3 {f(i)}", "for i in 0..3 { f(i) }");
    line_becomes("return(a)", "return (a)");
    line_becomes("scope(C{id:1})|c:C|{f(c)}", "scope(C { id: 1 }) |c: C| { f(c) }");
}
END_TEST

START_TEST(types_stand_in_angles)
{
    line_becomes("let m = Map < string , [int] > { }", "let m = Map<string, [int]> {}");
    line_becomes("let m = f < Box < Box<int> > > (a < b)", "let m = f<Box<Box<int>>>(a < b)");
    line_becomes("let a: Box<int>= b", "let a: Box<int>= b");
    becomes("fn f<T:A+B>(x:T?,g:fn(int)[int])[int] { return g(1) }\n",
            "fn f<T: A + B>(x: T?, g: fn(int) [int]) [int] { return g(1) }\n");
}
END_TEST

START_TEST(blocks_indent_by_four)
{
    becomes("fn main() {\nif a {\nb()\n} else if c {\n    d()\n}\nelse {\n\te()\n}\n}\n",
            "fn main() {\n    if a {\n        b()\n    } else if c {\n        d()\n    }\n"
            "    else {\n        e()\n    }\n}\n");
}
END_TEST

START_TEST(lines_that_go_on_indent_once)
{
    becomes("fn main() {\nlet a = b\n+ c\n        + d\nlet e = f\n.g()\n.h()\n}\n",
            "fn main() {\n    let a = b\n        + c\n        + d\n    let e = f\n        .g()\n"
            "        .h()\n}\n");
    becomes("fn main() {\nif a\n&& b {\nc()\n}\n}\n",
            "fn main() {\n    if a\n        && b {\n        c()\n    }\n}\n");
    becomes("fn f(x: int) int\nrequires x > 0\n{\nreturn x\n}\n",
            "fn f(x: int) int\n    requires x > 0\n{\n    return x\n}\n");
}
END_TEST

START_TEST(arguments_stand_below_each_other)
{
    becomes("fn main() {\nf(a,\nb)\ng(\na,\nb\n)\nh((x: int) => {\nprint(x)\n})\n}\n",
            "fn main() {\n    f(a,\n      b)\n    g(\n        a,\n        b\n    )\n"
            "    h((x: int) => {\n        print(x)\n    })\n}\n");
}
END_TEST

START_TEST(a_block_is_no_operand)
{
    becomes("fn main() {\n    if a { b() }\n    -c.d()\n}\n",
            "fn main() {\n    if a { b() }\n    -c.d()\n}\n");
}
END_TEST

START_TEST(one_empty_line_is_enough)
{
    becomes("\n\nfn a() {\n\n\n    b()\n\n\n\n    c()\n\n}\n\n\n\nfn d() {}\n\n\n",
            "fn a() {\n    b()\n\n    c()\n}\n\nfn d() {}\n");
}
END_TEST

START_TEST(comments_stay)
{
    becomes("#!/usr/bin/env pluto\n//a  \nfn main() { // b\n// c\n\n//d\n} // e\n//f",
            "#!/usr/bin/env pluto\n//a\nfn main() { // b\n    // c\n\n    //d\n} // e\n//f\n");
    becomes("// only", "// only\n");
}
END_TEST

START_TEST(comments_below_each_other_stay_so)
{
    becomes("fn main() {\n  a()     // 1\n  bcd()   // 2\n          // 3\n  e()   // 4\n}\n",
            "fn main() {\n    a()     // 1\n    bcd()   // 2\n            // 3\n    e()   // 4\n}\n");
    becomes("fn main() {\n  f(1,2,3) // 1\n  g(4)     // 2\n}\n",
            "fn main() {\n    f(1, 2, 3) // 1\n    g(4)       // 2\n}\n");
}
END_TEST

START_TEST(strings_are_not_touched)
{
    becomes("fn main() {\n  print(\"a\n  b // c  \n\")\n  print(f\"{ a+b }  {{ \")\n}\n",
            "fn main() {\n    print(\"a\n  b // c  \n\")\n    print(f\"{ a+b }  {{ \")\n}\n");
}
END_TEST

START_TEST(line_ends_become_plain)
{
    becomes("// a\r\nfn main() {\r\n}\r\n", "// a\nfn main() {\n}\n");
}
END_TEST

START_TEST(a_stage_has_its_parent_apart)
{
    becomes("stage A:B[c:C] {}\n", "stage A : B [c: C] {}\n");
    becomes("class A uses D [b:B] {}\nclass E[b:B] {}\n",
            "class A uses D [b: B] {}\nclass E[b: B] {}\n");
}
END_TEST

START_TEST(wrong_programs_are_left_alone)
{
    size_t size;
    Diag  *d = diag_new();
    ck_assert(format_source(source_from_text("t", "fn (", 4), d, &size) == NULL);
    ck_assert_int_gt(diag_errors(d), 0);
}
END_TEST

/* ---- same_but_layout ---- */

static bool same(const char *a, const char *b)
{
    return same_but_layout(source_from_text("a", a, strlen(a)), source_from_text("b", b, strlen(b)));
}

START_TEST(blanks_make_no_difference)
{
    ck_assert(same("fn  a( ) { }", "fn a() {}\n"));
    ck_assert(same("a<b<c> >", "a<b<c>>"));
    ck_assert(same("\n\n// x\nfn", "// x  \nfn"));
}
END_TEST

START_TEST(everything_else_does)
{
    ck_assert_msg(!same("a b", "a c"), "another name");
    ck_assert_msg(!same("a b", "a"), "a token less");
    ck_assert_msg(!same("a b", "a\nb"), "another line");
    ck_assert_msg(!same("a ? ?", "a ??"), "two tokens become one operator");
    ck_assert_msg(!same("a >> b", "a > > b"), "one operator becomes two tokens");
    ck_assert_msg(!same("1", "01"), "another spelling");
    ck_assert_msg(!same("a // b", "a"), "no comment");
    ck_assert_msg(!same("a // b", "a // c"), "another comment");
    ck_assert_msg(!same("a // b\nc", "a\n// b\nc"), "a comment on another line");
    ck_assert_msg(!same("a\n// b\nc", "a\nc\n// b"), "a comment behind another token");
    ck_assert_msg(!same("\"a \"", "\"a\""), "another string");
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("format");
    TCase *tests = tcase_create("layout");
    tcase_add_test(tests, operators_stand_between_blanks);
    tcase_add_test(tests, signs_stand_at_their_operand);
    tcase_add_test(tests, marks_stand_behind_their_operand);
    tcase_add_test(tests, brackets_stand_close_and_braces_apart);
    tcase_add_test(tests, types_stand_in_angles);
    tcase_add_test(tests, blocks_indent_by_four);
    tcase_add_test(tests, lines_that_go_on_indent_once);
    tcase_add_test(tests, arguments_stand_below_each_other);
    tcase_add_test(tests, a_block_is_no_operand);
    tcase_add_test(tests, one_empty_line_is_enough);
    tcase_add_test(tests, comments_stay);
    tcase_add_test(tests, comments_below_each_other_stay_so);
    tcase_add_test(tests, strings_are_not_touched);
    tcase_add_test(tests, line_ends_become_plain);
    tcase_add_test(tests, a_stage_has_its_parent_apart);
    tcase_add_test(tests, wrong_programs_are_left_alone);
    tcase_add_test(tests, blanks_make_no_difference);
    tcase_add_test(tests, everything_else_does);
    suite_add_tcase(s, tests);
    return s;
}

int main(void)
{
    return check_run(suite());
}
