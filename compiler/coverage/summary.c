/*
 * summary.c - points are sorted by file and line; equal lines and names are added up.
 */
#include "compiler/coverage/summary.h"

#include <stdlib.h>

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"

double share_percent(Share s)
{
    return s.total == 0 ? 100.0 : (double)s.covered / s.total * 100.0;
}

/* ---- Points of one file ---- */

static void add_line(FileCoverage *f, uint32_t line, uint64_t hits)
{
    LineHits *last = f->lines.count ? &f->lines.items[f->lines.count - 1] : NULL;
    if (last && last->line == line)
        last->hits += hits;
    else
        LIST_ADD(&f->lines, ((LineHits){line, hits}));
}

static void add_function(FileCoverage *f, NameMap *names, const Point *p, uint64_t hits)
{
    if (namemap_add(names, p->function, f->functions.count))
        LIST_ADD(&f->functions, ((FunctionHits){p->function, p->line, hits}));
    else
        f->functions.items[namemap_find(names, p->function)].hits += hits;
}

static void share_add(Share *s, bool covered)
{
    s->total++;
    s->covered += covered;
}

static void sum_file(FileCoverage *f)
{
    for (int i = 0; i < f->lines.count; i++)
        share_add(&f->line_share, f->lines.items[i].hits > 0);
    for (int i = 0; i < f->functions.count; i++)
        share_add(&f->function_share, f->functions.items[i].hits > 0);
    for (int i = 0; i < f->branches.count; i++)
        share_add(&f->branch_share, f->branches.items[i].hits > 0);
}

/* ---- All points ---- */

typedef struct Hit { const Point *point; int id; uint64_t hits; bool reached; } Hit;

static int by_line(const void *a, const void *b)
{
    const Hit *x = a, *y = b;
    if (x->point->file != y->point->file)
        return x->point->file < y->point->file ? -1 : 1;
    if (x->point->line != y->point->line)
        return x->point->line < y->point->line ? -1 : 1;
    return x->id < y->id ? -1 : 1;
}

/* The points of a statement follow its Statement point, up to the next one. */
static Hit *hits_of(const CoverageMap *map, const uint64_t *counts)
{
    int  count     = map->points.count;
    Hit *hits      = arena_alloc(sizeof *hits * (size_t)(count + 1));
    bool executed  = false;
    for (int i = 0; i < count; i++) {
        const Point *p = &map->points.items[i];
        if (p->kind == POINT_STATEMENT)
            executed = counts[i] > 0;
        hits[i] = (Hit){p, i, counts[i], executed || counts[i] > 0};
    }
    if (count > 0)
        qsort(hits, (size_t)count, sizeof *hits, by_line);
    return hits;
}

static void add_hit(FileCoverage *f, NameMap *names, const Hit *h)
{
    if (h->point->kind == POINT_STATEMENT)
        add_line(f, h->point->line, h->hits);
    else if (h->point->kind == POINT_FUNCTION_ENTRY)
        add_function(f, names, h->point, h->hits);
    else
        LIST_ADD(&f->branches, ((BranchHits){h->point, h->hits, h->reached}));
}

static void add_share(Share *to, Share s)
{
    to->covered += s.covered;
    to->total += s.total;
}

const Coverage *coverage_of(const CoverageMap *map, const uint64_t *counts)
{
    Coverage  *all  = ARENA_NEW(Coverage);
    const Hit *next = hits_of(map, counts), *end = next + map->points.count;
    for (int i = 0; i < map->files.count; i++) {
        FileCoverage f     = {.path = map->files.items[i]};
        NameMap     *names = namemap_new();
        for (; next < end && next->point->file == i; next++)
            add_hit(&f, names, next);
        sum_file(&f);
        add_share(&all->lines, f.line_share);
        add_share(&all->functions, f.function_share);
        add_share(&all->branches, f.branch_share);
        LIST_ADD(&all->files, f);
    }
    return all;
}
