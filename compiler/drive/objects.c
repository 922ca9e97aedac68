/*
 * objects.c - a list of object files, each in the cache or still to be made.
 *
 * An object file is made under a temporary name and gets its own when it is complete, so compilers
 * that share the folder see whole files only, and two that make the same one end with the same.
 * Where the folder takes no files, they stay temporary and are gone when the program is linked.
 */
#include "compiler/drive/objects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/drive/cache.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/tempfile.h"

typedef struct Object {
    const Unit *unit;
    const char *entry;                    /* in the cache; NULL: it has no place there */
    char       *source, *made;            /* temporary files, NULL if there is none */
    bool        there;                    /* the entry exists */
} Object;

typedef struct Objects {
    const Toolchain *tools;
    const char      *folder;              /* NULL: no cache */
    Object          *items;
    int              count;
} Objects;

/* ---- Sizes ---- */

enum { UNIT_SIZE = 32 * 1024 };

bool unit_size(size_t *size)
{
    const char *text = getenv("PLUTO_UNIT_SIZE");
    char       *end;
    *size = UNIT_SIZE;
    if (text == NULL || *text == '\0')
        return true;
    errno = 0;
    *size = strtoul(text, &end, 10);
    if (errno == 0 && *text >= '0' && *text <= '9' && *end == '\0')
        return true;
    fault("PLUTO_UNIT_SIZE is '%s', not a number of bytes", text);
    return false;
}

/* ---- What is there ---- */

/* Linkers take an empty file, such as a machine that crashed may leave, for an object. */
static bool is_usable(const char *entry)
{
    struct stat st;
    return stat(entry, &st) == 0 && st.st_size > 0 && cache_touch(entry);
}

/* Where the compiler runs counts as well: debuggers look for the sources from there. */
static Objects objects_of(const Toolchain *t, const Units *units, const char *folder)
{
    Objects o = {.tools = t, .folder = folder, .count = units->list.count};
    Digest  all;
    char   *here = getcwd(NULL, 0);
    digest_init(&all);
    digest_text(&all, here ? here : "");
    free(here);
    toolchain_digest(t, &all);
    o.items = arena_alloc(sizeof *o.items * (size_t)(o.count + 1));
    for (int i = 0; i < o.count; i++) {
        const Unit *u = &units->list.items[i];
        Digest      d = all;
        char        key[DIGEST_TEXT_SIZE];
        digest_bytes(&d, u->text, u->size);
        digest_finish(&d, key);
        o.items[i].unit  = u;
        o.items[i].entry = folder ? cache_object(folder, key) : NULL;
        o.items[i].there = folder && is_usable(o.items[i].entry);
    }
    return o;
}

/* ---- Making what is not ---- */

static char *write_source(const Unit *u)
{
    char *path = tempfile_new(tempfile_dir(), "pluto", ".c");
    FILE *out  = path ? fopen(path, "w") : NULL;
    bool  ok   = out && fwrite(u->text, 1, u->size, out) == u->size;
    if (out && fclose(out) == 0 && ok)
        return path;
    fault("cannot write to %s: %s; set TMPDIR to another folder", tempfile_dir(), strerror(errno));
    tempfile_remove(path);
    return NULL;
}

/* In the folder of the cache if it takes one. */
static char *new_object(Objects *o)
{
    char *path = o->folder ? tempfile_new(o->folder, "pluto", ".tmp.o") : NULL;
    if (path == NULL) {
        o->folder = NULL;
        path      = tempfile_new(tempfile_dir(), "pluto", ".o");
    }
    if (path == NULL)
        fault("cannot write to %s: %s; set TMPDIR to another folder", tempfile_dir(),
              strerror(errno));
    return path;
}

/* The C is kept if the C compiler refused it. */
static void drop_source(const Toolchain *t, char *source, bool refused, const char *file)
{
    if (!refused) {
        tempfile_remove(source);
        return;
    }
    tempfile_forget(source);
    fault("internal: %s refused the C made from %s, which is kept in %s", t->command.items[0], file,
          source);
}

