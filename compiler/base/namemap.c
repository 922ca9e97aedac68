/*
 * namemap.c - names are interned, so the pointer is the key.
 */
#include "compiler/base/namemap.h"

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"

typedef struct NameEntry {
    Name           name;
    int            value;
    UT_hash_handle hh;
} NameEntry;

struct NameMap { NameEntry *table; };

NameMap *namemap_new(void)
{
    return ARENA_NEW(NameMap);
}

static NameEntry *find_entry(const NameMap *map, Name name)
{
    NameEntry *entry;
    HASH_FIND_PTR(map->table, &name, entry);
    return entry;
}

bool namemap_add(NameMap *map, Name name, int value)
{
    if (find_entry(map, name))
        return false;
    NameEntry *entry = ARENA_NEW(NameEntry);
    entry->name  = name;
    entry->value = value;
    HASH_ADD_PTR(map->table, name, entry);
    return true;
}

int namemap_find(const NameMap *map, Name name)
{
    const NameEntry *entry = find_entry(map, name);
    return entry ? entry->value : -1;
}
