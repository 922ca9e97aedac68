/*
 * check_operator.c - operators (language 6.4 to 6.6, 9.2 to 9.6).
 */
#include "compiler/check/check_internal.h"

/* ---- Unary ---- */

static bool unary_fits(UnaryOp op, const Type *type)
{
    switch (op) {
    case OP_NEG:  return type == type_int || type == type_float;
    case OP_NOT:  return type == type_bool;
    case OP_BNOT: return type == type_int;
    }
    return false;
}

static void report_unary(Check *c, const Expr *e, const Type *type)
{
    switch (e->unary.op) {
    case OP_NEG:
        diag_error(c->diag, DIAG_TYPE, e->span, "cannot negate type %s", type_name(type));
        break;
    case OP_NOT:
        diag_error(c->diag, DIAG_TYPE, e->span, "cannot apply '!' to type %s", type_name(type));
        break;
    case OP_BNOT:
        diag_error(c->diag, DIAG_TYPE, e->span, "cannot apply '~' to type %s", type_name(type));
        break;
    }
}

Type *check_unary(Check *c, Expr *e)
{
    Type *type = check_value(c, e->unary.operand);

    if (type != type_bad && !unary_fits(e->unary.op, type)) {
        report_unary(c, e, type);
        return set_bad(e);
    }
    return set_type(c, e, type);
}

/* ---- Arithmetic, 9.2 ---- */

static bool arithmetic_fits(BinaryOp op, const Type *type)
{
    if (type == type_int || type == type_float)
        return true;
    return type == type_string && op == OP_ADD;
}

Type *arithmetic_result(Check *c, BinaryOp op, Type *left, Type *right, Span at)
{
    if (left == type_bad || right == type_bad)
        return type_bad;
    if (!same_type(c, left, right, at)) {
        diag_error(c->diag, DIAG_TYPE, at, "operand type mismatch: %s vs %s", type_name(left),
                   type_name(right));
        advise_nullable(c, left->kind == TYPE_NULLABLE ? left : right);
        return type_bad;
    }
    if (!arithmetic_fits(op, left)) {
        diag_error(c->diag, DIAG_TYPE, at, "operator not supported for type %s",
                   type_name(left));
        return type_bad;
    }
    return left;
}

/* ---- Bits and logic ---- */

static Type *both_of(Check *c, const Expr *e, Type *wanted, const char *rule)
{
    Type *left = e->binary.left->type, *right = e->binary.right->type;

    if (same_type(c, left, wanted, e->span) && same_type(c, right, wanted, e->span))
        return wanted;
    diag_error(c->diag, DIAG_TYPE, e->span, "%s operators require %s operands, found %s and %s",
               rule, type_name(wanted), type_name(left), type_name(right));
    return wanted;
}

static bool is_logic(const Expr *e, BinaryOp op)
{
    return e->kind == EXPR_BINARY && e->binary.op == op;
}

/* a && b && c is ((a && b) && c): b and c are evaluated only if what stands left of them was true
 * (false, for ||), so they see what that proves. The chain is walked from the left in one loop, so
 * that each operand is asked once what it proves. */
static Type *check_logic(Check *c, Expr *e)
{
    BinaryOp     op = e->binary.op;
    int          mark = narrow_mark(c);
    LIST(Expr *) chain = { 0 };           /* from the outermost node to the innermost */

    for (Expr *node = e; is_logic(node, op); node = node->binary.left)
        LIST_ADD(&chain, node);
    Expr *operand = chain.items[chain.count - 1]->binary.left;
    check_value(c, operand);
    for (int i = chain.count - 1; i >= 0; i--) {
        NarrowFacts facts = narrow_facts(c, operand, op == OP_AND);
        narrow_apply(c, &facts);
        operand = chain.items[i]->binary.right;
        check_value(c, operand);
        chain.items[i]->type = both_of(c, chain.items[i], type_bool, "logical");
    }
    narrow_end(c, mark, false);
    return type_bool;
}

/* ---- Comparison ---- */

