/*
 * lower_extern.c - extern functions.
 *
 * The linker supplies x_NAME. Where C sees values in another form, or the call may block, calls go
 * through call_NAME, which takes the values of the program and the place of the call:
 *
 *     static int64_t call_f(const RtString *s, const RtPlace *at_)
 *     {
 *         const char *t1_ = rt_to_cstring(s, "f", 1, at_);
 *         int t2_ = x_f(t1_);
 *         return t2_;
 *     }
 *
 * One that may block puts what C gets into a struct instead. A thread of the pool runs run_f, which
 * makes the call with a copy of that struct and leaves the result there. The struct itself keeps
 * heap objects alive.
 */
#include "compiler/lower/lower_internal.h"

#include <string.h>

static bool is_wrapped(const Func *f)
{
    bool wrapped = f->decl->is_blocking || f->result_form != FOREIGN_SAME;
    for (int i = 0; i < f->forms.count; i++)
        wrapped |= f->forms.items[i] != FOREIGN_SAME;
    return wrapped;
}

void add_hidden_args(Lower *l, IrExpr *call, const Func *f, Span span)
{
    if (f->is_extern && is_wrapped(f))
        ir_call_add(call, place_of(l, span));
}

/* ---- Forms ---- */

static const char *form_type(Lower *l, const Type *t, ForeignForm form)
{
    switch (form) {
    case FOREIGN_INT:     return "int";
    case FOREIGN_STRING:  return "const char *";
    case FOREIGN_POINTER:
    case FOREIGN_BYTES:   return "void *";
    case FOREIGN_SAME:    break;
    }
    return c_type(l, t);
}

static IrExpr *own_name(const Func *f)
{
    return ir_name(c_string(f->name, strlen(f->name)), 0);
}

/* Argument i as C sees it. */
static IrExpr *to_form(const Func *f, int i)
{
    IrExpr *x = ir_name(local_name(f->params.items[i]), 0), *at = ir_name("at_", 0);
    switch (f->forms.items[i]) {
    case FOREIGN_INT:
        return IR_CALL_OF(IR_FAILS | IR_WRITES, "rt_to_cint", x, own_name(f), ir_int(i + 1), at);
    case FOREIGN_STRING:
        return IR_CALL_OF(IR_FAILS | IR_WRITES, "rt_to_cstring", x, own_name(f), ir_int(i + 1), at);
    case FOREIGN_BYTES:
        return IR_CALL_OF(0, "rt_to_cbytes", x);
    case FOREIGN_POINTER: case FOREIGN_SAME:
        break;
    }
    return x;
}

/* The result that C gave, as the program sees it. */
static IrExpr *from_form(Lower *l, const Func *f, IrExpr *x)
{
    bool is_pointer = f->result_form == FOREIGN_STRING || f->result_form == FOREIGN_POINTER;
    if (is_pointer && f->result->kind != TYPE_NULLABLE) {
        x = put_reusable(l, form_type(l, f->result, f->result_form), x);
        put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, "rt_check_not_null", x, own_name(f),
                               ir_name("at_", 0)));
    }
    if (f->result_form != FOREIGN_STRING)
        return x;
    return IR_CALL_OF(IR_WRITES, f->decl->is_blocking ? "rt_take_cstring" : "rt_from_cstring", x);
}

/* ---- Calls that may block ---- */

static const char *arg_member(int i)
{
    return arena_format("arg%d", i + 1);
}

static void args_struct(Lower *l, const Func *f, const char *name)
{
    IrStruct *s = ARENA_NEW(IrStruct);
    s->name     = name;
    for (int i = 0; i < f->params.count; i++)
        struct_add(s, form_type(l, f->params.items[i]->type, f->forms.items[i]), arg_member(i));
    if (f->result->kind != TYPE_VOID)
        struct_add(s, form_type(l, f->result, f->result_form), "result");
    if (s->fields.count == 0)
        struct_add(s, "char", "unused");
    LIST_ADD(&l->ir->structs, s);
}

/* What the pool's thread does. C may reuse the text it returns as soon as the thread is free, so
 * that is copied at once. */
