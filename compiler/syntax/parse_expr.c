/*
 * parse_expr.c - operators by precedence, and what follows a primary expression.
 *
 * Chains (a + b + c, x.y.z, a ?? b ?? c) are loops, so their length costs no stack here;
 * height_grow bounds the tree they make.
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

Expr *expr_new(ExprKind kind, Span span)
{
    Expr *e = ARENA_NEW(Expr);
    e->kind = kind;
    e->span = span;
    return e;
}

/* ---- Literals after a qualified name ---- */

bool opens_fields(const Parser *p, const Token *t)
{
    if (p->restricted || t->kind != TOK_LBRACE)
        return false;
    return t[1].kind == TOK_RBRACE || (t[1].kind == TOK_IDENT && t[2].kind == TOK_COLON);
}

bool at_field_init(Parser *p, Span open)
{
    if (at(p, TOK_RBRACE) || at(p, TOK_EOF))
        return false;
    if (!at(p, TOK_IDENT) && p->tok->after_newline)
        expect_close(p, TOK_RBRACE, open);
    return !p->failed;
}

/* IDENT ":" expr [ "," ] */
FieldInit parse_field_init(Parser *p)
{
    FieldInit init = {.name = expect_ident(p)};
    expect(p, TOK_COLON);
    init.value = parse_free_expr(p);
    take(p, TOK_COMMA);
    return init;
}

static bool is_import(const Parser *p, Name name)
{
    for (int i = 0; i < p->module->imports.count; i++)
        if (p->module->imports.items[i]->alias.name == name)
            return true;
    return false;
}

/* qname [ "<" list(type) ">" ] "{" sep(IDENT ":" expr) "}", the name being read already */
static Expr *parse_struct_fields(Parser *p, Span start, QName name, bool has_type_args)
{
    Expr *e = expr_new(EXPR_STRUCT, start);
    e->struct_.name = name;
    if (has_type_args)
        PARSE_TYPE_ARGS(p, &e->struct_.type_args);
    PARSE_FIELD_INITS(p, &e->struct_.fields);
    e->span = span_since(p, start);
    return e;
}

/* Behind the name of an enum: [ "<" list(type) ">" "." IDENT ] [ "{" sep(IDENT ":" expr) "}" ] */
static Expr *parse_variant_fields(Parser *p, Span start, QName name, Ident variant,
                                  bool has_type_args)
{
    Expr *e = expr_new(EXPR_VARIANT, start);
    e->variant.enum_name = name;
    e->variant.variant   = variant;
    if (has_type_args) {
        PARSE_TYPE_ARGS(p, &e->variant.type_args);
        expect(p, TOK_DOT);
        e->variant.variant = expect_ident(p);
    }
    if (opens_fields(p, p->tok)) {
        e->variant.has_braces = true;
        PARSE_FIELD_INITS(p, &e->variant.fields);
    }
    e->span = span_since(p, start);
    return e;
}

/* Splits a.b and a.b.c into names. Returns how many, 0 for other expressions. */
static int name_chain(const Expr *e, Ident names[3])
{
    int count = 0;
    for (const Expr *link = e; count < 3; link = link->field.object) {
        if (link->kind != EXPR_NAME && link->kind != EXPR_FIELD)
            return 0;
        if (link->parenthesized)
            return 0;
        names[count++] = link->kind == EXPR_NAME ? link->name.ident : link->field.name;
        if (link->kind == EXPR_FIELD)
            continue;
        Ident first = names[0];
        names[0] = names[count - 1];
        names[count - 1] = first;
        return count;
    }
    return 0;
}

/* A name chain may turn out to be the name of a literal. Returns NULL if it does not.
 *     module.Struct { }   module.Struct<T> { }   Enum.Variant { }
 *     module.Enum<T>.Variant   module.Enum.Variant { } */
