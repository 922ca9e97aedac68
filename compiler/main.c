/*
 * main.c - the command line.
 *
 * run looks into the cache before it reads more than the source's bytes; a program found there
 * takes the place of this process, so signals and exit status are its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/arena.h"
#include "compiler/cache.h"
#include "compiler/cc.h"
#include "compiler/compile.h"
#include "compiler/fault.h"
#include "compiler/tempfile.h"

typedef struct Options {
    const char *file;
    const char *output;                   /* -o */
    const char *emit_c;                   /* --emit-c FILE; "-": standard output */
    const char *cc;                       /* --cc */
    bool        verbose, no_cache;
    char      **args;                     /* of the program, NULL at the end; without argv[0] */
} Options;

/* ---- Help ---- */

static const char help_text[] =
    "usage: pluto COMMAND\n"
    "\n"
    "  pluto run FILE [-- ARGS]      compile and run; a second run starts at once\n"
    "  pluto FILE [ARGS]             the same, for scripts: #!/usr/bin/env pluto\n"
    "  pluto build FILE -o OUT       compile to a program; also: compile\n"
    "  pluto check FILE              report errors and warnings only\n"
    "  pluto --emit-c FILE           print the C that FILE becomes\n"
    "  pluto --version, --help\n"
    "\n"
    "options of run and build:\n"
    "  --emit-c FILE                 also write the C to FILE\n"
    "  --cc COMMAND                  the C compiler; default: $CC or cc\n"
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
    "  --emit-c FILE, --cc COMMAND, --verbose: see pluto --help\n";

static const char check_help[] =
    "usage: pluto check FILE\n"
    "\n"
    "Reports the errors and warnings of FILE. Exit status 1 if there are errors.\n";

static int print_help(const char *text)
{
    fputs(text, stdout);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}

/* ---- Diagnostics ---- */

static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return (no == NULL || *no == '\0') && isatty(STDERR_FILENO);
}

/* Prints what d holds on standard error and returns the text; "" if it holds nothing. */
static const char *report(Diag *d)
{
    char  *text = NULL;
    size_t size = 0;
    FILE  *out  = open_memstream(&text, &size);
    if (out == NULL)
        return "";
    diag_flush(d, out, wants_colour());
    fclose(out);
    fputs(text, stderr);
    return text;
}

/* Without the escape sequences that set colours. */
static const char *plain(const char *text)
{
    char *copy = arena_format("%s", text), *to = copy;
    for (const char *from = copy; *from; from++) {
        if (*from != '\033')
            *to++ = *from;
        else
            while (from[1] && *from != 'm')
                from++;
    }
    *to = '\0';
    return copy;
}

/* ---- Source to C ---- */

static SourceFile *read_source(const char *path)
{
    const char *why;
    SourceFile *file = source_read(path, &why);
    if (file == NULL)
        fault("cannot read %s: %s", path, why);
    return file;
}

/* The C of file, or NULL after everything about it was said. *said: the warnings printed. */
static char *to_c(SourceFile *file, size_t *size, const char **said)
{
    Diag    *d       = diag_new();
    Program *program = compile_check(file, d);
    char    *c       = NULL;
    if (program && program->main)
        c = compile_to_c(program, d, size);
    *said = report(d);
    if (program && program->main == NULL)
        fault("no 'fn main()' in %s", file->path);
    else if (c == NULL && diag_errors(d) == 0)
        fault("out of memory");
    return c;
}

/* ---- Writing files ---- */

static bool write_file(const char *path, const char *text, size_t size)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return false;
    bool ok    = fwrite(text, 1, size, out) == size;
    int  saved = errno;
    if (fclose(out) != 0)
        return false;
    errno = saved;
    return ok;
}

/* Writes the C where the user asked for it; "-" is standard output. */
static bool write_c(const char *path, const char *text, size_t size)
{
    if (strcmp(path, "-") == 0) {
        if (fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0)
            return true;
        fault("cannot write standard output: %s", strerror(errno));
        return false;
    }
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        if (write_file(path, text, size))                    /* a pipe or device */
            return true;
        fault("cannot write %s: %s", path, strerror(errno));
        return false;
    }
    char *temp = tempfile_new(dirname(arena_format("%s", path)), ".pluto", ".c");
    if (temp && write_file(temp, text, size) && chmod(temp, 0644) == 0 && tempfile_keep(temp, path))
        return true;
    fault("cannot write %s: %s", path, strerror(errno));
    tempfile_remove(temp);
    return false;
}

/* ---- C to a program ---- */

/* Compiles the C text to the file program. The C is kept if the C compiler refuses it. */
static CcResult make_program(const Toolchain *t, const char *text, size_t size, const char *file,
                             const char *program)
{
    char *source = tempfile_new(tempfile_dir(), "pluto", ".c");
    if (source == NULL || !write_file(source, text, size)) {
        fault("cannot write to %s: %s; set TMPDIR to another folder", tempfile_dir(),
              strerror(errno));
        return CC_FAILED;
    }
    CcResult result = cc_run(t, source, program);
    if (result == CC_FAILED) {
        tempfile_forget(source);
        fault("internal: %s refused the C made from %s, which is kept in %s", t->command.items[0],
              file, source);
    } else {
        tempfile_remove(source);
    }
    return result;
}

