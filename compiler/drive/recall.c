/*
 * recall.c - one file in the cache for each command that was given in a folder.
 *
 * It has the inputs, the note and, in the last line, a digest of both, so a file that was damaged
 * or is not all there counts for nothing. It is renamed into place; of several compilers the last
 * one wins, and each file is right whoever wrote it.
 */
#define _GNU_SOURCE                       /* environ, getcwd with NULL */
#include "compiler/drive/recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"
#include "compiler/base/source.h"
#include "compiler/drive/cache.h"
#include "compiler/drive/tempfile.h"

static const char head[] = "pluto inputs 1\n";

/* ---- The key ---- */

/* NULL and "" differ. */
static void digest_optional(Digest *d, const char *text)
{
    digest_int(d, text != NULL);
    digest_text(d, text ? text : "");
}

static void digest_options(Digest *d, const Options *o)
{
    digest_text(d, o->file);
    digest_optional(d, named_library(o));
    digest_int(d, o->standalone);
    digest_int(d, o->noop_gc);
    digest_int(d, o->tests);
    digest_int(d, o->coverage);
    digest_optional(d, o->filter);
}

/* Where things are looked for, and all that is ours: better too much than one that is forgotten.
 * What the C compiler reads is in toolchain_digest. */
static void digest_environment(Digest *d)
{
    digest_optional(d, getenv("PATH"));
    digest_optional(d, getenv("HOME"));
    for (char **v = environ; *v; v++)
        if (strncmp(*v, "PLUTO_", 6) == 0)
            digest_text(d, *v);
}

/* The program is made with these permissions. */
static void digest_out(Digest *d, const char *out)
{
    mode_t mask = umask(0);
    umask(mask);
    digest_optional(d, out);
    digest_int(d, out ? mask : 0);
}

void recall_init(Recall *r, const char *folder, const Options *o, const Toolchain *t,
                 const char *out)
{
    Digest d;
    char  *here = getcwd(NULL, 0);
    r->folder   = here ? folder : NULL;
    digest_init(&d);
    digest_text(&d, PLUTO_VERSION);
    digest_optional(&d, here);
    free(here);
    digest_options(&d, o);
    digest_environment(&d);
    digest_out(&d, out);
    toolchain_digest(t, &d);
    digest_finish(&d, r->key);
}

/* ---- The file ---- */

static void digest_of(const char *text, size_t size, char out[DIGEST_TEXT_SIZE])
{
    Digest d;
    digest_init(&d);
    digest_bytes(&d, text, size);
    digest_finish(&d, out);
}

/* What is between the head and the last line, if both are right. NULL otherwise. */
static const char *read_whole(const Recall *r, size_t *size)
{
    char        digest[DIGEST_TEXT_SIZE];
    const char *why;
    SourceFile *file = source_read(cache_inputs(r->folder, r->key), &why);
    if (file == NULL || file->size < strlen(head) + DIGEST_TEXT_SIZE)
        return NULL;
    *size = file->size - DIGEST_TEXT_SIZE;                  /* its NUL stands for the line's end */
    digest_of(file->text, *size, digest);
    bool right = strncmp(file->text, head, strlen(head)) == 0
              && strncmp(file->text + *size, digest, strlen(digest)) == 0;
    *size -= strlen(head);
    return right ? file->text + strlen(head) : NULL;
}

static bool write_whole(FILE *out, const Inputs *inputs, const char *note)
{
    char  digest[DIGEST_TEXT_SIZE], *text = NULL;
    size_t size = 0;
    FILE  *memory = open_memstream(&text, &size);
    if (memory == NULL)
        return false;
    fputs(head, memory);
    inputs_write(inputs, memory);
    fputs(note, memory);
    if (fclose(memory) != 0)
        return false;
    digest_of(text, size, digest);
    fwrite(text, 1, size, out);
    fprintf(out, "%s\n", digest);
    free(text);
    return !ferror(out);
}

static void keep(const Recall *r, const Inputs *inputs, const char *note)
{
    char *temp = tempfile_new(r->folder, r->key, ".tmp.in");
    FILE *out  = temp ? fopen(temp, "w") : NULL;
    bool  ok   = out && write_whole(out, inputs, note);
    if (out && fclose(out) != 0)
        ok = false;
    if (!ok || !tempfile_keep(temp, cache_inputs(r->folder, r->key)))
        tempfile_remove(temp);
}

/* ---- Asking and keeping ---- */

/* NULL: an input has changed. */
static const char *unchanged_note(const Recall *r, const char *text, size_t size)
{
    bool        newer;
    const char *at = text, *end = text + size;
    Inputs     *inputs = inputs_read(&at, size);
    if (inputs == NULL || !inputs_unchanged(inputs, &newer))
        return NULL;
    const char *note = arena_format("%.*s", (int)(end - at), at);
    if (newer)
        keep(r, inputs, note);
    else
        cache_touch(cache_inputs(r->folder, r->key));
    return note;
}

const char *recall_note(const Recall *r)
{
    size_t      size;
    const char *text = r->folder ? read_whole(r, &size) : NULL;
    const char *note = text ? unchanged_note(r, text, size) : NULL;
    if (r->folder && note == NULL)
        inputs_start();
    return note;
}

void recall_keep(const Recall *r, const char *note)
{
    const Inputs *inputs = r->folder ? inputs_noted() : NULL;
    if (inputs == NULL)
        return;
    keep(r, inputs, note);
    cache_trim(r->folder);
}
