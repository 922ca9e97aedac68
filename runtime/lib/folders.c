/*
 * folders.c - files by name, and folders.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/lib/job.h"
#include "runtime/lib/lib.h"

/* ---- Questions ---- */

static int stat_of(const RtString *path, struct stat *st)
{
    const char *name = lib_path(path);
    return name ? stat(name, st) : -1;
}

int64_t __pluto_fs_kind(const RtString *path)
{
    struct stat st;
    if (stat_of(path, &st) != 0)
        return LIB_NOTHING;
    return S_ISREG(st.st_mode) ? LIB_FILE : S_ISDIR(st.st_mode) ? LIB_FOLDER : LIB_OTHER;
}

int64_t __pluto_fs_size(const RtString *path)
{
    struct stat st;
    return stat_of(path, &st) == 0 ? st.st_size : -errno;
}

/* ---- Changes ---- */

int64_t __pluto_fs_rename(const RtString *from, const RtString *to)
{
    return lib_result(lib_path(from) && lib_path(to) ? rename(from->bytes, to->bytes) : -1);
}

int64_t __pluto_fs_remove(const RtString *path)
{
    return lib_result(lib_path(path) ? unlink(path->bytes) : -1);
}

int64_t __pluto_fs_mkdir(const RtString *path)
{
    return lib_result(lib_path(path) ? mkdir(path->bytes, 0755) : -1);
}

int64_t __pluto_fs_rmdir(const RtString *path)
{
    return lib_result(lib_path(path) ? rmdir(path->bytes) : -1);
}

/* ---- Content of folders ---- */

static bool add_name(Job *j, const char *name)
{
    size_t size = strlen(name) + 1;
    if (!job_reserve(j, size))
        return false;
    memcpy(j->bytes + j->size, name, size);
    j->size += size;
    return true;
}

/* The names, each with a NUL behind it. */
static int64_t call_list(Job *j)
{
    const char    *name = lib_path(j->path);
    DIR           *dir  = name ? opendir(name) : NULL;
    struct dirent *entry;
    bool           ok = true;
    if (dir == NULL)
        return -errno;
    while (ok && (entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            ok = add_name(j, entry->d_name);
    closedir(dir);
    return ok ? 0 : -ENOMEM;
}

int64_t __pluto_fs_list(const RtString *path, RtArray *out)
{
    Job     j      = {.path = path};
    int64_t result = job_run(call_list, &j);
    for (size_t at = 0; at < j.size; at += strlen(j.bytes + at) + 1)
        lib_push(out, rt_string_new(j.bytes + at, (int64_t)strlen(j.bytes + at)));
    free(j.bytes);
    return result;
}

const RtString *__pluto_fs_temp_dir(void)
{
    char path[] = "/tmp/pluto_XXXXXX";
    return mkdtemp(path) ? rt_string_new(path, (int64_t)strlen(path)) : rt_string_new("", 0);
}
