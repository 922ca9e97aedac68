/*
 * fail.h - run-time failures: the running program is at fault; it ends with status 1.
 *
 *     pluto: array index out of bounds: index 9, length 4
 *       at orders.pluto:31:9 in submit
 *        31 |     return xs[i]
 *           |             ^
 *       called at orders.pluto:44 in handle
 *       task 17 (handle), spawned at orders.pluto:12:5
 *
 * Standard output is flushed first. None of these functions returns. rt_bug is for our own errors:
 * it says file, line and task state and aborts.
 */
#ifndef PLUTO_FAIL_H
#define PLUTO_FAIL_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/base/place.h"

/* place may be NULL. */
_Noreturn void rt_fail(const RtPlace *place, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

/* The texts of language 25, one function each, so that emitted code stays small. */
_Noreturn void rt_fail_array_index(const RtPlace *place, int64_t index, int64_t len)
    __attribute__((cold));
_Noreturn void rt_fail_string_index(const RtPlace *place, int64_t index, int64_t len)
    __attribute__((cold));
_Noreturn void rt_fail_bytes_index(const RtPlace *place, int64_t index, int64_t len)
    __attribute__((cold));
_Noreturn void rt_fail_division(const RtPlace *place) __attribute__((cold));
_Noreturn void rt_fail_assert(const RtPlace *place, const char *expression) __attribute__((cold));
_Noreturn void rt_fail_unset(const RtPlace *place, const char *field) __attribute__((cold));
_Noreturn void rt_fail_memory(size_t wanted) __attribute__((cold));

/* Contracts (language 18.5): printed without the prefix. Expressions in normalised form. */
_Noreturn void rt_fail_requires(const RtPlace *place, const char *function,
                                const char *expression) __attribute__((cold));
_Noreturn void rt_fail_invariant(const RtPlace *place, const char *class_name,
                                 const char *expression) __attribute__((cold));

/* An assertion of a test: "FAIL (line 12): ...". */
_Noreturn void rt_fail_test(const RtPlace *place, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

/* What the upper rooms know about a failure; set once, at the start, each NULL until then. They
 * write whole lines, each beginning with two blanks and ending with a newline, and return the bytes
 * written, at most size. They must not allocate or block. Should one crash or never end, the report
 * ends before it. */
typedef struct RtFailDescribe {
    size_t (*source)(const RtPlace *place, char *out, size_t size);
    size_t (*calls)(const RtPlace *place, char *out, size_t size);   /* place may be NULL */
    size_t (*task)(char *out, size_t size);
} RtFailDescribe;
extern RtFailDescribe rt_fail_describe;

_Noreturn void rt_bug(const char *file, int line, const char *what) __attribute__((cold));

/* RT_CHECK stays where going on would corrupt memory; RT_ASSERT lives in debug builds. */
#define RT_CHECK(cond) ((cond) ? (void)0 : rt_bug(__FILE__, __LINE__, #cond))
#ifdef RT_DEBUG
#define RT_ASSERT(cond) RT_CHECK(cond)
#else
#define RT_ASSERT(cond) ((void)0)
#endif

#endif
