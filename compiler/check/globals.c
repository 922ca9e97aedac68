/*
 * globals.c - hash tables of declared and imported names, and the names that exist without
 * declaration.
 */
#include "compiler/check/globals.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"
#include "compiler/base/suggest.h"

/* Both without padding, since tables compare their bytes. */
typedef struct GlobalKey { const SourceModule *module; Name name; } GlobalKey;

typedef struct GlobalEntry {
    GlobalKey      key;
    Global         global;
    UT_hash_handle hh;                    /* by key */
} GlobalEntry;

typedef struct ImportEntry {
    GlobalKey           key;              /* the importing module, the binding name */
    const SourceModule *target;
    UT_hash_handle      hh;               /* by key */
} ImportEntry;

/* A declaration that is not part of the program. */
typedef struct ElsewhereEntry {
    Name              name;
    const SourceFile *file;
    UT_hash_handle    hh;                 /* by name */
} ElsewhereEntry;

struct Globals {
    GlobalEntry    *table;
    ImportEntry    *imports;
    ElsewhereEntry *elsewhere;
};

/* The module of what is predeclared. */
static const SourceModule prelude = { .library = true };

/* The target of imports that nobody has looked for: of a text without files. */
static const SourceModule unknown_module = { .name = "?" };

Globals *globals_new(void)
{
    return ARENA_NEW(Globals);
}

/* ---- Declarations ---- */

/* The module of a place; what has none is predeclared. */
static const SourceModule *module_of(Span span)
{
    return span.file ? span.file->module : &prelude;
}

static Global *find_in(Globals *globals, const SourceModule *module, Name name)
{
    GlobalKey    key = { module, name };
    GlobalEntry *entry;
    HASH_FIND(hh, globals->table, &key, sizeof key, entry);
    return entry ? &entry->global : NULL;
}

Global *globals_own(Globals *globals, Ident name)
{
    return find_in(globals, module_of(name.span), name.name);
}

Global *globals_at(Globals *globals, Ident name)
{
    Global *own = globals_own(globals, name);
    return own ? own : find_in(globals, &prelude, name.name);
}

Global *globals_add(Globals *globals, GlobalKind kind, Ident name)
{
    const SourceModule *module = module_of(name.span);
    GlobalEntry        *entry  = ARENA_NEW(GlobalEntry);
    Name                shown  = name.name;

    if (module && module->name)
        shown = intern_text(arena_format("%s.%s", module->name, name.name));
    entry->key    = (GlobalKey){ module, name.name };
    entry->global = (Global){ .kind = kind, .name = shown, .span = name.span };
    HASH_ADD(hh, globals->table, key, sizeof entry->key, entry);
    return &entry->global;
}

/* ---- Imports and qualified names ---- */

static ImportEntry *find_import(Globals *globals, Ident name)
{
    GlobalKey    key = { module_of(name.span), name.name };
    ImportEntry *entry;
    HASH_FIND(hh, globals->imports, &key, sizeof key, entry);
    return entry;
}

const SourceModule *globals_import(Globals *globals, Ident name)
{
    const ImportEntry *entry = find_import(globals, name);
    return entry ? entry->target : NULL;
}

void globals_add_import(Globals *globals, const ImportDecl *import)
{
    ImportEntry *entry = ARENA_NEW(ImportEntry);

    if (find_import(globals, import->alias))
        return;                           /* the same import in another file of the module */
    entry->key    = (GlobalKey){ module_of(import->alias.span), import->alias.name };
    entry->target = import->target ? import->target : &unknown_module;
    HASH_ADD(hh, globals->imports, key, sizeof entry->key, entry);
}

/* The library's modules may use each other's private declarations. */
static void check_visible(Diag *d, const Global *global, const QName *name)
{
    const SourceModule *user = module_of(name->name.span);

    if (global->is_pub || (user && user->library))
        return;
    diag_error(d, DIAG_TYPE, name->name.span, "'%s' is private to module '%s'; declare it `pub` to "
               "use it from another module", name->name.name, name->module.name);
    diag_note(d, global->span, "'%s' is declared here", name->name.name);
}

Global *globals_of(Globals *globals, Diag *d, const QName *name)
{
    if (!name->module.name)
        return globals_at(globals, name->name);
    const SourceModule *module = globals_import(globals, name->module);
    Global             *global = module ? find_in(globals, module, name->name.name) : NULL;
    if (global)
        check_visible(d, global, name);
    return global;
}

const char *qname_text(const QName *name)
{
    return name->module.name ? arena_format("%s.%s", name->module.name, name->name.name)
                             : name->name.name;
}

/* ---- Kinds ---- */

const char *global_kind_name(GlobalKind kind)
{
    switch (kind) {
    case GLOBAL_TRAIT:  return "a trait";
    case GLOBAL_ENUM:   return "an enum";
    case GLOBAL_ERROR:  return "an error";
    case GLOBAL_CLASS:  return "a class";
    case GLOBAL_FUNC:
    case GLOBAL_EXTERN: return "a function";
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

const char *const builtin_types[] = {
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

void globals_note_elsewhere(Globals *globals, Ident name)
{
    ElsewhereEntry *entry;
    HASH_FIND_PTR(globals->elsewhere, &name.name, entry);
    if (entry)
        return;
    entry  = ARENA_NEW(ElsewhereEntry);
    *entry = (ElsewhereEntry){ .name = name.name, .file = name.span.file };
    HASH_ADD_PTR(globals->elsewhere, name, entry);
}

/* Only the files beside the entry are looked at. */
static bool is_elsewhere(Diag *d, const Globals *globals, Ident name)
{
    const ElsewhereEntry *entry;
    HASH_FIND_PTR(globals->elsewhere, &name.name, entry);
    if (!entry || module_of(name.span))
        return false;
    diag_help(d, "%s declares it, but is a program of its own, because it has a main function, too",
              entry->file->path);
    return true;
}

/* Can the name of the declaration be written where name stands? */
static bool is_in_sight(const GlobalEntry *entry, Ident name)
{
    return entry->key.module == module_of(name.span) || entry->key.module == &prelude;
}

void globals_suggest(Diag *d, Globals *globals, GlobalKind kind, Ident name)
{
    if (is_elsewhere(d, globals, name))
        return;
    Suggest s = suggest_for(d, name.name);
    for (GlobalEntry *e = globals->table; s.active && e; e = e->hh.next)
        if (e->global.kind == kind && is_in_sight(e, name))
            suggest_candidate(&s, e->key.name);
    if (kind == GLOBAL_FUNC)
        suggest_listed(&s, builtin_functions);
    suggest_finish(&s, d);
}

void globals_suggest_type(Diag *d, Globals *globals, Ident name)
{
    if (is_elsewhere(d, globals, name))
        return;
    Suggest s = suggest_for(d, name.name);
    for (GlobalEntry *e = globals->table; s.active && e; e = e->hh.next)
        if (is_type_kind(e->global.kind) && is_in_sight(e, name))
            suggest_candidate(&s, e->key.name);
    suggest_listed(&s, builtin_types);
    suggest_finish(&s, d);
}
