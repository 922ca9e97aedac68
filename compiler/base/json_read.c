/*
 * json_read.c - recursive descent by RFC 8259. The first error ends it.
 */
#include "compiler/base/json_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/json.h"

enum { MAX_NESTING = 200 };

typedef struct Reader {
    const SourceFile *file;
    const char       *at, *end;           /* *end is NUL */
    int               nesting;
    const char       *why;                /* what is wrong at `at`; NULL: nothing so far */
} Reader;

static JsonValue *fail(Reader *r, const char *why)
{
    if (r->why == NULL)
        r->why = why;
    return NULL;
}

static void skip_blanks(Reader *r)
{
    while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
        r->at++;
}

/* Is c next? Then it is taken, with the blanks behind it. */
static bool take(Reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    skip_blanks(r);
    return true;
}

static JsonValue *new_value(Reader *r, JsonKind kind)
{
    JsonValue *v = ARENA_NEW(JsonValue);
    v->kind  = kind;
    v->start = (uint32_t)(r->at - r->file->text);
    return v;
}

/* ---- Strings ---- */

static void put_utf8(char **to, uint32_t c)
{
    unsigned char *p = (unsigned char *)*to;
    if (c < 0x80) {
        *p++ = (unsigned char)c;
    } else if (c < 0x800) {
        *p++ = (unsigned char)(0xc0 | c >> 6);
        *p++ = (unsigned char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *p++ = (unsigned char)(0xe0 | c >> 12);
        *p++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        *p++ = (unsigned char)(0x80 | (c & 0x3f));
    } else {
        *p++ = (unsigned char)(0xf0 | c >> 18);
        *p++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
        *p++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        *p++ = (unsigned char)(0x80 | (c & 0x3f));
    }
    *to = (char *)p;
}

/* Four hexadecimal digits. */
static bool read_hex(Reader *r, uint32_t *c)
{
    *c = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int digit = (unsigned char)*r->at;
        if (!isxdigit(digit)) {
            fail(r, "expected four hexadecimal digits");
            return false;
        }
        *c = *c * 16 + (uint32_t)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
    }
    return true;
}

/* Behind "\u". A character beyond U+FFFF is written as two halves. */
static bool read_unicode(Reader *r, char **to)
{
    uint32_t c, low;
    if (!read_hex(r, &c))
        return false;
    if (c >= 0xd800 && c < 0xdc00 && r->at[0] == '\\' && r->at[1] == 'u') {
        r->at += 2;
        if (!read_hex(r, &low))
            return false;
        c = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
    }
    put_utf8(to, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    return true;
}

/* Behind a backslash. */
static bool read_escape(Reader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    const char       *found = *r->at ? strchr(from, *r->at) : NULL;
    if (found) {
        r->at++;
        *(*to)++ = into[found - from];
        return true;
    }
    if (*r->at != 'u') {
        fail(r, "no escape sequence begins like this");
        return false;
    }
    r->at++;
    return read_unicode(r, to);
}

/* What is between the quotes, of which the first is next. NULL after an error. */
static char *read_text(Reader *r, size_t *len)
{
    const char *close = ++r->at;
    while (close < r->end && *close != '"')
        close += *close == '\\' && close + 1 < r->end ? 2 : 1;
    if (close == r->end) {
        r->at = close;
        fail(r, "a string is not closed");
        return NULL;
    }
    char *text = arena_alloc((size_t)(close - r->at) + 1), *to = text;
    while (r->at < close) {
        if ((unsigned char)*r->at < 0x20) {
            fail(r, "a string may not contain this byte as it is");
            return NULL;
        }
        if (*r->at != '\\') {
            *to++ = *r->at++;
            continue;
        }
        r->at++;
        if (!read_escape(r, &to))
            return NULL;
    }
    r->at++;
    *len = (size_t)(to - text);
    return text;
}

static JsonValue *read_string(Reader *r)
{
    JsonValue *v    = new_value(r, JSON_STRING);
    v->string.bytes = read_text(r, &v->string.len);
    return v->string.bytes ? v : NULL;
}

/* ---- Other values ---- */

static bool skip_digits(Reader *r)
{
    const char *first = r->at;
    while (isdigit((unsigned char)*r->at))
        r->at++;
    if (r->at > first)
        return true;
    fail(r, "expected a digit");
    return false;
}

/* "-"? digits ("." digits)? ("e" sign? digits)? */
static JsonValue *read_number(Reader *r)
{
    JsonValue  *v     = new_value(r, JSON_INT);
    const char *first = r->at;
    r->at += *r->at == '-';
    bool zero = *r->at == '0';
    if (!skip_digits(r))
        return NULL;
    if (zero && r->at - first > 1 + (*first == '-'))
        return fail(r, "a number may not begin with 0");
    if (*r->at == '.') {
        v->kind = JSON_FLOAT;
        r->at++;
        if (!skip_digits(r))
            return NULL;
    }
    if (*r->at == 'e' || *r->at == 'E') {
        v->kind = JSON_FLOAT;
        r->at++;
        r->at += *r->at == '+' || *r->at == '-';
        if (!skip_digits(r))
            return NULL;
    }
    errno = 0;
    if (v->kind == JSON_INT)
        v->integer = strtoll(first, NULL, 10);
    if (v->kind == JSON_FLOAT || errno == ERANGE) {
        v->kind   = JSON_FLOAT;
        v->number = strtod(first, NULL);
    }
    return v;
}

static JsonValue *read_word(Reader *r)
{
    static const struct { const char *word; JsonKind kind; bool value; } words[] = {
        {"null", JSON_NULL, false}, {"true", JSON_BOOL, true}, {"false", JSON_BOOL, false},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i].word);
        if (strncmp(r->at, words[i].word, len) != 0)
            continue;
        JsonValue *v = new_value(r, words[i].kind);
        v->boolean   = words[i].value;
        r->at += len;
        return v;
    }
    return fail(r, r->at == r->end ? "the text ends too early" : "expected a value");
}

