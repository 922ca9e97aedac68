/* test_parse.c - compiler/parse*.c and compiler/syntax/contracts.c: language 3, 4, 18.1, 26.2 and 28,
 * concurrency 2.1, 7.1 and 8.1. */
#include "compiler/syntax/parse.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/syntax/ast_print.h"
#include "compiler/syntax/contracts.h"
#include "tests/unit/check_main.h"

static Diag   *diag;
static Module *module;

static void parse_text(const char *text)
{
    diag   = diag_new();
    module = parse_file(source_from_text("a.pluto", text, strlen(text)), diag);
    ck_assert_ptr_nonnull(module);
    if (diag_errors(diag) == 0)
        contracts_check_form(module, diag);
}

/* Closes a memory stream; its text, now in the arena. */
static char *closed(FILE *stream, char **out)
{
    fclose(stream);
    char *text = arena_format("%s", *out);
    free(*out);
    return text;
}

static char *flushed(void)
{
    char  *out;
    size_t size;
    FILE  *stream = open_memstream(&out, &size);
    diag_flush(diag, stream, false);
    return closed(stream, &out);
}

/* The tree of a program without errors, without the last newline. */
static const char *program(const char *text)
{
    parse_text(text);
    ck_assert_msg(diag_errors(diag) == 0, "%s\n%s", text, flushed());
    char  *out;
    size_t size;
    FILE  *stream = open_memstream(&out, &size);
    ast_print_module(stream, module);
    char *tree = closed(stream, &out);
    if (*tree)
        tree[strlen(tree) - 1] = '\0';
    return tree;
}

/* The tree of statements, which stand on lines of their own from line 2 on. */
static const char *statements(const char *text)
{
    static const char before[] = "(fn main () {";
    char *tree = arena_format("%s", program(arena_format("fn main() {\n%s\n}\n", text)));
    ck_assert_ptr_eq(strstr(tree, before), tree);
    tree[strlen(tree) - 2] = '\0';
    return tree + sizeof before - 1;
}

static const char *expression(const char *text)
{
    static const char before[] = "(let v ";
    char *tree = arena_format("%s", statements(arena_format("let v = %s", text)));
    ck_assert_msg(strstr(tree, before) == tree, "%s", tree);
    tree[strlen(tree) - 1] = '\0';
    return tree + sizeof before - 1;
}

#define assert_expr(text, tree)      ck_assert_str_eq(expression(text), tree)
#define assert_stmt(text, tree)      ck_assert_str_eq(statements(text), tree)
#define assert_program(text, tree)   ck_assert_str_eq(program(text), tree)

/* The program has errors; the first has this text and place. */
static void assert_error(const char *text, const char *message, int line, int column)
{
    parse_text(text);
    ck_assert_msg(diag_errors(diag) > 0, "accepted: %s", text);
    const char *out   = flushed();
    const char *place = arena_format("\n  a.pluto:%d:%d\n", line, column);
    const char *first_place = strchr(out, '\n');
    ck_assert_msg(strncmp(out, "Syntax error: ", 14) == 0, "%s\n%s", text, out);
    const char *found = strstr(out, message);
    ck_assert_msg(found && found < first_place, "not '%s': %s\n%s", message, text, out);
    ck_assert_msg(strncmp(first_place, place, strlen(place)) == 0, "not at %d:%d: %s\n%s", line,
                  column, text, out);
}

/* The statement, which stands in line 2, has exactly one error, at this column. */
static void assert_stmt_error(const char *text, const char *message, int column)
{
    assert_error(arena_format("fn main() {\n%s\n}\n", text), message, 2, column);
    ck_assert_msg(diag_errors(diag) == 1, "%d errors: %s", diag_errors(diag), text);
}

/* The lines that have errors, as "3 7 8". */
static const char *error_lines(const char *text)
{
    parse_text(text);
    char *out = flushed(), *lines = arena_format("%s", "");
    for (const char *s = out; (s = strstr(s, "error: ")) != NULL;) {
        s = strstr(s, "a.pluto:") + 8;
        lines = arena_format("%s%s%d", lines, *lines ? " " : "", atoi(s));
    }
    return lines;
}

/* ---- Expressions ---- */

START_TEST(operators_bind_as_the_table_says)
{
    assert_expr("a || b && c | d ^ e & f == g < h << i + j * k",
                "(|| a (&& b (| c (^ d (& e (== f (< g (<< h (+ i (* j k))))))))))");
    assert_expr("a * b + c << d < e == f & g ^ h | i && j || k",
                "(|| (&& (| (^ (& (== (< (<< (+ (* a b) c) d) e) f) g) h) i) j) k)");
    assert_expr("1 - 2 - 3 % 4 / 5", "(- (- 1 2) (/ (% 3 4) 5))");
    assert_expr("1 + 2 as float", "(+ 1 (as 2 float))");
    assert_expr("-1 as byte", "(as (neg 1) byte)");
    assert_expr("-xs[0] * 2", "(* (neg (index xs 0)) 2)");
    assert_expr("!s.is_empty() == ~-x", "(== (not (method s is_empty)) (~ (neg x)))");
    assert_expr("1 < 2 < 3 == true", "(== (< (< 1 2) 3) true)");
    assert_expr("1 << 2 + 1 >> 3", "(>> (<< 1 (+ 2 1)) 3)");
}
END_TEST

START_TEST(a_shift_right_is_two_adjacent_tokens)
{
    assert_expr("a >> b > c", "(> (>> a b) c)");
    assert_stmt_error("let v = a > > b", "unexpected token > in expression", 13);
}
END_TEST

START_TEST(a_default_for_none_is_loose_and_leans_right)
{
    assert_expr("a ?? b ?? c || d", "(?? a (?? b (|| c d)))");
    assert_expr("a? ?? b", "(?? (? a) b)");
    assert_expr("f()\n?? 0", "(?? (call f) 0)");
    assert_stmt("for i in 0..a ?? 1 {}", "(for i (.. 0 (?? a 1)) {})");
}
END_TEST

START_TEST(numbers_and_literals_are_expressions)
{
    assert_expr("-9223372036854775808", "(neg 9223372036854775808)");
    assert_expr("[1.5, 0x10, \"a\", true, none, self,]", "(array 1.5 16 \"a\" true none self)");
    assert_expr("(1 + 2) * 3", "(* (+ 1 2) 3)");
    assert_expr("\"ab\".len()", "(method \"ab\" len)");
}
END_TEST

