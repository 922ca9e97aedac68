/*
 * roles.c - one pass over the tokens with a stack of the open parentheses.
 *
 * An operator is binary if what stands before it can end an operand. The '[' behind the parameters
 * of a function begins its result; anywhere else behind an operand it is an index.
 */
#include "compiler/tools/roles.h"

#include <stdio.h>
#include <string.h>

#include "compiler/base/arena.h"

/* ---- Kinds ---- */

bool is_opener(const Token *t)
{
    return t->kind == TOK_LPAREN || t->kind == TOK_LBRACKET || t->kind == TOK_LBRACE;
}

bool is_closer(const Token *t)
{
    return t->kind == TOK_RPAREN || t->kind == TOK_RBRACKET || t->kind == TOK_RBRACE;
}

static bool is_keyword(const Token *t)
{
    return t->kind >= TOK_FN && t->kind <= TOK_TESTS;
}

/* Can an operand end with the token? */
static bool ends_operand(const Token *t, TokenRole role)
{
    switch ((TokenKind)t->kind) {
    case TOK_IDENT: case TOK_INT: case TOK_FLOAT: case TOK_STRING: case TOK_FSTRING:
    case TOK_SELF: case TOK_TRUE: case TOK_FALSE: case TOK_NONE: case TOK_RPAREN:
    case TOK_RBRACKET: case TOK_RBRACE:
        return true;
    default:
        return role == ROLE_POSTFIX || role == ROLE_ANGLE_CLOSE;
    }
}

/* ---- Roles ---- */

typedef enum { PAREN_PLAIN, PAREN_PARAMS, PAREN_SEEDS } ParenKind;

typedef struct Roles {
    const Token *tokens;
    TokenRole   *roles;
    LIST(ParenKind) open;            /* of all brackets that are open */
    bool         in_fn_head;         /* between "fn" and its parameters */
    bool         in_stage;           /* between "stage" and its ':', '[' or body */
    bool         in_uses;            /* between "uses", or the ':' of a stage, and the body */
    bool         before_bars;        /* behind the seeds of a scope block */
    int          bars_depth;         /* open.count at its first '|'; -1: not between bars */
} Roles;

static TokenRole minus_or_not(const Roles *r, size_t i)
{
    const Token *t = &r->tokens[i], *before = t - 1;
    if (t->kind == TOK_BNOT || i == 0 || !ends_operand(before, r->roles[i - 1]))
        return ROLE_PREFIX;
    if (t->kind == TOK_NOT)
        return t->after_newline ? ROLE_PREFIX : ROLE_POSTFIX;
    /* A '-' on a new line goes on with the expression, but not behind a block. */
    return t->after_newline && before->kind == TOK_RBRACE ? ROLE_PREFIX : ROLE_BINARY;
}

static TokenRole bar(Roles *r)
{
    if (r->bars_depth == r->open.count) {
        r->bars_depth = -1;
        return ROLE_BAR_CLOSE;
    }
    if (!r->before_bars)
        return ROLE_BINARY;
    r->bars_depth = r->open.count;
    return ROLE_BAR_OPEN;
}

/* Does the token at i and the next make one operator? */
static bool is_pair(const Roles *r, size_t i)
{
    const Token *t = &r->tokens[i], *next = t + 1;
    return next->kind == t->kind && next->glued && !t->angle && !next->angle;
}

static TokenRole open_bracket(Roles *r, size_t i)
{
    const Token *before = i > 0 ? &r->tokens[i - 1] : NULL;
    ParenKind    kind   = PAREN_PLAIN;
    TokenRole    role   = ROLE_WORD;
    r->in_stage = false;
    if (r->tokens[i].kind == TOK_LBRACE)
        r->in_uses = false;
    if (r->tokens[i].kind == TOK_LPAREN) {
        kind          = r->in_fn_head ? PAREN_PARAMS
                      : before && before->kind == TOK_SCOPE ? PAREN_SEEDS : PAREN_PLAIN;
        r->in_fn_head = false;
    } else if (r->tokens[i].kind == TOK_LBRACKET && i > 0
               && (r->in_uses || r->roles[i - 1] == ROLE_APART)) {
        role = ROLE_APART;
    }
    LIST_ADD(&r->open, kind);
    return role;
}

/* The ')' behind parameters is marked for the token after it; token_roles clears it. */
static TokenRole close_bracket(Roles *r)
{
    ParenKind kind = r->open.count > 0 ? r->open.items[--r->open.count] : PAREN_PLAIN;
    r->before_bars = kind == PAREN_SEEDS;
    return kind == PAREN_PARAMS ? ROLE_APART : ROLE_WORD;
}