static Expr *parse_qualified_literal(Parser *p, const Expr *e)
{
    if (!at(p, TOK_LBRACE) && !at(p, TOK_LT))
        return NULL;
    Ident n[3];
    int   count = name_chain(e, n);
    if (count == 2 && at(p, TOK_LT)) {
        const Token *after = scan_type_args(p, p->tok);
        if (after && after->kind == TOK_DOT)
            return parse_variant_fields(p, e->span, (QName){n[0], n[1]}, (Ident){0}, true);
        if (after && opens_fields(p, after))
            return parse_struct_fields(p, e->span, (QName){n[0], n[1]}, true);
    }
    if (count < 2 || !opens_fields(p, p->tok))
        return NULL;
    if (count == 3)
        return parse_variant_fields(p, e->span, (QName){n[0], n[1]}, n[2], false);
    if (is_import(p, n[0].name))
        return parse_struct_fields(p, e->span, (QName){n[0], n[1]}, false);
    return parse_variant_fields(p, e->span, (QName){.name = n[0]}, n[1], false);
}

/* ---- Postfix forms ---- */

void parse_call_args(Parser *p, Expr *call)
{
    Span open = expect(p, TOK_LPAREN);
    if (!at(p, TOK_RPAREN)) {
        do
            LIST_ADD(&call->call.args, parse_free_expr(p));
        while (next_item(p, TOK_RPAREN, open));
    }
    expect_close(p, TOK_RPAREN, open);
    call->span = span_since(p, call->span);
}

/* Behind "name.name": do type arguments of a call begin here? As for a name alone, what may be a
 * call is none of two comparisons. */
static bool at_call_type_args(const Parser *p, const Expr *object)
{
    if (!at(p, TOK_LT) || object->kind != EXPR_NAME || object->parenthesized)
        return false;
    const Token *after = scan_type_args(p, p->tok);
    return after && after->kind == TOK_LPAREN;
}

/* [ "<" list(type) ">" ] "(" list(expr) ")": only functions of modules have type arguments */
static Expr *parse_member_call(Parser *p, Expr *object, Ident name)
{
    Expr *call = expr_new(EXPR_METHOD, object->span);
    call->call.object = object;
    call->call.name   = name;
    if (at(p, TOK_LT))
        PARSE_TYPE_ARGS(p, &call->call.type_args);
    parse_call_args(p, call);
    return call;
}

/* "." IDENT [ call ] */
static Expr *parse_member(Parser *p, Expr *object)
{
    expect(p, TOK_DOT);
    Ident name = expect_ident(p);
    if (at(p, TOK_LPAREN) || at_call_type_args(p, object))
        return parse_member_call(p, object, name);
    Expr *field = expr_new(EXPR_FIELD, object->span);
    field->field.object = object;
    field->field.name   = name;
    field->span         = span_since(p, object->span);
    Expr *literal = parse_qualified_literal(p, field);
    return literal ? literal : field;
}

/* "[" expr "]" */
static Expr *parse_index(Parser *p, Expr *object)
{
    Expr *e = expr_new(EXPR_INDEX, object->span);
    Span  open = expect(p, TOK_LBRACKET);
    e->index.object = object;
    e->index.index  = parse_free_expr(p);
    expect_close(p, TOK_RBRACKET, open);
    e->span = span_since(p, object->span);
    return e;
}

/* handler = IDENT ":" qname block | IDENT block | expr */
static CatchHandler parse_handler(Parser *p)
{
    CatchHandler h = {.span = expect(p, TOK_CATCH)};
    if (at(p, TOK_IDENT) && peek_kind(p, 1) == TOK_COLON) {
        h.kind = CATCH_TYPED;
        h.name = expect_ident(p);
        expect(p, TOK_COLON);
        h.error = parse_qname(p);
        h.block = parse_block(p);
    } else if (at(p, TOK_IDENT) && peek_kind(p, 1) == TOK_LBRACE) {
        h.kind  = CATCH_ANY;
        h.name  = expect_ident(p);
        h.block = parse_block(p);
    } else {
        h.kind  = CATCH_VALUE;
        h.value = parse_expr(p);
    }
    h.span = span_since(p, h.span);
    return h;
}

