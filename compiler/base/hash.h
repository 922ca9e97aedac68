/*
 * hash.h - uthash, with its tables in the arena.
 *
 * A table is never freed: its bucket arrays go with the arena, like the entries. Keys that are
 * interned names or types are compared as pointers (HASH_FIND_PTR).
 */
#ifndef PLUTO_HASH_H
#define PLUTO_HASH_H

#include "compiler/base/arena.h"

#define uthash_malloc(size)     arena_alloc(size)
#define uthash_free(ptr, size)  ((void)(ptr), (void)(size))

#include <uthash.h>

#endif
