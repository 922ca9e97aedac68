/*
 * lower_error.c - raise, catch, and the fields of caught errors.
 */
#include "compiler/lower/lower_internal.h"

#include <string.h>

/* ---- Kinds ---- */

static const char *predeclared_kind(const ErrorDef *d)
{
    static const struct { const char *name, *kind; } table[] = {
        {"MathError", "rt_kinds[RT_MATH_ERROR]"},
        {"ChannelClosed", "rt_kinds[RT_CHANNEL_CLOSED]"},
        {"ChannelFull", "rt_kinds[RT_CHANNEL_FULL]"},
        {"ChannelEmpty", "rt_kinds[RT_CHANNEL_EMPTY]"},
        {"TaskCancelled", "rt_kinds[RT_TASK_CANCELLED]"},
        {"NetworkError", "rt_kinds[RT_NETWORK_ERROR]"},
        {"TimeoutError", "rt_kinds[RT_TIMEOUT_ERROR]"},
        {"ServiceUnavailable", "rt_kinds[RT_SERVICE_UNAVAILABLE]"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, d->name) == 0)
            return table[i].kind;
    return NULL;
}

static IrExpr *kind_of(Lower *l, ErrorDef *d)
{
    const char *name = error_layout(l, d)->name;
    const char *kind = d->predeclared ? predeclared_kind(d) : NULL;
    return ir_name(kind ? kind : arena_format("&kind_%s", name + 2), 0);
}

/* Can the runtime, which knows only its own layout of this predeclared kind, fill objects of d? */
static bool layout_fits(const ErrorDef *d)
{
    if (d->fields.count != 1)
        return false;
    const Field *f = &d->fields.items[0];
    if (strcmp(d->name, "TimeoutError") == 0)
        return f->type->kind == TYPE_INT;
    return f->type->kind == TYPE_STRING;
}

void put_own_kinds(Lower *l)
{
    for (int i = 0; i < l->program->errors.count; i++) {
        ErrorDef   *d    = l->program->errors.items[i];
        const char *kind = d->predeclared ? NULL : predeclared_kind(d);
        if (kind && layout_fits(d))
            put_assign(l, ir_name(kind, 0), kind_of(l, d));
    }
}

/* ---- raise ---- */

void lower_raise(Lower *l, Stmt *s)
{
    ErrorDef *d      = s->raise.def;
    int       count  = s->raise.fields.count;
    Layout   *layout = error_layout(l, d);
    Expr    **exprs  = arena_alloc(sizeof *exprs * (size_t)(count + 1));
    IrExpr  **values = arena_alloc(sizeof *values * (size_t)(count + 1));
    for (int i = 0; i < count; i++)
        exprs[i] = s->raise.fields.items[i].value;
    put_operands(l, exprs, count, values);
    const char *type = arena_format("%s *", layout->name);
    IrExpr     *size = ir_name(arena_format("sizeof(%s)", layout->name), 0);
    IrExpr     *new  = IR_CALL_OF(0, "rt_error_new", kind_of(l, d), size,
                                  ir_int(layout->pointers), place_of(l, s->span));
    IrExpr *error = put_temp(l, type, ir_cast(type, new));
    for (int i = 0; i < count; i++) {
        int index = s->raise.fields.items[i].index;
        put_assign(l, ir_arrow(error, layout->members[index]), values[i]);
    }
    put_return_error(l, ir_cast("RtError *", error));        /* its first member */
}

/* ---- catch ---- */

/* The error as the handler's variable sees it. */
static void bind_error(Lower *l, CatchHandler *h, IrExpr *error)
{
    const char *type = c_type(l, h->symbol->type);
    if (h->symbol->type->kind == TYPE_CAUGHT_KIND)
        error = ir_cast(type, error);
    put_decl(l, type, local_name(h->symbol), error);
    IrStmt *decl      = l->body->out->stmts.items[l->body->out->stmts.count - 1];
    decl->decl.unused = !h->symbol->read;
}

static void handler_value(Lower *l, CatchHandler *h, IrExpr *target, const Type *type)
{
    if (h->kind != CATCH_VALUE) {
        lower_block_value(l, h->block, target, type);
        return;
    }
    IrExpr *x = lower_expr(l, h->value);
    if (target)
        put_assign(l, target, converted(l, x, h->value->type, type));
    else if (x)
        put_eval(l, x);
}

/* The handlers from i on, as a chain of ifs. */
static void put_handlers(Lower *l, Expr *e, int i, IrExpr *error, IrExpr *target)
{
    if (i == e->catch_.handlers.count) {
        put_escape(l, error, e->span);
        return;
    }
    CatchHandler *h = &e->catch_.handlers.items[i];
    if (h->kind != CATCH_TYPED) {
        if (h->kind == CATCH_ANY)
            bind_error(l, h, error);
        handler_value(l, h, target, e->type);
        return;
    }
    IrStmt  *s     = put_if(l, ir_binary("==", ir_arrow(error, "kind"), kind_of(l, h->error_def)),
                            false);
    IrBlock *outer = enter_block(l, s->if_.then);
    bind_error(l, h, error);
    handler_value(l, h, target, e->type);
    s->if_.otherwise = ir_block();
    enter_block(l, s->if_.otherwise);
    put_handlers(l, e, i + 1, error, target);
    enter_block(l, outer);
}

IrExpr *lower_catch(Lower *l, Expr *e)
{
    bool    is_void = e->type->kind == TYPE_VOID;
    Outcome o       = lower_call(l, e->catch_.call);
    if (o.error == NULL)
        return o.value;
    IrExpr  *target = is_void ? NULL : put_variable(l, c_type(l, e->type));
    IrStmt  *s      = put_if(l, ir_binary("!=", o.error, ir_name("NULL", 0)), true);
    IrBlock *outer  = enter_block(l, s->if_.then);
    put_handlers(l, e, 0, o.error, target);
    if (target) {
        s->if_.otherwise = ir_block();
        enter_block(l, s->if_.otherwise);
        put_assign(l, target, converted(l, o.value, e->catch_.call->type, e->type));
    }
    enter_block(l, outer);
    return target;
}

/* ---- Caught errors ---- */

IrExpr *lower_error_field(Lower *l, Expr *e)
{
    const Type *t = e->field.object->type;
    IrExpr     *x = lower_expr(l, e->field.object);
    if (t->kind == TYPE_CAUGHT)
        return IR_CALL_OF(IR_READS_HEAP, "rt_error_message", x);
    return ir_arrow(x, error_layout(l, t->error_def)->members[e->field.index]);
}
