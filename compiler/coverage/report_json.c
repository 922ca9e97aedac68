/*
 * report_json.c - the coverage as one JSON object.
 */
#include "compiler/coverage/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/json.h"

/* With as many digits as tell it from its neighbours, and a point: 66.66666666666666, 100.0. */
static void print_percent(Share s, FILE *out)
{
    char   text[40];
    double value = share_percent(s);
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fprintf(out, "%s%s", text, strchr(text, '.') ? "" : ".0");
}

static void print_total(const char *plural, const char *singular, Share s, FILE *out)
{
    fprintf(out, "\"total_%s\": %d, \"covered_%s\": %d, \"%s_percent\": ", plural, s.total, plural,
            s.covered, singular);
    print_percent(s, out);
}

static void print_share(const char *name, Share s, FILE *out)
{
    fprintf(out, "\"%s\": {\"total\": %d, \"covered\": %d, \"percent\": ", name, s.total,
            s.covered);
    print_percent(s, out);
    fputs("}", out);
}

static void print_details(const FileCoverage *f, FILE *out)
{
    fputs("\"line_details\": [", out);
    for (int i = 0; i < f->lines.count; i++)
        fprintf(out, "%s{\"line\": %" PRIu32 ", \"hit_count\": %" PRIu64 "}", i ? ", " : "",
                f->lines.items[i].line, f->lines.items[i].hits);
    fputs("],\n   \"function_details\": [", out);
    for (int i = 0; i < f->functions.count; i++) {
        fprintf(out, "%s{\"name\": ", i ? ", " : "");
        json_string(out, f->functions.items[i].name);
        fprintf(out, ", \"line\": %" PRIu32 ", \"hit_count\": %" PRIu64 "}",
                f->functions.items[i].line, f->functions.items[i].hits);
    }
    fputs("]", out);
}

static void print_file(const FileCoverage *f, FILE *out)
{
    fputs("  {\"path\": ", out);
    json_string(out, f->path);
    fputs(",\n   ", out);
    print_share("lines", f->line_share, out);
    fputs(",\n   ", out);
    print_share("functions", f->function_share, out);
    fputs(",\n   ", out);
    print_share("branches", f->branch_share, out);
    fputs(",\n   ", out);
    print_details(f, out);
    fputs("}", out);
}

void report_json_members(const Coverage *c, FILE *out)
{
    fputs(" \"summary\": {", out);
    print_total("lines", "line", c->lines, out);
    fputs(",\n  ", out);
    print_total("functions", "function", c->functions, out);
    fputs(",\n  ", out);
    print_total("branches", "branch", c->branches, out);
    fputs("},\n \"files\": [", out);
    for (int i = 0; i < c->files.count; i++) {
        fputs(i ? ",\n" : "\n", out);
        print_file(&c->files.items[i], out);
    }
    fputs("\n ]", out);
}

void report_json(const Coverage *c, FILE *out)
{
    fputs("{\n", out);
    report_json_members(c, out);
    fputs("\n}\n", out);
}
