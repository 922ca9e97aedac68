/*
 * fuzz_arena.c - the arena of the fuzzer: every piece is an allocation of its own, so that the
 * sanitizer sees a single byte beyond, and all of them go after each input.
 */
#include "tests/fuzz/fuzz_arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/hash.h"

typedef struct Interned {
    UT_hash_handle hh;
    size_t len;
    char  *text;
} Interned;

static void   **pieces;
static size_t   count, cap;
static Interned *interned;

void fuzz_arena_free(void)
{
    interned = NULL;
    while (count > 0)
        free(pieces[--count]);
}

void *arena_alloc(size_t size)
{
    if (count == cap) {
        cap    = cap ? cap * 2 : 4096;
        pieces = realloc(pieces, cap * sizeof *pieces);
    }
    void *memory = calloc(1, size ? size : 1);
    if (pieces == NULL || memory == NULL)
        abort();
    pieces[count++] = memory;
    return memory;
}

char *arena_format(const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int   len  = vsnprintf(NULL, 0, format, args);
    char *text = arena_alloc((size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void list_grow(void **items, int *list_cap, size_t item_size)
{
    int   bigger = *list_cap ? *list_cap * 2 : 4;
    void *moved  = arena_alloc((size_t)bigger * item_size);
    if (*list_cap)
        memcpy(moved, *items, (size_t)*list_cap * item_size);
    *items    = moved;
    *list_cap = bigger;
}

const char *intern(const char *text, size_t len)
{
    Interned *found;
    HASH_FIND(hh, interned, text, len, found);
    if (!found) {
        found       = ARENA_NEW(Interned);
        found->len  = len;
        found->text = arena_alloc(len + 1);
        memcpy(found->text, text, len);
        HASH_ADD_KEYPTR(hh, interned, found->text, len, found);
    }
    return found->text;
}

const char *intern_text(const char *text)
{
    return intern(text, strlen(text));
}
