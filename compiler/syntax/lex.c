/*
 * lex.c - one pass over the text, longest match first.
 *
 * The whole text is lexed before parsing begins, so that lexical errors are reported ahead of all
 * others and the parser may look ahead as far as it likes.
 */
#include "compiler/syntax/lex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"

typedef struct Lexer {
    LexInput  in;
    Diag     *diag;
    uint32_t  pos;
    bool      after_newline;         /* of the token to come */
    uint32_t  last_end;              /* in the text: where the token before ended */
    TokenList tokens;
    size_t    cap;
} Lexer;

static const char *const spelling[TOK_COUNT] = {
#define X(name, text) [TOK_##name] = text,
    OTHER_TOKENS(X) KEYWORDS(X) PUNCTUATION(X)
#undef X
};

const char *token_name(TokenKind kind)
{
    return spelling[kind];
}

Span lex_span(const LexInput *input, uint32_t start, uint32_t end)
{
    if (input->origin)
        return (Span){input->file, input->origin[start], input->origin[end]};
    return (Span){input->file, start, end};
}

/* ---- Characters ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_ident_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_ident_char(char c)
{
    return is_ident_start(c) || is_digit(c);
}

/* The character at pos + ahead; NUL behind the end. */
static char peek(const Lexer *lx, uint32_t ahead)
{
    uint32_t at = lx->pos + ahead;
    return at < lx->in.size ? lx->in.text[at] : '\0';
}

static bool at_text(const Lexer *lx, const char *text)
{
    size_t len = strlen(text);
    return lx->in.size - lx->pos >= len && memcmp(lx->in.text + lx->pos, text, len) == 0;
}

/* ---- Making tokens ---- */

static Token *add_token(Lexer *lx, TokenKind kind, uint32_t start)
{
    if (lx->tokens.count == lx->cap) {
        lx->cap = lx->cap ? lx->cap * 2 : 256;
        Token *bigger = realloc(lx->tokens.items, lx->cap * sizeof *bigger);
        if (!bigger) {
            fputs("error: the compiler ran out of memory\n", stderr);
            exit(1);
        }
        lx->tokens.items = bigger;
    }
    Token *token = &lx->tokens.items[lx->tokens.count++];
    Span   span  = lex_span(&lx->in, start, lx->pos);
    *token = (Token){.start = span.start, .end = span.end, .kind = (uint8_t)kind,
                     .after_newline = lx->after_newline,
                     .glued = start == lx->last_end && lx->tokens.count > 1};
    lx->after_newline = false;
    lx->last_end      = lx->pos;
    return token;
}

static Span span_from(const Lexer *lx, uint32_t start)
{
    return lex_span(&lx->in, start, lx->pos);
}

/* ---- Words ---- */

static TokenKind keyword(const char *text, size_t len)
{
    for (int kind = TOK_FN; kind <= TOK_TESTS; kind++)
        if (spelling[kind][0] == text[0] && strlen(spelling[kind]) == len
            && memcmp(spelling[kind], text, len) == 0)
            return (TokenKind)kind;
    return TOK_IDENT;
}

bool is_keyword_text(const char *text)
{
    return keyword(text, strlen(text)) != TOK_IDENT;
}

/* IDENT = [A-Za-z_] { [A-Za-z0-9_] } */
static void lex_word(Lexer *lx)
{
    uint32_t start = lx->pos;
    while (is_ident_char(peek(lx, 0)))
        lx->pos++;
    const char *text = lx->in.text + start;
    size_t      len  = lx->pos - start;
    TokenKind   kind = keyword(text, len);
    Token *token = add_token(lx, kind, start);
    if (kind == TOK_IDENT)
        token->name = intern(text, len);
}

/* ---- Numbers ---- */

static int digit_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

/* Reads digits of the base from text[from .. pos), skipping '_'. Values up to 2^63 are accepted:
 * 9223372036854775808 stands for the smallest int. */