static void run_function(Lower *l, const Func *f, const char *name, const char *args,
                         const char *target)
{
    Body    body = {.title = f->name};
    IrFunc *c    = func_new(l, "void", name);
    func_param(c, "void *", "arg_", true);
    body_begin(l, &body, c);
    IrExpr *a    = put_temp(l, arena_format("%s *", args), ir_name("arg_", 0));
    IrExpr *call = IR_CALL_OF(IR_WRITES, target, NULL);
    for (int i = 0; i < f->params.count; i++)
        ir_call_add(call, ir_arrow(a, arg_member(i)));
    if (f->result_form == FOREIGN_STRING)
        call = IR_CALL_OF(IR_WRITES, "rt_keep_cstring", call);
    if (f->result->kind == TYPE_VOID)
        put_eval(l, call);
    else
        put_assign(l, ir_arrow(a, "result"), call);
    body_end(l, c);
}

static IrExpr *put_blocking_call(Lower *l, const Func *f, const char *args, const char *run)
{
    IrExpr *init = ir_braces(NULL);
    for (int i = 0; i < f->params.count; i++) {
        const char *type = form_type(l, f->params.items[i]->type, f->forms.items[i]);
        ir_braces_add(init, arg_member(i), put_temp(l, type, to_form(f, i)));
    }
    if (f->params.count == 0)
        ir_braces_add(init, NULL, ir_int(0));
    put_decl(l, args, "args_", init);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_blocking_copied", ir_name(run, 0), ir_name("&args_", 0),
                           ir_name("sizeof args_", 0), ir_name("at_", 0)));
    return ir_member(ir_name("args_", IR_READS_LOCAL), "result");
}

/* ---- Calls ---- */

static IrExpr *put_plain_call(Lower *l, const Func *f, const char *target)
{
    IrExpr **values = arena_alloc(sizeof *values * (size_t)(f->params.count + 1));
    for (int i = 0; i < f->params.count; i++)
        values[i] = put_temp(l, form_type(l, f->params.items[i]->type, f->forms.items[i]),
                             to_form(f, i));
    IrExpr *call = IR_CALL_OF(IR_WRITES, target, NULL);
    for (int i = 0; i < f->params.count; i++)
        ir_call_add(call, values[i]);
    if (f->result->kind != TYPE_VOID)
        return put_temp(l, form_type(l, f->result, f->result_form), call);
    put_eval(l, call);
    return NULL;
}

static void lower_wrapper(Lower *l, Func *f, const char *target)
{
    Body        body = {.title = f->name};
    const char *run  = NULL, *args = NULL;
    if (f->decl->is_blocking) {
        run  = file_name(l, arena_format("run_%s", f->name));
        args = file_name(l, arena_format("args_%s", f->name));
        args_struct(l, f, args);
        run_function(l, f, run, args, target);
    }
    f->lowered = (void *)file_name(l, arena_format("call_%s", f->name));
    IrFunc *c  = func_new(l, c_type(l, f->result), f->lowered);
    for (int i = 0; i < f->params.count; i++)
        func_param(c, c_type(l, f->params.items[i]->type), local_name(f->params.items[i]), false);
    func_param(c, "const RtPlace *", "at_", true);
    body_begin(l, &body, c);
    IrExpr *result = run ? put_blocking_call(l, f, args, run) : put_plain_call(l, f, target);
    if (f->result->kind != TYPE_VOID) {
        IrExpr *own            = from_form(l, f, result);    /* may put statements */
        put(l, IR_RETURN)->ret = own;
    }
    body_end(l, c);
}

/* The C name is ours, so it cannot meet a declaration of C's headers. */
void lower_extern(Lower *l, Func *f)
{
    const char *target = file_name(l, arena_format("x_%s", f->name));
    l->path            = f->decl->span.file->path;
    IrFunc     *c      = func_new(l, form_type(l, f->result, f->result_form), target);
    c->symbol          = f->name;
    f->lowered         = (void *)target;
    for (int i = 0; i < f->params.count; i++) {
        Symbol *s = f->params.items[i];
        func_param(c, form_type(l, s->type, f->forms.items[i]), local_name(s), false);
    }
    if (is_wrapped(f))
        lower_wrapper(l, f, target);
}
