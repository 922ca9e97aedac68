/* test_emit.c - the C-shaped tree as C; and what lower makes of small programs. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/drive/compile.h"
#include "compiler/emit/emit.h"
#include "tests/unit/check_main.h"

/* ---- Helpers ---- */

/* A program with one function whose body is the given block. */
static char *emitted(IrBlock *body)
{
    IrProgram *p = ARENA_NEW(IrProgram);
    IrFunc *f    = ARENA_NEW(IrFunc);
    char   *text = NULL;
    size_t  size;
    f->result  = "int64_t";
    f->name    = "f";
    f->path    = "a \"b\".pluto";
    f->line    = 3;
    f->body    = body;
    LIST_ADD(&p->funcs, f);
    FILE *out = open_memstream(&text, &size);
    emit(p, out);
    fclose(out);
    return text;
}

static IrExpr *name(const char *text) { return ir_name(text, 0); }

/* What "return x;" looks like. */
static void expect_expr(IrExpr *x, const char *text)
{
    IrBlock *body = ir_block();
    ir_add(body, IR_RETURN, 0)->ret = x;
    char *got = emitted(body);
    ck_assert_msg(strstr(got, arena_format("    return %s;\n", text)), "not %s:\n%s", text, got);
    free(got);
}

/* The C of a program, which has to be free of errors. */
static char *compiled(const char *source)
{
    SourceFile *file = source_from_text("t.pluto", source, strlen(source));
    Diag       *d    = diag_new();
    size_t      size;
    Module     *m    = compile_load(file, &(ModuleOptions){.standalone = true}, d);
    Program    *p    = m ? compile_check(m, GOAL_PROGRAM, d) : NULL;
    diag_flush(d, stderr, false);
    ck_assert_ptr_nonnull(p);
    return compile_to_c(compile_lower(p, d), &size);
}

static void expect_c(const char *source, const char *c)
{
    char *got = compiled(source);
    ck_assert_msg(strstr(got, c), "not there: %s\n%s", c, got);
    free(got);
}

/* ---- Expressions ---- */

START_TEST(parentheses_only_where_c_or_readers_need_them)
{
    IrExpr *a = name("a"), *b = name("b"), *c = name("c");
    expect_expr(ir_binary("+", a, ir_binary("*", b, c)), "a + b * c");
    expect_expr(ir_binary("*", a, ir_binary("+", b, c)), "a * (b + c)");
    expect_expr(ir_binary("-", ir_binary("-", a, b), c), "a - b - c");
    expect_expr(ir_binary("-", a, ir_binary("-", b, c)), "a - (b - c)");
    expect_expr(ir_binary("&", a, ir_binary("+", b, c)), "a & (b + c)");
    expect_expr(ir_binary("==", ir_binary("==", a, b), c), "(a == b) == c");
    expect_expr(ir_binary("||", a, ir_binary("&&", b, c)), "a || (b && c)");
    expect_expr(ir_binary("&&", ir_binary("<", a, b), c), "a < b && c");
    expect_expr(ir_binary("==", ir_unary("!", a), b), "(!a) == b");
    expect_expr(ir_binary("+", ir_cond(a, b, c), c), "(a ? b : c) + c");
    expect_expr(ir_member(ir_unary("*", a), "x"), "(*a).x");
    expect_expr(ir_cast("double", ir_binary("+", a, b)), "(double)(a + b)");
}
END_TEST

START_TEST(two_minus_signs_never_meet)
{
    expect_expr(ir_unary("-", ir_unary("-", name("a"))), "-(-a)");
    expect_expr(ir_unary("-", ir_int(-5)), "-(-5)");
    expect_expr(ir_binary("-", name("a"), ir_int(-5)), "a - -5");
    expect_expr(ir_unary("-", ir_float(-1.5)), "-(-1.5)");
}
END_TEST

START_TEST(constants_keep_their_value_and_type)
{
    expect_expr(ir_int(INT64_MIN), "INT64_MIN");
    expect_expr(ir_int(INT64_MAX), "9223372036854775807");
    expect_expr(ir_float(3), "3.0");
    expect_expr(ir_float(0.1), "0.1");
    expect_expr(ir_float(1e300), "1e+300");
    expect_expr(ir_float(1.0 / 3), "0.3333333333333333");
}
END_TEST

/* ---- Lines ---- */

