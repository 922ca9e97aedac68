/*
 * lower_expr.c - expressions that are no calls.
 *
 * Lowering an expression may put statements; what it returns is to be evaluated after them. A
 * simple expression stays one C expression.
 */
#include "compiler/lower/lower_internal.h"

/* ---- Names and literals ---- */

IrExpr *symbol_value(const Symbol *s)
{
    return ir_name(local_name((Symbol *)s), s->assigned ? IR_READS_LOCAL : 0);
}

static IrExpr *lower_none(Lower *l, const Expr *e)
{
    return e->type->kind == TYPE_NULLABLE ? none_of(l, e->type) : ir_name("NULL", 0);
}

/* ---- Operators ---- */

/* C computes in int where both operands are constants, so these are folded here. */
static IrExpr *fold(BinaryOp op, int64_t a, int64_t b)
{
    switch (op) {
    case OP_ADD:  return ir_int((int64_t)((uint64_t)a + (uint64_t)b));
    case OP_SUB:  return ir_int((int64_t)((uint64_t)a - (uint64_t)b));
    case OP_MUL:  return ir_int((int64_t)((uint64_t)a * (uint64_t)b));
    case OP_BAND: return ir_int(a & b);
    case OP_BOR:  return ir_int(a | b);
    case OP_BXOR: return ir_int(a ^ b);
    case OP_DIV:  return b == 0 || b == -1 ? NULL : ir_int(a / b);
    case OP_REM:  return b == 0 || b == -1 ? NULL : ir_int(a % b);
    case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
    case OP_AND: case OP_OR: case OP_SHL: case OP_SHR:
        return NULL;
    }
    return NULL;
}

static const char *c_operator(BinaryOp op)
{
    static const char *const names[] = {
        [OP_ADD] = "+",  [OP_SUB] = "-",  [OP_MUL] = "*",  [OP_DIV] = "/",  [OP_REM] = "%",
        [OP_EQ] = "==",  [OP_NE] = "!=",  [OP_LT] = "<",   [OP_LE] = "<=",  [OP_GT] = ">",
        [OP_GE] = ">=",  [OP_AND] = "&&", [OP_OR] = "||",  [OP_BAND] = "&", [OP_BOR] = "|",
        [OP_BXOR] = "^", [OP_SHL] = "<<", [OP_SHR] = ">>",
    };
    return names[op];
}

/* Integer / and %. C means the same unless the divisor is 0 or -1. */
static IrExpr *lower_division(Lower *l, const Expr *at, BinaryOp op, IrExpr *a, IrExpr *b)
{
    if (b->kind == IR_INT && b->integer != 0 && b->integer != -1)
        return ir_binary(c_operator(op), a, b);
    Span place = at->kind == EXPR_BINARY ? at->binary.op_span : at->span;
    return IR_CALL_OF(IR_FAILS, op == OP_DIV ? "rt_div" : "rt_rem", a, b, place_of(l, place));
}

/* a == b for values of type t. */
static IrExpr *lower_equality(Lower *l, BinaryOp op, const Type *t, IrExpr *a, IrExpr *b)
{
    IrExpr *equal = equal_of(l, t, a, b);
    if (op == OP_EQ)
        return equal;
    if (equal->kind == IR_BINARY)
        return ir_binary("!=", equal->binary.left, equal->binary.right);
    return ir_unary("!", equal);
}

IrExpr *lower_arithmetic(Lower *l, const Expr *at, BinaryOp op, const Type *t, IrExpr *a,
                         IrExpr *b)
{
    IrExpr *folded = a->kind == IR_INT && b->kind == IR_INT ? fold(op, a->integer, b->integer)
                                                            : NULL;
    if (folded)
        return folded;
    if (op == OP_EQ || op == OP_NE)
        return lower_equality(l, op, t, a, b);
    if ((op == OP_DIV || op == OP_REM) && t->kind == TYPE_INT)
        return lower_division(l, at, op, a, b);
    if (op == OP_REM)
        return IR_CALL_OF(0, "rt_float_rem", a, b);
    if (op == OP_SHL || op == OP_SHR)
        return IR_CALL_OF(0, op == OP_SHL ? "rt_shl" : "rt_shr", a, b);
    return ir_binary(c_operator(op), a, b);
}

/* The right operand is evaluated only if the left one does not decide. */
static IrExpr *lower_logic(Lower *l, Expr *e)
{
    bool     is_and = e->binary.op == OP_AND;
    IrExpr  *left   = lower_expr(l, e->binary.left);
    IrBlock *more   = ir_block();
    IrBlock *outer  = enter_block(l, more);
    IrExpr  *right  = lower_expr(l, e->binary.right);
    if (more->stmts.count == 0) {
        enter_block(l, outer);
        return ir_binary(c_operator(e->binary.op), left, right);
    }
    enter_block(l, outer);
    IrExpr *result = put_temp(l, "bool", left);
    put_if(l, is_and ? result : ir_unary("!", result), false)->if_.then = more;
    enter_block(l, more);
    put_assign(l, result, right);
    enter_block(l, outer);
    return result;
}

