/*
 * foreign.c - what may go wrong between programs and C libraries, and texts from other threads.
 */
#include "runtime/value/foreign.h"

#include <inttypes.h>

#include "runtime/base/memory.h"

void rt_fail_cint(int64_t value, const char *function, int64_t argument, const RtPlace *place)
{
    rt_fail(place, "argument %" PRId64 " of '%s' does not fit a C int: %" PRId64, argument,
            function, value);
}

void rt_fail_cstring(const char *function, int64_t argument, int64_t at, const RtPlace *place)
{
    rt_fail(place, "argument %" PRId64 " of '%s' has a NUL byte at %" PRId64
            ", which would end it in C", argument, function, at);
}

void rt_fail_null(const char *function, const RtPlace *place)
{
    rt_fail(place, "'%s' returned NULL; a result that may be NULL is declared with '?'", function);
}

char *rt_keep_cstring(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;
    return memcpy(memory_alloc(size), text, size);
}

const RtString *rt_take_cstring(const char *kept)
{
    const RtString *s = rt_from_cstring(kept);
    memory_free((void *)kept);
    return s;
}
