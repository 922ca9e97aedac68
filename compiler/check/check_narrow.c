/*
 * check_narrow.c - which nullable variables are known to hold a value (decisions A6).
 *
 * Local.narrowed holds at the place that is being checked. A branch applies what its condition
 * proves and takes it back at its end; what it assigned stays un-narrowed behind it if it goes on.
 * Loops: a variable that the loop assigns anywhere may be none again at its head, so it is not
 * narrowed from outside. Because no name is visible twice, the assignments to a variable inside a
 * loop are the assignments to its name between the loop's first and last byte; one walk over the
 * body of the function collects them, the first time a loop asks.
 */
#include "compiler/check/check_internal.h"
#include "compiler/check/walk.h"

/* ---- Facts ---- */

static void add_facts(Check *c, NarrowFacts *facts, const Expr *cond, bool outcome);

static bool is_none(const Expr *e)
{
    return e->kind == EXPR_NONE;
}

/* The local that e names, if it can be narrowed. */
static Local *narrowable(Check *c, const Expr *e)
{
    if (e->kind == EXPR_NARROWED)
        e = e->convert.operand;
    if (e->kind != EXPR_NAME)
        return NULL;
    Local *local = find_local(c, e->name.ident.name);
    if (!local || local->level != c->frame->level)
        return NULL;
    return known_type(local->symbol->type)->kind == TYPE_NULLABLE ? local : NULL;
}

static void add_comparison(Check *c, NarrowFacts *facts, const Expr *e, bool outcome)
{
    bool  proves = (e->binary.op == OP_NE) == outcome;
    Local *local = is_none(e->binary.right) ? narrowable(c, e->binary.left)
                 : is_none(e->binary.left)  ? narrowable(c, e->binary.right) : NULL;
    if (proves && local)
        LIST_ADD(facts, local);
}

static void add_binary(Check *c, NarrowFacts *facts, const Expr *e, bool outcome)
{
    BinaryOp op = e->binary.op;

    if (op == OP_EQ || op == OP_NE)
        add_comparison(c, facts, e, outcome);
    if (op == (outcome ? OP_AND : OP_OR)) {
        add_facts(c, facts, e->binary.left, outcome);
        add_facts(c, facts, e->binary.right, outcome);
    }
}

static void add_facts(Check *c, NarrowFacts *facts, const Expr *cond, bool outcome)
{
    if (cond->kind == EXPR_UNARY && cond->unary.op == OP_NOT)
        add_facts(c, facts, cond->unary.operand, !outcome);
    else if (cond->kind == EXPR_BINARY)
        add_binary(c, facts, cond, outcome);
}

NarrowFacts narrow_facts(Check *c, const Expr *cond, bool outcome)
{
    NarrowFacts facts = { 0 };
    add_facts(c, &facts, cond, outcome);
    return facts;
}

bool is_narrowed(Check *c, const Local *local)
{
    return local->narrowed && local->level == c->frame->level;
}

/* ---- Branches ---- */

int narrow_mark(const Check *c)
{
    return c->narrow_log.count;
}

static void set_narrowed(Check *c, Local *local, bool narrowed)
{
    NarrowChange change = { local, local->narrowed };
    if (local->narrowed == narrowed)
        return;
    local->narrowed = narrowed;
    LIST_ADD(&c->narrow_log, change);
}

void narrow_apply(Check *c, const NarrowFacts *facts)
{
    for (int i = 0; i < facts->count; i++)
        set_narrowed(c, facts->items[i], true);
}

void narrow_assigned(Check *c, Local *local)
{
    if (local->narrowed)
        set_narrowed(c, local, false);
}

/* Undoes the changes since mark; returns the locals that stopped being narrowed among them: the log
 * holds real changes only, so what was narrowed before a change was not so after it. */
NarrowFacts narrow_undo(Check *c, int mark)
{
    NarrowFacts assigned = { 0 };

    while (c->narrow_log.count > mark) {
        NarrowChange *change = &c->narrow_log.items[--c->narrow_log.count];
        if (change->before)
            LIST_ADD(&assigned, change->local);
        change->local->narrowed = change->before;
    }
    return assigned;
}

NarrowFacts narrow_remaining(const NarrowFacts *facts)
{
    NarrowFacts remaining = { 0 };
    for (int i = 0; i < facts->count; i++)
        if (facts->items[i]->narrowed)
            LIST_ADD(&remaining, facts->items[i]);
    return remaining;
}

void narrow_forget(Check *c, const NarrowFacts *assigned)
{
    for (int i = 0; i < assigned->count; i++)
        narrow_assigned(c, assigned->items[i]);
}

void narrow_end(Check *c, int mark, bool leaves)
{
    NarrowFacts assigned = narrow_undo(c, mark);
    if (!leaves)
        narrow_forget(c, &assigned);
}

/* ---- Loops ---- */

struct AssignedName {
    Name           name;
    LIST(uint32_t) at;                    /* offsets in the file, ascending */
    UT_hash_handle hh;
};

typedef struct AssignWalk { Walk walk; AssignedName *names; } AssignWalk;

static void add_assignment(AssignedName **names, const Expr *target)
{
    AssignedName *known;

    if (target->kind != EXPR_NAME)
        return;
    HASH_FIND_PTR(*names, &target->name.ident.name, known);
    if (!known) {
        known = ARENA_NEW(AssignedName);
        known->name = target->name.ident.name;
        HASH_ADD_PTR(*names, name, known);
    }
    LIST_ADD(&known->at, target->span.start);
}

static bool collect_assignment(Walk *walk, Stmt *s)
{
    AssignWalk *w = (AssignWalk *)walk;

    if (s->kind == STMT_ASSIGN)
        add_assignment(&w->names, s->assign.target);
    if (s->kind == STMT_INCREMENT)
        add_assignment(&w->names, s->increment.target);
    return true;
}

static bool is_assigned_within(const Check *c, Name name, Span span)
{
    AssignedName *known;
    HASH_FIND_PTR(c->assigned, &name, known);
    int low = 0, high = known ? known->at.count : 0;

    while (low < high) {                  /* the first offset that is not before the span */
        int middle = (low + high) / 2;
        if (known->at.items[middle] < span.start)
            low = middle + 1;
        else
            high = middle;
    }
    return known && low < known->at.count && known->at.items[low] < span.end;
}

static void find_assignments(Check *c)
{
    AssignWalk w = { .walk = { .stmt = collect_assignment } };
    walk_block(&w.walk, c->func->body);
    c->assigned = w.names;
}

void narrow_enter_loop(Check *c, Span loop)
{
    int changes = c->narrow_log.count;

    if (changes > 0 && !c->assigned)
        find_assignments(c);
    for (int i = 0; i < changes; i++) {
        Local *local = c->narrow_log.items[i].local;
        if (local->narrowed && is_assigned_within(c, local->name, loop))
            set_narrowed(c, local, false);
    }
}
