/*
 * diag.c - collected diagnostics, sorted and printed with an excerpt of the source.
 *
 * A record is kept for the first MAX_KEPT diagnostics of a flush; further ones are only counted, so
 * that a file of garbage does not fill the memory.
 */
#include "compiler/base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/json.h"
#include "compiler/syntax/ast.h"

enum {
    MAX_KEPT    = 1000,
    MAX_PRINTED = 20,                /* errors; and as many warnings */
    WIDTH       = 96,                /* columns of an excerpt */
    TAB_WIDTH   = 4,
};

typedef struct Note {
    Span        at;                  /* unused by help */
    bool        is_help;
    const char *text;
} Note;

typedef struct Entry {
    DiagKind    kind;
    Span        at;
    int         file_rank;           /* files in the order in which they were first mentioned */
    int         number;              /* order of arrival */
    const char *text, *label;
    LIST(Note)  notes;
    DiagContext context;
} Entry;

struct Diag {
    LIST(Entry *) entries;           /* since the last flush */
    LIST(const SourceFile *) files;
    Entry *last;                     /* what labels and notes belong to; NULL after a dropped one */
    DiagContext context;             /* of the entries added from now on */
    int    errors;                   /* since diag_new */
    int    unkept_errors;            /* since the last flush */
};

Diag *diag_new(void)
{
    return ARENA_NEW(Diag);
}

int diag_errors(const Diag *d)
{
    return d->errors;
}

DiagContext diag_context(Diag *d, DiagContext context)
{
    DiagContext before = d->context;
    d->context = context;
    return before;
}

/* ---- Collecting ---- */

