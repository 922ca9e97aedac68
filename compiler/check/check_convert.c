/*
 * check_convert.c - when a value fits where another type is wanted (language 6.3, decisions D3).
 *
 * Conversions are put into the tree here and nowhere else. They act on a slot, the pointer that
 * holds the expression, so that an expression keeps its address when it is wrapped.
 *
 * Holes: `let xs = []` gives xs the type [hole]. same_type fills a hole when it meets a type there;
 * whatever was typed with the hole before is recorded by note_type and replaced at the end of the
 * function. A filled hole's elem is what filled it.
 */
#include "compiler/check/check_internal.h"

/* ---- Holes ---- */

static Type *known_fn(const Type *t)
{
    Type **params = arena_alloc((size_t)(t->param_count + 1) * sizeof *params);
    for (int i = 0; i < t->param_count; i++)
        params[i] = known_type(t->params[i]);
    return type_fn(params, t->param_count, known_type(t->elem));
}

Type *known_type(Type *t)
{
    if (!t->has_hole)
        return t;
    switch (t->kind) {
    case TYPE_HOLE:     return t->elem ? known_type(t->elem) : t;
    case TYPE_ARRAY:    return type_array(known_type(t->elem));
    case TYPE_SET:      return type_set(known_type(t->elem));
    case TYPE_MAP:      return type_map(known_type(t->key), known_type(t->elem));
    case TYPE_NULLABLE: return type_nullable(known_type(t->elem));
    case TYPE_FN:       return known_fn(t);
    case TYPE_STREAM:   return type_stream(known_type(t->elem));
    case TYPE_TASK:     return type_task(known_type(t->elem));
    case TYPE_SENDER:   return type_sender(known_type(t->elem));
    case TYPE_RECEIVER: return type_receiver(known_type(t->elem));
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_STRING:
    case TYPE_BYTES: case TYPE_VOID: case TYPE_NONE: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND:
    case TYPE_RANGE: case TYPE_CLASS: case TYPE_TRAIT: case TYPE_ENUM: case TYPE_BAD:
    case TYPE_CPTR:
        return t;
    }
    return t;
}

void note_type(Check *c, Type **place)
{
    if ((*place)->has_hole)
        LIST_ADD(&c->hole_places, place);
}

Type *set_type(Check *c, Expr *e, Type *type)
{
    e->type = known_type(type);
    note_type(c, &e->type);
    return e->type;
}

Type *set_bad(Expr *e)
{
    e->type = type_bad;
    return type_bad;
}

static Hole *find_hole(Check *c, Type *type)
{
    Hole *hole;
    HASH_FIND_PTR(c->holes, &type, hole);
    return hole;
}

static bool contains_type(const Type *t, const Type *part)
{
    if (t == part)
        return true;
    bool found = (t->elem && contains_type(t->elem, part))
              || (t->key && contains_type(t->key, part));
    for (int i = 0; i < t->param_count && !found; i++)
        found = contains_type(t->params[i], part);
    return found;
}

/* Types no variable has cannot be an element type either. */
static bool fill_hole(Check *c, Type *hole, Type *type, Span at)
{
    Hole *known = find_hole(c, hole);

    if (type == type_void || type == type_none || contains_type(type, hole))
        return false;
    hole->elem = type;
    if (known)
        known->filled_at = at;
    return true;
}

static bool same_params(Check *c, Type *a, Type *b, Span at)
{
    if (a->param_count != b->param_count)
        return false;
    for (int i = 0; i < a->param_count; i++)
        if (!same_type(c, a->params[i], b->params[i], at))
            return false;
    return true;
}

bool same_type(Check *c, Type *a, Type *b, Span at)
{
    a = known_type(a);
    b = known_type(b);
    if (a == b || a == type_bad || b == type_bad)
        return true;
    if (a->kind == TYPE_HOLE)
        return fill_hole(c, a, b, at);
    if (b->kind == TYPE_HOLE)
        return fill_hole(c, b, a, at);
    if (a->kind != b->kind || (!a->has_hole && !b->has_hole))
        return false;
    return (!a->key || same_type(c, a->key, b->key, at))
        && same_params(c, a, b, at)
        && (!a->elem || same_type(c, a->elem, b->elem, at));
}

void report_hole(Check *c, Type *type)
{
    Hole *hole = find_hole(c, type);

    if (!hole)
        return;
    diag_error(c->diag, DIAG_TYPE, hole->at,
               "cannot infer the element type of '%s': no use of it fixes one", hole->name);
    diag_help(c->diag, "add an annotation, as in `let %s: [int] = []`", hole->name);
    hole->type->elem = type_bad;
}

void finish_holes(Check *c)
{
    for (Hole *hole = c->holes; hole; hole = hole->hh.next)
        if (!hole->type->elem)
            report_hole(c, hole->type);
    for (int i = 0; i < c->hole_places.count; i++)
        *c->hole_places.items[i] = known_type(*c->hole_places.items[i]);
}

