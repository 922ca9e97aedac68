/*
 * check_select.c - the select statement (concurrency 8; decisions A2, A3).
 *
 * What the arms wait for is evaluated before any block runs, so all of it is checked first.
 * Whatever its arms do, the statement does not leave: only language 8.6 says what does.
 */
#include "compiler/check/check_internal.h"

/* ---- What an arm waits for ---- */

/* The type of the subject if it is of that kind; else type_bad, after a message. */
static Type *check_subject(Check *c, const SelectArm *arm, TypeKind kind, const char *wanted)
{
    Type *type = check_value(c, arm->subject);

    if (type->kind == kind || type == type_bad)
        return type;
    diag_error(c->diag, DIAG_TYPE, arm->subject->span, "select %s, found %s", wanted,
               type_name(type));
    advise_nullable(c, type);
    return type_bad;
}

static void check_sent(Check *c, SelectArm *arm, Type *sender)
{
    Type *elem = sender == type_bad ? type_bad : sender->elem;

    check_expecting(c, arm->value, elem);
    if (elem == type_bad || fits_exactly(c, &arm->value, elem))
        return;
    diag_error(c->diag, DIAG_TYPE, arm->value->span, "select send expects %s, found %s",
               type_name(known_type(elem)), type_name(known_type(arm->value->type)));
    label_type(c, arm->value);
}

static void check_timeout(Check *c, const SelectArm *arm)
{
    Type *type = check_value(c, arm->subject);

    if (same_type(c, type, type_int, arm->subject->span))
        return;
    diag_error(c->diag, DIAG_TYPE, arm->subject->span, "select timeout must be int, found %s",
               type_name(type));
    label_type(c, arm->subject);
}

static void check_waiting(Check *c, SelectArm *arm)
{
    switch (arm->kind) {
    case ARM_RECV:
        check_subject(c, arm, TYPE_RECEIVER, "recv arm requires a Receiver");
        break;
    case ARM_SEND:
        check_sent(c, arm, check_subject(c, arm, TYPE_SENDER, "send arm requires a Sender"));
        break;
    case ARM_GET:
        check_subject(c, arm, TYPE_TASK, "get arm requires a Task");
        break;
    case ARM_TIMEOUT:
        check_timeout(c, arm);
        break;
    case ARM_DEFAULT:
        break;
    }
}

/* ---- Blocks ---- */

/* What the arm's variable holds. */
static Type *binding_type(Check *c, const SelectArm *arm)
{
    const Type *subject = arm->subject->type;
    TypeKind    wanted  = arm->kind == ARM_GET ? TYPE_TASK : TYPE_RECEIVER;

    if (subject->kind != wanted)
        return type_bad;
    if (subject->elem != type_void)
        return known_type(subject->elem);
    diag_error(c->diag, DIAG_TYPE, arm->name.span, "type mismatch: a variable cannot hold void");
    diag_help(c->diag, "leave the variable out: task.get() { ... }");
    return type_bad;
}

/* Adds the narrowed variables that the arm assigns to *assigned, if it goes on. */
static void check_arm_block(Check *c, SelectArm *arm, NarrowFacts *assigned)
{
    int scope = scope_open(c), mark = narrow_mark(c);

    if (arm->name.name)
        arm->symbol = declare_local(c, SYM_SELECT, arm->name, binding_type(c, arm));
    check_statements(c, arm->block, false);
    narrow_end_one(c, mark, arm->block->leaves, assigned);
    scope_close(c, scope);
}

void check_select(Check *c, Stmt *s)
{
    NarrowFacts assigned = { 0 };

    for (int i = 0; i < s->select.arms.count; i++)
        check_waiting(c, &s->select.arms.items[i]);
    for (int i = 0; i < s->select.arms.count; i++)
        check_arm_block(c, &s->select.arms.items[i], &assigned);
    narrow_forget(c, &assigned);
}
