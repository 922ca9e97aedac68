/*
 * cache.c - a flat folder of files.
 *
 * Entries are only ever renamed into place, used by executing them, and unlinked; so any number of
 * compilers share the folder without a lock. Time of change is time of last use.
 */
#include "compiler/drive/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/syntax/ast.h"

/* Above either limit, entries go until half of it is left. Leftovers of compilers that were killed
 * go after a day. */
enum { MAX_ENTRIES = 1000, MOMENT_SECONDS = 60, LEFTOVER_SECONDS = 24 * 60 * 60 };
static const int64_t max_bytes = INT64_C(512) << 20;

/* ---- The folder ---- */

static bool make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

const char *cache_folder(void)
{
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (base == NULL || base[0] != '/') {
        if (home == NULL || home[0] != '/')
            return NULL;
        base = arena_format("%s/.cache", home);
    }
    const char *folder = arena_format("%s/pluto", base);
    if (access(folder, R_OK | W_OK | X_OK) == 0)
        return folder;
    if (make_folder(base) && make_folder(folder) && access(folder, R_OK | W_OK | X_OK) == 0)
        return folder;
    return NULL;
}

const char *cache_program(const char *folder, const char *key)
{
    return arena_format("%s/%s", folder, key);
}

const char *cache_warnings(const char *folder, const char *key)
{
    return arena_format("%s/%s.txt", folder, key);
}

const char *cache_inputs(const char *folder, const char *key)
{
    return arena_format("%s/%s.in", folder, key);
}

const char *cache_object(const char *folder, const char *key)
{
    return arena_format("%s/%s.o", folder, key);
}

bool cache_touch(const char *entry)
{
    return utimensat(AT_FDCWD, entry, NULL, 0) == 0;
}

/* ---- Trimming ---- */

typedef struct Entry { const char *path; int64_t size; struct timespec used; } Entry;
typedef struct Entries { LIST(Entry) list; int64_t bytes; } Entries;

static bool is_leftover(const char *name)
{
    return strstr(name, ".tmp.") != NULL;
}

/* All entries; old leftovers are removed. */
static Entries read_entries(const char *folder, DIR *dir)
{
    Entries        all = {0};
    struct dirent *d;
    struct stat    st;
    while ((d = readdir(dir)) != NULL) {
        Entry entry = {.path = arena_format("%s/%s", folder, d->d_name)};
        if (stat(entry.path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        if (is_leftover(d->d_name)) {
            if (st.st_mtime + LEFTOVER_SECONDS < time(NULL))
                unlink(entry.path);
            continue;
        }
        entry.size = st.st_blocks * 512;
        entry.used = st.st_mtim;
        all.bytes += entry.size;
        LIST_ADD(&all.list, entry);
    }
    return all;
}

static int by_age(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->used.tv_sec != y->used.tv_sec)
        return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
    return (x->used.tv_nsec > y->used.tv_nsec) - (x->used.tv_nsec < y->used.tv_nsec);
}

void cache_trim(const char *folder)
{
    DIR   *dir  = opendir(folder);
    time_t late = time(NULL) - MOMENT_SECONDS;
    if (dir == NULL)
        return;
    Entries all = read_entries(folder, dir);
    closedir(dir);
    int     count = all.list.count;
    int64_t bytes = all.bytes;
    if (count <= MAX_ENTRIES && bytes <= max_bytes)
        return;
    qsort(all.list.items, (size_t)count, sizeof(Entry), by_age);
    for (int i = 0; i < all.list.count && (count > MAX_ENTRIES / 2 || bytes > max_bytes / 2); i++) {
        if (all.list.items[i].used.tv_sec >= late)
            break;
        unlink(all.list.items[i].path);
        bytes -= all.list.items[i].size;
        count--;
    }
}
