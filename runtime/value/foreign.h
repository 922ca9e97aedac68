/*
 * foreign.h - values on their way to and from C libraries.
 *
 * function names the extern function and argument counts from 1, for messages. What cannot be
 * handed on ends the program with one.
 */
#ifndef PLUTO_VALUE_FOREIGN_H
#define PLUTO_VALUE_FOREIGN_H

#include "runtime/value/bytes.h"
#include "runtime/value/string.h"

_Noreturn void rt_fail_cint(int64_t value, const char *function, int64_t argument,
                            const RtPlace *place) __attribute__((cold));
_Noreturn void rt_fail_cstring(const char *function, int64_t argument, int64_t at,
                               const RtPlace *place) __attribute__((cold));
_Noreturn void rt_fail_null(const char *function, const RtPlace *place) __attribute__((cold));

/* ---- To C ---- */

static inline int rt_to_cint(int64_t value, const char *function, int64_t argument,
                             const RtPlace *place)
{
    if (__builtin_expect(value != (int)value, 0))
        rt_fail_cint(value, function, argument, place);
    return (int)value;
}

/* The bytes of s, which contain no NUL. Valid as long as s; NULL for NULL. */
static inline const char *rt_to_cstring(const RtString *s, const char *function, int64_t argument,
                                        const RtPlace *place)
{
    if (s == NULL)
        return NULL;
    const char *nul = memchr(s->bytes, '\0', (size_t)s->len);
    if (__builtin_expect(nul != NULL, 0))
        rt_fail_cstring(function, argument, nul - s->bytes, place);
    return s->bytes;
}

/* Where the bytes are until b grows; NULL for NULL only: libraries take it for something else. */
static inline void *rt_to_cbytes(RtBytes *b)
{
    if (b == NULL)
        return NULL;
    return b->data != NULL ? (void *)b->data : (void *)"";
}

/* ---- From C ---- */

static inline void rt_check_not_null(const void *p, const char *function, const RtPlace *place)
{
    if (__builtin_expect(p == NULL, 0))
        rt_fail_null(function, place);
}

/* A copy; NULL for NULL. */
static inline const RtString *rt_from_cstring(const char *text)
{
    return text != NULL ? rt_string_new(text, (int64_t)strlen(text)) : NULL;
}

/* The same in two steps. The first, outside the heap, may be made on any thread; the second frees
 * that copy. */
char           *rt_keep_cstring(const char *text);
const RtString *rt_take_cstring(const char *kept);

#endif
