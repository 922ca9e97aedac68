/*
 * fmt.c - pluto fmt: files, folders, standard input.
 *
 * A file is replaced only by a text that was proved to be the same program with the same comments
 * (same_but_layout): written to a temporary file beside it, with its mode, and renamed. A symbolic
 * link stays one; the file it leads to is replaced.
 */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/drive/commands.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/tempfile.h"
#include "compiler/modules/find.h"
#include "compiler/tools/format.h"

typedef struct Formatting {
    bool only_check;
    bool failed;
} Formatting;

/* ---- One text ---- */

/* NULL after a message. */
static char *format_checked(SourceFile *file, size_t *size)
{
    Diag *d    = diag_new();
    char *text = format_source(file, d, size);
    if (text == NULL) {
        diag_flush(d, stderr, false);
        if (diag_errors(d) == 0)
            fault("out of memory");
        return NULL;
    }
    if (same_but_layout(file, source_from_text(file->path, text, *size)))
        return text;
    fault("internal: the layout of %s would change the program; it is left as it was", file->path);
    free(text);
    return NULL;
}

/* ---- Files ---- */

static bool write_all(const char *path, const char *text, size_t size)
{
    FILE *out = fopen(path, "w");
    bool  ok  = out && fwrite(text, 1, size, out) == size;
    return out && fclose(out) == 0 && ok;
}

static bool replace_file(const char *path, const char *text, size_t size)
{
    char        real[PATH_MAX];
    struct stat st;
    if (realpath(path, real) == NULL || stat(real, &st) != 0)
        return false;
    char *temp = tempfile_new(dirname(arena_format("%s", real)), ".pluto", ".tmp");
    if (temp && write_all(temp, text, size) && chmod(temp, st.st_mode & 07777) == 0
        && tempfile_keep(temp, real))
        return true;
    int saved = errno;
    tempfile_remove(temp);
    errno = saved;
    return false;
}

static void format_file(Formatting *f, const char *path)
{
    const char *why;
    size_t      size;
    SourceFile *file = source_read(path, &why);
    char       *text = file ? format_checked(file, &size) : NULL;
    if (file == NULL)
        fault("cannot read %s: %s", path, why);
    if (text == NULL) {
        f->failed = true;
        return;
    }
    bool same = size == file->size && memcmp(text, file->text, size) == 0;
    if (!same && f->only_check) {
        puts(path);
        f->failed = true;
    } else if (!same && !replace_file(path, text, size)) {
        fault("cannot write %s: %s", path, strerror(errno));
        f->failed = true;
    }
    free(text);
}

/* ---- Folders ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All source files in the folder and below, in the order of their names, but for hidden folders and
 * links to folders. */
static void format_folder(Formatting *f, const char *folder)
{
    LIST(const char *) names = {0};
    struct dirent *entry;
    DIR           *dir = opendir(folder);
    if (dir == NULL) {
        fault("cannot read %s: %s", folder, strerror(errno));
        f->failed = true;
        return;
    }
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            LIST_ADD(&names, path_join(folder, arena_format("%s", entry->d_name)));
    closedir(dir);
    if (names.count > 0)
        qsort(names.items, (size_t)names.count, sizeof *names.items, compare_names);
    for (int i = 0; i < names.count; i++) {
        struct stat st;
        if (lstat(names.items[i], &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            format_folder(f, names.items[i]);
        else if (S_ISREG(st.st_mode) && source_stem(names.items[i]))
            format_file(f, names.items[i]);
    }
}

/* ---- Standard input ---- */

static void format_input(Formatting *f)
{
    const char *why;
    size_t      size;
    SourceFile *file = source_read("/dev/stdin", &why);
    if (file)
        file->path = "-";
    else
        fault("cannot read standard input: %s", why);
    char *text = file ? format_checked(file, &size) : NULL;
    if (text == NULL) {
        f->failed = true;
        return;
    }
    if (f->only_check) {
        bool same = size == file->size && memcmp(text, file->text, size) == 0;
        f->failed = f->failed || !same;
    } else if (fwrite(text, 1, size, stdout) != size) {
        f->failed = true;
    }
    free(text);
}

int command_fmt(const Options *o)
{
    Formatting f = {.only_check = o->fmt_check};
    for (char **word = o->words; *word; word++) {
        if (strcmp(*word, "-") == 0)
            format_input(&f);
        else if (is_folder(*word))
            format_folder(&f, *word);
        else
            format_file(&f, *word);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return fault("cannot write standard output: %s", strerror(errno));
    return f.failed ? 1 : 0;
}
