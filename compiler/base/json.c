/*
 * json.c - escapes of RFC 8259, well-formed sequences of RFC 3629.
 */
#include "compiler/base/json.h"

#include <string.h>

int utf8_length(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80)
        return 1;
    int len = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (len == 0 || (size_t)len > left)
        return 0;
    for (int i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90))      /* too long a form */
        return 0;
    if ((s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f))      /* no character */
        return 0;
    return len;
}

static void print_character(FILE *out, const char *s, int len)
{
    unsigned char c = (unsigned char)*s;
    if (len == 0)
        fputs("\\ufffd", out);
    else if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == '\t')
        fputs("\\t", out);
    else if (c < 0x20 || c == 0x7f)
        fprintf(out, "\\u%04x", c);
    else
        fwrite(s, 1, (size_t)len, out);
}

void json_string(FILE *out, const char *text)
{
    if (text == NULL) {
        fputs("null", out);
        return;
    }
    putc('"', out);
    for (size_t left = strlen(text); left > 0;) {
        int len = utf8_length((const unsigned char *)text, left);
        print_character(out, text, len);
        text += len ? len : 1;
        left -= len ? (size_t)len : 1;
    }
    putc('"', out);
}