static JsonValue *read_value(Reader *r);

static JsonValue *read_array(Reader *r)
{
    JsonValue *v = new_value(r, JSON_ARRAY);
    take(r, '[');
    if (take(r, ']'))
        return v;
    do {
        JsonValue *item = read_value(r);
        if (item == NULL)
            return NULL;
        LIST_ADD(&v->items, item);
    } while (take(r, ','));
    return take(r, ']') ? v : fail(r, "expected ',' or ']'");
}

static JsonValue *read_object(Reader *r)
{
    JsonValue *v = new_value(r, JSON_OBJECT);
    size_t     len;
    take(r, '{');
    if (take(r, '}'))
        return v;
    do {
        if (r->at == r->end || *r->at != '"')
            return fail(r, "expected a name in quotes");
        const char *name = read_text(r, &len);
        skip_blanks(r);
        if (name && !take(r, ':'))
            return fail(r, "expected ':'");
        JsonValue *value = name ? read_value(r) : NULL;
        if (value == NULL)
            return NULL;
        LIST_ADD(&v->members.names, name);
        LIST_ADD(&v->members.values, value);
    } while (take(r, ','));
    return take(r, '}') ? v : fail(r, "expected ',' or '}'");
}

static JsonValue *read_bare_value(Reader *r)
{
    switch (*r->at) {
    case '{': return read_object(r);
    case '[': return read_array(r);
    case '"': return read_string(r);
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
    case '8': case '9':
        return read_number(r);
    default:
        return read_word(r);
    }
}

/* A value and the blanks behind it. NULL after an error. */
static JsonValue *read_value(Reader *r)
{
    if (r->nesting == MAX_NESTING)
        return fail(r, "too many brackets inside each other");
    r->nesting++;
    JsonValue *v = read_bare_value(r);
    r->nesting--;
    if (v)
        skip_blanks(r);
    return v;
}

/* ---- The whole ---- */

const JsonValue *json_parse(const SourceFile *file, const char **why, uint32_t *at)
{
    Reader r = {.file = file, .at = file->text, .end = file->text + file->size};
    skip_blanks(&r);
    const JsonValue *v = read_value(&r);
    if (v && r.at < r.end)
        v = fail(&r, "expected the end of the text");
    *why = r.why;
    *at  = (uint32_t)(r.at - file->text);
    return v;
}

const JsonValue *json_member(const JsonValue *object, const char *name)
{
    for (int i = object->kind == JSON_OBJECT ? object->members.names.count : 0; i > 0; i--)
        if (strcmp(object->members.names.items[i - 1], name) == 0)
            return object->members.values.items[i - 1];
    return NULL;
}