START_TEST(postfix_forms_follow_each_other)
{
    assert_expr("a.b.c()[0].d", "(field (index (method (field a b) c) 0) d)");
    assert_expr("f()!.g()?", "(? (method (! (call f)) g))");
    assert_expr("f(1, 2,)", "(call f 1 2)");
    assert_expr("f<int, [string]>(1)", "(call f<int, [string]> 1)");
    assert_expr("TypeInfo::kind<X>()", "(call TypeInfo::kind<X>)");
}
END_TEST

START_TEST(type_arguments_are_told_from_comparisons)
{
    assert_expr("f < int > (1)", "(call f<int> 1)");
    assert_expr("a < b && c > (d)", "(&& (< a b) (> c d))");
    assert_expr("a < b > c", "(> (< a b) c)");
    assert_expr("a < b > (c)", "(call a<b> c)");
    assert_expr("a < b", "(< a b)");
    assert_expr("f(a < b, c > d)", "(call f (< a b) (> c d))");
    assert_expr("f<fn(int) int?, Map<string, m.T>>(1)",
                "(call f<fn(int) int?, Map<string, m.T>> 1)");
    assert_expr("Box<int> { v: 1 }", "(struct Box<int> (v 1))");
    assert_expr("Box<int> {}", "(struct Box<int>)");
    assert_expr("Opt<int>.None", "(variant Opt<int>.None)");
    assert_expr("Opt<Opt<int>>.Some { v: 1 }", "(variant Opt<Opt<int>>.Some {} (v 1))");
    assert_expr("m.Opt<int>.Some { v: 1 }", "(variant m.Opt<int>.Some {} (v 1))");
    assert_expr("m.Box<int> { v: 1 }", "(struct m.Box<int> (v 1))");
    assert_expr("x as int < y", "(< (as x int) y)");
    assert_stmt("if Opt<int>.None == x {}", "(if (== (variant Opt<int>.None) x) {})");
}
END_TEST

START_TEST(literals_with_braces_are_recognised_by_their_first_tokens)
{
    assert_expr("P { x: 1, y: 2 }", "(struct P (x 1) (y 2))");
    assert_expr("P { x: 1 y: 2, }.x", "(field (struct P (x 1) (y 2)) x)");
    assert_expr("P\n{\n}", "(struct P)");
    assert_expr("E.A { x: 1 }", "(variant E.A {} (x 1))");
    assert_expr("E.A", "(field E A)");
    assert_expr("m.E.A { x: 1 }", "(variant m.E.A {} (x 1))");
    assert_expr("Map<string, int> { \"a\": 1, b: 2 }",
                "(map<string, int> (entry \"a\" 1) (entry b 2))");
    assert_expr("Map<int, int> { 1: 2 3: 4 }", "(map<int, int> (entry 1 2) (entry 3 4))");
    assert_expr("Set<int> { 1, 2 }", "(set<int> 1 2)");
    assert_expr("Set<Set<int>> {}", "(set<Set<int>>)");
    ck_assert_str_eq(program("import a.m\nfn f() { x = m.P { y: 1 } }"),
                     "(import a.m as m)\n(fn f () {(= x (struct m.P (y 1)))})");
}
END_TEST

START_TEST(no_brace_of_a_literal_stands_in_a_head)
{
    assert_stmt("if a {}", "(if a {})");
    assert_stmt("while a { b }", "(while a {b})");
    assert_stmt("for x in xs {}", "(for x xs {})");
    assert_stmt("match e {}", "(match e)");
    assert_stmt("if (P { x: 1 }).ok() {}", "(if (method (struct P (x 1)) ok) {})");
    assert_stmt("if f(P { x: 1 }) {}", "(if (call f (struct P (x 1))) {})");
    assert_stmt("for x in [P { x: 1 }] {}", "(for x (array (struct P (x 1))) {})");
    assert_stmt("if (x: int) => true {}", "(if (closure (x: int) true) {})");
    assert_stmt("if f() catch e { a } {}", "(if (catch (call f) (any e {a})) {})");
    assert_stmt("for x in f() catch e { P { a: 1 } } {}",
                "(for x (catch (call f) (any e {(struct P (a 1))})) {})");
    assert_stmt("if (() => { let p = P {} }) {}", "(if (closure () {(let p (struct P))}) {})");
    assert_stmt_error("if P { x: 1 }.ok() {}", "literal with braces must stand in parentheses", 6);
    assert_stmt_error("match E.A { x: 1 } {}", "literal with braces must stand in parentheses", 11);
    assert_stmt_error("while Map<int, int> {} {}", "expected {, found ,", 14);
    assert_stmt_error("for x in Set<int> { 1 } {}", "unexpected token { in expression", 19);
}
END_TEST

START_TEST(closures_need_parentheses_types_and_an_arrow)
{
    assert_expr("() => 41 + 1", "(closure () (+ 41 1))");
    assert_expr("(a: int, b: [T]?,) => a", "(closure (a: int, b: [T]?) a)");
    assert_expr("(x: int) float => { return x }", "(closure (x: int) float {(return x)})");
    assert_expr("() int => 1", "(closure () int 1)");
    assert_expr("() => () => 1", "(closure () (closure () 1))");
    assert_stmt("let f: fn(int) int = (x: int) => x",
                "(let f: fn(int) int (closure (x: int) x))");
    assert_stmt_error("let v = x => x", "expected newline after statement, found =>", 11);
    assert_stmt_error("let v = (x) => x", "expected newline after statement, found =>", 13);
    assert_stmt_error("let v = (x: int) -> x", "expected =>, found ->", 18);
    assert_stmt_error("let v = (x: int) { x }", "expected =>, found {", 18);
    assert_stmt_error("let v = (x: int) x + 1", "expected =>, found +", 20);
    assert_stmt_error("let v = (x: int y: int) => x", "expected ,, found identifier", 17);
    assert_stmt_error("let v = (x: int, y) => x", "expected :, found )", 19);
    assert_stmt_error("let v = fn(x: int) int { return x }", "expected identifier, found fn", 9);
    assert_stmt_error("((x: int) => x)(1)", "expected newline after statement, found (", 16);
}
END_TEST

