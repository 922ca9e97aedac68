/*
 * tempfile.c - a small table of paths, walked at exit and by the signal handler.
 *
 * The handler may run between any two instructions: a slot is filled before its file exists, and
 * emptied after the file is gone or renamed.
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

enum { MAX_FILES = 16 };

static char *volatile files[MAX_FILES];

void tempfile_remove_all(void)
{
    for (int i = 0; i < MAX_FILES; i++) {
        if (files[i])
            unlink(files[i]);
        files[i] = NULL;
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

static int slot_of(const char *path)
{
    for (int i = 0; i < MAX_FILES; i++)
        if (files[i] == path)
            return i;
    return -1;
}

const char *tempfile_dir(void)
{
    const char *dir = getenv("TMPDIR");
    return dir && *dir ? dir : "/tmp";
}

char *tempfile_new(const char *dir, const char *prefix, const char *suffix)
{
    char *path = arena_format("%s/%s.XXXXXX%s", dir, prefix, suffix);
    int   slot = slot_of(NULL);
    install();
    if (slot < 0) {
        errno = EMFILE;
        return NULL;
    }
    /* While mkstemps tries names, a signal may find the name of no file or of the new one; the
     * template itself names no file that somebody else made. */
    files[slot] = path;
    int fd      = mkstemps(path, (int)strlen(suffix));
    if (fd < 0) {
        int saved   = errno;
        files[slot] = NULL;
        errno       = saved;
        return NULL;
    }
    close(fd);
    return path;
}

void tempfile_forget(const char *path)
{
    int slot = slot_of(path);
    if (path && slot >= 0)
        files[slot] = NULL;
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
