/*
 * folders.c - files by name, and folders.
 */
#include "runtime/lib/lib.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

int64_t __pluto_fs_list(const RtString *path, RtArray *out)
{
    DIR           *dir = lib_path(path) ? opendir(path->bytes) : NULL;
    struct dirent *entry;
    if (dir == NULL)
        return -errno;
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            lib_push(out, rt_string_new(entry->d_name, (int64_t)strlen(entry->d_name)));
    closedir(dir);
    return 0;
}

const RtString *__pluto_fs_temp_dir(void)
{
    char path[] = "/tmp/pluto_XXXXXX";
    return mkdtemp(path) ? rt_string_new(path, (int64_t)strlen(path)) : rt_string_new("", 0);
}
