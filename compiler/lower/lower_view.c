/*
 * lower_view.c - what plain loops and runs of plain statements index is read through views.
 *
 * Views are copies of array headers, made before the loop or run. C compilers would read the
 * headers anew after each store, because for all they know a store to an element could change one.
 *   view of a        a is a variable that the loop neither declares nor assigns
 *   view of x.a      nor is x, and the loop stores nothing into fields a of that class
 *   view of a[i], x.a[i]
 *                    nor is i, and the loop stores no arrays of that type into arrays. The view is
 *                    empty where there is no element i, so that the loop fails as it should, when
 *                    it should
 * Where indexes of views grow with the loop variable, a strip that is within all of them needs no
 * checks.
 * After the loop the handles are used once more (in each round, if the loop may never end): inside,
 * a C compiler may walk a pointer through the elements, and it may lead to just outside of them.
 */
#include "compiler/lower/lower_plain.h"

/* ---- Views ---- */

/* What could have a view: which is filled in up to its name. */
static bool view_key(const Expr *e, View *v)
{
    *v = (View){.field = -1};
    if (e->kind == EXPR_INDEX && e->index.index->kind == EXPR_NAME) {
        v->index = e->index.index->name.symbol;
        e        = e->index.object;
    }
    if (expr_is_field(e)) {
        v->field = e->field.index;
        e        = e->field.object;
    }
    v->root = expr_is_variable(e) ? e->name.symbol : NULL;
    return v->root != NULL;
}

static bool same_key(const View *a, const View *b)
{
    return a->root == b->root && a->field == b->field && a->index == b->index;
}

const View *view_of(const Lower *l, const Expr *e)
{
    View key;
    if (!view_key(e, &key))
        return NULL;
    for (int i = 0; i < l->body->views.count; i++) {
        const View *v = &l->body->views.items[i];
        if (same_key(v, &key))
            return v->renewed && l->body->calling ? NULL : v;
    }
    return NULL;
}

/* x->a */
static IrExpr *field_of(Lower *l, const Expr *e)
{
    Layout *layout = class_layout(l, e->field.object->type->cls);
    return ir_arrow(symbol_value(e->field.object->name.symbol), layout->members[e->field.index]);
}

/* a, or a temporary with x.a */
static IrExpr *put_handle(Lower *l, const Expr *e)
{
    if (expr_is_variable(e))
        return symbol_value(e->name.symbol);
    return put_temp(l, c_type(l, e->type), field_of(l, e));
}

/* const A_int view1_ = *a; until: for what View says. */
static void put_array_view(Lower *l, const Expr *e, int until)
{
    View v;
    view_key(e, &v);
    v.until  = until;
    v.handle = put_handle(l, e);
    v.name   = temp_name(l, "view");
    put_decl(l, arena_format("const %s", c_array(l, e->type)), v.name, ir_unary("*", v.handle));
    LIST_ADD(&l->body->views, v);
}

/* A_int *t1_ = x->a; A_int view2_ = *t1_; */
void put_renewed_view(Lower *l, const Expr *e)
{
    View v;
    view_key(e, &v);
    v.renewed = e;
    v.handle  = put_handle(l, e);
    v.name    = temp_name(l, "view");
    put_decl(l, c_array(l, e->type), v.name, ir_unary("*", v.handle));
    LIST_ADD(&l->body->views, v);
}

/* A_int *row1_ = i < a->len ? a->data[i] : NULL; const A_int view2_ = row1_ ? *row1_ : empty; */
static void put_row_view(Lower *l, const Expr *e)
{
    View        v;
    const char *type   = c_array(l, e->type);
    IrExpr     *rows   = put_handle(l, e->index.object);
    IrExpr     *none   = ir_name("NULL", 0), *empty = ir_braces(type);
    view_key(e, &v);
    IrExpr     *index  = symbol_value(v.index);
    IrExpr     *inside = ir_binary("<", ir_cast("uint64_t", index),
                                   ir_cast("uint64_t", ir_arrow(rows, "len")));
    const char *row    = temp_name(l, "row");
    put_decl(l, c_type(l, e->type), row,
             ir_cond(inside, ir_index(ir_arrow(rows, "data"), index), none));
    v.handle = ir_name(row, 0);
    v.name   = temp_name(l, "view");
    for (int i = 0; i < 3; i++)
        ir_braces_add(empty, NULL, ir_int(0));
    put_decl(l, arena_format("const %s", type), v.name,
             ir_cond(ir_binary("!=", v.handle, none), ir_unary("*", v.handle), empty));
    LIST_ADD(&l->body->views, v);
}

enum { MAX_VIEWS = 8 };

int views_begin(Lower *l, Stmt *loop)
{
    int      before = l->body->views.count;
    PlainWalk w      = plain_walk_rounds(loop);
    if (!w.plain)
        put_seldom_views(l, loop);
    for (int i = 0; w.plain && i < w.indexed.count && l->body->views.count < MAX_VIEWS; i++) {
        const Expr *object = w.indexed.items[i]->index.object;
        if (view_of(l, object) || !plain_is_fixed(&w, object))
            continue;
        if (object->kind == EXPR_INDEX)
            put_row_view(l, object);
        else
            put_array_view(l, object, 0);
    }
    return before;
}

/* ---- Runs of plain statements ---- */

/* What statement s evaluates whichever way it goes. */
static PlainWalk walk_head(Stmt *s)
{
    PlainWalk w = plain_walk();
    if (s->kind == STMT_IF)
        walk_expr(&w.walk, s->if_.cond);
    else
        walk_stmt(&w.walk, s);
    return w;
}

