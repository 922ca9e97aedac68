/*
 * array.c - growable arrays.
 *
 * Capacity doubles. Elements at len .. cap are zero if the collector looks at them: fresh memory of
 * kind ALL is zero but for its first word, which new_elements clears, and whoever shortens an array
 * zeroes what it drops. Elements are moved word by word where they hold pointers, so that the
 * collector sees whole pointers whenever it stops this thread.
 */
#include "runtime/value/array.h"

enum { FIRST_BYTES = 32, FIRST_ELEMENTS = 4 };           /* what an empty array grows to */

static char *element(const RtArray *a, size_t elem_size, int64_t index)
{
    return (char *)a->data + (size_t)index * elem_size;
}

/* ---- Memory ---- */

/* cap may be any number. Kind PTR0: not zeroed. */
static void *new_elements(size_t elem_size, HeapKind elements, int64_t cap)
{
    size_t size;
    if (cap == 0)
        return NULL;
    if (cap < 0 || __builtin_mul_overflow((size_t)cap, elem_size, &size) || size > PTRDIFF_MAX)
        rt_fail(NULL, "array length overflow");
    void *data = rt_alloc(elements, size);
    if (elements == HEAP_ALL)
        memset(data, 0, sizeof(void *));
    return data;
}

/* As rt_array_new, but elements of kind PTR0 are garbage. */
static RtArray *new_array(size_t elem_size, HeapKind elements, int64_t len)
{
    RtArray *a = rt_alloc(HEAP_PTR1, sizeof *a);
    a->data = NULL;
    a->data = new_elements(elem_size, elements, len);
    a->len  = len;
    a->cap  = len;
    return a;
}

RtArray *rt_array_new(size_t elem_size, HeapKind elements, int64_t len)
{
    RtArray *a = new_array(elem_size, elements, len);
    if (elements == HEAP_PTR0 && len > 0)
        memset(a->data, 0, (size_t)len * elem_size);
    return a;
}

static void set_capacity(RtArray *a, size_t elem_size, HeapKind elements, int64_t cap)
{
    void *data = new_elements(elem_size, elements, cap);
    if (a->len > 0)
        memcpy(data, a->data, (size_t)a->len * elem_size);
    a->data = data;
    a->cap  = cap;
}

void rt_array_reserve(RtArray *a, size_t elem_size, HeapKind elements, int64_t more)
{
    int64_t least, cap = FIRST_BYTES / (int64_t)elem_size;
    if (more <= a->cap - a->len)
        return;
    if (cap < FIRST_ELEMENTS)
        cap = FIRST_ELEMENTS;
    if (__builtin_add_overflow(a->len, more, &least))
        rt_fail(NULL, "array length overflow");
    if (cap < least)
        cap = least;
    if (cap / 2 < a->cap)
        cap = a->cap > INT64_MAX / 2 ? INT64_MAX : 2 * a->cap;
    set_capacity(a, elem_size, elements, cap);
}

void rt_array_grow(RtArray *a, size_t elem_size, HeapKind elements)
{
    rt_array_reserve(a, elem_size, elements, 1);
}

/* ---- Insertion, removal ---- */

void rt_array_open_gap(RtArray *a, size_t elem_size, HeapKind elements, int64_t index,
                       const RtPlace *place)
{
    if ((uint64_t)index > (uint64_t)a->len)
        rt_fail(place, "array insert_at index out of bounds: index %lld, length %lld",
                (long long)index, (long long)a->len);
    rt_array_reserve(a, elem_size, elements, 1);
    if (index < a->len)
        memmove(element(a, elem_size, index + 1), element(a, elem_size, index),
                (size_t)(a->len - index) * elem_size);
    a->len++;
}

void rt_array_close_gap(RtArray *a, size_t elem_size, int64_t index)
{
    memmove(element(a, elem_size, index), element(a, elem_size, index + 1),
            (size_t)(a->len - index - 1) * elem_size);
    a->len--;
    memset(element(a, elem_size, a->len), 0, elem_size);
}

void rt_array_clear(RtArray *a, size_t elem_size)
{
    if (a->len > 0)
        memset(a->data, 0, (size_t)a->len * elem_size);
    a->len = 0;
}

void rt_fail_array_remove(const RtPlace *place, int64_t index, int64_t len)
{
    rt_fail(place, "array remove_at index out of bounds: index %lld, length %lld",
            (long long)index, (long long)len);
}

/* ---- Whole arrays ---- */

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

RtArray *rt_array_slice(const RtArray *a, size_t elem_size, HeapKind elements, int64_t start,
                        int64_t end)
{
    start = clamp(start, 0, a->len);
    end   = clamp(end, start, a->len);
    RtArray *slice = new_array(elem_size, elements, end - start);
    if (slice->len > 0)
        memcpy(slice->data, element(a, elem_size, start), (size_t)slice->len * elem_size);
    return slice;
}

/* Elements whose size is no multiple of a word hold no pointers. */
static void swap_elements(void *x, void *y, size_t elem_size)
{
    if (elem_size % sizeof(uint64_t) == 0) {
        uint64_t *a = x, *b = y;
        for (size_t i = 0; i < elem_size / sizeof(uint64_t); i++) {
            uint64_t t = a[i];
            a[i] = b[i];
            b[i] = t;
        }
    } else {
        char *a = x, *b = y;
        for (size_t i = 0; i < elem_size; i++) {
            char t = a[i];
            a[i] = b[i];
            b[i] = t;
        }
    }
}

void rt_array_reverse(RtArray *a, size_t elem_size)
{
    for (int64_t low = 0, high = a->len - 1; low < high; low++, high--)
        swap_elements(element(a, elem_size, low), element(a, elem_size, high), elem_size);
}
