/*
 * report_html.c - the data of the page (html_page.h).
 */
#include "compiler/coverage/report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "compiler/base/arena.h"
#include "compiler/base/json.h"
#include "compiler/base/source.h"
#include "compiler/coverage/html_page.h"

const char *branch_label(const Point *p)
{
    switch (p->kind) {
    case POINT_FUNCTION_ENTRY:     return "call";
    case POINT_STATEMENT:          return "statement";
    case POINT_BRANCH_THEN:        return "then";
    case POINT_BRANCH_ELSE:        return "else";
    case POINT_LOOP_ENTRY:         return "loop";
    case POINT_MATCH_ARM:          return arena_format("arm %d", p->arm + 1);
    case POINT_NULL_PROP_NULL:     return "? none";
    case POINT_NULL_PROP_VALUE:    return "? value";
    case POINT_ERROR_PROP_ERROR:   return "! error";
    case POINT_ERROR_PROP_SUCCESS: return "! success";
    }
    return "";
}

static void print_sources(const Coverage *c, FILE *out)
{
    const char *gap = "";
    fputs(" \"sources\": {", out);
    for (int i = 0; i < c->files.count; i++) {
        const char *why;
        SourceFile *file = source_read(c->files.items[i].path, &why);
        if (file == NULL)
            continue;
        fprintf(out, "%s\n  ", gap);
        json_string(out, c->files.items[i].path);
        fputs(": ", out);
        json_string(out, file->text);
        gap = ",";
    }
    fputs("\n }", out);
}

static void print_branches(const FileCoverage *f, FILE *out)
{
    json_string(out, f->path);
    fputs(": [", out);
    for (int i = 0; i < f->branches.count; i++) {
        const BranchHits *b = &f->branches.items[i];
        fprintf(out, "%s[%" PRIu32 ", ", i ? ", " : "", b->point->line);
        json_string(out, branch_label(b->point));
        fprintf(out, ", %" PRIu64 "]", b->hits);
    }
    fputs("]", out);
}

static void print_data(const Coverage *c, FILE *out)
{
    fputs("{\n", out);
    report_json_members(c, out);
    fputs(",\n", out);
    print_sources(c, out);
    fputs(",\n \"branches\": {", out);
    for (int i = 0; i < c->files.count; i++) {
        fputs(i ? ",\n  " : "\n  ", out);
        print_branches(&c->files.items[i], out);
    }
    fputs("\n }\n}\n", out);
}

void report_html(const Coverage *c, FILE *out)
{
    char  *data = NULL;
    size_t size = 0;
    FILE  *to   = open_memstream(&data, &size);
    fputs(html_before, out);
    if (to) {
        print_data(c, to);
        fclose(to);
    }
    for (size_t i = 0; i < size; i++)
        if (data[i] == '<')
            fputs("\\u003c", out);                           /* in a string; nowhere else in JSON */
        else
            fputc(data[i], out);
    fputs(html_after, out);
    free(data);
}