/* x == none, none == x, none == none */
static IrExpr *lower_none_test(Lower *l, Expr *e)
{
    bool  left_none = e->binary.left->kind == EXPR_NONE;
    Expr *other     = left_none ? e->binary.right : e->binary.left;
    if (other->kind == EXPR_NONE)
        return ir_name(e->binary.op == OP_EQ ? "true" : "false", 0);
    IrExpr *x = lower_expr(l, other);
    return e->binary.op == OP_EQ ? is_none(other->type, x) : is_some(other->type, x);
}

static IrExpr *lower_binary(Lower *l, Expr *e)
{
    BinaryOp op = e->binary.op;
    if (op == OP_AND || op == OP_OR)
        return lower_logic(l, e);
    if (e->binary.left->kind == EXPR_NONE || e->binary.right->kind == EXPR_NONE)
        return lower_none_test(l, e);
    if (op == OP_ADD && e->type->kind == TYPE_STRING)
        return lower_string_build(l, e);
    IrExpr *x[2];
    put_operands(l, (Expr *[]){e->binary.left, e->binary.right}, 2, x);
    return lower_arithmetic(l, e, op, e->binary.left->type, x[0], x[1]);
}

static IrExpr *lower_unary(Lower *l, Expr *e)
{
    IrExpr *x = lower_expr(l, e->unary.operand);
    switch (e->unary.op) {
    case OP_NEG:
        return x->kind == IR_INT ? ir_int((int64_t)(0 - (uint64_t)x->integer)) : ir_unary("-", x);
    case OP_NOT:
        return ir_unary("!", x);
    case OP_BNOT:
        return x->kind == IR_INT ? ir_int(~x->integer) : ir_unary("~", x);
    }
    return x;
}

static IrExpr *lower_cast(Lower *l, Expr *e)
{
    IrExpr     *x    = lower_expr(l, e->cast.operand);
    const Type *from = e->cast.operand->type;
    if (from == e->type)
        return x;
    if (from->kind == TYPE_FLOAT)
        return IR_CALL_OF(0, "rt_float_to_int", x);
    if (e->type->kind == TYPE_BOOL)
        return ir_binary("!=", x, ir_int(0));
    return ir_cast(c_type(l, e->type), x);
}

/* ---- Members and elements ---- */

static IrExpr *lower_field(Lower *l, Expr *e)
{
    const Type *object = e->field.object->type;
    if (object->kind == TYPE_CAUGHT || object->kind == TYPE_CAUGHT_KIND)
        return lower_error_field(l, e);
    IrExpr *x = lower_expr(l, e->field.object);
    x = ir_arrow(x, class_layout(l, object->cls)->members[e->field.index]);
    return field_may_be_unset(object->cls, e->field.index) ? checked_field(l, e, x) : x;
}

IrExpr *lower_element(Lower *l, const Expr *e, IrExpr *object, IrExpr *index)
{
    const Type *t     = e->index.object->type;
    IrExpr     *place = place_of(l, e->index.index->span);
    if (t->kind == TYPE_STRING)
        return IR_CALL_OF(IR_FAILS, "rt_string_at", object, index, place);
    if (t->kind == TYPE_MAP) {
        IrExpr *found = map_call(l, t, IR_READS_HEAP | IR_FAILS, "at");
        ir_call_add(found, object);
        ir_call_add(found, index);
        ir_call_add(found, place);
        return ir_unary("*", found);
    }
    enum { EFFECTS = IR_READS_HEAP | IR_FAILS };
    const char *at = t->kind == TYPE_BYTES ? "rt_bytes_at" : arena_format("%s_at", c_array(l, t));
    const View *v  = view_of(l, e->index.object);
    if (v && is_in_bounds(l, e))
        return ir_index(ir_member(ir_name(v->name, 0), "data"), index);
    if (v && v->index == NULL)
        object = ir_unary("&", ir_name(v->name, 0));
    IrExpr *found = IR_CALL_OF(EFFECTS, at, object, index, place);
    if (v && v->index && index->depth < 4)                   /* the macro repeats the index */
        found = IR_CALL_OF(EFFECTS, "RT_ROW_AT", ir_name(v->name, 0), index, place, found);
    return ir_unary("*", found);
}

static IrExpr *lower_index(Lower *l, Expr *e)
{
    IrExpr *x[2];
    put_operands(l, (Expr *[]){e->index.object, e->index.index}, 2, x);
    return lower_element(l, e, x[0], x[1]);
}

