/*
 * inputs.h - what was asked of the file system, and what it answered.
 *
 * Whoever finds and reads the files of a program notes each question here, also one that was
 * answered by no: a file that appears may change the program. As long as every answer is the same,
 * so is all that was made from them.
 *
 * Nothing is noted before inputs_start. One thread only.
 */
#ifndef PLUTO_INPUTS_H
#define PLUTO_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

/* A question about a path, and the form of its answer. */
typedef enum InputKind {
    INPUT_IS_FOLDER, INPUT_IS_FILE, INPUT_EXISTS,        /* "yes" or "no" */
    INPUT_OPENS,                          /* the same, of a folder */
    INPUT_REAL,                           /* the path without links */
    INPUT_NAMES, INPUT_SOURCES,           /* folder_text of the folder */
    INPUT_MODE,                           /* permissions, in octal */
    INPUT_TEXT,                           /* digest of what is in the file, or "no" */
} InputKind;
enum { INPUT_KINDS = INPUT_TEXT + 1 };

/* What has been noted, or was read back. Lives until the process ends. */
typedef struct Inputs Inputs;

/* ---- Noting ---- */

void inputs_start(void);

/* Not for texts. */
void inputs_note(InputKind kind, const char *path, const char *answer);
bool inputs_note_bool(InputKind kind, const char *path, bool answer);        /* returns answer */

/* These bytes are in the file. st: from fstat before they were read; NULL: nobody asked, so they
 * will be compared once. */
void inputs_note_text(const char *path, const struct stat *st, const void *text, size_t size);

/* The file as a whole: its digest, which is noted, or "no". */
const char *inputs_digest(const char *path);

/* The same for a file that goes by another name from now on. */
void inputs_note_moved(const char *from, const char *path);

/* The answers do not tell what comes out, so they are never kept. */
void inputs_spoil(void);

/* NULL: nothing was noted, or it does not tell what comes out: inputs_spoil was called, what is no
 * regular file was read, or an answer changed meanwhile. */
Inputs *inputs_noted(void);

/* ---- Keeping ---- */

void inputs_write(const Inputs *inputs, FILE *out);

/* Reads at most size bytes; moves *text behind what inputs_write wrote. NULL: it is not there. */
Inputs *inputs_read(const char **text, size_t size);

/* Asks everything again. False as soon as an answer is another one. A file is not read again if
 * device, inode, size and both times are what they were. *newer: a file had to be read although it
 * is the same; inputs then knows its times, so writing it again saves the next reading. */
bool inputs_unchanged(Inputs *inputs, bool *newer);

#endif