static mode_t executable_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0777 & ~mask;
}

/* ---- pluto build ---- */

static int build_program(const Options *o, const Toolchain *t, const char *text, size_t size)
{
    const char *out = o->output ? o->output : "a.out";
    struct stat st;
    if (stat(out, &st) == 0 && !S_ISREG(st.st_mode))
        return fault("cannot write %s: it is %s", out,
                     S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
    char *temp = tempfile_new(dirname(arena_format("%s", out)), ".pluto", ".tmp");
    if (temp == NULL)
        return fault("cannot write %s: %s", out, strerror(errno));
    switch (make_program(t, text, size, o->file, temp)) {
    case CC_FAILED:   return 1;
    case CC_NO_SPACE: return fault("cannot write %s: no space left on device", out);
    case CC_OK:       break;
    }
    if (chmod(temp, executable_mode()) != 0 || !tempfile_keep(temp, out))
        return fault("cannot write %s: %s", out, strerror(errno));
    return 0;
}

static int build(const Options *o)
{
    Toolchain   t;
    size_t      size;
    const char *said;
    SourceFile *file = read_source(o->file);
    char       *text = file ? to_c(file, &size, &said) : NULL;
    if (text == NULL || (o->emit_c && !write_c(o->emit_c, text, size)))
        return 1;
    if (o->emit_c && o->output == NULL)
        return 0;
    if (!toolchain_find(&t, o->cc))
        return 1;
    t.verbose = o->verbose;
    return build_program(o, &t, text, size);
}

static int check_command(const Options *o)
{
    SourceFile *file = read_source(o->file);
    if (file == NULL)
        return 1;
    Diag    *d       = diag_new();
    Program *program = compile_check(file, d);
    report(d);
    return program ? 0 : 1;
}

/* ---- pluto run ---- */

/* Becomes the program at path. Returns only if that fails, with errno set. */
static void become(const Options *o, const char *path)
{
    int    count = 0;
    char **argv;
    while (o->args[count])
        count++;
    argv    = arena_alloc(sizeof *argv * (size_t)(count + 2));
    argv[0] = (char *)o->file;
    memcpy(argv + 1, o->args, sizeof *argv * (size_t)count);
    execv(path, argv);
}

/* The same for a program that is not to stay: it is unlinked while it starts. */
static int become_temporary(const Options *o, char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fault("cannot run the program: %s", strerror(errno));
    tempfile_remove(path);
    become(o, arena_format("/proc/self/fd/%d", fd));
    return fault("cannot run the program: %s", strerror(errno));
}

static void cache_key(const Toolchain *t, const SourceFile *file, char key[DIGEST_TEXT_SIZE])
{
    Digest d;
    digest_init(&d);
    digest_text(&d, PLUTO_VERSION);
    digest_text(&d, file->path);
    digest_int(&d, (int64_t)file->size);
    digest_bytes(&d, file->text, file->size);
    toolchain_digest(t, &d);
    digest_finish(&d, key);
}

/* Runs the entry if there is one: says its warnings again, then becomes it. */
static void run_cached(const Options *o, const char *folder, const char *key)
{
    const char *program = cache_program(folder, key);
    const char *why;
    if (access(program, X_OK) != 0)
        return;
    const char *path = cache_warnings(folder, key);
    SourceFile *text = access(path, R_OK) == 0 ? source_read(path, &why) : NULL;
    if (text)
        fwrite(text->text, 1, text->size, stderr);
    cache_touch(program);
    become(o, program);
}

/* Puts the finished program temp into the cache. False: it stays where it is. */
static bool keep_in_cache(char *temp, const char *folder, const char *key, const char *warnings)
{
    if (*warnings) {
        const char *text = plain(warnings);
        char       *file = tempfile_new(folder, key, ".tmp.txt");
        if (file == NULL || !write_file(file, text, strlen(text)) ||
            !tempfile_keep(file, cache_warnings(folder, key))) {
            tempfile_remove(file);
            return false;
        }
    }
    if (chmod(temp, 0700) != 0 || !tempfile_keep(temp, cache_program(folder, key)))
        return false;
    cache_trim(folder);
    return true;
}

/* Makes the program in folder (NULL: where temporary files go) and becomes it. */
static int make_and_run(const Options *o, const Toolchain *t, const char *text, size_t size,
                        const char *folder, const char *key, const char *warnings)
{
    char *temp = tempfile_new(folder ? folder : tempfile_dir(), "pluto", ".tmp.run");
    if (temp == NULL && folder)
        return make_and_run(o, t, text, size, NULL, key, warnings);
    if (temp == NULL)
        return fault("cannot write to %s: %s; set TMPDIR to another folder", tempfile_dir(),
                     strerror(errno));
    CcResult result = make_program(t, text, size, o->file, temp);
    if (result == CC_NO_SPACE && folder) {
        tempfile_remove(temp);
        return make_and_run(o, t, text, size, NULL, key, warnings);
    }
    if (result == CC_NO_SPACE)
        return fault("no space left in %s; set TMPDIR to another folder", tempfile_dir());
    if (result != CC_OK)
        return 1;
    if (folder && keep_in_cache(temp, folder, key, warnings)) {
        become(o, cache_program(folder, key));
        return fault("cannot run %s: %s", cache_program(folder, key), strerror(errno));
    }
    chmod(temp, 0700);
    return become_temporary(o, temp);
}

static int run(const Options *o)
{
    Toolchain   t;
    char        key[DIGEST_TEXT_SIZE];
    size_t      size;
    const char *said;
    SourceFile *file = read_source(o->file);
    if (file == NULL || !toolchain_find(&t, o->cc))
        return 1;
    t.verbose          = o->verbose;
    const char *folder = o->no_cache ? NULL : cache_folder();
    cache_key(&t, file, key);
    if (folder && o->emit_c == NULL)
        run_cached(o, folder, key);
    char *text = to_c(file, &size, &said);
    if (text == NULL || (o->emit_c && !write_c(o->emit_c, text, size)))
        return 1;
    return make_and_run(o, &t, text, size, folder, key, said);
}

/* ---- Words of the command line ---- */

typedef struct Command {
    const char *name;
    int       (*run)(const Options *o);   /* NULL: not there yet */
    const char *help;
} Command;

static const Command commands[] = {
    {"run", run, run_help},       {"build", build, build_help}, {"compile", build, build_help},
    {"check", check_command, check_help},
    {"test", NULL, NULL},         {"coverage", NULL, NULL},     {"watch", NULL, NULL},
    {"update", NULL, NULL},       {"emit-ast", NULL, NULL},     {"generate-pt", NULL, NULL},
    {"sync", NULL, NULL},         {"analyze", NULL, NULL},      {"install", NULL, NULL},
    {"use", NULL, NULL},          {"versions", NULL, NULL},
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

static bool check_gc(const char *name)
{
    if (strcmp(name, "marksweep") == 0 || strcmp(name, "noop") == 0)
        return true;
    fault("unknown GC backend '%s'; expected 'marksweep' or 'noop'", name);
    return false;
}

/* --stdlib and --gc may also stand before the command. *ok: false after a message. */
static bool parse_global_option(char ***words, bool *ok)
{
    const char *value = "";
    *ok               = true;
    if (option_value(words, "--stdlib", &value))
        *ok = value != NULL;
    else if (option_value(words, "--gc", &value))
        *ok = value != NULL && check_gc(value);
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
    if (parse_global_option(words, &ok))
        return ok;
    if (strcmp(word, "--verbose") == 0) {
        o->verbose = true;
        return true;
    }
    if (strcmp(word, "--no-cache") == 0) {
        o->no_cache = true;
        return true;
    }
    fault("unknown option '%s'; 'pluto %s --help' lists them", word, c->name);
    return false;
}

/* The words after the command's name. script: words after the file belong to the program. */
static int run_command(const Command *c, char **words, bool script)
{
    static char *no_args[] = {NULL};
    Options      o         = {.args = no_args};
    for (; *words; words++) {
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
            return print_help(c->help);
        if (strcmp(*words, "--") == 0 && c->run == run) {
            o.args = words + 1;
            break;
        }
        if ((*words)[0] == '-' && (*words)[1] != '\0') {
            if (!parse_option(&words, &o, c))
                return 1;
        } else if (o.file) {
            return fault("unexpected word '%s'%s", *words,
                         c->run == run ? "; arguments of the program go after --" : "");
        } else {
            o.file = *words;
        }
        if (o.file && script) {
            o.args = words[1] && strcmp(words[1], "--") == 0 ? words + 2 : words + 1;
            break;
        }
    }
    if (o.file == NULL)
        return fault("no file given; usage: pluto %s FILE", c->name);
    return c->run(&o);
}

static int print_c(char **words)
{
    Options o = {.emit_c = "-", .file = words[0]};
    if (o.file == NULL || words[1])
        return fault("usage: pluto --emit-c FILE");
    return build(&o);
}

/* The first word that is no global option; NULL after a message. */
static char **skip_global_options(char **words)
{
    bool ok = true;
    while (*words && parse_global_option(&words, &ok) && ok)
        words++;
    return ok ? words : NULL;
}

static bool is_file_name(const char *word)
{
    return word[0] == '-' || strpbrk(word, "./") != NULL || access(word, F_OK) == 0;
}

int main(int argc, char **argv)
{
    char **words = skip_global_options(argv + (argc > 0));
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
        return print_c(words + 1);
    const Command *c = find_command(word);
    if (c && c->run)
        return run_command(c, words + 1, false);
    if (c)
        return fault("'pluto %s' is not implemented yet", c->name);
    if (!is_file_name(word))
        return fault("unknown command '%s'; 'pluto --help' lists them", word);
    return run_command(&commands[0], words, true);
}