/* "catch" handler { "catch" handler }: only the first must stand on the line of the call */
static Expr *parse_catch(Parser *p, Expr *call)
{
    Expr *e = expr_new(EXPR_CATCH, call->span);
    e->catch_.call = call;
    do
        LIST_ADD(&e->catch_.handlers, parse_handler(p));
    while (at(p, TOK_CATCH));
    e->span = span_since(p, call->span);
    return e;
}

/* "??" is two "?" with nothing between them. */
static bool at_coalesce(const Parser *p)
{
    return at(p, TOK_QUESTION) && peek_kind(p, 1) == TOK_QUESTION && p->tok[1].glued;
}

/* "?" | "!" */
static Expr *parse_mark(Parser *p, ExprKind kind, Expr *operand)
{
    Expr *e = expr_new(kind, operand->span);
    if (kind == EXPR_UNWRAP)
        e->unwrap.operand = operand;
    else
        e->propagate.call = operand;
    advance(p);
    e->span = span_since(p, operand->span);
    return e;
}

/* One more postfix form around e, or NULL. */
static Expr *parse_postfix_form(Parser *p, Expr *e)
{
    if (at(p, TOK_DOT))
        return parse_member(p, e);
    if (at(p, TOK_LBRACKET))
        return parse_index(p, e);
    if (p->tok->after_newline)
        return NULL;
    if (at(p, TOK_QUESTION) && !at_coalesce(p))
        return parse_mark(p, EXPR_UNWRAP, e);
    if (at(p, TOK_NOT))
        return parse_mark(p, EXPR_PROPAGATE, e);
    return at(p, TOK_CATCH) ? parse_catch(p, e) : NULL;
}

/* postfix = primary { "." IDENT [ "(" list(expr) ")" ] | "[" expr "]" | "?" | "!"
 *                   | "catch" handler { "catch" handler } } */
static Expr *parse_postfix(Parser *p)
{
    Expr *e = parse_primary(p);
    for (Expr *more; (more = parse_postfix_form(p, e)) != NULL; e = more)
        height_grow(p);
    return e;
}

/* ---- Prefix operators, casts ---- */

static bool unary_op(TokenKind kind, UnaryOp *op)
{
    switch (kind) {
    case TOK_MINUS: *op = OP_NEG;  return true;
    case TOK_NOT:   *op = OP_NOT;  return true;
    case TOK_BNOT:  *op = OP_BNOT; return true;
    default:        return false;
    }
}

/* unary = ( "-" | "!" | "~" ) unary | postfix */
static Expr *parse_unary(Parser *p)
{
    UnaryOp op;
    if (!unary_op(p->tok->kind, &op))
        return parse_postfix(p);
    Expr *e = expr_new(EXPR_UNARY, here(p));
    advance(p);
    int before = enter(p);
    e->unary.op      = op;
    e->unary.operand = parse_unary(p);
    leave(p, before);
    e->span = span_since(p, e->span);
    return e;
}

/* cast = unary { "as" type }, each "as" on the same line */
static Expr *parse_cast(Parser *p)
{
    Expr *e = parse_unary(p);
    while (at_same_line(p, TOK_AS)) {
        Expr *cast = expr_new(EXPR_CAST, e->span);
        advance(p);
        cast->cast.operand = e;
        cast->cast.to      = parse_cast_type(p);
        cast->span         = span_since(p, e->span);
        height_grow(p);
        e = cast;
    }
    return e;
}

/* ---- Binary operators ---- */

enum { LEVEL_NONE, LEVEL_LOWEST };

typedef struct OpInfo { BinaryOp op; int level, tokens; } OpInfo;

/* The binary operator at the cursor; level LEVEL_NONE if there is none. Levels rise with tightness
 * (language 4.6). */