/* ---- Aggregates ---- */

/* Are all items literals of scalars? */
static bool all_constant(const Expr *e)
{
    const Type *t = e->type->elem;
    if (t->kind != TYPE_INT && t->kind != TYPE_FLOAT && t->kind != TYPE_BOOL)
        return false;
    for (int i = 0; i < e->array.items.count; i++) {
        const Expr *item = e->array.items.items[i];
        if (item->kind == EXPR_UNARY)
            item = item->unary.operand;
        if (item->kind != EXPR_INT && item->kind != EXPR_FLOAT && item->kind != EXPR_BOOL)
            return false;
    }
    return true;
}

/* Copies a static table into the new array. */
static void put_constant_items(Lower *l, Expr *e, IrExpr *array)
{
    IrExpr     *table = ir_braces(NULL);
    const char *name  = temp_name(l, "items");
    const char *elem  = c_type(l, e->type->elem);
    for (int i = 0; i < e->array.items.count; i++)
        ir_braces_add(table, NULL, lower_expr(l, e->array.items.items[i]));
    put_decl(l, arena_format("static const %s", elem),
             arena_format("%s[%d]", name, e->array.items.count), table);
    IrExpr *size = ir_name(arena_format("sizeof %s", name), 0);
    put_eval(l, IR_CALL_OF(IR_WRITES, "memcpy", ir_arrow(array, "data"), ir_name(name, 0), size));
}

static IrExpr *lower_array(Lower *l, Expr *e)
{
    const char *type  = c_array(l, e->type);
    int         count = e->array.items.count;
    IrExpr     *new   = IR_CALL_OF(0, arena_format("%s_new", type), ir_int(count));
    if (count == 0)
        return new;
    IrExpr *array = put_temp(l, c_type(l, e->type), new);
    if (count > 3 && all_constant(e)) {
        put_constant_items(l, e, array);
        return array;
    }
    for (int i = 0; i < count; i++) {
        IrExpr *value = lower_expr(l, e->array.items.items[i]);
        put_assign(l, ir_index(ir_arrow(array, "data"), ir_int(i)), value);
    }
    return array;
}

/* The object is allocated once its fields are known, and written at once. */
static IrExpr *lower_struct(Lower *l, Expr *e)
{
    int      count  = e->struct_.fields.count;
    Layout  *layout = class_layout(l, e->type->cls);
    Expr   **exprs  = arena_alloc(sizeof *exprs * (size_t)(count + 1));
    IrExpr **values = arena_alloc(sizeof *values * (size_t)(count + 1));
    IrExpr  *fields = ir_braces(layout->name);
    for (int i = 0; i < count; i++)
        exprs[i] = e->struct_.fields.items[i].value;
    put_operands(l, exprs, count, values);
    for (int i = 0; i < count; i++)
        ir_braces_add(fields, layout->members[e->struct_.fields.items[i].index], values[i]);
    if (count == 0)
        ir_braces_add(fields, NULL, ir_int(0));
    IrExpr *size   = ir_name(arena_format("sizeof(%s)", layout->name), 0);
    IrExpr *kind   = ir_name(heap_kind(layout->pointers), 0);
    IrExpr *object = put_temp(l, c_type(l, e->type), IR_CALL_OF(0, "rt_alloc", kind, size));
    put_assign(l, ir_unary("*", object), fields);
    const char *check = invariant_check(l, e->type->cls);
    if (check)
        put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, check, object));
    return object;
}

/* ---- Choices ---- */

/* The value when the block does nothing but assign it; else NULL. */
static IrExpr *only_value(const IrBlock *b)
{
    if (b->stmts.count != 1 || b->stmts.items[0]->kind != IR_ASSIGN)
        return NULL;
    return b->stmts.items[0]->assign.value;
}

static IrBlock *branch(Lower *l, PointKind kind, Block *b, IrExpr *target, const Type *type)
{
    IrBlock *made  = ir_block();
    IrBlock *outer = enter_block(l, made);
    put_count(l, kind, b->span);
    lower_block_value(l, b, target, type);
    enter_block(l, outer);
    return made;
}

static IrExpr *lower_if(Lower *l, Expr *e)
{
    bool        is_void = e->type->kind == TYPE_VOID;
    const char *name    = temp_name(l, "t");
    IrExpr     *target  = is_void ? NULL : ir_name(name, 0);
    IrExpr     *cond    = lower_expr(l, e->if_.cond);
    IrBlock    *then    = branch(l, POINT_BRANCH_THEN, e->if_.then, target, e->type);
    IrBlock    *other   = branch(l, POINT_BRANCH_ELSE, e->if_.otherwise, target, e->type);
    if (!is_void && only_value(then) && only_value(other))
        return ir_cond(cond, only_value(then), only_value(other));
    if (!is_void)
        put_decl(l, c_type(l, e->type), name, NULL);
    IrStmt *s        = put_if(l, cond, false);
    s->if_.then      = then;
    s->if_.otherwise = other;
    return target;
}

