/*
 * lower.c - the whole program: functions, contracts, main.
 */
#include "compiler/lower/lower_internal.h"

#include <string.h>

/* ---- C functions ---- */

IrFunc *func_new(Lower *l, const char *result, const char *name)
{
    IrFunc *f = ARENA_NEW(IrFunc);
    f->result = result;
    f->name   = name;
    f->path   = l->path;
    LIST_ADD(&l->ir->funcs, f);
    return f;
}

IrFunc *helper_new(Lower *l, const char *result, const char *name)
{
    IrFunc *f = func_new(l, result, name);
    f->path   = NULL;
    return f;
}

IrGlobal *global_new(Lower *l, const char *type, const char *name, const char *init)
{
    IrGlobal *g = ARENA_NEW(IrGlobal);
    *g = (IrGlobal){.type = type, .name = name, .init = init, .path = l->path};
    LIST_ADD(&l->ir->globals, g);
    return g;
}

void func_param(IrFunc *f, const char *type, const char *name, bool unused)
{
    IrField param = {type, name};
    LIST_ADD(&f->params, param);
    LIST_ADD(&f->params_unused, unused);
}

void body_begin(Lower *l, Body *body, IrFunc *f)
{
    l->body   = body;
    body->out = f->body = ir_block();
}

/* Variables for what is held, and for the result on its way to leave_. */
static IrBlock *held_variables(Lower *l, const IrFunc *f)
{
    Body *b     = l->body;
    b->out      = ir_block();
    b->line     = 0;
    for (int i = 0; i < b->held.count; i++)
        put_decl(l, b->held.items[i].type, b->held.items[i].name, ir_name("NULL", 0));
    if (strcmp(f->result, "void") != 0 && b->leaves)
        put_decl(l, f->result, "result_", NULL);
    return b->out;
}

/* Every way out leads here; a function without result may also come to its end. */
static void put_leave_label(Lower *l, const IrFunc *f)
{
    Body *b       = l->body;
    bool  is_void = strcmp(f->result, "void") == 0;
    int   last    = b->out->stmts.count - 1;
    if (b->leaves && last >= 0 && b->out->stmts.items[last]->kind == IR_GOTO)
        b->out->stmts.count--;                               /* the label comes next */
    if (b->leaves)
        put(l, IR_LABEL)->label = "leave_";
    else if (!is_void)
        return;
    for (int i = 0; i < b->held.count; i++)
        put_eval(l, IR_CALL_OF(IR_WRITES, b->held.items[i].release,
                               ir_name(b->held.items[i].name, 0)));
    if (!is_void)
        put(l, IR_RETURN)->ret = ir_name("result_", 0);
}

/* In a loop, what stands behind a return may have come before it. */
static void redirect_returns(Lower *l)
{
    Body    *b     = l->body;
    IrBlock *outer = b->out;
    for (int i = 0; i < b->returns.count; i++) {
        IrStmt *s     = b->returns.items[i];
        IrExpr *value = s->ret;
        s->kind       = IR_BLOCK;
        s->block = b->out = ir_block();
        b->line  = s->line;
        if (value)
            put_assign(l, ir_name("result_", 0), value);
        put(l, IR_GOTO)->label = "leave_";
        b->leaves = true;
    }
    b->out = outer;
}

void body_end(Lower *l, IrFunc *f)
{
    Body *b = l->body;
    if (b->held.count == 0)
        return;
    redirect_returns(l);
    put_leave_label(l, f);
    IrBlock *first = held_variables(l, f);
    for (int i = 0; i < f->body->stmts.count; i++)
        LIST_ADD(&first->stmts, f->body->stmts.items[i]);
    f->body = first;
}

/* ---- Contracts ---- */

/* inv_Account(self): fails unless all invariants of the class hold. */
const char *invariant_check(Lower *l, Class *c)
{
    if (c->invariants.count == 0)
        return NULL;
    return arena_format("inv_%s", class_layout(l, c)->name + 2);
}

/* if (!cond) fail(place, of, text) */
static void put_contract(Lower *l, Expr *cond, Name text, const char *fail, const char *of)
{
    IrBlock *outer = enter_block(l, put_if(l, ir_unary("!", lower_expr(l, cond)), true)->if_.then);
    put_eval(l, IR_CALL_OF(IR_FAILS | IR_WRITES, fail, place_of(l, cond->span),
                           ir_name(c_string(of, strlen(of)), 0),
                           ir_name(c_string(text, strlen(text)), 0)));
    enter_block(l, outer);
}

