/*
 * folder.c - reads folders; each answer is noted as an input.
 */
#include "compiler/base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/inputs.h"

/* ---- Names of source files ---- */

const char *const source_extensions[SOURCE_EXTENSIONS] = {".pluto", ".pt"};

const char *source_stem(const char *name)
{
    for (int i = 0; i < SOURCE_EXTENSIONS; i++) {
        size_t len = strlen(name), tail = strlen(source_extensions[i]);
        if (len > tail && strcmp(name + len - tail, source_extensions[i]) == 0)
            return arena_format("%.*s", (int)(len - tail), name);
    }
    return NULL;
}

/* ---- Listing ---- */

bool folder_opens(const char *folder)
{
    bool opens = access(*folder ? folder : ".", R_OK | X_OK) == 0;
    int  saved = errno;
    inputs_note_bool(INPUT_OPENS, folder, opens);
    errno = saved;
    return opens;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static FileNames read_names(DIR *dir, FolderWanted wanted)
{
    FileNames      all = {0};
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (name[0] != '.' && (wanted == FOLDER_ALL || source_stem(name) != NULL))
            LIST_ADD(&all.names, arena_format("%s", name));
    }
    return all;
}

const char *folder_text(const FileNames *files)
{
    size_t size = 1;
    for (int i = 0; i < files->names.count; i++)
        size += strlen(files->names.items[i]) + 1;
    char *text = arena_alloc(size), *to = text;
    for (int i = 0; i < files->names.count; i++) {
        to    = stpcpy(to, files->names.items[i]);
        *to++ = '/';
    }
    return text;
}

FileNames folder_names(const char *folder, FolderWanted wanted)
{
    FileNames all = {0};
    DIR      *dir = opendir(*folder ? folder : ".");
    if (dir) {
        all = read_names(dir, wanted);
        closedir(dir);
    }
    if (all.names.count > 0)
        qsort(all.names.items, (size_t)all.names.count, sizeof *all.names.items, compare_names);
    inputs_note(wanted == FOLDER_ALL ? INPUT_NAMES : INPUT_SOURCES, folder, folder_text(&all));
    return all;
}
