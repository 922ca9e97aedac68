/*
 * suggest.c - edit distance over short names.
 *
 * Names longer than MAX_NAME are not compared, and nothing is once MAX_ERRORS errors were found, so
 * that the cost per name is bounded and a file full of misspelt names is still checked in linear
 * time.
 */
#include "compiler/base/suggest.h"

#include <string.h>

enum { MAX_NAME = 40, MAX_ERRORS = 20 };

Suggest suggest_for(const Diag *d, Name wanted)
{
    bool active = diag_errors(d) <= MAX_ERRORS && strlen(wanted) <= MAX_NAME;
    return (Suggest){ .wanted = wanted, .active = active };
}

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Levenshtein's distance, one row at a time. */
static int edit_distance(Name a, Name b)
{
    int row[MAX_NAME + 1];
    int a_len = (int)strlen(a), b_len = (int)strlen(b);

    for (int j = 0; j <= b_len; j++)
        row[j] = j;
    for (int i = 1; i <= a_len; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b_len; j++) {
            int above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

/* One typing mistake in a short name, two or three in a longer one. */
static int allowed_distance(Name name)
{
    int len = (int)strlen(name);
    return len <= 2 ? 0 : len <= 4 ? 1 : len <= 8 ? 2 : 3;
}

void suggest_candidate(Suggest *s, Name candidate)
{
    if (!s->active || strlen(candidate) > MAX_NAME)
        return;
    int distance = edit_distance(s->wanted, candidate);
    if (distance == 0 || distance > allowed_distance(s->wanted))
        return;
    bool better = !s->best || distance < s->distance
               || (distance == s->distance && strcmp(candidate, s->best) < 0);
    if (better) {
        s->best = candidate;
        s->distance = distance;
    }
}

void suggest_finish(Suggest *s, Diag *d)
{
    if (s->best)
        diag_help(d, "did you mean '%s'?", s->best);
}
