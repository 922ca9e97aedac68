/*
 * namemap.h - a hash table from names to small numbers.
 */
#ifndef PLUTO_NAMEMAP_H
#define PLUTO_NAMEMAP_H

#include "compiler/syntax/ast.h"

typedef struct NameMap NameMap;

NameMap *namemap_new(void);

/* False, and no change, when the name is there already. */
bool namemap_add(NameMap *map, Name name, int value);

/* -1 when the name is not there. */
int namemap_find(const NameMap *map, Name name);

#endif
