/*
 * lower_text.c - expressions as failures print them (language 18.5): one blank around binary
 * operators, none after unary ones, numbers in their shortest form.
 */
#include "compiler/lower/lower_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *operator_text(BinaryOp op)
{
    static const char *const texts[] = {
        [OP_ADD] = "+",  [OP_SUB] = "-",  [OP_MUL] = "*",  [OP_DIV] = "/",  [OP_REM] = "%",
        [OP_EQ] = "==",  [OP_NE] = "!=",  [OP_LT] = "<",   [OP_LE] = "<=",  [OP_GT] = ">",
        [OP_GE] = ">=",  [OP_AND] = "&&", [OP_OR] = "||",  [OP_BAND] = "&", [OP_BOR] = "|",
        [OP_BXOR] = "^", [OP_SHL] = "<<", [OP_SHR] = ">>",
    };
    return texts[op];
}

static const char *float_text(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", value);
    return arena_format("%s", text);
}

static const char *call_text(const Expr *e)
{
    const char *text = e->call.name.name;
    if (e->kind == EXPR_METHOD)
        text = arena_format("%s.%s", expr_text(e->call.object), text);
    text = arena_format("%s(", text);
    for (int i = 0; i < e->call.args.count; i++)
        text = arena_format("%s%s%s", text, i ? ", " : "", expr_text(e->call.args.items[i]));
    return arena_format("%s)", text);
}

static const char *unary_text(const Expr *e)
{
    static const char *const ops[] = {[OP_NEG] = "-", [OP_NOT] = "!", [OP_BNOT] = "~"};
    return arena_format("%s%s", ops[e->unary.op], expr_text(e->unary.operand));
}

/* A string as written, cut after some forty bytes. */
static const char *string_text(const Expr *e)
{
    int len = e->string.len > 40 ? 40 : (int)e->string.len;
    return arena_format("\"%.*s%s\"", len, e->string.bytes, e->string.len > 40 ? ".." : "");
}

static const char *bare_text(const Expr *e)
{
    switch (e->kind) {
    case EXPR_INT:      return arena_format("%" PRIu64, e->integer.value);
    case EXPR_FLOAT:    return float_text(e->floating);
    case EXPR_STRING:   return string_text(e);
    case EXPR_BOOL:     return e->boolean ? "true" : "false";
    case EXPR_NONE:     return "none";
    case EXPR_SELF:     return "self";
    case EXPR_NAME:     return e->name.ident.name;
    case EXPR_UNARY:    return unary_text(e);
    case EXPR_BINARY:
        return arena_format("%s %s %s", expr_text(e->binary.left), operator_text(e->binary.op),
                            expr_text(e->binary.right));
    case EXPR_COALESCE:
        return arena_format("%s ?? %s", expr_text(e->coalesce.left),
                            expr_text(e->coalesce.right));
    case EXPR_CALL:
    case EXPR_METHOD:   return call_text(e);
    case EXPR_FIELD:
        return arena_format("%s.%s", expr_text(e->field.object), e->field.name.name);
    case EXPR_INDEX:
        return arena_format("%s[%s]", expr_text(e->index.object), expr_text(e->index.index));
    case EXPR_UNWRAP:   return arena_format("%s?", expr_text(e->unwrap.operand));
    case EXPR_PROPAGATE:
        return arena_format("%s!", expr_text(e->propagate.call));
    case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        return expr_text(e->convert.operand);
    case EXPR_FSTRING: case EXPR_CAST: case EXPR_RANGE: case EXPR_STATIC_CALL: case EXPR_CATCH:
    case EXPR_ARRAY: case EXPR_STRUCT: case EXPR_VARIANT: case EXPR_MAP: case EXPR_SET:
    case EXPR_CLOSURE: case EXPR_IF: case EXPR_MATCH: case EXPR_SPAWN:
        return arena_format("%.*s", (int)(e->span.end - e->span.start),
                            e->span.file->text + e->span.start);
    }
    return "";
}

const char *expr_text(const Expr *e)
{
    return e->parenthesized ? arena_format("(%s)", bare_text(e)) : bare_text(e);
}
