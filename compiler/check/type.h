/*
 * type.h - types, interned: two types are equal exactly when they are the same pointer.
 */
#ifndef PLUTO_TYPE_H
#define PLUTO_TYPE_H

#include <stdbool.h>

#include "compiler/syntax/ast.h"

typedef struct EnumDef  EnumDef;          /* program.h */

typedef enum {
    TYPE_INT, TYPE_FLOAT, TYPE_BOOL, TYPE_BYTE, TYPE_STRING, TYPE_BYTES, TYPE_VOID,
    TYPE_CPTR,             /* a pointer of C's, never NULL */
    TYPE_NONE,             /* the type of a bare none, written void? */
    TYPE_CAUGHT,           /* a caught error of unknown kind, written error */
    TYPE_CAUGHT_KIND,      /* a caught error of one kind: error_def */
    TYPE_RANGE,
    TYPE_ARRAY, TYPE_MAP, TYPE_SET, TYPE_NULLABLE, TYPE_FN, TYPE_STREAM,
    TYPE_CLASS, TYPE_TRAIT, TYPE_ENUM,
    TYPE_TASK, TYPE_SENDER, TYPE_RECEIVER,
    TYPE_HOLE,             /* element of [] until its first use fixes it; gone after check */
    TYPE_BAD,              /* after an error was reported; fits everything, silences followers */
} TypeKind;

struct Type {
    TypeKind  kind;
    Type     *elem;        /* array, set, nullable, stream, task, sender, receiver; map: value;
                              fn: result; hole: what filled it */
    Type     *key;         /* map */
    Type    **params;      /* fn */
    int       param_count;
    Class    *cls;         /* class */
    TraitDef *trait;       /* trait */
    EnumDef  *enum_def;    /* enum */
    ErrorDef *error_def;   /* caught kind */
    int       number;      /* dense, in order of creation: for tables and stable names */
    bool      has_hole;    /* made of a TYPE_HOLE; never true of what check leaves behind */
};

extern Type *const type_int, *const type_float, *const type_bool, *const type_byte,
            *const type_string, *const type_bytes, *const type_void, *const type_none,
            *const type_cptr, *const type_caught, *const type_range, *const type_bad;

Type *type_array(Type *elem);
Type *type_map(Type *key, Type *value);
Type *type_set(Type *elem);
Type *type_nullable(Type *elem);          /* elem is neither nullable nor void */
Type *type_fn(Type **params, int count, Type *result);
Type *type_stream(Type *elem);
Type *type_task(Type *result);
Type *type_sender(Type *elem);
Type *type_receiver(Type *elem);
Type *type_of_class(Class *cls);
Type *type_of_trait(TraitDef *trait);
Type *type_of_enum(EnumDef *def);
Type *type_of_error(ErrorDef *def);
Type *type_hole(void);                    /* a new one at each call; elem: what filled it */

/* As messages write it (language 1.5). Interned text. */
const char *type_name(const Type *t);

/* Does a value of this type contain a pointer into the heap? */
bool type_is_pointer(const Type *t);      /* represented by one pointer, NULL never a value */

#endif
