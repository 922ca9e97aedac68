/*
 * check_stmt.c - statements and blocks (language 7.1, 8).
 *
 * A statement's checking function returns whether the statement leaves: whether control never
 * reaches the statement behind it (Block.leaves in ast.h).
 */
#include "compiler/check/check_internal.h"

static bool check_stmt(Check *c, Stmt *s);

/* ---- let ---- */

static Type *check_annotated(Check *c, Stmt *s)
{
    Type *type = resolve_value_type(&c->resolver, s->let.type);

    if (!check_converting(c, &s->let.value, type)) {
        report_mismatch(c, s->let.value, "type mismatch", type);
        diag_note(c->diag, s->let.type->span, "the annotation is here");
    }
    return type;
}

static Type *check_inferred(Check *c, Stmt *s)
{
    Type *type = check_initialiser(c, s->let.value, s->let.name);

    if (type == type_none) {
        report_untyped_none(c, s->let.value->span);
        return type_bad;
    }
    if (type == type_void) {
        diag_error(c->diag, DIAG_TYPE, s->let.value->span,
                   "type mismatch: a variable cannot hold void");
        return type_bad;
    }
    return type;
}

static void check_let(Check *c, Stmt *s)
{
    Type *type = s->let.type ? check_annotated(c, s) : check_inferred(c, s);

    s->let.symbol = declare_let(c, SYM_LET, s->let.name, type);
    s->let.symbol->mut = s->let.mut;
    s->let.symbol->task_origin = spawned_func(s->let.value);
    LIST_ADD(&c->lets, s->let.symbol);
}

/* ---- Loops ---- */

/* The body of a loop. Returns whether a break leaves it. */
static bool check_loop_body(Check *c, Block *body)
{
    bool outer_broken = c->frame->broken;

    c->frame->broken = false;
    c->frame->loops++;
    check_statements(c, body, false);
    c->frame->loops--;
    bool broken = c->frame->broken;
    c->frame->broken = outer_broken;
    return broken;
}

static void check_while(Check *c, Stmt *s)
{
    narrow_enter_loop(c, s->span);
    check_condition(c, s->while_.cond, "while condition");
    NarrowFacts facts = narrow_facts(c, s->while_.cond, true);
    int scope = scope_open(c), mark = narrow_mark(c);
    narrow_apply(c, &facts);
    check_loop_body(c, s->while_.body);
    narrow_end(c, mark, false);
    scope_close(c, scope);
}

static bool check_loop(Check *c, Stmt *s)
{
    narrow_enter_loop(c, s->span);
    int  scope = scope_open(c), mark = narrow_mark(c);
    bool broken = check_loop_body(c, s->loop.body);
    narrow_end(c, mark, false);
    scope_close(c, scope);
    return !broken;
}

/* What the variable of `for` is, for the type of the iterable. */
static Type *element_of(Check *c, const Expr *iterable, Type *type)
{
    switch (type->kind) {
    case TYPE_RANGE:    return type_int;
    case TYPE_STRING:   return type_string;
    case TYPE_BYTES:    return type_byte;
    case TYPE_ARRAY: case TYPE_RECEIVER: case TYPE_STREAM:
        return type->elem;
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_VOID:
    case TYPE_NONE: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND: case TYPE_MAP: case TYPE_SET:
    case TYPE_NULLABLE: case TYPE_FN: case TYPE_CLASS: case TYPE_TRAIT: case TYPE_ENUM:
    case TYPE_TASK: case TYPE_SENDER: case TYPE_CPTR: case TYPE_HOLE:
        diag_error(c->diag, DIAG_TYPE, iterable->span,
                   "for loop requires array, range, string, bytes, receiver, or stream, found %s",
                   type_name(type));
        break;
    case TYPE_BAD:
        break;
    }
    return type_bad;
}

static Type *check_iterable(Check *c, Expr *e)
{
    if (e->kind == EXPR_RANGE) {
        check_range_bounds(c, e);
        return type_int;
    }
    return element_of(c, e, check_value(c, e));
}

static void check_for(Check *c, Stmt *s)
{
    Type *elem = check_iterable(c, s->for_.iterable);

    narrow_enter_loop(c, s->span);
    int scope = scope_open(c), mark = narrow_mark(c);
    s->for_.symbol = declare_local(c, SYM_FOR, s->for_.name, elem);
    check_loop_body(c, s->for_.body);
    narrow_end(c, mark, false);
    scope_close(c, scope);
}

