/*
 * globals.c - a hash table of declared names, and the names that exist without declaration.
 */
#include "compiler/check/globals.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"
#include "compiler/base/suggest.h"

typedef struct GlobalEntry {
    Global         global;
    UT_hash_handle hh;                    /* by global.name, an interned pointer */
} GlobalEntry;

struct Globals { GlobalEntry *table; };

Globals *globals_new(void)
{
    return ARENA_NEW(Globals);
}

Global *globals_find(Globals *globals, Name name)
{
    GlobalEntry *entry;
    HASH_FIND_PTR(globals->table, &name, entry);
    return entry ? &entry->global : NULL;
}

Global *globals_add(Globals *globals, GlobalKind kind, Name name, Span span)
{
    Global *known = globals_find(globals, name);
    if (known)
        return known;
    GlobalEntry *entry = ARENA_NEW(GlobalEntry);
    entry->global = (Global){ .kind = kind, .name = name, .span = span };
    HASH_ADD_PTR(globals->table, global.name, entry);
    return &entry->global;
}

const char *global_kind_name(GlobalKind kind)
{
    switch (kind) {
    case GLOBAL_TRAIT:  return "a trait";
    case GLOBAL_ENUM:   return "an enum";
    case GLOBAL_ERROR:  return "an error";
    case GLOBAL_CLASS:  return "a class";
    case GLOBAL_FUNC:
    case GLOBAL_EXTERN: return "a function";
    case GLOBAL_IMPORT: return "an import";
    case GLOBAL_APP:    return "the app";
    case GLOBAL_STAGE:  return "a stage";
    }
    return "a name";
}

const char *global_kind_word(GlobalKind kind)
{
    return strchr(global_kind_name(kind), ' ') + 1;
}

/* ---- Names that exist without declaration ---- */

static const char *const builtin_functions[] = {
    "print", "time_ns", "gc_heap_size", "bytes_new", "abs", "min", "max", "pow", "sqrt", "sin",
    "cos", "tan", "log", "floor", "ceil", "round", "expect", NULL,
};

static const char *const builtin_types[] = {
    "int", "float", "bool", "string", "byte", "bytes", "void", "Map", "Set", "Task", "Sender",
    "Receiver", NULL,
};

static const char *const prelude_types[] = {
    "FieldInfo", "ClassInfo", "VariantInfo", "EnumInfo", "TypeKind", "TypeInfo", NULL,
};

static bool is_listed(const char *const *list, Name name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

bool is_builtin_function(Name name) { return is_listed(builtin_functions, name); }
bool is_builtin_type(Name name)     { return is_listed(builtin_types, name); }
bool is_prelude_type(Name name)     { return is_listed(prelude_types, name); }

/* ---- Suggestions ---- */

static void suggest_listed(Suggest *s, const char *const *list)
{
    for (; *list; list++)
        suggest_candidate(s, *list);
}

static bool is_type_kind(GlobalKind kind)
{
    return kind == GLOBAL_CLASS || kind == GLOBAL_TRAIT || kind == GLOBAL_ENUM;
}

void globals_suggest(Diag *d, Globals *globals, GlobalKind kind, Name name)
{
    Suggest s = suggest_for(d, name);
    for (GlobalEntry *e = globals->table; s.active && e; e = e->hh.next)
        if (e->global.kind == kind)
            suggest_candidate(&s, e->global.name);
    if (kind == GLOBAL_FUNC)
        suggest_listed(&s, builtin_functions);
    suggest_finish(&s, d);
}

void globals_suggest_type(Diag *d, Globals *globals, Name name)
{
    Suggest s = suggest_for(d, name);
    for (GlobalEntry *e = globals->table; s.active && e; e = e->hh.next)
        if (is_type_kind(e->global.kind))
            suggest_candidate(&s, e->global.name);
    suggest_listed(&s, builtin_types);
    suggest_finish(&s, d);
}
