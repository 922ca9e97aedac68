/*
 * lower_view.c - plain loops: those whose rounds call nothing.
 *
 * In such a loop no array changes its length or moves, so what the loop indexes is read through
 * views: copies of array headers, made before the loop. C compilers would read the headers anew
 * each round, because for all they know a store to an element could change one.
 *   view of a        a is a variable that the loop neither declares nor assigns
 *   view of a[i]     neither are a and i, and the loop stores no arrays of that type into arrays.
 *                    It is empty where a has no element i, so that the loop fails as it should,
 *                    when it should
 * Where the loop variable indexes views, a strip within all of them needs no checks.
 * After the loop the handles are used once more (in each round, if the loop may never end): inside,
 * a C compiler may walk a pointer through the elements, and that does not keep a large object alive.
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

static bool is_fixed_name(const LoopWalk *w, const Expr *e)
{
    return e->kind == EXPR_NAME && !changes(w, e->name.symbol);
}

static const View *find_view(const Lower *l, const Symbol *array, const Symbol *index)
{
    for (int i = 0; i < l->body->views.count; i++) {
        const View *v = &l->body->views.items[i];
        if (v->array == array && v->index == index)
            return v;
    }
    return NULL;
}

const View *view_of(const Lower *l, const Expr *e)
{
    if (e->kind == EXPR_NAME)
        return find_view(l, e->name.symbol, NULL);
    if (e->kind == EXPR_INDEX && e->index.object->kind == EXPR_NAME &&
        e->index.index->kind == EXPR_NAME)
        return find_view(l, e->index.object->name.symbol, e->index.index->name.symbol);
    return NULL;
}

/* const A_int view1_ = *a; */
static void put_array_view(Lower *l, const Expr *e)
{
    View v = {.array = e->name.symbol, .handle = symbol_value(e->name.symbol)};
    v.name = temp_name(l, "view");
    put_decl(l, arena_format("const %s", c_array(l, e->type)), v.name, ir_unary("*", v.handle));
    LIST_ADD(&l->body->views, v);
}

/* A_int *row1_ = i < a->len ? a->data[i] : NULL; const A_int view2_ = row1_ ? *row1_ : empty; */
static void put_row_view(Lower *l, const Expr *e)
{
    View        v     = {.array = e->index.object->name.symbol};
    const View *outer = view_of(l, e->index.object);
    const char *type  = c_array(l, e->type);
    IrExpr     *rows  = symbol_value(v.array);
    IrExpr     *len   = outer ? ir_member(ir_name(outer->name, 0), "len") : ir_arrow(rows, "len");
    IrExpr     *data  = outer ? ir_member(ir_name(outer->name, 0), "data") : ir_arrow(rows, "data");
    v.index           = e->index.index->name.symbol;
    IrExpr *index     = symbol_value(v.index), *none = ir_name("NULL", 0);
    IrExpr *inside    = ir_binary("<", ir_cast("uint64_t", index), ir_cast("uint64_t", len));
    const char *row   = temp_name(l, "row");
    put_decl(l, c_type(l, e->type), row, ir_cond(inside, ir_index(data, index), none));
    v.handle       = ir_name(row, 0);
    v.name         = temp_name(l, "view");
    IrExpr *empty  = ir_braces(type);
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
        if (view_of(l, object))
            continue;
        if (is_fixed_name(&w, object))
            put_array_view(l, object);
        else if (object->kind == EXPR_INDEX && !stores(&w, object->type) &&
                 is_fixed_name(&w, object->index.object) && is_fixed_name(&w, object->index.index))
            put_row_view(l, object);
    }
    return before;
}

IrExpr *views_cover(Lower *l, Stmt *loop, IrExpr *from, IrExpr *to)
{
    LoopWalk    w     = walk_rounds(loop);
    Symbol     *index = loop->for_.symbol;
    IrExpr     *cover = ir_binary(">=", from, ir_int(0));
    LIST(const View *) seen = {0};
    for (int i = 0; !index->assigned && i < w.indexed.count; i++) {
        const Expr *e = w.indexed.items[i];
        const View *v = view_of(l, e->index.object);
        bool     known = e->index.index->kind != EXPR_NAME || e->index.index->name.symbol != index;
        for (int j = 0; j < seen.count; j++)
            known |= seen.items[j] == v;
        if (v == NULL || known)
            continue;
        LIST_ADD(&seen, v);
        IrExpr *len = ir_member(ir_name(v->name, 0), "len");
        cover       = ir_binary("&&", cover, ir_binary("<=", to, len));
    }
    return seen.count > 0 ? cover : NULL;
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
