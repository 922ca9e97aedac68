/*
 * path.h - paths of files and folders, as texts.
 *
 * "" is the current folder, so that the paths made from it stay short in messages. What the file
 * system answers here is noted (inputs.h).
 */
#ifndef PLUTO_PATH_H
#define PLUTO_PATH_H

#include <stdbool.h>

bool is_folder(const char *path);
bool is_file(const char *path);              /* a regular one */
bool path_exists(const char *path);

/* Its permissions, in octal; "no" if there is no such file. */
const char *path_mode(const char *path);

/* The path of name in the folder; name itself if it is absolute. */
const char *path_join(const char *folder, const char *name);

/* The folder that path lies in. */
const char *path_folder(const char *path);

/* The path without links, interned; path itself if there is no such file. Equal files have the same
 * pointer. */
const char *path_real(const char *path);

#endif
