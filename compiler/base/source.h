/*
 * source.h - source files and places in them.
 *
 * A Span is a range of bytes in one file; everything the compiler says about a program points at
 * one. Files live until the process ends.
 */
#ifndef PLUTO_SOURCE_H
#define PLUTO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A module: files whose declarations see each other unqualified. Made by compiler/modules. */
typedef struct SourceModule {
    const char *name;            /* what messages put before the names declared in it */
    bool        library;         /* of the standard library */
} SourceModule;

typedef struct SourceFile {
    const char *path;            /* as the user named it; printed in diagnostics */
    const char *text;            /* NUL after the last byte, not counted in size */
    size_t      size;
    uint32_t   *line_start;      /* offset of each line's first byte */
    uint32_t    lines;
    const SourceModule *module;  /* NULL: the program itself */
    int         order;           /* of reading; the file that was named comes first */
} SourceFile;

typedef struct Span {
    const SourceFile *file;      /* NULL: no place (built-in declarations) */
    uint32_t          start, end;
} Span;

/* Reads a whole file. On failure returns NULL and sets *why to a text such as "no such file". */
SourceFile *source_read(const char *path, const char **why);

/* A file made from memory, for tests; text is copied. */
SourceFile *source_from_text(const char *path, const char *text, size_t size);

/* Line and column of an offset, both from 1; a column counts bytes. */
void source_locate(const SourceFile *file, uint32_t offset, uint32_t *line, uint32_t *column);

/* Does a come before b in the program: in an earlier file, or earlier in the same one? */
bool span_before(Span a, Span b);

/* From the start of a to the end of b; both in one file. */
Span span_join(Span a, Span b);

#endif
