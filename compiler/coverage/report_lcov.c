/*
 * report_lcov.c - tracefiles of lcov: a record per file.
 *
 * All branches on a line are of block 0 and counted from 0. A branch whose statement was never
 * executed has "-" instead of a count.
 */
#include "compiler/coverage/report.h"

#include <inttypes.h>

static void print_functions(const FileCoverage *f, FILE *out)
{
    for (int i = 0; i < f->functions.count; i++)
        fprintf(out, "FN:%" PRIu32 ",%s\n", f->functions.items[i].line, f->functions.items[i].name);
    for (int i = 0; i < f->functions.count; i++)
        fprintf(out, "FNDA:%" PRIu64 ",%s\n", f->functions.items[i].hits,
                f->functions.items[i].name);
    fprintf(out, "FNF:%d\nFNH:%d\n", f->function_share.total, f->function_share.covered);
}

static void print_lines(const FileCoverage *f, FILE *out)
{
    for (int i = 0; i < f->lines.count; i++)
        fprintf(out, "DA:%" PRIu32 ",%" PRIu64 "\n", f->lines.items[i].line, f->lines.items[i].hits);
    fprintf(out, "LF:%d\nLH:%d\n", f->line_share.total, f->line_share.covered);
}

static void print_branches(const FileCoverage *f, FILE *out)
{
    int number = 0;
    for (int i = 0; i < f->branches.count; i++) {
        const BranchHits *b    = &f->branches.items[i];
        bool              more = i > 0 && b[-1].point->line == b->point->line;
        number = more ? number + 1 : 0;
        fprintf(out, "BRDA:%" PRIu32 ",0,%d,", b->point->line, number);
        if (b->reached)
            fprintf(out, "%" PRIu64 "\n", b->hits);
        else
            fputs("-\n", out);
    }
    fprintf(out, "BRF:%d\nBRH:%d\n", f->branch_share.total, f->branch_share.covered);
}

void report_lcov(const Coverage *c, FILE *out)
{
    for (int i = 0; i < c->files.count; i++) {
        const FileCoverage *f = &c->files.items[i];
        fprintf(out, "TN:\nSF:%s\n", f->path);
        print_functions(f, out);
        print_lines(f, out);
        print_branches(f, out);
        fputs("end_of_record\n", out);
    }
}
