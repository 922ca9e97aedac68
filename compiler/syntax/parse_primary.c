/*
 * parse_primary.c - what an expression begins with: literals, names and calls, brackets, closures,
 * if and match expressions, spawn.
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

/* ---- Literals ---- */

static Expr *parse_literal(Parser *p)
{
    const Token *t = p->tok;
    Expr *e = expr_new(EXPR_NONE, here(p));
    switch ((TokenKind)t->kind) {
    case TOK_INT:
        e->kind = EXPR_INT;
        e->integer.value = t->integer;
        break;
    case TOK_FLOAT:
        e->kind = EXPR_FLOAT;
        e->floating = t->floating;
        break;
    case TOK_STRING:
        e->kind = EXPR_STRING;
        e->string.bytes = t->text->bytes;
        e->string.len   = t->text->len;
        break;
    case TOK_TRUE: case TOK_FALSE:
        e->kind = EXPR_BOOL;
        e->boolean = t->kind == TOK_TRUE;
        break;
    case TOK_SELF:
        e->kind = EXPR_SELF;
        break;
    default:
        break;
    }
    advance(p);
    return e;
}

/* "[" list(expr) "]" */
static Expr *parse_array(Parser *p)
{
    Span  open = expect(p, TOK_LBRACKET);
    Expr *e    = expr_new(EXPR_ARRAY, open);
    if (!at(p, TOK_RBRACKET)) {
        do
            LIST_ADD(&e->array.items, parse_free_expr(p));
        while (next_item(p, TOK_RBRACKET, open));
    }
    expect_close(p, TOK_RBRACKET, open);
    e->span = span_since(p, open);
    return e;
}

/* "Map" "<" type "," type ">" "{" sep(expr ":" expr) "}" */
static Expr *parse_map(Parser *p)
{
    Expr *e = expr_new(EXPR_MAP, here(p));
    advance(p);
    Span angle = expect(p, TOK_LT);
    e->map.key = parse_type(p);
    expect(p, TOK_COMMA);
    e->map.value = parse_type(p);
    take(p, TOK_COMMA);
    expect_close(p, TOK_GT, angle);
    Span open = expect(p, TOK_LBRACE);
    if (!at(p, TOK_RBRACE)) {
        do {
            MapEntry entry = {.key = parse_free_expr(p)};
            expect(p, TOK_COLON);
            entry.value = parse_free_expr(p);
            LIST_ADD(&e->map.entries, entry);
        } while (next_loose_item(p, TOK_RBRACE));
    }
    expect_close(p, TOK_RBRACE, open);
    e->span = span_since(p, e->span);
    return e;
}

/* "Set" "<" type ">" "{" sep(expr) "}" */
static Expr *parse_set(Parser *p)
{
    Expr *e = expr_new(EXPR_SET, here(p));
    advance(p);
    Span angle = expect(p, TOK_LT);
    e->set.elem = parse_type(p);
    take(p, TOK_COMMA);
    expect_close(p, TOK_GT, angle);
    Span open = expect(p, TOK_LBRACE);
    if (!at(p, TOK_RBRACE)) {
        do
            LIST_ADD(&e->set.items, parse_free_expr(p));
        while (next_loose_item(p, TOK_RBRACE));
    }
    expect_close(p, TOK_RBRACE, open);
    e->span = span_since(p, e->span);
    return e;
}

/* ---- Names and what they begin ---- */

/* IDENT [ "<" list(type) ">" ] "(" list(expr) ")" */
static Expr *parse_call(Parser *p)
{
    Expr *e = expr_new(EXPR_CALL, here(p));
    e->call.name = expect_ident(p);
    if (at(p, TOK_LT))
        PARSE_TYPE_ARGS(p, &e->call.type_args);
    parse_call_args(p, e);
    return e;
}

/* IDENT "::" IDENT "<" list(type) ">" "(" list(expr) ")" */
static Expr *parse_static_call(Parser *p)
{
    Expr *e = expr_new(EXPR_STATIC_CALL, here(p));
    e->call.trait = expect_ident(p);
    expect(p, TOK_PATH);
    e->call.name = expect_ident(p);
    PARSE_TYPE_ARGS(p, &e->call.type_args);
    parse_call_args(p, e);
    return e;
}

/* IDENT [ "<" list(type) ">" ] "{" sep(IDENT ":" expr) "}" */
static Expr *parse_struct(Parser *p)
{
    Expr *e = expr_new(EXPR_STRUCT, here(p));
    e->struct_.name.name = expect_ident(p);
    if (at(p, TOK_LT))
        PARSE_TYPE_ARGS(p, &e->struct_.type_args);
    PARSE_FIELD_INITS(p, &e->struct_.fields);
    e->span = span_since(p, e->span);
    return e;
}