static IrExpr *lower_coalesce(Lower *l, Expr *e)
{
    const Type *from = e->coalesce.left->type;
    const char *type = c_type(l, e->type);
    IrExpr     *left = lower_expr(l, e->coalesce.left);
    left             = put_reusable(l, c_type(l, from), left);
    IrExpr  *there   = e->type == from ? left : value_of(from, left);
    IrBlock *more    = ir_block();
    IrBlock *outer   = enter_block(l, more);
    IrExpr  *right   = lower_expr(l, e->coalesce.right);
    enter_block(l, outer);
    right = converted(l, right, e->coalesce.right->type, e->type);
    if (more->stmts.count == 0)
        return ir_cond(is_some(from, left), there, right);
    IrExpr *result = put_temp(l, type, there);
    put_if(l, is_none(from, left), false)->if_.then = more;
    enter_block(l, more);
    put_assign(l, result, right);
    enter_block(l, outer);
    return result;
}

/* e? : leaves the function when there is nothing. */
static IrExpr *lower_unwrap(Lower *l, Expr *e)
{
    const Type *from   = e->unwrap.operand->type;
    const Type *result = l->body->result;
    IrExpr     *x      = put_reusable(l, c_type(l, from), lower_expr(l, e->unwrap.operand));
    IrBlock    *outer  = enter_block(l, put_if(l, is_none(from, x), false)->if_.then);
    put_count(l, POINT_NULL_PROP_NULL, e->unwrap.operand->span);
    put_return(l, result->kind == TYPE_VOID ? NULL : none_of(l, result));
    enter_block(l, outer);
    put_count(l, POINT_NULL_PROP_VALUE, e->unwrap.operand->span);
    return value_of(from, x);
}

static IrExpr *lower_some(Lower *l, Expr *e)
{
    IrExpr *x = lower_expr(l, e->convert.operand);
    return converted(l, x, e->convert.operand->type, e->type);
}

static IrExpr *lower_unsupported(Lower *l, Expr *e, const char *what)
{
    lower_refuse(l, e->span, what);
    return ir_name("NULL", 0);
}

IrExpr *lower_expr(Lower *l, Expr *e)
{
    switch (e->kind) {
    case EXPR_INT:         return ir_int((int64_t)e->integer.value);
    case EXPR_FLOAT:       return ir_float(e->floating);
    case EXPR_STRING:      return string_constant(l, e->string.bytes, e->string.len);
    case EXPR_BOOL:        return ir_name(e->boolean ? "true" : "false", 0);
    case EXPR_NONE:        return lower_none(l, e);
    case EXPR_SELF:
    case EXPR_NAME:        return symbol_value(e->name.symbol);
    case EXPR_FSTRING:     return lower_string_build(l, e);
    case EXPR_UNARY:       return lower_unary(l, e);
    case EXPR_BINARY:      return lower_binary(l, e);
    case EXPR_CAST:        return lower_cast(l, e);
    case EXPR_COALESCE:    return lower_coalesce(l, e);
    case EXPR_CALL:
    case EXPR_METHOD:      return lower_plain_call(l, e);
    case EXPR_FIELD:       return lower_field(l, e);
    case EXPR_INDEX:       return lower_index(l, e);
    case EXPR_UNWRAP:      return lower_unwrap(l, e);
    case EXPR_PROPAGATE:   return lower_propagate(l, e);
    case EXPR_CATCH:       return lower_catch(l, e);
    case EXPR_ARRAY:       return lower_array(l, e);
    case EXPR_STRUCT:      return lower_struct(l, e);
    case EXPR_CLOSURE:     return lower_closure(l, e);
    case EXPR_IF:          return lower_if(l, e);
    case EXPR_SPAWN:       return lower_spawn(l, e);
    case EXPR_SOME:        return lower_some(l, e);
    case EXPR_NARROWED:
        return value_of(e->convert.operand->type, lower_expr(l, e->convert.operand));
    case EXPR_RANGE:       return lower_unsupported(l, e, "a range outside for");
    case EXPR_STATIC_CALL: return lower_unsupported(l, e, "a static trait call");
    case EXPR_VARIANT:     return lower_variant(l, e);
    case EXPR_MAP:         return lower_map(l, e);
    case EXPR_SET:         return lower_set(l, e);
    case EXPR_MATCH:       return lower_match_value(l, e);
    case EXPR_UPCAST:      return lower_upcast(l, e);
    }
    return NULL;
}
