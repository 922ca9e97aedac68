/*
 * toml_internal.h - what the two halves of the TOML parser share: toml.c (structure) and
 * toml_scalar.c (strings, numbers).
 */
#ifndef PLUTO_TOML_INTERNAL_H
#define PLUTO_TOML_INTERNAL_H

#include "compiler/packages/toml.h"

typedef struct TomlParser {
    const SourceFile *file;
    const char       *text;              /* of the file, with a NUL behind it */
    uint32_t          pos;
    int               depth;             /* of the value being read */
    TomlError        *error;             /* its text is NULL until something is wrong */
} TomlParser;

/* Keeps the error if it is the first. Returns false. The second one means the next character. */
bool toml_fail(TomlParser *p, uint32_t start, uint32_t end, const char *text);
bool toml_fail_here(TomlParser *p, const char *text);

/* From start to where the parser is. */
Span       toml_span(const TomlParser *p, uint32_t start);
TomlValue *toml_new_value(TomlKind kind, Span span);

static inline char toml_peek(const TomlParser *p)
{
    return p->text[p->pos];
}

static inline bool toml_accept(TomlParser *p, char c)
{
    if (c == '\0' || toml_peek(p) != c)
        return false;
    p->pos++;
    return true;
}

static inline bool toml_at_newline(const TomlParser *p)
{
    return toml_peek(p) == '\n' || (toml_peek(p) == '\r' && p->text[p->pos + 1] == '\n');
}

/* "..." with escapes or '...' without; at the quote. Interned; NULL after an error. */
const char *toml_string(TomlParser *p);

/* A word that is a value: true, false, an integer. NULL after an error. */
TomlValue *toml_word(TomlParser *p);

#endif
