/*
 * path.c - asks the system about paths; each answer is noted as an input.
 */
#include "compiler/base/path.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"

bool is_folder(const char *path)
{
    struct stat st;
    return inputs_note_bool(INPUT_IS_FOLDER, path,
                            stat(*path ? path : ".", &st) == 0 && S_ISDIR(st.st_mode));
}

bool is_file(const char *path)
{
    struct stat st;
    return inputs_note_bool(INPUT_IS_FILE, path, stat(path, &st) == 0 && S_ISREG(st.st_mode));
}

bool path_exists(const char *path)
{
    return inputs_note_bool(INPUT_EXISTS, path, access(path, F_OK) == 0);
}

const char *path_mode(const char *path)
{
    struct stat st;
    const char *mode = stat(path, &st) == 0 ? arena_format("%o", st.st_mode & 07777u) : "no";
    inputs_note(INPUT_MODE, path, mode);
    return mode;
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
    inputs_note(INPUT_REAL, path, place);
    return place;
}
