/*
 * lower_builtin.c - calls of built-in functions and methods.
 *
 * Most are one call of the runtime: a table says which and what it does. The others have a case.
 */
#include "compiler/lower/lower_internal.h"

/* x[0] is the receiver of a method, the others are the arguments. */
typedef struct Call {
    Expr    *expr;
    IrExpr **x;
    int      count;
    const Type *receiver;                 /* NULL: a function */
} Call;

enum {
    PURE   = 0,
    READS  = IR_READS_HEAP,
    WRITES = IR_WRITES,
    FAILS  = IR_FAILS,
};

/* Calls that only need their operands, and the place when they can fail. */
typedef struct Simple { const char *name; unsigned effects; bool place; } Simple;

static const Simple simple_calls[] = {
    [BI_TIME_NS]               = {"rt_time_ns", WRITES, false},
    [BI_GC_HEAP_SIZE]          = {"rt_gc_heap_size", WRITES, false},
    [BI_BYTES_NEW]             = {"rt_bytes_new", PURE, false},
    [BI_ABS_INT]               = {"rt_abs", PURE, false},
    [BI_ABS_FLOAT]             = {"fabs", PURE, false},
    [BI_POW_FLOAT]             = {"pow", PURE, false},
    [BI_SQRT]                  = {"sqrt", PURE, false},
    [BI_SIN]                   = {"sin", PURE, false},
    [BI_COS]                   = {"cos", PURE, false},
    [BI_TAN]                   = {"tan", PURE, false},
    [BI_LOG]                   = {"log", PURE, false},
    [BI_FLOOR]                 = {"floor", PURE, false},
    [BI_CEIL]                  = {"ceil", PURE, false},
    [BI_ROUND]                 = {"round", PURE, false},
    [BI_STRING_IS_WHITESPACE]  = {"rt_string_is_whitespace", PURE, false},
    [BI_STRING_CONTAINS]       = {"rt_string_contains", PURE, false},
    [BI_STRING_STARTS_WITH]    = {"rt_string_starts_with", PURE, false},
    [BI_STRING_ENDS_WITH]      = {"rt_string_ends_with", PURE, false},
    [BI_STRING_INDEX_OF]       = {"rt_string_index_of", PURE, false},
    [BI_STRING_LAST_INDEX_OF]  = {"rt_string_last_index_of", PURE, false},
    [BI_STRING_COUNT]          = {"rt_string_count", PURE, false},
    [BI_STRING_SUBSTRING]      = {"rt_string_substring", PURE, false},
    [BI_STRING_CHAR_AT]        = {"rt_string_at", FAILS, true},
    [BI_STRING_BYTE_AT]        = {"rt_string_byte_at", FAILS, true},
    [BI_STRING_TRIM]           = {"rt_string_trim", PURE, false},
    [BI_STRING_TRIM_START]     = {"rt_string_trim_start", PURE, false},
    [BI_STRING_TRIM_END]       = {"rt_string_trim_end", PURE, false},
    [BI_STRING_TO_UPPER]       = {"rt_string_to_upper", PURE, false},
    [BI_STRING_TO_LOWER]       = {"rt_string_to_lower", PURE, false},
    [BI_STRING_REPLACE]        = {"rt_string_replace", PURE, false},
    [BI_STRING_REPEAT]         = {"rt_string_repeat", FAILS, false},
    [BI_STRING_TO_BYTES]       = {"rt_string_to_bytes", PURE, false},
    [BI_BYTES_PUSH]            = {"RtBytes_push", WRITES, false},
    [BI_BYTES_TO_STRING]       = {"rt_bytes_to_string", READS, false},
    [BI_TASK_DETACH]           = {"rt_task_detach", WRITES, false},
    [BI_TASK_CANCEL]           = {"rt_task_cancel", WRITES, false},
    [BI_TASK_IS_DONE]          = {"rt_task_is_done", WRITES, false},
    [BI_TASK_IS_CANCELLED]     = {"rt_task_is_cancelled", WRITES, false},
    [BI_SENDER_CLOSE]          = {"rt_sender_release", WRITES, false},
    /* Functions of the array's type: the name is what follows A_. */
    [BI_ARRAY_PUSH]            = {"push", WRITES, false},
    [BI_ARRAY_POP]             = {"pop", READS | WRITES | FAILS, true},
    [BI_ARRAY_FIRST]           = {"first", READS | FAILS, true},
    [BI_ARRAY_LAST]            = {"last", READS | FAILS, true},
    [BI_ARRAY_INSERT_AT]       = {"insert_at", WRITES | FAILS, true},
    [BI_ARRAY_REMOVE_AT]       = {"remove_at", READS | WRITES | FAILS, true},
    [BI_ARRAY_SLICE]           = {"slice", READS, false},
    [BI_ARRAY_REVERSE]         = {"reverse", WRITES, false},
    [BI_ARRAY_CLEAR]           = {"clear", WRITES, false},
    [BI_ARRAY_INDEX_OF]        = {"index_of", READS, false},
    [BI_ARRAY_CONTAINS]        = {"index_of", READS, false},
    /* Functions of the map's or set's type. */
    [BI_MAP_CONTAINS]          = {"contains", READS, false},
    [BI_MAP_INSERT]            = {"insert", WRITES, false},
    [BI_MAP_REMOVE]            = {"remove", WRITES, false},
    [BI_MAP_KEYS]              = {"keys", READS, false},
    [BI_MAP_VALUES]            = {"values", READS, false},
    [BI_SET_CONTAINS]          = {"contains", READS, false},
    [BI_SET_INSERT]            = {"insert", WRITES, false},
    [BI_SET_REMOVE]            = {"remove", WRITES, false},
    [BI_SET_TO_ARRAY]          = {"to_array", READS, false},
};

