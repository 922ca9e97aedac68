/*
 * infer.c - error sets as bit vectors, and the three steps.
 */
#include "compiler/infer/infer_internal.h"

#include "compiler/base/namemap.h"

/* ---- Error sets ---- */

enum { WORD_BITS = 64 };

bool error_set_has(const ErrorSet *set, int number)
{
    int word = number / WORD_BITS;
    return word < set->word_count && (set->words[word] >> (number % WORD_BITS) & 1);
}

/* Most functions raise nothing, so a set is as long as its last kind needs. */
static void grow_set(ErrorSet *set, int words)
{
    if (words <= set->word_count)
        return;
    uint64_t *grown = arena_alloc((size_t)words * sizeof *grown);
    for (int i = 0; i < set->word_count; i++)
        grown[i] = set->words[i];
    *set = (ErrorSet){ grown, words };
}

void error_set_add(ErrorSet *set, int number)
{
    grow_set(set, number / WORD_BITS + 1);
    set->words[number / WORD_BITS] |= (uint64_t)1 << (number % WORD_BITS);
}

bool error_set_join(ErrorSet *set, const ErrorSet *other)
{
    bool added = false;

    grow_set(set, other->word_count);
    for (int i = 0; i < other->word_count; i++) {
        added |= (other->words[i] & ~set->words[i]) != 0;
        set->words[i] |= other->words[i];
    }
    return added;
}

bool error_set_is_empty(const ErrorSet *set)
{
    for (int i = 0; i < set->word_count; i++)
        if (set->words[i])
            return false;
    return true;
}

/* ---- Traits ---- */

static void number_trait_methods(Program *p)
{
    int number = 0;
    for (int i = 0; i < p->traits.count; i++)
        for (int j = 0; j < p->traits.items[i]->methods.count; j++)
            p->traits.items[i]->methods.items[j].number = number++;
}

int count_trait_methods(const Program *p)
{
    int count = 0;
    for (int i = 0; i < p->traits.count; i++)
        count += p->traits.items[i]->methods.count;
    return count;
}

static void visit_class(TraitDef *trait, const Class *cls, void *data,
                        void (*visit)(void *data, TraitMethod *method, Func *func))
{
    for (int i = 0; i < trait->methods.count; i++) {
        TraitMethod *method = &trait->methods.items[i];
        visit(data, method, cls->methods.items[namemap_find(cls->method_index, method->name)]);
    }
}

void for_implementations(Program *p, void *data,
                         void (*visit)(void *data, TraitMethod *method, Func *func))
{
    for (int i = 0; i < p->traits.count; i++) {
        TraitDef *trait = p->traits.items[i];
        for (int j = 0; j < trait->implementors.count; j++)
            if (!p->instances_failed || !trait->implementors.items[j]->generic)
                visit_class(trait, trait->implementors.items[j], data, visit);
    }
}

/* ---- Calls ---- */

bool is_call(const Expr *e)
{
    return e->kind == EXPR_CALL || e->kind == EXPR_METHOD || e->kind == EXPR_STATIC_CALL;
}

/* ---- What they raise ---- */

enum {
    MATH      = 1 << ERR_MATH,
    CLOSED    = 1 << ERR_CHANNEL_CLOSED,
    FULL      = 1 << ERR_CHANNEL_FULL,
    EMPTY     = 1 << ERR_CHANNEL_EMPTY,
    CANCELLED = 1 << ERR_TASK_CANCELLED,
    TIMEOUT   = 1 << ERR_TIMEOUT,
};

/* The errors of a generator end its stream. */
static Raises func_raises(Func *func)
{
    return (Raises){ .func = func->is_generator ? NULL : func };
}

static Raises method_raises(const Callee *callee)
{
    return (Raises){ .method = &callee->trait->methods.items[callee->trait_method] };
}

