/*
 * parse_type.c - types, and telling type arguments from comparisons.
 */
#include "compiler/syntax/parse_internal.h"

/* ---- Types ---- */

QName parse_qname(Parser *p)
{
    QName name = {.name = expect_ident(p)};
    if (at_same_line(p, TOK_DOT)) {
        advance(p);
        name.module = name.name;
        name.name   = expect_ident(p);
    }
    return name;
}

bool at_type_start(const Parser *p)
{
    return at(p, TOK_IDENT) || at(p, TOK_LBRACKET) || at(p, TOK_FN) || at(p, TOK_STREAM);
}

/* After the ")" of a function type: what cannot begin its result. */
static bool ends_fn_type(const Token *t)
{
    switch ((TokenKind)t->kind) {
    case TOK_LBRACE: case TOK_RBRACE: case TOK_COMMA: case TOK_RPAREN: case TOK_RBRACKET:
    case TOK_ASSIGN: case TOK_ARROW: case TOK_GT: case TOK_GE: case TOK_BOR: case TOK_EOF:
        return true;
    default:
        return t->after_newline;
    }
}

/* "fn" "(" list(type) ")" [ type ] */
static void parse_fn_type(Parser *p, TypeExpr *t)
{
    t->kind = TX_FN;
    advance(p);
    Span open = expect(p, TOK_LPAREN);
    if (!at(p, TOK_RPAREN)) {
        do
            LIST_ADD(&t->args, parse_type(p));
        while (next_item(p, TOK_RPAREN, open));
    }
    expect_close(p, TOK_RPAREN, open);
    if (!ends_fn_type(p->tok))
        t->elem = parse_type(p);
}

/* "[" type "]" */
static void parse_array_type(Parser *p, TypeExpr *t)
{
    t->kind = TX_ARRAY;
    Span open = expect(p, TOK_LBRACKET);
    t->elem = parse_type(p);
    expect_close(p, TOK_RBRACKET, open);
}

/* basetype = "[" type "]" | "fn" "(" list(type) ")" [ type ] | "stream" type
 *          | qname [ "<" list(type) ">" ] */
static void parse_base_type(Parser *p, TypeExpr *t, bool in_cast)
{
    if (at(p, TOK_LBRACKET)) {
        parse_array_type(p, t);
    } else if (at(p, TOK_FN)) {
        parse_fn_type(p, t);
    } else if (take(p, TOK_STREAM)) {
        t->kind = TX_STREAM;
        t->elem = parse_type(p);
    } else {
        t->kind = TX_NAME;
        t->name = parse_qname(p);
        if (at_same_line(p, TOK_LT) && (!in_cast || scan_type_args(p, p->tok)))
            PARSE_TYPE_ARGS(p, &t->args);
    }
}

/* type = basetype [ "?" ], the "?" on the same line */
static TypeExpr *parse_any_type(Parser *p, bool in_cast)
{
    TypeExpr *t = ARENA_NEW(TypeExpr);
    Span start = here(p);
    int before = enter(p);
    parse_base_type(p, t, in_cast);
    leave(p, before);
    if (at_same_line(p, TOK_QUESTION) && t->kind != TX_FN) {
        advance(p);
        t->nullable = true;
    }
    t->span = span_since(p, start);
    return t;
}

TypeExpr *parse_type(Parser *p)
{
    return parse_any_type(p, false);
}

TypeExpr *parse_cast_type(Parser *p)
{
    return parse_any_type(p, true);
}

/* ---- Looking ahead ----
 *
 * These follow the grammar above over the tokens without making anything. Each returns the token
 * behind what it recognised, or NULL. The last token, TOK_EOF, is never stepped over. */

static const Token *scan_type(const Token *t, int nesting);

/* list(type) and the closing token */
static const Token *scan_list(const Token *t, TokenKind close, int nesting)
{
    while (t && t->kind != close) {
        t = scan_type(t, nesting);
        if (!t || (t->kind != close && t->kind != TOK_COMMA))
            return NULL;
        if (t->kind == TOK_COMMA)
            t++;
    }
    return t ? t + 1 : NULL;
}

static const Token *scan_name(const Token *t, int nesting)
{
    t++;
    if (t->kind == TOK_DOT && !t->after_newline) {
        if (t[1].kind != TOK_IDENT)
            return NULL;
        t += 2;
    }
    if (t->kind != TOK_LT || t->after_newline)
        return t;
    return t[1].kind == TOK_GT ? NULL : scan_list(t + 1, TOK_GT, nesting);
}

static const Token *scan_fn(const Token *t, int nesting)
{
    if (t[1].kind != TOK_LPAREN)
        return NULL;
    t = scan_list(t + 2, TOK_RPAREN, nesting);
    return t && !ends_fn_type(t) ? scan_type(t, nesting) : t;
}

static const Token *scan_array(const Token *t, int nesting)
{
    t = scan_type(t + 1, nesting);
    return t && t->kind == TOK_RBRACKET ? t + 1 : NULL;
}

static const Token *scan_type(const Token *t, int nesting)
{
    if (++nesting > PARSE_MAX_NESTING)
        return NULL;
    const Token *end = t->kind == TOK_IDENT    ? scan_name(t, nesting)
                     : t->kind == TOK_FN       ? scan_fn(t, nesting)
                     : t->kind == TOK_LBRACKET ? scan_array(t, nesting)
                     : t->kind == TOK_STREAM   ? scan_type(t + 1, nesting)
                                               : NULL;
    if (end && end->kind == TOK_QUESTION && !end->after_newline && t->kind != TOK_FN)
        end++;
    return end;
}

const Token *scan_type_args(const Parser *p, const Token *angle)
{
    if (angle->kind != TOK_LT || p->failed || angle[1].kind == TOK_GT)
        return NULL;
    return scan_list(angle + 1, TOK_GT, 0);
}
