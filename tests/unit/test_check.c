/*
 * test_check.c - declare, check and infer on programs given as text.
 *
 * Rejected programs are rows: source, the diagnostic's beginning, a text in it, line:column. What
 * the passes leave behind is verified on every accepted program (verify_program), and looked at in
 * detail where lowering relies on it. tests/reject/check covers the catalogue of errors.
 */
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"
#include "compiler/check/builtin.h"
#include "compiler/check/check.h"
#include "compiler/check/declare.h"
#include "compiler/infer/infer.h"
#include "compiler/syntax/parse.h"
#include "compiler/check/walk.h"
#include "tests/unit/check_main.h"

/* ---- Running the passes ---- */

/* What was written to a memory stream, which is closed. */
static const char *keep_text(FILE *stream, char **text)
{
    fclose(stream);
    const char *kept = arena_format("%s", *text);
    free(*text);
    return kept;
}

typedef struct Result {
    Program *program;                     /* of the last pass that ran */
    int      errors;
    const char *text;                     /* everything reported */
} Result;

static Result run(const char *source)
{
    Diag   *d = diag_new();
    Module *m = parse_file(source_from_text("t.pluto", source, strlen(source)), d);
    Result  result = { 0 };
    char   *text;
    size_t  size;

    if (diag_errors(d) == 0)
        result.program = declare(m, d);
    if (diag_errors(d) == 0)
        check(result.program, d);
    if (diag_errors(d) == 0)
        infer(result.program, d);
    result.errors = diag_errors(d);
    FILE *out = open_memstream(&text, &size);
    diag_flush(d, out, false);
    result.text = keep_text(out, &text);
    return result;
}

/* ---- What holds after check ---- */

static bool is_final(const Type *t)
{
    if (!t || t->has_hole || t->kind == TYPE_HOLE || t == type_bad)
        return false;
    for (int i = 0; i < t->param_count; i++)
        if (!is_final(t->params[i]))
            return false;
    return (!t->elem || is_final(t->elem)) && (!t->key || is_final(t->key));
}

static void verify_conversion(const Expr *e)
{
    const Type *inner = e->convert.operand->type;

    if (e->kind == EXPR_SOME) {
        ck_assert_ptr_eq(e->type->elem, inner);
    } else if (e->kind == EXPR_UPCAST) {
        ck_assert_int_eq(inner->kind, TYPE_CLASS);
        ck_assert_int_eq(e->type->kind, TYPE_TRAIT);
    } else {
        ck_assert_int_eq(e->convert.operand->kind, EXPR_NAME);
        ck_assert_ptr_eq(inner->elem, e->type);
    }
}

static void verify_inits(const FieldInit *inits, int count, const Field *fields, int wanted)
{
    ck_assert_int_eq(count, wanted);
    for (int i = 0; i < count; i++)
        ck_assert_ptr_eq(inits[i].value->type, fields[inits[i].index].type);
}

static void verify_variant(const Expr *e)
{
    const Variant *v = &e->type->enum_def->variants.items[e->variant.variant_index];
    ck_assert_str_eq(v->name, e->variant.variant.name);
    verify_inits(e->variant.fields.items, e->variant.fields.count, v->fields.items,
                 v->fields.count);
}

static void verify_arms(const Expr *value, const MatchArm *arms, int count, const Type *type)
{
    const EnumDef *def = value->type->enum_def;

    ck_assert_int_eq(count, def->variants.count);
    for (int i = 0; i < count; i++) {
        const Variant *v = &def->variants.items[arms[i].variant_index];
        ck_assert_int_eq(arms[i].bindings.count, v->fields.count);
        for (int j = 0; j < arms[i].bindings.count; j++)
            ck_assert_ptr_eq(arms[i].bindings.items[j].symbol->type,
                             v->fields.items[arms[i].bindings.items[j].index].type);
        if (arms[i].value)
            ck_assert_ptr_eq(arms[i].value->type, type);
    }
}

static bool verify_expr(Walk *w, Expr *e)
{
    (void)w;
    ck_assert_int_ne(e->kind == EXPR_FIELD && e->field.object->kind == EXPR_NAME
                     && !e->field.object->name.symbol, true);
    if (e->kind == EXPR_VARIANT)
        verify_variant(e);
    if (e->kind == EXPR_STRUCT)
        verify_inits(e->struct_.fields.items, e->struct_.fields.count,
                     e->type->cls->fields.items, e->type->cls->fields.count);
    if (e->kind == EXPR_MATCH)
        verify_arms(e->match.value, e->match.arms.items, e->match.arms.count, e->type);
    if (e->kind == EXPR_METHOD && e->call.callee.kind == CALL_TRAIT)
        ck_assert_ptr_eq(e->call.callee.trait, e->call.object->type->trait);
    ck_assert_msg(is_final(e->type), "expression of kind %d at offset %u has no final type",
                  (int)e->kind, e->span.start);
    if (e->kind == EXPR_CALL || e->kind == EXPR_METHOD)
        ck_assert_int_ne(e->call.callee.kind, CALL_NONE);
    if (e->kind == EXPR_NAME || e->kind == EXPR_SELF)
        ck_assert(is_final(e->name.symbol->type));
    if (e->kind == EXPR_SOME || e->kind == EXPR_NARROWED || e->kind == EXPR_UPCAST)
        verify_conversion(e);
    if (e->kind == EXPR_CLOSURE)
        ck_assert_int_eq(e->closure.captures.count, e->closure.copies.count);
    return true;
}

static bool verify_stmt(Walk *w, Stmt *s)
{
    (void)w;
    ck_assert_int_ne(s->kind, STMT_INCREMENT);
    if (s->kind == STMT_LET)
        ck_assert(is_final(s->let.symbol->type));
    if (s->kind == STMT_MATCH)
        verify_arms(s->match.value, s->match.arms.items, s->match.arms.count, NULL);
    return true;
}

/* A class has every method of its traits, with the trait's types. */
static void verify_traits(const Class *cls)
{
    for (int i = 0; i < cls->traits.count; i++) {
        const TraitDef *trait = cls->traits.items[i];
        for (int j = 0; j < trait->methods.count; j++) {
            const TraitMethod *m = &trait->methods.items[j];
            int index = namemap_find(cls->method_index, m->name);
            ck_assert_int_ge(index, 0);
            ck_assert_ptr_eq(cls->methods.items[index]->result, m->result);
            ck_assert_ptr_eq(cls->methods.items[index]->owner, cls);
        }
    }
}

static void verify_classes(const Program *p, Walk *w)
{
    for (int i = 0; i < p->classes.count; i++) {
        const Class *cls = p->classes.items[i];
        ck_assert_int_eq(cls->number, i);
        verify_traits(cls);
        ck_assert_int_eq(cls->invariants.count, cls->invariant_texts.count);
        for (int j = 0; j < cls->invariants.count; j++)
            walk_expr(w, cls->invariants.items[j]);
    }
}

static void verify_program(const Program *p)
{
    Walk w = { verify_expr, verify_stmt };

    verify_classes(p, &w);

    for (int i = 0; i < p->funcs.count; i++) {
        const Func *func = p->funcs.items[i];
        ck_assert_int_eq(func->number, i);
        walk_block(&w, func->body);
        for (int j = 0; j < func->requires.count; j++)
            walk_expr(&w, func->requires.items[j].cond);
        for (int j = 0; j < func->params.count; j++)
            ck_assert(is_final(func->params.items[j]->type));
    }
}

