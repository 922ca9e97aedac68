/*
 * parse.c - the parser's cursor, its errors and how it recovers from them.
 *
 * Recovery goes by braces as long as every brace of the file has its partner. Otherwise one missing
 * brace would swallow the rest of the file, and indentation helps: a line standing as far left as
 * the broken statement ends it, if the program indents at all, and a declaration at the left edge
 * ends every block.
 */
#include "compiler/syntax/parse_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- The cursor ---- */

static Span span_of(const Parser *p, const Token *t)
{
    return (Span){p->file, t->start, t->end};
}

Span here(const Parser *p)
{
    return span_of(p, p->tok);
}

Span span_since(const Parser *p, Span start)
{
    if (p->tok == p->first)
        return start;
    return span_join(start, span_of(p, p->tok - 1));
}

bool at_word(const Parser *p, const char *word)
{
    return at(p, TOK_IDENT) && strcmp(p->tok->name, word) == 0;
}

void advance(Parser *p)
{
    if (p->tok != p->last)
        p->tok++;
}

bool take(Parser *p, TokenKind kind)
{
    if (!at(p, kind))
        return false;
    advance(p);
    return true;
}

Span expect(Parser *p, TokenKind kind)
{
    Span span = here(p);
    if (kind == TOK_LT && at(p, kind))
        p->tok->angle = true;                       /* as an operator it is never expected */
    if (!take(p, kind))
        expected(p, token_name(kind));
    return span;
}

Ident expect_ident(Parser *p)
{
    Ident ident = {at(p, TOK_IDENT) ? p->tok->name : intern_text(""), here(p)};
    expect(p, TOK_IDENT);
    return ident;
}

/* ">=" where ">" is wanted is ">" and "=" (language 2.8). */
static void split_greater_equal(Parser *p)
{
    p->tok->kind  = TOK_ASSIGN;
    p->tok->glued = true;
    p->tok->start++;
}

/* The opening bracket is worth a note when it is not beside the error anyway. */
static void note_opening(Parser *p, Span open)
{
    uint32_t open_line, line, column;
    source_locate(p->file, open.start, &open_line, &column);
    source_locate(p->file, p->failed_at->start, &line, &column);
    if (open_line != line || p->failed_at == p->last)
        diag_note(p->diag, open, "opened here");
}

void expect_close(Parser *p, TokenKind close, Span open)
{
    if (close == TOK_GT && (at(p, TOK_GT) || at(p, TOK_GE)))
        p->tok->angle = true;
    if (close == TOK_GT && at(p, TOK_GE))
        split_greater_equal(p);
    else if (!take(p, close) && expected(p, token_name(close)))
        note_opening(p, open);
}

/* Did the list rather lose its closing bracket than a comma? */
static bool looks_unclosed(const Parser *p)
{
    switch ((TokenKind)p->tok->kind) {
    case TOK_EOF: case TOK_LBRACE: case TOK_RBRACE: case TOK_RPAREN: case TOK_RBRACKET:
        return true;
    default:
        return p->tok->after_newline;
    }
}

bool next_item(Parser *p, TokenKind close, Span open)
{
    bool closes = at(p, close) || (close == TOK_GT && at(p, TOK_GE));
    if (closes)
        return false;
    if (take(p, TOK_COMMA))
        return !at(p, close);
    if (looks_unclosed(p))
        expect_close(p, close, open);
    else
        expect(p, TOK_COMMA);
    return false;
}

bool next_loose_item(Parser *p, TokenKind close)
{
    take(p, TOK_COMMA);
    return !at(p, close) && !at(p, TOK_EOF);
}

bool at_line_end(const Parser *p)
{
    return p->tok->after_newline || at(p, TOK_RBRACE) || at(p, TOK_EOF);
}

/* ---- Errors ---- */

static void fail(Parser *p)
{
    p->failed    = true;
    p->failed_at = p->tok;
    p->tok       = p->last;
}

bool syntax_error(Parser *p, Span at, const char *format, ...)
{
    if (p->failed)
        return false;
    char    text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    diag_error(p->diag, DIAG_SYNTAX, at, "%s", text);
    fail(p);
    return true;
}

bool expected(Parser *p, const char *what)
{
    return syntax_error(p, here(p), "expected %s, found %s", what, token_name(p->tok->kind));
}

/* ---- Recovery ---- */

static uint32_t column_of(const Parser *p, const Token *t)
{
    uint32_t line, column;
    source_locate(p->file, t->start, &line, &column);
    return column;
}

static bool starts_declaration(TokenKind kind)
{
    switch (kind) {
    case TOK_FN: case TOK_PUB: case TOK_CLASS: case TOK_TRAIT: case TOK_ENUM: case TOK_ERROR:
    case TOK_EXTERN: case TOK_IMPORT: case TOK_APP: case TOK_STAGE: case TOK_SYSTEM: case TOK_TEST:
    case TOK_TESTS: case TOK_SCOPED: case TOK_TRANSIENT:
        return true;
    default:
        return false;
    }
}

static bool is_declaration_line(const Parser *p, const Token *t)
{
    return t->after_newline && starts_declaration(t->kind) && column_of(p, t) <= p->base_column;
}

bool at_next_declaration(const Parser *p)
{
    return !p->balanced && is_declaration_line(p, p->tok);
}

static int depth_change(const Token *t)
{
    return (t->kind == TOK_LBRACE) - (t->kind == TOK_RBRACE);
}

