/*
 * check_expect.c - expect(value).to_equal(x) and its kin (programs 13.2).
 */
#include <string.h>

#include "compiler/check/check_internal.h"

bool is_expectation(Check *c, const Expr *e)
{
    return e->kind == EXPR_CALL && strcmp(e->call.name.name, "expect") == 0
        && !find_local(c, e->call.name.name);
}

/* The type of what expect() wraps; type_bad after an error. */
static Type *check_subject(Check *c, Expr *e)
{
    e->call.callee = (Callee){ .kind = CALL_BUILTIN, .builtin = BI_EXPECT };
    if (e->call.args.count != 1) {
        diag_error(c->diag, DIAG_TYPE, e->span, "expect() takes exactly 1 argument, got %d",
                   e->call.args.count);
        check_args_loosely(c, e);
        return set_bad(e);
    }
    return set_type(c, e, check_value(c, e->call.args.items[0]));
}

static bool is_comparable(const Type *t)
{
    return t == type_int || t == type_float || t == type_bool || t == type_string
        || t == type_byte || t == type_bad;
}

static void check_to_equal(Check *c, Expr *e, Type *subject)
{
    if (!has_arg_count(c, e, 1))
        return;
    Type *type = check_value(c, e->call.args.items[0]);
    if (subject == type_bytes)
        diag_error(c->diag, DIAG_TYPE, e->call.name.span,
                   "cannot use to_equal() with bytes; compare elements individually");
    else if (!is_comparable(subject))
        diag_error(c->diag, DIAG_TYPE, e->call.name.span, "to_equal not supported for %s",
                   type_name(subject));
    else if (type != subject && type != type_bad && subject != type_bad)
        diag_error(c->diag, DIAG_TYPE, e->call.args.items[0]->span,
                   "to_equal: expected type %s but expect() wraps %s", type_name(type),
                   type_name(subject));
}

static void check_to_be(Check *c, Expr *e, Type *subject)
{
    if (has_arg_count(c, e, 0) && subject != type_bool && subject != type_bad)
        diag_error(c->diag, DIAG_TYPE, e->call.name.span, "%s requires bool, found %s",
                   e->call.name.name, type_name(subject));
}

Type *check_assertion(Check *c, Expr *e)
{
    const char *name    = e->call.name.name;
    Type       *subject = check_subject(c, e->call.object);
    Builtin     builtin = BI_NONE;

    if (strcmp(name, "to_equal") == 0)
        builtin = BI_EXPECT_EQUAL;
    else if (strcmp(name, "to_be_true") == 0)
        builtin = BI_EXPECT_TRUE;
    else if (strcmp(name, "to_be_false") == 0)
        builtin = BI_EXPECT_FALSE;
    e->call.callee = (Callee){ .kind = CALL_BUILTIN, .builtin = builtin };
    if (builtin == BI_EXPECT_EQUAL) {
        check_to_equal(c, e, subject);
    } else if (builtin != BI_NONE) {
        check_to_be(c, e, subject);
    } else {
        diag_error(c->diag, DIAG_TYPE, e->call.name.span, "unknown assertion method: %s", name);
        diag_help(c->diag, "there are to_equal(x), to_be_true() and to_be_false()");
        check_args_loosely(c, e);
        return set_bad(e);
    }
    return set_type(c, e, type_void);
}

Type *check_bare_expect(Check *c, Expr *e)
{
    check_args_loosely(c, e);
    diag_error(c->diag, DIAG_TYPE, e->span, "expect() must be followed by an assertion method like "
               "to_equal(), to_be_true() or to_be_false()");
    return set_bad(e);
}