static IrExpr *simple_call(Lower *l, const Call *c)
{
    if (c->expr == l->body->push)
        return IR_CALL_OF(IR_WRITES, "RT_FILL", ir_name(l->body->push_to, 0), c->x[1]);
    const Simple *s    = &simple_calls[c->expr->call.callee.builtin];
    TypeKind      of   = c->receiver ? c->receiver->kind : TYPE_VOID;
    const char   *name = s->name;
    if (of == TYPE_ARRAY)
        name = arena_format("%s_%s", c_array(l, c->receiver), s->name);
    else if (of == TYPE_MAP || of == TYPE_SET)
        name = arena_format("%s_%s", c_map(l, c->receiver), s->name);
    IrExpr *call = IR_CALL_OF(s->effects, name, NULL);
    for (int i = 0; i < c->count; i++)
        ir_call_add(call, c->x[i]);
    if (s->place)
        ir_call_add(call, place_of(l, c->expr->call.name.span));
    return call;
}

/* ---- Output ---- */

static IrExpr *print_call(const Call *c)
{
    const char *name = "rt_print_string";
    switch (c->expr->call.args.items[0]->type->kind) {
    case TYPE_INT:   name = "rt_print_int"; break;
    case TYPE_FLOAT: name = "rt_print_float"; break;
    case TYPE_BOOL:  name = "rt_print_bool"; break;
    case TYPE_BYTE:  name = "rt_print_byte"; break;
    default:         break;
    }
    return IR_CALL_OF(IR_WRITES, name, c->x[0]);
}

/* ---- Numbers ---- */

static IrExpr *min_or_max(Lower *l, const Call *c, const char *op)
{
    const char *type = c_type(l, c->expr->type);
    IrExpr     *a    = put_reusable(l, type, c->x[0]);
    IrExpr     *b    = put_reusable(l, type, c->x[1]);
    return ir_cond(ir_binary(op, a, b), a, b);
}