/* IDENT "<" list(type) ">" "." IDENT [ "{" sep(IDENT ":" expr) "}" ] */
static Expr *parse_generic_variant(Parser *p)
{
    Expr *e = expr_new(EXPR_VARIANT, here(p));
    e->variant.enum_name.name = expect_ident(p);
    PARSE_TYPE_ARGS(p, &e->variant.type_args);
    expect(p, TOK_DOT);
    e->variant.variant = expect_ident(p);
    if (opens_fields(p, p->tok)) {
        e->variant.has_braces = true;
        PARSE_FIELD_INITS(p, &e->variant.fields);
    }
    e->span = span_since(p, e->span);
    return e;
}

static Expr *parse_plain_name(Parser *p)
{
    Expr *e = expr_new(EXPR_NAME, here(p));
    e->name.ident = expect_ident(p);
    return e;
}

/* What an identifier begins, decided by what follows it and its type arguments, if these are any
 * (language 4.5 note 6). */
static Expr *parse_name(Parser *p)
{
    if (peek_kind(p, 1) == TOK_PATH && !p->tok[1].after_newline)
        return parse_static_call(p);
    if (peek_kind(p, 1) == TOK_LT) {
        if (!p->restricted && at_word(p, "Map"))
            return parse_map(p);
        if (!p->restricted && at_word(p, "Set"))
            return parse_set(p);
        const Token *after = scan_type_args(p, p->tok + 1);
        if (after && after->kind == TOK_LPAREN)
            return parse_call(p);
        if (after && after->kind == TOK_DOT)
            return parse_generic_variant(p);
        if (after && opens_fields(p, after))
            return parse_struct(p);
    }
    if (peek_kind(p, 1) == TOK_LPAREN)
        return parse_call(p);
    if (peek_kind(p, 1) == TOK_LBRACE && opens_fields(p, p->tok + 1))
        return parse_struct(p);
    return parse_plain_name(p);
}

/* ---- Parentheses and closures ---- */

/* Does "(" begin a closure? Nothing else begins with "()" or "(name:". */
static bool at_closure(const Parser *p)
{
    return peek_kind(p, 1) == TOK_RPAREN
        || (peek_kind(p, 1) == TOK_IDENT && peek_kind(p, 2) == TOK_COLON);
}

/* closure = "(" list(param) ")" [ type ] "=>" ( block | expr ) */
static Expr *parse_closure(Parser *p)
{
    Span  open = expect(p, TOK_LPAREN);
    Expr *e    = expr_new(EXPR_CLOSURE, open);
    if (!at(p, TOK_RPAREN)) {
        do
            LIST_ADD(&e->closure.params, parse_param(p));
        while (next_item(p, TOK_RPAREN, open));
    }
    expect_close(p, TOK_RPAREN, open);
    if (at_type_start(p) && !p->tok->after_newline)
        e->closure.result = parse_type(p);
    expect(p, TOK_ARROW);
    if (at(p, TOK_LBRACE))
        e->closure.block = parse_block(p);
    else
        e->closure.value = parse_expr(p);
    e->span = span_since(p, open);
    return e;
}

/* "(" expr ")" */
static Expr *parse_parenthesized(Parser *p)
{
    Span  open = expect(p, TOK_LPAREN);
    Expr *e    = parse_free_expr(p);
    expect_close(p, TOK_RPAREN, open);
    e->parenthesized = true;
    e->span          = span_since(p, open);
    return e;
}

/* ---- if and match expressions ---- */

static Block *block_of_expr(Expr *only)
{
    Block *block = ARENA_NEW(Block);
    Stmt  *s     = ARENA_NEW(Stmt);
    s->kind = STMT_EXPR;
    s->span = block->span = only->span;
    s->expr = only;
    LIST_ADD(&block->stmts, s);
    return block;
}

/* The "if" directly behind the "else" of e, or NULL. */
static Expr *chained_if(const Expr *e)
{
    const Block *block = e->if_.otherwise;
    const Stmt  *only  = block->stmts.count == 1 ? block->stmts.items[0] : NULL;
    bool chained = only && only->kind == STMT_EXPR && only->expr->kind == EXPR_IF
                && only->span.start == block->span.start;
    return chained ? only->expr : NULL;
}

/* ifexpr = "if" head block "else" ( ifexpr | block )
 * A loop, not a recursion: chains may be long. */
static Expr *parse_if_expr(Parser *p)
{
    Expr *first = expr_new(EXPR_IF, here(p));
    for (Expr *e = first;;) {
        expect(p, TOK_IF);
        e->if_.cond = parse_head(p);
        reject_head_literal(p);
        e->if_.then = parse_block(p);
        expect(p, TOK_ELSE);
        if (!at(p, TOK_IF)) {
            e->if_.otherwise = parse_block(p);
            break;
        }
        Expr *next = expr_new(EXPR_IF, here(p));
        e->if_.otherwise = block_of_expr(next);
        e = next;
        height_grow(p);
    }
    /* Each "if" of the chain reaches to the end of the whole, with the block around it. */
    first->span = span_since(p, first->span);
    for (Expr *e = first, *next; (next = chained_if(e)); e = next) {
        Block *around = e->if_.otherwise;
        around->span = around->stmts.items[0]->span = next->span = span_since(p, next->span);
    }
    return first;
}

