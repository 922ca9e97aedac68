/*
 * infer_check.c - every fallible call has a handler, and no other call has one.
 */
#include "compiler/infer/infer_internal.h"

typedef struct CheckWalk {
    Walk     walk;
    Program *program;
    Diag    *diag;
    bool     in_spawn_args;               /* and not in a closure there */
} CheckWalk;

/* ---- What is reported ---- */

static const char *kind_of_call(const Expr *call)
{
    return call->kind == EXPR_METHOD ? "method" : "function";
}

static bool is_fallible_call(const Expr *call)
{
    Raises raises = call_raises(call);
    return is_fallible(&raises);
}

/* Not said while sets may lack what left-out instances raise. */
static bool is_needless(const CheckWalk *w, const Expr *call)
{
    return !is_fallible_call(call) && !w->program->instances_failed;
}

/* Says where a fallible call's errors come from. */
static void note_origin(CheckWalk *w, const Expr *call)
{
    Raises raises = call_raises(call);

    if (raises.func && raises.func->fallible)
        diag_note(w->diag, raises.func->decl->name.span, "'%s' can fail", raises.func->name);
    else if (raises.method)
        diag_note(w->diag, raises.method->decl->name.span,
                  "an implementation of '%s' can fail", raises.method->name);
    else if (raises.any)
        diag_help(w->diag, "nothing is known here about where the task was spawned");
}

static void report_unhandled(CheckWalk *w, const Expr *call)
{
    diag_error(w->diag, DIAG_TYPE, call->span,
               "call to fallible %s '%s' must be handled with ! or catch", kind_of_call(call),
               call->call.name.name);
    note_origin(w, call);
}

static void note_infallible(CheckWalk *w, const Expr *call)
{
    if (call->call.callee.kind == CALL_FUNC)
        diag_note(w->diag, call->call.callee.func->decl->name.span, "'%s' raises no error",
                  call->call.name.name);
}

static void check_propagate(CheckWalk *w, const Expr *e)
{
    const Expr *call = e->propagate.call;

    if (w->in_spawn_args) {
        diag_error(w->diag, DIAG_TYPE, e->span, "error propagation (!) is not allowed in spawn "
                   "arguments; evaluate before spawn");
    } else if (!is_call(call)) {
        diag_error(w->diag, DIAG_TYPE, e->span, "'!' can only be applied to function calls");
    } else if (is_needless(w, call)) {
        diag_error(w->diag, DIAG_TYPE, e->span, "'!' applied to infallible %s '%s'",
                   kind_of_call(call), call->call.name.name);
        note_infallible(w, call);
    }
}

/* ---- Handlers ---- */

/* TaskCancelled does not have to be covered: whoever waits may be cancelled, and an error that
 * means "stop" passes on without being mentioned (infer_flow.c). */
static void check_coverage(CheckWalk *w, const Expr *e)
{
    const Expr *call   = e->catch_.call;
    Raises      raises = call_raises(call);

    if (catches_all(e))
        return;
    for (int i = 0; i < w->program->errors.count; i++) {
        if (i == ERR_TASK_CANCELLED || !may_raise_kind(&raises, i) || has_handler_for(e, i))
            continue;
        diag_error(w->diag, DIAG_TYPE, call->span, "no catch handler covers error '%s' of '%s'",
                   w->program->errors.items[i]->name, call->call.name.name);
        diag_help(w->diag, "add a handler for it, or one for every error: catch e { ... }");
        return;
    }
}

static void check_catch(CheckWalk *w, const Expr *e)
{
    const Expr *call = e->catch_.call;

    if (!is_call(call)) {
        diag_error(w->diag, DIAG_TYPE, e->span, "catch can only be applied to function calls");
    } else if (is_needless(w, call)) {
        diag_error(w->diag, DIAG_TYPE, e->span, "catch applied to infallible %s '%s'",
                   kind_of_call(call), call->call.name.name);
        note_infallible(w, call);
    } else {
        check_coverage(w, e);
    }
}

/* ---- The walk ---- */

/* The call that `!`, catch or spawn belongs to: only what is inside needs handlers of its own. */
static void walk_handled(CheckWalk *w, Expr *call)
{
    if (is_call(call))
        walk_expr_children(&w->walk, call);
    else
        walk_expr(&w->walk, call);
}

static void walk_within(CheckWalk *w, Expr *e, bool in_spawn_args)
{
    bool outer = w->in_spawn_args;

    w->in_spawn_args = in_spawn_args;
    if (e->kind == EXPR_SPAWN)
        walk_handled(w, e->spawn.call);
    else
        walk_expr_children(&w->walk, e);
    w->in_spawn_args = outer;
}

static void walk_catch(CheckWalk *w, Expr *e)
{
    check_catch(w, e);
    walk_handled(w, e->catch_.call);
    for (int i = 0; i < e->catch_.handlers.count; i++)
        walk_handler(&w->walk, &e->catch_.handlers.items[i]);
}

static bool check_expr_node(Walk *walk, Expr *e)
{
    CheckWalk *w = (CheckWalk *)walk;

    if (e->kind == EXPR_PROPAGATE) {
        check_propagate(w, e);
        walk_handled(w, e->propagate.call);
    } else if (e->kind == EXPR_CATCH) {
        walk_catch(w, e);
    } else if (e->kind == EXPR_SPAWN || e->kind == EXPR_CLOSURE) {
        walk_within(w, e, e->kind == EXPR_SPAWN);
    } else {
        if (is_call(e) && is_fallible_call(e))
            report_unhandled(w, e);
        return true;
    }
    return false;
}

void infer_check(Program *p, Diag *d)
{
    CheckWalk w = { .walk = { .expr = check_expr_node }, .program = p, .diag = d };
    for (int i = 0; i < p->funcs.count; i++)
        if (!is_left_out(p, p->funcs.items[i]))
            walk_block(&w.walk, p->funcs.items[i]->body);
}
