/*
 * excerpt.c - finds the line by counting newlines, block by block.
 *
 * A recorded path may be relative, and mean another file by now, or a file that was edited. A file
 * younger than the program is not the one that it was made from; `pluto run` makes a program that
 * it takes from the cache young again.
 */
#include "runtime/report/excerpt.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 96, TAB_WIDTH = 4, LINE_MAX_BYTES = 400, BLOCK = 2048 };

/* ---- The file ---- */

static bool is_younger(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
                                                  : a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

/* A descriptor, or -1. Opening does not wait for the other end of a pipe. */
static int open_source(const char *path)
{
    struct stat source, program;
    int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -1;
    if (fstat(fd, &source) == 0 && S_ISREG(source.st_mode) &&
        stat("/proc/self/exe", &program) == 0 && !is_younger(&source, &program))
        return fd;
    close(fd);
    return -1;
}

/* Copies the bytes of line number `wanted`, as far as they fit; returns how many, 0 if there is no
 * such line. */
static size_t read_line(int fd, int wanted, char line[LINE_MAX_BYTES])
{
    char    block[BLOCK];
    size_t  len = 0;
    ssize_t got;
    int     number = 1;
    while (number <= wanted && (got = read(fd, block, sizeof block)) > 0) {
        for (ssize_t i = 0; i < got && number <= wanted; i++) {
            if (block[i] == '\n')
                number++;
            else if (number == wanted && len < LINE_MAX_BYTES)
                line[len++] = block[i];
        }
    }
    return len;
}

/* ---- Text ---- */

/* Bytes of the UTF-8 sequence at s, 0 if there is no complete one. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3
               : s[0] < 0xf5 ? 4 : 0;
    if (len > left)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

/* One character as it is shown: tabs become blanks, what could upset a terminal a question mark.
 * Returns the bytes of the source that it stands for. */
static size_t next_cell(const char *s, size_t left, const char **shown, size_t *bytes, int *width)
{
    const unsigned char *u   = (const unsigned char *)s;
    size_t               len = utf8_length(u, left);
    *shown = s;
    *bytes = len;
    *width = 1;
    if (*s == '\t') {
        *shown = "    ";
        *bytes = TAB_WIDTH;
        *width = TAB_WIDTH;
    } else if (len == 0 || *u < 0x20 || *u == 0x7f || (len == 2 && *u == 0xc2 && u[1] < 0xa0)) {
        *shown = "?";
        *bytes = 1;
    }
    return len > 0 ? len : 1;
}

/* The line of the source, cut off at WIDTH columns. Returns the width of what stands before byte
 * `column` (from 1), -1 if that is not shown. */
static int put_cells(const char *line, size_t len, size_t column, char *out, size_t *out_len)
{
    int    width = 0, caret = -1;
    size_t at = 0;
    while (at < len && width < WIDTH) {
        const char *shown;
        size_t      bytes;
        int         cell;
        if (caret < 0 && at + 1 >= column)
            caret = width;
        at += next_cell(line + at, len - at, &shown, &bytes, &cell);
        memcpy(out + *out_len, shown, bytes);
        *out_len += bytes;
        width += cell;
    }
    return caret;
}

size_t excerpt_text(const RtPlace *place, char *out, size_t size)
{
    char   line[LINE_MAX_BYTES], text[TAB_WIDTH * LINE_MAX_BYTES];
    size_t text_len = 0;
    int    fd       = open_source(place->file);
    if (fd < 0)
        return 0;
    size_t len = read_line(fd, place->line, line);
    close(fd);
    if (len > 0 && line[len - 1] == '\r')
        len--;
    int caret = put_cells(line, len, (size_t)place->column, text, &text_len);
    if (caret < 0)
        return 0;
    char head[24];
    int  gutter = snprintf(head, sizeof head, "  %3d ", place->line);
    int  n      = snprintf(out, size, "%s| %.*s\n%*s| %*s^\n", head, (int)text_len, text, gutter,
                           "", caret, "");
    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}
