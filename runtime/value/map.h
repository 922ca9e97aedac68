/*
 * map.h - maps and sets: insertion-ordered hash tables.
 *
 * Entries lie in an array in the order of insertion; an open-addressing index of 32-bit places
 * finds them (the layout of CPython's dict since 3.6, R. Hettinger). Emitted C has one struct per
 * pair of key and value type, of which the runtime sees the entry size and the functions in
 * RtMapType. Removal leaves a hole that the next growth squeezes out. Not synchronised. A set is a
 * map without values. All functions that add entries allocate.
 */
#ifndef PLUTO_MAP_H
#define PLUTO_MAP_H

#include <string.h>

#include "runtime/value/array.h"

typedef enum {
    RT_KEY_INT, RT_KEY_FLOAT, RT_KEY_BOOL, RT_KEY_BYTE, RT_KEY_STRING, RT_KEY_ENUM
} RtKeyKind;

/* Static data of emitted C, one per map or set type. The key stands first in an entry. */
typedef struct RtMapType {
    RtKeyKind kind;
    uint32_t  entry_size;                /* key, value, padding: struct { K key; V value; } */
    uint32_t  key_size;
    uint32_t  value_offset, value_size;  /* value_size 0: a set */
    HeapKind  entries;                   /* HEAP_ALL when key or value holds a pointer, else PTR0 */
    /* RT_KEY_ENUM with data only: structural, by pointer to the key. Made of rt_hash_*. Neither
     * allocates nor touches the map; they may yield at safepoints. */
    uint64_t (*hash)(const void *key);
    bool     (*equal)(const void *a, const void *b);
} RtMapType;

/* An index word is 0 (free), or below index_mask's bits entry + 1, above them bits of the hash. */
typedef struct RtMap {
    void     *entries;                   /* used * entry_size bytes, room for cap */
    uint32_t *index;                     /* index_mask + 1 words, at least 2 * cap; never NULL */
    uint64_t *dead;                      /* one bit per entry: removed; NULL while none is */
    int64_t   len;                       /* live entries */
    int64_t   used, cap;                 /* entries ever appended since the last squeeze; room */
    int64_t   index_mask;                /* a power of two less 1 */
} RtMap;

/* An empty map with room for so many entries. */
RtMap *rt_map_new(const RtMapType *type, int64_t room);
/* The value of key, NULL when absent (for sets: any non-NULL pointer when present). */
static inline void *rt_map_find(const RtMap *m, const RtMapType *type, const void *key);
/* The place of key's value, made (zeroed) when absent; valid until the next change of m. */
static inline void *rt_map_place(RtMap *m, const RtMapType *type, const void *key);
/* Returns false when key was absent. */
bool rt_map_remove(RtMap *m, const RtMapType *type, const void *key);
/* Fresh arrays of keys or values in insertion order. */
RtArray *rt_map_keys(const RtMap *m, const RtMapType *type);
RtArray *rt_map_values(const RtMap *m, const RtMapType *type);
/* Entries in order, for deep copies: the next live entry at or after *at, which moves on; or NULL.
 * *at begins at 0. */
void *rt_map_next(const RtMap *m, const RtMapType *type, int64_t *at);
/* Finds the keys anew, after a deep copy has replaced what they refer to. Allocates. */
void rt_map_rehash(RtMap *m, const RtMapType *type);
_Noreturn void rt_fail_map_key(const RtPlace *place) __attribute__((cold));  /* missing key */

/* ---- Hashes ---- */

uint64_t rt_hash_bytes(const void *bytes, size_t len);
static inline uint64_t rt_hash_string(const RtString *s)
{
    return rt_hash_bytes(s->bytes, (size_t)s->len);
}
/* D. Stafford's variant 13 of the MurmurHash3 finalizer, as in SplitMix64: one to one, and every
 * bit of n changes half of the bits. */
static inline uint64_t rt_hash_int(int64_t n)
{
    uint64_t h = (uint64_t)n;
    h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
    return h ^ h >> 31;
}
/* Equal floats have equal hashes: -0.0 and 0.0 too. */
static inline uint64_t rt_hash_float(double x)
{
    int64_t bits;
    x += 0.0;                                            /* -0.0 becomes 0.0 */
    memcpy(&bits, &x, sizeof bits);
    return rt_hash_int(bits);
}
/* For keys of several parts: h of those before, then the hash of the next. */
static inline uint64_t rt_hash_combine(uint64_t h, uint64_t next)
{
    return rt_hash_int((int64_t)(h * 31 + next));
}

/* ---- What is inlined: finding ints and strings ---- */

void *rt_map_find_other(const RtMap *m, const RtMapType *type, const void *key);
/* Appends an entry for a key that is absent; returns the place of its value, zeroed. */
void *rt_map_append(RtMap *m, const RtMapType *type, const void *key);

static inline bool rt_map_is_dead(const RtMap *m, uint64_t entry)
{
    return m->dead != NULL && (m->dead[entry / 64] >> entry % 64 & 1) != 0;
}

/* Runs the statements with candidate pointing to each entry whose hash may be hash; they return or
 * go on. Returns NULL after the last. At least half of the index is free, so there is a last. */
#define RT_MAP_PROBE(m, type, hash, ...)                                                           \
    do {                                                                                           \
        uint64_t rt_hash_ = (hash), rt_mask_ = (uint64_t)(m)->index_mask;                          \
        uint32_t rt_tag_ = (uint32_t)(rt_hash_ >> 32 & ~rt_mask_);                                 \
        for (uint64_t rt_i_ = rt_hash_;; rt_i_++) {                                                \
            uint32_t rt_word_ = (m)->index[rt_i_ & rt_mask_];                                      \
            if (rt_word_ == 0)                                                                     \
                return NULL;                                                                       \
            if ((rt_word_ & ~rt_mask_) != rt_tag_)                                                 \
                continue;                                                                          \
            uint64_t entry     = (rt_word_ & rt_mask_) - 1;                                        \
            char    *candidate = (char *)(m)->entries + entry * (type)->entry_size;                \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    } while (0)

static inline void *rt_map_find_int(const RtMap *m, const RtMapType *type, int64_t key)
{
    RT_MAP_PROBE(m, type, rt_hash_int(key), {
        if (*(int64_t *)candidate == key && !rt_map_is_dead(m, entry))
            return candidate + type->value_offset;
    });
}

/* A removed entry's key is NULL. */
static inline void *rt_map_find_string(const RtMap *m, const RtMapType *type, const RtString *key)
{
    RT_MAP_PROBE(m, type, rt_hash_string(key), {
        const RtString *found = *(const RtString **)candidate;
        (void)entry;
        if (found != NULL && rt_string_equal(found, key))
            return candidate + type->value_offset;
    });
}

static inline void *rt_map_find(const RtMap *m, const RtMapType *type, const void *key)
{
    if (type->kind == RT_KEY_INT)
        return rt_map_find_int(m, type, *(const int64_t *)key);
    if (type->kind == RT_KEY_STRING)
        return rt_map_find_string(m, type, *(const RtString *const *)key);
    return rt_map_find_other(m, type, key);
}

static inline void *rt_map_place(RtMap *m, const RtMapType *type, const void *key)
{
    void *value = rt_map_find(m, type, key);
    return value != NULL ? value : rt_map_append(m, type, key);
}

#endif