static void lower_invariants(Lower *l, Class *c)
{
    Body        body = {.title = c->name};
    const char *name = invariant_check(l, c);
    if (name == NULL)
        return;
    l->path   = c->decl->span.file->path;
    IrFunc *f = func_new(l, "void", name);
    func_param(f, arena_format("%s *", class_layout(l, c)->name), "self", true);
    body_begin(l, &body, f);
    for (int i = 0; i < c->invariants.count; i++)
        put_contract(l, c->invariants.items[i], c->invariant_texts.items[i], "rt_fail_invariant",
                     c->name);
    body_end(l, f);
}

void put_requires(Lower *l, Func *f)
{
    for (int i = 0; i < f->requires.count; i++)
        put_contract(l, f->requires.items[i].cond, f->requires.items[i].text, "rt_fail_requires",
                     f->owner ? func_title(f) : f->name);
}

/* ---- Functions ---- */

static void lower_func(Lower *l, Func *f)
{
    l->path = f->decl->span.file->path;
    if (f->is_generator)
        lower_generator(l, f);
    else
        lower_plain_func(l, f);
    if (func_is_locking(f))
        lower_locking(l, f);
    for (int i = 0; i < f->closures.count; i++)
        lower_closure_body(l, f, f->closures.items[i]);
}

/* ---- main ---- */

/* self->result.word[0] becomes the exit status. */
static void put_status(Lower *l, const Func *f, IrExpr *value)
{
    IrExpr *word = ir_index(ir_member(ir_arrow(ir_name("self", 0), "result"), "word"), ir_int(0));
    if (f->result->kind == TYPE_INT)
        put_assign(l, word, ir_cast("uint64_t", value));
}

static void put_main_call(Lower *l, Func *main_func)
{
    IrExpr *call = IR_CALL_OF(IR_WRITES, func_name(l, main_func), NULL);
    if (main_func->owner)
        ir_call_add(call, single_of(l, main_func->owner));
    IrExpr *error = ir_arrow(ir_name("self", 0), "error");
    if (main_func->may_raise && main_func->result->kind == TYPE_VOID) {
        put_assign(l, error, call);
    } else if (main_func->may_raise) {
        IrExpr *both = put_temp(l, c_result(l, main_func->result), call);
        put_assign(l, error, ir_member(both, "error"));
        put_status(l, main_func, ir_member(both, "value"));
    } else if (main_func->result->kind == TYPE_INT) {
        put_status(l, main_func, call);
    } else {
        put_eval(l, call);
    }
}

static void lower_start(Lower *l)
{
    Body    body = {.func = l->program->main, .title = "main"};
    IrFunc *f    = func_new(l, "void", "start_main");
    func_param(f, "RtTask *", "self", true);
    body_begin(l, &body, f);
    put_own_kinds(l);
    put_singles(l);
    if (l->program->tests.count > 0)
        put_tests(l);
    else
        put_main_call(l, l->program->main);
    body_end(l, f);
}

static void lower_main(Lower *l)
{
    const Program *p     = l->program;
    const Func    *first = p->tests.count > 0 ? p->tests.items[0].func : p->main;
    lower_app(l);
    lower_start(l);
    const char *counts = count_table(l);
    global_new(l, "const RtProgram", "program",
               arena_format("{.main = {\"main\", %s, start_main}%s%s}",
                            place_braces(first->decl->name.span, "main"),
                            p->never_collects ? ", .never_collects = true" : "", counts));
    Body    body = {.title = "main"};
    IrFunc *f    = func_new(l, "int", "main");
    f->exported  = true;
    func_param(f, "int", "argc", false);
    func_param(f, "char **", "argv", false);
    body_begin(l, &body, f);
    put(l, IR_RETURN)->ret = IR_CALL_OF(IR_WRITES, "rt_main", ir_name("&program", 0),
                                        ir_name("argc", 0), ir_name("argv", 0));
    body_end(l, f);
}

IrProgram *lower(Program *p, Diag *d)
{
    Lower *l      = ARENA_NEW(Lower);
    l->program    = p;
    l->diag       = d;
    l->ir       = ARENA_NEW(IrProgram);
    l->file_names = namemap_new();
    l->strings    = namemap_new();
    l->places     = namemap_new();
    for (int i = 0; i < p->funcs.count; i++)
        if (p->funcs.items[i]->body == NULL)
            lower_extern(l, p->funcs.items[i]);
    for (int i = 0; i < p->classes.count; i++)
        lower_invariants(l, p->classes.items[i]);
    for (int i = 0; i < p->funcs.count; i++)
        if (p->funcs.items[i]->body)
            lower_func(l, p->funcs.items[i]);
    l->body = &(Body){.title = "tables"};                    /* of none of the functions above */
    l->path = NULL;
    lower_trait_tables(l);
    lower_equalities(l);
    lower_main(l);
    return l->ir;
}
