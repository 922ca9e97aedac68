/*
 * type.c - one object per type, found again through a hash table.
 *
 * A type is looked up by the words that tell it apart: its kind, the types it is made of, the
 * declaration it names. Equal words give the same object, so equality is comparison of pointers.
 * Holes are the exception: every hole is new, and a type made of an unfilled hole is replaced by
 * the checker once the hole is filled (check_convert.c).
 */
#include "compiler/check/type.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"
#include "compiler/check/program.h"

/* ---- Types that always exist ---- */

static Type the_int    = { .kind = TYPE_INT,    .number = 0 };
static Type the_float  = { .kind = TYPE_FLOAT,  .number = 1 };
static Type the_bool   = { .kind = TYPE_BOOL,   .number = 2 };
static Type the_byte   = { .kind = TYPE_BYTE,   .number = 3 };
static Type the_string = { .kind = TYPE_STRING, .number = 4 };
static Type the_bytes  = { .kind = TYPE_BYTES,  .number = 5 };
static Type the_void   = { .kind = TYPE_VOID,   .number = 6 };
static Type the_none   = { .kind = TYPE_NONE,   .number = 7 };
static Type the_caught = { .kind = TYPE_CAUGHT, .number = 8 };
static Type the_range  = { .kind = TYPE_RANGE,  .number = 9 };
static Type the_bad    = { .kind = TYPE_BAD,    .number = 10 };
static Type the_cptr   = { .kind = TYPE_CPTR,   .number = 11 };

static int next_number = 12;

Type *const type_int    = &the_int;
Type *const type_float  = &the_float;
Type *const type_bool   = &the_bool;
Type *const type_byte   = &the_byte;
Type *const type_string = &the_string;
Type *const type_bytes  = &the_bytes;
Type *const type_void   = &the_void;
Type *const type_none   = &the_none;
Type *const type_caught = &the_caught;
Type *const type_range  = &the_range;
Type *const type_bad    = &the_bad;
Type *const type_cptr   = &the_cptr;

/* ---- Finding and making ---- */

typedef struct TypeEntry {
    Type           *type;
    const void    **words;               /* the key */
    UT_hash_handle  hh;
} TypeEntry;

static TypeEntry *entries;

/* Kind, element, key, declaration, parameters: see type_words. */
enum { FIXED_WORDS = 4 };

static const void *type_subject(const Type *t)
{
    switch (t->kind) {
    case TYPE_CLASS:       return t->cls;
    case TYPE_TRAIT:       return t->trait;
    case TYPE_ENUM:        return t->enum_def;
    case TYPE_CAUGHT_KIND: return t->error_def;
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_STRING:
    case TYPE_BYTES: case TYPE_VOID: case TYPE_NONE: case TYPE_CAUGHT: case TYPE_RANGE:
    case TYPE_ARRAY: case TYPE_MAP: case TYPE_SET: case TYPE_NULLABLE: case TYPE_FN:
    case TYPE_STREAM: case TYPE_TASK: case TYPE_SENDER: case TYPE_RECEIVER: case TYPE_HOLE:
    case TYPE_CPTR: case TYPE_BAD:
        return NULL;
    }
    return NULL;
}

static const void **type_words(const Type *t, size_t *size)
{
    *size = (FIXED_WORDS + (size_t)t->param_count) * sizeof(void *);
    const void **words = arena_alloc(*size);
    words[0] = (const void *)(uintptr_t)t->kind;
    words[1] = t->elem;
    words[2] = t->key;
    words[3] = type_subject(t);
    for (int i = 0; i < t->param_count; i++)
        words[FIXED_WORDS + i] = t->params[i];
    return words;
}

static bool made_of_holes(const Type *t)
{
    bool holes = (t->elem && t->elem->has_hole) || (t->key && t->key->has_hole);
    for (int i = 0; i < t->param_count; i++)
        holes |= t->params[i]->has_hole;
    return holes;
}

/* A copy of t that lives as long as the process; its params array is copied too. */
static Type *type_keep(const Type *t)
{
    Type *kept = ARENA_NEW(Type);
    *kept = *t;
    kept->number = next_number++;
    kept->has_hole = made_of_holes(t);
    if (t->param_count > 0) {
        kept->params = arena_alloc((size_t)t->param_count * sizeof(Type *));
        memcpy(kept->params, t->params, (size_t)t->param_count * sizeof(Type *));
    }
    return kept;
}

static Type *type_find(const Type *wanted)
{
    size_t       size;
    const void **words = type_words(wanted, &size);
    TypeEntry   *entry;

    HASH_FIND(hh, entries, words, size, entry);
    if (entry)
        return entry->type;
    entry = ARENA_NEW(TypeEntry);
    entry->type  = type_keep(wanted);
    entry->words = words;
    HASH_ADD_KEYPTR(hh, entries, entry->words, size, entry);
    return entry->type;
}

static Type *type_of(TypeKind kind, Type *elem)
{
    return type_find(&(Type){ .kind = kind, .elem = elem });
}

