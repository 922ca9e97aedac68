/*
 * run.c - pluto run and pluto test.
 *
 * They look into the cache as soon as all files of the program are read, or before, if nothing has
 * changed (recall.h). What is being made has a temporary name until it is complete.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/coverage/points.h"
#include "compiler/drive/cache.h"
#include "compiler/drive/compile.h"
#include "compiler/drive/coverage.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/libraries.h"
#include "compiler/drive/output.h"
#include "compiler/drive/program.h"
#include "compiler/drive/recall.h"
#include "compiler/drive/tempfile.h"
#include "compiler/packages/packages.h"

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
        char *file = tempfile_new(folder, key, ".tmp.txt");
        if (file == NULL || !write_file(file, warnings, strlen(warnings)) ||
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
    SourceFile *file   = program_read(o);
    Module     *module = file ? program_load(o, file, d) : NULL;
    if (file == NULL || (module && !program_link_libs(t, module)))
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
    IrProgram *c = program_to_c(o, module, d, &said);
    if (c == NULL || (o->emit_c && !program_write_c(o, c)) || !program_units(c, &units))
        return 1;
    return make_and_run(o, t, &units, folder, key, said);
}

int command_run(const Options *o)
{
    Toolchain t;
    Recall    recall;
    if (!program_tools(&t, o))
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
