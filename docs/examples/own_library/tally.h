/*
 * tally.h - counts words: a library in C that a Pluto program uses.
 *
 * A Tally belongs to whoever made it. It takes no lock: one caller at a time.
 */
#ifndef TALLY_H
#define TALLY_H

typedef struct Tally Tally;

Tally      *tally_new(int limit);               /* NULL: out of memory, or limit is below 1 */
void        tally_free(Tally *t);

int         tally_add(Tally *t, const char *word);   /* how often by now; -1: limit words are in */
const char *tally_most(const Tally *t);         /* NULL: none yet; valid until tally_free */
double      tally_mean(const Tally *t);

/* Blocks its thread until a line can be read from fd. Returns the bytes written to line, without
 * the newline and cut at size; -1 at the end. */
int         tally_read_line(int fd, void *line, int size);

#endif