Type *type_array(Type *elem)    { return type_of(TYPE_ARRAY, elem); }
Type *type_set(Type *elem)      { return type_of(TYPE_SET, elem); }
Type *type_nullable(Type *elem) { return type_of(TYPE_NULLABLE, elem); }
Type *type_stream(Type *elem)   { return type_of(TYPE_STREAM, elem); }
Type *type_task(Type *result)   { return type_of(TYPE_TASK, result); }
Type *type_sender(Type *elem)   { return type_of(TYPE_SENDER, elem); }
Type *type_receiver(Type *elem) { return type_of(TYPE_RECEIVER, elem); }

Type *type_map(Type *key, Type *value)
{
    return type_find(&(Type){ .kind = TYPE_MAP, .key = key, .elem = value });
}

Type *type_fn(Type **params, int count, Type *result)
{
    return type_find(&(Type){ .kind = TYPE_FN, .params = params, .param_count = count,
                              .elem = result });
}

Type *type_of_class(Class *cls)
{
    return type_find(&(Type){ .kind = TYPE_CLASS, .cls = cls });
}

Type *type_of_trait(TraitDef *trait)
{
    return type_find(&(Type){ .kind = TYPE_TRAIT, .trait = trait });
}

Type *type_of_enum(EnumDef *def)
{
    return type_find(&(Type){ .kind = TYPE_ENUM, .enum_def = def });
}

Type *type_of_error(ErrorDef *def)
{
    return type_find(&(Type){ .kind = TYPE_CAUGHT_KIND, .error_def = def });
}

Type *type_hole(void)
{
    Type *hole = ARENA_NEW(Type);
    hole->kind = TYPE_HOLE;
    hole->number = next_number++;
    hole->has_hole = true;
    return hole;
}

/* ---- Names ---- */

static const char *fn_name(const Type *t)
{
    const char *params = "";
    for (int i = 0; i < t->param_count; i++)
        params = arena_format("%s%s%s", params, i ? ", " : "", type_name(t->params[i]));
    return arena_format("fn(%s) %s", params, type_name(t->elem));
}

/* An array whose element type nothing has fixed yet is written as its literal. */
static const char *array_name(const Type *t)
{
    const Type *elem = t->elem;
    while (elem->kind == TYPE_HOLE && elem->elem)
        elem = elem->elem;
    return elem->kind == TYPE_HOLE ? "[]" : arena_format("[%s]", type_name(elem));
}

static const char *make_name(const Type *t)
{
    switch (t->kind) {
    case TYPE_INT:         return "int";
    case TYPE_FLOAT:       return "float";
    case TYPE_BOOL:        return "bool";
    case TYPE_BYTE:        return "byte";
    case TYPE_STRING:      return "string";
    case TYPE_BYTES:       return "bytes";
    case TYPE_VOID:        return "void";
    case TYPE_CPTR:        return "cptr";
    case TYPE_NONE:        return "void?";
    case TYPE_CAUGHT:      return "error";
    case TYPE_CAUGHT_KIND: return t->error_def->name;
    case TYPE_RANGE:       return "range";
    case TYPE_ARRAY:       return array_name(t);
    case TYPE_MAP:         return arena_format("Map<%s, %s>", type_name(t->key),
                                               type_name(t->elem));
    case TYPE_SET:         return arena_format("Set<%s>", type_name(t->elem));
    case TYPE_NULLABLE:    return arena_format("%s?", type_name(t->elem));
    case TYPE_FN:          return fn_name(t);
    case TYPE_STREAM:      return arena_format("stream %s", type_name(t->elem));
    case TYPE_CLASS:       return t->cls->name;
    case TYPE_TRAIT:       return arena_format("trait %s", t->trait->name);
    case TYPE_ENUM:        return t->enum_def->name;
    case TYPE_TASK:        return arena_format("Task<%s>", type_name(t->elem));
    case TYPE_SENDER:      return arena_format("Sender<%s>", type_name(t->elem));
    case TYPE_RECEIVER:    return arena_format("Receiver<%s>", type_name(t->elem));
    case TYPE_HOLE:        return t->elem ? type_name(t->elem) : "_";
    case TYPE_BAD:         return "?";
    }
    return "?";
}

const char *type_name(const Type *t)
{
    return intern_text(make_name(t));
}

bool type_is_pointer(const Type *t)
{
    switch (t->kind) {
    case TYPE_STRING: case TYPE_BYTES: case TYPE_ARRAY: case TYPE_MAP: case TYPE_SET:
    case TYPE_FN: case TYPE_STREAM: case TYPE_CLASS: case TYPE_TASK: case TYPE_SENDER:
    case TYPE_RECEIVER: case TYPE_CPTR: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND: case TYPE_ENUM:
        return true;
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_VOID:
    case TYPE_NONE: case TYPE_RANGE: case TYPE_NULLABLE: case TYPE_TRAIT: case TYPE_HOLE:
    case TYPE_BAD:
        return false;
    }
    return false;
}
