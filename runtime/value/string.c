/*
 * string.c - immutable byte strings.
 *
 * Strings of length 0 and 1 are static, so pieces and characters usually cost nothing. A result
 * equal to an argument is that argument. Searching is memchr and memmem of the C library.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE                      /* memmem, memrchr */
#endif
#include "runtime/value/string.h"

#include <ctype.h>
#include <stdlib.h>

#include "runtime/value/array.h"
#include "runtime/value/number.h"
#include "runtime/value/print.h"

/* ---- Static strings ---- */

RT_STRING(empty_string, "", 0);

typedef struct ByteText {
    int64_t len;
    char    bytes[8];
} ByteText;

#define TEXT_1(b)  { 1, { (char)(b) } }
#define TEXT_4(b)  TEXT_1(b), TEXT_1((b) + 1), TEXT_1((b) + 2), TEXT_1((b) + 3)
#define TEXT_16(b) TEXT_4(b), TEXT_4((b) + 4), TEXT_4((b) + 8), TEXT_4((b) + 12)
#define TEXT_64(b) TEXT_16(b), TEXT_16((b) + 16), TEXT_16((b) + 32), TEXT_16((b) + 48)
static const ByteText byte_text[256] = { TEXT_64(0), TEXT_64(64), TEXT_64(128), TEXT_64(192) };

#define REF_1(b)  (const RtString *)&byte_text[b]
#define REF_4(b)  REF_1(b), REF_1((b) + 1), REF_1((b) + 2), REF_1((b) + 3)
#define REF_16(b) REF_4(b), REF_4((b) + 4), REF_4((b) + 8), REF_4((b) + 12)
#define REF_64(b) REF_16(b), REF_16((b) + 16), REF_16((b) + 32), REF_16((b) + 48)
const RtString *const rt_byte_strings[256] = { REF_64(0), REF_64(64), REF_64(128), REF_64(192) };

/* ---- Making strings ---- */

/* A string whose bytes are the caller's to fill in; the NUL is there. */
static RtString *string_alloc(int64_t len)
{
    RtString *s = rt_alloc(HEAP_PTR0, sizeof *s + (size_t)len + 1);
    s->len        = len;
    s->bytes[len] = '\0';
    return s;
}

static _Noreturn void fail_overflow(void)
{
    rt_fail(NULL, "string length overflow");
}

const RtString *rt_string_new(const char *bytes, int64_t len)
{
    RT_ASSERT(len >= 0);
    if (len == 0)
        return RT_STRING_REF(empty_string);
    if (len == 1)
        return rt_byte_strings[(uint8_t)bytes[0]];
    RtString *s = string_alloc(len);
    memcpy(s->bytes, bytes, (size_t)len);
    return s;
}

const RtString *rt_string_concat(const RtString *a, const RtString *b)
{
    int64_t len;
    if (a->len == 0)
        return b;
    if (b->len == 0)
        return a;
    if (__builtin_add_overflow(a->len, b->len, &len))
        fail_overflow();
    RtString *s = string_alloc(len);
    memcpy(s->bytes, a->bytes, (size_t)a->len);
    memcpy(s->bytes + a->len, b->bytes, (size_t)b->len);
    return s;
}

/* ---- Interpolation ---- */

enum { SHORT_TEXT = 512 };

/* At least as many bytes as write_part writes. */
static int64_t part_bound(const RtPart *part)
{
    switch (part->kind) {
    case RT_PART_TEXT:   return part->len;
    case RT_PART_STRING: return part->string->len;
    case RT_PART_INT:
    case RT_PART_FLOAT:
    case RT_PART_BOOL:   return RT_NUMBER_MAX;
    }
    return 0;
}

/* Returns where the next part goes. */
static char *write_part(char *to, const RtPart *part)
{
    switch (part->kind) {
    case RT_PART_TEXT:   return mempcpy(to, part->text, (size_t)part->len);
    case RT_PART_STRING: return mempcpy(to, part->string->bytes, (size_t)part->string->len);
    case RT_PART_INT:    return to + rt_format_int(to, part->integer);
    case RT_PART_FLOAT:  return to + rt_format_float(to, part->floating);
    case RT_PART_BOOL:
        return part->boolean ? mempcpy(to, "true", 4) : mempcpy(to, "false", 5);
    }
    return to;
}

static char *write_parts(char *to, const RtPart *parts, int count)
{
    for (int i = 0; i < count; i++)
        to = write_part(to, &parts[i]);
    return to;
}

