/*
 * commands.h - what the commands do, once the command line is understood.
 *
 * Each returns the exit status after saying on standard error what is wrong, if anything is.
 */
#ifndef PLUTO_COMMANDS_H
#define PLUTO_COMMANDS_H

#include <stdbool.h>

typedef struct Options {
    const char *file;
    const char *output;                   /* -o */
    const char *emit_c;                   /* --emit-c FILE; "-": standard output */
    const char *cc;                       /* --cc */
    bool        verbose, no_cache;
    bool        debug;                    /* build: --debug */
    const char *stdlib;                   /* --stdlib */
    bool        standalone;               /* without the files beside it */
    bool        noop_gc;                  /* --gc noop: nothing is ever reclaimed */
    bool        json;                     /* check: what it finds as JSON */
    bool        tests;                    /* test: the test blocks instead of main */
    const char *filter;                   /* test: only those with this in their name */
    char      **args;                     /* of the program, NULL at the end; without argv[0] */
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

#endif
