/*
 * toml.h - the part of TOML that a manifest needs, as a tree.
 *
 * Tables, dotted keys, inline tables, arrays, strings on one line, integers, booleans, comments.
 * The rest of TOML 1.0 (floats, dates, strings over several lines, arrays of tables) is refused
 * by name. Everything has a place, so that whoever reads the tree can complain about it.
 */
#ifndef PLUTO_TOML_H
#define PLUTO_TOML_H

#include "compiler/base/namemap.h"
#include "compiler/syntax/ast.h"

typedef enum { TOML_STRING, TOML_INTEGER, TOML_BOOLEAN, TOML_ARRAY, TOML_TABLE } TomlKind;

typedef struct TomlValue TomlValue;

typedef struct TomlEntry {
    Ident      key;
    TomlValue *value;
} TomlEntry;

typedef struct TomlTable {
    LIST(TomlEntry) entries;         /* in the order of the file */
    NameMap *index;                  /* key to its number in entries */
    bool     closed;                 /* no header and no dotted key may add to it any more */
    bool     has_header;             /* [name] of its own; false: only a part of longer names */
} TomlTable;

struct TomlValue {
    TomlKind kind;
    Span     span;                   /* of a table with a header: the name in the header */
    union {
        const char *string;          /* UTF-8 without NUL */
        int64_t     integer;
        bool        boolean;
        LIST(TomlValue *) items;     /* TOML_ARRAY */
        TomlTable   table;
    };
};

typedef struct TomlError {
    Span        at;
    const char *text;                /* what is wrong, a part of a sentence */
} TomlError;

/* The table that the file is; NULL with *error set if it is none. */
TomlTable *toml_parse(const SourceFile *file, TomlError *error);

/* The value of a key; NULL: it has none. */
const TomlValue *toml_get(const TomlTable *table, const char *key);
const TomlEntry *toml_entry(const TomlTable *table, const char *key);

/* "a string", "a table"... */
const char *toml_kind_name(TomlKind kind);

#endif
