/*
 * map_type.h - the typed face of maps and sets, for emitted C.
 *
 *     RT_MAP_TYPE(M_string_int, const RtString *, int64_t, RT_KEY_STRING, HEAP_ALL, NULL, NULL)
 *
 * declares the entry type M_string_int, its static description M_string_int_type, and
 *   M_new(room), M_at(m, k, place) (where k's value is; fails when k is missing),
 *   M_insert(m, k, v), M_contains(m, k), M_remove(m, k), M_keys(m), M_values(m).
 * RT_SET_TYPE: S_new, S_insert(s, k), S_contains, S_remove, S_to_array.
 */
#ifndef PLUTO_MAP_TYPE_H
#define PLUTO_MAP_TYPE_H

#include "runtime/value/copy.h"
#include "runtime/value/map.h"

#define RT_MAP_TYPE(M, K, V, KEY_KIND, ENTRIES, HASH, EQUAL)                                       \
    typedef struct M { K key; V value; } M;                                                        \
    static const RtMapType M##_type = {KEY_KIND,  sizeof(M), sizeof(K), offsetof(M, value),        \
                                       sizeof(V), ENTRIES,   HASH,      EQUAL};                    \
    RT_UNUSED static inline V *M##_at(const RtMap *m, K key, const RtPlace *place)                 \
    {                                                                                              \
        V *value = (V *)rt_map_find(m, &M##_type, &key);                                           \
        if (__builtin_expect(value == NULL, 0))                                                    \
            rt_fail_map_key(place);                                                                \
        return value;                                                                              \
    }                                                                                              \
    RT_UNUSED static inline void M##_insert(RtMap *m, K key, V value)                              \
    {                                                                                              \
        *(V *)rt_map_place(m, &M##_type, &key) = value;                                            \
    }                                                                                              \
    RT_UNUSED static inline RtArray *M##_keys(const RtMap *m)                                      \
    {                                                                                              \
        return rt_map_keys(m, &M##_type);                                                          \
    }                                                                                              \
    RT_UNUSED static inline RtArray *M##_values(const RtMap *m)                                    \
    {                                                                                              \
        return rt_map_values(m, &M##_type);                                                        \
    }                                                                                              \
    RT_KEYED_TYPE(M, K)

#define RT_SET_TYPE(S, K, KEY_KIND, ENTRIES, HASH, EQUAL)                                          \
    typedef struct S { K key; } S;                                                                 \
    static const RtMapType S##_type = {KEY_KIND, sizeof(S), sizeof(K), 0,                          \
                                       0,        ENTRIES,   HASH,      EQUAL};                     \
    RT_UNUSED static inline void S##_insert(RtMap *m, K key) { rt_map_place(m, &S##_type, &key); } \
    RT_UNUSED static inline RtArray *S##_to_array(const RtMap *m)                                  \
    {                                                                                              \
        return rt_map_keys(m, &S##_type);                                                          \
    }                                                                                              \
    RT_KEYED_TYPE(S, K)

/* What both have. */
#define RT_KEYED_TYPE(M, K)                                                                        \
    RT_UNUSED static inline void M##_rehash(RtCopy *c, void *m)                                    \
    {                                                                                              \
        (void)c;                                                                                   \
        rt_map_rehash(m, &M##_type);                                                               \
    }                                                                                              \
    RT_UNUSED static inline RtMap *M##_new(int64_t room) { return rt_map_new(&M##_type, room); }   \
    RT_UNUSED static inline bool M##_contains(const RtMap *m, K key)                               \
    {                                                                                              \
        return rt_map_find(m, &M##_type, &key) != NULL;                                            \
    }                                                                                              \
    RT_UNUSED static inline void M##_remove(RtMap *m, K key) { rt_map_remove(m, &M##_type, &key); }

#endif
