/*
 * check_narrow.c - which nullable variables are known to hold a value (decisions A6).
 *
 * Local.narrowed holds at the place that is being checked. A branch applies what its condition
 * proves and takes it back at its end; what it assigned stays un-narrowed behind it if it goes on.
 * Loops: a variable that the loop assigns anywhere may be none again at its head, so it is not
 * narrowed from outside. Because no name is visible twice, the assignments to a variable inside a
 * loop are the assignments to its name between the loop's first and last byte; one walk over the
 * body of the function collects them, the first time a loop asks. Which variables closures capture
 * is found in the same way, because it counts before the closure, too.
 */
#include "compiler/check/check_internal.h"
#include "compiler/check/walk.h"

/* ---- Facts ---- */

static void add_facts(Check *c, NarrowFacts *facts, const Expr *cond, bool outcome);

static bool is_none(const Expr *e)
{
    return e->kind == EXPR_NONE;
}

static bool is_captured(Check *c, const Local *local);

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
    bool nullable = known_type(local->symbol->type)->kind == TYPE_NULLABLE;
    return nullable && !is_captured(c, local) ? local : NULL;
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

/* Undoes the changes since mark. The log holds real changes only, so a local that was narrowed
 * before a change was not so after it: the branch assigned it. */
void narrow_end_one(Check *c, int mark, bool leaves, NarrowFacts *assigned)
{
    while (c->narrow_log.count > mark) {
        NarrowChange *change = &c->narrow_log.items[--c->narrow_log.count];
        if (change->before && !leaves)
            LIST_ADD(assigned, change->local);
        change->local->narrowed = change->before;
    }
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
    NarrowFacts assigned = { 0 };
    narrow_end_one(c, mark, leaves, &assigned);
    narrow_forget(c, &assigned);
}

/* ---- Places of names ---- */

/* Where something is done to a name: an offset in the file, and the level of the frame there. */
typedef struct NamePlace { uint32_t at; int level; } NamePlace;

struct NamePlaces {
    Name            name;
    LIST(NamePlace) places;               /* ascending */
    UT_hash_handle  hh;
};

static void add_place(NamePlaces **names, Ident name, int level)
{
    NamePlaces *known;
    NamePlace   place = { name.span.start, level };

    HASH_FIND_PTR(*names, &name.name, known);
    if (!known) {
        known = ARENA_NEW(NamePlaces);
        known->name = name.name;
        HASH_ADD_PTR(*names, name, known);
    }
    LIST_ADD(&known->places, place);
}

/* Is there a place from start to before end whose level is above that one? */
static bool has_place(const NamePlaces *names, Name name, uint32_t start, uint32_t end, int level)
{
    NamePlaces *known;
    HASH_FIND_PTR(names, &name, known);
    int low = 0, high = known ? known->places.count : 0;

    while (low < high) {                  /* the first one that is not before start */
        int middle = (low + high) / 2;
        if (known->places.items[middle].at < start)
            low = middle + 1;
        else
            high = middle;
    }
    for (; known && low < known->places.count && known->places.items[low].at < end; low++)
        if (known->places.items[low].level > level)
            return true;
    return false;
}

typedef struct NameWalk { Walk walk; NamePlaces *names; int level; } NameWalk;

/* ---- Captures ---- */

static bool collect_mention(Walk *walk, Expr *e)
{
    NameWalk *w = (NameWalk *)walk;

    if (e->kind == EXPR_CLOSURE) {
        w->level++;
        walk_expr_children(walk, e);
        w->level--;
        return false;
    }
    if (w->level > 0 && e->kind == EXPR_NAME)
        add_place(&w->names, e->name.ident, w->level);
    if (w->level > 0 && e->kind == EXPR_CALL)
        add_place(&w->names, e->call.name, w->level);
    return true;
}

static void find_mentions(Check *c)
{
    NameWalk w = { .walk = { .expr = collect_mention } };

    walk_block(&w.walk, c->func->body);
    c->captured = w.names;
    c->captured_known = true;
}

/* Does a closure in the local's scope mention it? No other variable there has its name. */
static bool is_captured(Check *c, const Local *local)
{
    bool     param = local->symbol->kind == SYM_PARAM && local->level == 0;
    uint32_t start = param ? 0 : local->symbol->span.start;
    uint32_t end   = local->end ? local->end : UINT32_MAX;

    if (!c->captured_known)
        find_mentions(c);
    return has_place(c->captured, local->name, start, end, local->level);
}

/* ---- Loops ---- */

static bool collect_assignment(Walk *walk, Stmt *s)
{
    NameWalk *w = (NameWalk *)walk;
    const Expr *target = s->kind == STMT_ASSIGN    ? s->assign.target
                       : s->kind == STMT_INCREMENT ? s->increment.target : NULL;

    if (target && target->kind == EXPR_NAME)
        add_place(&w->names, target->name.ident, 0);
    return true;
}

static void find_assignments(Check *c)
{
    NameWalk w = { .walk = { .stmt = collect_assignment } };
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
        if (local->narrowed && has_place(c->assigned, local->name, loop.start, loop.end, -1))
            set_narrowed(c, local, false);
    }
}