/* The program, which must have no error. */
static Program *accept(const char *source)
{
    Result r = run(source);
    ck_assert_msg(r.errors == 0, "rejected:\n%s\n%s", source, r.text);
    verify_program(r.program);
    return r.program;
}

/* ---- Looking into programs ---- */

static Func *func_named(const Program *p, const char *name)
{
    for (int i = 0; i < p->funcs.count; i++)
        if (strcmp(p->funcs.items[i]->name, name) == 0)
            return p->funcs.items[i];
    ck_abort_msg("no function %s", name);
}

static Stmt *stmt_of(const Program *p, const char *func, int index)
{
    return func_named(p, func)->body->stmts.items[index];
}

/* The initialiser of the index-th statement of a function. */
static Expr *value_of(const Program *p, const char *func, int index)
{
    Stmt *s = stmt_of(p, func, index);
    ck_assert_int_eq(s->kind, STMT_LET);
    return s->let.value;
}

static const char *let_type(const Program *p, const char *func, int index)
{
    Stmt *s = stmt_of(p, func, index);
    ck_assert_int_eq(s->kind, STMT_LET);
    return type_name(s->let.symbol->type);
}

/* ---- Accepted programs ---- */

static const char *const accepted[] = {
    "fn main() { print(1) }",
    "fn a() int { return b() }\nfn b() int { return a() }",
    "fn f(n: int) int { if n > 0 { return 1 } else if n < 0 { return 2 } else { return 3 } }",
    "fn f() int { loop { } }",
    "fn f() int { loop { if true { return 1 } } }",
    "error E { n: int }\nfn f() int { raise E { n: 1 } }",
    "fn f() { for i in 0..3 { let x = i }\nfor i in 0..=3 { let x = i } }",
    "fn f(print: int, f: int) { print(print + f) }",
    "fn f(x: int?) int? { return x }\nfn g() { f(1)\nf(none) }",
    "fn f(x: int?) { print(x?) }",
    "fn f(x: int?) { if x != none { print(x?)\nprint(x + 1) } }",
    "fn f(x: int?) { if x == none { return }\nprint(x + 1) }",
    "fn f(x: int?) { if x == none || x < 0 { return }\nprint(x + 1) }",
    "fn f(x: int?, y: int?) { if x != none && y != none && x < y { print(x + y) } }",
    "fn f(x: int?) { if !(x == none) { print(x + 1) } else { print(0) } }",
    "fn f(x: int?) { let y = if x == none { 0 } else { x }\nprint(y + 1) }",
    "fn f(x: int?) int { loop { if x != none { return x }\nx = 1 } }",
    "class N { v: int, next: N? }\n"
    "fn f(n: N?) { while n != none { print(n.v)\nn = n.next } }",
    "fn f(x: int?) { if x != none { x += 1 } }",
    "fn f(x: int?) { if x != none { let y: int? = x\nlet z: [int?] = []\nz.push(x)\n"
    "g(x)\ng(y) } }\nfn g(x: int?) {}",
    "fn f(x: int?) { print(x ?? 1 + 2)\nlet y: int? = x ?? none\nprint(y ?? x ?? 3) }",
    "fn f(x: [int]?) { for v in x ?? [] { print(v) } }",
    "fn f(c: bool) { let x: int? = if c { 1 } else { 2 }\n"
    "let y: int? = if c { none } else { none }\ng(x)\ng(y) }\nfn g(x: int?) {}",
    "fn f(c: bool, x: int?) { let a = if c { x } else { none }\nlet b = if c { 1 } else { x }\n"
    "let d: int? = a\nlet e: int? = b\ng(d)\ng(e) }\nfn g(x: int?) {}",
    "fn f(c: bool) int { let a = if c { 1 } else { return 2 }\nreturn a }",
    "fn f(c: bool) int { let a = if c { return 2 } else { 1 }\nreturn a }",
    "fn f(c: bool) { let a = if c { if c { 1 } else { 2 } } else { 3 }\nprint(a) }",
    "fn f() { let xs = []\nxs.push(1)\nprint(xs[0] + 1) }",
    "fn f() [int] { let xs = []\nreturn xs }",
    "fn f() [int?] { let mut xs = []\nxs = g()\nreturn xs }\nfn g() [int?] { return [] }",
    "fn f() { let xs = []\nfor x in xs { xs.push(x) }\nxs.push(2) }",
    "fn f() { let xs = []\nlet g = () => xs.len()\nxs.push(\"a\")\nprint(g()) }",
    "fn f() { let xs: [int]? = []\nlet ys: [[int]] = []\nys.push([])\ng(xs) }\nfn g(x: [int]?) {}",
    "fn f() { let g = (n: int) => { if n > 0 { return 1 }\nreturn 0 }\nprint(g(1)) }",
    "fn f() { let g = () => print(1)\ng() }",
    /* enums and match */
    "enum E { A B { n: int } }\nfn f(e: E) int { match e { E.A { return 1 } E.B { n } { "
    "return n } } }",
    "enum E { A B { n: int } }\nfn f(e: E) int? { return match e { E.A => none, E.B { n: x } => "
    "g(x) } }\nfn g(n: int) int? { return n }",
    "enum E { A B { n: int? } }\nfn f(e: E) { let x = match e { E.A => 1, E.B { n } => n }\n"
    "let y: int? = x\nlet z: int? = match e { E.A => none, E.B { n } => none }\n"
    "let w: int? = match e { E.A => 1, E.B { n } => 2 }\nprint(y ?? z ?? w ?? 0) }",
    "enum E { A { n: int? s: [string] } }\nfn f() E { return E.A { s: [], n: 1 } }",
    "enum Expr { Num { v: int } Add { l: Expr, r: Expr } }\nfn f(e: Expr) int { match e { "
    "Expr.Num { v } { return v } Expr.Add { l, r } { return f(l) + f(r) } } }",
    "enum E { A B }\nfn f(a: E, b: E?) { print(a == E.A)\nprint(b == none)\nlet m = "
    "Map<E, int> { E.A: 1 }\nm[E.B] = 2\nlet s = Set<E> { E.A }\nprint(m.len() + s.len()) }",
    "enum E { A }\nfn f(e: E) { match e { E.A { if true { return } } }\nprint(1) }",
    "enum E { A B { f: fn(int) int } }\nfn f(e: E) { match e { E.A { } E.B { f: g } { "
    "print(g(1)) } } }",
    "enum E { }\nfn f(e: E) { match e { } }",
    "enum E { A B C }\nfn f(x: int?, e: E) { if x != none { match e { E.A { x = none } "
    "E.B { print(x + 2)\nreturn } E.C { print(x + 1) } } } }",
    "enum E { A B }\nfn f(x: int?, e: E) { if x != none { match e { E.A { print(x + 1) } "
    "E.B { print(x + 2) } } } }",
    "enum E { A }\nfn f(E: int) { print(E + 1) }",
    /* maps and sets */
    "fn f() { let m = Map<string, [int]> {}\nm[\"a\"] = []\nm[\"a\"].push(1)\n"
    "for k in m.keys() { print(m[k].len()) }\nfor v in m.values() { print(v.len()) } }",
    "fn f(m: Map<int, int?>) { m[1] = none\nm[2] = 3\nlet x = m[1]\nif x != none { "
    "print(x + 1) } }",
    "fn f() { let mut m = Map<string, int> { \"a\": 1 \"b\": 2 }\nm[\"a\"] += 1\nm[\"b\"]++\n"
    "m.insert(\"c\", 3)\nm.remove(\"c\") }",
    "fn f() { let s = Set<float> { 1.0, 2.0 }\ns.insert(3.0)\nfor x in s.to_array() { "
    "print(x) } }",
    /* traits */
    "trait T { fn a(self) int }\nclass C impl T { fn a(self) int { return 1 } }\n"
    "fn f(t: T) int { return t.a() }\nfn g() T? { let c = C {}\nf(c)\nf(C {})\nlet t: T = c\n"
    "let u: T? = c\nif u != none { print(u.a()) }\nlet mut w: T = t\nw = c\nreturn C {} }",
    "trait T { fn a(self) int }\nclass C impl T { fn a(self) int { return 1 } }\n"
    "class H { t: T, u: T? }\nfn f(l: [T], m: Map<string, T>) {\n"
    "let mut h = H { t: C {}, u: C {} }\n"
    "h.t = C {}\nh.u = none\nl[0] = C {}\nm[\"a\"] = C {}\nlet g = (t: T) => t.a()\n"
    "print(g(C {}))\nlet e: [T] = []\nf(e, m) }",
    "trait T { fn a(self) int { return self.b() }\nfn b(self) int }\n"
    "class C impl T { fn b(self) int { return self.a() } }\nfn f(c: C) { print(c.a()) }",
    "trait T { fn a(mut self) { self.b() }\nfn b(mut self) }\nclass C impl T { n: int\n"
    "fn b(mut self) { self.n += 1 } }\nfn f(t: T) { t.a()\nlet mut u: T = C { n: 1 }\nu.a() }",
    "trait A { fn m(self) int }\ntrait B { fn m(self) int { return 1 } }\nclass C impl A, B { }\n"
    "class G<T> impl A, B { x: T }\nfn f(g: G<int>) { print(g.m()) }",
    "trait A { }\nclass C impl A { }\nfn f() { let a: A = C {}\nlet b: A = a\nprint(a == b) }",
    "trait T { fn a(self) int }\nclass C impl T { fn a(self) int { return 1 } }\n"
    "fn f(c: bool) { let t: T = if c { C {} } else { C {} }\nprint(t.a()) }\n"
    "fn g(x: T, y: T) { print(x == y) }",
    "error E {}\ntrait T { fn a(self) int }\nclass C impl T { fn a(self) int { raise E {} } }\n"
    "fn f(t: T) int { return t.a()! }\nfn g(t: T) { print(t.a() catch 1)\n"
    "print(f(t) catch e: E { 2 }) }",
    "trait T { fn a(self) }\nclass C { fn b(self) C? { return none } }\nfn f(c: C?, t: T) {\n"
    "let s = spawn g(t)\ns.get() }\nfn g(t: T) { t.a() }",
    /* generics */
    "fn id<T>(x: T) T { return x }\nfn f() { print(id(1) + id<int>(2))\nprint(id(\"a\"))\n"
    "let x: int? = id<int?>(3)\nprint(id(x) ?? 1) }",
    "class Pair<A, B> { a: A\nb: B\nfn left(self) A { return self.a }\nfn flip(self) Pair<B, A> "
    "{ return Pair<B, A> { a: self.b, b: self.a } } }\nfn f() { let p = Pair<int, string> { a: 1, "
    "b: \"x\" }\nprint(p.left() + p.flip().b)\nprint(p.flip().flip().left()) }",
    "enum Opt<T> { Some { v: T } None }\nfn get<T>(o: Opt<T>, d: T) T { match o { Opt.Some { v } { "
    "return v } Opt.None { return d } } }\nfn f() { print(get(Opt<int>.Some { v: 1 }, 2))\n"
    "let n: Opt<string> = Opt<string>.None\nprint(get(n, \"a\")) }",
    "fn map<T, U>(xs: [T], f: fn(T) U) [U] { let out: [U] = []\nfor x in xs { out.push(f(x)) }\n"
    "return out }\nfn f() { let ys = map([1, 2], (n: int) => f\"{n}\")\nprint(ys[0].len()) }",
    "fn first<T>(xs: [T]) T? { if xs.is_empty() { return none }\nreturn xs[0] }\n"
    "fn f() { let e: [int] = []\nprint(first(e) ?? 1) }",
    "fn keys<K, V>(m: Map<K, V>) [K] { return m.keys() }\nfn f(m: Map<string, int>) { "
    "print(keys(m)[0]) }",
    "fn opt<T>(x: T?, d: T) T { return x ?? d }\nfn f(x: int?) { print(opt(x, 1))\n"
    "if x != none { print(opt(x, 2)) } }",
    "trait S { fn s(self) int }\nclass C impl S { fn s(self) int { return 1 } }\n"
    "fn sum<T: S>(xs: [T]) int { let mut n = 0\nfor x in xs { n += x.s() }\nreturn n }\n"
    "class W<T: S> impl S { x: T\nfn s(self) int { return self.x.s() } }\n"
    "fn f() { print(sum([C {}]))\nlet w = W<C> { x: C {} }\nlet t: S = w\n"
    "print(sum([w]) + t.s()) }",
    "class Node { v: int, next: Node? }\nclass L<T> { x: T, n: Node }\nclass M<T> { l: [L<T>] }\n"
    "fn f(m: M<int>) { print(m.l[0].x + m.l[0].n.v) }",
    "class Stack<T> { items: [T]\ninvariant self.items.len() >= 0\nfn push(mut self, x: T)\n"
    "requires self.items.len() < 10\n{ self.items.push(x) } }\n"
    "fn f() { let mut s = Stack<int> { items: [] }\ns.push(1) }",
    "fn rec<T>(x: T, n: int) T { if n == 0 { return x }\nreturn rec(x, n - 1) }\n"
    "fn f() { print(rec(\"a\", 3)) }",
    "fn a<T>(x: T) { b(x) }\nfn b<T>(x: T) { if false { a(x) } }\nfn f() { a(1) }",
    "fn none_used<T>(x: T) { x.what().ever(nope) }",
    "fn send<T>(v: T) T { let (tx, rx) = chan<T>(1)\ntx.send(v) catch e { }\n"
    "return rx.recv() catch v }\nfn f() { print(send(1))\nlet t = spawn send(\"a\")\n"
    "print(t.get()) }",
    "class Box<T> { v: T }\nfn f() { let b: Box<int?> = Box<int?> { v: 42 }\nprint(b.v ?? 1) }",
    /* contracts, generators, extern functions */
    "trait T { fn a(self, n: int)\nrequires n > 0\n}\nclass C impl T { x: int\n"
    "invariant self.x >= 0 && self.x < 10\nfn a(self, k: int) {} }\nfn f(t: T) { t.a(1) }",
    "trait R { fn a(self, n: int?)\nrequires n != none && n > 0\n}\n"
    "class Late<T> impl R { x: T\nfn a(self, k: int?) {} }\n"
    "fn f() { let r: R = Late<int> { x: 1 }\nr.a(1) }",
    "fn f(n: int, s: string, o: int?)\nrequires n > 0 && (n < 100 || s.len() == 0)\n"
    "requires o != none\n{ print(n) }",
    "fn g(n: int) stream int { let mut i = 0\nwhile true { if i > n { return }\nyield i\ni++ } }\n"
    "fn h(n: int) stream int? { for x in g(n) { yield x\nyield none } }\n"
    "fn f() { let s = g(3)\nfor x in s { print(x) }\nfor y in h(2) { print(y ?? 0) }\nk(s) }\n"
    "fn k(s: stream int) { for x in s { print(x) } }",
    "fn g(x: int?) stream int { yield x? }\nfn f() { for x in g(1) { print(x) } }",
    "error E {}\nfn g() stream int { raise E {} }\nfn f() { for x in g() { print(x) } }",
    "fn g<T>(xs: [T]) stream T { for x in xs { yield x } }\n"
    "fn f() { for x in g([1]) { print(x) } }",
    "extern fn put(n: int, xs: [[float]], s: string) bool\nfn f() { print(put(1, [], \"a\")) }",
    "fn f() { let g = (x: int?) int? => x?\nlet h = (x: int?) => { let y = x?\nprint(y) }\n"
    "g(1)\nh(2) }",
    "fn f() { let mut n = 1\nlet g = () => n + 1\nn = 2\nprint(g()) }",
    "class C { n: int\nfn m(mut self) { let g = () => { self.n = 2 }\ng()\nself.n++ } }",
    "fn f(s: string, b: bytes) { for c in s { print(c.len()) }\nfor x in b { print(x) } }",
    "fn f() { print(1 as float)\nprint(1.5 as int)\nprint(1 as bool)\nprint(true as int)\n"
    "print(1 as byte)\nprint((1 as byte) as int) }",
    "fn f() { print(-9223372036854775808)\nprint(1 == 1 == true)\nprint(!true == false) }",
    "fn f(a: [int], b: [int]) bool { return a == b }",
    "fn f() { print(none == none)\nprint(abs(-1) + min(1, 2) + max(3, 4))\nprint(pow(2.0, 0.5)) }",
    "fn f() int { return pow(2, 3) catch 0 }",
    "fn f() int { return pow(2, 3)! }",
    "error E { n: int }\nfn f(n: int) int { if n > 0 { raise E { n: 1 } }\nreturn n }\n"
    "fn g() int? { let a = f(1) catch e: E { return e.n } catch o { print(o.message)\n0 }\n"
    "let b = f(1) catch e { return none }\nreturn a + b }",
    "error E { n: int }\nfn f() { raise E { n: 1 } }\n"
    "fn g() { f() catch e { }\nf() catch 0\nf() catch e { e.message } }",
    "error ChannelClosed { message: string }\nfn f(tx: Sender<int>) { "
    "tx.send(1) catch e: ChannelClosed { print(e.message) } }",
    "fn w(n: int) int { return n }\nfn f() { let t = spawn w(1)\nprint(t.get())\n"
    "spawn w(2).detach()\nlet a = [spawn w(1), spawn w(2)]\n"
    "for u in a { print(u.get() catch 0) } }",
    "fn w() {}\nfn f() Task<void> { let t = if true { spawn w() } else { spawn w() }\nreturn t }",
    "fn f() int { let (tx, rx) = chan<int>(4)\ntx.send(1)!\nlet mut s = 0\n"
    "for v in rx { s += v }\ntx.close()\nreturn s + rx.recv()! }",
    "fn w(tx: Sender<int>) { let f = () => { tx.send(1)! }\nf() }",
    "class C { f: fn(int) int }\nfn g(c: C) int { let f = c.f\nreturn f(1) }",
    "class A {}\nclass C { n: int, other: C?\nfn copy(self) C { return self } }\n"
    "fn f() { let c = C { n: 1, other: none }\nlet d = C { other: c, n: 2 }\nlet a = A {}\n"
    "print(d.n)\nprint(a == a)\nprint(c.copy().n) }",
    "fn main() int { return 3 }",
    "fn main() int? { return none }",
};

