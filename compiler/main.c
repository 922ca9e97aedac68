/*
 * main.c - the command line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/drive/commands.h"
#include "compiler/drive/fault.h"

/* ---- Help ---- */

static const char help_text[] =
    "usage: pluto COMMAND\n"
    "\n"
    "  pluto run FILE [-- ARGS]      compile and run; a second run starts at once\n"
    "  pluto FILE [ARGS]             the same, for scripts: #!/usr/bin/env pluto\n"
    "  pluto build FILE -o OUT       compile to a program; also: compile\n"
    "  pluto check [--json] FILE     report errors and warnings only\n"
    "  pluto test FILE               run the test blocks of FILE\n"
    "  pluto update [DIR]            fetch git dependencies again\n"
    "  pluto --emit-c FILE           print the C that FILE becomes\n"
    "  pluto --version, --help\n"
    "\n"
    "options of run, build and check:\n"
    "  --emit-c FILE                 also write the C to FILE\n"
    "  --cc COMMAND                  the C compiler; default: $CC or cc\n"
    "  --stdlib DIR                  the standard library; default: $PLUTO_STDLIB, the folder stdlib\n"
    "                                beside FILE, or the compiler's own\n"
    "  --standalone                  leave out the other source files in FILE's folder\n"
    "  --gc marksweep|noop           noop: never reclaim memory\n"
    "  --no-cache                    compile anew, keep nothing\n"
    "  --verbose                     show the commands that are run\n"
    "\n"
    "'pluto COMMAND --help' says more about a command.\n";

static const char run_help[] =
    "usage: pluto run [options] FILE [-- ARGS]\n"
    "\n"
    "Compiles FILE and runs it with ARGS. The finished program is kept in $XDG_CACHE_HOME/pluto\n"
    "(~/.cache/pluto) and used again until source, compiler or C compiler change. The exit status\n"
    "is the program's; 1 for errors in FILE and failures, 2 for a deadlock.\n"
    "\n"
    "  --emit-c FILE, --cc COMMAND, --no-cache, --verbose: see pluto --help\n";

static const char build_help[] =
    "usage: pluto build [options] FILE [-o OUT]\n"
    "\n"
    "Compiles FILE to the program OUT (default: a.out). With --emit-c and without -o only the C is\n"
    "written.\n"
    "\n"
    "  -o OUT, --output OUT          where the program goes\n"
    "  --debug                       for a debugger: slower, but every variable can be seen\n"
    "  --emit-c FILE, --cc COMMAND, --verbose: see pluto --help\n";

static const char check_help[] =
    "usage: pluto check [--json] FILE\n"
    "\n"
    "Reports the errors and warnings of FILE. Exit status 1 if there are errors.\n"
    "\n"
    "  --json                        as JSON on standard output, one object per line\n";

static const char test_help[] =
    "usage: pluto test [options] FILE\n"
    "\n"
    "Runs the test blocks of FILE in source order, each spawned task to its end where it is\n"
    "spawned. The first failure ends the run with status 1.\n"
    "\n"
    "  --filter TEXT                 only tests with TEXT in their name\n"
    "  --seed N, --iterations N      for schedulers that choose; of no effect here\n"
    "  --emit-c FILE, --cc COMMAND, --no-cache, --verbose: see pluto --help\n";

static const char update_help[] =
    "usage: pluto update [DIR]\n"
    "\n"
    "Clones again the git repositories that the pluto.toml in DIR (default: the current folder) or\n"
    "in a folder above it names as dependencies. Everything else uses the clones as they are.\n";

static int print_help(const char *text)
{
    fputs(text, stdout);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}

/* ---- Words of the command line ---- */

typedef struct Command {
    const char *name;
    int       (*run)(const Options *o);   /* NULL: not there yet */
    const char *help;
} Command;

static const Command commands[] = {
    {"run", command_run, run_help},
    {"build", command_build, build_help},
    {"compile", command_build, build_help},
    {"check", command_check, check_help},
    {"test", command_test, test_help},
    {"update", command_update, update_help},
    {"coverage", NULL, NULL},     {"watch", NULL, NULL},
    {"emit-ast", NULL, NULL},     {"generate-pt", NULL, NULL},  {"sync", NULL, NULL},
    {"analyze", NULL, NULL},      {"install", NULL, NULL},      {"use", NULL, NULL},
    {"versions", NULL, NULL},
};

static const Command *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* If word is the option name, in the form "--name VALUE" or "--name=VALUE", stores its value.
 * A missing value is reported and stored as NULL. */
static bool option_value(char ***words, const char *name, const char **value)
{
    const char *word = **words;
    size_t      len  = strlen(name);
    if (strncmp(word, name, len) != 0 || (word[len] != '\0' && word[len] != '='))
        return false;
    if (word[len] == '=') {
        *value = word + len + 1;
        return true;
    }
    if ((*words)[1] == NULL) {
        *value = NULL;
        fault("%s needs a value", name);
        return true;
    }
    *value = *++*words;
    return true;
}

static bool check_gc(const char *name, Options *o)
{
    o->noop_gc = strcmp(name, "noop") == 0;
    if (o->noop_gc || strcmp(name, "marksweep") == 0)
        return true;
    fault("unknown GC backend '%s'; expected 'marksweep' or 'noop'", name);
    return false;
}

