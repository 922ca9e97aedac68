/*
 * tempfile.c - a table of paths, walked at exit and by the signal handler.
 *
 * The handler may run between any two instructions: a slot is filled before its file exists, and
 * emptied after the file is gone or renamed. Parts of the table are only ever added, empty.
 */
#include "compiler/drive/tempfile.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"

enum { PART_FILES = 32 };

typedef struct Part {
    char *volatile        files[PART_FILES];
    struct Part *volatile next;
} Part;

static Part first;

void tempfile_remove_all(void)
{
    for (Part *p = &first; p; p = p->next)
        for (int i = 0; i < PART_FILES; i++) {
            if (p->files[i])
                unlink(p->files[i]);
            p->files[i] = NULL;
        }
}

static void on_signal(int number)
{
    tempfile_remove_all();
    signal(number, SIG_DFL);
    raise(number);
}

static void install(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    static bool      installed;
    if (installed)
        return;
    installed = true;
    atexit(tempfile_remove_all);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (signal(numbers[i], on_signal) == SIG_IGN)
            signal(numbers[i], SIG_IGN);
}

/* The slot with that path, or a free one for NULL, which there is always. */
static char *volatile *slot_of(const char *path)
{
    for (Part *p = &first;; p = p->next) {
        for (int i = 0; i < PART_FILES; i++)
            if (p->files[i] == path)
                return &p->files[i];
        if (p->next == NULL && path != NULL)
            return NULL;
        if (p->next == NULL)
            p->next = ARENA_NEW(Part);
    }
}

const char *tempfile_dir(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

char *tempfile_new(const char *dir, const char *prefix, const char *suffix)
{
    char           *path = arena_format("%s/%s.XXXXXX%s", dir, prefix, suffix);
    char *volatile *slot = slot_of(NULL);
    install();
    /* While mkstemps tries names, a signal may find the name of no file or of the new one; the
     * template itself names no file that somebody else made. */
    *slot  = path;
    int fd = mkstemps(path, (int)strlen(suffix));
    if (fd < 0) {
        int saved = errno;
        *slot     = NULL;
        errno     = saved;
        return NULL;
    }
    close(fd);
    return path;
}

void tempfile_forget(const char *path)
{
    char *volatile *slot = path ? slot_of(path) : NULL;
    if (slot)
        *slot = NULL;
}

bool tempfile_keep(char *path, const char *target)
{
    if (rename(path, target) != 0)
        return false;
    tempfile_forget(path);
    return true;
}

void tempfile_remove(char *path)
{
    if (path == NULL)
        return;
    unlink(path);
    tempfile_forget(path);
}
