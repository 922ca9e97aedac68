/*
 * infer_flow.c - what the generated code must know beyond the language's error sets.
 *
 * An error may leave a closure's body and then leaves the function that called the closure, without
 * any `!` (language 16.6). So there is a second graph, of bodies (functions and closures) and
 * function types, whose nodes leak if an error that no error set mentions may come out of them:
 *
 *     closure body leaks    if it raises, propagates or selects    (it starts the flow)
 *     body leaks            if TaskCancelled may come out of a call whose handlers leave it out
 *     function type leaks   if a closure of that type does
 *     trait method leaks    if an implementation does
 *     body leaks            if it calls a value of a type that leaks, or a function that leaks,
 *                           unless all errors of the call are caught there
 *
 * A function's own raise is in its error set, so it does not leak; may_raise is either.
 */
#include "compiler/base/hash.h"
#include "compiler/infer/infer_internal.h"

typedef struct Node Node;
struct Node {
    bool         leaks;
    LIST(Node *) dependents;              /* leak if this one does */
};

typedef struct TypeNode {
    Type          *type;
    Node           node;
    UT_hash_handle hh;                    /* by type */
} TypeNode;

typedef struct FlowWalk {
    Walk      walk;
    Program  *program;
    Node     *funcs;                      /* by Func.number */
    Node     *methods;                    /* by TraitMethod.number */
    TypeNode *types;
    LIST(Node *) work;                    /* leak, and their dependents do not know it */
    Func     *func;                       /* whose body is walked */
    Node     *body;                       /* of func, or of a closure in it */
    bool      in_closure;
    bool      caught;                     /* the call that comes next has a handler for all */
} FlowWalk;

/* ---- The graph of leaks ---- */

static Node *type_node(FlowWalk *w, Type *type)
{
    TypeNode *known;

    HASH_FIND_PTR(w->types, &type, known);
    if (!known) {
        known = ARENA_NEW(TypeNode);
        known->type = type;
        HASH_ADD_PTR(w->types, type, known);
    }
    return &known->node;
}

static void set_leaks(FlowWalk *w, Node *node)
{
    if (node->leaks)
        return;
    node->leaks = true;
    LIST_ADD(&w->work, node);
}

static void add_edge(FlowWalk *w, Node *from, Node *to)
{
    LIST_ADD(&from->dependents, to);
    if (from->leaks)
        set_leaks(w, to);
}

static void spread(FlowWalk *w)
{
    while (w->work.count > 0) {
        Node *node = w->work.items[--w->work.count];
        for (int i = 0; i < node->dependents.count; i++)
            set_leaks(w, node->dependents.items[i]);
    }
}

/* Where an error of the call that the language does not count would come from; NULL: nowhere. */
static Node *call_node(FlowWalk *w, const Expr *call)
{
    Raises raises = call_raises(call);

    if (call->call.callee.kind == CALL_CLOSURE)
        return type_node(w, call->call.callee.closure->type);
    if (raises.method)
        return &w->methods[raises.method->number];
    return raises.func ? &w->funcs[raises.func->number] : NULL;
}

static void walk_closure(FlowWalk *w, Expr *e)
{
    Node *outer = w->body;
    bool  outer_in_closure = w->in_closure;

    w->body = ARENA_NEW(Node);
    w->in_closure = true;
    add_edge(w, w->body, type_node(w, e->type));
    walk_expr_children(&w->walk, e);
    w->body = outer;
    w->in_closure = outer_in_closure;
}

/* What is cancelled stops: no chain has to mention it. */
static bool leaves_out_cancellation(const Expr *e)
{
    Raises raises = call_raises(e->catch_.call);
    return !catches_all(e) && !has_handler_for(e, ERR_TASK_CANCELLED)
        && may_raise_kind(&raises, ERR_TASK_CANCELLED);
}

static void walk_catch(FlowWalk *w, Expr *e)
{
    if (leaves_out_cancellation(e))
        set_leaks(w, w->body);
    w->caught = catches_all(e);
    walk_expr(&w->walk, e->catch_.call);
    for (int i = 0; i < e->catch_.handlers.count; i++)
        walk_handler(&w->walk, &e->catch_.handlers.items[i]);
}

static void visit_call(FlowWalk *w, Expr *call)
{
    Node *source = call_node(w, call);

    if (call->call.callee.kind == CALL_CLOSURE || call->call.callee.kind == CALL_TRAIT)
        w->func->may_recurse = true;
    if (source && !w->caught)
        add_edge(w, source, w->body);
    w->caught = false;
    walk_expr_children(&w->walk, call);
}

static bool flow_expr(Walk *walk, Expr *e)
{
    FlowWalk *w = (FlowWalk *)walk;

    if (e->kind == EXPR_PROPAGATE && w->in_closure)
        set_leaks(w, w->body);
    if (is_call(e))
        visit_call(w, e);
    else if (e->kind == EXPR_SPAWN)
        walk_expr_children(walk, e->spawn.call);
    else if (e->kind == EXPR_CLOSURE)
        walk_closure(w, e);
    else if (e->kind == EXPR_CATCH)
        walk_catch(w, e);
    else
        return true;
    return false;
}