static void add_integer(Lexer *lx, uint32_t start, uint32_t from, unsigned base)
{
    const uint64_t limit = (uint64_t)1 << 63;
    uint64_t value = 0;
    bool     fits  = true;
    for (uint32_t i = from; i < lx->pos; i++) {
        if (lx->in.text[i] == '_')
            continue;
        unsigned digit = (unsigned)digit_value(lx->in.text[i]);
        fits = fits && value <= (limit - digit) / base;
        if (fits)
            value = value * base + digit;
    }
    if (!fits) {
        diag_error(lx->diag, DIAG_SYNTAX, span_from(lx, start), "integer literal out of range");
        diag_help(lx->diag, "the largest int is 9223372036854775807");
        value = 0;
    }
    add_token(lx, TOK_INT, start)->integer = value;
}

/* INT = "0x" hex { hex | "_" } | "0b" bit { bit | "_" }, with no "_" at the end. Everything that
 * looks like a digit, letter or "_" belongs to it, so that 0b12 is one wrong literal. */
static void lex_prefixed(Lexer *lx, unsigned base)
{
    const char *name  = base == 16 ? "hexadecimal" : "binary";
    uint32_t    start = lx->pos;
    lx->pos += 2;
    uint32_t digits = lx->pos;
    while (is_ident_char(peek(lx, 0)))
        lx->pos++;
    const char *wrong = NULL;
    char        wrong_digit = '\0';
    for (uint32_t i = digits; i < lx->pos && !wrong_digit; i++)
        if (lx->in.text[i] != '_' && digit_value(lx->in.text[i]) >= (int)base)
            wrong_digit = lx->in.text[i];
    if (digits == lx->pos)
        wrong = "has no digits";
    else if (lx->in.text[digits] == '_')
        wrong = "must not begin with '_'";
    else if (lx->in.text[lx->pos - 1] == '_')
        wrong = "must not end with '_'";
    if (wrong_digit)
        diag_error(lx->diag, DIAG_SYNTAX, span_from(lx, start), "invalid digit '%c' in %s literal",
                   wrong_digit, name);
    else if (wrong)
        diag_error(lx->diag, DIAG_SYNTAX, span_from(lx, start), "%s literal %s", name, wrong);
    if (wrong || wrong_digit)
        add_token(lx, TOK_INT, start)->integer = 0;
    else
        add_integer(lx, start, digits, base);
}

static void add_float(Lexer *lx, uint32_t start)
{
    char  *digits = malloc(lx->pos - start + 1);
    size_t len    = 0;
    for (uint32_t i = start; digits && i < lx->pos; i++)
        if (lx->in.text[i] != '_')
            digits[len++] = lx->in.text[i];
    double value = 0;
    if (digits) {
        digits[len] = '\0';
        value = strtod(digits, NULL);
        free(digits);
    }
    add_token(lx, TOK_FLOAT, start)->floating = value;
}

static void skip_digits(Lexer *lx)
{
    while (is_digit(peek(lx, 0)) || peek(lx, 0) == '_')
        lx->pos++;
}

/* INT   = digit { digit | "_" }
 * FLOAT = digits "." digits [ exponent ] | digits exponent
 * exponent = ( "e" | "E" ) [ "+" | "-" ] digits */
static void lex_number(Lexer *lx)
{
    uint32_t start = lx->pos;
    char     next  = peek(lx, 1);
    if (peek(lx, 0) == '0' && (next == 'x' || next == 'X')) {
        lex_prefixed(lx, 16);
        return;
    }
    if (peek(lx, 0) == '0' && (next == 'b' || next == 'B')) {
        lex_prefixed(lx, 2);
        return;
    }
    bool is_float = false;
    skip_digits(lx);
    if (peek(lx, 0) == '.' && is_digit(peek(lx, 1))) {
        is_float = true;
        lx->pos++;
        skip_digits(lx);
    }
    if (peek(lx, 0) == 'e' || peek(lx, 0) == 'E') {
        uint32_t sign = peek(lx, 1) == '+' || peek(lx, 1) == '-';
        if (is_digit(peek(lx, 1 + sign))) {
            is_float = true;
            lx->pos += 1 + sign;
            skip_digits(lx);
        }
    }
    if (!is_float) {
        add_integer(lx, start, start, 10);
        return;
    }
    add_float(lx, start);
    if (peek(lx, 0) == '.') {
        while (peek(lx, 0) == '.' || is_ident_char(peek(lx, 0)))
            lx->pos++;
        diag_error(lx->diag, DIAG_SYNTAX, span_from(lx, start),
                   "multiple decimal points in float literal");
        diag_help(lx->diag, "put a blank or parentheses between the number and '.'");
        lx->last_end = lx->pos;
    }
}

