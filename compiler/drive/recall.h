/*
 * recall.h - what an earlier compilation came to, as long as nothing that went into it has changed.
 *
 * It is known by what the user said and where: command line, current folder, environment, tools.
 * What it asked of the file system (inputs.h) is kept in the cache with a note of the caller. So
 * the next one need not read the program.
 */
#ifndef PLUTO_RECALL_H
#define PLUTO_RECALL_H

#include "compiler/base/digest.h"
#include "compiler/drive/cc.h"
#include "compiler/drive/commands.h"

typedef struct Recall {
    const char *folder;                   /* the cache; NULL: nothing is kept */
    char        key[DIGEST_TEXT_SIZE];
} Recall;

/* folder: of the cache, or NULL. out: the file that is to be made; NULL: none. */
void recall_init(Recall *r, const char *folder, const Options *o, const Toolchain *t,
                 const char *out);

/* The note of the last time. NULL: there was none, or an input has changed; then inputs are noted
 * from here on, so nothing of the program may have been looked at before. */
const char *recall_note(const Recall *r);

/* Keeps the inputs noted since then, if they tell what comes out. It is no error if they cannot be
 * kept. */
void recall_keep(const Recall *r, const char *note);

#endif
