/*
 * check_inject.c - what bodies see of injection: ambient names and scope blocks (programs 4, 6).
 *
 * A scope block gets a plan that says where each object it needs comes from: from a seed, from the
 * objects made before main, or new. A new one is made once for each execution, or for each place
 * that needs it if its class is transient.
 */
#include "compiler/check/check_internal.h"
#include "compiler/check/inject.h"

/* ---- Ambient names ---- */

bool is_ambient_name(Check *c, Name name)
{
    const Class *owner = c->func->owner;

    if (!owner || !find_local(c, intern_text("self")))
        return false;
    for (int i = 0; i < owner->decl->uses.count; i++)
        if (ambient_name(owner->decl->uses.items[i].name.name) == name)
            return true;
    return false;
}

void ambient_to_field(Expr *e)
{
    Ident name = e->name.ident;
    Expr *self = ARENA_NEW(Expr);

    self->kind = EXPR_SELF;
    self->span = e->span;
    e->kind = EXPR_FIELD;
    e->field.object = self;
    e->field.name   = name;
}

/* ---- Seeds ---- */

static void report_lifecycle(Check *c, const Expr *seed, const Class *cls)
{
    diag_error(c->diag, DIAG_TYPE, seed->span, "scope seed must be a scoped class, but '%s' has "
               "lifecycle 'singleton'; add 'scoped' keyword: scoped class %s { ... }", cls->name,
               cls->name);
    diag_note(c->diag, cls->decl->name.span, "'%s' is declared here", cls->name);
}

static Class *check_seed(Check *c, Expr *seed)
{
    Type *type = check_value(c, seed);

    if (type == type_bad)
        return NULL;
    if (type->kind != TYPE_CLASS) {
        diag_error(c->diag, DIAG_TYPE, seed->span, "scope seed must be a class instance, found %s",
                   type_name(type));
        return NULL;
    }
    if (class_lifecycle(type->cls) == LIFE_DEFAULT) {
        report_lifecycle(c, seed, type->cls);
        return NULL;
    }
    return type->cls;
}

/* ---- The plan ---- */

typedef struct Planner {
    Check     *check;
    ScopePlan *plan;
    Span       at;                        /* of the binding */
} Planner;

static int add_wire(Planner *p, Wire wire)
{
    LIST_ADD(&p->plan->wires, wire);
    return p->plan->wires.count - 1;
}

/* The wire that serves every user of the class, or -1. */
static int find_wire(const Planner *p, const Class *cls)
{
    for (int i = 0; i < p->plan->wires.count; i++) {
        const Wire *wire   = &p->plan->wires.items[i];
        bool        shared = wire->kind != WIRE_NEW || class_lifecycle(cls) != LIFE_TRANSIENT;
        if (wire->cls == cls && shared)
            return i;
    }
    return -1;
}

static void check_seeds(Planner *p, Stmt *s)
{
    for (int i = 0; i < s->scope.seeds.count; i++) {
        Expr  *seed = s->scope.seeds.items[i];
        Class *cls  = check_seed(p->check, seed);
        if (!cls)
            continue;
        if (find_wire(p, cls) >= 0)
            diag_error(p->check->diag, DIAG_TYPE, seed->span,
                       "scope block has two seeds of class '%s'", cls->name);
        else
            add_wire(p, (Wire){ .kind = WIRE_SEED, .cls = cls, .seed = i });
    }
}

static int plan_class(Planner *p, Class *cls);

static int report_fields(Planner *p, const Class *cls)
{
    diag_error(p->check->diag, DIAG_TYPE, p->at, "scoped class '%s' has non-injected fields and "
               "must be provided as a seed; provide it as a seed expression: scope(%s { ... })",
               cls->name, cls->name);
    diag_note(p->check->diag, cls->fields.items[cls->injected].span, "this field has no value");
    return -1;
}

static int plan_new(Planner *p, Class *cls)
{
    Wire wire = { .kind = WIRE_NEW, .cls = cls };

    if (cls->fields.count > cls->injected)
        return report_fields(p, cls);
    wire.fields = arena_alloc((size_t)(cls->injected + 1) * sizeof *wire.fields);
    for (int i = 0; i < cls->injected; i++) {
        wire.fields[i] = plan_class(p, cls->fields.items[i].type->cls);
        if (wire.fields[i] < 0)
            return -1;
    }
    return add_wire(p, wire);
}

/* The place of the wire that gives an object of the class; -1 after an error. */
static int plan_class(Planner *p, Class *cls)
{
    int known = find_wire(p, cls);

    if (known >= 0)
        return known;
    if (class_lifecycle(cls) != LIFE_DEFAULT)
        return plan_new(p, cls);
    if (cls->is_single)
        return add_wire(p, (Wire){ .kind = WIRE_SINGLE, .cls = cls });
    diag_error(p->check->diag, DIAG_TYPE, p->at, "scope block: binding type '%s' is not reachable "
               "from seeds; it is neither scoped nor injected anywhere", cls->name);
    return -1;
}

static void check_binding(Planner *p, ScopeBinding *b)
{
    Type *type = resolve_value_type(&p->check->resolver, b->type);
    int   wire = -1;

    p->at = b->type->span;
    if (type->kind == TYPE_CLASS)
        wire = plan_class(p, type->cls);
    else if (type != type_bad)
        diag_error(p->check->diag, DIAG_TYPE, b->type->span,
                   "scope binding must be a class type, found %s", type_name(type));
    LIST_ADD(&p->plan->bindings, wire);
    b->symbol = ARENA_NEW(Symbol);
    *b->symbol = (Symbol){ .kind = SYM_SCOPE, .name = b->name.name, .span = b->name.span,
                           .type = type->kind == TYPE_CLASS ? type : type_bad };
}

/* ---- The block ---- */

static void declare_bindings(Check *c, Stmt *s)
{
    for (int i = 0; i < s->scope.bindings.count; i++) {
        ScopeBinding *b = &s->scope.bindings.items[i];
        for (int j = 0; j < i; j++)
            if (s->scope.bindings.items[j].name.name == b->name.name)
                diag_error(c->diag, DIAG_TYPE, b->name.span,
                           "variable '%s' is already declared in this scope", b->name.name);
        declare_symbol(c, b->symbol, b->name.name);
    }
}

bool check_scope_stmt(Check *c, Stmt *s)
{
    Planner p      = { .check = c, .plan = ARENA_NEW(ScopePlan) };
    int     errors = diag_errors(c->diag);

    s->scope.plan = p.plan;
    check_seeds(&p, s);
    if (diag_errors(c->diag) > errors)
        p.plan->wires.count = 0;          /* what the seeds would give is unknown */
    for (int i = 0; i < s->scope.bindings.count; i++)
        check_binding(&p, &s->scope.bindings.items[i]);
    int scope = scope_open(c), mark = narrow_mark(c);
    declare_bindings(c, s);
    check_statements(c, s->scope.body, false);
    narrow_end(c, mark, s->scope.body->leaves);
    scope_close(c, scope);
    if (diag_errors(c->diag) == errors)
        check_scope_escapes(c, s);
    return s->scope.body->leaves;
}
