/*
 * lower_view.c - plain loops: those whose rounds call nothing.
 *
 * In such a loop no array changes its length or moves, so what the loop indexes is read through
 * views: copies of array headers, made before the loop. C compilers would read the headers anew
 * each round, because for all they know a store to an element could change one.
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
#include "compiler/lower/lower_internal.h"

#include "compiler/check/walk.h"

/* ---- Which loops are plain ---- */

static bool is_plain_builtin(int builtin)
{
    switch ((Builtin)builtin) {
    case BI_ABS_INT: case BI_ABS_FLOAT: case BI_MIN_INT: case BI_MIN_FLOAT: case BI_MAX_INT:
    case BI_MAX_FLOAT: case BI_POW_FLOAT: case BI_SQRT: case BI_SIN: case BI_COS: case BI_TAN:
    case BI_LOG: case BI_FLOOR: case BI_CEIL: case BI_ROUND: case BI_STRING_LEN:
    case BI_STRING_IS_EMPTY: case BI_STRING_BYTE_AT: case BI_ARRAY_LEN: case BI_ARRAY_IS_EMPTY:
    case BI_BYTES_LEN:
        return true;
    default:
        return false;
    }
}

static bool is_array(const Type *t)
{
    return t->kind == TYPE_ARRAY || t->kind == TYPE_BYTES;
}

static bool is_plain_expr(const Expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_BOOL: case EXPR_NONE:
    case EXPR_SELF: case EXPR_NAME: case EXPR_UNARY: case EXPR_CAST: case EXPR_RANGE:
    case EXPR_FIELD: case EXPR_IF: case EXPR_SOME: case EXPR_NARROWED:
        return true;
    case EXPR_BINARY:
        return e->type->kind != TYPE_STRING && e->binary.left->type->kind != TYPE_ENUM;
    case EXPR_INDEX:
        return is_array(e->index.object->type);
    case EXPR_CALL: case EXPR_METHOD:
        return e->call.callee.kind == CALL_BUILTIN && is_plain_builtin(e->call.callee.builtin);
    case EXPR_FSTRING: case EXPR_COALESCE: case EXPR_STATIC_CALL: case EXPR_UNWRAP:
    case EXPR_PROPAGATE: case EXPR_CATCH: case EXPR_ARRAY: case EXPR_STRUCT: case EXPR_VARIANT:
    case EXPR_MAP: case EXPR_SET: case EXPR_CLOSURE: case EXPR_MATCH: case EXPR_SPAWN:
    case EXPR_UPCAST:
        return false;
    }
    return false;
}

static bool is_plain_stmt(const Stmt *s)
{
    switch (s->kind) {
    case STMT_LET: case STMT_ASSIGN: case STMT_INCREMENT: case STMT_EXPR: case STMT_RETURN:
    case STMT_BREAK: case STMT_CONTINUE: case STMT_ASSERT: case STMT_IF: case STMT_WHILE:
    case STMT_LOOP:
        return true;
    case STMT_FOR:
        return s->for_.iterable->type->kind == TYPE_RANGE || is_array(s->for_.iterable->type);
    case STMT_LET_CHAN: case STMT_RAISE: case STMT_YIELD: case STMT_SERVE: case STMT_MATCH:
    case STMT_SELECT: case STMT_SCOPE:
        return false;
    }
    return false;
}

/* What a loop does, as far as views are concerned. */
typedef struct LoopWalk {
    Walk walk;
    bool plain, has_loop;
    LIST(Symbol *)     changing;          /* declared or assigned */
    LIST(const Type *) stored;            /* types of elements that are stored */
    LIST(const Expr *) stored_fields;     /* EXPR_FIELD that are stored */
    LIST(Expr *)       indexed;           /* every EXPR_INDEX */
} LoopWalk;

static bool note_expr(Walk *walk, Expr *e)
{
    LoopWalk *w = (LoopWalk *)walk;
    w->plain &= is_plain_expr(e);
    if (e->kind == EXPR_INDEX)
        LIST_ADD(&w->indexed, e);
    return w->plain;
}

static void note_target(LoopWalk *w, const Expr *target)
{
    if (target->kind == EXPR_NAME)
        LIST_ADD(&w->changing, target->name.symbol);
    else if (target->kind == EXPR_INDEX)
        LIST_ADD(&w->stored, target->type);
    else
        LIST_ADD(&w->stored_fields, target);
}

static bool note_stmt(Walk *walk, Stmt *s)
{
    LoopWalk *w = (LoopWalk *)walk;
    w->plain &= is_plain_stmt(s);
    if (s->kind == STMT_LET)
        LIST_ADD(&w->changing, s->let.symbol);
    else if (s->kind == STMT_ASSIGN)
        note_target(w, s->assign.target);
    else if (s->kind == STMT_INCREMENT)
        note_target(w, s->increment.target);
    else if (s->kind == STMT_FOR)
        LIST_ADD(&w->changing, s->for_.symbol);
    w->has_loop |= s->kind == STMT_FOR || s->kind == STMT_WHILE || s->kind == STMT_LOOP;
    return w->plain;
}

/* Everything that is evaluated once per round. */
static LoopWalk walk_rounds(Stmt *s)
{
    LoopWalk w = {.walk = {.expr = note_expr, .stmt = note_stmt}, .plain = true};
    if (s->kind == STMT_WHILE) {
        walk_expr(&w.walk, s->while_.cond);
        walk_block(&w.walk, s->while_.body);
    } else if (s->kind == STMT_LOOP) {
        walk_block(&w.walk, s->loop.body);
    } else {
        LIST_ADD(&w.changing, s->for_.symbol);
        walk_block(&w.walk, s->for_.body);
    }
    return w;
}

