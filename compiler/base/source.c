/*
 * source.c - files are read whole; the starts of the lines are found once, at reading.
 */
#include "compiler/base/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"

/* Offsets are 32 bits wide, and the tokens of a file take a multiple of its size. */
enum { MAX_SIZE = 256 * 1024 * 1024 };

static void find_lines(SourceFile *file)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < file->size; i++)
        lines += file->text[i] == '\n';
    file->lines      = lines;
    file->line_start = arena_alloc(lines * sizeof *file->line_start);
    uint32_t line = 1;
    for (size_t i = 0; i < file->size; i++)
        if (file->text[i] == '\n')
            file->line_start[line++] = (uint32_t)i + 1;
}

SourceFile *source_from_text(const char *path, const char *text, size_t size)
{
    SourceFile *file = ARENA_NEW(SourceFile);
    char       *copy = arena_alloc(size + 1);
    if (size)
        memcpy(copy, text, size);
    file->path = intern_text(path);
    file->text = copy;
    file->size = size;
    find_lines(file);
    return file;
}

SourceFile *source_read(const char *path, const char **why)
{
    SourceFile *file = NULL;
    size_t      size = 0, cap = 64 * 1024;
    char       *text = arena_alloc(cap);
    FILE       *in   = fopen(path, "rb");
    struct stat st;
    if (!in) {
        *why = errno == ENOENT ? "no such file" : strerror(errno);
        inputs_note(INPUT_TEXT, path, "no");
        return NULL;
    }
    bool known = fstat(fileno(in), &st) == 0;
    for (;;) {
        size_t got = fread(text + size, 1, cap - size, in);
        size += got;
        if (size > MAX_SIZE) {
            *why = "the file is too large";
            goto close;
        }
        if (got == 0)
            break;
        if (size == cap) {
            char *bigger = arena_alloc(cap * 2);
            memcpy(bigger, text, size);
            text = bigger;
            cap *= 2;
        }
    }
    if (ferror(in)) {
        *why = errno == EISDIR ? "it is a directory" : strerror(errno);
        goto close;
    }
    file = source_from_text(path, text, size);
    inputs_note_text(path, known ? &st : NULL, text, size);
close:
    fclose(in);
    return file;
}

void source_locate(const SourceFile *file, uint32_t offset, uint32_t *line, uint32_t *column)
{
    uint32_t low = 0, high = file->lines;       /* line_start[low] <= offset < line_start[high] */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (file->line_start[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *line   = low + 1;
    *column = offset - file->line_start[low] + 1;
}

bool span_before(Span a, Span b)
{
    if (a.file != b.file && a.file && b.file && a.file->order != b.file->order)
        return a.file->order < b.file->order;
    return a.start < b.start;
}

Span span_join(Span a, Span b)
{
    return (Span){a.file, a.start, b.end > a.end ? b.end : a.end};
}
