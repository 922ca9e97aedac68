/*
 * common.c - what the other files of this folder share.
 */
#include "runtime/lib/lib.h"

#include <errno.h>

void lib_push(RtArray *out, const RtString *s)
{
    if (out->len == out->cap)
        rt_array_grow(out, sizeof s, HEAP_ALL);
    ((const RtString **)out->data)[out->len++] = s;
}

const char *lib_path(const RtString *s)
{
    if (memchr(s->bytes, '\0', (size_t)s->len) == NULL)
        return s->bytes;
    errno = EINVAL;
    return NULL;
}

int64_t lib_result(int64_t result)
{
    return result < 0 ? -errno : result;
}

const RtString *__pluto_os_error(int64_t result)
{
    char text[128];
    /* The POSIX form is taken by name, whatever the feature macros select. */
    extern int __xpg_strerror_r(int number, char *out, size_t size);
    if (__xpg_strerror_r((int)-result, text, sizeof text) != 0)
        return rt_string_new("unknown error", 13);
    return rt_string_new(text, (int64_t)strlen(text));
}
