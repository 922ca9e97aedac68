/*
 * globals.h - the one name space of declarations (language 5.2).
 */
#ifndef PLUTO_GLOBALS_H
#define PLUTO_GLOBALS_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

typedef enum {
    GLOBAL_TRAIT, GLOBAL_ENUM, GLOBAL_ERROR, GLOBAL_CLASS, GLOBAL_FUNC, GLOBAL_EXTERN,
    GLOBAL_IMPORT, GLOBAL_APP, GLOBAL_STAGE,
} GlobalKind;

typedef struct Generic Generic;           /* instance.h */

/* One declared name. Which member of the union counts depends on the kind; none does if the
 * declaration is generic. */
typedef struct Global {
    GlobalKind kind;
    Name       name;
    Span       span;              /* of the name where it is declared; no file: predeclared */
    union {
        TraitDef *trait;
        EnumDef  *enum_def;
        ErrorDef *error;
        Class    *cls;            /* of apps and stages, too */
        Func     *func;           /* extern functions too */
    };
    Generic   *generic;           /* NULL: not generic */
} Global;

typedef struct Globals Globals;

Globals *globals_new(void);

/* NULL when nothing of that name is declared. */
Global *globals_find(Globals *globals, Name name);

/* Adds a name, or returns the declaration that has it already. */
Global *globals_add(Globals *globals, GlobalKind kind, Name name, Span span);

/* "a function", "an enum": what a message calls a declaration. */
const char *global_kind_name(GlobalKind kind);

/* Adds "did you mean 'x'?" to the last diagnostic if a declaration of this kind is spelled nearly
 * like name. Types: classes, traits and enums, and the built-in type names. */
void globals_suggest(Diag *d, Globals *globals, GlobalKind kind, Name name);
void globals_suggest_type(Diag *d, Globals *globals, Name name);

/* "class", "enum", "function": without the article. */
const char *global_kind_word(GlobalKind kind);

/* Is it the name of a built-in function, a built-in type, a type of the reflection prelude? */
bool is_builtin_function(Name name);
bool is_builtin_type(Name name);
bool is_prelude_type(Name name);

#endif