/* Waiting for a task. The variable it is in may tell the function it was spawned with. */
static Raises task_raises(const Expr *task)
{
    Func *origin = task->kind == EXPR_NAME ? task->name.symbol->task_origin : NULL;

    if (!origin)
        return (Raises){ .any = true };
    Raises raises = func_raises(origin);
    raises.waits = true;
    return raises;
}

static Raises task_raises_in_time(const Expr *task)
{
    Raises raises = task_raises(task);
    raises.kinds = CANCELLED | TIMEOUT;
    return raises;
}

static Raises builtin_raises(const Expr *call)
{
    switch (call->call.callee.builtin) {
    case BI_TASK_GET:
        return task_raises(call->call.object);
    case BI_TASK_GET_TIMEOUT:
        return task_raises_in_time(call->call.object);
    case BI_POW_INT:
        return (Raises){ .kinds = MATH };
    case BI_SENDER_SEND:
    case BI_RECEIVER_RECV:
        return (Raises){ .kinds = CLOSED | CANCELLED };
    case BI_SENDER_SEND_TIMEOUT:
    case BI_RECEIVER_RECV_TIMEOUT:
        return (Raises){ .kinds = CLOSED | CANCELLED | TIMEOUT };
    case BI_SENDER_TRY_SEND:
        return (Raises){ .kinds = CLOSED | FULL };
    case BI_RECEIVER_TRY_RECV:
        return (Raises){ .kinds = CLOSED | EMPTY };
    default:                              /* the many that raise nothing */
        return (Raises){ .kinds = 0 };
    }
}

Raises call_raises(const Expr *call)
{
    switch (call->call.callee.kind) {
    case CALL_FUNC:
        return func_raises(call->call.callee.func);
    case CALL_BUILTIN:
        return builtin_raises(call);
    case CALL_TRAIT:
        return method_raises(&call->call.callee);
    case CALL_NONE: case CALL_CLOSURE:
        break;
    }
    return (Raises){ .kinds = 0 };
}

Raises select_raises(const Stmt *select)
{
    for (int i = 0; i < select->select.arms.count; i++)
        if (select->select.arms.items[i].kind == ARM_DEFAULT)
            return (Raises){ .kinds = 0 };
    return (Raises){ .kinds = CLOSED | CANCELLED };
}

Raises arm_raises(const SelectArm *arm)
{
    return arm->kind == ARM_GET ? task_raises(arm->subject) : (Raises){ .kinds = 0 };
}

bool is_fallible(const Raises *r)
{
    return r->kinds != 0 || r->any || (r->func && r->func->fallible)
        || (r->method && !error_set_is_empty(&r->method->errors));
}

bool may_raise_kind(const Raises *r, int number)
{
    bool listed  = number < ERR_PREDECLARED_COUNT && (r->kinds >> number & 1);
    bool by_task = r->waits && number == ERR_TASK_CANCELLED && r->func && r->func->fallible;

    return listed || by_task || r->any
        || (r->func && error_set_has(&r->func->errors, number))
        || (r->method && error_set_has(&r->method->errors, number));
}

bool is_left_out(const Program *p, const Func *func)
{
    return p->instances_failed && func->is_instance;
}

/* ---- Handlers ---- */

bool catches_all(const Expr *e)
{
    for (int i = 0; i < e->catch_.handlers.count; i++)
        if (e->catch_.handlers.items[i].kind != CATCH_TYPED)
            return true;
    return false;
}

bool has_handler_for(const Expr *e, int number)
{
    for (int i = 0; i < e->catch_.handlers.count; i++) {
        const ErrorDef *def = e->catch_.handlers.items[i].error_def;
        if (def && def->number == number)
            return true;
    }
    return false;
}

/* ---- The steps ---- */

void infer(Program *p, Diag *d)
{
    number_trait_methods(p);
    infer_sets(p);
    infer_check(p, d);
    if (diag_errors(d) > 0 || p->instances_failed)
        return;
    infer_flow(p);
    infer_locks(p);
}
