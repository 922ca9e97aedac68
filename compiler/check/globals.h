/*
 * globals.h - the name space of declarations, one per module (language 5.2).
 *
 * A name means what the module of the file declares in which the name stands, so looking one up
 * takes the name together with its place.
 */
#ifndef PLUTO_GLOBALS_H
#define PLUTO_GLOBALS_H

#include "compiler/base/diag.h"
#include "compiler/check/program.h"

typedef enum {
    GLOBAL_TRAIT, GLOBAL_ENUM, GLOBAL_ERROR, GLOBAL_CLASS, GLOBAL_FUNC, GLOBAL_EXTERN,
    GLOBAL_APP, GLOBAL_STAGE,
} GlobalKind;

typedef struct Generic Generic;           /* instance.h */

/* One declared name. Which member of the union counts depends on the kind; none does if the
 * declaration is generic. */
typedef struct Global {
    GlobalKind kind;
    Name       name;              /* as messages write it: with its module, if it has one */
    Span       span;              /* of the name where it is declared; no file: predeclared */
    bool       is_pub;            /* other modules may name it */
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

/* What a name without qualification means where it stands: a declaration of that module, else one
 * that is predeclared. NULL when there is none. */
Global *globals_at(Globals *globals, Ident name);

/* The same for a name that may be qualified. A declaration that is private to another module is
 * reported, and returned all the same. */
Global *globals_of(Globals *globals, Diag *d, const QName *name);

/* What the module itself has of that name already; NULL: nothing. */
Global *globals_own(Globals *globals, Ident name);

/* Adds a name that globals_own does not find, to the module in which it stands. */
Global *globals_add(Globals *globals, GlobalKind kind, Ident name);

/* Imports have a name space of their own. The module that `name` is the binding of where it stands;
 * NULL: of none. */
const SourceModule *globals_import(Globals *globals, Ident name);
void globals_add_import(Globals *globals, const ImportDecl *import);

/* "module.Name" or "Name": as it is written. */
const char *qname_text(const QName *name);

/* "a function", "an enum": what a message calls a declaration. */
const char *global_kind_name(GlobalKind kind);

/* Notes that a file which is not part of the program declares the name. */
void globals_note_elsewhere(Globals *globals, Ident name);

/* Adds "did you mean 'x'?" to the last diagnostic if a declaration of this kind is spelled nearly
 * like name, or says that it is declared elsewhere. Types: classes, traits and enums, and the
 * built-in type names. */
void globals_suggest(Diag *d, Globals *globals, GlobalKind kind, Ident name);
void globals_suggest_type(Diag *d, Globals *globals, Ident name);

/* "class", "enum", "function": without the article. */
const char *global_kind_word(GlobalKind kind);

/* Is it the name of a built-in function, a built-in type, a type of the reflection prelude? */
bool is_builtin_function(Name name);
bool is_builtin_type(Name name);
extern const char *const builtin_types[];        /* NULL at the end */
bool is_prelude_type(Name name);

#endif
