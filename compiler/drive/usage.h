/*
 * usage.h - the commands and their options, once: for reading the command line, for --help, for
 * the man page and for the completions of shells.
 */
#ifndef PLUTO_USAGE_H
#define PLUTO_USAGE_H

#include <stddef.h>
#include <stdio.h>

#include "compiler/drive/commands.h"

/* A set of these says which commands take an option. */
typedef enum {
    FOR_RUN = 1, FOR_BUILD = 2, FOR_CHECK = 4, FOR_TEST = 8, FOR_FMT = 16, FOR_NEW = 32,
    FOR_WATCH = 64, FOR_DOC = 128, FOR_COMPLETIONS = 256, FOR_MAN = 512, FOR_HIGHLIGHT = 1024,
    FOR_UPDATE = 2048, FOR_COVERAGE = 4096,
    FOR_PROGRAMS = FOR_RUN | FOR_BUILD | FOR_CHECK | FOR_TEST,
} CommandSet;

/* What stands behind the command, apart from options. */
typedef enum {
    WORDS_FILE,                           /* Options.file, and nothing more */
    WORDS_FOLDER,                         /* the same, or nothing at all */
    WORDS_PROGRAM,                        /* as WORDS_FILE; behind "--" Options.args */
    WORDS_LIST,                           /* Options.words: at least one */
    WORDS_NONE,
    WORDS_REST,                           /* all, options included, but for leading options */
} CommandWords;

typedef struct Command {
    const char  *name;
    int        (*run)(const Options *o);
    CommandSet   bit;
    CommandWords words;
    const char  *synopsis;                /* behind the name, without options */
    const char  *summary;
    const char  *text;                    /* a paragraph for the command's own help */
    const char  *choices;                 /* words to choose from; NULL: files */
} Command;

typedef struct OptionInfo {
    const char *name;
    const char *value;                    /* what its value is called; NULL: it takes none */
    const char *help;                     /* lines */
    CommandSet  commands;
    size_t      offset;                   /* in Options: a const char *, or without value a bool */
    bool        repeats;                  /* there it is Texts */
} OptionInfo;

/* Both end with a name NULL. */
extern const Command    usage_commands[];
extern const OptionInfo usage_options[];

/* NULL: there is none. */
const Command    *find_command(const char *name);
const OptionInfo *find_option(const char *name, size_t len, CommandSet commands);

/* What --help prints, of the whole and of one command. */
void print_usage(FILE *out);
void print_command_usage(const Command *c, FILE *out);

#endif
