/*
 * format_check.c - the proof that formatting lost nothing, made anew for every file.
 *
 * What the parser can see of a token is compared: kind, text, whether a line end stands before it,
 * and whether two of ">" or "?" touch. So the two texts have the same tree. Comments are compared
 * between each two tokens, by their text and by whether code stands before them on their line.
 */
#include <string.h>

#include "compiler/syntax/lex.h"
#include "compiler/tools/comments.h"
#include "compiler/tools/format.h"

static bool same_text(const SourceFile *a, uint32_t a_start, uint32_t a_end, const SourceFile *b,
                      uint32_t b_start, uint32_t b_end)
{
    return a_end - a_start == b_end - b_start
        && memcmp(a->text + a_start, b->text + b_start, a_end - a_start) == 0;
}

static bool same_token(const SourceFile *a, const Token *x, const SourceFile *b, const Token *y)
{
    return x->kind == y->kind && x->after_newline == y->after_newline
        && same_text(a, x->start, x->end, b, y->start, y->end);
}

/* Do tokens i - 1 and i make one operator in both texts or in neither? Two ">" that were apart stood
 * between types, where ">>" is the same. */
static bool same_pair(TokenList x, TokenList y, size_t i)
{
    const Token *t = &x.items[i];
    if (i == 0 || t->kind != t[-1].kind)
        return true;
    if (t->kind == TOK_QUESTION)
        return t->glued == y.items[i].glued;
    return t->kind != TOK_GT || !t->glued || y.items[i].glued;
}

/* behind_code: what stands before the gap is a token, not the beginning of the file. */
static bool same_comments(const SourceFile *a, uint32_t a_pos, uint32_t a_end, const SourceFile *b,
                          uint32_t b_pos, uint32_t b_end, bool behind_code)
{
    for (;; behind_code = true) {
        Comment x = next_comment(a, &a_pos, a_end), y = next_comment(b, &b_pos, b_end);
        if (x.found != y.found)
            return false;
        if (!x.found)
            return true;
        if (behind_code && (x.newlines == 0) != (y.newlines == 0))
            return false;
        if (!same_text(a, x.start, x.end, b, y.start, y.end))
            return false;
    }
}

/* The last tokens are TOK_EOF, whose line end means nothing. */
static bool same_tokens(const SourceFile *a, TokenList x, const SourceFile *b, TokenList y)
{
    uint32_t a_end = file_prefix(a), b_end = file_prefix(b);
    if (x.count != y.count || x.items[x.count - 1].kind != y.items[y.count - 1].kind)
        return false;
    for (size_t i = 0; i < x.count; i++) {
        const Token *s = &x.items[i], *t = &y.items[i];
        if (s->kind != TOK_EOF && !(same_token(a, s, b, t) && same_pair(x, y, i)))
            return false;
        if (!same_comments(a, a_end, s->start, b, b_end, t->start, i > 0))
            return false;
        a_end = s->end;
        b_end = t->end;
    }
    return true;
}

bool same_but_layout(SourceFile *a, SourceFile *b)
{
    Diag     *d = diag_new();
    TokenList x = lex((LexInput){a, a->text, (uint32_t)a->size, NULL}, d);
    TokenList y = lex((LexInput){b, b->text, (uint32_t)b->size, NULL}, d);
    bool same = diag_errors(d) == 0 && same_tokens(a, x, b, y);
    tokens_free(&x);
    tokens_free(&y);
    return same;
}