/* These may also stand before the command. *ok: false after a message. */
static bool parse_global_option(char ***words, Options *o, bool *ok)
{
    const char *value = "";
    *ok               = true;
    if (option_value(words, "--stdlib", &o->stdlib))
        *ok = o->stdlib != NULL;
    else if (option_value(words, "--gc", &value))
        *ok = value != NULL && check_gc(value, o);
    else if (strcmp(**words, "--standalone") == 0)
        o->standalone = true;
    else
        return false;
    return true;
}

/* A number as strtoll reads it: decimal, 0x.. or 0... */
static bool is_number(const char *text)
{
    char *end;
    if (text == NULL)
        return false;
    errno = 0;
    strtoull(text, &end, 0);
    if (errno == 0 && end != text && *end == '\0')
        return true;
    fault("'%s' is not a number", text);
    return false;
}

/* --filter; --seed and --iterations, which no scheduler asks for yet. */
static bool parse_test_option(char ***words, Options *o, bool *ok)
{
    const char *seed = NULL, *iterations = NULL;
    if (option_value(words, "--filter", &o->filter))
        *ok = o->filter != NULL;
    else if (option_value(words, "--seed", &seed))
        *ok = is_number(seed);
    else if (option_value(words, "--iterations", &iterations))
        *ok = is_number(iterations);
    else
        return false;
    return true;
}

/* One option, at *words. False after a message. */
static bool parse_option(char ***words, Options *o, const Command *c)
{
    const char *word = **words;
    bool        ok;
    if (option_value(words, "-o", &o->output) || option_value(words, "--output", &o->output))
        return o->output != NULL;
    if (option_value(words, "--emit-c", &o->emit_c))
        return o->emit_c != NULL;
    if (option_value(words, "--cc", &o->cc))
        return o->cc != NULL;
    if (parse_global_option(words, o, &ok) ||
        (c->run == command_test && parse_test_option(words, o, &ok)))
        return ok;
    if (strcmp(word, "--verbose") == 0) {
        o->verbose = true;
        return true;
    }
    if (strcmp(word, "--debug") == 0 && c->run == command_build) {
        o->debug = true;
        return true;
    }
    if (strcmp(word, "--no-cache") == 0) {
        o->no_cache = true;
        return true;
    }
    if (strcmp(word, "--json") == 0 && c->run == command_check) {
        o->json = true;
        return true;
    }
    fault("unknown option '%s'; 'pluto %s --help' lists them", word, c->name);
    return false;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

/* The words after the file. A script gets them all; otherwise the program's stand after --. */
static int run_with_rest(const Command *c, Options *o, char **words, bool script)
{
    if (*words && strcmp(*words, "--") == 0 && c->run == command_run) {
        o->args = words + 1;
        return c->run(o);
    }
    if (script) {
        o->args = words;
        return c->run(o);
    }
    if (*words == NULL)
        return c->run(o);
    if (!is_option(*words))
        return fault("unexpected word '%s'%s", *words,
                     c->run == command_run ? "; arguments of the program go after --" : "");
    if (!parse_option(&words, o, c))
        return 1;
    return run_with_rest(c, o, words + 1, script);
}

/* The words after the command's name; o has what stood before it. */
static int run_command(const Command *c, Options o, char **words, bool script)
{
    for (; *words && is_option(*words) && strcmp(*words, "--") != 0; words++) {
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
            return print_help(c->help);
        if (!parse_option(&words, &o, c))
            return 1;
    }
    if (*words == NULL && c->run == command_update)
        return c->run(&o);
    if (*words == NULL || strcmp(*words, "--") == 0)
        return fault("no file given; usage: pluto %s FILE", c->name);
    o.file = *words++;
    return run_with_rest(c, &o, words, script);
}

static int print_c(Options o, char **words)
{
    o.emit_c = "-";
    o.file   = words[0];
    if (o.file == NULL || words[1])
        return fault("usage: pluto --emit-c FILE");
    return command_build(&o);
}

/* The first word that is no global option; NULL after a message. */
static char **skip_global_options(char **words, Options *o)
{
    bool ok = true;
    while (*words && parse_global_option(&words, o, &ok) && ok)
        words++;
    return ok ? words : NULL;
}

static bool is_file_name(const char *word)
{
    return word[0] == '-' || strpbrk(word, "./") != NULL || access(word, F_OK) == 0;
}

int main(int argc, char **argv)
{
    static char *no_args[] = {NULL};
    Options      o         = {.args = no_args};
    char       **words     = skip_global_options(argv + (argc > 0), &o);
    if (words == NULL)
        return 1;
    if (*words == NULL) {
        fputs(help_text, stderr);
        return 1;
    }
    const char *word = *words;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        return print_help(help_text);
    if (strcmp(word, "--version") == 0)
        return print_help("pluto " PLUTO_VERSION "\n");
    if (strcmp(word, "--emit-c") == 0)
        return print_c(o, words + 1);
    const Command *c = find_command(word);
    if (c && c->run)
        return run_command(c, o, words + 1, false);
    if (c)
        return fault("'pluto %s' is not implemented yet", c->name);
    if (!is_file_name(word))
        return fault("unknown command '%s'; 'pluto --help' lists them", word);
    return run_command(&commands[0], o, words, true);
}
