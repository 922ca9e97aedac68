/*
 * path.c - asks the system about paths; keeps no state.
 */
#include "compiler/base/path.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/base/arena.h"

bool is_folder(const char *path)
{
    struct stat st;
    return stat(*path ? path : ".", &st) == 0 && S_ISDIR(st.st_mode);
}

bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *path_join(const char *folder, const char *name)
{
    size_t len = strlen(folder);
    if (len == 0 || name[0] == '/')
        return name;
    return arena_format("%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

const char *path_folder(const char *path)
{
    return strchr(path, '/') ? dirname(arena_format("%s", path)) : "";
}

const char *path_real(const char *path)
{
    char       *real  = realpath(*path ? path : ".", NULL);
    const char *place = intern_text(real ? real : path);
    free(real);
    return place;
}
