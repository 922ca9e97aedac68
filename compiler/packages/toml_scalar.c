/*
 * toml_scalar.c - values of TOML that contain no others, and errors.
 */
#include "compiler/packages/toml_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"

/* ---- Errors and places ---- */

bool toml_fail(TomlParser *p, uint32_t start, uint32_t end, const char *text)
{
    uint32_t size = (uint32_t)p->file->size;
    if (p->error->text == NULL)
        *p->error = (TomlError){{p->file, start, end > size ? size : end}, text};
    return false;
}

bool toml_fail_here(TomlParser *p, const char *text)
{
    return toml_fail(p, p->pos, p->pos + 1, text);
}

Span toml_span(const TomlParser *p, uint32_t start)
{
    return (Span){p->file, start, p->pos};
}

TomlValue *toml_new_value(TomlKind kind, Span span)
{
    TomlValue *value = ARENA_NEW(TomlValue);
    value->kind = kind;
    value->span = span;
    return value;
}

/* ---- Strings ---- */

/* Appends the character as UTF-8; returns how many bytes that took. */
static int put_utf8(char *to, uint32_t c)
{
    static const struct { uint32_t limit, lead; } forms[] = {
        {0x80, 0}, {0x800, 0xc0}, {0x10000, 0xe0}, {0x110000, 0xf0},
    };
    int more = 0;
    while (c >= forms[more].limit)
        more++;
    to[0] = (char)(forms[more].lead | c >> 6 * more);
    for (int i = 1; i <= more; i++)
        to[i] = (char)(0x80 | (c >> 6 * (more - i) & 0x3f));
    return more + 1;
}

/* \uXXXX or \UXXXXXXXX; pos is behind the letter. Returns the bytes written, 0 after an error. */
static int read_code(TomlParser *p, int digits, char *to)
{
    uint32_t start = p->pos - 2;
    uint32_t c     = 0;
    for (int i = 0; i < digits; i++, p->pos++) {
        char digit[2] = {toml_peek(p), '\0'};
        if (strspn(digit, "0123456789abcdefABCDEF") != 1)
            return toml_fail(p, start, p->pos, "a code of a character has too few digits");
        c = c << 4 | (uint32_t)strtoul(digit, NULL, 16);
    }
    if (c == 0 || c >= 0x110000 || (c >= 0xd800 && c < 0xe000))
        return toml_fail(p, start, p->pos, "this is no character that a text may have");
    return put_utf8(to, c);
}

/* What stands behind a backslash. Returns the bytes written, 0 after an error. */
static int read_escape(TomlParser *p, char *to)
{
    static const char letters[] = "btnfr\"\\", meanings[] = "\b\t\n\f\r\"\\";
    uint32_t    start  = p->pos - 1;
    char        letter = toml_peek(p);
    const char *known  = letter ? strchr(letters, letter) : NULL;
    if (letter == '\0' || toml_at_newline(p))
        return toml_fail(p, start, p->pos, "the string has no end");
    p->pos++;
    if (letter == 'u' || letter == 'U')
        return read_code(p, letter == 'u' ? 4 : 8, to);
    if (known == NULL)
        return toml_fail(p, start, p->pos, "unknown escape in a string");
    *to = meanings[known - letters];
    return 1;
}

const char *toml_string(TomlParser *p)
{
    uint32_t start = p->pos;
    char     quote = toml_peek(p);
    if (p->text[start + 1] == quote && p->text[start + 2] == quote) {
        toml_fail(p, start, start + 3, "strings over several lines are not supported");
        return NULL;
    }
    /* No escape is shorter than what it stands for. */
    char  *bytes = arena_alloc(strcspn(p->text + start, "\n") + 1);
    int    len   = 0;
    for (p->pos++; !toml_accept(p, quote);) {
        if (toml_peek(p) == '\0' || toml_at_newline(p)) {
            toml_fail(p, start, p->pos, "the string has no end");
            return NULL;
        }
        char c     = p->text[p->pos++];
        int  count = 1;
        if (c == '\\' && quote == '"')
            count = read_escape(p, bytes + len);
        else
            bytes[len] = c;
        if (count == 0)
            return NULL;
        len += count;
    }
    return intern(bytes, (size_t)len);
}

/* ---- Integers and booleans ---- */

/* "1_000" without '_'; NULL if '_' does not stand between digits. */
static const char *plain_digits(const char *word)
{
    char *copy = arena_format("%s", word), *to = copy;
    for (const char *from = word; *from; from++) {
        if (*from != '_')
            *to++ = *from;
        else if (from == word || !strchr("0123456789abcdefABCDEF", from[-1]) || from[1] == '\0'
                 || !strchr("0123456789abcdefABCDEF", from[1]))
            return NULL;
    }
    *to = '\0';
    return copy;
}

/* The base of the number that starts at *digits, which is moved behind 0x, 0o or 0b. */
static int number_base(const char **digits)
{
    static const struct { char letter; int base; } bases[] = {{'x', 16}, {'o', 8}, {'b', 2}};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if ((*digits)[0] == '0' && (*digits)[1] == bases[i].letter) {
            *digits += 2;
            return bases[i].base;
        }
    return 10;
}

/* Is word an integer? */
static bool read_integer(const char *word, int64_t *value)
{
    const char *text = plain_digits(word);
    if (text == NULL)
        return false;
    bool        has_sign = *text == '-' || *text == '+';
    const char *digits   = text + has_sign;
    int         base     = number_base(&digits);
    if ((base != 10 && has_sign) || (base == 10 && digits[0] == '0' && digits[1])
        || strspn(digits, "0123456789abcdefABCDEF") != strlen(digits) || *digits == '\0')
        return false;
    char *end;
    errno  = 0;
    *value = strtoll(base == 10 ? text : digits, &end, base);
    return *end == '\0' && errno == 0;
}

TomlValue *toml_word(TomlParser *p)
{
    uint32_t    start = p->pos;
    size_t      len   = strcspn(p->text + start, " \t\r\n#,]}[{=\"'");
    const char *word  = arena_format("%.*s", (int)len, p->text + start);
    int64_t     integer = 0;
    if (len == 0) {
        toml_fail_here(p, "expected a value");
        return NULL;
    }
    p->pos += (uint32_t)len;
    bool       is_true = strcmp(word, "true") == 0, is_bool = is_true || !strcmp(word, "false");
    TomlValue *value   = toml_new_value(is_bool ? TOML_BOOLEAN : TOML_INTEGER, toml_span(p, start));
    if (is_bool)
        value->boolean = is_true;
    else if (read_integer(word, &integer))
        value->integer = integer;
    else {
        toml_fail(p, start, p->pos, strspn(word, "0123456789+-") || !strcmp(word, "inf")
             || !strcmp(word, "nan") ? "only integers are supported as numbers, no floats or dates"
                                     : "expected a value; texts stand in quotes");
        return NULL;
    }
    return value;
}