/* pattern "=>" armvalue ; armvalue = expr, restricted */
static MatchArm parse_value_arm(Parser *p)
{
    MatchArm arm = parse_pattern(p, false);
    expect(p, TOK_ARROW);
    arm.value = parse_head(p);
    return arm;
}

/* matchexpr = "match" head "{" pattern "=>" armvalue { "," pattern "=>" armvalue } [ "," ] "}" */
static Expr *parse_match_expr(Parser *p)
{
    Expr *e = expr_new(EXPR_MATCH, expect(p, TOK_MATCH));
    e->match.value = parse_head(p);
    reject_head_literal(p);
    Span open = expect(p, TOK_LBRACE);
    if (at(p, TOK_RBRACE))
        syntax_error(p, here(p), "a match expression must have at least one arm");
    do
        LIST_ADD(&e->match.arms, parse_value_arm(p));
    while (take(p, TOK_COMMA) && !at(p, TOK_RBRACE));
    bool literal = at(p, TOK_LBRACE);
    if (at(p, TOK_EOF))
        expect_close(p, TOK_RBRACE, open);
    else if (!take(p, TOK_RBRACE) && expected(p, "','") && literal)
        diag_help(p->diag, "put parentheses around a literal with braces: => (Name { ... })");
    e->span = span_since(p, e->span);
    return e;
}

/* ---- spawn ---- */

/* object.name, name, or object alone, as the beginning of a spawned method's receiver */
static Expr *spawn_receiver(Parser *p, Span start, Expr *object, Ident name)
{
    if (!name.name)
        return object;
    if (!object) {
        Expr *e = expr_new(EXPR_NAME, name.span);
        e->name.ident = name;
        return e;
    }
    Expr *e = expr_new(EXPR_FIELD, span_join(start, name.span));
    e->field.object = object;
    e->field.name   = name;
    height_grow(p);
    return e;
}

/* "spawn" ( IDENT | "self" ) { "." IDENT } "(" list(expr) ")" */
static Expr *parse_spawn(Parser *p)
{
    static const char form[] = "expected '(' or '.' after identifier in spawn expression";
    Expr *e      = expr_new(EXPR_SPAWN, expect(p, TOK_SPAWN));
    Span  start  = here(p);
    Expr *object = at(p, TOK_SELF) ? parse_literal(p) : NULL;
    Ident name   = object ? (Ident){0} : expect_ident(p);
    while (take(p, TOK_DOT)) {
        object = spawn_receiver(p, start, object, name);
        name   = expect_ident(p);
    }
    if (!name.name || !at(p, TOK_LPAREN))
        syntax_error(p, here(p), "%s, found %s", form, token_name(p->tok->kind));
    Expr *call = expr_new(object ? EXPR_METHOD : EXPR_CALL, start);
    call->call.object = object;
    call->call.name   = name;
    parse_call_args(p, call);
    e->spawn.call = call;
    e->span       = span_since(p, e->span);
    return e;
}

/* ---- Primary expressions ---- */

/* Language 28.2 fixes the text for a closure written like a function. */
static Expr *no_anonymous_function(Parser *p, Expr *e)
{
    if (syntax_error(p, e->span, "expected identifier, found fn"))
        diag_help(p->diag, "functions stand at the top level; a closure is written "
                           "(x: int) => x + 1");
    return e;
}

static Expr *no_expression(Parser *p)
{
    Expr *e        = expr_new(EXPR_NONE, here(p));
    bool  is_brace = at(p, TOK_LBRACE);
    if (at(p, TOK_FN))
        return no_anonymous_function(p, e);
    if (!syntax_error(p, e->span, "unexpected %s%s in expression",
                      at(p, TOK_EOF) ? "" : "token ", token_name(p->tok->kind)))
        return e;
    if (is_brace)
        diag_help(p->diag, "a block cannot stand alone; literals with braces begin with a type");
    return e;
}

/* primary = INT | FLOAT | STRING | FSTRING | "true" | "false" | "none" | "self" | name forms
 *         | "[" list(expr) "]" | "(" expr ")" | closure | ifexpr | matchexpr | spawn */
Expr *parse_primary(Parser *p)
{
    switch ((TokenKind)p->tok->kind) {
    case TOK_INT: case TOK_FLOAT: case TOK_STRING: case TOK_TRUE: case TOK_FALSE: case TOK_NONE:
    case TOK_SELF:
        return parse_literal(p);
    case TOK_FSTRING:  return parse_fstring(p);
    case TOK_IDENT:    return parse_name(p);
    case TOK_LBRACKET: return parse_array(p);
    case TOK_LPAREN:   return at_closure(p) ? parse_closure(p) : parse_parenthesized(p);
    case TOK_IF:       return parse_if_expr(p);
    case TOK_MATCH:    return parse_match_expr(p);
    case TOK_SPAWN:    return parse_spawn(p);
    default:           return no_expression(p);
    }
}
