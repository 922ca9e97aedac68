/*
 * array.h - growable arrays.
 *
 * Emitted C has one struct per element type, made by RT_ARRAY_TYPE, all of this layout. The header
 * is an object of kind PTR1; data is an object of its own: PTR0 when elements hold no pointer, else
 * ALL. Not synchronised: tasks share arrays only by sending them.
 *   0 <= len <= cap; data may be NULL when cap is 0; elements at len .. cap hold no pointers
 *   (they are zeroed when removed, so that the collector does not see dropped values).
 */
#ifndef PLUTO_ARRAY_H
#define PLUTO_ARRAY_H

#include "runtime/base/fail.h"
#include "runtime/base/tls.h"
#include "runtime/value/string.h"

typedef struct RtArray {
    void   *data;
    int64_t len, cap;
} RtArray;

/* len elements, zeroed. elements is HEAP_PTR0 or HEAP_ALL. */
RtArray *rt_array_new(size_t elem_size, HeapKind elements, int64_t len);

/* Makes room for at least one more element. */
void rt_array_grow(RtArray *a, size_t elem_size, HeapKind elements);

/* Makes room for at least more elements. */
void rt_array_reserve(RtArray *a, size_t elem_size, HeapKind elements, int64_t more);

/* Elements [start, end) of a, clamped, in a new array. */
RtArray *rt_array_slice(const RtArray *a, size_t elem_size, HeapKind elements, int64_t start,
                        int64_t end);
void rt_array_reverse(RtArray *a, size_t elem_size);
void rt_array_clear(RtArray *a, size_t elem_size);
/* Moves elements [index, len) up by one and sets len; fails unless 0 <= index <= len. */
void rt_array_open_gap(RtArray *a, size_t elem_size, HeapKind elements, int64_t index,
                       const RtPlace *place);
/* Moves elements (index, len) down by one over index and zeroes the last. */
void rt_array_close_gap(RtArray *a, size_t elem_size, int64_t index);
_Noreturn void rt_fail_array_remove(const RtPlace *place, int64_t index, int64_t len)
    __attribute__((cold));

/* The separate bytes, and the pieces between separators (language 20.2). Elements: strings. */
RtArray *rt_string_split(const RtString *s, const RtString *separator);

/*
 * Declares type A (a struct, used by pointer) with elements of C type T, and its functions:
 *   A_new(len), A_at(a, i, place) (a pointer to the element, bounds checked), A_push(a, v),
 *   A_room(a, more) (a pointer to behind the last element, with room for that many: the caller
 *   stores there, then sets len; in between nothing else is done with a),
 *   A_pop/A_first/A_last(a, place), A_insert_at(a, i, v, place), A_remove_at(a, i, place),
 *   A_slice(a, s, e), A_reverse(a), A_clear(a), A_index_of(a, v) with EQ(x, y) as equality.
 */
#define RT_ARRAY_TYPE(A, T, ELEMENTS, EQ)                                                          \
    typedef struct A { T *data; int64_t len, cap; } A;                                             \
    RT_UNUSED static inline A *A##_new(int64_t len)                                                \
    {                                                                                              \
        return (A *)rt_array_new(sizeof(T), ELEMENTS, len);                                        \
    }                                                                                              \
    RT_UNUSED static inline T *A##_at(const A *a, int64_t i, const RtPlace *place)                 \
    {                                                                                              \
        if (__builtin_expect((uint64_t)i >= (uint64_t)a->len, 0))                                  \
            rt_fail_array_index(place, i, a->len);                                                 \
        return &a->data[i];                                                                        \
    }                                                                                              \
    RT_UNUSED static inline void A##_push(A *a, T v)                                               \
    {                                                                                              \
        if (__builtin_expect(a->len == a->cap, 0))                                                 \
            rt_array_grow((RtArray *)a, sizeof(T), ELEMENTS);                                      \
        a->data[a->len++] = v;                                                                     \
    }                                                                                              \
    RT_UNUSED static inline T *A##_room(A *a, int64_t more)                                        \
    {                                                                                              \
        if (__builtin_expect(more > a->cap - a->len, 0))                                           \
            rt_array_reserve((RtArray *)a, sizeof(T), ELEMENTS, more);                             \
        return a->data + a->len;                                                                   \
    }                                                                                              \
    RT_UNUSED static inline T A##_pop(A *a, const RtPlace *place)                                  \
    {                                                                                              \
        if (__builtin_expect(a->len == 0, 0))                                                      \
            rt_fail(place, "pop from empty array");                                                \
        T v = a->data[--a->len];                                                                   \
        memset(&a->data[a->len], 0, sizeof(T));                                                    \
        return v;                                                                                  \
    }                                                                                              \
    RT_UNUSED static inline T A##_first(const A *a, const RtPlace *place)                          \
    {                                                                                              \
        if (__builtin_expect(a->len == 0, 0))                                                      \
            rt_fail(place, "first() on empty array");                                              \
        return a->data[0];                                                                         \
    }                                                                                              \
    RT_UNUSED static inline T A##_last(const A *a, const RtPlace *place)                           \
    {                                                                                              \
        if (__builtin_expect(a->len == 0, 0))                                                      \
            rt_fail(place, "last() on empty array");                                               \
        return a->data[a->len - 1];                                                                \
    }                                                                                              \
    RT_UNUSED static inline void A##_insert_at(A *a, int64_t i, T v, const RtPlace *place)         \
    {                                                                                              \
        rt_array_open_gap((RtArray *)a, sizeof(T), ELEMENTS, i, place);                            \
        a->data[i] = v;                                                                            \
    }                                                                                              \
    RT_UNUSED static inline T A##_remove_at(A *a, int64_t i, const RtPlace *place)                 \
    {                                                                                              \
        if (__builtin_expect((uint64_t)i >= (uint64_t)a->len, 0))                                  \
            rt_fail_array_remove(place, i, a->len);                                                \
        T v = a->data[i];                                                                          \
        rt_array_close_gap((RtArray *)a, sizeof(T), i);                                            \
        return v;                                                                                  \
    }                                                                                              \
    RT_UNUSED static inline A *A##_slice(const A *a, int64_t start, int64_t end)                   \
    {                                                                                              \
        return (A *)rt_array_slice((const RtArray *)a, sizeof(T), ELEMENTS, start, end);           \
    }                                                                                              \
    RT_UNUSED static inline void A##_reverse(A *a) { rt_array_reverse((RtArray *)a, sizeof(T)); }  \
    RT_UNUSED static inline void A##_clear(A *a) { rt_array_clear((RtArray *)a, sizeof(T)); }      \
    RT_UNUSED static inline int64_t A##_index_of(const A *a, T v)                                  \
    {                                                                                              \
        int64_t i = 0;                                                                             \
        while (i < a->len && !EQ(a->data[i], v))                                                   \
            i++;                                                                                   \
        return i < a->len ? i : -1;                                                                \
    }

#define RT_UNUSED __attribute__((unused))
#define RT_SAME(x, y) ((x) == (y))

#endif