/* What is short is put together on the stack, so that numbers need not be measured first; what is
 * long can afford the few bytes by which its numbers fall short of their bounds. */
const RtString *rt_string_build(const RtPart *parts, int count)
{
    int64_t bound = 0;
    for (int i = 0; i < count; i++)
        if (__builtin_add_overflow(bound, part_bound(&parts[i]), &bound))
            fail_overflow();
    if (bound <= SHORT_TEXT) {
        char text[SHORT_TEXT];
        return rt_string_new(text, write_parts(text, parts, count) - text);
    }
    RtString *s = string_alloc(bound);
    s->len = write_parts(s->bytes, parts, count) - s->bytes;
    s->bytes[s->len] = '\0';
    return s;
}

/* ---- Searching ---- */

/* The first occurrence of part at or after from (at most s->len), or -1. */
static int64_t find(const RtString *s, int64_t from, const RtString *part)
{
    const char *start = s->bytes + from;
    size_t      len   = (size_t)(s->len - from);
    const char *found = part->len == 1 ? memchr(start, part->bytes[0], len)
                                       : memmem(start, len, part->bytes, (size_t)part->len);
    return found == NULL ? -1 : found - s->bytes;
}

bool rt_string_contains(const RtString *s, const RtString *part)
{
    return find(s, 0, part) >= 0;
}

bool rt_string_starts_with(const RtString *s, const RtString *part)
{
    return part->len <= s->len && memcmp(s->bytes, part->bytes, (size_t)part->len) == 0;
}

bool rt_string_ends_with(const RtString *s, const RtString *part)
{
    return part->len <= s->len &&
           memcmp(s->bytes + (s->len - part->len), part->bytes, (size_t)part->len) == 0;
}

int64_t rt_string_index_of(const RtString *s, const RtString *part)
{
    return find(s, 0, part);
}

int64_t rt_string_last_index_of(const RtString *s, const RtString *part)
{
    if (part->len == 0)
        return s->len;
    /* An occurrence starts in bytes[0 .. starts). */
    for (int64_t starts = s->len - part->len + 1; starts > 0;) {
        const char *first = memrchr(s->bytes, part->bytes[0], (size_t)starts);
        if (first == NULL)
            return -1;
        if (memcmp(first, part->bytes, (size_t)part->len) == 0)
            return first - s->bytes;
        starts = first - s->bytes;
    }
    return -1;
}

int64_t rt_string_count(const RtString *s, const RtString *part)
{
    int64_t count = 0;
    if (part->len == 0)
        return 0;
    for (int64_t at = find(s, 0, part); at >= 0; at = find(s, at + part->len, part))
        count++;
    return count;
}

/* ---- Parts of a string ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The string's bytes [start, end). */
static const RtString *part_of(const RtString *s, int64_t start, int64_t end)
{
    if (start == 0 && end == s->len)
        return s;
    return rt_string_new(s->bytes + start, end - start);
}

/* The first byte that is not blank, or the length. */
static int64_t text_start(const RtString *s)
{
    int64_t start = 0;
    while (start < s->len && is_blank(s->bytes[start]))
        start++;
    return start;
}

/* One past the last byte that is not blank, at least start. */
static int64_t text_end(const RtString *s, int64_t start)
{
    int64_t end = s->len;
    while (end > start && is_blank(s->bytes[end - 1]))
        end--;
    return end;
}

bool rt_string_is_whitespace(const RtString *s)
{
    return text_start(s) == s->len;
}

const RtString *rt_string_trim(const RtString *s)
{
    int64_t start = text_start(s);
    return part_of(s, start, text_end(s, start));
}

const RtString *rt_string_trim_start(const RtString *s)
{
    return part_of(s, text_start(s), s->len);
}

