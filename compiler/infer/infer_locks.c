/*
 * infer_locks.c - which injected objects need a lock (concurrency 9).
 *
 * The main thread of control is a context, and so is each spawn expression. A class of which one
 * object is shared is synchronized when some of its methods are reachable from two contexts. A
 * spawn that may run more than once - in a loop, in a closure, anywhere but in the body of main -
 * counts as two.
 *
 * Reachability errs towards a lock: a call through a trait reaches every implementation, the call
 * of a function value everything a function with a closure of that type does, and a closure belongs
 * to the function it is written in.
 *
 * A task that has a lock for reading cannot take it for writing: it would wait for itself. So a
 * `self` method from which a `mut self` method of its class can be reached locks as that one does.
 */
#include "compiler/infer/infer_internal.h"

#include "compiler/base/hash.h"
#include "compiler/base/namemap.h"

typedef struct Site { Func *target; bool repeats; } Site;

typedef struct FuncNode {
    LIST(Func *) calls;
    LIST(Site)   spawns;
    LIST(Func *) callers;                 /* only after find_callers */
} FuncNode;

/* Functions that hold a closure of some type. */
typedef struct Makers {
    Type          *type;
    LIST(Func *)   funcs;
    UT_hash_handle hh;                    /* by type */
} Makers;

typedef struct Context { Func *root; bool repeats; } Context;

typedef struct LockWalk {
    Walk      walk;
    Program  *program;
    FuncNode *nodes;                      /* by Func.number */
    Makers   *makers;
    Func     *func;                       /* whose body is walked */
    int       inside;                     /* loops and closures around */
    LIST(Context) contexts;
    int      *reached;                    /* by Func.number: the last context that did, from 1 */
    int      *user;                       /* by Class.number: the first context that did; 0: none */
} LockWalk;

/* ---- The graph ---- */

static Makers *makers_of(LockWalk *w, Type *type)
{
    Makers *known;

    HASH_FIND_PTR(w->makers, &type, known);
    if (!known) {
        known = ARENA_NEW(Makers);
        known->type = type;
        HASH_ADD_PTR(w->makers, type, known);
    }
    return known;
}

static void find_makers(LockWalk *w)
{
    for (int i = 0; i < w->program->funcs.count; i++) {
        Func *func = w->program->funcs.items[i];
        for (int j = 0; j < func->closures.count; j++)
            LIST_ADD(&makers_of(w, func->closures.items[j]->type)->funcs, func);
    }
}

/* Calls visit for every function that the call may run. */
static void for_targets(LockWalk *w, const Callee *c, void (*visit)(LockWalk *w, Func *target))
{
    if (c->kind == CALL_FUNC) {
        visit(w, c->func);
    } else if (c->kind == CALL_TRAIT) {
        Name name = c->trait->methods.items[c->trait_method].name;
        for (int i = 0; i < c->trait->implementors.count; i++) {
            const Class *cls = c->trait->implementors.items[i];
            visit(w, cls->methods.items[namemap_find(cls->method_index, name)]);
        }
    } else if (c->kind == CALL_CLOSURE) {
        Type         *type   = c->closure->type;
        const Makers *makers = makers_of(w, type->kind == TYPE_NULLABLE ? type->elem : type);
        for (int i = 0; i < makers->funcs.count; i++)
            visit(w, makers->funcs.items[i]);
    }
}

static void add_call(LockWalk *w, Func *target)
{
    LIST_ADD(&w->nodes[w->func->number].calls, target);
}

static void add_spawn(LockWalk *w, Func *target)
{
    Site site = { target, w->inside > 0 || w->func != w->program->main };
    LIST_ADD(&w->nodes[w->func->number].spawns, site);
}

static bool lock_expr(Walk *walk, Expr *e)
{
    LockWalk *w = (LockWalk *)walk;

    if (e->kind == EXPR_SPAWN) {
        for_targets(w, &e->spawn.call->call.callee, add_spawn);
        walk_expr_children(walk, e->spawn.call);
        return false;
    }
    if (is_call(e))
        for_targets(w, &e->call.callee, add_call);
    if (e->kind != EXPR_CLOSURE)
        return true;
    w->inside++;
    walk_expr_children(walk, e);
    w->inside--;
    return false;
}

static Block *loop_body(const Stmt *s)
{
    return s->kind == STMT_WHILE ? s->while_.body
         : s->kind == STMT_LOOP  ? s->loop.body
         : s->kind == STMT_FOR   ? s->for_.body : NULL;
}

