/*
 * report_terminal.c - a row per file, and the sums.
 */
#include "compiler/coverage/report.h"

#include <string.h>

/* Branches are left out where there are none. */
static void print_row(const char *name, int width, Share lines, const Share *functions,
                      Share branches, FILE *out)
{
    fprintf(out, "  %-*s  %5.1f%% (%d/%d lines", width, name, share_percent(lines), lines.covered,
            lines.total);
    if (functions)
        fprintf(out, ", %d/%d functions", functions->covered, functions->total);
    if (branches.total > 0)
        fprintf(out, ", %d/%d branches [%.1f%%]", branches.covered, branches.total,
                share_percent(branches));
    fputs(")\n", out);
}

void report_terminal(const Coverage *c, const char *folder, FILE *out)
{
    enum { WIDEST = 60 };
    int width = (int)strlen("Total");
    for (int i = 0; i < c->files.count; i++) {
        int len = (int)strlen(c->files.items[i].path);
        if (len > width && len <= WIDEST)
            width = len;
    }
    fputs("Coverage:\n", out);
    for (int i = 0; i < c->files.count; i++) {
        const FileCoverage *f = &c->files.items[i];
        print_row(f->path, width, f->line_share, NULL, f->branch_share, out);
    }
    print_row("Total", width, c->lines, &c->functions, c->branches, out);
    fprintf(out, "Coverage data written to %s/\n", folder);
}