/* ---- Strings ---- */

/* STRING = quote { character | escape } quote ; FSTRING = "f" STRING */
static void lex_string(Lexer *lx, bool is_fstring)
{
    uint32_t start = lx->pos;
    lx->pos += is_fstring;
    const Text *text = lex_text(&lx->in, &lx->pos, is_fstring, lx->diag);
    if (text)
        add_token(lx, is_fstring ? TOK_FSTRING : TOK_STRING, start)->text = text;
}

/* ---- Punctuation ---- */

static TokenKind punctuation(const Lexer *lx)
{
    TokenKind found = TOK_EOF;
    size_t    best  = 0;
    for (int kind = TOK_PLUS; kind < TOK_COUNT; kind++) {
        size_t len = strlen(spelling[kind]);
        if (len > best && spelling[kind][0] == peek(lx, 0) && at_text(lx, spelling[kind])) {
            found = (TokenKind)kind;
            best  = len;
        }
    }
    return found;
}

/* Reports the character at pos, which starts no token, and skips it. */
static void unexpected_character(Lexer *lx)
{
    uint32_t      start = lx->pos++;
    unsigned char c     = (unsigned char)lx->in.text[start];
    uint32_t      more  = c < 0xc2 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : 0;
    while (lx->pos - start <= more && ((unsigned char)peek(lx, 0) & 0xc0) == 0x80)
        lx->pos++;
    bool well_formed = more > 0 && lx->pos - start == more + 1;
    Span span = span_from(lx, start);
    if (well_formed)
        diag_error(lx->diag, DIAG_SYNTAX, span, "unexpected character '%.*s'",
                   (int)(lx->pos - start), lx->in.text + start);
    else if (c > 0x20 && c < 0x7f)
        diag_error(lx->diag, DIAG_SYNTAX, span, "unexpected character '%c'", c);
    else
        diag_error(lx->diag, DIAG_SYNTAX, span, "unexpected character '\\x%02x'", c);
    if (c == ';')
        diag_help(lx->diag, "a statement ends with its line; no ';' is needed");
    if (c == '\'')
        diag_help(lx->diag, "strings are written with double quotes");
}

static void lex_punctuation(Lexer *lx)
{
    uint32_t  start = lx->pos;
    TokenKind kind  = punctuation(lx);
    if (kind == TOK_EOF) {
        unexpected_character(lx);
        return;
    }
    lx->pos += (uint32_t)strlen(spelling[kind]);
    add_token(lx, kind, start);
}

/* ---- The text ---- */

/* A byte order mark and a line for the system's program loader may stand at the start of a file. */
static void skip_file_start(Lexer *lx)
{
    if (at_text(lx, "\xef\xbb\xbf"))
        lx->pos += 3;
    if (at_text(lx, "#!"))
        while (lx->pos < lx->in.size && peek(lx, 0) != '\n')
            lx->pos++;
}

static void skip_comment(Lexer *lx)
{
    while (lx->pos < lx->in.size && peek(lx, 0) != '\n')
        lx->pos++;
}

static void lex_one(Lexer *lx)
{
    char c = peek(lx, 0);
    if (c == ' ' || c == '\t') {
        lx->pos++;
    } else if (c == '\n' || (c == '\r' && peek(lx, 1) == '\n')) {
        lx->pos++;
        lx->after_newline = true;
    } else if (c == '/' && peek(lx, 1) == '/') {
        skip_comment(lx);
    } else if (c == '"' || (c == 'f' && peek(lx, 1) == '"')) {
        lex_string(lx, c == 'f');
    } else if (is_ident_start(c)) {
        lex_word(lx);
    } else if (is_digit(c)) {
        lex_number(lx);
    } else {
        lex_punctuation(lx);
    }
}

TokenList lex(LexInput input, Diag *diag)
{
    Lexer lx = {.in = input, .diag = diag, .after_newline = true};
    if (!input.origin)
        skip_file_start(&lx);
    while (lx.pos < input.size)
        lex_one(&lx);
    add_token(&lx, TOK_EOF, lx.pos);
    return lx.tokens;
}

void tokens_free(TokenList *tokens)
{
    free(tokens->items);
    *tokens = (TokenList){NULL, 0};
}
