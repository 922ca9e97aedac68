/*
 * lower_put.c - statements into the current block; order of evaluation.
 *
 * An IrExpr that was returned but not yet put is evaluated later than every statement put in the
 * meantime. So whoever lowers a second operand has to make sure that the first one does not mind:
 * put_operands does, from the effects of both, and moves the first into a temporary if it does.
 */
#include "compiler/lower/lower_internal.h"

/* ---- Statements ---- */

void put_effects(Lower *l, unsigned effects)
{
    l->body->emitted |= effects;
}

IrStmt *put(Lower *l, IrStmtKind kind)
{
    if (kind == IR_WHILE || kind == IR_FOR)
        l->body->has_loop = true;
    return ir_add(l->body->out, kind, l->body->line);
}

void put_decl(Lower *l, const char *type, const char *name, IrExpr *init)
{
    IrStmt *s    = put(l, IR_DECL);
    s->decl.type = type;
    s->decl.name = name;
    s->decl.init = init;
    if (init)
        put_effects(l, init->effects);
}

void put_local(Lower *l, Symbol *s, IrExpr *value)
{
    put_decl(l, c_type(l, s->type), local_name(s), value);
    IrStmt *decl      = l->body->out->stmts.items[l->body->out->stmts.count - 1];
    decl->decl.unused = !s->read;
}

void put_assign(Lower *l, IrExpr *target, IrExpr *value)
{
    IrStmt *s        = put(l, IR_ASSIGN);
    s->assign.target = target;
    s->assign.value  = value;
    put_effects(l, target->effects | value->effects);
    if (target->effects & IR_READS_HEAP)
        put_effects(l, IR_WRITES);
}

void put_eval(Lower *l, IrExpr *x)
{
    bool is_call = x->kind == IR_CALL || x->kind == IR_CALL_POINTER;
    put(l, IR_EVAL)->eval = is_call && (x->effects & IR_WRITES) ? x : ir_cast("void", x);
    put_effects(l, x->effects);
}

IrStmt *put_if(Lower *l, IrExpr *cond, bool unlikely)
{
    IrStmt *s       = put(l, IR_IF);
    s->if_.cond     = cond;
    s->if_.unlikely = unlikely;
    s->if_.then     = ir_block();
    put_effects(l, cond->effects);
    return s;
}

IrBlock *enter_block(Lower *l, IrBlock *block)
{
    IrBlock *outer = l->body->out;
    l->body->out   = block;
    return outer;
}

/* ---- Returns ---- */

const char *hold(Lower *l, const char *type, const char *hint, const char *release)
{
    Held held = {type, temp_name(l, hint), release};
    LIST_ADD(&l->body->held, held);
    return held.name;
}

/* Leaves the C function with value, by way of leave_ where something is held. */
static void put_leave(Lower *l, IrExpr *value)
{
    put_effects(l, IR_WRITES | IR_FAILS);
    if (l->body->held.count == 0) {
        IrStmt *s = put(l, IR_RETURN);
        s->ret    = value;
        LIST_ADD(&l->body->returns, s);
        return;
    }
    if (value)
        put_assign(l, ir_name("result_", 0), value);
    put(l, IR_GOTO)->label = "leave_";
    l->body->leaves        = true;
}

/* The result of a function that may raise. */
static IrExpr *result_with(Lower *l, const char *member, IrExpr *x)
{
    if (l->body->result->kind == TYPE_VOID)
        return x;
    IrExpr *result = ir_braces(c_result(l, l->body->result));
    ir_braces_add(result, member, x);
    return result;
}

/* A mut self method leaves its object as the invariants want it. */
static void put_invariants(Lower *l)
{
    Func *f = l->body->func;
    if (l->body->closure || f->owner == NULL || f->decl->receiver != RECV_MUT_SELF)
        return;
    const char *check = invariant_check(l, f->owner);
    if (check)
        put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, check, symbol_value(f->params.items[0])));
}

void put_return(Lower *l, IrExpr *value)
{
    Body *b = l->body;
    if (value && value->effects && b->func->owner && b->func->owner->invariants.count > 0)
        value = put_temp(l, c_type(l, b->result), value);
    put_invariants(l);
    if (!b->raises)
        put_leave(l, value);
    else
        put_leave(l, result_with(l, "value", value ? value : ir_name("NULL", 0)));
}

void put_end(Lower *l)
{
    if (l->body->result->kind != TYPE_VOID)
        return;
    if (l->body->raises)
        put_return(l, NULL);
    else
        put_invariants(l);
}

void put_return_error(Lower *l, IrExpr *error)
{
    put_leave(l, result_with(l, "error", error));
}

/* ---- Temporaries ---- */

IrExpr *put_variable(Lower *l, const char *type)
{
    const char *name = temp_name(l, "t");
    put_decl(l, type, name, NULL);
    IrExpr *x = ir_name(name, 0);
    x->type   = type;
    return x;
}

IrExpr *put_temp(Lower *l, const char *type, IrExpr *x)
{
    const char *name = temp_name(l, "t");
    put_decl(l, type, name, x);
    IrExpr *temp = ir_name(name, 0);
    temp->type   = type;
    return temp;
}

IrExpr *put_reusable(Lower *l, const char *type, IrExpr *x)
{
    return ir_is_simple(x) ? x : put_temp(l, type, x);
}

/* ---- Order of evaluation ---- */

/* C compilers need not accept more than 127 parentheses inside each other. */
enum { MAX_DEPTH = 48 };

bool effects_conflict(unsigned first, unsigned second)
{
    return (second & IR_ASSIGNS && first & IR_READS_LOCAL) ||
           (second & IR_WRITES && first & (IR_READS_HEAP | IR_FAILS | IR_WRITES)) ||
           (second & IR_FAILS && first & (IR_FAILS | IR_WRITES)) ||
           (second & IR_READS_HEAP && first & IR_WRITES);
}

IrExpr *insert_temp(Lower *l, int at, const char *type, IrExpr *x)
{
    IrBlock *b    = l->body->out;
    IrExpr  *temp = put_temp(l, type, x);
    IrStmt  *decl = b->stmts.items[b->stmts.count - 1];
    for (int i = b->stmts.count - 1; i > at; i--)
        b->stmts.items[i] = b->stmts.items[i - 1];
    b->stmts.items[at] = decl;
    return temp;
}

void put_operands(Lower *l, Expr *const *exprs, int count, IrExpr **out)
{
    Body    *b     = l->body;
    unsigned total = b->emitted;
    for (int i = 0; i < count; i++) {
        int start  = b->out->stmts.count;
        b->emitted = 0;
        out[i]     = lower_expr(l, exprs[i]);
        if (out[i]->depth > MAX_DEPTH)
            out[i] = put_temp(l, c_type(l, exprs[i]->type), out[i]);
        unsigned effects = b->emitted | out[i]->effects;
        for (int j = 0; j < i; j++)
            if (effects_conflict(out[j]->effects, effects))
                out[j] = insert_temp(l, start++, c_type(l, exprs[j]->type), out[j]);
        total |= b->emitted;
    }
    b->emitted = total;
}
