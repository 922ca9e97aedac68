/*
 * test_clone.c - compiler/syntax/ast_clone.c: a copy has the same shape and shares no node that
 * check annotates.
 */
#include "compiler/syntax/ast_clone.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/check/walk.h"
#include "compiler/syntax/parse.h"
#include "tests/unit/check_main.h"

/* Every kind of statement and expression that can stand in a function. */
static const char *const everything =
    "fn f(a: int, b: string?) int\nrequires a > 0 && a < 10\n{\n"
    "let x = 1 + -2 * (a as int)\nlet mut y: float = 1.5\nlet (tx, rx) = chan<int>(1)\n"
    "y = 2.0\ny += 1.0\na++\nprint(f\"{a} {b ?? c}\")\n"
    "if a == 1 { return 1 } else if a == 2 { a-- } else { }\n"
    "while true { break }\nloop { continue }\nfor i in 0..=3 { print(i) }\n"
    "for s in [\"a\", \"b\"] { print(s[0].len()) }\n"
    "match e() { E.A { } E.B { n: m } { print(m) } }\n"
    "let v = match e() { E.A => if a > 1 { 1 } else { 2 }, E.B { n } => n }\n"
    "let g = (k: int) => { let h = () => k\nreturn h() }\n"
    "let m = Map<string, int> { \"a\": 1 }\nlet s = Set<int> { 1 }\n"
    "let p = P { x: 1, y: none }\np.x = m[\"a\"]\nlet q = O<int>.S { v: 1 }\n"
    "let t = spawn e()\nlet r = t.get()!\nlet z = id<int>(3) catch w: Bad { 1 } catch 2\n"
    "assert a > 0\nyield b?\nraise Bad { n: self.k }\n"
    "select { u = rx.recv() { print(u) } default { } }\nserve a on b\nreturn z\n}";

typedef struct Nodes {
    Walk         walk;
    LIST(void *) items;
    LIST(int)    kinds;
} Nodes;

static bool add_expr(Walk *walk, Expr *e)
{
    Nodes *n = (Nodes *)walk;
    LIST_ADD(&n->items, (void *)e);
    LIST_ADD(&n->kinds, (int)e->kind);
    return true;
}

static bool add_stmt(Walk *walk, Stmt *s)
{
    Nodes *n = (Nodes *)walk;
    LIST_ADD(&n->items, (void *)s);
    LIST_ADD(&n->kinds, 1000 + (int)s->kind);
    return true;
}

static Nodes nodes_of(const FuncDecl *decl)
{
    Nodes n = { .walk = { add_expr, add_stmt } };
    walk_block(&n.walk, decl->body);
    for (int i = 0; i < decl->requires.count; i++)
        walk_expr(&n.walk, decl->requires.items[i]);
    return n;
}

static FuncDecl *parse_one(const char *source)
{
    Diag   *d = diag_new();
    Module *m = parse_file(source_from_text("t.pluto", source, strlen(source)), d);
    diag_flush(d, stderr, false);
    ck_assert_int_eq(diag_errors(d), 0);
    return m->funcs.items[0];
}

START_TEST(a_copy_has_the_shape_of_the_original)
{
    FuncDecl *decl = parse_one(everything);
    Nodes     a = nodes_of(decl), b = nodes_of(clone_func(decl));

    ck_assert_int_gt(a.items.count, 100);
    ck_assert_int_eq(a.items.count, b.items.count);
    for (int i = 0; i < a.items.count; i++)
        ck_assert_int_eq(a.kinds.items[i], b.kinds.items[i]);
}
END_TEST

START_TEST(a_copy_shares_no_node)
{
    FuncDecl *decl = parse_one(everything);
    FuncDecl *copy = clone_func(decl);
    Nodes     a = nodes_of(decl), b = nodes_of(copy);

    ck_assert_ptr_ne(decl->params.items, copy->params.items);
    for (int i = 0; i < a.items.count; i++)
        for (int j = 0; j < b.items.count; j++)
            ck_assert_msg(a.items.items[i] != b.items.items[j], "a node of kind %d is shared",
                          a.kinds.items[i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("clone");
    TCase *t = tcase_create("copies");
    tcase_add_test(t, a_copy_has_the_shape_of_the_original);
    tcase_add_test(t, a_copy_shares_no_node);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return check_run(suite());
}
