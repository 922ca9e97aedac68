/*
 * parse_fstring.c - the parts of an f-string.
 *
 * The decoded text is cut at its braces. Each expression is lexed and parsed by a parser of its
 * own, whose tokens carry places in the file; its errors do not disturb the statement around it.
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

typedef struct Cutter {
    Parser     *p;
    const Text *text;
    Expr       *e;
    char       *literal;                           /* of the part that is being read */
    uint32_t    literal_len;
} Cutter;

static Span span_in(const Cutter *c, uint32_t start, uint32_t end)
{
    return (Span){c->p->file, c->text->origin[start], c->text->origin[end]};
}

static void end_literal(Cutter *c)
{
    if (c->literal_len == 0)
        return;
    FPart part = {.text = intern(c->literal, c->literal_len), .text_len = c->literal_len};
    LIST_ADD(&c->e->fstring.parts, part);
    c->literal_len = 0;
}

/* The offset of the "}" that belongs to the "{" before start, or the length. */
static uint32_t find_brace(const Text *text, uint32_t start)
{
    int depth = 1;
    for (uint32_t i = start; i < text->len; i++) {
        depth += (text->bytes[i] == '{') - (text->bytes[i] == '}');
        if (depth == 0)
            return i;
    }
    return text->len;
}

/* text[start .. end) as one complete expression */
static Expr *parse_interpolation(Cutter *c, uint32_t start, uint32_t end)
{
    Parser   *outer = c->p;
    LexInput  input = {outer->file, c->text->bytes + start, end - start, c->text->origin + start};
    int       errors = diag_errors(outer->diag);
    TokenList tokens = lex(input, outer->diag);
    Expr     *e = expr_new(EXPR_NONE, span_in(c, start, end));
    if (diag_errors(outer->diag) == errors) {
        Parser inner = {.file = outer->file, .diag = outer->diag, .module = outer->module,
                        .base_column = outer->base_column, .balanced = true,
                        .nesting = outer->nesting, .tok = tokens.items, .first = tokens.items,
                        .last = tokens.items + tokens.count - 1};
        e = parse_expr(&inner);
        if (!at(&inner, TOK_EOF))
            syntax_error(&inner, here(&inner), "unexpected tokens in interpolation expression");
        height_end(outer, inner.height);
    }
    tokens_free(&tokens);
    return e;
}

/* "{" expr "}" at open; returns the offset behind it */
static uint32_t cut_interpolation(Cutter *c, uint32_t open)
{
    uint32_t close = find_brace(c->text, open + 1);
    if (close == c->text->len) {
        diag_error(c->p->diag, DIAG_SYNTAX, span_in(c, open, open + 1),
                   "unterminated interpolation expression");
        diag_help(c->p->diag, "write {{ for a brace in the text");
        return close;
    }
    end_literal(c);
    FPart part = {.value = parse_interpolation(c, open + 1, close)};
    LIST_ADD(&c->e->fstring.parts, part);
    return close + 1;
}

static void cut(Cutter *c)
{
    const char *s = c->text->bytes;
    for (uint32_t i = 0; i < c->text->len;) {
        bool doubled = i + 1 < c->text->len && s[i + 1] == s[i];
        if (s[i] == '{' && !doubled) {
            i = cut_interpolation(c, i);
            continue;
        }
        if (s[i] == '}' && !doubled) {
            diag_error(c->p->diag, DIAG_SYNTAX, span_in(c, i, i + 1), "unexpected '}' in f-string");
            diag_help(c->p->diag, "write }} for a brace in the text");
        }
        c->literal[c->literal_len++] = s[i];
        i += (s[i] == '{' || s[i] == '}') && doubled ? 2 : 1;
    }
    end_literal(c);
}

/* Without an interpolation it is a plain string. */
static void become_plain(Expr *e)
{
    FPart only = {.text = intern("", 0)};
    if (e->fstring.parts.count > 0)
        only = e->fstring.parts.items[0];
    if (e->fstring.parts.count > 1 || only.value)
        return;
    e->kind         = EXPR_STRING;
    e->string.bytes = only.text;
    e->string.len   = only.text_len;
}

Expr *parse_fstring(Parser *p)
{
    Cutter c = {.p = p, .text = p->tok->text, .e = expr_new(EXPR_FSTRING, here(p))};
    c.literal = arena_alloc(c.text->len + 1);
    int before = enter(p);
    cut(&c);
    leave(p, before);
    become_plain(c.e);
    advance(p);
    return c.e;
}
