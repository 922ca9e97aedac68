/*
 * arena.c - chunks that are filled from the front, and the table of interned texts.
 *
 * Everything stays reachable from the two static variables below, so a leak checker sees nothing
 * lost although nothing is ever freed.
 */
#include "compiler/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void)
{
    fputs("error: the compiler ran out of memory\n", stderr);
    exit(1);
}

#define uthash_fatal(message) out_of_memory()
#include <uthash.h>

enum { CHUNK_SIZE = 256 * 1024, ALIGNMENT = 16 };

typedef struct Chunk Chunk;
struct Chunk {
    Chunk *older;
    size_t used, size;               /* bytes of data */
    _Alignas(ALIGNMENT) char data[];
};

typedef struct Interned {
    UT_hash_handle hh;
    size_t len;
    char   text[];
} Interned;

static Chunk    *newest;
static Interned *interned;

/* ---- Memory ---- */

/* A chunk of its own for a large request goes behind the newest, which still has room. */
static Chunk *chunk_new(size_t size)
{
    Chunk *chunk = calloc(1, sizeof *chunk + size);
    if (!chunk)
        out_of_memory();
    chunk->size = size;
    if (newest && size > CHUNK_SIZE) {
        chunk->older  = newest->older;
        newest->older = chunk;
    } else {
        chunk->older = newest;
        newest       = chunk;
    }
    return chunk;
}

void *arena_alloc(size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    Chunk *chunk = newest;
    if (!chunk || chunk->size - chunk->used < size)
        chunk = chunk_new(size > CHUNK_SIZE / 4 ? size + CHUNK_SIZE : CHUNK_SIZE);
    void *memory = chunk->data + chunk->used;
    chunk->used += size;
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

void list_grow(void **items, int *cap, size_t item_size)
{
    if (*cap > INT32_MAX / 2)
        out_of_memory();
    int   bigger = *cap ? *cap * 2 : 4;
    void *moved  = arena_alloc((size_t)bigger * item_size);
    if (*cap)
        memcpy(moved, *items, (size_t)*cap * item_size);
    *items = moved;
    *cap   = bigger;
}

/* ---- Interning ---- */

const char *intern(const char *text, size_t len)
{
    Interned *found;
    HASH_FIND(hh, interned, text, len, found);
    if (!found) {
        found      = arena_alloc(sizeof *found + len + 1);
        found->len = len;
        memcpy(found->text, text, len);
        HASH_ADD_KEYPTR(hh, interned, found->text, len, found);
    }
    return found->text;
}

const char *intern_text(const char *text)
{
    return intern(text, strlen(text));
}