START_TEST(programs_without_errors_are_accepted)
{
    accept(accepted[_i]);
}
END_TEST

/* ---- Rejected programs ---- */

typedef struct Reject { const char *source, *head, *place; } Reject;

static const Reject rejected[] = {
    { "fn f() { print(x) }", "Type error: undefined variable 'x'", "1:16" },
    { "fn f() {\n    g(1)\n}", "Type error: undefined function 'g'", "2:5" },
    { "fn f() { let x = none }", "Type error: cannot infer type of `none`", "1:18" },
    { "fn f() { let xs = [] }", "Type error: cannot infer the element type of 'xs'", "1:19" },
    { "fn f(a: int, a: int) {}", "Type error: parameter 'a' is already declared", "1:14" },
    { "fn f() {}\nfn f() {}", "Type error: 'f' is already declared as a function", "2:4" },
    { "class TypeInfo {}", "Type error: cannot define class 'TypeInfo': conflicts with built-in prelude type", "1:7" },
    { "fn max() {}", "Type error: a function cannot shadow builtin function 'max'", "1:4" },
    { "fn f() int { return \"a\" }", "Type error: return type mismatch: expected int, found string",
      "1:21" },
    { "fn f() int { }", "Type error: missing return statement in function with return type int",
      "1:4" },
    { "fn f() { let x: string = 1 }", "Type error: type mismatch: expected string, found int",
      "1:26" },
    { "fn f() { print(\"a\" + 1) }", "Type error: operand type mismatch: string vs int", "1:16" },
    { "fn f() { if 1 {} }", "Type error: condition must be bool, found int", "1:13" },
    { "fn f(a: int) {}\nfn g() { f(true) }",
      "Type error: argument 1 of 'f': expected int, found bool", "2:12" },
    { "fn f() { let (tx, rx) = chan<int>(1)\n    tx.send(\"a\")! }",
      "Type error: send() expects int, found string", "2:13" },
    { "class C { n: int }\nfn f() { let c = C { n: 1 }\n    c.n = 2 }",
      "Type error: cannot assign to field of immutable variable 'c'", "3:5" },
    { "class C { n: int\n    fn m(self) { self.n = 1 } }",
      "Type error: cannot assign to 'self.n' in a non-mut method", "2:18" },
    { "error E {}\nfn f() { raise E {} }\nfn g() { f() }",
      "Type error: call to fallible function 'f' must be handled with ! or catch", "3:10" },
    { "fn f() {}\nfn g() { f()! }", "Type error: '!' applied to infallible function 'f'", "2:10" },
    { "fn f() { let x = 1 }", "warning: unused variable 'x'", "1:14" },
    { "fn f() { spawn f() }", "Type error: Task handle must be used", "1:10" },
    { "fn f() { self.x = 1 }", "Type error: 'self' can only be used in a method", "1:10" },
};

