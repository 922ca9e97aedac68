#include "runtime/value/bytes.h"

void rt_bytes_append(RtBytes *b, const char *bytes, int64_t count)
{
    rt_array_reserve((RtArray *)b, 1, HEAP_PTR0, count);
    if (count > 0)
        memcpy(b->data + b->len, bytes, (size_t)count);
    b->len += count;
}

RtBytes *rt_string_to_bytes(const RtString *s)
{
    RtBytes *b = rt_bytes_new();
    rt_bytes_append(b, s->bytes, s->len);
    return b;
}

const RtString *rt_bytes_to_string(const RtBytes *b)
{
    const RtString *s = rt_string_new((const char *)b->data, b->len);
    return s;
}
