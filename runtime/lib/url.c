/*
 * url.c - the percent encoding of form data.
 */
#include <stdlib.h>

#include "runtime/lib/lib.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What is no valid escape stays. */
const RtString *__pluto_http_url_decode(const RtString *s)
{
    char   *text = malloc((size_t)s->len + 1);
    int64_t size = 0;
    if (text == NULL)
        return s;
    for (int64_t i = 0; i < s->len; i++) {
        int high = i + 2 < s->len ? hex_value(s->bytes[i + 1]) : -1;
        int low  = high >= 0 ? hex_value(s->bytes[i + 2]) : -1;
        if (s->bytes[i] == '%' && low >= 0) {
            text[size++] = (char)(high << 4 | low);
            i += 2;
        } else {
            text[size++] = s->bytes[i] == '+' ? ' ' : s->bytes[i];
        }
    }
    const RtString *decoded = rt_string_new(text, size);
    free(text);
    return decoded;
}