START_TEST(if_and_match_are_expressions_too)
{
    assert_expr("if a { 1 } else { 2 } + 1", "(+ (if a {1} {2}) 1)");
    assert_expr("if a { 1 } else if b { 2 }\nelse { 3 }", "(if a {1} {(if b {2} {3})})");
    assert_expr("match e { E.A => 1, m.E.B { x, y: z } => (P { x: 1 }), }",
                "(match e (arm E.A 1) (arm m.E.B {x:x y:z} (struct P (x 1))))");
    assert_expr("match e { E.A => if c { 1 } else { 2 }, E.B => (x: int) => x }",
                "(match e (arm E.A (if c {1} {2})) (arm E.B (closure (x: int) x)))");
}
END_TEST

START_TEST(catch_has_three_kinds_of_handlers)
{
    assert_expr("f() catch 1 + 2", "(catch (call f) (+ 1 2))");
    assert_expr("a() + b() catch 0", "(+ (call a) (catch (call b) 0))");
    assert_expr("f() catch e { 0 }", "(catch (call f) (any e {0}))");
    assert_expr("f() catch e: A { 0 }\ncatch g: m.B { 1 }\ncatch 2",
                "(catch (call f) (typed e A {0}) (typed g m.B {1}) 2)");
    assert_expr("f() catch NetworkError { 0 }", "(catch (call f) (any NetworkError {0}))");
    assert_expr("f() catch m.P { x: 1 }", "(catch (call f) (variant m.P {} (x 1)))");
    assert_expr("f() catch e { 0 }.g()", "(method (catch (call f) (any e {0})) g)");
}
END_TEST

START_TEST(spawn_takes_a_direct_call)
{
    assert_expr("spawn f(1, 2)", "(spawn (call f 1 2))");
    assert_expr("spawn a.b.c(1)", "(spawn (method (field a b) c 1))");
    assert_expr("spawn self.go()", "(spawn (method self go))");
    assert_expr("spawn self.a.go()", "(spawn (method (field self a) go))");
    assert_stmt("spawn f().detach()", "(method (spawn (call f)) detach)");
    static const char form[] = "expected '(' or '.' after identifier in spawn expression";
    assert_stmt_error("spawn f + 1", form, 9);
    assert_stmt_error("spawn f<int>(1)", form, 8);
    assert_stmt_error("spawn a[0]()", form, 8);
    assert_stmt_error("let v = spawn a.b + 1", form, 19);
    assert_stmt_error("spawn P { x: 1 }", form, 9);
    assert_stmt_error("spawn self()", form, 11);
    assert_stmt_error("spawn \"f\"", "expected identifier, found string literal", 7);
    assert_stmt_error("spawn (() => 1)()", "expected identifier, found (", 7);
    assert_stmt_error("spawn spawn f()", "expected identifier, found spawn", 7);
}
END_TEST

/* ---- f-strings ---- */

START_TEST(interpolations_are_expressions)
{
    assert_expr("f\"a{x}b{y + 1}\"", "(f \"a\" x \"b\" (+ y 1))");
    assert_expr("f\"{{{n}}}\"", "(f \"{\" n \"}\")");
    assert_expr("f\"{ name + \\\"!\\\" }\"", "(f (+ name \"!\"))");
    assert_expr("f\"{f\\\"{x}\\\"}\"", "(f (f x))");
    assert_expr("f\"{Map<int, int> { 1: 2 }[1]}\"", "(f (index (map<int, int> (entry 1 2)) 1))");
    assert_expr("f\"\\x7bx}\"", "(f x)");
}
END_TEST

START_TEST(an_f_string_without_braces_is_a_string)
{
    assert_expr("f\"\"", "\"\"");
    assert_expr("f\"a\\nb\"", "\"a\\x0ab\"");
    assert_expr("f\"{{}}\"", "\"{}\"");
}
END_TEST

/* L8 to L12, with places inside the literal */
START_TEST(errors_in_interpolations_have_places)
{
    assert_stmt_error("let v = f\"ab{a\"", "unterminated interpolation expression", 13);
    assert_stmt_error("let v = f\"ab}\"", "unexpected '}'", 13);
    assert_stmt_error("let v = f\"{a b}\"", "unexpected tokens in interpolation expression", 14);
    assert_stmt_error("let v = f\"{}\"", "unexpected end of file in expression", 12);
    assert_stmt_error("let v = f\"{  }\"", "unexpected end of file in expression", 14);
    assert_stmt_error("let v = f\"{a +}\"", "unexpected end of file in expression", 15);
    assert_stmt_error("let v = f\"{(a + 1}\"", "expected ), found end of file", 18);
    assert_stmt_error("let v = f\"\\n{\\\"a\\\" ;}\"", "unexpected character ';'", 20);
    assert_stmt_error("let v = f\"{f\\\"{a b}\\\"}\"",
                      "unexpected tokens in interpolation expression", 18);
    ck_assert_str_eq(error_lines("fn main() {\n let a = f\"{1 2}\"\n let b 1\n}"), "2 3");
}
END_TEST

/* ---- Types ---- */

START_TEST(types_have_all_their_forms)
{
    assert_stmt("let v: Map<string, [int?]>? = a", "(let v: Map<string, [int?]>? a)");
    assert_stmt("let v: m.Box<m.T, int> = a", "(let v: m.Box<m.T, int> a)");
    assert_stmt("let v: fn() = a", "(let v: fn() a)");
    assert_stmt("let v: [fn(fn(int), T?) int?] = a", "(let v: [fn(fn(int), T?) int?] a)");
    assert_stmt("let v: stream int = a", "(let v: stream int a)");
    assert_stmt("let v: Map<string, int?>= a", "(let v: Map<string, int?> a)");
    assert_stmt("let v: Box<Box<int>>= a", "(let v: Box<Box<int>> a)");
    assert_program("class C { f: fn(int)\n g: fn() }", "(class C (f fn(int)) (g fn()))");
}
END_TEST

