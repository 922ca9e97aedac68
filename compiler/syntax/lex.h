/*
 * lex.h - source text to tokens.
 */
#ifndef PLUTO_LEX_H
#define PLUTO_LEX_H

#include "compiler/base/diag.h"
#include "compiler/syntax/token.h"

/* What is lexed: a whole file, or the decoded text of an interpolation in one. */
typedef struct LexInput {
    const SourceFile *file;
    const char       *text;
    uint32_t          size;
    const uint32_t   *origin;        /* place of text[i] in the file, i <= size; NULL: i itself */
} LexInput;

/* The last token is TOK_EOF and always there. */
typedef struct TokenList {
    Token *items;
    size_t count;
} TokenList;

/* Errors go to diag; what they concern is left out of the list or replaced by a harmless token.
 * The list is freed by tokens_free; names and texts stay. */
TokenList lex(LexInput input, Diag *diag);
void tokens_free(TokenList *tokens);

/* Is it a word that cannot be a name? */
bool is_keyword_text(const char *text);

/* For lex.c: decodes a string literal whose opening quote stands at *pos, and moves *pos behind its
 * closing quote. Returns NULL, with the error reported, when there is no closing quote. */
const Text *lex_text(const LexInput *input, uint32_t *pos, bool keep_origin, Diag *diag);

/* The place of text[start .. end) in the file. */
Span lex_span(const LexInput *input, uint32_t start, uint32_t end);

#endif
