/*
 * map.h - maps and sets: insertion-ordered hash tables.
 *
 * Entries lie in an array in the order of insertion; an open-addressing index of 32-bit places finds
 * them (the layout of CPython's dict since 3.6, R. Hettinger). Emitted C has one struct per pair of key and
 * value type, of which the runtime sees the entry size and the functions in RtMapType. Removal leaves a
 * hole that the next growth squeezes out. Not synchronised. A set is a map without values.
 */
#ifndef PLUTO_MAP_H
#define PLUTO_MAP_H

#include "runtime/value/array.h"

typedef enum { RT_KEY_INT, RT_KEY_FLOAT, RT_KEY_BOOL, RT_KEY_BYTE, RT_KEY_STRING, RT_KEY_ENUM } RtKeyKind;

/* Static data of emitted C, one per map or set type. */
typedef struct RtMapType {
    RtKeyKind kind;
    uint32_t  entry_size;                /* key, value, padding: struct { K key; V value; } */
    uint32_t  key_size;
    uint32_t  value_offset, value_size;  /* value_size 0: a set */
    HeapKind  entries;                   /* HEAP_ALL when key or value holds a pointer */
    /* RT_KEY_ENUM with data only: structural, by pointer to the key. */
    uint64_t (*hash)(const void *key);
    bool     (*equal)(const void *a, const void *b);
} RtMapType;

typedef struct RtMap {
    void     *entries;                   /* used * entry_size bytes, room for cap */
    uint32_t *index;                     /* a power of two places; 0 empty, else entry + 1 */
    uint64_t *dead;                      /* one bit per entry: removed; NULL while none is */
    int64_t   len;                       /* live entries */
    int64_t   used, cap;                 /* entries ever appended since the last squeeze; room */
    int64_t   index_mask;
} RtMap;

RtMap  *rt_map_new(const RtMapType *type, int64_t room);
/* The value of key, NULL when absent (for sets: any non-NULL pointer when present). */
void   *rt_map_find(const RtMap *m, const RtMapType *type, const void *key);
/* The place of key's value, made (zeroed) when absent; valid until the next change of m. */
void   *rt_map_place(RtMap *m, const RtMapType *type, const void *key);
bool    rt_map_remove(RtMap *m, const RtMapType *type, const void *key);
/* Fresh arrays of keys or values in insertion order. */
RtArray *rt_map_keys(const RtMap *m, const RtMapType *type);
RtArray *rt_map_values(const RtMap *m, const RtMapType *type);
/* Entries in order, for deep copies: the next live entry at or after *at, which moves on; or NULL. */
void   *rt_map_next(const RtMap *m, const RtMapType *type, int64_t *at);
_Noreturn void rt_fail_map_key(const RtPlace *place) __attribute__((cold));   /* "map key not found" */

#endif