START_TEST(wrong_types_are_rejected)
{
    assert_stmt_error("let v: int?? = a", "expected =, found ?", 12);
    assert_stmt_error("let v: fn(int)? = a", "expected identifier, found ?", 15);
    assert_stmt_error("let v: (fn(int) int)? = a", "expected identifier, found (", 8);
    assert_stmt_error("let v: Map<> = a", "expected identifier, found >", 12);
    assert_stmt_error("let v: Box<int = a", "expected ,, found =", 16);
    assert_stmt_error("let v: [int = a", "expected ], found =", 13);
    assert_error("fn f() int?? {}", "expected {, found ?", 1, 12);
    assert_error("fn f(a: int?\?) {}", "expected ,, found ?", 1, 13);
    assert_error("fn f(a: (int) int) {}", "expected identifier, found (", 1, 9);
    assert_error("fn f() -> int {}", "expected identifier, found ->", 1, 8);
}
END_TEST

/* ---- Layout ---- */

START_TEST(a_line_may_continue_an_expression)
{
    assert_expr("xs\n    .len()", "(method xs len)");
    assert_expr("1 +\n  2\n  + n", "(+ (+ 1 2) n)");
    assert_expr("xs\n[0]", "(index xs 0)");
    assert_expr("a\n- b", "(- a b)");
    assert_expr("f\n(1)", "(call f 1)");
    assert_expr("a\n>> b\n&& c", "(&& (>> a b) c)");
    assert_stmt("for i in 0\n..= 5 {}", "(for i (..= 0 5) {})");
    assert_stmt("if a\n{ }\nelse\n{ }", "(if a {} {})");
    assert_program("fn f(\n a: int\n)\nint\n{\n}", "(fn f (a: int) int {})");
}
END_TEST

START_TEST(some_forms_must_stay_on_their_line)
{
    assert_stmt("return\n5", "(return) 5");
    assert_stmt("return 5", "(return 5)");
    assert_error("fn main() {\nf()\n!\n}", "unexpected token } in expression", 4, 1);
    assert_error("fn main() {\nf()\n?\n}", "unexpected token ? in expression", 3, 1);
    assert_error("fn main() {\nlet v = f()\ncatch 0\n}", "unexpected token catch", 3, 1);
    assert_error("fn main() {\nlet v = a\nas int\n}", "unexpected token as", 3, 1);
    assert_error("fn main() {\nraise m\n.A {}\n}", "expected {, found .", 3, 1);
}
END_TEST

/* S1 */
START_TEST(simple_statements_end_with_their_line)
{
    assert_stmt("let a = 1\nlet b = 2", "(let a 1) (let b 2)");
    assert_stmt("if ok { f() } let b = 2", "(if ok {(call f)}) (let b 2)");
    assert_stmt("match e { E.A { f() } E.B { g() } } return",
                "(match e (arm E.A {(call f)}) (arm E.B {(call g)})) (return)");
    assert_program("fn a() {} fn main() { print(1) }",
                   "(fn a () {})\n(fn main () {(call print 1)})");
    assert_stmt_error("let a = 1 let b = 2", "expected newline after statement, found let", 11);
    assert_stmt_error("f() g()", "expected newline after statement", 5);
    assert_stmt_error("f()()", "expected newline after statement", 4);
    assert_stmt_error("xs[0](1)", "expected newline after statement", 6);
    assert_stmt_error("a = b = c", "expected newline after statement, found =", 7);
    assert_stmt_error("let v = P { x }", "expected newline after statement, found {", 11);
    assert_stmt_error("let v = P { ..q }", "expected newline after statement, found {", 11);
    assert_stmt_error("let v = P { \"x\": 1 }", "expected newline after statement, found {", 11);
    assert_error("import a import b", "expected newline after statement", 1, 10);
}
END_TEST

/* ---- Statements ---- */

START_TEST(statements_have_all_their_forms)
{
    assert_stmt("let mut v: int = 1\nv = 2\nv += 3\na.b -= 1\na[0] *= 2\nx /= 1\nx %= 2",
                "(let mut v: int 1) (= v 2) (+= v 3) (-= (field a b) 1) (*= (index a 0) 2) "
                "(/= x 1) (%= x 2)");
    assert_stmt("v++\na.b--", "(++ v) (-- (field a b))");
    assert_stmt("while a { break }\nfor x in xs { continue }", "(while a {(break)}) "
                "(for x xs {(continue)})");
    assert_stmt("raise m.E { a: 1 b: 2 }\nraise F {}", "(raise m.E (a 1) (b 2)) (raise F)");
    assert_stmt("assert a > 0\nyield 1\nserve P {} on 80", "(assert (> a 0)) (yield 1) "
                "(serve (struct P) 80)");
    assert_stmt("if a {} else if b {} else { c }", "(if a {} {(if b {} {c})})");
    assert_stmt("scope(C { id: 1 }, d) |h: H, c: C| { f() }",
                "(scope ((struct C (id 1)) d) (h: H, c: C) {(call f)})");
}
END_TEST

START_TEST(loop_is_a_word_only_before_a_brace)
{
    assert_stmt("loop { break }", "(loop {(break)})");
    assert_stmt("let loop = 1\nloop = loop + 1\nloop(1)",
                "(let loop 1) (= loop (+ loop 1)) (call loop 1)");
}
END_TEST

START_TEST(match_arms_tell_bindings_from_blocks)
{
    assert_stmt("match e {\n E.A { f() }\n E.B { x, y: z } { g() }\n E.C { x }\n m.E.D {} {}\n}",
                "(match e (arm E.A {(call f)}) (arm E.B {x:x y:z} {(call g)}) (arm E.C {x}) "
                "(arm m.E.D {} {}))");
}
END_TEST

START_TEST(channels_are_the_only_destructuring)
{
    assert_stmt("let (a, b) = chan<int>(16)", "(let-chan a b int 16)");
    assert_stmt("let (a, b) = chan<[T]>()", "(let-chan a b [T])");
    assert_stmt("let (a, b) = rendezvous<int>()", "(let-rendezvous a b int)");
    assert_stmt("let (a, b) = unbounded<fn(int) int>()", "(let-unbounded a b fn(int) int)");
    assert_stmt("let chan = rendezvous + unbounded", "(let chan (+ rendezvous unbounded))");
    assert_stmt_error("let (a, b) = f()", "expected chan<T>() after let (tx, rx) =", 14);
    assert_stmt_error("let (a, b) = chan(3)", "expected chan<T>() after let (tx, rx) =", 14);
    assert_stmt_error("let (a, b) = rendezvous<int>(1)", "expected ), found integer literal", 30);
    assert_stmt_error("let (a, b, c) = chan<int>()", "expected ), found ,", 10);
}
END_TEST