START_TEST(lines_are_given_only_where_counting_would_be_wrong)
{
    IrBlock *body = ir_block();
    ir_add(body, IR_EVAL, 5)->eval  = name("five");
    ir_add(body, IR_EVAL, 6)->eval  = name("six");
    ir_add(body, IR_EVAL, 6)->eval  = name("more");
    ir_add(body, IR_RETURN, 9)->ret = name("nine");
    char *got = emitted(body);
    ck_assert_ptr_nonnull(strstr(got, "#line 3 \"a \\\"b\\\".pluto\"\nstatic int64_t f(void)\n{\n"
                                      "    five;\n    six;\n#line 6\n    more;\n"
                                      "#line 9\n    return nine;\n}\n"));
    free(got);
}
END_TEST

/* ---- lower ---- */

START_TEST(simple_expressions_stay_one_expression)
{
    expect_c("fn f(a: int, b: int) int { return (a + b) * 2 - a / 3 % 7 }\n"
             "fn main() { print(f(1, 2)) }",
             "return (a + b) * 2 - a / 3 % 7;");
    expect_c("fn f(x: float) float { return x * x - 1.0 }\nfn main() { print(f(1.0)) }",
             "return x * x - 1.0;");
    expect_c("fn f(a: bool, b: int) bool { return a && b > 1 || !a }\n"
             "fn main() { print(f(true, 2)) }",
             "return (a && b > 1) || !a;");
    expect_c("fn f(a: int) int { return if a > 1 { a } else { 0 } }\nfn main() { print(f(2)) }",
             "return a > 1 ? a : 0;");
}
END_TEST

START_TEST(constants_are_folded_as_64_bit_numbers)
{
    expect_c("fn main() { print(9223372036854775807 + 1) }", "rt_print_int(INT64_MIN)");
    expect_c("fn main() { print(2000000000 * 2) }", "rt_print_int(4000000000)");
    expect_c("fn main() { print(1 / 0) }", "rt_div(1, 0, &at_1_");
}
END_TEST

START_TEST(calls_in_one_expression_get_an_order)
{
    expect_c("fn f(n: int) int { print(n)\n return n }\nfn main() { print(f(1) - f(2)) }",
             "int64_t t1_ = f_f(1);");
}
END_TEST

START_TEST(structs_begin_with_their_pointers)
{
    expect_c("class C { a: bool, s: string, n: int, c: C?, b: byte }\n"
             "fn main() {\n    let c = C { a: true, s: \"\", n: 1, c: none, b: 1 as byte }\n"
             "    print(c.n)\n}",
             "typedef struct c_C {\n    const RtString *s;\n    c_C *c;\n    int64_t n;\n"
             "    bool a;\n    uint8_t b;\n} c_C;");
    expect_c("class C { s: string, n: int }\nfn main() { print(C { s: \"\", n: 1 }.n) }",
             "rt_alloc(HEAP_PTR1, sizeof(c_C));");
}
END_TEST

START_TEST(equal_strings_and_places_are_emitted_once)
{
    char *got   = compiled("fn main() {\n    print(\"twice\")\n    print(\"twice\")\n}");
    char *first = strstr(got, "RT_STRING(s_twice,");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, "RT_STRING(s_twice"));
    free(got);
}
END_TEST

START_TEST(functions_that_cannot_raise_return_plain_values)
{
    const char *source = "error E { n: int }\n"
                         "fn f(n: int) int {\n    if n > 1 { raise E { n: n } }\n    return n\n}\n"
                         "fn g(n: int) int { return f(n) catch 0 }\n"
                         "fn main() { print(g(1)) }";
    expect_c(source, "static inline R_int f_f(int64_t n)");
    expect_c(source, "static inline int64_t f_g(int64_t n)");
}
END_TEST

static Suite *suite(void)
{
    Suite *s     = suite_create("emit");
    TCase *exprs = tcase_create("expressions");
    tcase_add_test(exprs, parentheses_only_where_c_or_readers_need_them);
    tcase_add_test(exprs, two_minus_signs_never_meet);
    tcase_add_test(exprs, constants_keep_their_value_and_type);
    tcase_add_test(exprs, lines_are_given_only_where_counting_would_be_wrong);
    suite_add_tcase(s, exprs);
    TCase *lowered = tcase_create("lower");
    tcase_add_test(lowered, simple_expressions_stay_one_expression);
    tcase_add_test(lowered, constants_are_folded_as_64_bit_numbers);
    tcase_add_test(lowered, calls_in_one_expression_get_an_order);
    tcase_add_test(lowered, structs_begin_with_their_pointers);
    tcase_add_test(lowered, equal_strings_and_places_are_emitted_once);
    tcase_add_test(lowered, functions_that_cannot_raise_return_plain_values);
    suite_add_tcase(s, lowered);
    return s;
}

int main(void) { return check_run(suite()); }