static Outcome int_power(Lower *l, const Call *c)
{
    IrExpr *result = put_variable(l, "int64_t");
    IrExpr *error  = ir_name(temp_name(l, "error"), 0);
    IrExpr *ok     = IR_CALL_OF(IR_WRITES, "rt_pow", c->x[0], c->x[1], ir_unary("&", result));
    IrExpr *raised = IR_CALL_OF(0, "rt_error_with_message", ir_name("RT_MATH_ERROR", 0),
                                ir_name("\"negative exponent in integer pow\"", 0),
                                place_of(l, c->expr->call.name.span));
    put_decl(l, "RtError *", error->name, ir_cond(ok, ir_name("NULL", 0), raised));
    return (Outcome){.value = result, .error = error};
}

/* to_int, to_float: a nullable filled by the runtime. */
static IrExpr *parsed_number(Lower *l, const Call *c, const char *function)
{
    const char *name = temp_name(l, "t");
    IrExpr     *init = ir_braces(NULL), *x = ir_name(name, 0);
    ir_braces_add(init, NULL, ir_int(0));
    ir_braces_add(init, NULL, ir_name("false", 0));
    put_decl(l, c_type(l, c->expr->type), name, init);
    IrExpr *out = ir_unary("&", ir_member(x, "value"));
    put_assign(l, ir_member(x, "some"), IR_CALL_OF(IR_WRITES, function, c->x[0], out));
    return x;
}

/* ---- Tasks and channels ---- */

static IrExpr *put_error(Lower *l, IrExpr *call)
{
    IrExpr *error = ir_name(temp_name(l, "error"), 0);
    put_decl(l, "RtError *", error->name, call);
    return error;
}

/* Receiver and arguments, then the place. */
static IrExpr *waiting_call(Lower *l, const Call *c, const char *function)
{
    IrExpr *call = IR_CALL_OF(IR_WRITES, function, NULL);
    for (int i = 0; i < c->count; i++)
        ir_call_add(call, c->x[i]);
    ir_call_add(call, place_of(l, c->expr->call.name.span));
    return call;
}

/* A task that cannot fail is joined; its result is read where the value is used. */
static Outcome task_get(Lower *l, const Call *c, const char *function)
{
    const Type *result = c->receiver->elem;
    Outcome     o      = {0};
    c->x[0] = put_reusable(l, "RtTask *", c->x[0]);
    if (c->expr->call.callee.may_raise)
        o.error = put_error(l, waiting_call(l, c, function));
    else
        put_eval(l, waiting_call(l, c, "rt_task_join"));
    if (result->kind != TYPE_VOID)
        o.value = uncell(l, result, ir_arrow(c->x[0], "result"));
    return o;
}

static Outcome send(Lower *l, const Call *c, const char *function)
{
    c->x[1] = cell_of(l, c->receiver->elem, c->x[1]);
    return (Outcome){.error = put_error(l, waiting_call(l, c, function))};
}

/* The cell comes behind the receiver. */
static Outcome receive(Lower *l, const Call *c, const char *function)
{
    IrExpr *cell = ir_name(temp_name(l, "cell"), 0);
    put_decl(l, "RtCell", cell->name, NULL);
    IrExpr *call = IR_CALL_OF(IR_WRITES, function, c->x[0], ir_unary("&", cell), NULL);
    for (int i = 1; i < c->count; i++)
        ir_call_add(call, c->x[i]);
    ir_call_add(call, place_of(l, c->expr->call.name.span));
    IrExpr *error = put_error(l, call);
    return (Outcome){.value = uncell(l, c->receiver->elem, cell), .error = error};
}

/* ---- All of them ---- */

static IrExpr *is_zero(IrExpr *x)
{
    return ir_binary("==", x, ir_int(0));
}

/* expect(a).to_equal(b): rt_expect_T(place, a, b). */
static IrExpr *expectation(Lower *l, const Call *c)
{
    static const char *const names[] = {
        [TYPE_INT] = "rt_expect_int", [TYPE_BYTE] = "rt_expect_int",
        [TYPE_FLOAT] = "rt_expect_float", [TYPE_BOOL] = "rt_expect_bool",
        [TYPE_STRING] = "rt_expect_string",
    };
    Builtin     builtin = (Builtin)c->expr->call.callee.builtin;
    const char *name    = builtin == BI_EXPECT_EQUAL  ? names[c->receiver->kind]
                        : builtin == BI_EXPECT_TRUE ? "rt_expect_true"
                                                    : "rt_expect_false";
    IrExpr *call = IR_CALL_OF(IR_FAILS | IR_WRITES, name, place_of(l, c->expr->call.name.span));
    for (int i = 0; i < c->count; i++)
        ir_call_add(call, c->x[i]);
    return call;
}