static bool braces_balance(const Parser *p)
{
    long depth = 0;
    for (const Token *t = p->first; t != p->last && depth >= 0; t++)
        depth += depth_change(t);
    return depth == 0;
}

static bool is_closer(TokenKind kind)
{
    return kind == TOK_RPAREN || kind == TOK_RBRACKET || kind == TOK_RBRACE || kind == TOK_COMMA;
}

/* May the statement or member begun at first have ended before t? depth is that of the braces
 * between the two. */
static bool is_resumption(const Parser *p, const Token *first, const Token *t, int depth)
{
    if (t == first || !t->after_newline || is_closer(t->kind))
        return false;
    uint32_t column = column_of(p, first);
    if (p->balanced)
        return depth == 0 && column_of(p, t) <= column;
    return (depth == 0 || column > p->base_column) && column_of(p, t) <= column;
}

bool recover_in_braces(Parser *p, const Token *begun)
{
    int    depth = 0;                               /* of braces, from begun on */
    Token *t     = p->first + (begun - p->first);
    for (; t != p->last; t++) {
        if (t >= p->failed_at) {
            if (!p->balanced && is_declaration_line(p, t)) {
                p->failed_at = t;
                return false;
            }
            if ((t->kind == TOK_RBRACE && depth == 0) || is_resumption(p, begun, t, depth)) {
                p->failed = false;
                p->tok    = t;
                return true;
            }
        }
        depth += depth_change(t);
        if (depth < 0)
            depth = 0;
    }
    p->failed_at = p->last;
    return false;
}

/* Does something new begin at t, outside all braces? */
static bool begins_at_top(const Token *t)
{
    return t[-1].kind == TOK_RBRACE || (t->after_newline && starts_declaration(t->kind));
}

/* Puts the cursor at the next declaration, or at the end. */
static void recover_at_top(Parser *p, const Token *begun)
{
    int    depth = 0;
    Token *t     = p->first + (begun - p->first);
    for (; t != p->last; t++) {
        bool found = t > begun && t >= p->failed_at
                  && (p->balanced ? depth == 0 && begins_at_top(t) : is_declaration_line(p, t));
        if (found)
            break;
        depth += depth_change(t);
    }
    p->failed = false;
    p->tok    = t;
}

/* Column of the first token on the line that holds offset. */
static uint32_t line_indent(const Parser *p, uint32_t offset)
{
    uint32_t line, column;
    source_locate(p->file, offset, &line, &column);
    uint32_t start = p->file->line_start[line - 1], end = start;
    while (p->file->text[end] == ' ' || p->file->text[end] == '\t')
        end++;
    return end - start + 1;
}

void note_indentation(Parser *p, Span open)
{
    if (p->failed || p->crooked.file || !p->tok->after_newline)
        return;
    if (line_indent(p, open.start) != column_of(p, p->tok))
        p->crooked = open;
}

void missing_brace(Parser *p, Span open)
{
    if (!expected(p, token_name(TOK_RBRACE)))
        return;
    diag_note(p->diag, open, "opened here");
    if (p->crooked.file)
        diag_note(p->diag, p->crooked,
                  "or the '}' of this one is missing: the one found is indented differently");
}

/* ---- Limits ---- */

int enter(Parser *p)
{
    bool too_deep = ++p->nesting > PARSE_MAX_NESTING;
    if (too_deep && syntax_error(p, here(p), "nesting too deep: more than %d levels",
                                 PARSE_MAX_NESTING))
        p->failed_at = p->last;                     /* the rest would only repeat it */
    return height_begin(p);
}

void leave(Parser *p, int before)
{
    p->nesting--;
    p->height++;
    height_end(p, before);
}

int height_begin(Parser *p)
{
    int before = p->height;
    p->height = 0;
    return before;
}

void height_grow(Parser *p)
{
    if (++p->height > PARSE_MAX_HEIGHT)
        syntax_error(p, here(p), "too many operators or else-ifs in a row: more than %d",
                     PARSE_MAX_HEIGHT);
}

void height_end(Parser *p, int before)
{
    if (p->height < before)
        p->height = before;
}

/* ---- The file ---- */

/* program = { import } { declaration } */
static void parse_program(Parser *p)
{
    bool imports = true;
    while (!at(p, TOK_EOF)) {
        const Token *begun = p->tok;
        p->crooked = (Span){0};
        imports    = imports && at(p, TOK_IMPORT);
        if (imports)
            parse_import(p);
        else
            parse_declaration(p);
        if (p->failed)
            recover_at_top(p, begun);
    }
}

void parse_tokens(Module *module, TokenList tokens, Diag *diag)
{
    Parser p = {.file = module->file, .diag = diag, .module = module, .first = tokens.items,
                .last = tokens.items + tokens.count - 1, .tok = tokens.items};
    p.base_column = column_of(&p, p.first);
    p.balanced    = braces_balance(&p);
    parse_program(&p);
}

Module *parse_file(SourceFile *file, Diag *diag)
{
    Module *module = ARENA_NEW(Module);
    module->file = file;
    int       errors = diag_errors(diag);
    TokenList tokens = lex((LexInput){file, file->text, (uint32_t)file->size, NULL}, diag);
    if (diag_errors(diag) == errors)
        parse_tokens(module, tokens, diag);
    tokens_free(&tokens);
    return module;
}
