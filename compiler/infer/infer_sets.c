/*
 * infer_sets.c - the errors that may leave each function.
 *
 * A function's set holds what its raise statements name and, for every call with `!`, the callee's
 * set. Sets only grow, and a function is looked at again when the set of one it calls with `!`
 * grew, so each edge of that graph is followed at most once per kind of error.
 */
#include "compiler/infer/infer_internal.h"

typedef LIST(Func *) FuncList;

typedef struct SetsWalk {
    Walk     walk;
    Program *program;
    Func    *func;                        /* whose body is walked */
    FuncList *callers;                    /* by Func.number: who calls it with `!` */
} SetsWalk;

/* ---- Collecting ---- */

static void add_all(SetsWalk *w)
{
    for (int i = 0; i < w->program->errors.count; i++)
        error_set_add(&w->func->errors, i);
}

static void add_propagated(SetsWalk *w, const Expr *call)
{
    Raises raises = call_raises(call);

    switch (raises.kind) {
    case RAISES_NOTHING:
        break;
    case RAISES_TWO:
        error_set_add(&w->func->errors, raises.two);
        error_set_add(&w->func->errors, raises.one);
        break;
    case RAISES_ONE:
        error_set_add(&w->func->errors, raises.one);
        break;
    case RAISES_AS_FUNC:
        LIST_ADD(&w->callers[raises.func->number], w->func);
        break;
    case RAISES_ANY:
        add_all(w);
        break;
    }
}

static bool collect_expr(Walk *walk, Expr *e)
{
    if (e->kind == EXPR_PROPAGATE && is_call(e->propagate.call))
        add_propagated((SetsWalk *)walk, e->propagate.call);
    return true;
}

static bool collect_stmt(Walk *walk, Stmt *s)
{
    SetsWalk *w = (SetsWalk *)walk;
    if (s->kind == STMT_RAISE)
        error_set_add(&w->func->errors, s->raise.def->number);
    return true;
}

/* ---- Growing ---- */

static void grow_callers(const SetsWalk *w, Func *func, FuncList *work, bool *waiting)
{
    FuncList *callers = &w->callers[func->number];

    for (int i = 0; i < callers->count; i++) {
        Func *caller = callers->items[i];
        if (!error_set_join(&caller->errors, &func->errors) || waiting[caller->number])
            continue;
        waiting[caller->number] = true;
        LIST_ADD(work, caller);
    }
}

static void grow_sets(const SetsWalk *w)
{
    FuncList work    = { 0 };
    bool    *waiting = arena_alloc((size_t)w->program->funcs.count + 1);

    for (int i = 0; i < w->program->funcs.count; i++) {
        LIST_ADD(&work, w->program->funcs.items[i]);
        waiting[i] = true;
    }
    while (work.count > 0) {
        Func *func = work.items[--work.count];
        waiting[func->number] = false;
        grow_callers(w, func, &work, waiting);
    }
}

static bool is_empty(const ErrorSet *set)
{
    for (int i = 0; i < set->word_count; i++)
        if (set->words[i])
            return false;
    return true;
}

void infer_sets(Program *p)
{
    size_t   size = (size_t)(p->funcs.count + 1) * sizeof(FuncList);
    SetsWalk w = { .walk = { collect_expr, collect_stmt }, .program = p,
                   .callers = arena_alloc(size) };

    for (int i = 0; i < p->funcs.count; i++) {
        w.func = p->funcs.items[i];
        walk_block(&w.walk, w.func->body);
    }
    grow_sets(&w);
    for (int i = 0; i < p->funcs.count; i++)
        p->funcs.items[i]->fallible = !is_empty(&p->funcs.items[i]->errors);
}
