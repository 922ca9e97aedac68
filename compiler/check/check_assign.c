/*
 * check_assign.c - assignment (language 7.2 to 7.5, decisions D2).
 *
 * Rules about mutability are judged before types: a variable that must not be changed is reported
 * as such, whatever would be stored.
 */
#include "compiler/check/check_internal.h"

/* What may be stored: the place's type, type_bad after an error, and how messages begin. */
typedef struct Place {
    Type       *type;
    const char *mismatch;                 /* "field 'x'", before ": expected T, found U" */
    Span        declared;                 /* of the variable or field; may have no file */
} Place;

static Place bad_place(void)
{
    return (Place){ .type = type_bad };
}

/* ---- Variables ---- */

static bool may_assign(Check *c, Ident name, const Symbol *symbol)
{
    if (symbol->kind == SYM_CHAN)
        diag_error(c->diag, DIAG_TYPE, name.span,
                   "cannot reassign channel sender/receiver variable '%s'", name.name);
    else if (symbol->copy_of)
        diag_error(c->diag, DIAG_TYPE, name.span, "cannot assign to %s variable '%s'",
                   symbol->kind == SYM_LET && !symbol->mut ? "immutable" : "captured", name.name);
    else
        return true;
    diag_note(c->diag, symbol->span, "'%s' was declared here", name.name);
    if (symbol->copy_of)
        diag_help(c->diag, "a closure sees copies of the variables it captures");
    return false;
}

static Place variable_place(Check *c, Expr *target)
{
    Ident  name  = target->name.ident;
    Local *local = find_local(c, name.name);

    if (!local) {
        report_undefined_variable(c, name);
        return bad_place();
    }
    Symbol *symbol = local_symbol(c, local);
    target->name.symbol = symbol;
    set_type(c, target, symbol->type);
    if (!may_assign(c, name, symbol))
        return bad_place();
    symbol->assigned = true;
    symbol->task_origin = NULL;
    return (Place){ target->type, "type mismatch in assignment", symbol->span };
}

/* ---- Fields and elements ---- */

static bool may_change_fields(Check *c, const Expr *target)
{
    Symbol *root = plain_let_root(target->field.object);

    if (!root)
        return true;
    diag_error(c->diag, DIAG_TYPE, target->span,
               "cannot assign to field of immutable variable '%s'", root->name);
    diag_note(c->diag, root->span, "declare it with `let mut` to change its fields");
    return false;
}

static void report_no_place(Check *c, const Expr *target, const Type *object)
{
    if (object->kind == TYPE_CLASS)
        diag_error(c->diag, DIAG_TYPE, target->field.name.span, "class '%s' has no field '%s'",
                   object->cls->name, target->field.name.name);
    else
        diag_error(c->diag, DIAG_TYPE, target->span, "field assignment on non-class type %s",
                   type_name(object));
}

static Place field_place(Check *c, Expr *target)
{
    Type *object = check_value(c, target->field.object);

    if (object == type_bad || !may_change_fields(c, target))
        return bad_place();
    Class *cls   = object->kind == TYPE_CLASS ? object->cls : NULL;
    int    index = cls ? namemap_find(cls->field_index, target->field.name.name) : -1;
    if (index < 0) {
        report_no_place(c, target, object);
        return bad_place();
    }
    target->field.index = index;
    set_type(c, target, cls->fields.items[index].type);
    return (Place){ target->type, arena_format("field '%s'", target->field.name.name),
                    cls->fields.items[index].span };
}

static Place element_place(Check *c, Expr *target)
{
    Type *object = check_value(c, target->index.object);

    if (object->kind == TYPE_ARRAY || object == type_bytes) {
        check_index_type(c, target->index.index, object == type_bytes ? "bytes" : "array");
        set_type(c, target, object == type_bytes ? type_byte : object->elem);
        return (Place){ .type = target->type, .mismatch = "index assignment" };
    }
    if (object->kind == TYPE_MAP) {
        check_map_key(c, &target->index.index, object);
        set_type(c, target, object->elem);
        return (Place){ .type = target->type, .mismatch = "map value type mismatch" };
    }
    check_value(c, target->index.index);
    if (object != type_bad)
        diag_error(c->diag, DIAG_TYPE, target->span,
                   "index assignment on non-indexable type %s", type_name(object));
    return bad_place();
}

static Place check_target(Check *c, Expr *target)
{
    Place place = bad_place();

    target->type = type_bad;
    if (target->kind == EXPR_NAME)
        place = variable_place(c, target);
    else if (target->kind == EXPR_FIELD)
        place = field_place(c, target);
    else if (target->kind == EXPR_INDEX)
        place = element_place(c, target);
    else
        diag_error(c->diag, DIAG_TYPE, target->span, "invalid assignment target");
    return place;
}

/* ---- Assignment ---- */

static void store(Check *c, Stmt *s, const Place *place)
{
    if (check_converting(c, &s->assign.value, place->type))
        return;
    report_mismatch(c, s->assign.value, place->mismatch, place->type);
    if (place->declared.file)
        diag_note(c->diag, place->declared, "it is declared here");
    if (s->assign.target->kind == EXPR_INDEX)
        note_first_use(c, s->assign.target->index.object);
}

/* The local that an assignment changes, or NULL. */
static Local *assigned_local(Check *c, const Expr *target)
{
    return target->kind == EXPR_NAME ? find_local(c, target->name.ident.name) : NULL;
}

static Expr *narrowed_copy(Check *c, const Expr *target)
{
    Expr *copy = ARENA_NEW(Expr);
    *copy = *target;
    narrow(c, copy);
    return copy;
}

/* x op= e, where x is nullable and known to hold a value, becomes x = x op e. */
static void rewrite_compound(Check *c, Stmt *s)
{
    Expr *sum = ARENA_NEW(Expr);

    sum->kind = EXPR_BINARY;
    sum->span = s->span;
    sum->binary.op      = s->assign.op;
    sum->binary.op_span = s->span;
    sum->binary.left    = narrowed_copy(c, s->assign.target);
    sum->binary.right   = s->assign.value;
    s->assign.value     = sum;
    s->assign.compound  = false;
}

static void check_compound(Check *c, Stmt *s, const Place *place)
{
    Local *local = assigned_local(c, s->assign.target);

    if (local && s->assign.target->name.symbol)
        mark_read(s->assign.target->name.symbol);
    if (local && place->type != type_bad && is_narrowed(c, local)) {
        rewrite_compound(c, s);
        store(c, s, place);
        return;
    }
    if (place->type->kind == TYPE_HOLE)
        report_hole(c, place->type);
    Type *value = check_value(c, s->assign.value);
    arithmetic_result(c, s->assign.op, known_type(place->type), value, s->span);
}

void check_assign(Check *c, Stmt *s)
{
    Place place = check_target(c, s->assign.target);

    if (s->assign.compound)
        check_compound(c, s, &place);
    else
        store(c, s, &place);
    Local *local = assigned_local(c, s->assign.target);
    if (local)
        narrow_assigned(c, local);
}

/* t++ is t += 1, and t-- is t -= 1. */
static void increment_to_compound(Stmt *s)
{
    Expr *target = s->increment.target, *one = ARENA_NEW(Expr);
    bool  down   = s->increment.down;

    one->kind = EXPR_INT;
    one->span = s->span;
    one->integer.value = 1;
    s->kind = STMT_ASSIGN;
    s->assign.target   = target;
    s->assign.compound = true;
    s->assign.op       = down ? OP_SUB : OP_ADD;
    s->assign.value    = one;
}

void check_increment(Check *c, Stmt *s)
{
    increment_to_compound(s);
    check_assign(c, s);
}
