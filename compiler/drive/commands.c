/*
 * commands.c - build, check, run, test and update.
 *
 * run looks into the cache as soon as it has read all files of the program. What is being made has
 * a temporary name until it is complete.
 */
#include "compiler/drive/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"
#include "compiler/base/path.h"
#include "compiler/coverage/points.h"
#include "compiler/drive/cache.h"
#include "compiler/drive/cc.h"
#include "compiler/drive/compile.h"
#include "compiler/drive/coverage.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/libraries.h"
#include "compiler/drive/objects.h"
#include "compiler/drive/recall.h"
#include "compiler/drive/tempfile.h"
#include "compiler/modules/find.h"
#include "compiler/packages/packages.h"

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

/* The same as JSON on standard output. False after a message. */
static bool report_json(Diag *d)
{
    diag_flush_json(d, stdout);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    fault("cannot write standard output: %s", strerror(errno));
    return false;
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

static const char *const main_names[] = {"main.pluto", "main.pt", NULL};
static const char *const test_names[] = {"tests.pluto", "tests.pt", "main.pluto", "main.pt", NULL};

const char *entry_file(const char *path, const char *const *names)
{
    if (!is_folder(path))
        return path;
    for (int i = 0; names[i]; i++)
        if (path_exists(path_join(path, names[i])))
            return path_join(path, names[i]);
    fault("cannot read %s: it is a directory without %s", path, names[0]);
    return NULL;
}

/* NULL after a message. */
static SourceFile *read_source(const Options *o)
{
    const char *why;
    const char *path = entry_file(o->file, o->tests ? test_names : main_names);
    if (path == NULL)
        return NULL;
    SourceFile *file = source_read(path, &why);
    if (file == NULL)
        fault("cannot read %s: %s", path, why);
    return file;
}

const char *named_library(const Options *o)
{
    const char *env = getenv("PLUTO_STDLIB");
    return o->stdlib ? o->stdlib : env && *env ? env : NULL;
}

/* The whole program that file is the entry of; NULL after errors, which are in d. A file under test
 * stands alone. */
static Module *load(const Options *o, SourceFile *file, Diag *d)
{
    ModuleOptions options = {named_library(o), own_library(), o->standalone || o->tests};
    return compile_load(file, &options, d);
}

/* Leaves the tests whose names contain the filter. */
static void filter_tests(Program *p, const char *filter)
{
    int kept = 0;
    for (int i = 0; i < p->tests.count; i++)
        if (filter == NULL || strstr(p->tests.items[i].name, filter) != NULL)
            p->tests.items[kept++] = p->tests.items[i];
    p->tests.count = kept;
}

/* Is there what the program begins with? If not, why. */
static const char *missing_entry(const Options *o, Program *p, const char *path)
{
    if (!o->tests)
        return p->main ? NULL : arena_format("no 'fn main()' in %s", path);
    if (p->tests.count == 0)
        return arena_format("no tests found in '%s'", path);
    filter_tests(p, o->filter);
    return p->tests.count > 0 ? NULL
                              : arena_format("no test in '%s' has '%s' in its name", path,
                                             o->filter);
}

/* The C of the program, or NULL after everything about it was said. *said: the warnings printed. */
static IrProgram *to_c(const Options *o, Module *module, Diag *d, const char **said)
{
    Program *program =
        module ? compile_check(module, o->tests ? GOAL_TESTS : GOAL_PROGRAM, d) : NULL;
    const char *missing = program ? missing_entry(o, program, module->file->path) : NULL;
    IrProgram  *c       = NULL;
    if (program) {
        program->never_collects = o->noop_gc;
        program->points         = o->points;
    }
    if (program && missing == NULL)
        c = compile_lower(program, d);
    *said = report(d);
    if (missing)
        fault("%s", missing);
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

bool write_output(const char *path, const char *text, size_t size)
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
    char *temp = tempfile_new(dirname(arena_format("%s", path)), ".pluto", ".tmp");
    if (temp && write_file(temp, text, size) && chmod(temp, 0644) == 0 && tempfile_keep(temp, path))
        return true;
    fault("cannot write %s: %s", path, strerror(errno));
    tempfile_remove(temp);
    return false;
}

/* --emit-c */
static bool write_c(const Options *o, const IrProgram *c)
{
    size_t size;
    char  *text = compile_to_c(c, &size);
    bool   ok   = text != NULL && write_output(o->emit_c, text, size);
    if (text == NULL)
        fault("out of memory");
    free(text);
    return ok;
}

/* ---- C to a program ---- */

/* The C compiler, and the libraries that the program is linked with. */
static bool find_tools(Toolchain *t, const Options *o)
{
    bool found = toolchain_find(t, o->cc);
    for (int i = 0; found && i < o->links.count; i++)
        found = toolchain_link(t, o->links.items[i]);
    return found;
}

/* The C libraries that the manifests name. */
static bool link_manifest_libs(Toolchain *t, const Module *module)
{
    const Packages *all = module->packages;
    for (int i = 0; i < all->link_libs.count; i++)
        if (!toolchain_link(t, all->link_libs.items[i]))
            return false;
    return true;
}

/* The C texts of the program. False after a message. */
static bool to_units(const IrProgram *c, Units *units)
{
    size_t size;
    *units = (Units){0};
    if (!unit_size(&size))
        return false;
    if (split(c, size, units))
        return true;
    fault("out of memory");
    return false;
}

static mode_t executable_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0777 & ~mask;
}

