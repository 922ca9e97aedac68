/*
 * tally.c - a table of words, searched from front to back.
 */
#include "tally.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Entry { char *word; int count; } Entry;

struct Tally {
    int   limit, used;                          /* used <= limit */
    Entry entries[];
};

Tally *tally_new(int limit)
{
    Tally *t = limit < 1 ? NULL : calloc(1, sizeof *t + (size_t)limit * sizeof(Entry));
    if (t != NULL)
        t->limit = limit;
    return t;
}

void tally_free(Tally *t)
{
    for (int i = 0; i < t->used; i++)
        free(t->entries[i].word);
    free(t);
}

int tally_add(Tally *t, const char *word)
{
    for (int i = 0; i < t->used; i++)
        if (strcmp(t->entries[i].word, word) == 0)
            return ++t->entries[i].count;
    if (t->used == t->limit)
        return -1;
    t->entries[t->used++] = (Entry){strdup(word), 1};
    return 1;
}

const char *tally_most(const Tally *t)
{
    const Entry *most = t->used > 0 ? t->entries : NULL;
    for (int i = 1; i < t->used; i++)
        if (t->entries[i].count > most->count)
            most = &t->entries[i];
    return most != NULL ? most->word : NULL;
}

double tally_mean(const Tally *t)
{
    double sum = 0;
    for (int i = 0; i < t->used; i++)
        sum += t->entries[i].count;
    return t->used > 0 ? sum / t->used : 0;
}

int tally_read_line(int fd, void *line, int size)
{
    char c;
    int  len = 0, got;
    while ((got = (int)read(fd, &c, 1)) == 1 && c != '\n')
        if (len < size)
            ((char *)line)[len++] = c;
    return got == 1 || len > 0 ? len : -1;
}