bool loop_is_innermost_plain(Stmt *s)
{
    LoopWalk w = walk_rounds(s);
    return w.plain && !w.has_loop;
}

bool stmt_is_plain_exit(Stmt *s)
{
    LoopWalk w = {.walk = {.expr = note_expr, .stmt = note_stmt}, .plain = true};
    if (s->kind != STMT_IF || s->if_.otherwise != NULL || !s->if_.then->leaves)
        return false;
    walk_stmt(&w.walk, s);
    return w.plain && !w.has_loop;
}

/* ---- Views ---- */

static bool changes(const LoopWalk *w, const Symbol *s)
{
    for (int i = 0; i < w->changing.count; i++)
        if (w->changing.items[i] == s)
            return true;
    return false;
}

static bool stores(const LoopWalk *w, const Type *t)
{
    for (int i = 0; i < w->stored.count; i++)
        if (w->stored.items[i] == t)
            return true;
    return false;
}

static bool stores_field(const LoopWalk *w, const Expr *field)
{
    for (int i = 0; i < w->stored_fields.count; i++) {
        const Expr *e = w->stored_fields.items[i];
        if (e->field.index == field->field.index &&
            e->field.object->type == field->field.object->type)
            return true;
    }
    return false;
}

static bool is_variable(const Expr *e)
{
    return e->kind == EXPR_NAME || e->kind == EXPR_SELF;
}

/* x.a, x being a variable that holds an object */
static bool is_field(const Expr *e)
{
    return e->kind == EXPR_FIELD && is_variable(e->field.object) &&
           e->field.object->type->kind == TYPE_CLASS;
}

/* What could have a view: which is filled in up to its name. */
static bool view_key(const Expr *e, View *v)
{
    *v = (View){.field = -1};
    if (e->kind == EXPR_INDEX && e->index.index->kind == EXPR_NAME) {
        v->index = e->index.index->name.symbol;
        e        = e->index.object;
    }
    if (is_field(e)) {
        v->field = e->field.index;
        e        = e->field.object;
    }
    v->root = is_variable(e) ? e->name.symbol : NULL;
    return v->root != NULL;
}

/* Does e mean the same array in all rounds? */
static bool is_fixed(const LoopWalk *w, const Expr *e)
{
    if (is_variable(e))
        return !changes(w, e->name.symbol);
    if (is_field(e))
        return !changes(w, e->field.object->name.symbol) && !stores_field(w, e);
    if (e->kind != EXPR_INDEX || e->index.index->kind != EXPR_NAME || stores(w, e->type))
        return false;
    return e->index.object->kind != EXPR_INDEX && is_fixed(w, e->index.object) &&
           is_fixed(w, e->index.index);
}

const View *view_of(const Lower *l, const Expr *e)
{
    View key;
    if (!view_key(e, &key))
        return NULL;
    for (int i = 0; i < l->body->views.count; i++) {
        const View *v = &l->body->views.items[i];
        if (v->root == key.root && v->field == key.field && v->index == key.index)
            return v;
    }
    return NULL;
}

/* a, or a temporary with x.a */
static IrExpr *put_handle(Lower *l, const Expr *e)
{
    if (is_variable(e))
        return symbol_value(e->name.symbol);
    Layout *layout = class_layout(l, e->field.object->type->cls);
    IrExpr *object = symbol_value(e->field.object->name.symbol);
    return put_temp(l, c_type(l, e->type), ir_arrow(object, layout->members[e->field.index]));
}

/* const A_int view1_ = *a; */
static void put_array_view(Lower *l, const Expr *e)
{
    View v;
    view_key(e, &v);
    v.handle = put_handle(l, e);
    v.name   = temp_name(l, "view");
    put_decl(l, arena_format("const %s", c_array(l, e->type)), v.name, ir_unary("*", v.handle));
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

int views_begin(Lower *l, Stmt *loop)
{
    enum { MAX_VIEWS = 8 };
    int      before = l->body->views.count;
    LoopWalk w      = walk_rounds(loop);
    for (int i = 0; w.plain && i < w.indexed.count && l->body->views.count < MAX_VIEWS; i++) {
        const Expr *object = w.indexed.items[i]->index.object;
        if (view_of(l, object) || !is_fixed(&w, object))
            continue;
        if (object->kind == EXPR_INDEX)
            put_row_view(l, object);
        else
            put_array_view(l, object);
    }
    return before;
}

/* ---- Strips within bounds ---- */

/* An int that is the same in all rounds, and cheap. */
static bool is_fixed_int(const LoopWalk *w, const Expr *e)
{
    if (e->kind == EXPR_INT)
        return true;
    if (e->kind == EXPR_BINARY && (e->binary.op == OP_ADD || e->binary.op == OP_SUB ||
                                   e->binary.op == OP_MUL))
        return is_fixed_int(w, e->binary.left) && is_fixed_int(w, e->binary.right);
    return (e->kind == EXPR_NAME || is_field(e)) && is_fixed(w, e);
}

/* i, i + fixed, fixed + i, i - fixed: does e grow by one per round? */
static bool counts(const LoopWalk *w, const Expr *e, const Symbol *i)
{
    if (e->kind == EXPR_NAME)
        return e->name.symbol == i;
    if (e->kind != EXPR_BINARY)
        return false;
    const Expr *left = e->binary.left, *right = e->binary.right;
    if (e->binary.op == OP_ADD && is_fixed_int(w, left) && counts(w, right, i))
        return true;
    return (e->binary.op == OP_ADD || e->binary.op == OP_SUB) && counts(w, left, i) &&
           is_fixed_int(w, right);
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
    LoopWalk w     = walk_rounds(loop);
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