static bool is_empty_array(const Expr *e)
{
    return e->kind == EXPR_ARRAY && e->array.items.count == 0;
}

Type *check_initialiser(Check *c, Expr *e, Ident name)
{
    if (!is_empty_array(e))
        return check_expr(c, e);
    Hole *hole = ARENA_NEW(Hole);
    hole->type = type_hole();
    hole->at   = e->span;
    hole->name = name.name;
    HASH_ADD_PTR(c->holes, type, hole);
    return set_type(c, e, type_array(hole->type));
}

void note_first_use(Check *c, const Expr *array)
{
    if (array->kind != EXPR_NAME || !array->name.symbol)
        return;
    const Type *type = original_symbol(array->name.symbol)->type;
    const Hole *hole = type->kind == TYPE_ARRAY ? find_hole(c, type->elem) : NULL;
    if (hole && hole->filled_at.file)
        diag_note(c->diag, hole->filled_at, "the element type of '%s' comes from here",
                  hole->name);
}

/* ---- Conversions ---- */

/* Both branches of an if become nullable. */
static bool convert_branches(Check *c, Block *then, Block *otherwise, Type *to)
{
    return convert_block(c, then, to) && convert_block(c, otherwise, to);
}

static void convert_arms(Check *c, Expr *e, Type *to)
{
    for (int i = 0; i < e->match.arms.count; i++)
        convert(c, &e->match.arms.items[i].value, to);
}

/* An expression of type_none is `none` itself, or an if or match all of whose values are. */
static bool give_none_type(Check *c, Expr *e, Type *to)
{
    if (to->kind != TYPE_NULLABLE)
        return false;
    if (e->kind == EXPR_IF)
        convert_branches(c, e->if_.then, e->if_.otherwise, to);
    if (e->kind == EXPR_MATCH)
        convert_arms(c, e, to);
    set_type(c, e, to);
    return true;
}

static void wrap(Check *c, Expr **slot, ExprKind kind, Type *to)
{
    Expr *whole = ARENA_NEW(Expr);
    whole->kind = kind;
    whole->span = (*slot)->span;
    whole->convert.operand = *slot;
    set_type(c, whole, to);
    *slot = whole;
}

static bool implements(const Type *type, const Type *trait)
{
    if (type->kind != TYPE_CLASS || trait->kind != TYPE_TRAIT)
        return false;
    for (int i = 0; i < type->cls->traits.count; i++)
        if (type->cls->traits.items[i] == trait->trait)
            return true;
    return false;
}

/* A class object becomes a handle of a trait of its class. */
static bool upcast(Check *c, Expr **slot, Type *to)
{
    if (!implements(known_type((*slot)->type), to))
        return false;
    wrap(c, slot, EXPR_UPCAST, to);
    return true;
}

/* Where the nullable is wanted, a narrowed name is used as it was declared. */
static bool take_back_narrowing(Check *c, Expr **slot, Type *to)
{
    Expr *e = *slot;
    if (e->kind != EXPR_NARROWED || !same_type(c, e->convert.operand->type, to, e->span))
        return false;
    *slot = e->convert.operand;
    return true;
}

static bool wrap_nullable(Check *c, Expr **slot, Type *to)
{
    if (!upcast(c, slot, to->elem) && !same_type(c, (*slot)->type, to->elem, (*slot)->span))
        return false;
    wrap(c, slot, EXPR_SOME, to);
    return true;
}

bool convert(Check *c, Expr **slot, Type *to)
{
    Type *from = known_type((*slot)->type);

    to = known_type(to);
    if (from == type_none)
        return to == type_bad || give_none_type(c, *slot, to);
    if (to->kind == TYPE_NULLABLE && from->kind != TYPE_NULLABLE && from != type_bad)
        return take_back_narrowing(c, slot, to) || wrap_nullable(c, slot, to);
    return upcast(c, slot, to) || same_type(c, from, to, (*slot)->span);
}

bool fits_exactly(Check *c, Expr **slot, Type *to)
{
    if (known_type(to)->kind == TYPE_NULLABLE && take_back_narrowing(c, slot, to))
        return true;
    return same_type(c, (*slot)->type, to, (*slot)->span);
}

static bool convert_last(Check *c, Stmt *last, Type *to)
{
    if (last->kind == STMT_EXPR)
        return convert(c, &last->expr, to);
    if (last->kind == STMT_IF && last->if_.otherwise)
        return convert_branches(c, last->if_.then, last->if_.otherwise, to);
    return false;
}

/* The type of a value that the block must not have: it leaves, so there is none to convert. */
static bool has_no_value(const Block *block)
{
    return block->leaves && block->value_type == type_void;
}

bool convert_block(Check *c, Block *block, Type *to)
{
    if (has_no_value(block))
        return true;
    if (known_type(block->value_type) != known_type(to)) {
        if (block->stmts.count == 0
            || !convert_last(c, block->stmts.items[block->stmts.count - 1], to))
            return same_type(c, block->value_type, to, block->span);
        block->value_type = to;
        note_type(c, &block->value_type);
    }
    return true;
}
