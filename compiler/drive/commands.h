/*
 * commands.h - what the commands do, once the command line is understood.
 *
 * Each returns the exit status after saying on standard error what is wrong, if anything is.
 */
#ifndef PLUTO_COMMANDS_H
#define PLUTO_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler/syntax/ast.h"

/* The values of an option that may be given several times. */
typedef LIST(const char *) Texts;

typedef struct Options {
    const char *file;
    const char *output;                   /* -o */
    const char *emit_c;                   /* --emit-c FILE; "-": standard output */
    const char *cc;                       /* --cc */
    bool        verbose, no_cache;
    bool        debug;                    /* build: --debug */
    Texts       links;                    /* --link */
    const char *stdlib;                   /* --stdlib */
    bool        standalone;               /* without the files beside it */
    bool        noop_gc;                  /* --gc noop: nothing is ever reclaimed */
    bool        json;                     /* check: what it finds as JSON */
    bool        tests;                    /* test: the test blocks instead of main */
    const char *filter;                   /* test: only those with this in their name */
    const char *seed, *iterations;        /* test */
    const char *gc;                       /* --gc */
    bool        coverage;                 /* run, test: --coverage */
    const struct Points *points;          /* the program's then, once it is read: points.h */
    const char *format, *dir;             /* coverage */
    bool        fmt_check;                /* fmt: --check */
    bool        html, all;                /* doc */
    bool        no_clear;                 /* watch */
    char      **args;                     /* of the program, NULL at the end; without argv[0] */
    char      **words;                    /* of commands that take several, NULL at the end */
} Options;

int command_build(const Options *o);
int command_check(const Options *o);

/* Becomes the program, so signals and exit status are the program's own; returns only if that could
 * not be done. */
int command_run(const Options *o);

/* Fetches again what the package in the folder o->file takes from git; NULL: the current one. */
int command_update(const Options *o);

/* As command_run, for the program that runs the tests of the file. */
int command_test(const Options *o);

int command_coverage(const Options *o);           /* coverage.c */
int command_fmt(const Options *o);                /* fmt.c */
int command_new(const Options *o);                /* new.c */
int command_watch(const Options *o);              /* watch.c: words are run or test and the rest */
int command_doc(const Options *o);                /* doc.c */
int command_completions(const Options *o);        /* completions.c */
int command_man(const Options *o);                /* man.c */
int command_highlight(const Options *o);          /* highlight.c */

/* The file that is meant by a file or folder: itself, or the first of the names that is in it. The
 * names end with NULL. NULL after a message. */
const char *entry_file(const char *path, const char *const *names);

/* The standard library that was named by option or environment; NULL: none was. */
const char *named_library(const Options *o);

#endif
