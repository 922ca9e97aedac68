/*
 * ir.c - constructors of the C-shaped tree. An expression has the effects of its operands beside
 * its own, and is one deeper than the deepest of them.
 */
#include "compiler/emit/ir.h"

#include "compiler/base/arena.h"

static IrExpr *expr_new(IrExprKind kind, unsigned effects)
{
    IrExpr *e  = ARENA_NEW(IrExpr);
    e->kind    = kind;
    e->effects = effects;
    return e;
}

static void add_operand(IrExpr *e, const IrExpr *operand)
{
    e->effects |= operand->effects;
    if (e->depth <= operand->depth)
        e->depth = operand->depth + 1;
}

IrExpr *ir_name(const char *name, unsigned effects)
{
    IrExpr *e = expr_new(IR_NAME, effects);
    e->name   = name;
    return e;
}

IrExpr *ir_int(int64_t value)
{
    IrExpr *e  = expr_new(IR_INT, 0);
    e->integer = value;
    return e;
}

IrExpr *ir_float(double value)
{
    IrExpr *e   = expr_new(IR_FLOAT, 0);
    e->floating = value;
    return e;
}

IrExpr *ir_unary(const char *op, IrExpr *operand)
{
    if (*op == '&' && operand->kind == IR_UNARY && *operand->unary.op == '*')
        return operand->unary.operand;                       /* &*x is x */
    IrExpr *e        = expr_new(IR_UNARY, 0);
    add_operand(e, operand);
    e->unary.op      = op;
    e->unary.operand = operand;
    return e;
}

IrExpr *ir_binary(const char *op, IrExpr *left, IrExpr *right)
{
    IrExpr *e       = expr_new(IR_BINARY, 0);
    add_operand(e, left);
    add_operand(e, right);
    e->binary.op    = op;
    e->binary.left  = left;
    e->binary.right = right;
    return e;
}

IrExpr *ir_cond(IrExpr *cond, IrExpr *yes, IrExpr *no)
{
    IrExpr *e    = expr_new(IR_COND, 0);
    add_operand(e, cond);
    add_operand(e, yes);
    add_operand(e, no);
    e->cond.cond = cond;
    e->cond.yes  = yes;
    e->cond.no   = no;
    return e;
}

IrExpr *ir_member(IrExpr *object, const char *name)
{
    IrExpr *e        = expr_new(IR_MEMBER, 0);
    add_operand(e, object);
    e->member.object = object;
    e->member.name   = name;
    return e;
}

IrExpr *ir_arrow(IrExpr *object, const char *name)
{
    IrExpr *e       = ir_member(object, name);
    e->effects     |= IR_READS_HEAP;
    e->member.arrow = true;
    return e;
}

IrExpr *ir_index(IrExpr *object, IrExpr *index)
{
    IrExpr *e       = expr_new(IR_INDEX, IR_READS_HEAP);
    add_operand(e, object);
    add_operand(e, index);
    e->index.object = object;
    e->index.index  = index;
    return e;
}

IrExpr *ir_cast(const char *type, IrExpr *operand)
{
    IrExpr *e       = expr_new(IR_CAST, 0);
    add_operand(e, operand);
    e->type         = type;
    e->cast.type    = type;
    e->cast.operand = operand;
    return e;
}

IrExpr *ir_braces(const char *type)
{
    IrExpr *e      = expr_new(IR_BRACES, 0);
    e->type        = type;
    e->braces.type = type;
    return e;
}

void ir_braces_add(IrExpr *braces, const char *field, IrExpr *value)
{
    LIST_ADD(&braces->braces.names, field);
    LIST_ADD(&braces->braces.values, value);
    add_operand(braces, value);
}

IrExpr *ir_call(unsigned effects, const char *name, IrExpr *const *args)
{
    IrExpr *e    = expr_new(IR_CALL, effects);
    e->call.name = name;
    for (; *args != NULL; args++)
        ir_call_add(e, *args);
    return e;
}

IrExpr *ir_call_pointer(unsigned effects, const char *type, IrExpr *pointer)
{
    IrExpr *e               = expr_new(IR_CALL_POINTER, effects);
    add_operand(e, pointer);
    e->call_pointer.type    = type;
    e->call_pointer.pointer = pointer;
    return e;
}

void ir_call_add(IrExpr *call, IrExpr *arg)
{
    if (call->kind == IR_CALL)
        LIST_ADD(&call->call.args, arg);
    else
        LIST_ADD(&call->call_pointer.args, arg);
    add_operand(call, arg);
}

IrDecl *ir_decl(const char *name, const char *text)
{
    IrDecl *d = ARENA_NEW(IrDecl);
    d->text   = text;
    LIST_ADD(&d->names, name);
    return d;
}

bool ir_is_simple(const IrExpr *e)
{
    return e->kind == IR_NAME || e->kind == IR_INT || e->kind == IR_FLOAT;
}

IrBlock *ir_block(void)
{
    return ARENA_NEW(IrBlock);
}

IrStmt *ir_add(IrBlock *block, IrStmtKind kind, uint32_t line)
{
    IrStmt *s = ARENA_NEW(IrStmt);
    s->kind   = kind;
    s->line   = line;
    LIST_ADD(&block->stmts, s);
    return s;
}
