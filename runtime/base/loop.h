/*
 * loop.h - loops that call nothing, for emitted C.
 *
 * Such a loop over a range is cut into strips, with a poll before each; a while loop that counts up
 * to no more than a strip has no poll. Both read arrays through views, copies of their headers that
 * C compilers keep in registers.
 */
#ifndef PLUTO_LOOP_H
#define PLUTO_LOOP_H

#include <stdbool.h>

#include "runtime/base/fail.h"

enum { RT_STRIP = 1024 };                /* rounds between two polls */

/* Where the strip that begins at i < end ends. */
static inline int64_t rt_strip_end(int64_t i, int64_t end)
{
    return (uint64_t)end - (uint64_t)i > RT_STRIP ? i + RT_STRIP : end;
}

/* Are there at most RT_STRIP rounds while low < high, if each brings the two nearer? */
static inline bool rt_few_rounds(int64_t low, int64_t high)
{
    return (uint64_t)high - (uint64_t)low <= RT_STRIP;
}

/* Are indexes first .. first + count within len? count and len are not negative. */
static inline bool rt_strip_inside(int64_t first, int64_t count, int64_t len)
{
    return first >= 0 && count <= len - first;
}

/* p is still in a register or on the stack here; so what it points to is alive up to here. */
#define RT_KEEP(p) __asm__ volatile("" : : "g"(p))

/* A push in a strip that made room for all of its pushes. */
#define RT_FILL(to, value) (*(to)++ = (value))

/* A pointer to element i of a view of rows[k], which is empty when k is out of bounds. lookup is
 * rows[k][i] with all its checks; it says what is wrong when i is not in the view. */
#define RT_ROW_AT(view, i, place, lookup)                                                          \
    ({                                                                                             \
        int64_t rt_index = (i);                                                                   \
        if (__builtin_expect((uint64_t)rt_index >= (uint64_t)(view).len, 0)) {                    \
            (void)(lookup);                                                                        \
            rt_fail_array_index(place, rt_index, (view).len);                                     \
        }                                                                                          \
        &(view).data[rt_index];                                                                   \
    })

#endif
