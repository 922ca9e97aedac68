/*
 * arena.h - memory of one compilation: allocated freely, released together at exit.
 *
 * Running out of memory ends the compiler with a message and status 1, so nothing here fails.
 */
#ifndef PLUTO_ARENA_H
#define PLUTO_ARENA_H

#include <stddef.h>

/* Zeroed memory, aligned for any type. */
void *arena_alloc(size_t size);
#define ARENA_NEW(T) ((T *)arena_alloc(sizeof(T)))

char *arena_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The interned copy of len bytes (a NUL is added): equal texts give the same pointer. */
const char *intern(const char *text, size_t len);
const char *intern_text(const char *text);

/* Appends to a LIST (ast.h). */
#define LIST_ADD(list, item)                                                                       \
    do {                                                                                           \
        if ((list)->count == (list)->cap)                                                          \
            list_grow((void **)&(list)->items, &(list)->cap, sizeof *(list)->items);               \
        (list)->items[(list)->count++] = (item);                                                   \
    } while (0)
void list_grow(void **items, int *cap, size_t item_size);

#endif