static void report_incomparable(Check *c, const Expr *e)
{
    diag_error(c->diag, DIAG_TYPE, e->span, "cannot compare %s with %s",
               type_name(e->binary.left->type), type_name(e->binary.right->type));
}

static void compare_with_none(Check *c, Expr *e, Expr *other, Expr *none)
{
    Type *type = check_raw(c, other);

    set_type(c, none, type_none);
    if (type->kind == TYPE_NULLABLE)
        set_type(c, none, type);
    else if (type != type_none && type != type_bad)
        report_incomparable(c, e);
}

static bool has_equality(const Type *type)
{
    const Type *base = type->kind == TYPE_NULLABLE ? type->elem : type;
    return base != type_bytes && base != type_void && base != type_caught
        && base->kind != TYPE_CAUGHT_KIND;
}

static void compare_values(Check *c, Expr *e)
{
    Type *left  = check_value(c, e->binary.left);
    Type *right = check_value(c, e->binary.right);

    if (left == type_bad || right == type_bad)
        return;
    bool same = fits_exactly(c, &e->binary.right, left) || fits_exactly(c, &e->binary.left, right);
    if (same && left == type_bytes) {
        diag_error(c->diag, DIAG_TYPE, e->span, "cannot compare bytes with bytes");
        diag_help(c->diag, "compare them element by element");
    } else if (!same || !has_equality(left)) {
        report_incomparable(c, e);
    }
}

static Type *check_equality(Check *c, Expr *e)
{
    Expr *left = e->binary.left, *right = e->binary.right;

    if (right->kind == EXPR_NONE)
        compare_with_none(c, e, left, right);
    else if (left->kind == EXPR_NONE)
        compare_with_none(c, e, right, left);
    else
        compare_values(c, e);
    return type_bool;
}

static Type *check_order(Check *c, Expr *e)
{
    Type *left  = check_value(c, e->binary.left);
    Type *right = check_value(c, e->binary.right);

    if (left == type_bad || right == type_bad)
        return type_bool;
    if (!same_type(c, left, right, e->span))
        report_incomparable(c, e);
    else if (left != type_int && left != type_float && left != type_byte)
        diag_error(c->diag, DIAG_TYPE, e->span, "comparison not supported for type %s",
                   type_name(left));
    return type_bool;
}

/* ---- Binary ---- */

static Type *check_arithmetic(Check *c, Expr *e)
{
    Type *left  = check_value(c, e->binary.left);
    Type *right = check_value(c, e->binary.right);
    return arithmetic_result(c, e->binary.op, left, right, e->span);
}

static Type *check_bits(Check *c, Expr *e)
{
    check_value(c, e->binary.left);
    check_value(c, e->binary.right);
    return both_of(c, e, type_int, "bitwise");
}

Type *check_binary(Check *c, Expr *e)
{
    switch (e->binary.op) {
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_REM:
        return set_type(c, e, check_arithmetic(c, e));
    case OP_EQ: case OP_NE:
        return set_type(c, e, check_equality(c, e));
    case OP_LT: case OP_LE: case OP_GT: case OP_GE:
        return set_type(c, e, check_order(c, e));
    case OP_AND: case OP_OR:
        return set_type(c, e, check_logic(c, e));
    case OP_BAND: case OP_BOR: case OP_BXOR: case OP_SHL: case OP_SHR:
        return set_type(c, e, check_bits(c, e));
    }
    return set_bad(e);
}

/* ---- Casts, 6.4 ---- */

static bool can_cast(const Type *from, const Type *to)
{
    if (from == type_int)
        return to == type_float || to == type_bool || to == type_byte;
    return to == type_int && (from == type_float || from == type_bool || from == type_byte);
}

Type *check_cast(Check *c, Expr *e)
{
    Type *from = check_value(c, e->cast.operand);
    Type *to   = resolve_value_type(&c->resolver, e->cast.to);

    if (from != type_bad && to != type_bad && !can_cast(from, to)) {
        diag_error(c->diag, DIAG_TYPE, e->span, "cannot cast from %s to %s", type_name(from),
                   type_name(to));
        return set_bad(e);
    }
    return set_type(c, e, to);
}
