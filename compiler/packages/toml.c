/*
 * toml.c - a parser by recursive descent over the bytes of the file.
 *
 * It stops at the first error: fail() keeps the first one only, and every function that may fail
 * says so to its caller. The text ends with a NUL that is not part of it, so the character at the
 * end of the file is '\0'; a NUL in the file is refused like any control character, before the
 * parser sees it.
 */
#include "compiler/packages/toml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/json.h"

enum { MAX_DEPTH = 64 };                 /* of values in values; the parser is recursive */

typedef struct Parser {
    const SourceFile *file;
    const char       *text;
    uint32_t          pos;
    int               depth;
    TomlError        *error;
} Parser;

/* ---- Errors ---- */

static bool fail(Parser *p, uint32_t start, uint32_t end, const char *text)
{
    uint32_t size = (uint32_t)p->file->size;
    if (p->error->text == NULL)
        *p->error = (TomlError){{p->file, start, end > size ? size : end}, text};
    return false;
}

static bool fail_here(Parser *p, const char *text)
{
    return fail(p, p->pos, p->pos + 1, text);
}

static Span span_from(const Parser *p, uint32_t start)
{
    return (Span){p->file, start, p->pos};
}

/* ---- Blanks ---- */

static char peek(const Parser *p)
{
    return p->text[p->pos];
}

static bool accept(Parser *p, char c)
{
    if (c == '\0' || peek(p) != c)
        return false;
    p->pos++;
    return true;
}

static void skip_blanks(Parser *p)
{
    p->pos += (uint32_t)strspn(p->text + p->pos, " \t");
}

static void skip_comment(Parser *p)
{
    if (peek(p) == '#')
        p->pos += (uint32_t)strcspn(p->text + p->pos, "\n");
}

static bool at_newline(const Parser *p)
{
    return peek(p) == '\n' || (peek(p) == '\r' && p->text[p->pos + 1] == '\n');
}

/* Blanks, comments and line ends. */
static void skip_space(Parser *p)
{
    for (;;) {
        skip_blanks(p);
        skip_comment(p);
        if (!at_newline(p))
            return;
        p->pos += peek(p) == '\r' ? 2 : 1;
    }
}