START_TEST(select_has_five_kinds_of_arms)
{
    assert_stmt("select {\n v = a.rx.recv() { f() }\n tx.send(P { x: 1 }) {}\n t = w.get() {}\n"
                " w.get() {}\n timeout(10) {}\n default { g() }\n}",
                "(select (recv v (field a rx) {(call f)}) (send tx (struct P (x 1)) {}) "
                "(get t w {}) (get w {}) (timeout 10 {}) (default {(call g)}))");
    static const char recv[] = "select recv arm must be: binding = channel.recv() { ... }";
    static const char send[] = "select send arm must be: channel.send(value) { ... }";
    assert_stmt_error("select { v = tx.send(1) {} }", recv, 14);
    assert_stmt_error("select { v = rx.recv()! {} }", recv, 14);
    assert_stmt_error("select { rx.recv() {} }", send, 10);
    assert_stmt_error("select { tx.send(1, 2) {} }", send, 10);
    assert_stmt_error("select { default {} default {} }", "duplicate default arm in select", 21);
    assert_stmt_error("select { timeout(1) {} timeout(2) {} }", "duplicate timeout arm in select",
                      24);
    assert_stmt_error("select { timeout<int>(1) {} }", send, 10);
    assert_stmt_error("select {}", "select must have at least one arm or a default", 1);
    assert_stmt_error("select { v = rx.recv() => 1 }", "expected {, found =>", 24);
    assert_stmt_error("let v = select { default {} }", "unexpected token select in expression", 9);
}
END_TEST

/* S12 to S16, S20 to S24, S26 and the tables of 28 */
START_TEST(wrong_statements_are_rejected)
{
    assert_stmt_error("let v = match e { E.A => 1 E.B => 2 }", "expected ','", 28);
    assert_stmt_error("let v = match e { E.A => P { x: 1 }, }", "expected ','", 28);
    assert_stmt_error("let v = match e { }", "at least one arm", 19);
    assert_stmt_error("let v = match e { E.A 1 }", "expected =>, found integer literal", 23);
    assert_stmt_error("f(if a { 1 })", "expected else, found )", 13);
    assert_stmt_error("1 = 2", "invalid assignment target", 1);
    assert_stmt_error("f() = 2", "invalid assignment target", 1);
    assert_stmt_error("(a) = 2", "invalid assignment target", 1);
    assert_stmt_error("self = 2", "invalid assignment target", 1);
    assert_stmt_error("f() += 2", "invalid compound assignment target", 1);
    assert_stmt_error("1++", "invalid assignment target", 1);
    assert_stmt_error("let v = )", "unexpected token ) in expression", 9);
    assert_stmt_error("x = = 1", "unexpected token = in expression", 5);
    assert_stmt_error("x + = 1", "unexpected token = in expression", 5);
    assert_stmt_error("++x", "unexpected token ++ in expression", 1);
    assert_stmt_error("{ let a = 1 }", "unexpected token { in expression", 1);
    assert_stmt_error("f(1 2)", "expected ,, found integer literal", 5);
    assert_stmt_error("f(1,, 2)", "unexpected token , in expression", 5);
    assert_stmt_error("f(, 1)", "unexpected token , in expression", 3);
    assert_stmt_error("let v = [1 2]", "expected ,, found integer literal", 12);
    assert_stmt_error("match e { _ {} }", "expected ., found {", 13);
    assert_stmt_error("match e { 1 {} }", "expected identifier, found integer literal", 11);
    assert_stmt_error("match e { E.A => 1 }", "expected {, found =>", 15);
    assert_stmt_error("match e { E.A {}, E.B {} }", "expected identifier, found ,", 17);
    assert_stmt_error("match e { E<int>.A {} }", "expected ., found <", 12);
    assert_stmt_error("let (a, b) = 1", "expected chan<T>()", 14);
    assert_stmt_error("let fn = 1", "expected identifier, found fn", 5);
    assert_stmt_error("serve x 80", "expected 'on <port>' after the service in a serve statement",
                      9);
    assert_stmt_error("scope() |a: A| {}", "scope block requires at least one seed expression", 7);
    assert_stmt_error("scope(a) || {}", "scope block requires at least one binding", 10);
    assert_stmt_error("if a { 1 } else { 2 }.f()", "unexpected token . in expression", 22);
    assert_stmt_error("fn g() {}", "expected identifier, found fn", 1);
    assert_error("fn main() {\nlet x: int\n}", "expected =, found }", 3, 1);
}
END_TEST

/* ---- Declarations ---- */

START_TEST(functions_have_all_their_parts)
{
    assert_program("", "");
    assert_program("// nothing\n", "");
    assert_program("pub fn f<T: A + m.B, U>(a: T, b: [U],) T?\n requires a > 0\n requires b.len() "
                   "> 1\n{\n}",
                   "(pub fn f<T: A + m.B, U> (a: T, b: [U]) T? (requires (> a 0)) "
                   "(requires (> (method b len) 1)) {})");
    assert_program("fn gen() stream int { yield 1 }", "(fn gen () stream int {(yield 1)})");
    assert_program("extern fn blocking a(x: cint) cstring?\nextern fn blocking()",
                   "(extern blocking a (x: cint) cstring?)\n(extern blocking ())");
    assert_program("extern fn a(x: int)\npub extern fn b() int\nfn c() {}",
                   "(extern a (x: int))\n(pub extern b () int)\n(fn c () {})");
    assert_program("fn f()\n requires ok\n{ }", "(fn f () (requires ok) {})");
}
END_TEST