static IrExpr *infallible(Lower *l, const Call *c)
{
    switch ((Builtin)c->expr->call.callee.builtin) {
    case BI_PRINT:
        return print_call(c);
    case BI_EXPECT:
        return c->x[0];
    case BI_EXPECT_EQUAL: case BI_EXPECT_TRUE: case BI_EXPECT_FALSE:
        return expectation(l, c);
    case BI_MIN_INT: case BI_MIN_FLOAT:
        return min_or_max(l, c, "<");
    case BI_MAX_INT: case BI_MAX_FLOAT:
        return min_or_max(l, c, ">");
    case BI_STRING_LEN: {
        IrExpr *len  = ir_arrow(c->x[0], "len");
        len->effects = c->x[0]->effects;                     /* strings do not change */
        return len;
    }
    case BI_ARRAY_LEN: case BI_BYTES_LEN: case BI_MAP_LEN: case BI_SET_LEN:
        return ir_arrow(c->x[0], "len");
    case BI_STRING_IS_EMPTY: case BI_ARRAY_IS_EMPTY:
        return is_zero(ir_arrow(c->x[0], "len"));
    case BI_STRING_TO_INT:
        return parsed_number(l, c, "rt_string_to_int");
    case BI_STRING_TO_FLOAT:
        return parsed_number(l, c, "rt_string_to_float");
    case BI_STRING_SPLIT:
        return ir_cast(c_type(l, c->expr->type),
                       IR_CALL_OF(0, "rt_string_split", c->x[0], c->x[1]));
    case BI_MAP_KEYS: case BI_MAP_VALUES: case BI_SET_TO_ARRAY:
        return ir_cast(c_type(l, c->expr->type), simple_call(l, c));
    case BI_ARRAY_CONTAINS:
        return ir_binary(">=", simple_call(l, c), ir_int(0));
    default:
        return simple_call(l, c);
    }
}

static Call builtin_operands(Lower *l, Expr *e)
{
    Call   c     = {.expr = e, .count = e->call.args.count};
    Expr **exprs = arena_alloc(sizeof *exprs * (size_t)(c.count + 2));
    int    n     = 0;
    if (e->kind == EXPR_METHOD) {
        c.receiver = e->call.object->type;
        exprs[n++] = e->call.object;
        c.count++;
    }
    for (int i = 0; i < e->call.args.count; i++)
        exprs[n++] = e->call.args.items[i];
    c.x = arena_alloc(sizeof *c.x * (size_t)(c.count + 1));
    put_operands(l, exprs, c.count, c.x);
    return c;
}

Outcome lower_builtin(Lower *l, Expr *call)
{
    Call c = builtin_operands(l, call);
    switch ((Builtin)call->call.callee.builtin) {
    case BI_POW_INT:               return int_power(l, &c);
    case BI_TASK_GET:              return task_get(l, &c, "rt_task_get");
    case BI_TASK_GET_TIMEOUT:      return task_get(l, &c, "rt_task_get_timeout");
    case BI_SENDER_SEND:           return send(l, &c, "rt_chan_send");
    case BI_SENDER_TRY_SEND:       return send(l, &c, "rt_chan_try_send");
    case BI_SENDER_SEND_TIMEOUT:   return send(l, &c, "rt_chan_send_timeout");
    case BI_RECEIVER_RECV:         return receive(l, &c, "rt_chan_recv");
    case BI_RECEIVER_TRY_RECV:     return receive(l, &c, "rt_chan_try_recv");
    case BI_RECEIVER_RECV_TIMEOUT: return receive(l, &c, "rt_chan_recv_timeout");
    default:                       return (Outcome){.value = infallible(l, &c)};
    }
}
