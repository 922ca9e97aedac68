/*
 * build.c - pluto build. The program has a temporary name until it is complete.
 */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"
#include "compiler/drive/cache.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/libraries.h"
#include "compiler/drive/program.h"
#include "compiler/drive/recall.h"
#include "compiler/drive/tempfile.h"

static mode_t executable_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0777 & ~mask;
}

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
    SourceFile *file   = program_read(o);
    Module     *module = file ? program_load(o, file, d) : NULL;
    IrProgram  *c      = file ? program_to_c(o, module, d, &said) : NULL;
    if (c == NULL || (o->emit_c && !program_write_c(o, c)))
        return 1;
    if (t == NULL)
        return 0;
    if (!program_link_libs(t, module))
        return 1;
    digest_init(&unused);
    libraries_digest(t, &unused);
    if (!program_units(c, &units) || build_program(o, t, out, &units) != 0)
        return 1;
    recall_keep(recall, said);
    return 0;
}

int command_build(const Options *o)
{
    Toolchain   t;
    Recall      recall;
    const char *out = o->output ? o->output : "a.out";
    if (o->emit_c && o->output == NULL)
        return compile_and_build(o, NULL, out, NULL);
    if (!program_tools(&t, o))
        return 1;
    t.verbose = o->verbose;
    t.debug   = "-g";
    if (o->debug)
        t.optimise = "-O0";                                  /* every local is there, everywhere */
    recall_init(&recall, o->no_cache ? NULL : cache_folder(), o, &t, out);
    const char *warnings = o->emit_c ? NULL : recall_note(&recall);
    return warnings ? stay(o, out, warnings) : compile_and_build(o, &t, out, &recall);
}