static OpInfo binary_op(const Parser *p)
{
    switch ((TokenKind)p->tok->kind) {
    case TOK_OR:      return (OpInfo){OP_OR,   LEVEL_LOWEST, 1};
    case TOK_AND:     return (OpInfo){OP_AND,  2, 1};
    case TOK_BOR:     return (OpInfo){OP_BOR,  3, 1};
    case TOK_BXOR:    return (OpInfo){OP_BXOR, 4, 1};
    case TOK_BAND:    return (OpInfo){OP_BAND, 5, 1};
    case TOK_EQ:      return (OpInfo){OP_EQ,   6, 1};
    case TOK_NE:      return (OpInfo){OP_NE,   6, 1};
    case TOK_LT:      return (OpInfo){OP_LT,   7, 1};
    case TOK_LE:      return (OpInfo){OP_LE,   7, 1};
    case TOK_GT:
        if (peek_kind(p, 1) == TOK_GT && p->tok[1].glued)
            return (OpInfo){OP_SHR, 8, 2};
        return (OpInfo){OP_GT, 7, 1};
    case TOK_GE:      return (OpInfo){OP_GE,   7, 1};
    case TOK_SHL:     return (OpInfo){OP_SHL,  8, 1};
    case TOK_PLUS:    return (OpInfo){OP_ADD,  9, 1};
    case TOK_MINUS:   return (OpInfo){OP_SUB,  9, 1};
    case TOK_STAR:    return (OpInfo){OP_MUL, 10, 1};
    case TOK_SLASH:   return (OpInfo){OP_DIV, 10, 1};
    case TOK_PERCENT: return (OpInfo){OP_REM, 10, 1};
    default:          return (OpInfo){OP_ADD, LEVEL_NONE, 0};
    }
}

/* binary = cast { binop cast }, with operators of the given level and tighter ones */
static Expr *parse_binary(Parser *p, int level)
{
    int   before = height_begin(p);
    Expr *left   = parse_cast(p);
    for (OpInfo op = binary_op(p); op.level >= level; op = binary_op(p)) {
        Expr *e = expr_new(EXPR_BINARY, left->span);
        Span  op_span = here(p);
        for (int i = 0; i < op.tokens; i++)
            advance(p);
        e->binary.op      = op.op;
        e->binary.op_span = span_since(p, op_span);
        e->binary.left    = left;
        e->binary.right   = parse_binary(p, op.level + 1);
        e->span           = span_since(p, left->span);
        height_grow(p);
        left = e;
    }
    height_end(p, before);
    return left;
}

/* coalesce = binary [ "??" coalesce ]
 * Operands are collected first and nested from the right afterwards. */
static Expr *parse_coalesce(Parser *p)
{
    LIST(Expr *) operands = {0};
    LIST_ADD(&operands, parse_binary(p, LEVEL_LOWEST));
    while (at_coalesce(p)) {
        advance(p);
        advance(p);
        LIST_ADD(&operands, parse_binary(p, LEVEL_LOWEST));
        height_grow(p);
    }
    Expr *right = operands.items[operands.count - 1];
    for (int i = operands.count - 2; i >= 0; i--) {
        Expr *left = operands.items[i];
        Expr *e    = expr_new(EXPR_COALESCE, span_join(left->span, right->span));
        e->coalesce.left  = left;
        e->coalesce.right = right;
        right = e;
    }
    return right;
}

/* range = coalesce [ ( ".." | "..=" ) coalesce ] */
static Expr *parse_range(Parser *p)
{
    Expr *from = parse_coalesce(p);
    if (!at(p, TOK_RANGE) && !at(p, TOK_RANGE_TO))
        return from;
    Expr *e = expr_new(EXPR_RANGE, from->span);
    e->range.inclusive = at(p, TOK_RANGE_TO);
    advance(p);
    e->range.from = from;
    e->range.to   = parse_coalesce(p);
    e->span       = span_since(p, from->span);
    return e;
}

/* ---- Expressions ---- */

/* expr = range */
Expr *parse_expr(Parser *p)
{
    int   before = enter(p);
    Expr *e      = parse_range(p);
    leave(p, before);
    return e;
}

/* head = expr, where no "{" begins a literal */
Expr *parse_head(Parser *p)
{
    bool restricted = p->restricted;
    p->restricted = true;
    Expr *e = parse_expr(p);
    p->restricted = restricted;
    return e;
}

Expr *parse_free_expr(Parser *p)
{
    bool restricted = p->restricted;
    p->restricted = false;
    Expr *e = parse_expr(p);
    p->restricted = restricted;
    return e;
}
