/*
 * lex_text.c - string literals: finding their end and decoding their escapes.
 *
 * The text of an f-string is decoded as a whole, braces included; for each decoded byte it is kept
 * where it stands in the file, so that errors inside an interpolation can be shown there.
 */
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/syntax/lex.h"

typedef struct Decoder {
    const LexInput *in;
    Diag           *diag;
    uint32_t        pos;
    char           *bytes;           /* room for the raw text, which is never shorter */
    uint32_t       *origin;          /* NULL: not wanted */
    uint32_t        len;
} Decoder;

static bool at_end(const Decoder *d)
{
    return d->pos >= d->in->size;
}

static char current(const Decoder *d)
{
    return at_end(d) ? '\0' : d->in->text[d->pos];
}

static uint32_t place(const Decoder *d, uint32_t pos)
{
    return d->in->origin ? d->in->origin[pos] : pos;
}

static void put(Decoder *d, unsigned byte, uint32_t from)
{
    if (d->origin)
        d->origin[d->len] = place(d, from);
    d->bytes[d->len++] = (char)byte;
}

static void put_code_point(Decoder *d, uint32_t code, uint32_t from)
{
    if (code < 0x80) {
        put(d, code, from);
    } else if (code < 0x800) {
        put(d, 0xc0 | code >> 6, from);
        put(d, 0x80 | (code & 0x3f), from);
    } else if (code < 0x10000) {
        put(d, 0xe0 | code >> 12, from);
        put(d, 0x80 | (code >> 6 & 0x3f), from);
        put(d, 0x80 | (code & 0x3f), from);
    } else {
        put(d, 0xf0 | code >> 18, from);
        put(d, 0x80 | (code >> 12 & 0x3f), from);
        put(d, 0x80 | (code >> 6 & 0x3f), from);
        put(d, 0x80 | (code & 0x3f), from);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Bytes of the character at pos, as far as the text goes. */
static int character_size(const Decoder *d)
{
    int size = 1;
    if ((unsigned char)current(d) >= 0xc0)
        while (size < 4 && d->pos + (uint32_t)size < d->in->size
               && ((unsigned char)d->in->text[d->pos + (uint32_t)size] & 0xc0) == 0x80)
            size++;
    return size;
}

static bool is_printable(char c)
{
    return (unsigned char)c >= 0x20 && c != 0x7f;
}

static Span span_from(const Decoder *d, uint32_t start)
{
    return lex_span(d->in, start, d->pos);
}

/* "\x" hex hex, behind the x */
static void decode_hex(Decoder *d, uint32_t start)
{
    int value = 0, digits = 0;
    for (; digits < 2 && hex_value(current(d)) >= 0; digits++)
        value = value * 16 + hex_value(d->in->text[d->pos++]);
    if (digits == 2)
        put_code_point(d, (uint32_t)value, start);
    else
        diag_error(d->diag, DIAG_SYNTAX, span_from(d, start),
                   "invalid hex escape: expected two hex digits after '\\x'");
}

/* "\u{" hex { hex } "}", behind the u. A wrong one ends before the quote or line end, so that the
 * literal still ends where its writer meant. */
static void decode_unicode(Decoder *d, uint32_t start)
{
    static const char prefix[] = "invalid unicode escape:";
    if (current(d) != '{') {
        diag_error(d->diag, DIAG_SYNTAX, span_from(d, start), "%s expected '{' after '\\u'",
                   prefix);
        return;
    }
    d->pos++;
    uint32_t code   = 0;
    int      digits = 0;
    for (; hex_value(current(d)) >= 0; digits++, d->pos++)
        code = digits < 6 ? code * 16 + (uint32_t)hex_value(current(d)) : code;
    char after = current(d);
    if (at_end(d) || after == '"' || after == '\n' || after == '\r') {
        diag_error(d->diag, DIAG_SYNTAX, span_from(d, start), "%s missing closing '}'", prefix);
        return;
    }
    if (after != '}') {
        int size = character_size(d);
        if (is_printable(after))
            diag_error(d->diag, DIAG_SYNTAX, span_from(d, start), "%s unexpected character '%.*s'",
                       prefix, size, d->in->text + d->pos);
        else
            diag_error(d->diag, DIAG_SYNTAX, span_from(d, start),
                       "%s unexpected character '\\x%02x'", prefix, (unsigned char)after);
        while (!at_end(d) && current(d) != '}' && current(d) != '"' && current(d) != '\n'
               && current(d) != '\\')
            d->pos++;
        d->pos += current(d) == '}';
        return;
    }
    d->pos++;
    Span span = span_from(d, start);
    if (digits == 0)
        diag_error(d->diag, DIAG_SYNTAX, span, "%s empty '{}'", prefix);
    else if (digits > 6)
        diag_error(d->diag, DIAG_SYNTAX, span, "%s too many hex digits (at most 6)", prefix);
    else if (code >= 0xd800 && code <= 0xdfff)
        diag_error(d->diag, DIAG_SYNTAX, span, "%s U+%04X is a surrogate", prefix, code);
    else if (code > 0x10ffff)
        diag_error(d->diag, DIAG_SYNTAX, span, "%s U+%X is not a valid code point", prefix, code);
    else
        put_code_point(d, code, start);
}

static void unknown_escape(Decoder *d, uint32_t start)
{
    int  size = character_size(d);
    char c    = current(d);
    if (is_printable(c)) {
        const char *shown = d->in->text + d->pos;
        d->pos += (uint32_t)size;
        diag_error(d->diag, DIAG_SYNTAX, span_from(d, start), "unknown escape sequence '\\%.*s'",
                   size, shown);
    } else {
        diag_error(d->diag, DIAG_SYNTAX, span_from(d, start), "unknown escape sequence");
    }
}

/* escape = "\" ( "n" | "r" | "t" | "0" | "\" | quote | "x" hex hex | "u{" hex { hex } "}" ) */
static void decode_escape(Decoder *d)
{
    uint32_t start = d->pos++;
    if (at_end(d))
        return;                                     /* the missing quote is reported */
    char c = current(d);
    static const char codes[] = "nrt0\\\"", values[] = "\n\r\t\0\\\"";
    const char *simple = c ? strchr(codes, c) : NULL;
    if (simple) {
        d->pos++;
        put(d, (unsigned char)values[simple - codes], start);
    } else if (c == 'x') {
        d->pos++;
        decode_hex(d, start);
    } else if (c == 'u') {
        d->pos++;
        decode_unicode(d, start);
    } else {
        unknown_escape(d, start);
    }
}

/* The offset of the closing quote of a literal whose text begins at pos, or size. */
static uint32_t find_end(const LexInput *in, uint32_t pos)
{
    while (pos < in->size && in->text[pos] != '"')
        pos += in->text[pos] == '\\' ? 2 : 1;
    return pos < in->size ? pos : in->size;
}

static void report_unterminated(const LexInput *in, uint32_t quote, Diag *diag)
{
    const char *line_end = memchr(in->text + quote, '\n', in->size - quote);
    uint32_t    end      = line_end ? (uint32_t)(line_end - in->text) : in->size;
    diag_error(diag, DIAG_SYNTAX, lex_span(in, quote, end), "unterminated string literal");
    diag_help(diag, "strings may span lines: an earlier string may lack its closing '\"'");
}

const Text *lex_text(const LexInput *input, uint32_t *pos, bool keep_origin, Diag *diag)
{
    uint32_t quote = *pos, end = find_end(input, quote + 1);
    Decoder  d     = {.in = input, .diag = diag, .pos = quote + 1};
    d.bytes = arena_alloc(end - quote);
    if (keep_origin)
        d.origin = arena_alloc((end - quote) * sizeof *d.origin);
    while (d.pos < end) {
        if (current(&d) == '\\') {
            decode_escape(&d);
        } else if (current(&d) == '\0') {
            d.pos++;
            diag_error(diag, DIAG_SYNTAX, span_from(&d, d.pos - 1),
                       "unexpected character '\\x00' in string literal");
        } else {
            put(&d, (unsigned char)current(&d), d.pos);
            d.pos++;
        }
    }
    *pos = end + 1;
    if (end == input->size) {
        *pos = end;
        report_unterminated(input, quote, diag);
        return NULL;
    }
    if (keep_origin)
        d.origin[d.len] = place(&d, end);
    Text *text = ARENA_NEW(Text);
    *text = (Text){intern(d.bytes, d.len), d.len, d.origin};
    return text;
}
