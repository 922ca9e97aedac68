/*
 * lower_select.c - the select statement.
 *
 *     RtSelectArm arms1_[2] = {{RT_SELECT_RECV, rx}, {RT_SELECT_SEND, tx, RT_CELL(v)}};
 *     RtError *error2_ = NULL;
 *     int chosen3_ = rt_select(arms1_, 2, false, -1, &error2_, &at_9_5);
 *     if (error2_ != NULL) ..
 *     switch (chosen3_) { case 0: .. case 1: .. }
 *
 * Arms keep their order and their numbers, but default and timeout are not among them.
 */
#include "compiler/lower/lower_internal.h"

typedef struct Select {
    Stmt       *stmt;
    const char *arms;                     /* the array; NULL: nothing to put into it */
    int         count;                    /* of its elements */
    bool        has_default, has_task;
    IrExpr     *timeout;                  /* milliseconds */
    IrExpr    **objects;                  /* by element */
} Select;

static bool is_element(const SelectArm *arm)
{
    return arm->kind == ARM_RECV || arm->kind == ARM_SEND || arm->kind == ARM_GET;
}

/* ---- What the arms wait for ---- */

static IrExpr *element(Lower *l, Select *s, const SelectArm *arm, IrExpr *const *x)
{
    IrExpr     *init = ir_braces(NULL);
    const char *kind = arm->kind == ARM_RECV ? "RT_SELECT_RECV"
                     : arm->kind == ARM_SEND ? "RT_SELECT_SEND" : "RT_SELECT_GET";
    IrExpr *object = x[0];
    if (arm->kind == ARM_GET) {
        object      = put_temp(l, "RtTask *", object);
        s->has_task = true;
    }
    ir_braces_add(init, "kind", ir_name(kind, 0));
    ir_braces_add(init, "object", object);
    if (arm->kind == ARM_SEND)
        ir_braces_add(init, "cell", cell_of(l, arm->subject->type->elem, x[1]));
    s->objects[s->count++] = object;
    return init;
}

/* For rt_select a negative number means that there is no limit; for a program, no time at all. */
static IrExpr *milliseconds(Lower *l, IrExpr *x)
{
    if (x->kind == IR_INT)
        return ir_int(x->integer < 0 ? 0 : x->integer);
    x = put_temp(l, "int64_t", x);
    return ir_cond(ir_binary("<", x, ir_int(0)), ir_int(0), x);
}

/* Subjects and values of all arms, in their order. */
static IrExpr **operands(Lower *l, const Stmt *s)
{
    int      count = 0, max = 2 * s->select.arms.count;
    Expr   **exprs = arena_alloc(sizeof *exprs * (size_t)(max + 1));
    IrExpr **x     = arena_alloc(sizeof *x * (size_t)(max + 1));
    for (int i = 0; i < s->select.arms.count; i++) {
        const SelectArm *arm = &s->select.arms.items[i];
        if (arm->subject)
            exprs[count++] = arm->subject;
        if (arm->value)
            exprs[count++] = arm->value;
    }
    put_operands(l, exprs, count, x);
    return x;
}

static Select put_arms(Lower *l, Stmt *stmt)
{
    Select   s    = {.stmt = stmt, .timeout = ir_int(-1)};
    IrExpr **x    = operands(l, stmt);
    IrExpr  *init = ir_braces(NULL);
    s.objects     = arena_alloc(sizeof *s.objects * (size_t)(stmt->select.arms.count + 1));
    for (int i = 0; i < stmt->select.arms.count; i++) {
        const SelectArm *arm = &stmt->select.arms.items[i];
        if (arm->kind == ARM_DEFAULT)
            s.has_default = true;
        else if (arm->kind == ARM_TIMEOUT)
            s.timeout = milliseconds(l, x[0]);
        else
            ir_braces_add(init, NULL, element(l, &s, arm, x));
        x += (arm->subject != NULL) + (arm->value != NULL);
    }
    if (s.count > 0) {
        s.arms = temp_name(l, "arms");
        put_decl(l, "RtSelectArm", arena_format("%s[%d]", s.arms, s.count), init);
    }
    return s;
}

/* ---- The choice ---- */

/* Errors of the statement itself begin here; those of a task pass. */
static void put_failure(Lower *l, const Select *s, IrExpr *error, IrExpr *place)
{
    IrExpr  *failed = ir_binary("!=", error, ir_name("NULL", 0));
    IrBlock *outer  = enter_block(l, put_if(l, failed, true)->if_.then);
    if (s->has_task && l->body->raises)
        put_return_error(l, IR_CALL_OF(IR_WRITES, "rt_error_passed", error, place));
    else
        put_escape(l, error, s->stmt->span);
    enter_block(l, outer);
}

/* The number of the element that was chosen, or of default or timeout. */
static IrExpr *put_choice(Lower *l, const Select *s)
{
    IrExpr *error  = ir_name(temp_name(l, "error"), 0);
    IrExpr *place  = place_of(l, s->stmt->span);
    put_decl(l, "RtError *", error->name, ir_name("NULL", 0));
    IrExpr *call   = IR_CALL_OF(IR_WRITES, "rt_select", ir_name(s->arms ? s->arms : "NULL", 0),
                                ir_int(s->count), ir_name(s->has_default ? "true" : "false", 0),
                                s->timeout, ir_unary("&", error), place);
    IrExpr *chosen = put_temp(l, "int", call);
    if (!s->has_default || s->has_task)
        put_failure(l, s, error, place);
    return chosen;
}

/* ---- The blocks ---- */

static void bind(Lower *l, const Select *s, const SelectArm *arm, int number)
{
    const Type *elem = arm->subject->type->elem;
    IrExpr     *slot = ir_index(ir_name(s->arms, 0), ir_int(number));
    if (arm->symbol == NULL)
        return;
    IrExpr *cell = arm->kind == ARM_GET ? ir_arrow(s->objects[number], "result")
                                        : ir_member(slot, "cell");
    put_local(l, arm->symbol, uncell(l, elem, cell));
}

static const char *label_of(const SelectArm *arm, int number)
{
    if (arm->kind == ARM_DEFAULT)
        return "RT_SELECT_DEFAULT";
    return arm->kind == ARM_TIMEOUT ? "RT_SELECT_TIMEOUT" : arena_format("%d", number);
}

static void put_blocks(Lower *l, const Select *s, IrExpr *chosen)
{
    IrStmt *choice = put_switch(l, chosen);
    int     number = 0;
    l->body->loop.switches++;
    for (int i = 0; i < s->stmt->select.arms.count; i++) {
        const SelectArm *arm   = &s->stmt->select.arms.items[i];
        IrBlock         *outer = enter_block(l, switch_case(choice, label_of(arm, number)));
        if (is_element(arm))
            bind(l, s, arm, number++);
        lower_block(l, arm->block);
        enter_block(l, outer);
    }
    IrBlock *outer = enter_block(l, switch_case(choice, NULL));
    put_eval(l, IR_CALL_OF(IR_WRITES, "__builtin_unreachable", NULL));
    enter_block(l, outer);
    l->body->loop.switches--;
}

void lower_select(Lower *l, Stmt *stmt)
{
    Select s = put_arms(l, stmt);
    put_blocks(l, &s, put_choice(l, &s));
}