static const char *format_text(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int   len  = vsnprintf(NULL, 0, format, args);
    char *text = arena_alloc((size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

/* A file that was read twice, for two modules, is one file to people. */
static bool same_file(const SourceFile *a, const SourceFile *b)
{
    return a == b || (a && b && a->path == b->path);
}

static int file_rank(Diag *d, const SourceFile *file)
{
    for (int i = 0; i < d->files.count; i++)
        if (same_file(d->files.items[i], file))
            return i;
    LIST_ADD(&d->files, file);
    return d->files.count - 1;
}

static bool same_place(Span a, Span b)
{
    return a.file && a.file == b.file && a.start == b.start && a.end == b.end;
}

static bool is_repeated(const Diag *d, DiagKind kind, Span at)
{
    for (int i = 0; i < d->entries.count; i++) {
        const Entry *e = d->entries.items[i];
        if (same_place(e->at, at) && (e->kind == DIAG_WARNING) == (kind == DIAG_WARNING))
            return true;
    }
    return false;
}

bool diag_error(Diag *d, DiagKind kind, Span at, const char *format, ...)
{
    d->last = NULL;
    bool keep = d->entries.count < MAX_KEPT;
    if (keep && is_repeated(d, kind, at))
        return false;
    if (kind != DIAG_WARNING) {
        d->errors++;
        d->unkept_errors += !keep;
    }
    if (!keep)
        return false;
    va_list args;
    va_start(args, format);
    Entry *entry = ARENA_NEW(Entry);
    *entry = (Entry){.kind = kind, .at = at, .file_rank = file_rank(d, at.file),
                     .number = d->entries.count, .text = format_text(format, args)};
    if (kind != DIAG_WARNING)
        entry->context = d->context;
    va_end(args);
    LIST_ADD(&d->entries, entry);
    d->last = entry;
    return false;
}

void diag_replace_errors(Diag *d, const Diag *by)
{
    int kept = 0;
    for (int i = 0; i < d->entries.count; i++)
        if (d->entries.items[i]->kind == DIAG_WARNING)
            d->entries.items[kept++] = d->entries.items[i];
    d->entries.count = kept;
    for (int i = 0; i < by->entries.count; i++) {
        Entry *entry     = by->entries.items[i];
        entry->file_rank = file_rank(d, entry->at.file);
        entry->number    = d->entries.count;
        LIST_ADD(&d->entries, entry);
    }
    d->errors        = by->errors;
    d->unkept_errors = by->unkept_errors;
    d->last          = NULL;
}

void diag_label(Diag *d, const char *format, ...)
{
    if (!d->last)
        return;
    va_list args;
    va_start(args, format);
    d->last->label = format_text(format, args);
    va_end(args);
}

static void add_note(Diag *d, Note note)
{
    LIST_ADD(&d->last->notes, note);
}

void diag_note(Diag *d, Span at, const char *format, ...)
{
    if (!d->last)
        return;
    va_list args;
    va_start(args, format);
    add_note(d, (Note){.at = at, .text = format_text(format, args)});
    va_end(args);
}

void diag_help(Diag *d, const char *format, ...)
{
    if (!d->last)
        return;
    va_list args;
    va_start(args, format);
    add_note(d, (Note){.is_help = true, .text = format_text(format, args)});
    va_end(args);
}

/* ---- The excerpt ---- */

/* One character of a source line as it is shown: what the terminal gets, and its width. */
typedef struct Cell { const char *bytes; int len, width; } Cell;

/* Tabs become blanks; control characters and broken UTF-8, which could upset a terminal, become
 * question marks. *used says how many bytes of the source the cell stands for. */
static Cell next_cell(const char *s, size_t left, int *used)
{
    int len = utf8_length((const unsigned char *)s, left);
    *used = len ? len : 1;
    if (*s == '\t')
        return (Cell){"    ", TAB_WIDTH, TAB_WIDTH};
    bool control = len == 0 || (unsigned char)*s < 0x20 || *s == 0x7f
                || (len == 2 && (unsigned char)s[0] == 0xc2 && (unsigned char)s[1] < 0xa0);
    return control ? (Cell){"?", 1, 1} : (Cell){s, len, 1};
}

/* The line that holds at.start, and where the carets go, in bytes from its start. */
typedef struct Excerpt {
    const char *text;
    size_t      size, from, to;
    uint32_t    number;
} Excerpt;

static Excerpt excerpt_of(Span at)
{
    const SourceFile *file = at.file;
    uint32_t line, column;
    source_locate(file, at.start, &line, &column);
    size_t start = file->line_start[line - 1];
    size_t end   = line < file->lines ? file->line_start[line] - 1 : file->size;
    if (end > start && file->text[end - 1] == '\r')
        end--;
    Excerpt x = {file->text + start, end - start, column - 1, at.end - start, line};
    if (x.from > x.size)
        x.from = x.size;
    if (x.to > x.size)
        x.to = x.size;
    return x;
}

static int width_of(const char *s, size_t size)
{
    int width = 0, used;
    for (size_t i = 0; i < size && width < 1 << 20; i += (size_t)used)
        width += next_cell(s + i, size - i, &used).width;
    return width;
}

typedef struct Trimmed { bool front, back; } Trimmed;

/* Cuts a long line down to a window around the carets. */
static Trimmed trim(Excerpt *x)
{
    if (width_of(x->text, x->size) <= WIDTH)
        return (Trimmed){false, false};
    size_t begin = x->from > WIDTH / 2 ? x->from - WIDTH / 2 : 0;
    while (begin > 0 && ((unsigned char)x->text[begin] & 0xc0) == 0x80)
        begin--;
    size_t end = begin;
    int    width = 0, used;
    while (end < x->size && width < WIDTH - 6) {
        width += next_cell(x->text + end, x->size - end, &used).width;
        end += (size_t)used;
    }
    x->text += begin;
    x->from -= begin;
    x->to    = (x->to > end ? end : x->to) - begin;
    Trimmed cut = {begin > 0, end < x->size};
    x->size = end - begin;
    return cut;
}

typedef struct Paint { const char *strong, *place, *caret, *plain; } Paint;

static const Paint no_paint   = {"", "", "", ""};
static const Paint red_paint  = {"\033[1;31m", "\033[36m", "\033[1;31m", "\033[0m"};
static const Paint warn_paint = {"\033[1;33m", "\033[36m", "\033[1;33m", "\033[0m"};

static void print_cells(const char *s, size_t size, FILE *out)
{
    int used;
    for (size_t i = 0; i < size; i += (size_t)used) {
        Cell cell = next_cell(s + i, size - i, &used);
        fwrite(cell.bytes, 1, (size_t)cell.len, out);
    }
}

static void print_repeated(char c, int times, FILE *out)
{
    while (times-- > 0)
        putc(c, out);
}

static void print_excerpt(const Entry *entry, FILE *out, const Paint *paint)
{
    Excerpt x      = excerpt_of(entry->at);
    Trimmed cut    = trim(&x);
    int     gutter = fprintf(out, "  %3u ", x.number);
    fprintf(out, "| %s", cut.front ? "..." : "");
    print_cells(x.text, x.size, out);
    fprintf(out, "%s\n", cut.back ? "..." : "");

    int carets = x.to > x.from ? width_of(x.text + x.from, x.to - x.from) : 1;
    print_repeated(' ', gutter, out);
    fprintf(out, "| %s", cut.front ? "   " : "");
    print_repeated(' ', width_of(x.text, x.from), out);
    fputs(paint->caret, out);
    print_repeated('^', carets, out);
    fprintf(out, "%s%s%s\n", entry->label ? " " : "", entry->label ? entry->label : "",
            paint->plain);
}

/* ---- Printing ---- */

static const char *kind_text(DiagKind kind)
{
    switch (kind) {
    case DIAG_SYNTAX:      return "Syntax error: ";
    case DIAG_TYPE:        return "Type error: ";
    case DIAG_CODEGEN:     return "Codegen error: ";
    case DIAG_LINK:        return "Link error: ";
    case DIAG_MANIFEST:    return "Manifest error: ";
    case DIAG_UNSUPPORTED: return "Not implemented: ";
    case DIAG_WARNING:     return "warning: ";
    }
    return "";
}

static void print_place(Span at, FILE *out, const Paint *paint, const char *after)
{
    uint32_t line, column;
    source_locate(at.file, at.start, &line, &column);
    fprintf(out, "  %s%s:%u:%u%s%s", paint->place, at.file->path, line, column, paint->plain,
            after);
}

static void print_entry(const Entry *entry, FILE *out, const Paint *paint)
{
    fprintf(out, "%s%s%s%s\n", paint->strong, kind_text(entry->kind), paint->plain, entry->text);
    if (entry->at.file) {
        print_place(entry->at, out, paint, "\n");
        print_excerpt(entry, out, paint);
    }
    for (int i = 0; i < entry->notes.count; i++) {
        const Note *note = &entry->notes.items[i];
        if (!note->is_help && note->at.file)
            print_place(note->at, out, paint, ": ");
        else
            fputs(note->is_help ? "  help: " : "  ", out);
        fprintf(out, "%s\n", note->text);
    }
    if (entry->context.text) {
        print_place(entry->context.at, out, paint, ": ");
        fprintf(out, "%s\n", entry->context.text);
    }
}

static int compare_entries(const void *left, const void *right)
{
    const Entry *a = *(Entry *const *)left, *b = *(Entry *const *)right;
    if (a->file_rank != b->file_rank)
        return a->file_rank < b->file_rank ? -1 : 1;
    if (a->at.start != b->at.start)
        return a->at.start < b->at.start ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static bool says_the_same(const Entry *a, const Entry *b)
{
    return a->kind == b->kind && same_file(a->at.file, b->at.file) && a->at.start == b->at.start
        && a->at.end == b->at.end && strcmp(a->text, b->text) == 0;
}

/* What is wrong in a file that was read twice was found twice. */
static void drop_repeated(Diag *d)
{
    int kept = 0;
    for (int i = 0; i < d->entries.count; i++) {
        Entry *entry = d->entries.items[i];
        int    k     = kept - 1;
        while (k >= 0 && d->entries.items[k]->at.start == entry->at.start
               && !says_the_same(d->entries.items[k], entry))
            k--;
        if (entry->at.file && k >= 0 && says_the_same(d->entries.items[k], entry))
            continue;
        d->entries.items[kept++] = entry;
    }
    d->entries.count = kept;
}

static void sort_entries(Diag *d)
{
    if (d->entries.count)
        qsort(d->entries.items, (size_t)d->entries.count, sizeof *d->entries.items,
              compare_entries);
    drop_repeated(d);
}

static void forget_entries(Diag *d)
{
    d->entries.count = 0;
    d->unkept_errors = 0;
    d->last          = NULL;
}

void diag_flush(Diag *d, FILE *out, bool colour)
{
    int errors = 0, warnings = 0;
    sort_entries(d);
    for (int i = 0; i < d->entries.count; i++) {
        const Entry *entry   = d->entries.items[i];
        bool         warning = entry->kind == DIAG_WARNING;
        int          order   = warning ? ++warnings : ++errors;
        if (order <= MAX_PRINTED)
            print_entry(entry, out, !colour ? &no_paint : warning ? &warn_paint : &red_paint);
    }
    errors += d->unkept_errors;
    if (errors > MAX_PRINTED)
        fprintf(out, "%d more error%s\n", errors - MAX_PRINTED,
                errors == MAX_PRINTED + 1 ? "" : "s");
    forget_entries(d);
}

/* ---- JSON ---- */

static const char *kind_word(DiagKind kind)
{
    switch (kind) {
    case DIAG_SYNTAX:      return "syntax";
    case DIAG_TYPE:        return "type";
    case DIAG_CODEGEN:     return "codegen";
    case DIAG_LINK:        return "link";
    case DIAG_MANIFEST:    return "manifest";
    case DIAG_UNSUPPORTED: return "unsupported";
    case DIAG_WARNING:     return "warning";
    }
    return "";
}

static void print_json_start(Span at, FILE *out)
{
    uint32_t line, column;
    if (at.file == NULL) {
        fputs("\"file\":null,\"line\":null,\"column\":null", out);
        return;
    }
    source_locate(at.file, at.start, &line, &column);
    fputs("\"file\":", out);
    json_string(out, at.file->path);
    fprintf(out, ",\"line\":%u,\"column\":%u", line, column);
}

static void print_json_end(Span at, FILE *out)
{
    uint32_t line, column;
    if (at.file == NULL) {
        fputs(",\"end_line\":null,\"end_column\":null", out);
        return;
    }
    source_locate(at.file, at.end > at.start ? at.end : at.start, &line, &column);
    fprintf(out, ",\"end_line\":%u,\"end_column\":%u", line, column);
}

static void print_json_note(Span at, const char *text, int number, FILE *out)
{
    fprintf(out, "%s{\"message\":", number ? "," : "");
    json_string(out, text);
    putc(',', out);
    print_json_start(at, out);
    putc('}', out);
}

/* All lines of advice as one text; NULL: there is none. */
static const char *help_of(const Entry *entry)
{
    const char *help = NULL;
    for (int i = 0; i < entry->notes.count; i++) {
        const Note *note = &entry->notes.items[i];
        if (note->is_help)
            help = help ? arena_format("%s\n%s", help, note->text) : note->text;
    }
    return help;
}

static void print_json_entry(const Entry *entry, FILE *out)
{
    int notes = 0;
    fprintf(out, "{\"kind\":\"%s\",\"severity\":\"%s\",\"message\":", kind_word(entry->kind),
            entry->kind == DIAG_WARNING ? "warning" : "error");
    json_string(out, entry->text);
    putc(',', out);
    print_json_start(entry->at, out);
    print_json_end(entry->at, out);
    fputs(",\"label\":", out);
    json_string(out, entry->label);
    fputs(",\"notes\":[", out);
    for (int i = 0; i < entry->notes.count; i++)
        if (!entry->notes.items[i].is_help)
            print_json_note(entry->notes.items[i].at, entry->notes.items[i].text, notes++, out);
    if (entry->context.text)
        print_json_note(entry->context.at, entry->context.text, notes, out);
    fputs("],\"help\":", out);
    json_string(out, help_of(entry));
    fputs("}\n", out);
}

void diag_flush_json(Diag *d, FILE *out)
{
    sort_entries(d);
    for (int i = 0; i < d->entries.count; i++)
        print_json_entry(d->entries.items[i], out);
    forget_entries(d);
}