static void check_in_loop(Check *c, const Stmt *s, const char *word)
{
    if (c->frame->loops == 0)
        diag_error(c->diag, DIAG_TYPE, s->span, "'%s' can only be used inside a loop", word);
}

/* ---- Other statements ---- */

static void check_expr_stmt(Check *c, Stmt *s)
{
    Type *type = check_expr(c, s->expr);
    if (type->kind == TYPE_TASK)
        diag_error(c->diag, DIAG_TYPE, s->expr->span, "Task handle must be used -- call .get(), "
                   ".detach(), or assign to a variable");
}

/* *value is set if the value is wanted; then there must be an else. */
static bool check_if_stmt(Check *c, Stmt *s, Type **value)
{
    Block *then = s->if_.then, *otherwise = s->if_.otherwise;

    check_condition(c, s->if_.cond, "condition");
    Type *type = check_branches(c, s->if_.cond, then, otherwise, value != NULL, s->span);
    if (value)
        *value = type;
    return then->leaves && otherwise && otherwise->leaves;
}

static void check_yield(Check *c, Stmt *s)
{
    Type *elem = c->frame->yields;

    if (!elem) {
        diag_error(c->diag, DIAG_TYPE, s->span, "yield can only be used inside a generator");
        check_expecting(c, s->yield.value, type_bad);
    } else if (!check_converting(c, &s->yield.value, elem)) {
        report_mismatch(c, s->yield.value, "yield type mismatch", elem);
    }
}

static bool unsupported_stmt(Check *c, const Stmt *s, const char *what)
{
    unsupported(c, s->span, what);
    return false;
}

static bool check_stmt(Check *c, Stmt *s)
{
    switch (s->kind) {
    case STMT_LET:       check_let(c, s); return false;
    case STMT_LET_CHAN:  check_let_chan(c, s); return false;
    case STMT_ASSIGN:    check_assign(c, s); return false;
    case STMT_INCREMENT: check_increment(c, s); return false;
    case STMT_EXPR:      check_expr_stmt(c, s); return false;
    case STMT_RETURN:    check_return(c, s); return true;
    case STMT_RAISE:     check_raise(c, s); return true;
    case STMT_BREAK:
        check_in_loop(c, s, "break");
        c->frame->broken = true;
        return true;
    case STMT_CONTINUE:
        check_in_loop(c, s, "continue");
        return true;
    case STMT_ASSERT:
        check_condition(c, s->assert_.cond, "assert expression");
        return false;
    case STMT_IF:        return check_if_stmt(c, s, NULL);
    case STMT_WHILE:     check_while(c, s); return false;
    case STMT_LOOP:      return check_loop(c, s);
    case STMT_FOR:       check_for(c, s); return false;
    case STMT_YIELD:     check_yield(c, s); return false;
    case STMT_SERVE:     return unsupported_stmt(c, s, "serve");
    case STMT_MATCH:     return check_match_stmt(c, s);
    case STMT_SELECT:    check_select(c, s); return false;
    case STMT_SCOPE:     return check_scope_stmt(c, s);
    }
    return false;
}

/* ---- Blocks ---- */

/* The last statement of a block whose value is wanted; sets the block's value_type. */
static bool check_last(Check *c, Block *block, Stmt *s)
{
    bool leaves = false;

    if (s->kind == STMT_EXPR)
        block->value_type = check_expr(c, s->expr);
    else if (s->kind == STMT_IF && s->if_.otherwise)
        leaves = check_if_stmt(c, s, &block->value_type);
    else
        leaves = check_stmt(c, s);
    note_type(c, &block->value_type);
    return leaves;
}

void check_statements(Check *c, Block *block, bool wants_value)
{
    Block *outer = c->frame->block;

    c->frame->block = block;
    scope_covers(c, block->span);
    if (wants_value)
        block->value_type = type_void;
    for (int i = 0; i < block->stmts.count; i++) {
        Stmt *s    = block->stmts.items[i];
        bool  last = i == block->stmts.count - 1;
        block->leaves |= wants_value && last ? check_last(c, block, s) : check_stmt(c, s);
    }
    c->frame->block = outer;
}

void check_block(Check *c, Block *block, bool wants_value)
{
    int scope = scope_open(c);
    check_statements(c, block, wants_value);
    scope_close(c, scope);
}
