/*
 * process.h - runs other programs, by fork and exec; no shell sees any name.
 */
#ifndef PLUTO_PROCESS_H
#define PLUTO_PROCESS_H

#include <stdbool.h>

/* The first file of that name on PATH that may be executed; NULL: none. A name with a slash is a
 * path. */
const char *process_find(const char *name);

/* The n-th one, from 0. */
const char *process_find_nth(const char *name, int n);

enum { PROCESS_MAX_TEXT = 60000 };

/* Runs executable with the words, of which the last is NULL, and waits for it. It reads nothing.
 * What it writes on standard output and standard error goes to *said, at most PROCESS_MAX_TEXT
 * bytes. changes: variables of its environment, each NAME=VALUE, or NAME for one that it is not to
 * have; NULL at the end; may be NULL itself. Returns its exit status; -1 if it has none. */
int process_run(const char *executable, const char *const *words, const char *const *changes,
                char **said);

typedef struct Process {
    const char *const *words;             /* as above; the caller fills them in */
    int                status;            /* -1: it has none, or was not started */
    char              *said;              /* NULL: it was not started */
} Process;

/* The same for several, of which at_once run at a time. If one fails no more are started. Returns
 * when none is left running; true if the status of all is 0. */
bool process_run_all(const char *executable, Process *processes, int count, int at_once);

#endif
