/*
 * usage.c - the tables, and --help made of them.
 */
#include "compiler/drive/usage.h"

#include <string.h>

const Command usage_commands[] = {
    {"run", command_run, FOR_RUN, WORDS_PROGRAM, "FILE [-- ARGS]",
     "compile and run; a second run starts at once",
     "Compiles FILE and runs it with ARGS. The finished program is kept in $XDG_CACHE_HOME/pluto\n"
     "(~/.cache/pluto) and used again until source, compiler or C compiler change. The exit\n"
     "status is the program's; 1 for errors in FILE and failures, 2 for a deadlock. If FILE is a\n"
     "folder, main.pluto in it is meant.", NULL},
    {"build", command_build, FOR_BUILD, WORDS_FILE, "FILE -o OUT",
     "compile to a program; also: compile",
     "Compiles FILE to the program OUT (default: a.out). With --emit-c and without -o only the C\n"
     "is written. If FILE is a folder, main.pluto in it is meant.", NULL},
    {"check", command_check, FOR_CHECK, WORDS_FILE, "FILE",
     "report errors and warnings only",
     "Reports the errors and warnings of FILE. Exit status 1 if there are errors. If FILE is a\n"
     "folder, main.pluto in it is meant.", NULL},
    {"test", command_test, FOR_TEST, WORDS_FILE, "FILE",
     "run the test blocks of FILE",
     "Runs the test blocks of FILE in source order, each spawned task to its end where it is\n"
     "spawned. The first failure ends the run with status 1. If FILE is a folder, tests.pluto in\n"
     "it is meant, or main.pluto if there is none.", NULL},
    {"coverage", command_coverage, FOR_COVERAGE, WORDS_FILE, "report",
     "report which lines and branches a run took",
     "Reports what the last 'pluto run --coverage' or 'pluto test --coverage' executed. Without\n"
     "-o, lcov and json go to standard output, a page of HTML to report.html in DIR.", "report"},
    {"new", command_new, FOR_NEW, WORDS_FILE, "NAME",
     "make a project that builds, runs and tests at once",
     "Makes the folder NAME with pluto.toml, main.pluto, a module and tests.pluto. A folder that\n"
     "exists is left alone.", NULL},
    {"update", command_update, FOR_UPDATE, WORDS_FOLDER, "[DIR]",
     "fetch packages from git again",
     "Clones again the git repositories that the pluto.toml in DIR (default: the current folder)\n"
     "or in a folder above it names as dependencies. Everything else uses the clones as they are.",
     NULL},
    {"watch", command_watch, FOR_WATCH, WORDS_REST, "run|test [options] FILE [-- ARGS]",
     "run again whenever a source file changes",
     "Runs or tests FILE, and again whenever a source file in its folder or below changes; what\n"
     "still runs is ended first. The options behind run or test are theirs.", "run test"},
    {"fmt", command_fmt, FOR_FMT, WORDS_LIST, "FILE|DIR...",
     "bring source files to the canonical layout",
     "Lays out source files anew: indentation, blanks, empty lines. Line breaks and comments\n"
     "stay. Of a folder all source files are meant, those below it included. - is standard\n"
     "input, and the result goes to standard output.", NULL},
    {"doc", command_doc, FOR_DOC, WORDS_FILE, "FILE|DIR",
     "documentation from the /// comments",
     "Prints what FILE or the module in DIR offers: the declarations that are pub, as written,\n"
     "the /// comment above each, and the errors that may leave a function.", NULL},
    {"completions", command_completions, FOR_COMPLETIONS, WORDS_FILE, "bash|zsh|fish",
     "print the completions for a shell", "Prints the completions for a shell.", "bash zsh fish"},
    {"man", command_man, FOR_MAN, WORDS_NONE, "",
     "print the man page", "Prints the man page, for man -l.", NULL},
    {"highlight", command_highlight, FOR_HIGHLIGHT, WORDS_FILE, "vim|textmate",
     "print the syntax file for an editor",
     "Prints the syntax file for Vim, or the TextMate grammar, which VS Code reads, too.",
     "vim textmate"},
    {NULL, NULL, 0, WORDS_NONE, NULL, NULL, NULL, NULL},
};

#define IN_OPTIONS(field) offsetof(Options, field)