static TokenRole role_of(Roles *r, size_t i)
{
    const Token *t = &r->tokens[i];
    switch ((TokenKind)t->kind) {
    case TOK_MINUS: case TOK_NOT: case TOK_BNOT:
        return minus_or_not(r, i);
    case TOK_INCREMENT: case TOK_DECREMENT:
        return ROLE_POSTFIX;
    case TOK_QUESTION:
        return is_pair(r, i) ? ROLE_BINARY : ROLE_POSTFIX;
    case TOK_LT:
        return t->angle ? ROLE_ANGLE_OPEN : ROLE_BINARY;
    case TOK_GT: case TOK_GE:
        return t->angle ? ROLE_ANGLE_CLOSE : ROLE_BINARY;
    case TOK_DOT: case TOK_PATH: case TOK_RANGE: case TOK_RANGE_TO:
        return ROLE_TIGHT;
    case TOK_BOR:
        return bar(r);
    case TOK_LPAREN: case TOK_LBRACKET: case TOK_LBRACE:
        return open_bracket(r, i);
    case TOK_RPAREN: case TOK_RBRACKET: case TOK_RBRACE:
        return close_bracket(r);
    case TOK_COMMA:
        return ROLE_WORD;
    case TOK_COLON:
        if (!r->in_stage)
            return ROLE_WORD;
        r->in_stage = false;
        r->in_uses  = true;
        return ROLE_BINARY;
    case TOK_STAGE:
        r->in_stage = true;
        return ROLE_WORD;
    case TOK_USES:
        r->in_uses = true;
        return ROLE_WORD;
    case TOK_FN:
        r->in_fn_head = true;
        return ROLE_WORD;
    default:
        return t->kind >= TOK_PLUS ? ROLE_BINARY : ROLE_WORD;
    }
}

const TokenRole *token_roles(TokenList tokens)
{
    Roles r = {.tokens = tokens.items, .bars_depth = -1};
    r.roles = arena_alloc(tokens.count * sizeof *r.roles);
    for (size_t i = 0; i < tokens.count; i++) {
        bool behind_seeds = r.before_bars;
        r.roles[i]        = role_of(&r, i);
        if (behind_seeds)
            r.before_bars = false;
        bool pair = (tokens.items[i].kind == TOK_QUESTION || tokens.items[i].kind == TOK_GT)
                 && r.roles[i] == ROLE_BINARY && is_pair(&r, i);
        if (pair)
            r.roles[++i] = ROLE_SECOND;
    }
    for (size_t i = 0; i < tokens.count; i++)
        if (tokens.items[i].kind == TOK_RPAREN)
            r.roles[i] = ROLE_WORD;
    return r.roles;
}

/* ---- Blanks ---- */

static const char *const punctuation[] = {
#define X(name, text) text,
    PUNCTUATION(X)
#undef X
    "//",
};

/* Would the lexer see something else if nothing stood between the two? */
static bool would_merge(const char *text, const Token *a, const Token *b)
{
    const char *left = text + a->start, *right = text + b->start;
    size_t      left_len = a->end - a->start, right_len = b->end - b->start;
    if (a->kind == TOK_FLOAT && *right == '.')
        return true;
    for (size_t i = 0; i < sizeof punctuation / sizeof *punctuation; i++) {
        size_t len = strlen(punctuation[i]);
        if (len > left_len && len <= left_len + right_len
            && memcmp(punctuation[i], left, left_len) == 0
            && memcmp(punctuation[i] + left_len, right, len - left_len) == 0)
            return true;
    }
    return false;
}

/* Does a '(' or '[' behind the token belong to it: a call, an index, parameters? */
static bool takes_bracket(const Token *t, TokenRole role)
{
    return ends_operand(t, role) || t->kind == TOK_FN || t->kind == TOK_SCOPE
        || t->kind == TOK_TESTS;
}

static bool wants_space(TokenList tokens, const TokenRole *roles, size_t i)
{
    const Token *a = &tokens.items[i - 1], *b = &tokens.items[i];
    TokenRole    left = roles[i - 1], right = roles[i];
    if (a->kind == TOK_LBRACE || b->kind == TOK_RBRACE)
        return !(a->kind == TOK_LBRACE && b->kind == TOK_RBRACE);
    if (is_opener(a) || is_closer(b) || b->kind == TOK_COMMA)
        return false;
    if (b->kind == TOK_COLON)
        return right == ROLE_BINARY;
    if (left == ROLE_PREFIX || left == ROLE_TIGHT || left == ROLE_ANGLE_OPEN
        || left == ROLE_BAR_OPEN)
        return false;
    if (right == ROLE_POSTFIX || right == ROLE_TIGHT || right == ROLE_SECOND
        || right == ROLE_ANGLE_OPEN || right == ROLE_ANGLE_CLOSE || right == ROLE_BAR_CLOSE)
        return false;
    if (right == ROLE_APART)
        return true;
    if (b->kind == TOK_LPAREN || b->kind == TOK_LBRACKET)
        return !takes_bracket(a, left);
    return true;
}

bool space_before(const char *text, TokenList tokens, const TokenRole *roles, size_t i)
{
    if (wants_space(tokens, roles, i))
        return true;
    if (is_keyword(&tokens.items[i - 1]) && is_keyword(&tokens.items[i]))
        return true;
    return would_merge(text, &tokens.items[i - 1], &tokens.items[i]);
}
