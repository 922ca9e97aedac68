/*
 * toml.c - a parser by recursive descent over the bytes of the file.
 *
 * It stops at the first error: toml_fail keeps the first one only, and every function that may
 * fail says so to its caller. Strings and numbers are in toml_scalar.c. The text ends with a NUL that is not part of it, so the character at the
 * end of the file is '\0'; a NUL in the file is refused like any control character, before the
 * parser sees it.
 */
#include "compiler/packages/toml_internal.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/json.h"

enum { MAX_DEPTH = 64 };                 /* of values in values; the parser is recursive */

/* ---- Blanks ---- */

static void skip_blanks(TomlParser *p)
{
    p->pos += (uint32_t)strspn(p->text + p->pos, " \t");
}

static void skip_comment(TomlParser *p)
{
    if (toml_peek(p) == '#')
        p->pos += (uint32_t)strcspn(p->text + p->pos, "\n");
}

/* Blanks, comments and line ends. */
static void skip_space(TomlParser *p)
{
    for (;;) {
        skip_blanks(p);
        skip_comment(p);
        if (!toml_at_newline(p))
            return;
        p->pos += toml_peek(p) == '\r' ? 2 : 1;
    }
}

/* Nothing but a comment may follow on this line. */
static bool end_line(TomlParser *p)
{
    skip_blanks(p);
    skip_comment(p);
    return toml_peek(p) == '\0' || toml_at_newline(p)
        || toml_fail_here(p, "expected the end of the line");
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

static bool add_entry(TomlParser *p, TomlTable *table, Ident key, TomlValue *value)
{
    if (table->index == NULL)
        table->index = namemap_new();
    if (!namemap_add(table->index, key.name, table->entries.count))
        return toml_fail(p, key.span.start, key.span.end,
                    arena_format("'%s' is defined twice", key.name));
    LIST_ADD(&table->entries, ((TomlEntry){key, value}));
    return true;
}

/* The table below table with that key, made if need be. NULL after an error. */
static TomlTable *open_table(TomlParser *p, TomlTable *table, Ident key, bool by_header)
{
    const TomlEntry *known = toml_entry(table, key.name);
    if (known == NULL) {
        TomlValue *value = toml_new_value(TOML_TABLE, key.span);
        add_entry(p, table, key, value);
        return &value->table;
    }
    if (known->value->kind == TOML_TABLE && !known->value->table.closed
        && (by_header || !known->value->table.has_header))
        return &known->value->table;
    toml_fail(p, key.span.start, key.span.end,
         arena_format("'%s' is already defined", key.name));
    return NULL;
}

/* ---- Keys ---- */

/* key = BARE | STRING */
static bool parse_key(TomlParser *p, Ident *key)
{
    static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    uint32_t start = p->pos;
    skip_blanks(p);
    start = p->pos;
    if (toml_peek(p) == '"' || toml_peek(p) == '\'') {
        key->name = toml_string(p);
        if (key->name == NULL)
            return false;
    } else {
        size_t len = strspn(p->text + p->pos, bare);
        if (len == 0)
            return toml_fail_here(p, "expected a key");
        key->name = intern(p->text + p->pos, len);
        p->pos += (uint32_t)len;
    }
    key->span = toml_span(p, start);
    skip_blanks(p);
    return true;
}

/* keys = key { "." key }. The tables of all but the last are opened; *last is what is left. */
static TomlTable *parse_keys(TomlParser *p, TomlTable *table, Ident *last, bool by_header)
{
    if (!parse_key(p, last))
        return NULL;
    while (table && toml_accept(p, '.')) {
        table = open_table(p, table, *last, by_header);
        if (!parse_key(p, last))
            return NULL;
    }
    return table;
}

/* ---- Values ---- */

static TomlValue *parse_value(TomlParser *p);

/* pair = keys "=" value */
static bool parse_pair(TomlParser *p, TomlTable *table)
{
    Ident      key;
    TomlTable *into = parse_keys(p, table, &key, false);
    if (into == NULL)
        return false;
    if (!toml_accept(p, '='))
        return toml_fail_here(p, "expected '=' behind the key");
    skip_blanks(p);
    TomlValue *value = parse_value(p);
    return value && add_entry(p, into, key, value);
}

/* array = "[" { value "," } [ value ] "]", over any number of lines */
static bool parse_array(TomlParser *p, TomlValue *array)
{
    p->pos++;
    for (;;) {
        skip_space(p);
        if (toml_accept(p, ']'))
            return true;
        TomlValue *item = parse_value(p);
        if (item == NULL)
            return false;
        LIST_ADD(&array->items, item);
        skip_space(p);
        if (!toml_accept(p, ',') && toml_peek(p) != ']')
            return toml_fail_here(p, "expected ',' or ']' in the array");
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
static bool parse_inline_table(TomlParser *p, TomlTable *table)
{
    p->pos++;
    skip_blanks(p);
    bool more = !toml_accept(p, '}');
    while (more) {
        if (!parse_pair(p, table))
            return false;
        skip_blanks(p);
        more = toml_accept(p, ',');
        if (!more && !toml_accept(p, '}'))
            return toml_fail_here(p, "expected ',' or '}' in the table");
    }
    close_tables(table);
    return true;
}

static TomlValue *parse_nested(TomlParser *p, TomlKind kind)
{
    uint32_t   start = p->pos;
    TomlValue *value = toml_new_value(kind, (Span){p->file, start, start});
    if (p->depth == MAX_DEPTH) {
        toml_fail_here(p, "values are nested too deeply");
        return NULL;
    }
    p->depth++;
    bool ok = kind == TOML_ARRAY ? parse_array(p, value) : parse_inline_table(p, &value->table);
    p->depth--;
    value->span = toml_span(p, start);
    return ok ? value : NULL;
}

/* value = STRING | array | inline-table | word */
static TomlValue *parse_value(TomlParser *p)
{
    uint32_t start = p->pos;
    switch (toml_peek(p)) {
    case '[': return parse_nested(p, TOML_ARRAY);
    case '{': return parse_nested(p, TOML_TABLE);
    case '"': case '\'': break;
    default:  return toml_word(p);
    }
    const char *text = toml_string(p);
    if (text == NULL)
        return NULL;
    TomlValue *value = toml_new_value(TOML_STRING, toml_span(p, start));
    value->string    = text;
    return value;
}

/* ---- The file ---- */

/* header = "[" keys "]". Returns the table that the pairs below it go to. */
static TomlTable *parse_header(TomlParser *p, TomlTable *whole)
{
    uint32_t start = p->pos++;
    Ident    name;
    if (toml_peek(p) == '[') {
        toml_fail(p, start, start + 2, "arrays of tables are not supported");
        return NULL;
    }
    TomlTable *above = parse_keys(p, whole, &name, true);
    TomlTable *table = above ? open_table(p, above, name, true) : NULL;
    if (table == NULL)
        return NULL;
    if (table->has_header || !toml_accept(p, ']')) {
        if (table->has_header)
            toml_fail(p, name.span.start, name.span.end,
                 arena_format("[%s] is defined twice", name.name));
        else
            toml_fail_here(p, "expected ']' behind the name of the table");
        return NULL;
    }
    table->has_header = true;
    return end_line(p) ? table : NULL;
}

/* Only text may be in the file: UTF-8, and no control characters but tabs and line ends. */
static bool check_text(TomlParser *p)
{
    size_t size = p->file->size;
    for (size_t i = 0; i < size;) {
        unsigned char c   = (unsigned char)p->text[i];
        int           len = utf8_length((const unsigned char *)p->text + i, size - i);
        bool line_end     = c == '\n' || (c == '\r' && p->text[i + 1] == '\n');
        if (len == 0 || c == 0x7f || (c < 0x20 && c != '\t' && !line_end))
            return toml_fail(p, (uint32_t)i, (uint32_t)i + 1,
                        len ? "a control character" : "this is not UTF-8");
        i += (size_t)len;
    }
    return true;
}

TomlTable *toml_parse(const SourceFile *file, TomlError *error)
{
    TomlParser     p     = {.file = file, .text = file->text, .error = error};
    TomlTable *whole = ARENA_NEW(TomlTable), *table = whole;
    *error = (TomlError){.text = NULL};
    if (!check_text(&p))
        return NULL;
    if (strncmp(p.text, "\xef\xbb\xbf", 3) == 0)             /* a byte order mark */
        p.pos = 3;
    for (skip_space(&p); toml_peek(&p) != '\0'; skip_space(&p)) {
        if (toml_peek(&p) == '[')
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
