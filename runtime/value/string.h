/*
 * string.h - immutable byte strings.
 *
 * len bytes, then a NUL that does not count; NUL bytes may also occur inside. Collected objects of
 * kind PTR0, or static constants. Functions that return a string allocate unless the result is an
 * argument or empty. None blocks.
 */
#ifndef PLUTO_STRING_H
#define PLUTO_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "runtime/base/fail.h"
#include "runtime/base/tls.h"

typedef struct RtString {
    int64_t len;
    char    bytes[];
} RtString;

/* A static constant: RT_STRING(s_hello, "hello", 5); then use RT_STRING_REF(s_hello). */
#define RT_STRING(name, text, length)                                                              \
    static const struct { int64_t len; char bytes[(length) + 1]; } name = { length, text }
#define RT_STRING_REF(name) ((const RtString *)&(name))

const RtString *rt_string_new(const char *bytes, int64_t len);
const RtString *rt_string_concat(const RtString *a, const RtString *b);

static inline bool rt_string_equal(const RtString *a, const RtString *b)
{
    return a == b || (a->len == b->len && memcmp(a->bytes, b->bytes, (size_t)a->len) == 0);
}

/* ---- Interpolation: all parts in one allocation ---- */

typedef enum { RT_PART_TEXT, RT_PART_STRING, RT_PART_INT, RT_PART_FLOAT, RT_PART_BOOL } RtPartKind;
typedef struct RtPart {
    RtPartKind kind;
    int32_t    len;                                      /* RT_PART_TEXT */
    union {
        const char     *text;
        const RtString *string;
        int64_t         integer;                         /* int and byte */
        double          floating;
        bool            boolean;
    };
} RtPart;

const RtString *rt_string_build(const RtPart *parts, int count);

/* ---- Methods of language 20.2, same names. Positions and lengths count bytes. ---- */

bool    rt_string_is_whitespace(const RtString *s);
bool    rt_string_contains(const RtString *s, const RtString *part);
bool    rt_string_starts_with(const RtString *s, const RtString *part);
bool    rt_string_ends_with(const RtString *s, const RtString *part);
int64_t rt_string_index_of(const RtString *s, const RtString *part);
int64_t rt_string_last_index_of(const RtString *s, const RtString *part);
int64_t rt_string_count(const RtString *s, const RtString *part);
const RtString *rt_string_substring(const RtString *s, int64_t start, int64_t len);
const RtString *rt_string_trim(const RtString *s);
const RtString *rt_string_trim_start(const RtString *s);
const RtString *rt_string_trim_end(const RtString *s);
const RtString *rt_string_to_upper(const RtString *s);
const RtString *rt_string_to_lower(const RtString *s);
const RtString *rt_string_replace(const RtString *s, const RtString *from, const RtString *to);
const RtString *rt_string_repeat(const RtString *s, int64_t count);
/* false: not a number. */
bool    rt_string_to_int(const RtString *s, int64_t *out);
bool    rt_string_to_float(const RtString *s, double *out);

/* The one-byte string at index (s[i], char_at, iteration): static, never allocates. */
extern const RtString *const rt_byte_strings[256];
static inline const RtString *rt_string_at(const RtString *s, int64_t index, const RtPlace *place)
{
    if (__builtin_expect((uint64_t)index >= (uint64_t)s->len, 0))
        rt_fail_string_index(place, index, s->len);
    return rt_byte_strings[(uint8_t)s->bytes[index]];
}
int64_t rt_string_byte_at(const RtString *s, int64_t index, const RtPlace *place);

#endif
