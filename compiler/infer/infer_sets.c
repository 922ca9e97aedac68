/*
 * infer_sets.c - the errors that may leave each function, and each method of a trait.
 *
 * A function's set holds what its raise statements name and, for every call with `!`, the callee's
 * set; a trait method's those of its implementations. Sets only grow, and what depends on a set is
 * looked at again when that set grew, so each edge of the graph is followed at most once per kind
 * of error.
 */
#include "compiler/infer/infer_internal.h"

typedef struct SetNode {
    ErrorSet *errors;
    LIST(int) dependents;                 /* their sets include this one */
    bool      waiting;                    /* in the work list */
} SetNode;

typedef struct SetsWalk {
    Walk     walk;
    Program *program;
    Func    *func;                        /* whose body is walked */
    SetNode *nodes;                       /* functions by number, then trait methods by theirs */
    int      count;
    LIST(int) work;
} SetsWalk;

static int method_node(const SetsWalk *w, const TraitMethod *method)
{
    return w->program->funcs.count + method->number;
}

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
        LIST_ADD(&w->nodes[raises.func->number].dependents, w->func->number);
        break;
    case RAISES_AS_METHOD:
        LIST_ADD(&w->nodes[method_node(w, raises.method)].dependents, w->func->number);
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

static void add_implementation(void *data, TraitMethod *method, Func *func)
{
    SetsWalk *w    = data;
    int       node = method_node(w, method);

    w->nodes[node].errors = &method->errors;
    LIST_ADD(&w->nodes[func->number].dependents, node);
}

static void collect(SetsWalk *w)
{
    static ErrorSet nothing;              /* of a method that no class has */

    for (int i = 0; i < w->count; i++)
        w->nodes[i].errors = i < w->program->funcs.count ? &w->program->funcs.items[i]->errors
                                                         : &nothing;
    for_implementations(w->program, w, add_implementation);
    for (int i = 0; i < w->program->funcs.count; i++) {
        w->func = w->program->funcs.items[i];
        walk_block(&w->walk, w->func->body);
    }
}

/* ---- Growing ---- */

static void add_work(SetsWalk *w, int node)
{
    if (w->nodes[node].waiting)
        return;
    w->nodes[node].waiting = true;
    LIST_ADD(&w->work, node);
}

static void grow_dependents(SetsWalk *w, const SetNode *node)
{
    for (int i = 0; i < node->dependents.count; i++) {
        int dependent = node->dependents.items[i];
        if (error_set_join(w->nodes[dependent].errors, node->errors))
            add_work(w, dependent);
    }
}

static void grow_sets(SetsWalk *w)
{
    for (int i = 0; i < w->count; i++)
        add_work(w, i);
    while (w->work.count > 0) {
        int node = w->work.items[--w->work.count];
        w->nodes[node].waiting = false;
        grow_dependents(w, &w->nodes[node]);
    }
}

void infer_sets(Program *p)
{
    SetsWalk w = { .walk = { collect_expr, collect_stmt }, .program = p,
                   .count = p->funcs.count + count_trait_methods(p) };

    w.nodes = arena_alloc((size_t)(w.count + 1) * sizeof *w.nodes);
    collect(&w);
    grow_sets(&w);
    for (int i = 0; i < p->funcs.count; i++) {
        Func *func = p->funcs.items[i];
        func->fallible = !func->is_generator && !error_set_is_empty(&func->errors);
    }
}