/* ---- pluto build ---- */

static int build_program(const Options *o, const Toolchain *t, const char *out, const Units *units)
{
    struct stat st;
    if (*out == '\0')
        return fault("'' is no name of a file");
    if (stat(out, &st) == 0 && !S_ISREG(st.st_mode))
        return fault("cannot write %s: it is %s", out,
                     S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
    char *temp = tempfile_new(dirname(arena_format("%s", out)), ".pluto", ".tmp");
    if (temp == NULL)
        return fault("cannot write %s: %s", out, strerror(errno));
    switch (make_program(t, units, o->no_cache ? NULL : cache_folder(), o->file, temp)) {
    case CC_FAILED:
    case CC_UNLINKED: return 1;
    case CC_NO_SPACE: return fault("cannot write %s: no space left on device", out);
    case CC_OK:       break;
    }
    inputs_note_moved(temp, out);
    if (chmod(temp, executable_mode()) != 0 || !tempfile_keep(temp, out))
        return fault("cannot write %s: %s", out, strerror(errno));
    inputs_note(INPUT_MODE, out, arena_format("%o", executable_mode()));
    return 0;
}

/* Nothing has changed since the program was made: says its warnings again. */
static int stay(const Options *o, const char *out, const char *warnings)
{
    if (o->verbose)
        fprintf(stderr, "%s is up to date\n", out);
    fputs(warnings, stderr);
    return 0;
}

/* t: NULL if only the C is wanted. */
static int compile_and_build(const Options *o, Toolchain *t, const char *out, const Recall *recall)
{
    Units       units;
    const char *said;
    Digest      unused;
    Diag       *d      = diag_new();
    SourceFile *file   = read_source(o);
    Module     *module = file ? load(o, file, d) : NULL;
    IrProgram  *c      = file ? to_c(o, module, d, &said) : NULL;
    if (c == NULL || (o->emit_c && !write_c(o, c)))
        return 1;
    if (t == NULL)
        return 0;
    if (!link_manifest_libs(t, module))
        return 1;
    digest_init(&unused);
    libraries_digest(t, &unused);
    if (!to_units(c, &units) || build_program(o, t, out, &units) != 0)
        return 1;
    recall_keep(recall, plain(said));
    return 0;
}

int command_build(const Options *o)
{
    Toolchain   t;
    Recall      recall;
    const char *out = o->output ? o->output : "a.out";
    if (o->emit_c && o->output == NULL)
        return compile_and_build(o, NULL, out, NULL);
    if (!find_tools(&t, o))
        return 1;
    t.verbose = o->verbose;
    t.debug   = "-g";
    if (o->debug)
        t.optimise = "-O0";                                  /* every local is there, everywhere */
    recall_init(&recall, o->no_cache ? NULL : cache_folder(), o, &t, out);
    const char *warnings = o->emit_c ? NULL : recall_note(&recall);
    return warnings ? stay(o, out, warnings) : compile_and_build(o, &t, out, &recall);
}

int command_check(const Options *o)
{
    SourceFile *file = read_source(o);
    if (file == NULL)
        return 1;
    Diag    *d       = diag_new();
    Module  *module  = load(o, file, d);
    Program *program = module ? compile_check(module, GOAL_CHECK, d) : NULL;
    if (!o->json)
        report(d);
    else if (!report_json(d))
        return 1;
    return program ? 0 : 1;
}

/* ---- pluto run ---- */

/* Becomes the program at path, or runs it and ends as it does. Returns only if that fails, with
 * errno set. */
static void become(const Options *o, const char *path)
{
    int    count = 0;
    char **argv;
    while (o->args[count])
        count++;
    argv    = arena_alloc(sizeof *argv * (size_t)(count + 2));
    argv[0] = (char *)o->file;
    memcpy(argv + 1, o->args, sizeof *argv * (size_t)count);
    if (o->points)
        coverage_run(points_map(o->points), path, argv);
    else
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

/* Files also count by the module they were read for: that changes when others come and go. */
static void digest_file(Digest *d, const SourceFile *file)
{
    digest_text(d, file->path);
    digest_text(d, file->module ? file->module->name : "");
    digest_int(d, (int64_t)file->size);
    digest_bytes(d, file->text, file->size);
}

static void cache_key(const Options *o, const Toolchain *t, const Module *module,
                      char key[DIGEST_TEXT_SIZE])
{
    Digest d;
    digest_init(&d);
    digest_text(&d, PLUTO_VERSION);
    digest_int(&d, o->noop_gc);
    digest_int(&d, o->tests);
    digest_text(&d, o->filter ? o->filter : "");
    digest_int(&d, o->coverage);
    for (int i = 0; i < module->files.count; i++)
        digest_file(&d, module->files.items[i]);
    for (int i = 0; i < module->packages->manifests.count; i++)
        digest_file(&d, module->packages->manifests.items[i]);
    toolchain_digest(t, &d);
    libraries_digest(t, &d);
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
static int make_and_run(const Options *o, const Toolchain *t, const Units *units,
                        const char *folder, const char *key, const char *warnings)
{
    char *temp = tempfile_new(folder ? folder : tempfile_dir(), "pluto", ".tmp.run");
    if (temp == NULL && folder)
        return make_and_run(o, t, units, NULL, key, warnings);
    if (temp == NULL)
        return fault("cannot write to %s: %s; set TMPDIR to another folder", tempfile_dir(),
                     strerror(errno));
    CcResult result = make_program(t, units, folder, o->file, temp);
    if (result == CC_NO_SPACE && folder) {
        tempfile_remove(temp);
        return make_and_run(o, t, units, NULL, key, warnings);
    }
    if (result == CC_NO_SPACE)
        return fault("no space left in %s; set TMPDIR to another folder", tempfile_dir());
    if (result != CC_OK)
        return 1;
    if (folder && keep_in_cache(temp, folder, key, warnings)) {
        become(o, cache_program(folder, key));
        if (errno == ENOENT)                                 /* another pluto just dropped it */
            return make_and_run(o, t, units, NULL, key, warnings);
        return fault("cannot run %s: %s", cache_program(folder, key), strerror(errno));
    }
    chmod(temp, 0700);
    return become_temporary(o, temp);
}

/* folder: of the cache, or NULL. */
static int compile_and_run(const Options *given, Toolchain *t, const char *folder,
                           const Recall *recall)
{
    Options     own = *given, *o = &own;
    char        key[DIGEST_TEXT_SIZE];
    Units       units;
    const char *said;
    Diag       *d      = diag_new();
    SourceFile *file   = read_source(o);
    Module     *module = file ? load(o, file, d) : NULL;
    if (file == NULL || (module && !link_manifest_libs(t, module)))
        return 1;
    if (module && o->coverage)
        o->points = points_of(module);
    if (module) {
        cache_key(o, t, module, key);
        recall_keep(recall, key);
    }
    if (module && folder && o->emit_c == NULL)
        run_cached(o, folder, key);
    if (module && !o->tests)
        compile_refuse_system(module, d);
    IrProgram *c = to_c(o, module, d, &said);
    if (c == NULL || (o->emit_c && !write_c(o, c)) || !to_units(c, &units))
        return 1;
    return make_and_run(o, t, &units, folder, key, said);
}

int command_run(const Options *o)
{
    Toolchain t;
    Recall    recall;
    if (!find_tools(&t, o))
        return 1;
    t.verbose          = o->verbose;
    const char *folder = o->no_cache ? NULL : cache_folder();
    recall_init(&recall, folder, o, &t, NULL);
    /* For coverage the program is read, because its points are. */
    const char *key = o->emit_c || o->coverage ? NULL : recall_note(&recall);
    if (key && o->verbose)
        fprintf(stderr, "%s has not changed\n", o->file);
    if (key)
        run_cached(o, folder, key);
    return compile_and_run(o, &t, folder, &recall);
}

/* ---- pluto test ---- */

int command_test(const Options *o)
{
    Options tests = *o;
    tests.tests   = true;
    return command_run(&tests);
}

/* ---- pluto update ---- */

int command_update(const Options *o)
{
    Diag        *d       = diag_new();
    const char  *folder  = o->file ? o->file : "";
    FetchedNames fetched = {0};
    if (!is_folder(folder))
        return fault("%s is not a directory", folder);
    bool ok = packages_update(folder, &fetched, d);
    for (int i = 0; i < fetched.names.count; i++)
        fprintf(stderr, "fetched %s\n", fetched.names.items[i]);
    report(d);
    return ok ? 0 : 1;
}
