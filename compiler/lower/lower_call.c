/*
 * lower_call.c - calls of functions, methods and closures; the ! operator.
 *
 * A C function that may raise returns its error beside its value. Its result goes into a temporary;
 * whoever asked for the call then puts the branch that looks at the error.
 */
#include "compiler/lower/lower_internal.h"

enum { EFFECTS_OF_CALL = IR_READS_HEAP | IR_WRITES | IR_FAILS };

static IrExpr *error_test(IrExpr *error)
{
    return ir_binary("!=", error, ir_name("NULL", 0));
}

Outcome call_outcome(Lower *l, IrExpr *call, bool raises, const Type *result)
{
    Outcome o = {0};
    if (!raises) {
        o.value = call;
        return o;
    }
    IrExpr *both = put_temp(l, c_result(l, result), call);
    o.error      = result->kind == TYPE_VOID ? both : ir_member(both, "error");
    o.value      = result->kind == TYPE_VOID ? NULL : ir_member(both, "value");
    return o;
}

/* Receiver, if any, and arguments, in order. */
static IrExpr **call_operands(Lower *l, Expr *call, int *count)
{
    bool     has_object = call->kind == EXPR_METHOD;
    int      n          = call->call.args.count + has_object;
    Expr   **exprs      = arena_alloc(sizeof *exprs * (size_t)(n + 1));
    IrExpr **values     = arena_alloc(sizeof *values * (size_t)(n + 1));
    if (has_object)
        exprs[0] = call->call.object;
    for (int i = 0; i < call->call.args.count; i++)
        exprs[i + has_object] = call->call.args.items[i];
    put_operands(l, exprs, n, values);
    *count = n;
    return values;
}

static Outcome lower_func_call(Lower *l, Expr *call)
{
    Func    *f = call->call.callee.func;
    int      count;
    IrExpr **values = call_operands(l, call, &count);
    IrExpr  *c      = IR_CALL_OF(EFFECTS_OF_CALL, called_name(l, f, call->call.object), NULL);
    for (int i = 0; i < count; i++)
        ir_call_add(c, values[i]);
    add_hidden_args(l, c, f, call->call.name.span);
    return call_outcome(l, c, f->may_raise, f->result);
}

/* "int64_t (*)(void *, double)" */
static const char *code_type(Lower *l, const Type *fn)
{
    bool        raises = fn_type_raises(l->program, fn);
    const char *result = raises ? c_result(l, fn->elem) : c_type(l, fn->elem);
    const char *text   = arena_format("%s (*)(void *", result);
    for (int i = 0; i < fn->param_count; i++)
        text = arena_format("%s, %s", text, c_type(l, fn->params[i]));
    return arena_format("%s)", text);
}

static Outcome lower_closure_call(Lower *l, Expr *call)
{
    Symbol     *s  = call->call.callee.closure;
    const Type *fn = s->type->kind == TYPE_NULLABLE ? s->type->elem : s->type;
    IrExpr     *f  = symbol_value(s);
    if (s->assigned)
        f = put_temp(l, "RtClosure *", f);
    int      count;
    IrExpr **values = call_operands(l, call, &count);
    IrExpr  *c = ir_call_pointer(EFFECTS_OF_CALL, code_type(l, fn), ir_arrow(f, "code"));
    ir_call_add(c, f);
    for (int i = 0; i < count; i++)
        ir_call_add(c, values[i]);
    return call_outcome(l, c, fn_type_raises(l->program, fn), fn->elem);
}

Outcome lower_call(Lower *l, Expr *call)
{
    switch (call->call.callee.kind) {
    case CALL_FUNC:    return lower_func_call(l, call);
    case CALL_CLOSURE: return lower_closure_call(l, call);
    case CALL_BUILTIN: return lower_builtin(l, call);
    case CALL_TRAIT:   return lower_trait_call(l, call);
    case CALL_NONE:    break;
    }
    lower_refuse(l, call->span, "this call");
    return (Outcome){.value = ir_name("NULL", 0)};
}

/* ---- Errors of calls ---- */

void put_escape(Lower *l, IrExpr *error, Span span)
{
    if (l->body->raises) {
        put_return_error(l, error);
        return;
    }
    IrExpr *text = ir_arrow(IR_CALL_OF(0, "rt_error_text", error), "bytes");
    put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, "rt_fail", place_of(l, span),
                           ir_name("\"uncaught %s\"", 0), text));
}

/* If there is an error, it goes on to the caller and is not told where it passed. */
static void put_unhandled(Lower *l, IrExpr *error, Span span)
{
    IrBlock *outer = enter_block(l, put_if(l, error_test(error), true)->if_.then);
    put_escape(l, error, span);
    enter_block(l, outer);
}

IrExpr *lower_plain_call(Lower *l, Expr *call)
{
    Outcome o = lower_call(l, call);
    if (o.error)
        put_unhandled(l, o.error, call->call.name.span);
    return o.value;
}

/* The call cannot raise, but may end the program: it has to be over before it is counted. */
static IrExpr *counted_success(Lower *l, const Expr *call, IrExpr *value)
{
    if (!is_counted(l, POINT_ERROR_PROP_SUCCESS, call->span))
        return value;
    if (value && call->type->kind == TYPE_VOID)
        put_eval(l, value);
    else if (value)
        value = put_temp(l, c_type(l, call->type), value);
    put_count(l, POINT_ERROR_PROP_SUCCESS, call->span);
    return call->type->kind == TYPE_VOID ? NULL : value;
}

IrExpr *lower_propagate(Lower *l, Expr *e)
{
    Expr   *call = e->propagate.call;
    Outcome o    = lower_call(l, call);
    if (o.error == NULL)
        return counted_success(l, call, o.value);
    IrBlock *outer = enter_block(l, put_if(l, error_test(o.error), true)->if_.then);
    put_count(l, POINT_ERROR_PROP_ERROR, call->span);
    if (l->body->raises) {
        IrExpr *place = place_of(l, call->call.name.span);
        put_return_error(l, IR_CALL_OF(IR_WRITES, "rt_error_passed", o.error, place));
    } else {
        put_escape(l, o.error, call->call.name.span);
    }
    enter_block(l, outer);
    put_count(l, POINT_ERROR_PROP_SUCCESS, call->span);
    return o.value;
}
