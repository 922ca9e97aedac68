/*
 * json_read.h - JSON texts as trees.
 *
 * Nodes live in the arena and know where they stand, so that whoever finds a value wrong can say
 * where it is. (Libraries for JSON do not tell that, and the compiler needs none otherwise.)
 */
#ifndef PLUTO_JSON_READ_H
#define PLUTO_JSON_READ_H

#include "compiler/base/source.h"
#include "compiler/syntax/ast.h"

typedef enum {
    JSON_NULL, JSON_BOOL, JSON_INT, JSON_FLOAT, JSON_STRING, JSON_ARRAY, JSON_OBJECT,
} JsonKind;

typedef struct JsonValue {
    JsonKind kind;
    uint32_t start;                       /* of its first byte in the file */
    union {
        bool        boolean;
        int64_t     integer;              /* JSON_INT: without fraction or exponent, and it fits */
        double      number;               /* JSON_FLOAT */
        struct { const char *bytes; size_t len; } string;
        LIST(struct JsonValue *) items;                      /* JSON_ARRAY */
        struct { LIST(const char *) names; LIST(struct JsonValue *) values; } members;
    };
} JsonValue;

/* The value that the whole file is. NULL if it is none: then *why says what is wrong at *at. */
const JsonValue *json_parse(const SourceFile *file, const char **why, uint32_t *at);

/* The last member of that name; NULL if object is no object or has none. */
const JsonValue *json_member(const JsonValue *object, const char *name);

#endif