START_TEST(classes_have_all_their_parts)
{
    assert_program("pub scoped class C<T> uses Log, Db [a: A, b: remote m.B] impl R, m.S {\n"
                   " x: int, y: [T]\n invariant self.x > 0\n"
                   " fn f(mut self, a: int) int { return 1 }\n"
                   " fn g(self) {}\n fn h() {}\n z: Map<int, T>? }",
                   "(pub scoped class C<T> (uses Log) (uses Db) (dep a A) (dep b remote m.B) "
                   "(impl R) (impl m.S) (x int) (y [T]) (z Map<int, T>?) "
                   "(invariant (> (field self x) 0)) (fn f (mut self, a: int) int {(return 1)}) "
                   "(fn g (self) {}) (fn h () {}))");
    assert_program("transient class C {}", "(transient class C)");
}
END_TEST

START_TEST(traits_enums_and_errors_have_all_their_parts)
{
    assert_program("trait T {\n fn a(self) float\n fn b(mut self, k: int)\n"
                   " fn c(self) int { return 1 }\n fn d(self)\n requires self.x > 0\n fn e() }",
                   "(trait T (fn a (self) float) (fn b (mut self, k: int)) "
                   "(fn c (self) int {(return 1)}) "
                   "(fn d (self) (requires (> (field self x) 0))) (fn e ()))");
    assert_program("enum E<T> { A B { x: T, y: int z: int } C {} }",
                   "(enum E<T> (A) (B (x T) (y int) (z int)) (C))");
    assert_program("pub error E { message: string, n: int }\nerror F {}",
                   "(pub error E (message string) (n int))\n(error F)");
}
END_TEST

START_TEST(imports_bind_their_last_name)
{
    assert_program("import a.b.c\nimport d as e\n", "(import a.b.c as c)\n(import d as e)");
    assert_error("import a.\n", "expected identifier, found end of file", 2, 1);
    assert_error("fn a() {}\nimport b\n", "found import", 2, 1);
}
END_TEST

START_TEST(stages_systems_and_tests_are_parsed)
{
    assert_program("stage S : P [d: D] { fn a(self) {} }\nsystem Z { a: b }\n"
                   "tests[scheduler: Random] { test \"a\" { } }\nfn g() {}",
                   "(fn g () {})\n(stage S : P (dep d D) (fn a (self) {}))\n(system Z (a b))\n"
                   "(tests 2)\n(test a {})");
}
END_TEST

START_TEST(apps_and_test_blocks_are_parsed)
{
    assert_program("app A[x: X, y: remote m.Y] {\n ambient L\n scoped S\n transient T\n"
                   " fn main(self) { if a {} }\n}\ntest \"b c\" { f() }",
                   "(app A (dep x X) (dep y remote m.Y) (ambient L) (scoped S) (transient T) "
                   "(fn main (self) {(if a {})}))\n(test b c {(call f)})");
    assert_error("app A { private fn f(self) {} }", "expected fn, found identifier", 1, 9);
    assert_error("app A { x: int }", "expected fn, found identifier", 1, 9);
    assert_error("app A<T> {}", "expected {, found <", 1, 6);
    assert_error("app A impl T {}", "expected {, found impl", 1, 7);
    assert_error("test \"a\" { let }", "expected identifier, found }", 1, 16);
}
END_TEST

/* S2 to S10, S17, S18, S23, S25, S27 and 28.5 */
START_TEST(wrong_declarations_are_rejected)
{
    static const char *const strays[][2] = {
        {"}", "found }"}, {"impl X {}", "found impl"}, {"private fn f() {}", "found identifier"},
        {"const x = 1", "found identifier"}, {"let x = 1", "found let"},
        {"1 + 2", "found integer literal"}, {"pub 1", "found integer literal"},
    };
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++) {
        assert_error(strays[i][0], "Syntax error: expected 'fn'", 1, i == 6 ? 5 : 1);
        assert_error(strays[i][0], strays[i][1], 1, i == 6 ? 5 : 1);
    }
    assert_error("enum E { pub A }", "expected identifier, found pub", 1, 10);
    assert_error("class C { pub x: int }", "expected identifier, found pub", 1, 11);
    assert_error("class C { private x: int }", "expected :, found identifier", 1, 19);
    assert_error("trait T { private fn f(self) }", "expected fn, found identifier", 1, 11);
    assert_error("fn f(self) {}", "expected identifier, found self", 1, 6);
    assert_error("fn f()! {}", "expected identifier, found !", 1, 7);
    assert_error("fn f() int! {}", "expected {, found !", 1, 11);
    assert_error("trait T{fn a(self) fn b(self)}", "expected (, found identifier", 1, 23);
    assert_error("trait T{fn a(self) int fn b(self)}", "expected newline", 1, 24);
    assert_error("scoped fn f() {}",
                 "lifecycle modifiers (scoped, transient) can only be used on classes", 1, 1);
    assert_error("scoped transient class A {}", "can only be used on classes", 1, 1);
    assert_error("class C { fn f(self) stream int {} }", "a method cannot be a generator", 1, 22);
    assert_error("trait T { fn f(self) stream int\n }", "a method cannot be a generator", 1, 22);
    assert_error("enum E { A, B }", "expected identifier, found ,", 1, 11);
    assert_error("error E", "expected {, found end of file", 1, 8);
    assert_error("pub tests {}", "tests declarations cannot be pub", 1, 1);
    assert_error("pub app A {}", "app declarations cannot be pub", 1, 1);
    assert_error("pub stage A {}", "stage declarations cannot be pub", 1, 1);
    assert_error("test {}", "expected test name (string literal) after 'test'", 1, 6);
    assert_error("extern \"C\" fn f()", "expected 'fn' after 'extern'", 1, 8);
    assert_error("fn f(x: int)\nensures x > 0\n{}", "expected {, found identifier", 2, 9);
    assert_error("fn f(x: int) requires x > 0 {}", "expected newline", 1, 29);
    assert_error("fn f(x: int = 1) {}", "expected ,, found =", 1, 13);
    assert_error("fn f(, x: int) {}", "expected identifier, found ,", 1, 6);
    assert_error("fn f(x: int y: int) {}", "expected ,, found identifier", 1, 13);
    assert_error("fn f<T>(x: T) where T: A {}", "expected {, found identifier", 1, 21);
    assert_error("trait A: B {}", "expected {, found :", 1, 8);
    assert_error("trait A<T> {}", "expected {, found <", 1, 8);
    assert_error("class C { fn f<T>(self) {} }", "expected (, found <", 1, 15);
    assert_error("class C { x: int fn f(self) {} }", "expected newline", 1, 18);
    assert_error("class C { x: int invariant self.x > 0 }", "expected newline", 1, 18);
    assert_error("class P { x: int y: int }", "expected newline", 1, 18);
    assert_error("class P { x: int = 1 }", "expected newline", 1, 18);
    assert_error("class A[a: B] [c: D] {}", "expected {, found [", 1, 15);
    assert_error("class A[a: B c: D] {}", "expected ,, found identifier", 1, 14);
    assert_error("class C { fn f(mut x: int) {} }", "expected self, found identifier", 1, 20);
}
END_TEST

