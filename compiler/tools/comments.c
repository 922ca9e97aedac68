/*
 * comments.c - the lexer leaves comments out; here they are found again between its tokens.
 */
#include "compiler/tools/comments.h"

#include <string.h>

Comment next_comment(const SourceFile *file, uint32_t *pos, uint32_t end)
{
    Comment c = {0};
    for (; *pos < end && file->text[*pos] != '/'; ++*pos)
        c.newlines += file->text[*pos] == '\n';
    c.start = *pos;
    c.found = *pos < end;
    while (*pos < end && file->text[*pos] != '\n')
        ++*pos;
    c.end = *pos;
    while (c.end > c.start && strchr(" \t\r", file->text[c.end - 1]))
        c.end--;
    return c;
}

uint32_t file_prefix(const SourceFile *file)
{
    uint32_t len = strncmp(file->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (strncmp(file->text + len, "#!", 2) != 0)
        return 0;
    while (len < file->size && file->text[len] != '\n')
        len++;
    return len;
}
