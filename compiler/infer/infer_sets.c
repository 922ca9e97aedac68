/*
 * infer_sets.c - the errors that may leave each function, and each method of a trait.
 *
 * A function's set holds what its raise statements name, what its select statements wait for and,
 * for every call with `!`, the callee's set; a trait method's those of its implementations. Sets
 * only grow, and what depends on a set is looked at again when that set grew, so each edge of the
 * graph is followed at most once per kind of error.
 */
#include "compiler/infer/infer_internal.h"

/* waits: of a task; with any other error TaskCancelled may come. */
typedef struct Dependent { int node; bool waits; } Dependent;

typedef struct SetNode {
    ErrorSet *errors;
    LIST(Dependent) dependents;           /* their sets include this one */
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

static void add_dependent(SetsWalk *w, int on, int node, bool waits)
{
    Dependent dependent = { node, waits };
    LIST_ADD(&w->nodes[on].dependents, dependent);
}

/* The function that is walked raises this, too. */
static void add_raises(SetsWalk *w, const Raises *raises)
{
    for (int i = ERR_PREDECLARED_COUNT - 1; i >= 0; i--)
        if (raises->kinds >> i & 1)
            error_set_add(&w->func->errors, i);
    if (raises->func)
        add_dependent(w, raises->func->number, w->func->number, raises->waits);
    if (raises->method)
        add_dependent(w, method_node(w, raises->method), w->func->number, false);
    if (raises->any)
        add_all(w);
}

static bool collect_expr(Walk *walk, Expr *e)
{
    if (e->kind == EXPR_PROPAGATE && is_call(e->propagate.call)) {
        Raises raises = call_raises(e->propagate.call);
        add_raises((SetsWalk *)walk, &raises);
    }
    return true;
}

static void collect_select(SetsWalk *w, const Stmt *s)
{
    Raises waiting = select_raises(s);

    add_raises(w, &waiting);
    for (int i = 0; i < s->select.arms.count; i++) {
        Raises raises = arm_raises(&s->select.arms.items[i]);
        add_raises(w, &raises);
    }
}

static bool collect_stmt(Walk *walk, Stmt *s)
{
    SetsWalk *w = (SetsWalk *)walk;
    if (s->kind == STMT_RAISE)
        error_set_add(&w->func->errors, s->raise.def->number);
    if (s->kind == STMT_SELECT)
        collect_select(w, s);
    return true;
}

static void add_implementation(void *data, TraitMethod *method, Func *func)
{
    SetsWalk *w    = data;
    int       node = method_node(w, method);

    w->nodes[node].errors = &method->errors;
    add_dependent(w, func->number, node, false);
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
        if (!is_left_out(w->program, w->func))
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
        const Dependent *to     = &node->dependents.items[i];
        ErrorSet        *errors = w->nodes[to->node].errors;
        bool             added  = error_set_join(errors, node->errors);
        if (to->waits && !error_set_is_empty(node->errors)) {
            added |= !error_set_has(errors, ERR_TASK_CANCELLED);
            error_set_add(errors, ERR_TASK_CANCELLED);
        }
        if (added)
            add_work(w, to->node);
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