/* ---- Contracts: 18.1, S19 ---- */

static void assert_clause_error(const char *clause, const char *message, int column)
{
    assert_error(arena_format("fn f(a: int)\nrequires %s\n{\n}\n", clause), message, 2, column);
    assert_error(arena_format("class C {\ninvariant %s\n}\n", clause), message, 2, column + 1);
    assert_error(arena_format("trait T { fn f(self)\nrequires %s\n}\n", clause), message, 2,
                 column);
}

START_TEST(contracts_allow_only_simple_forms)
{
    program("fn f(a: int)\nrequires (a > 0 || !b && -1 < 2.5) == true\nrequires a.b.len() > 0\n"
            "requires self.x != none\n{\n}");
    assert_clause_error("g(a) > 0", "function call 'g()' is not allowed in contract expressions",
                        10);
    assert_clause_error("0 < a.pop()",
                        "method call '.pop()' is not allowed in contract expressions", 14);
    assert_clause_error("a == \"x\"", "string literals are not allowed in contract expressions",
                        15);
    assert_clause_error("a == [1]", "array literals are not allowed in contract expressions", 15);
    assert_clause_error("(a as float) > 0",
                        "type casts are not allowed in contract expressions", 10);
    assert_clause_error("a[0] > 0", "index expressions are not allowed in contract expressions",
                        10);
    static const char *const others[] = {
        "f\"{a}\"", "(P { x: 1 })", "(E.A { x: 1 })", "(Map<int, int> {})", "(Set<int> {})",
        "() => true", "a..b", "a?", "a!", "a catch 0", "if a { 1 } else { 2 }",
        "match a { E.A => 1 }", "spawn g()", "a ?? b", "T::f<int>()",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_clause_error(others[i], "not allowed in contract expressions", 10);
}
END_TEST

/* ---- Recovery ---- */

START_TEST(every_broken_statement_is_reported_once)
{
    ck_assert_str_eq(error_lines("fn main() {\n"
                                 "    let a 1\n"
                                 "    let b = f(1 2)\n"
                                 "    let c = 3\n"
                                 "    if x = 5 {\n"
                                 "        let d 1\n"
                                 "    } else {\n"
                                 "        g()\n"
                                 "    }\n"
                                 "    foo(\n"
                                 "        a,\n"
                                 "        b c,\n"
                                 "        d,\n"
                                 "    )\n"
                                 "    let f = () => {\n"
                                 "        x = = 1\n"
                                 "        y = = 2\n"
                                 "    }\n"
                                 "    print(d))\n"
                                 "}\n"), "2 3 5 12 16 17 19");
}
END_TEST

START_TEST(every_broken_declaration_is_reported_once)
{
    ck_assert_str_eq(error_lines("fn a(x) {\n    let b = 1\n}\n"
                                 "impl X {\n    fn f(self) {}\n}\n"
                                 "class C {\n    pub x: int\n    y: int z: int\n"
                                 "    fn f<T>(self) {}\n    fn g(self) { let }\n}\n"
                                 "enum E { A, B }\n"
                                 "fn main() { let }\n"), "1 4 8 9 10 11 13 14");
    ck_assert_str_eq(error_lines("fn a() { let } fn b() {}\nfn c() { let }"), "1 2");
}
END_TEST

START_TEST(a_nested_function_does_not_end_its_block)
{
    ck_assert_str_eq(error_lines("fn main() {\nfn g() {\nlet x = 1\n}\nlet y 2\n}\nfn h() { let }"),
                     "2 5 7");
}
END_TEST

START_TEST(a_missing_brace_is_one_error)
{
    ck_assert_str_eq(error_lines("fn a() {\n    if x {\n        b()\n\n}\n"
                                 "fn c() {\n    d()\n}\nfn e() {\n    let\n}\n"), "6 11");
    ck_assert_str_eq(error_lines("fn a() {\n    let p = P { x: 1\n    let q = 2\n}\n"
                                 "fn b() {}\n"), "3");
    ck_assert_str_eq(error_lines("fn a() {\n    f()\n}\n}\nfn b() {\n    let\n}\n"), "4 7");
    ck_assert_str_eq(error_lines("class C {\n    fn a(self) {\n        f(\n    }\n"
                                 "    fn b(self) { let }\n}\n"), "4 5");
}
END_TEST

START_TEST(an_open_bracket_is_shown)
{
    parse_text("fn a() {\n    f(1,\n      2\n}\n");
    char *out = flushed();
    ck_assert_ptr_nonnull(strstr(out, "expected ), found }"));
    ck_assert_ptr_nonnull(strstr(out, "  a.pluto:2:6: opened here\n"));
    parse_text("fn a() {\n    while x {\n        f()\n}\n\nfn b() {}\n");
    out = flushed();
    ck_assert_ptr_nonnull(strstr(out, "expected }, found fn"));
    ck_assert_ptr_nonnull(strstr(out, "  a.pluto:1:8: opened here\n"));
    ck_assert_ptr_nonnull(strstr(out, "  a.pluto:2:13: or the '}' of this one is missing"));
}
END_TEST

START_TEST(lexical_errors_come_alone)
{
    ck_assert_str_eq(error_lines("fn main() {\n    let\n    x = ;\n}\n"), "3");
}
END_TEST

/* ---- Limits ---- */

/* before, then unit repeated, then between, then back repeated, then after */
static const char *repeated(const char *before, const char *unit, int times, const char *between,
                            const char *back, const char *after)
{
    size_t size = strlen(before) + strlen(between) + strlen(after)
                + (size_t)times * (strlen(unit) + strlen(back)) + 1;
    char  *text = arena_alloc(size), *end = stpcpy(text, before);
    for (int i = 0; i < times; i++)
        end = stpcpy(end, unit);
    end = stpcpy(end, between);
    for (int i = 0; i < times; i++)
        end = stpcpy(end, back);
    strcpy(end, after);
    return text;
}

static void assert_one_error(const char *text, const char *message)
{
    parse_text(text);
    char *out = flushed();
    ck_assert_msg(diag_errors(diag) == 1 && strstr(out, message), "%s", out);
}

START_TEST(nesting_is_limited)
{
    program(repeated("fn main() { x = ", "(", 200, "1", ")", " }"));
    program(repeated("fn main() { ", "if a { ", 200, "", "}", " }"));
    static const char deep[] = "nesting too deep";
    assert_one_error(repeated("fn main() { x = ", "(", 100000, "1", ")", " }"), deep);
    assert_one_error(repeated("fn main() { x = ", "- ", 100000, "1", "", " }"), deep);
    assert_one_error(repeated("fn main() { x = ", "() => ", 100000, "1", "", " }"), deep);
    assert_one_error(repeated("fn main() { x = ", "f() catch ", 100000, "1", "", " }"), deep);
    assert_one_error(repeated("fn main() { ", "if a { ", 100000, "", "}", " }"), deep);
    assert_one_error(repeated("fn main() {\n", "f(\n", 100000, "", "", ""), deep);
    assert_one_error(repeated("fn f(x: ", "[", 100000, "int", "]", ") {}"), deep);
    assert_one_error(repeated("fn f(x: ", "A<", 100000, "int", ">", ") {}"), deep);
}
END_TEST

START_TEST(chains_are_limited)
{
    program(repeated("fn main() { x = ", "1 + ", PARSE_MAX_HEIGHT - 100, "1", "", " }"));
    program(repeated("fn main() { x = ", "a ?? ", PARSE_MAX_HEIGHT - 100, "1", "", " }"));
    program(repeated("fn main() { x = a", ".b", PARSE_MAX_HEIGHT - 100, "", "", " }"));
    program(repeated("fn main() { ", "if a {} else ", PARSE_MAX_HEIGHT - 100, "{}", "", " }"));
    program(repeated("fn main() { f(", "a < b, ", 50000, "1", "", ") }"));
    static const char tall[] = "too many operators or else-ifs in a row";
    assert_one_error(repeated("fn main() { x = ", "1 + ", 100000, "1", "", " }"), tall);
    assert_one_error(repeated("fn main() { x = ", "a ?? ", 100000, "1", "", " }"), tall);
    assert_one_error(repeated("fn main() { x = a", "[0]", 100000, "", "", " }"), tall);
    assert_one_error(repeated("fn main() { ", "if a {} else ", 100000, "{}", "", " }"), tall);
    assert_one_error(repeated("fn main() { x = ", "if a {1} else ", 100000, "{2}", "", " }"), tall);
    /* The heights of nested chains add up. */
    assert_one_error(repeated("fn main() { x = (", "1 + ", 6000, "1)", " + 1", " }"), tall);
}
END_TEST

START_TEST(long_files_are_read)
{
    program(repeated("fn main() {\n", "    let x = f(1, \"a\") + 2\n", 100000, "}", "", "\n"));
}
END_TEST

static void add(TCase *tc, const TTest *test)
{
    tcase_add_test(tc, test);
}

static Suite *suite(void)
{
    Suite *s = suite_create("parse");
    TCase *tc = tcase_create("expressions");
    add(tc, operators_bind_as_the_table_says);
    add(tc, a_shift_right_is_two_adjacent_tokens);
    add(tc, a_default_for_none_is_loose_and_leans_right);
    add(tc, numbers_and_literals_are_expressions);
    add(tc, postfix_forms_follow_each_other);
    add(tc, type_arguments_are_told_from_comparisons);
    add(tc, literals_with_braces_are_recognised_by_their_first_tokens);
    add(tc, no_brace_of_a_literal_stands_in_a_head);
    add(tc, closures_need_parentheses_types_and_an_arrow);
    add(tc, if_and_match_are_expressions_too);
    add(tc, catch_has_three_kinds_of_handlers);
    add(tc, spawn_takes_a_direct_call);
    add(tc, interpolations_are_expressions);
    add(tc, an_f_string_without_braces_is_a_string);
    add(tc, errors_in_interpolations_have_places);
    suite_add_tcase(s, tc);
    tc = tcase_create("types and statements");
    add(tc, types_have_all_their_forms);
    add(tc, wrong_types_are_rejected);
    add(tc, a_line_may_continue_an_expression);
    add(tc, some_forms_must_stay_on_their_line);
    add(tc, simple_statements_end_with_their_line);
    add(tc, statements_have_all_their_forms);
    add(tc, loop_is_a_word_only_before_a_brace);
    add(tc, match_arms_tell_bindings_from_blocks);
    add(tc, channels_are_the_only_destructuring);
    add(tc, select_has_five_kinds_of_arms);
    add(tc, wrong_statements_are_rejected);
    suite_add_tcase(s, tc);
    tc = tcase_create("declarations");
    add(tc, functions_have_all_their_parts);
    add(tc, classes_have_all_their_parts);
    add(tc, traits_enums_and_errors_have_all_their_parts);
    add(tc, imports_bind_their_last_name);
    add(tc, stages_systems_and_tests_are_parsed);
    add(tc, apps_and_test_blocks_are_parsed);
    add(tc, wrong_declarations_are_rejected);
    add(tc, contracts_allow_only_simple_forms);
    suite_add_tcase(s, tc);
    tc = tcase_create("misuse");
    add(tc, every_broken_statement_is_reported_once);
    add(tc, every_broken_declaration_is_reported_once);
    add(tc, a_nested_function_does_not_end_its_block);
    add(tc, a_missing_brace_is_one_error);
    add(tc, an_open_bracket_is_shown);
    add(tc, lexical_errors_come_alone);
    suite_add_tcase(s, tc);
    tc = tcase_create("limits");
    tcase_set_timeout(tc, 60);
    add(tc, nesting_is_limited);
    add(tc, chains_are_limited);
    add(tc, long_files_are_read);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return check_run(suite());
}