/* The plain statements of b that follow each other from number `at`; *end: behind the last. */
static PlainWalk walk_run(Block *b, int at, int *end)
{
    enum { LONGEST = 16 };                /* keeps the time for long blocks linear */
    PlainWalk w = plain_walk();
    for (*end = at; *end < b->stmts.count && *end < at + LONGEST; ++*end) {
        if (!stmt_is_plain(b->stmts.items[*end]))
            break;
        walk_stmt(&w.walk, b->stmts.items[*end]);
    }
    return w;
}

static int count_indexed(const PlainWalk *w, const Expr *array)
{
    View key, other;
    int  count = 0;
    view_key(array, &key);
    for (int i = 0; i < w->indexed.count; i++)
        count += view_key(w->indexed.items[i]->index.object, &other) && same_key(&key, &other);
    return count;
}

void run_views_begin(Lower *l, Block *b, int at)
{
    PlainWalk head = walk_head(b->stmts.items[at]);
    int       end;
    if (head.indexed.count == 0)
        return;
    PlainWalk w = walk_run(b, at, &end);
    if (w.stored.count == 0 && w.stored_fields.count == 0)
        return;                                              /* a C compiler sees it, too */
    for (int i = 0; i < head.indexed.count && l->body->views.count < MAX_VIEWS; i++) {
        const Expr *array = head.indexed.items[i]->index.object;
        if (array->kind != EXPR_INDEX && !view_of(l, array) && plain_is_fixed(&w, array) &&
            count_indexed(&w, array) > 1)
            put_array_view(l, array, end);
    }
}

void run_views_end(Lower *l, int before, int at, bool reached)
{
    int kept = before;
    for (int i = before; i < l->body->views.count; i++) {
        View *v = &l->body->views.items[i];
        if (v->until > at)
            l->body->views.items[kept++] = *v;
        else if (reached)
            put_eval(l, IR_CALL_OF(IR_WRITES, "RT_KEEP", v->handle));
    }
    l->body->views.count = kept;
}

/* ---- Strips within bounds ---- */

/* i, i + fixed, fixed + i, i - fixed: does e grow by one per round? */
static bool counts(const PlainWalk *w, const Expr *e, const Symbol *i)
{
    if (e->kind == EXPR_NAME)
        return e->name.symbol == i;
    if (e->kind != EXPR_BINARY)
        return false;
    const Expr *left = e->binary.left, *right = e->binary.right;
    if (e->binary.op == OP_ADD && plain_is_fixed_int(w, left) && counts(w, right, i))
        return true;
    return (e->binary.op == OP_ADD || e->binary.op == OP_SUB) && counts(w, left, i) &&
           plain_is_fixed_int(w, right);
}

/* Is there a strip before e, among the first n, that is within bounds only if that of e is? */
static bool is_covered(const Lower *l, const InBounds *in, int n, const Expr *e)
{
    for (int i = 0; i < n; i++)
        if (view_of(l, in->items[i]->index.object) == view_of(l, e->index.object) &&
            in->items[i]->index.index->kind == EXPR_NAME && e->index.index->kind == EXPR_NAME)
            return true;
    return false;
}

IrExpr *views_cover(Lower *l, Stmt *loop, IrExpr *from, IrExpr *to, InBounds *in)
{
    enum { MAX_COVERED = 12 };
    PlainWalk w     = plain_walk_rounds(loop);
    IrExpr  *cover = NULL;
    for (int i = 0; i < w.indexed.count && in->count < MAX_COVERED; i++) {
        Expr       *e = w.indexed.items[i];
        const View *v = view_of(l, e->index.object);
        if (v == NULL || !counts(&w, e->index.index, loop->for_.symbol))
            continue;
        LIST_ADD(in, e);
        if (is_covered(l, in, in->count - 1, e))
            continue;
        IrExpr *first  = lower_expr(l, e->index.index);
        IrExpr *inside = IR_CALL_OF(0, "rt_strip_inside", first, ir_binary("-", to, from),
                                    ir_member(ir_name(v->name, 0), "len"));
        cover = cover ? ir_binary("&&", cover, inside) : inside;
    }
    return cover;
}

/* ---- Statements that call ---- */

bool views_leave(Lower *l, Stmt *s)
{
    bool renewed = false;
    for (int i = 0; i < l->body->views.count; i++)
        renewed |= l->body->views.items[i].renewed != NULL;
    if (!renewed || s->kind == STMT_IF || stmt_is_plain(s))
        return false;
    l->body->calling = true;
    return true;
}

static void put_renewal(Lower *l, const View *v)
{
    if (v->field >= 0)
        put_assign(l, v->handle, field_of(l, v->renewed));
    put_assign(l, ir_name(v->name, 0), ir_unary("*", v->handle));
}

void views_renew(Lower *l, bool reached)
{
    l->body->calling = false;
    for (int i = 0; reached && i < l->body->views.count; i++)
        if (l->body->views.items[i].renewed)
            put_renewal(l, &l->body->views.items[i]);
}

bool is_in_bounds(const Lower *l, const Expr *e)
{
    for (int i = 0; l->body->in_bounds && i < l->body->in_bounds->count; i++)
        if (l->body->in_bounds->items[i] == e)
            return true;
    return false;
}

void views_keep(Lower *l, int before)
{
    for (int i = before; i < l->body->views.count; i++)
        put_eval(l, IR_CALL_OF(IR_WRITES, "RT_KEEP", l->body->views.items[i].handle));
}

void views_end(Lower *l, int before)
{
    views_keep(l, before);
    l->body->views.count = before;
}
