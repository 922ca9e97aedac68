/*
 * check_task.c - spawn and the making of channels (concurrency 2, 5, 7.1).
 */
#include "compiler/check/check_internal.h"

/* ---- spawn ---- */

static bool is_spawnable(Check *c, const Expr *call)
{
    CallKind kind = call->call.callee.kind;
    Ident    name = call->call.name;

    if (kind != CALL_CLOSURE && kind != CALL_BUILTIN)
        return true;
    diag_error(c->diag, DIAG_TYPE, name.span,
               "cannot spawn %s'%s': only functions and methods of the program can be spawned",
               kind == CALL_BUILTIN ? "built-in " : "", name.name);
    diag_help(c->diag, "write a function that makes the call, and spawn that");
    return false;
}

Type *check_spawn(Check *c, Expr *e)
{
    Expr *call = e->spawn.call;
    Type *type = check_expr(c, call);

    if (!is_spawnable(c, call) || type == type_bad)
        return set_bad(e);
    return set_type(c, e, type_task(type));
}

Func *spawned_func(const Expr *e)
{
    if (e->kind != EXPR_SPAWN || e->spawn.call->call.callee.kind != CALL_FUNC)
        return NULL;
    return e->spawn.call->call.callee.func;
}

/* ---- Channels ---- */

static void check_capacity(Check *c, Expr *cap)
{
    Type *type = check_value(c, cap);
    if (same_type(c, type, type_int, cap->span))
        return;
    diag_error(c->diag, DIAG_TYPE, cap->span, "channel capacity must be int, found %s",
               type_name(type));
    label_type(c, cap);
}

static void add_channel(Check *c, Symbol *tx)
{
    if (c->frame->closure)
        LIST_ADD(&c->frame->closure->closure.channels, tx);
    else
        LIST_ADD(&c->func->channels, tx);
}

void check_let_chan(Check *c, Stmt *s)
{
    Type *elem = resolve_value_type(&c->resolver, s->let_chan.elem);
    bool  good = elem != type_bad;

    if (s->let_chan.cap)
        check_capacity(c, s->let_chan.cap);
    s->let_chan.elem_type = elem;
    s->let_chan.tx_symbol = declare_let(c, SYM_CHAN, s->let_chan.tx,
                                        good ? type_sender(elem) : type_bad);
    s->let_chan.rx_symbol = declare_let(c, SYM_CHAN, s->let_chan.rx,
                                        good ? type_receiver(elem) : type_bad);
    add_channel(c, s->let_chan.tx_symbol);
}