static void visit_select(FlowWalk *w, const Stmt *s)
{
    Raises raises = select_raises(s);

    if (w->in_closure && is_fallible(&raises))
        set_leaks(w, w->body);
    for (int i = 0; i < s->select.arms.count; i++) {
        raises = arm_raises(&s->select.arms.items[i]);
        if (w->in_closure && is_fallible(&raises))
            set_leaks(w, w->body);
        if (raises.func)
            add_edge(w, &w->funcs[raises.func->number], w->body);
    }
}

static bool flow_stmt(Walk *walk, Stmt *s)
{
    FlowWalk *w = (FlowWalk *)walk;
    if (s->kind == STMT_RAISE && w->in_closure)
        set_leaks(w, w->body);
    if (s->kind == STMT_SELECT)
        visit_select(w, s);
    return true;
}

static void add_implementation(void *data, TraitMethod *method, Func *func)
{
    FlowWalk *w = data;
    add_edge(w, &w->funcs[func->number], &w->methods[method->number]);
}

static void set_method(void *data, TraitMethod *method, Func *func)
{
    FlowWalk *w = data;
    (void)func;
    method->may_raise = w->methods[method->number].leaks || !error_set_is_empty(&method->errors);
}

static void find_leaks(FlowWalk *w)
{
    for_implementations(w->program, w, add_implementation);
    for (int i = 0; i < w->program->funcs.count; i++) {
        w->func = w->program->funcs.items[i];
        w->body = &w->funcs[i];
        walk_block(&w->walk, w->func->body);
    }
    spread(w);
    for (int i = 0; i < w->program->funcs.count; i++) {
        Func *func = w->program->funcs.items[i];
        func->may_raise = !func->is_generator && (func->fallible || w->funcs[i].leaks);
    }
    for_implementations(w->program, w, set_method);
    for (TypeNode *t = w->types; t; t = t->hh.next)
        if (t->node.leaks)
            LIST_ADD(&w->program->raising_fn_types, t->type);
}

bool fn_type_raises(const Program *p, const Type *type)
{
    for (int i = 0; i < p->raising_fn_types.count; i++)
        if (p->raising_fn_types.items[i] == type)
            return true;
    return false;
}

/* ---- Callee.may_raise ---- */

static bool annotate_call(Walk *walk, Expr *e)
{
    FlowWalk *w = (FlowWalk *)walk;

    if (!is_call(e))
        return true;
    Raises raises = call_raises(e);
    if (e->call.callee.kind == CALL_CLOSURE)
        e->call.callee.may_raise = type_node(w, e->call.callee.closure->type)->leaks;
    else
        e->call.callee.may_raise = raises.kinds != 0 || raises.any
                                || (raises.func && raises.func->may_raise)
                                || (raises.method && raises.method->may_raise);
    return true;
}

/* ---- Recursion ---- */

typedef struct CallGraph {
    Walk      walk;
    Func     *func;                       /* whose body is walked */
    struct { LIST(Func *) callers; int calls; } *nodes;     /* by Func.number */
} CallGraph;

/* A spawned call runs on a stack of its own. Calls in a closure count for its function. */
static bool graph_expr(Walk *walk, Expr *e)
{
    CallGraph *g = (CallGraph *)walk;

    if (e->kind == EXPR_SPAWN) {
        walk_expr_children(walk, e->spawn.call);
        return false;
    }
    if (is_call(e) && e->call.callee.kind == CALL_FUNC) {
        LIST_ADD(&g->nodes[e->call.callee.func->number].callers, g->func);
        g->nodes[g->func->number].calls++;
    }
    return true;
}

/* Takes away functions that call nothing that is left. What remains lies on a cycle, or calls one
 * that does. */
static void peel(const Program *p, CallGraph *g, bool *gone)
{
    LIST(int) leaves = { 0 };

    for (int i = 0; i < p->funcs.count; i++)
        if (g->nodes[i].calls == 0)
            LIST_ADD(&leaves, i);
    while (leaves.count > 0) {
        int leaf = leaves.items[--leaves.count];
        gone[leaf] = true;
        for (int i = 0; i < g->nodes[leaf].callers.count; i++) {
            int caller = g->nodes[leaf].callers.items[i]->number;
            if (--g->nodes[caller].calls == 0)
                LIST_ADD(&leaves, caller);
        }
    }
}

static void find_recursion(Program *p)
{
    CallGraph g = { .walk = { .expr = graph_expr } };
    bool *gone  = arena_alloc((size_t)p->funcs.count + 1);

    g.nodes = arena_alloc((size_t)(p->funcs.count + 1) * sizeof *g.nodes);
    for (int i = 0; i < p->funcs.count; i++) {
        g.func = p->funcs.items[i];
        walk_block(&g.walk, g.func->body);
    }
    peel(p, &g, gone);
    for (int i = 0; i < p->funcs.count; i++)
        if (!gone[i])
            p->funcs.items[i]->may_recurse = true;
}

void infer_flow(Program *p)
{
    FlowWalk w = { .walk = { flow_expr, flow_stmt }, .program = p };

    w.funcs   = arena_alloc((size_t)(p->funcs.count + 1) * sizeof(Node));
    w.methods = arena_alloc((size_t)(count_trait_methods(p) + 1) * sizeof(Node));
    find_leaks(&w);
    w.walk = (Walk){ .expr = annotate_call };
    for (int i = 0; i < p->funcs.count; i++)
        walk_block(&w.walk, p->funcs.items[i]->body);
    find_recursion(p);
}
