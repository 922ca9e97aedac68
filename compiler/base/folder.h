/*
 * folder.h - what lies in a folder.
 */
#ifndef PLUTO_FOLDER_H
#define PLUTO_FOLDER_H

#include "compiler/syntax/ast.h"

typedef struct FileNames { LIST(const char *) names; } FileNames;

/* May its files be found and read? False with errno set. */
bool folder_opens(const char *folder);

/* Which names are asked for: all, or those that source files have. Never hidden ones. */
typedef enum { FOLDER_ALL, FOLDER_SOURCES } FolderWanted;

/* The names in a folder, sorted; "" is the current one. Empty if it cannot be read. */
FileNames folder_names(const char *folder, FolderWanted wanted);

/* The same as one text, each name with a / behind it. */
const char *folder_text(const FileNames *files);

/* What the names of source files end with; the first comes before the second. */
enum { SOURCE_EXTENSIONS = 2 };
extern const char *const source_extensions[SOURCE_EXTENSIONS];

/* "name" for "name.pluto" and "name.pt"; NULL for what is no source file. */
const char *source_stem(const char *name);

#endif