const OptionInfo usage_options[] = {
    {"-o", "OUT", "where the result goes", FOR_BUILD | FOR_DOC | FOR_COVERAGE, IN_OPTIONS(output),
     false},
    {"--output", "OUT", "the same", FOR_BUILD | FOR_DOC | FOR_COVERAGE, IN_OPTIONS(output), false},
    {"--debug", NULL, "for a debugger: slower, but every variable can be seen", FOR_BUILD,
     IN_OPTIONS(debug), false},
    {"--json", NULL, "as JSON on standard output, one object per line", FOR_CHECK,
     IN_OPTIONS(json), false},
    {"--filter", "TEXT", "only tests with TEXT in their name", FOR_TEST, IN_OPTIONS(filter), false},
    {"--coverage", NULL, "count what is executed, and report it when the program has ended",
     FOR_RUN | FOR_TEST, IN_OPTIONS(coverage), false},
    {"--format", "FORMAT", "terminal (without it), lcov, json or html", FOR_COVERAGE,
     IN_OPTIONS(format), false},
    {"--dir", "DIR", "where map and data are; default: .pluto-coverage", FOR_COVERAGE,
     IN_OPTIONS(dir), false},
    {"--seed", "N", "for schedulers that choose; of no effect here", FOR_TEST, IN_OPTIONS(seed),
     false},
    {"--iterations", "N", "for schedulers that choose; of no effect here", FOR_TEST,
     IN_OPTIONS(iterations), false},
    {"--check", NULL, "change nothing; name the files that differ, then status 1", FOR_FMT,
     IN_OPTIONS(fmt_check), false},
    {"--html", NULL, "a page of HTML; without it Markdown", FOR_DOC, IN_OPTIONS(html), false},
    {"--all", NULL, "also what is not pub", FOR_DOC, IN_OPTIONS(all), false},
    {"--no-clear", NULL, "leave the screen as it is", FOR_WATCH, IN_OPTIONS(no_clear), false},
    {"--emit-c", "FILE", "also write the C to FILE", FOR_PROGRAMS, IN_OPTIONS(emit_c), false},
    {"--cc", "COMMAND", "the C compiler; default: $CC or cc", FOR_PROGRAMS, IN_OPTIONS(cc), false},
    {"--link", "LIBRARY", "link with it: z for libz, or the path of a file; repeatable",
     FOR_PROGRAMS, IN_OPTIONS(links), true},
    {"--stdlib", "DIR",
     "the standard library; default: $PLUTO_STDLIB, the folder stdlib\n"
     "beside FILE, or the compiler's own", FOR_PROGRAMS | FOR_DOC, IN_OPTIONS(stdlib), false},
    {"--standalone", NULL, "leave out the other source files in FILE's folder",
     FOR_PROGRAMS | FOR_DOC, IN_OPTIONS(standalone), false},
    {"--gc", "BACKEND", "marksweep, or noop: never reclaim memory", FOR_PROGRAMS | FOR_DOC,
     IN_OPTIONS(gc), false},
    {"--no-cache", NULL, "compile anew, keep nothing", FOR_PROGRAMS, IN_OPTIONS(no_cache), false},
    {"--verbose", NULL, "show the commands that are run, or that nothing has changed", FOR_PROGRAMS,
     IN_OPTIONS(verbose), false},
    {NULL, NULL, NULL, 0, 0, false},
};

/* ---- Looking up ---- */

const Command *find_command(const char *name)
{
    if (strcmp(name, "compile") == 0)
        name = "build";
    for (const Command *c = usage_commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

const OptionInfo *find_option(const char *name, size_t len, CommandSet commands)
{
    for (const OptionInfo *o = usage_options; o->name; o++)
        if ((o->commands & commands) && strlen(o->name) == len && memcmp(o->name, name, len) == 0)
            return o;
    return NULL;
}

/* ---- Help ---- */

enum { HELP_COLUMN = 32 };

/* The left side, then text in its column; every further line of it in the same one. */
static void print_entry(const char *left, const char *text, FILE *out)
{
    int used = fprintf(out, "  %s", left);
    if (used > HELP_COLUMN - 2) {
        fputc('\n', out);
        used = 0;
    }
    fprintf(out, "%*s", HELP_COLUMN - used, "");
    for (; *text; text++) {
        fputc(*text, out);
        if (*text == '\n')
            fprintf(out, "%*s", HELP_COLUMN, "");
    }
    fputc('\n', out);
}

static void print_option(const OptionInfo *o, FILE *out)
{
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
    print_entry(left, o->help, out);
}

void print_usage(FILE *out)
{
    char left[64];
    fputs("usage: pluto COMMAND\n\n", out);
    for (const Command *c = usage_commands; c->name; c++) {
        snprintf(left, sizeof left, "pluto %s %s", c->name, c->synopsis);
        print_entry(left, c->summary, out);
        if (c->run == command_run)
            print_entry("pluto FILE [ARGS]", "the same, for scripts: #!/usr/bin/env pluto", out);
    }
    print_entry("pluto --emit-c FILE", "print the C that FILE becomes", out);
    fputs("  pluto --version, --help\n\noptions of run, build, check and test:\n", out);
    for (const OptionInfo *o = usage_options; o->name; o++)
        if ((o->commands & FOR_PROGRAMS) == FOR_PROGRAMS)
            print_option(o, out);
    fputs("\n'pluto COMMAND --help' says more about a command.\n", out);
}

void print_command_usage(const Command *c, FILE *out)
{
    fprintf(out, "usage: pluto %s [options]%s%s\n\n%s\n", c->name, *c->synopsis ? " " : "",
            c->synopsis, c->text);
    for (int shared = 0; shared < 2; shared++) {
        const char *gap = "\n";
        for (const OptionInfo *o = usage_options; o->name; o++) {
            if (!(o->commands & c->bit) || ((o->commands & FOR_PROGRAMS) == FOR_PROGRAMS) != shared)
                continue;
            fputs(gap, out);
            gap = "";
            print_option(o, out);
        }
    }
}
