/*
 * main.c - reading the command line; usage.c has the tables.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/usage.h"

/* ---- Help ---- */

/* Of the command, or of all if there is none. */
static int print_help(const Command *c)
{
    if (c)
        print_command_usage(c, stdout);
    else
        print_usage(stdout);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}

static int print_version(void)
{
    puts("pluto " PLUTO_VERSION);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}

/* ---- Options ---- */

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static bool check_gc(Options *o)
{
    o->noop_gc = strcmp(o->gc, "noop") == 0;
    if (o->noop_gc || strcmp(o->gc, "marksweep") == 0)
        return true;
    fault("unknown GC backend '%s'; expected 'marksweep' or 'noop'", o->gc);
    return false;
}

/* A number as strtoll reads it: decimal, 0x.. or 0... */
static bool check_number(const char *text)
{
    char *end;
    errno = 0;
    strtoull(text, &end, 0);
    if (errno == 0 && end != text && *end == '\0')
        return true;
    fault("'%s' is not a number", text);
    return false;
}

/* Are the values that have been given such as they should be? */
static bool check_values(Options *o)
{
    return (o->gc == NULL || check_gc(o)) && (o->seed == NULL || check_number(o->seed))
        && (o->iterations == NULL || check_number(o->iterations));
}

/* The option at *words, in the form "--name", "--name VALUE" or "--name=VALUE", of one of these
 * commands. Moves *words to its last word. NULL: there is no such option. *ok: false after a
 * message. */
static const OptionInfo *parse_option(char ***words, CommandSet commands, Options *o, bool *ok)
{
    const char       *word = **words;
    const char       *sign = strchr(word, '=');
    size_t            len  = sign ? (size_t)(sign - word) : strlen(word);
    const OptionInfo *info = find_option(word, len, commands);
    *ok = true;
    if (info == NULL || (sign && info->value == NULL))
        return NULL;
    void *field = (char *)o + info->offset;
    if (info->value == NULL) {
        *(bool *)field = true;
        return info;
    }
    const char *value = sign ? sign + 1 : (*words)[1];
    if (value == NULL)
        fault("%s needs a value", info->name);
    else if (sign == NULL)
        ++*words;
    *ok = value != NULL;
    if (*ok && info->repeats) {
        LIST_ADD((Texts *)field, value);
    } else if (*ok) {
        *(const char **)field = value;
        *ok                   = check_values(o);
    }
    return info;
}

/* ---- Commands ---- */

/* The word at *words behind a command. False after a message. */
static bool parse_word(const Command *c, char ***words, Options *o, int *found)
{
    bool        ok;
    const char *word = **words;
    if (is_option(word)) {
        if (parse_option(words, c->bit, o, &ok) == NULL)
            return !fault("unknown option '%s'; 'pluto %s --help' lists them", word, c->name);
        return ok;
    }
    bool takes_file =
        c->words == WORDS_FILE || c->words == WORDS_PROGRAM || c->words == WORDS_FOLDER;
    if (!(c->words == WORDS_LIST || (takes_file && *found == 0))) {
        fault("unexpected word '%s'%s", word,
              c->words == WORDS_PROGRAM ? "; arguments of the program go after --" : "");
        return false;
    }
    if (takes_file && *word == '\0') {
        fault("'' is no name of a file");
        return false;
    }
    if (takes_file)
        o->file = word;
    else
        o->words[*found] = **words;
    ++*found;
    return true;
}

/* Is help asked for before anything but options? */
static bool wants_help(char **words)
{
    for (; *words && is_option(*words) && strcmp(*words, "--") != 0; words++)
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
            return true;
    return false;
}

/* Takes the words up to "--", or to where they belong to somebody else: behind the file of a
 * script, and from the first word on of a command with WORDS_REST. Returns the rest, NULL after a
 * message. *found: how many of them were no options. */
static char **take_words(const Command *c, char **words, bool script, Options *o, int *found)
{
    o->words = words;                               /* never more than have been read */
    for (; *words && strcmp(*words, "--") != 0; words++) {
        if ((script && *found > 0) || (c->words == WORDS_REST && !is_option(*words)))
            break;
        if (!parse_word(c, &words, o, found))
            return NULL;
    }
    return words;
}

/* The words behind the command's name; o has what stood before it. */
static int run_command(const Command *c, Options o, char **words, bool script)
{
    int found = 0;
    if (wants_help(words))
        return print_help(c);
    char **rest = take_words(c, words, script, &o, &found);
    if (rest == NULL)
        return 1;
    if (c->words == WORDS_REST)
        found = *rest != NULL;
    if (found == 0 && c->words != WORDS_NONE && c->words != WORDS_FOLDER)
        return fault("no %s given; usage: pluto %s %s",
                     c->choices || c->bit == FOR_NEW ? "word" : "file", c->name, c->synopsis);
    switch (c->words) {
    case WORDS_REST:
        o.words = rest;
        return c->run(&o);
    case WORDS_PROGRAM:
        o.args = *rest && strcmp(*rest, "--") == 0 ? rest + 1 : rest;
        return c->run(&o);
    case WORDS_FILE: case WORDS_FOLDER: case WORDS_LIST: case WORDS_NONE:
        break;
    }
    if (*rest)
        return fault("unexpected word '%s'", *rest);
    if (c->words == WORDS_LIST)
        o.words[found] = NULL;
    return c->run(&o);
}

static int print_c(Options o, char **words)
{
    o.emit_c = "-";
    o.file   = words[0];
    if (o.file == NULL || words[1])
        return fault("usage: pluto --emit-c FILE");
    return command_build(&o);
}

static bool is_file_name(const char *word)
{
    return word[0] == '-' || strpbrk(word, "./") != NULL || access(word, F_OK) == 0;
}

static bool is_planned(const char *word)
{
    static const char *const later[] = {"coverage", "emit-ast", "generate-pt", "sync",
                                        "analyze", "install", "use", "versions"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(later[i], word) == 0)
            return true;
    return false;
}

/* These may also stand before the command. */
static bool is_global(const char *word)
{
    return strncmp(word, "--stdlib", 8) == 0 || strncmp(word, "--gc", 4) == 0
        || strcmp(word, "--standalone") == 0;
}

int main(int argc, char **argv)
{
    static char *no_args[] = {NULL};
    Options      o         = {.args = no_args};
    char       **words     = argv + (argc > 0);
    bool         ok        = true;
    while (*words && is_global(*words) && parse_option(&words, FOR_RUN, &o, &ok) && ok)
        words++;
    if (!ok)
        return 1;
    if (*words == NULL) {
        print_usage(stderr);
        return 1;
    }
    const char *word = *words;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return print_help(NULL);
    if (strcmp(word, "--version") == 0)
        return print_version();
    if (strcmp(word, "--emit-c") == 0)
        return print_c(o, words + 1);
    const Command *c = find_command(word);
    if (c)
        return run_command(c, o, words + 1, false);
    if (is_planned(word))
        return fault("'pluto %s' is not implemented yet", word);
    if (!is_file_name(word))
        return fault("unknown command '%s'; 'pluto --help' lists them", word);
    return run_command(find_command("run"), o, words, true);
}
