/*
 * tempfile.h - files that are gone unless they are kept.
 *
 * Everything made here is removed when the process ends, by exit or by a signal that asks it to end
 * (not by SIGKILL). Names are made with mkstemp, so two compilers never share one.
 */
#ifndef PLUTO_TEMPFILE_H
#define PLUTO_TEMPFILE_H

#include <stdbool.h>

/* A new empty file DIR/PREFIX.XXXXXXSUFFIX. Returns its path, or NULL with errno set. */
char *tempfile_new(const char *dir, const char *prefix, const char *suffix);

/* $TMPDIR or /tmp. */
const char *tempfile_dir(void);

/* Renames it to target, replacing that. False with errno set; the file then stays temporary. */
bool tempfile_keep(char *path, const char *target);

/* No longer ours to remove. */
void tempfile_forget(const char *path);

void tempfile_remove(char *path);         /* accepts NULL */

/* Removes all; for a process that is about to become another program. */
void tempfile_remove_all(void);

#endif