/* Somewhere the head begins a line, and the place stands on the next one. */
static bool reports(const char *text, const char *head, const char *place)
{
    const char *want = arena_format("\n  t.pluto:%s\n", place);

    for (const char *at = strstr(text, head); at; at = strstr(at + 1, head)) {
        const char *line_end = strchr(at, '\n');
        bool begins = at == text || at[-1] == '\n';
        if (begins && line_end && strncmp(line_end, want, strlen(want)) == 0)
            return true;
    }
    return false;
}

START_TEST(errors_are_reported_at_their_place)
{
    const Reject *row = &rejected[_i];
    Result r = run(row->source);
    ck_assert_msg(reports(r.text, row->head, row->place), "expected %s\n  at %s, found:\n%s",
                  row->head, row->place, r.text);
}
END_TEST

static int count_errors(const char *source)
{
    return run(source).errors;
}

START_TEST(one_mistake_gives_one_error)
{
    static const char *const sources[] = {
        "fn f() { let x = y\nlet z = x + 1\nprint(z.a.b(1)[2])\nx.q = z }",
        "fn f() { let g = h(1)\nprint(g(2))\nfor x in g { print(x) } }",
        "fn f() { let x: Nope = []\nprint(x ?? 1)\nlet y: int = x }",
        "fn f() int { let xs = []\nreturn xs[0] + xs.pop() }",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        ck_assert_int_eq(count_errors(sources[i]), 1);
}
END_TEST

START_TEST(independent_errors_are_all_reported)
{
    ck_assert_int_eq(count_errors("fn f() { print(a)\nprint(b)\nlet x: int = \"\" }\n"
                                  "fn g() int { }"), 4);
}
END_TEST

START_TEST(later_phases_wait_for_earlier_ones)
{
    Result names = run("fn f() {}\nfn f() { print(x) }");
    ck_assert_int_eq(names.errors, 1);
    Result bodies = run("error E {}\nclass C { n: int\nfn m(self) { self.n = 1 } }\n"
                        "fn f() { raise E {} }\nfn g() { f()\nprint(x) }");
    ck_assert_int_eq(bodies.errors, 1);
    ck_assert_ptr_nonnull(strstr(bodies.text, "undefined variable 'x'"));
}
END_TEST

START_TEST(notes_name_the_other_place)
{
    Result taken = run("fn f() {\n    let a = 1\n    let a = 2\n}");
    ck_assert_ptr_nonnull(strstr(taken.text, "t.pluto:2:9: 'a' was declared here"));
    Result use = run("fn f() {\n    let xs = []\n    xs.push(1)\n    xs.push(\"\")\n}");
    ck_assert_ptr_nonnull(strstr(use.text, "t.pluto:3:13: the element type of 'xs' comes from"));
    Result fails = run("error E {}\nfn f() { raise E {} }\nfn g() { f() }");
    ck_assert_ptr_nonnull(strstr(fails.text, "t.pluto:2:4: 'f' can fail"));
}
END_TEST

START_TEST(misspelt_names_get_a_suggestion)
{
    static const char *const rows[][2] = {
        { "fn f(total: int) { print(totl) }", "did you mean 'total'?" },
        { "fn helper() {}\nfn f() { heplr() }", "did you mean 'helper'?" },
        { "fn f() { pritn(1) }", "did you mean 'print'?" },
        { "fn f(x: strng) {}", "did you mean 'string'?" },
        { "class Point {}\nfn f() { let p = Piont {} }", "did you mean 'Point'?" },
        { "class P { width: int }\nfn f(p: P) { print(p.widht) }", "did you mean 'width'?" },
        { "fn f(s: string) { print(s.length()) }", "string has no method 'length'" },
        { "fn f(s: string) { print(s.contain(\"\")) }", "did you mean 'contains'?" },
        { "error Missing {}\nfn f() { raise Mising {} }", "did you mean 'Missing'?" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Result r = run(rows[i][0]);
        ck_assert_msg(strstr(r.text, rows[i][1]) != NULL, "%s\n%s", rows[i][0], r.text);
    }
    ck_assert_ptr_null(strstr(run("fn f(a: int) { print(zebra) }").text, "did you mean"));
}
END_TEST

/* ---- Warnings ---- */

static void expect_warnings(const char *source, const char *const *names)
{
    Result r = run(source);
    const char *at = r.text;

    ck_assert_msg(r.errors == 0, "%s", r.text);
    for (; *names; names++) {
        at = strstr(at, arena_format("unused variable '%s'", *names));
        ck_assert_msg(at != NULL, "no warning for %s, or out of order:\n%s", *names, r.text);
        at++;
    }
    ck_assert_msg(!strstr(at, "unused"), "too many:\n%s", r.text);
}

START_TEST(unused_lets_are_warned_about_in_order)
{
    expect_warnings("fn f() { let b = 1\nlet a = 2 }\nfn g() { let c = 3 }",
                    (const char *[]){ "b", "a", "c", NULL });
}
END_TEST

START_TEST(plain_assignment_is_no_read)
{
    expect_warnings("fn f() { let mut a = 1\na = 2 }", (const char *[]){ "a", NULL });
    expect_warnings("fn f() { let mut a = 1\na += 2\nlet mut b = 1\nb++ }",
                    (const char *[]){ NULL });
}
END_TEST

START_TEST(other_uses_are_reads)
{
    expect_warnings("class C { n: int }\nfn f() { let a = 1\nlet g = () => a\ng()\n"
                    "let b = 2\nprint(f\"{b}\")\nlet mut c = C { n: 1 }\nc.n = 2\n"
                    "let xs = [1]\nxs[0] = 2\nlet ys = [1]\nys.push(2) }",
                    (const char *[]){ NULL });
}
END_TEST

START_TEST(other_variables_are_never_reported)
{
    expect_warnings("error E {}\nfn r() { raise E {} }\n"
                    "fn f(p: int) { let _a = 1\nlet _ = 2\nfor i in 0..2 { }\n"
                    "let (tx, rx) = chan<int>(1)\nlet g = (k: int) => 1\ng(1)\n"
                    "r() catch e { } }",
                    (const char *[]){ NULL });
}
END_TEST

/* ---- What lowering relies on ---- */

START_TEST(values_become_nullable_through_nodes)
{
    Program *p = accept("fn f() { let a: int? = 1\nlet b: int? = none\ng(a)\ng(b) }\n"
                        "fn g(x: int?) {}");
    ck_assert_int_eq(value_of(p, "f", 0)->kind, EXPR_SOME);
    ck_assert_int_eq(value_of(p, "f", 1)->kind, EXPR_NONE);
    ck_assert_str_eq(type_name(value_of(p, "f", 1)->type), "int?");
}
END_TEST

START_TEST(branches_get_the_type_of_their_if)
{
    Program *p = accept("fn f(c: bool, x: int?) {"
                        "let a = if c { if c { 1 } else { 2 } } else { x }\n"
                        "g(a) }\nfn g(x: int?) {}");
    Expr    *e = value_of(p, "f", 0);
    ck_assert_int_eq(e->kind, EXPR_IF);
    ck_assert_str_eq(type_name(e->type), "int?");
    ck_assert_ptr_eq(e->if_.then->value_type, e->type);
    Stmt *inner = e->if_.then->stmts.items[0];
    ck_assert_int_eq(inner->kind, STMT_IF);
    ck_assert_ptr_eq(inner->if_.then->value_type, e->type);
    ck_assert_int_eq(inner->if_.then->stmts.items[0]->expr->kind, EXPR_SOME);
}
END_TEST

START_TEST(none_takes_the_type_it_is_compared_with)
{
    Program *p = accept("fn f(x: int?) { let a = x == none\nprint(a) }");
    Expr    *e = value_of(p, "f", 0);
    ck_assert_ptr_eq(e->binary.right->type, e->binary.left->type);
}
END_TEST

START_TEST(narrowed_names_are_marked)
{
    Program *p = accept("fn f(x: int?) { if x == none { return }\nlet a = x\nlet b: int? = x\n"
                        "x = 5\nlet c = x\nprint(a)\nprint(b == c) }");
    ck_assert_int_eq(value_of(p, "f", 1)->kind, EXPR_NARROWED);
    ck_assert_str_eq(let_type(p, "f", 1), "int");
    ck_assert_int_eq(value_of(p, "f", 2)->kind, EXPR_NAME);
    ck_assert_str_eq(let_type(p, "f", 4), "int?");
}
END_TEST

START_TEST(blocks_know_whether_they_are_left)
{
    Program *p = accept("fn f(c: bool) int { if c { return 1 } else { loop { } }\n"
                        "while c { break }\nloop { break }\nreturn 2 }");
    ck_assert(func_named(p, "f")->body->leaves);
    ck_assert(stmt_of(p, "f", 0)->if_.otherwise->leaves);
    ck_assert(stmt_of(p, "f", 1)->while_.body->leaves);
}
END_TEST

START_TEST(first_use_fixes_an_array)
{
    Program *p = accept("fn f() { let a = []\na.push(\"s\")\nlet b = []\nb.insert_at(0, 1.5)\n"
                        "let c = []\nc[0] = true\nlet d = []\ng(d)\n"
                        "let mut e = []\ne = [1 as byte]\n"
                        "let h = [] \nlet k = [h]\nh.push(1)\nprint(k.len()) }\n"
                        "fn g(x: [[int]]) {}");
    ck_assert_str_eq(let_type(p, "f", 0), "[string]");
    ck_assert_str_eq(let_type(p, "f", 2), "[float]");
    ck_assert_str_eq(let_type(p, "f", 4), "[bool]");
    ck_assert_str_eq(let_type(p, "f", 6), "[[int]]");
    ck_assert_str_eq(let_type(p, "f", 8), "[byte]");
    ck_assert_str_eq(let_type(p, "f", 11), "[[int]]");
}
END_TEST

START_TEST(closures_capture_through_each_other)
{
    Program *p = accept("fn f(n: int) { let outer = () => { let inner = () => n + 1\n"
                        "return inner() }\nprint(outer()) }");
    Func *f = func_named(p, "f");
    ck_assert_int_eq(f->closures.count, 2);
    Expr *outer = f->closures.items[0], *inner = f->closures.items[1];
    ck_assert_ptr_eq(outer, value_of(p, "f", 0));
    ck_assert_ptr_eq(outer->closure.captures.items[0], f->params.items[0]);
    ck_assert_int_eq(inner->closure.captures.count, 1);
    ck_assert_ptr_eq(inner->closure.captures.items[0], outer->closure.copies.items[0]);
    ck_assert(f->params.items[0]->captured);
    ck_assert_int_eq(p->closures.count, 2);
}
END_TEST

START_TEST(a_variable_is_captured_once)
{
    Program *p = accept("class C { n: int\nfn m(self) int { let f = () => self.n + self.n\n"
                        "return f() } }");
    Expr *closure = func_named(p, "m")->closures.items[0];
    ck_assert_int_eq(closure->closure.captures.count, 1);
    ck_assert_ptr_eq(closure->closure.self, closure->closure.copies.items[0]);
    ck_assert_int_eq(closure->closure.self->kind, SYM_SELF);
}
END_TEST

START_TEST(task_variables_know_their_origin)
{
    Program *p = accept("fn w() int { return 1 }\n"
                        "fn f() { let a = spawn w()\nlet mut b = spawn w()\n"
                        "b = spawn w()\nlet c = a\n"
                        "print(a.get())\nprint(b.get() catch 0)\nprint(c.get() catch 0) }");
    ck_assert_ptr_eq(stmt_of(p, "f", 0)->let.symbol->task_origin, func_named(p, "w"));
    ck_assert_ptr_null(stmt_of(p, "f", 1)->let.symbol->task_origin);
    ck_assert_ptr_null(stmt_of(p, "f", 3)->let.symbol->task_origin);
}
END_TEST

START_TEST(a_copy_of_a_task_loses_its_origin_with_the_variable)
{
    const char *source = "fn w() int { return 1 }\nfn f() { let mut t = spawn w()\n"
                         "let g = () => t.get()%s\n%s\nprint(g()) }";
    accept(arena_format(source, "", "print(1)"));
    ck_assert_int_eq(run(arena_format(source, "", "t = spawn w()")).errors, 1);
    accept(arena_format(source, "!", "t = spawn w()"));
}
END_TEST

START_TEST(channels_belong_to_the_body_that_makes_them)
{
    Program *p = accept("fn f() { let (a, b) = chan<int>(1)\n"
                        "let g = () => { let (c, d) = chan<int>(1)\nc.close()\nd.recv()! }\n"
                        "g()\na.close()\nb.recv()! }");
    Func *f = func_named(p, "f");
    ck_assert_int_eq(f->channels.count, 1);
    ck_assert_str_eq(f->channels.items[0]->name, "a");
    ck_assert_int_eq(f->closures.items[0]->closure.channels.count, 1);
}
END_TEST

START_TEST(functions_stand_in_source_order)
{
    Program *p = accept("fn a() {}\nclass C { n: int\nfn b(self) {} }\nfn c() {}");
    ck_assert_str_eq(p->funcs.items[1]->name, "b");
    ck_assert_str_eq(p->funcs.items[1]->params.items[0]->name, "self");
    ck_assert_str_eq(p->classes.items[0]->methods.items[0]->name, "b");
}
END_TEST

START_TEST(a_declared_error_takes_the_predeclared_place)
{
    Program *p = accept("error Mine {}\nerror ChannelClosed { message: string }\n"
                        "fn f(tx: Sender<int>) { tx.send(1)! }");
    ck_assert(!p->errors.items[ERR_CHANNEL_CLOSED]->predeclared);
    ck_assert(p->errors.items[ERR_CHANNEL_FULL]->predeclared);
    ck_assert_int_eq(p->errors.items[ERR_PREDECLARED_COUNT]->number, ERR_PREDECLARED_COUNT);
    ck_assert(error_set_has(&func_named(p, "f")->errors, ERR_CHANNEL_CLOSED));
}
END_TEST

/* ---- Inference ---- */

START_TEST(sets_flow_through_propagated_calls_only)
{
    Program *p = accept("error A {}\nerror B {}\n"
                        "fn a(n: int) { if n > 0 { b(n - 1)! }\nraise A {} }\n"
                        "fn b(n: int) { a(n)!\nraise B {} }\n"
                        "fn c() { a(1) catch e { } }\nfn d() { a(1) catch e { raise B {} } }");
    Func *a = func_named(p, "a"), *d = func_named(p, "d");
    int   number = ERR_PREDECLARED_COUNT;
    ck_assert(error_set_has(&a->errors, number) && error_set_has(&a->errors, number + 1));
    ck_assert(!func_named(p, "c")->fallible);
    ck_assert(!error_set_has(&d->errors, number) && error_set_has(&d->errors, number + 1));
}
END_TEST

START_TEST(sets_flow_through_many_calls)
{
    Program *p = accept("error A {}\nfn a() { raise A {} }\nfn b() { a()! }\nfn c() { b()! }\n"
                        "fn d() { c()! }");
    ck_assert(error_set_has(&func_named(p, "d")->errors, ERR_PREDECLARED_COUNT));
}
END_TEST

START_TEST(an_unknown_task_may_raise_anything)
{
    Program *p = accept("error A {}\nfn f(t: Task<int>) int { return t.get()! }");
    for (int i = 0; i <= ERR_PREDECLARED_COUNT; i++)
        ck_assert(error_set_has(&func_named(p, "f")->errors, i));
}
END_TEST

START_TEST(errors_of_closures_reach_who_calls_them)
{
    Program *p = accept("error A {}\n"
                        "fn make() fn() int { return () => { raise A {}\nreturn 1 } }\n"
                        "fn call(f: fn() int) int { return f() }\n"
                        "fn outer(f: fn() int) int { return call(f) }\n"
                        "fn guarded() int { let f = make() catch () => 1\nreturn f() }\n"
                        "fn other(f: fn(int) int) int { return f(1) }");
    p->main = NULL;
    ck_assert(func_named(p, "make")->fallible);
    ck_assert(!func_named(p, "call")->fallible);
    ck_assert(func_named(p, "call")->may_raise);
    ck_assert(func_named(p, "outer")->may_raise);
    ck_assert(!func_named(p, "other")->may_raise);
    ck_assert_int_eq(p->raising_fn_types.count, 1);
    ck_assert(fn_type_raises(p, type_fn(NULL, 0, type_int)));
    Expr *call = stmt_of(p, "outer", 0)->ret.value;
    ck_assert(call->call.callee.may_raise);
}
END_TEST

START_TEST(a_closure_that_propagates_raises)
{
    Program *p = accept("error A {}\nfn a() int { raise A {} }\n"
                        "fn make() fn() int { return () => a()! }\n"
                        "fn safe() fn() { return () => { let x = a() catch 0\nprint(x) } }\n"
                        "fn call(f: fn() int, g: fn()) { f()\ng() }");
    ck_assert_int_eq(p->raising_fn_types.count, 1);
    ck_assert(stmt_of(p, "call", 0)->expr->call.callee.may_raise);
    ck_assert(!stmt_of(p, "call", 1)->expr->call.callee.may_raise);
}
END_TEST

START_TEST(recursion_is_found)
{
    Program *p = accept("fn even(n: int) bool { return if n == 0 { true } else { odd(n - 1) } }\n"
                        "fn odd(n: int) bool { return if n == 0 { false } else { even(n - 1) } }\n"
                        "fn leaf() {}\nfn caller() { leaf() }\nfn values(f: fn()) { f() }\n"
                        "fn tasks() { let t = spawn tasks()\nt.detach() }");
    ck_assert(func_named(p, "even")->may_recurse && func_named(p, "odd")->may_recurse);
    ck_assert(!func_named(p, "leaf")->may_recurse && !func_named(p, "caller")->may_recurse);
    ck_assert(func_named(p, "values")->may_recurse);
    ck_assert(!func_named(p, "tasks")->may_recurse);
}
END_TEST

/* ---- Instances, traits, contracts ---- */

static int count_funcs(const Program *p, const char *name)
{
    int count = 0;
    for (int i = 0; i < p->funcs.count; i++)
        count += strcmp(p->funcs.items[i]->name, name) == 0;
    return count;
}

static Class *class_named(const Program *p, const char *name)
{
    for (int i = 0; i < p->classes.count; i++)
        if (strcmp(p->classes.items[i]->name, name) == 0)
            return p->classes.items[i];
    ck_abort_msg("no class %s", name);
}

START_TEST(equal_type_arguments_share_an_instance)
{
    const Program *p = accept("class Box<T> { v: T\nfn get(self) T { return self.v } }\n"
                              "enum Opt<T> { Some { v: T } None }\n"
                              "fn id<T>(x: T) T { return x }\n"
                              "fn f(a: Box<int>, b: [Box<string>], c: Opt<int>) { id(1)\n"
                              "id<int>(2)\nid(a)\nid(Box<int> { v: 1 })\nid(\"a\") }\n"
                              "fn unused<T>(x: T) { id(x) }");
    ck_assert_int_eq(count_funcs(p, "id"), 3);
    ck_assert_int_eq(count_funcs(p, "get"), 2);
    ck_assert_int_eq(count_funcs(p, "unused"), 0);
    ck_assert_int_eq(p->classes.count, 2);
    ck_assert_int_eq(p->enums.count, 1);
    ck_assert_str_eq(p->enums.items[0]->name, "Opt<int>");
    ck_assert_ptr_eq(class_named(p, "Box<string>")->fields.items[0].type, type_string);
}
END_TEST

START_TEST(instances_have_bodies_of_their_own)
{
    const Program *p = accept("fn id<T>(x: T) T { let y = x\nreturn y }\n"
                              "fn f() { id(1)\nid(\"a\") }");
    const Func *a = p->funcs.items[0], *b = p->funcs.items[1];
    ck_assert_ptr_ne(a->body, b->body);
    ck_assert_ptr_ne(a->params.items[0], b->params.items[0]);
    ck_assert_ptr_eq(a->body->stmts.items[0]->let.symbol->type, type_int);
    ck_assert_ptr_eq(b->body->stmts.items[0]->let.symbol->type, type_string);
    ck_assert_ptr_eq(a->env.types[0], type_int);
}
END_TEST

START_TEST(errors_in_an_instance_tell_what_asked_for_it)
{
    Result r = run("fn add<T>(a: T, b: T) T {\n    return a + b\n}\nfn f() {\n"
                   "    add(true, false)\n}");
    ck_assert_int_eq(r.errors, 1);
    ck_assert_ptr_nonnull(strstr(r.text, "t.pluto:2:12"));
    ck_assert_ptr_nonnull(strstr(r.text, "t.pluto:5:5: in 'add<bool>', instantiated here"));
}
END_TEST

START_TEST(a_class_has_a_copy_of_each_inherited_default)
{
    const Program *p = accept("trait T { fn a(self) int { return 1 }\nfn b(self) int }\n"
                              "class C impl T { fn b(self) int { return 2 } }\n"
                              "class D impl T { fn a(self) int { return 3 }\n"
                              "fn b(self) int { return self.a() } }");
    const Class *c = class_named(p, "C"), *d = class_named(p, "D");
    const TraitDef *trait = p->traits.items[0];
    ck_assert_int_eq(c->methods.count, 2);
    ck_assert_ptr_eq(c->methods.items[1]->inherited, trait);
    ck_assert_ptr_ne(c->methods.items[1]->body, trait->methods.items[0].decl->body);
    ck_assert_int_eq(d->methods.count, 2);
    ck_assert_ptr_null(d->methods.items[0]->inherited);
    ck_assert_int_eq(trait->implementors.count, 2);
}
END_TEST

START_TEST(trait_methods_raise_what_any_class_raises)
{
    const Program *p = accept("error E {}\ntrait T { fn a(self)\nfn b(self) }\n"
                              "class C impl T { fn a(self) { raise E {} }\nfn b(self) { } }\n"
                              "class D impl T { fn a(self) { }\nfn b(self) { } }\n"
                              "fn f(t: T) { t.a()!\nt.b() }");
    const TraitDef *trait = p->traits.items[0];
    const Block    *body  = func_named(p, "f")->body;
    ck_assert(trait->methods.items[0].may_raise);
    ck_assert(!trait->methods.items[1].may_raise);
    ck_assert(func_named(p, "f")->fallible);
    ck_assert(body->stmts.items[0]->expr->propagate.call->call.callee.may_raise);
    ck_assert_int_eq(body->stmts.items[1]->expr->call.callee.trait_method, 1);
}
END_TEST

START_TEST(clauses_print_in_normal_form)
{
    const Program *p = accept("trait T { fn a(self, n: int)\nrequires n>0\n}\n"
                              "class C impl T { xs: [int]\ninvariant self.xs . len()>=0\n"
                              "fn a(self, k: int) {} }\n"
                              "class D impl T { fn a(self, m: int) {} }\n"
                              "fn f(x: int, y: float)\nrequires !(-x<1)&&y!=2.50\n{ }");
    const Class *c = class_named(p, "C");
    ck_assert_str_eq(c->invariant_texts.items[0], "self.xs.len() >= 0");
    ck_assert_str_eq(c->methods.items[0]->requires.items[0].text, "n > 0");
    ck_assert_str_eq(func_named(p, "f")->requires.items[0].text, "!(-x < 1) && y != 2.5");
    /* n is the class's k */
    const Expr *n = c->methods.items[0]->requires.items[0].cond->binary.left;
    ck_assert_ptr_eq(n->name.symbol, c->methods.items[0]->params.items[1]);
    const Expr *m = class_named(p, "D")->methods.items[0]->requires.items[0].cond;
    ck_assert_ptr_ne(m->binary.left->name.symbol, n->name.symbol);
}
END_TEST

START_TEST(generators_keep_their_errors)
{
    const Program *p = accept("error E {}\nfn g() stream int { raise E {} }\n"
                              "fn f() { for x in g() { print(x) } }");
    ck_assert(func_named(p, "g")->is_generator);
    ck_assert(!func_named(p, "g")->fallible && !func_named(p, "g")->may_raise);
    ck_assert(!func_named(p, "f")->fallible);
}
END_TEST

START_TEST(generic_bodies_warn_once)
{
    expect_warnings("fn id<T>(x: T) T { let y = x\nreturn x }\nfn f() { id(1)\nid(true) }",
                    (const char *[]){ "y", NULL });
}
END_TEST

/* ---- Size ---- */

/* head, then count copies of part in which # is the copy's number, then tail. */
static const char *repeated(const char *head, const char *part, int count, const char *tail)
{
    char  *text;
    size_t size;
    FILE  *out = open_memstream(&text, &size);

    fputs(head, out);
    for (int i = 0; i < count; i++)
        for (const char *at = part; *at; at++)
            if (*at == '#')
                fprintf(out, "%d", i);
            else
                fputc(*at, out);
    fputs(tail, out);
    return keep_text(out, &text);
}

static void accept_long(const char *source)
{
    Result r = run(source);
    ck_assert_msg(r.errors == 0, "%.300s", r.text);
    verify_program(r.program);
}

START_TEST(long_programs_are_checked_in_linear_time)
{
    enum { MANY = 20000 };
    accept_long(repeated("", "fn f#(n: int) int { return n + # }\n", MANY, ""));
    accept_long(repeated("fn f() {\n", "let a# = [#]\n", MANY, "}"));
    accept_long(repeated("fn f() {\n", "let a# = []\na#.push(1)\n", MANY, "}"));
    accept_long(repeated("class C {\n", "f#: int\nfn m#(self) {}\n", MANY, "}"));
    accept_long(repeated("fn f(x: int) {\n", "let g# = () => x + #\n", MANY, "}"));
    accept_long(repeated("fn g() {}\n", "error E# {}\nfn f#() { g() }\n", MANY, ""));
    accept_long(repeated("trait R { fn a(self) int\nfn b(self) int { return self.a() } }\n"
                         "fn id<T>(x: T) T { return x }\n",
                         "class C# impl R { fn a(self) int { return # } }\n"
                         "fn f#() int { return id(C# {}).b() }\n", 5000, ""));
    accept_long(repeated("enum E {", " V# { n: int }", 5000, repeated(
                         " }\nfn f(e: E) { match e {", " E.V# { n } { print(n) }\n", 5000,
                         "} }")));
}
END_TEST

START_TEST(long_expressions_do_not_overflow)
{
    accept_long(repeated("fn f(x: int?) bool { return true", " && x != none", 3000, " }"));
    accept_long(repeated("fn f() int { return 0", " + #", 3000, " }"));
    accept_long(repeated("fn f<T>(x: T) T { return x", " + x", 3000, " }\nfn g() { f(1) }"));
    accept_long(repeated("fn f(x: int)\nrequires x > 0", " && x > #", 3000, "\n{ }"));
    accept_long(repeated("fn f(n: int) int { if n < 0 { return 1 }", " else if n == # { return # }",
                         1000, " else { return 2 } }"));
}
END_TEST

/* ---- The suite ---- */

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

static TCase *reports_case(void)
{
    TCase *t = tcase_create("reports");
    tcase_add_loop_test(t, programs_without_errors_are_accepted, 0, ROWS(accepted));
    tcase_add_loop_test(t, errors_are_reported_at_their_place, 0, ROWS(rejected));
    tcase_add_test(t, one_mistake_gives_one_error);
    tcase_add_test(t, independent_errors_are_all_reported);
    tcase_add_test(t, later_phases_wait_for_earlier_ones);
    tcase_add_test(t, notes_name_the_other_place);
    tcase_add_test(t, misspelt_names_get_a_suggestion);
    tcase_add_test(t, unused_lets_are_warned_about_in_order);
    tcase_add_test(t, plain_assignment_is_no_read);
    tcase_add_test(t, other_uses_are_reads);
    tcase_add_test(t, other_variables_are_never_reported);
    return t;
}

static TCase *tree_case(void)
{
    TCase *t = tcase_create("tree");
    tcase_add_test(t, values_become_nullable_through_nodes);
    tcase_add_test(t, branches_get_the_type_of_their_if);
    tcase_add_test(t, none_takes_the_type_it_is_compared_with);
    tcase_add_test(t, narrowed_names_are_marked);
    tcase_add_test(t, blocks_know_whether_they_are_left);
    tcase_add_test(t, first_use_fixes_an_array);
    tcase_add_test(t, closures_capture_through_each_other);
    tcase_add_test(t, a_variable_is_captured_once);
    tcase_add_test(t, task_variables_know_their_origin);
    tcase_add_test(t, a_copy_of_a_task_loses_its_origin_with_the_variable);
    tcase_add_test(t, channels_belong_to_the_body_that_makes_them);
    tcase_add_test(t, functions_stand_in_source_order);
    tcase_add_test(t, a_declared_error_takes_the_predeclared_place);
    return t;
}

static TCase *infer_case(void)
{
    TCase *t = tcase_create("infer");
    tcase_add_test(t, sets_flow_through_propagated_calls_only);
    tcase_add_test(t, sets_flow_through_many_calls);
    tcase_add_test(t, a_closure_that_propagates_raises);
    tcase_add_test(t, an_unknown_task_may_raise_anything);
    tcase_add_test(t, errors_of_closures_reach_who_calls_them);
    tcase_add_test(t, recursion_is_found);
    return t;
}

static TCase *size_case(void)
{
    TCase *t = tcase_create("size");
    tcase_set_timeout(t, 30);
    tcase_add_test(t, equal_type_arguments_share_an_instance);
    tcase_add_test(t, instances_have_bodies_of_their_own);
    tcase_add_test(t, errors_in_an_instance_tell_what_asked_for_it);
    tcase_add_test(t, a_class_has_a_copy_of_each_inherited_default);
    tcase_add_test(t, trait_methods_raise_what_any_class_raises);
    tcase_add_test(t, clauses_print_in_normal_form);
    tcase_add_test(t, generators_keep_their_errors);
    tcase_add_test(t, generic_bodies_warn_once);
    tcase_add_test(t, long_programs_are_checked_in_linear_time);
    tcase_add_test(t, long_expressions_do_not_overflow);
    return t;
}

int main(void)
{
    Suite *suite = suite_create("check");
    suite_add_tcase(suite, reports_case());
    suite_add_tcase(suite, tree_case());
    suite_add_tcase(suite, infer_case());
    suite_add_tcase(suite, size_case());
    return check_run(suite);
}
