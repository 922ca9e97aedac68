/*
 * bytes.h - growable byte buffers: an array of bytes with conversions from and to strings.
 */
#ifndef PLUTO_BYTES_H
#define PLUTO_BYTES_H

#include "runtime/value/array.h"

RT_ARRAY_TYPE(RtBytes, uint8_t, HEAP_PTR0, RT_SAME)

static inline RtBytes *rt_bytes_new(void) { return RtBytes_new(0); }
static inline uint8_t *rt_bytes_at(const RtBytes *b, int64_t i, const RtPlace *place)
{
    if (__builtin_expect((uint64_t)i >= (uint64_t)b->len, 0))
        rt_fail_bytes_index(place, i, b->len);
    return &b->data[i];
}
void            rt_bytes_append(RtBytes *b, const char *bytes, int64_t count);
RtBytes        *rt_string_to_bytes(const RtString *s);
const RtString *rt_bytes_to_string(const RtBytes *b);

#endif