const RtString *rt_string_trim_end(const RtString *s)
{
    return part_of(s, 0, text_end(s, 0));
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

const RtString *rt_string_substring(const RtString *s, int64_t start, int64_t len)
{
    start = clamp(start, 0, s->len);
    return part_of(s, start, start + clamp(len, 0, s->len - start));
}

int64_t rt_string_byte_at(const RtString *s, int64_t index, const RtPlace *place)
{
    if ((uint64_t)index >= (uint64_t)s->len)
        rt_fail(place, "string byte_at index out of bounds: index %lld, length %lld",
                (long long)index, (long long)s->len);
    return (uint8_t)s->bytes[index];
}

static RtArray *split_bytes(const RtString *s)
{
    RtArray         *pieces = rt_array_new(sizeof(RtString *), HEAP_ALL, s->len);
    const RtString **piece  = pieces->data;
    for (int64_t i = 0; i < s->len; i++)
        piece[i] = rt_byte_strings[(uint8_t)s->bytes[i]];
    return pieces;
}

RtArray *rt_string_split(const RtString *s, const RtString *separator)
{
    if (separator->len == 0)
        return split_bytes(s);
    int64_t          last   = rt_string_count(s, separator), start = 0;
    RtArray         *pieces = rt_array_new(sizeof(RtString *), HEAP_ALL, last + 1);
    const RtString **piece  = pieces->data;
    for (int64_t i = 0; i < last; i++) {
        int64_t end = find(s, start, separator);
        piece[i] = part_of(s, start, end);
        start    = end + separator->len;
    }
    piece[last] = part_of(s, start, s->len);
    return pieces;
}

/* ---- Changed copies ---- */

/* Flips the case of the letters from first to first + 25. */
static const RtString *flip_case(const RtString *s, char first)
{
    int64_t i = 0;
    while (i < s->len && (uint8_t)(s->bytes[i] - first) >= 26)
        i++;
    if (i == s->len)
        return s;
    RtString *flipped = string_alloc(s->len);
    memcpy(flipped->bytes, s->bytes, (size_t)i);
    for (; i < s->len; i++) {
        char c = s->bytes[i];
        flipped->bytes[i] = (uint8_t)(c - first) < 26 ? (char)(c ^ 0x20) : c;
    }
    return flipped;
}

const RtString *rt_string_to_upper(const RtString *s)
{
    return flip_case(s, 'a');
}

const RtString *rt_string_to_lower(const RtString *s)
{
    return flip_case(s, 'A');
}

const RtString *rt_string_replace(const RtString *s, const RtString *from, const RtString *to)
{
    int64_t count = rt_string_count(s, from), growth, len;
    if (count == 0)
        return s;
    if (__builtin_mul_overflow(count, to->len - from->len, &growth) ||
        __builtin_add_overflow(s->len, growth, &len))
        fail_overflow();
    RtString *result = string_alloc(len);
    char     *out    = result->bytes;
    int64_t   start  = 0;
    for (int64_t at; count > 0; count--, start = at + from->len) {
        at  = find(s, start, from);
        out = mempcpy(out, s->bytes + start, (size_t)(at - start));
        out = mempcpy(out, to->bytes, (size_t)to->len);
    }
    memcpy(out, s->bytes + start, (size_t)(s->len - start));
    return result;
}

const RtString *rt_string_repeat(const RtString *s, int64_t count)
{
    int64_t len;
    if (count <= 0 || s->len == 0)
        return RT_STRING_REF(empty_string);
    if (count == 1)
        return s;
    if (__builtin_mul_overflow(s->len, count, &len))
        fail_overflow();
    RtString *result = string_alloc(len);
    memcpy(result->bytes, s->bytes, (size_t)s->len);
    /* Doubles what is there. */
    for (int64_t done = s->len; done < len;) {
        int64_t more = done < len - done ? done : len - done;
        memcpy(result->bytes + done, result->bytes, (size_t)more);
        done += more;
    }
    return result;
}

/* ---- Numbers ---- */

/* Appends a decimal digit to *v, downwards from 0, since only that way the smallest int fits. */
static bool append_digit(int64_t *v, char c)
{
    if (c < '0' || c > '9')
        return false;
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_sub_overflow(*v, c - '0', v);
}

bool rt_string_to_int(const RtString *s, int64_t *out)
{
    int64_t i = text_start(s), end = text_end(s, i), v = 0;
    bool    negative = i < end && s->bytes[i] == '-';
    if (i < end && (s->bytes[i] == '-' || s->bytes[i] == '+'))
        i++;
    if (i == end)
        return false;
    for (; i < end; i++)
        if (!append_digit(&v, s->bytes[i]))
            return false;
    if (!negative && v == INT64_MIN)
        return false;
    *out = negative ? v : -v;
    return true;
}

/* strtod stops at the NUL behind the text at the latest, and at blanks. */
bool rt_string_to_float(const RtString *s, double *out)
{
    int64_t start = text_start(s), end = text_end(s, start);
    if (start == end || isspace((unsigned char)s->bytes[start]))
        return false;
    char  *stop;
    double v = strtod(s->bytes + start, &stop);
    bool   whole = stop == s->bytes + end;
    if (whole)
        *out = v;
    return whole;
}