/* Nothing but a comment may follow on this line. */
static bool end_line(Parser *p)
{
    skip_blanks(p);
    skip_comment(p);
    return peek(p) == '\0' || at_newline(p) || fail_here(p, "expected the end of the line");
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
static int read_code(Parser *p, int digits, char *to)
{
    uint32_t start = p->pos - 2;
    uint32_t c     = 0;
    for (int i = 0; i < digits; i++, p->pos++) {
        char digit[2] = {peek(p), '\0'};
        if (strspn(digit, "0123456789abcdefABCDEF") != 1)
            return fail(p, start, p->pos, "a code of a character has too few digits");
        c = c << 4 | (uint32_t)strtoul(digit, NULL, 16);
    }
    if (c == 0 || c >= 0x110000 || (c >= 0xd800 && c < 0xe000))
        return fail(p, start, p->pos, "this is no character that a text may have");
    return put_utf8(to, c);
}

/* What stands behind a backslash. Returns the bytes written, 0 after an error. */
static int read_escape(Parser *p, char *to)
{
    static const char letters[] = "btnfr\"\\", meanings[] = "\b\t\n\f\r\"\\";
    uint32_t    start  = p->pos - 1;
    char        letter = peek(p);
    const char *known  = letter ? strchr(letters, letter) : NULL;
    if (letter == '\0' || at_newline(p))
        return fail(p, start, p->pos, "the string has no end");
    p->pos++;
    if (letter == 'u' || letter == 'U')
        return read_code(p, letter == 'u' ? 4 : 8, to);
    if (known == NULL)
        return fail(p, start, p->pos, "unknown escape in a string");
    *to = meanings[known - letters];
    return 1;
}

/* "..." with escapes or '...' without; at the quote. NULL after an error. */
static const char *parse_string(Parser *p)
{
    uint32_t start = p->pos;
    char     quote = peek(p);
    if (p->text[start + 1] == quote && p->text[start + 2] == quote) {
        fail(p, start, start + 3, "strings over several lines are not supported");
        return NULL;
    }
    /* No escape is shorter than what it stands for. */
    char  *bytes = arena_alloc(strcspn(p->text + start, "\n") + 1);
    int    len   = 0;
    for (p->pos++; !accept(p, quote);) {
        if (peek(p) == '\0' || at_newline(p)) {
            fail(p, start, p->pos, "the string has no end");
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

/* ---- Tables ---- */

const TomlEntry *toml_entry(const TomlTable *table, const char *key)
{
    int at = table->index ? namemap_find(table->index, intern_text(key)) : -1;
    return at < 0 ? NULL : &table->entries.items[at];
}

const TomlValue *toml_get(const TomlTable *table, const char *key)
{
    const TomlEntry *entry = toml_entry(table, key);
    return entry ? entry->value : NULL;
}

static TomlValue *new_value(TomlKind kind, Span span)
{
    TomlValue *value = ARENA_NEW(TomlValue);
    value->kind = kind;
    value->span = span;
    return value;
}

static bool add_entry(Parser *p, TomlTable *table, Ident key, TomlValue *value)
{
    if (table->index == NULL)
        table->index = namemap_new();
    if (!namemap_add(table->index, key.name, table->entries.count))
        return fail(p, key.span.start, key.span.end,
                    arena_format("'%s' is defined twice", key.name));
    LIST_ADD(&table->entries, ((TomlEntry){key, value}));
    return true;
}

/* The table below table with that key, made if need be. NULL after an error. */
static TomlTable *open_table(Parser *p, TomlTable *table, Ident key, bool by_header)
{
    const TomlEntry *known = toml_entry(table, key.name);
    if (known == NULL) {
        TomlValue *value = new_value(TOML_TABLE, key.span);
        add_entry(p, table, key, value);
        return &value->table;
    }
    if (known->value->kind == TOML_TABLE && !known->value->table.closed
        && (by_header || !known->value->table.has_header))
        return &known->value->table;
    fail(p, key.span.start, key.span.end,
         arena_format("'%s' is already defined", key.name));
    return NULL;
}

/* ---- Keys ---- */

/* key = BARE | STRING */
static bool parse_key(Parser *p, Ident *key)
{
    static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    uint32_t start = p->pos;
    skip_blanks(p);
    start = p->pos;
    if (peek(p) == '"' || peek(p) == '\'') {
        key->name = parse_string(p);
        if (key->name == NULL)
            return false;
    } else {
        size_t len = strspn(p->text + p->pos, bare);
        if (len == 0)
            return fail_here(p, "expected a key");
        key->name = intern(p->text + p->pos, len);
        p->pos += (uint32_t)len;
    }
    key->span = span_from(p, start);
    skip_blanks(p);
    return true;
}

/* keys = key { "." key }. The tables of all but the last are opened; *last is what is left. */
static TomlTable *parse_keys(Parser *p, TomlTable *table, Ident *last, bool by_header)
{
    if (!parse_key(p, last))
        return NULL;
    while (table && accept(p, '.')) {
        table = open_table(p, table, *last, by_header);
        if (!parse_key(p, last))
            return NULL;
    }
    return table;
}

/* ---- Values ---- */

static TomlValue *parse_value(Parser *p);

/* pair = keys "=" value */
static bool parse_pair(Parser *p, TomlTable *table)
{
    Ident      key;
    TomlTable *into = parse_keys(p, table, &key, false);
    if (into == NULL)
        return false;
    if (!accept(p, '='))
        return fail_here(p, "expected '=' behind the key");
    skip_blanks(p);
    TomlValue *value = parse_value(p);
    return value && add_entry(p, into, key, value);
}

/* array = "[" { value "," } [ value ] "]", over any number of lines */
static bool parse_array(Parser *p, TomlValue *array)
{
    p->pos++;
    for (;;) {
        skip_space(p);
        if (accept(p, ']'))
            return true;
        TomlValue *item = parse_value(p);
        if (item == NULL)
            return false;
        LIST_ADD(&array->items, item);
        skip_space(p);
        if (!accept(p, ',') && peek(p) != ']')
            return fail_here(p, "expected ',' or ']' in the array");
    }
}

/* No later key may add to an inline table, nor to a table within it. */
static void close_tables(TomlTable *table)
{
    table->closed = true;
    for (int i = 0; i < table->entries.count; i++)
        if (table->entries.items[i].value->kind == TOML_TABLE)
            close_tables(&table->entries.items[i].value->table);
}

/* inline-table = "{" [ pair { "," pair } ] "}", on one line */
static bool parse_inline_table(Parser *p, TomlTable *table)
{
    p->pos++;
    skip_blanks(p);
    bool more = !accept(p, '}');
    while (more) {
        if (!parse_pair(p, table))
            return false;
        skip_blanks(p);
        more = accept(p, ',');
        if (!more && !accept(p, '}'))
            return fail_here(p, "expected ',' or '}' in the table");
    }
    close_tables(table);
    return true;
}

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

/* A word that is a value: true, false, an integer. */
static TomlValue *parse_word(Parser *p)
{
    uint32_t    start = p->pos;
    size_t      len   = strcspn(p->text + start, " \t\r\n#,]}[{=\"'");
    const char *word  = arena_format("%.*s", (int)len, p->text + start);
    int64_t     integer = 0;
    if (len == 0) {
        fail_here(p, "expected a value");
        return NULL;
    }
    p->pos += (uint32_t)len;
    bool       is_true = strcmp(word, "true") == 0, is_bool = is_true || !strcmp(word, "false");
    TomlValue *value   = new_value(is_bool ? TOML_BOOLEAN : TOML_INTEGER, span_from(p, start));
    if (is_bool)
        value->boolean = is_true;
    else if (read_integer(word, &integer))
        value->integer = integer;
    else {
        fail(p, start, p->pos, strspn(word, "0123456789+-") || !strcmp(word, "inf")
             || !strcmp(word, "nan") ? "only integers are supported as numbers, no floats or dates"
                                     : "expected a value; texts stand in quotes");
        return NULL;
    }
    return value;
}

static TomlValue *parse_nested(Parser *p, TomlKind kind)
{
    uint32_t   start = p->pos;
    TomlValue *value = new_value(kind, (Span){p->file, start, start});
    if (p->depth == MAX_DEPTH) {
        fail_here(p, "values are nested too deeply");
        return NULL;
    }
    p->depth++;
    bool ok = kind == TOML_ARRAY ? parse_array(p, value) : parse_inline_table(p, &value->table);
    p->depth--;
    value->span = span_from(p, start);
    return ok ? value : NULL;
}

/* value = STRING | array | inline-table | word */
static TomlValue *parse_value(Parser *p)
{
    uint32_t start = p->pos;
    switch (peek(p)) {
    case '[': return parse_nested(p, TOML_ARRAY);
    case '{': return parse_nested(p, TOML_TABLE);
    case '"': case '\'': break;
    default:  return parse_word(p);
    }
    const char *text = parse_string(p);
    if (text == NULL)
        return NULL;
    TomlValue *value = new_value(TOML_STRING, span_from(p, start));
    value->string    = text;
    return value;
}

/* ---- The file ---- */

/* header = "[" keys "]". Returns the table that the pairs below it go to. */
static TomlTable *parse_header(Parser *p, TomlTable *whole)
{
    uint32_t start = p->pos++;
    Ident    name;
    if (peek(p) == '[') {
        fail(p, start, start + 2, "arrays of tables are not supported");
        return NULL;
    }
    TomlTable *above = parse_keys(p, whole, &name, true);
    TomlTable *table = above ? open_table(p, above, name, true) : NULL;
    if (table == NULL)
        return NULL;
    if (table->has_header || !accept(p, ']')) {
        if (table->has_header)
            fail(p, name.span.start, name.span.end,
                 arena_format("[%s] is defined twice", name.name));
        else
            fail_here(p, "expected ']' behind the name of the table");
        return NULL;
    }
    table->has_header = true;
    return end_line(p) ? table : NULL;
}

/* Only text may be in the file: UTF-8, and no control characters but tabs and line ends. */
static bool check_text(Parser *p)
{
    size_t size = p->file->size;
    for (size_t i = 0; i < size;) {
        unsigned char c   = (unsigned char)p->text[i];
        int           len = utf8_length((const unsigned char *)p->text + i, size - i);
        bool line_end     = c == '\n' || (c == '\r' && p->text[i + 1] == '\n');
        if (len == 0 || c == 0x7f || (c < 0x20 && c != '\t' && !line_end))
            return fail(p, (uint32_t)i, (uint32_t)i + 1,
                        len ? "a control character" : "this is not UTF-8");
        i += (size_t)len;
    }
    return true;
}

TomlTable *toml_parse(const SourceFile *file, TomlError *error)
{
    Parser     p     = {.file = file, .text = file->text, .error = error};
    TomlTable *whole = ARENA_NEW(TomlTable), *table = whole;
    *error = (TomlError){.text = NULL};
    if (!check_text(&p))
        return NULL;
    if (strncmp(p.text, "\xef\xbb\xbf", 3) == 0)             /* a byte order mark */
        p.pos = 3;
    for (skip_space(&p); peek(&p) != '\0'; skip_space(&p)) {
        if (peek(&p) == '[')
            table = parse_header(&p, whole);
        else if (!parse_pair(&p, table) || !end_line(&p))
            table = NULL;
        if (table == NULL)
            return NULL;
    }
    return whole;
}

const char *toml_kind_name(TomlKind kind)
{
    switch (kind) {
    case TOML_STRING:  return "a string";
    case TOML_INTEGER: return "an integer";
    case TOML_BOOLEAN: return "a boolean";
    case TOML_ARRAY:   return "an array";
    case TOML_TABLE:   return "a table";
    }
    return "";
}
