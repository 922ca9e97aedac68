/*
 * comments.h - what stands between two tokens: blanks, line ends and comments.
 */
#ifndef PLUTO_COMMENTS_H
#define PLUTO_COMMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/source.h"

/* A comment without the blanks at its end, or the end of the gap: then start == end. */
typedef struct Comment {
    uint32_t start, end;
    int      newlines;           /* in front of it, from the comment or token before on */
    bool     found;
} Comment;

/* The next comment of file->text[*pos .. end), and moves *pos behind it. */
Comment next_comment(const SourceFile *file, uint32_t *pos, uint32_t end);

/* Length of the "#!" line without its end that may stand before the first token, and of a byte order
 * mark before it; 0 without such a line. */
uint32_t file_prefix(const SourceFile *file);

#endif
