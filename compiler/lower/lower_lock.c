/*
 * lower_lock.c - methods of synchronized classes, as they are called from outside.
 *
 * For m_Counter_add there is l_Counter_add, which takes the class's lock, calls the method and
 * drops the lock whatever comes back: value or error. Calls of a method on self, from a method that has
 * the lock, go to m_Counter_add. A closure may run later, so calls in it take the lock.
 */
#include "compiler/lower/lower_internal.h"

static const char *lock_of(Lower *l, Class *c)
{
    Layout *layout = class_layout(l, c);
    if (layout->lock == NULL) {
        layout->lock = file_name(l, arena_format("lock_%s", layout->name + 2));
        global_new(l, "RtRwLock *", layout->lock, NULL)->path = NULL;
    }
    return layout->lock;
}

void put_locks(Lower *l)
{
    for (int i = 0; i < l->program->singles.count; i++) {
        Class *c = l->program->singles.items[i];
        if (c->synchronized)
            put_assign(l, ir_name(lock_of(l, c), 0), IR_CALL_OF(0, "rt_rwlock_new", NULL));
    }
}

static const char *locking_name(Lower *l, Func *f)
{
    return arena_format("l_%s", func_name(l, f) + 2);
}

const char *called_name(Lower *l, Func *f, const Expr *object)
{
    bool held = object && object->kind == EXPR_SELF && l->body->closure == NULL;
    if (!func_is_locking(f) || held)
        return func_name(l, f);
    return locking_name(l, f);
}

bool func_is_locking(const Func *f)
{
    return f->owner && f->owner->synchronized && f->decl->receiver != RECV_NONE;
}

static IrExpr *method_call(Lower *l, Func *f)
{
    IrExpr *call = IR_CALL_OF(IR_WRITES, func_name(l, f), NULL);
    for (int i = 0; i < f->params.count; i++)
        ir_call_add(call, ir_name(local_name(f->params.items[i]), 0));
    return call;
}

void lower_locking(Lower *l, Func *f)
{
    const char *lock   = lock_of(l, f->owner), *way = f->locks_to_write ? "write" : "read";
    const char *result = f->may_raise ? c_result(l, f->result) : c_type(l, f->result);
    Body        body   = {.func = f}, *outer = l->body;
    IrFunc     *c      = func_new(l, result, locking_name(l, f));
    IrExpr     *value  = NULL;
    for (int i = 0; i < f->params.count; i++)
        func_param(c, c_type(l, f->params.items[i]->type), local_name(f->params.items[i]), false);
    body_begin(l, &body, c);
    put_eval(l, IR_CALL_OF(IR_WRITES, arena_format("rt_rwlock_%s", way), ir_name(lock, 0),
                           place_of(l, f->decl->name.span)));
    if (f->result->kind == TYPE_VOID && !f->may_raise)
        put_eval(l, method_call(l, f));
    else
        value = put_temp(l, result, method_call(l, f));
    put_eval(l, IR_CALL_OF(IR_WRITES, arena_format("rt_rwlock_unlock_%s", way), ir_name(lock, 0)));
    if (value)
        put(l, IR_RETURN)->ret = value;
    body_end(l, c);
    l->body = outer;
}