static void settle(const Objects *o, Object *x, const CcJob *job, const char *file)
{
    if (job->result == CC_OK && o->folder && x->entry) {
        x->there = tempfile_keep(x->made, x->entry);
        x->made  = x->there ? NULL : x->made;
    }
    drop_source(o->tools, x->source, job->refused, file);
    x->source = NULL;
}

/* Objects that are not there yet are compiled, several at once. */
static CcResult make_missing(Objects *o, const char *file)
{
    CcJob *jobs  = arena_alloc(sizeof *jobs * (size_t)(o->count + 1));
    int    count = 0;
    for (int i = 0; i < o->count; i++) {
        Object *x = &o->items[i];
        if (x->there || x->made)
            continue;
        x->source = write_source(x->unit);
        x->made   = x->source ? new_object(o) : NULL;
        if (x->made == NULL)
            return CC_FAILED;
        jobs[count++] = (CcJob){.source = x->source, .object = x->made, .result = CC_FAILED};
    }
    CcResult result = cc_compile(o->tools, jobs, count);
    count           = 0;
    for (int i = 0; i < o->count; i++)
        if (o->items[i].source)
            settle(o, &o->items[i], &jobs[count++], file);
    if (count > 0 && o->folder)
        cache_trim(o->folder);
    return result;
}

/* ---- Linking ---- */

/* tell: this was the last attempt. */
static CcResult link_objects(const Objects *o, const char *file, const char *program, bool tell)
{
    const char **files = arena_alloc(sizeof *files * (size_t)(o->count + 1));
    for (int i = 0; i < o->count; i++)
        files[i] = o->items[i].there ? o->items[i].entry : o->items[i].made;
    CcResult result = cc_link(o->tools, files, o->count, program, tell);
    if (result == CC_FAILED && tell)
        fault("internal: %s could not link the objects made from %s", o->tools->command.items[0],
              file);
    return result;
}

static void remove_made(Objects *o)
{
    for (int i = 0; i < o->count; i++) {
        tempfile_remove(o->items[i].made);
        o->items[i].made = NULL;
    }
}

static void forget(Objects *o, const bool *which)
{
    for (int i = 0; i < o->count; i++)
        o->items[i].there &= !which[i];
}

/* A file of the cache may be damaged, or gone again. Then all that were found there are made anew,
 * once. */
static CcResult make_and_link(Objects *o, const char *file, const char *program)
{
    bool *old = arena_alloc(sizeof *old * (size_t)(o->count + 1));
    bool  any = false;
    for (int i = 0; i < o->count; i++)
        any |= old[i] = o->items[i].there;
    CcResult result = make_missing(o, file);
    if (result != CC_OK)
        return result;
    result = link_objects(o, file, program, !any);
    if (result != CC_FAILED || !any)
        return result;
    forget(o, old);
    result = make_missing(o, file);
    return result == CC_OK ? link_objects(o, file, program, true) : result;
}

static CcResult make_from_objects(const Toolchain *t, const Units *units, const char *folder,
                                  const char *file, const char *program)
{
    Objects  o      = objects_of(t, units, folder);
    CcResult result = make_and_link(&o, file, program);
    remove_made(&o);
    if (result == CC_NO_SPACE && folder)
        return make_from_objects(t, units, NULL, file, program);
    return result;
}

/* ---- One text ---- */

static CcResult make_from_text(const Toolchain *t, const Unit *unit, const char *file,
                               const char *program)
{
    char *source = write_source(unit);
    if (source == NULL)
        return CC_FAILED;
    CcResult result = cc_run(t, source, program);
    drop_source(t, source, result == CC_FAILED, file);
    return result;
}

CcResult make_program(const Toolchain *t, const Units *units, const char *folder, const char *file,
                      const char *program)
{
    CcResult result = units->list.count == 1
                          ? make_from_text(t, &units->list.items[0], file, program)
                          : make_from_objects(t, units, folder, file, program);
    if (result == CC_UNLINKED)
        fault("cannot link %s: some extern function or library was not found; --link names "
              "libraries", file);
    return result;
}