static bool lock_stmt(Walk *walk, Stmt *s)
{
    LockWalk *w = (LockWalk *)walk;

    if (!loop_body(s))
        return true;
    w->inside++;
    if (s->kind == STMT_WHILE)
        walk_expr(walk, s->while_.cond);
    if (s->kind == STMT_FOR)
        walk_expr(walk, s->for_.iterable);
    walk_block(walk, loop_body(s));
    w->inside--;
    return false;
}

static void build(LockWalk *w)
{
    find_makers(w);
    for (int i = 0; i < w->program->funcs.count; i++) {
        w->func = w->program->funcs.items[i];
        walk_block(&w->walk, w->func->body);
    }
}

/* ---- Contexts ---- */

/* Without a method that takes the lock alone, taking it keeps nobody out. */
static bool has_writer(const Class *cls)
{
    for (int i = 0; i < cls->methods.count; i++)
        if (cls->methods.items[i]->decl->receiver == RECV_MUT_SELF)
            return true;
    return false;
}

static void use_class(LockWalk *w, Class *cls, int context)
{
    if (!cls || !cls->is_single || cls->app || cls->synchronized || !has_writer(cls))
        return;
    int *user = &w->user[cls->number];
    if ((*user != 0 && *user != context) || w->contexts.items[context - 1].repeats)
        cls->synchronized = true;
    *user = context;
}

/* Marks what the context reaches; finds further contexts on the way. */
static void reach(LockWalk *w, Func *root, int context)
{
    LIST(Func *) work = { 0 };

    LIST_ADD(&work, root);
    while (work.count > 0) {
        Func *func = work.items[--work.count];
        if (w->reached[func->number] == context)
            continue;
        bool first = w->reached[func->number] == 0;
        w->reached[func->number] = context;
        use_class(w, func->owner, context);
        const FuncNode *node = &w->nodes[func->number];
        for (int i = 0; i < node->calls.count; i++)
            LIST_ADD(&work, node->calls.items[i]);
        for (int i = 0; first && i < node->spawns.count; i++) {
            Context found = { node->spawns.items[i].target, node->spawns.items[i].repeats };
            LIST_ADD(&w->contexts, found);
        }
    }
}

/* ---- Who locks to write ---- */

static void find_callers(LockWalk *w)
{
    for (int i = 0; i < w->program->funcs.count; i++) {
        const FuncNode *node = &w->nodes[i];
        for (int j = 0; j < node->calls.count; j++)
            LIST_ADD(&w->nodes[node->calls.items[j]->number].callers, w->program->funcs.items[i]);
    }
}

/* Marks what a writer of the class may be called from; methods of the class among it are writers,
 * too. */
static void mark_writers(LockWalk *w, const Class *cls, int mark)
{
    LIST(Func *) work = { 0 };

    for (int i = 0; i < cls->methods.count; i++)
        if (cls->methods.items[i]->decl->receiver == RECV_MUT_SELF)
            LIST_ADD(&work, cls->methods.items[i]);
    while (work.count > 0) {
        Func *func = work.items[--work.count];
        if (w->reached[func->number] == mark)
            continue;
        w->reached[func->number] = mark;
        func->locks_to_write |= func->owner == cls;
        const FuncNode *node = &w->nodes[func->number];
        for (int i = 0; i < node->callers.count; i++)
            LIST_ADD(&work, node->callers.items[i]);
    }
}

static void find_writers(LockWalk *w)
{
    int mark = w->contexts.count;

    find_callers(w);
    for (int i = 0; i < w->program->singles.count; i++)
        if (w->program->singles.items[i]->synchronized)
            mark_writers(w, w->program->singles.items[i], ++mark);
}

/* ---- All of it ---- */

static bool has_shared_objects(const Program *p)
{
    for (int i = 0; i < p->singles.count; i++)
        if (!p->singles.items[i]->app)
            return true;
    return false;
}

void infer_locks(Program *p)
{
    LockWalk w = { .walk = { lock_expr, lock_stmt }, .program = p };

    if (!p->main || p->tests.count > 0 || !has_shared_objects(p))
        return;                           /* the tasks of tests never run at the same time */
    w.nodes   = arena_alloc((size_t)(p->funcs.count + 1) * sizeof *w.nodes);
    w.reached = arena_alloc((size_t)(p->funcs.count + 1) * sizeof *w.reached);
    w.user    = arena_alloc((size_t)(p->classes.count + 1) * sizeof *w.user);
    build(&w);
    Context main_context = { p->main, false };
    LIST_ADD(&w.contexts, main_context);
    for (int i = 0; i < w.contexts.count; i++)
        reach(&w, w.contexts.items[i].root, i + 1);
    find_writers(&w);
}
