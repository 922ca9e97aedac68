/*
 * doc.c - one section for each declaration, in source order.
 *
 * Signatures are pieces of the source. A comment belongs to the declaration that begins on the line
 * below its last line. The errors of a function are those that infer found, in all its instances;
 * of a generic function that nothing calls none are known.
 */
#include "compiler/tools/doc.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/infer/infer.h"

typedef struct Doc {
    const Program    *program;
    const DocOptions *options;
    const Page       *page;
} Doc;

/* One declaration of any kind. */
typedef struct Item {
    Span span;                                       /* begins where the declaration does */
    void (*write)(const Doc *d, const struct Item *item);
    const void *decl;
} Item;

typedef struct Items { LIST(Item) list; } Items;

/* ---- Pieces of the source ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* text[start .. end) without blanks at its end. */
static const char *piece(const SourceFile *file, uint32_t start, uint32_t end)
{
    while (end > start && is_blank(file->text[end - 1]))
        end--;
    return arena_format("%.*s", (int)(end - start), file->text + start);
}

/* The text without the indentation that its first line has in the source. */
static const char *without_indent(Span at, const char *text)
{
    uint32_t line, column, indent = 0;
    source_locate(at.file, at.start, &line, &column);
    while (at.file->text[at.file->line_start[line - 1] + indent] == ' ')
        indent++;
    char *copy = arena_format("%s", text), *to = copy;
    while (*text) {
        *to = *text++;
        for (uint32_t i = 0; *to == '\n' && i < indent && *text == ' '; i++)
            text++;
        to++;
    }
    *to = '\0';
    return copy;
}

/* The text of a "///" line: behind the slashes and one blank, without its end. NULL: it is none. */
static const char *doc_line(const SourceFile *file, uint32_t line)
{
    uint32_t start = file->line_start[line];
    uint32_t end   = line + 1 < file->lines ? file->line_start[line + 1] : (uint32_t)file->size;
    while (start < end && (file->text[start] == ' ' || file->text[start] == '\t'))
        start++;
    if (end - start < 3 || memcmp(file->text + start, "///", 3) != 0)
        return NULL;
    start += 3;
    start += start < end && file->text[start] == ' ';
    return piece(file, start, end);
}

/* The "///" lines from first on, up to the line given. NULL: there are none. */
static const char *join_lines(const SourceFile *file, uint32_t first, uint32_t end)
{
    const char *text = NULL;
    for (uint32_t line = first; line < end; line++)
        text = text ? arena_format("%s\n%s", text, doc_line(file, line)) : doc_line(file, line);
    return text;
}

/* The comment above the line on which the declaration begins. */
static const char *comment_above(Span at)
{
    uint32_t line, column;
    source_locate(at.file, at.start, &line, &column);
    uint32_t end = line - 1, first = end;           /* lines count from 0 here */
    while (first > 0 && doc_line(at.file, first - 1))
        first--;
    return join_lines(at.file, first, end);
}

/* The comment at the beginning of the file, if an empty line ends it. */
static const char *comment_of_file(const SourceFile *file)
{
    uint32_t end = 0;
    while (end < file->lines && doc_line(file, end))
        end++;
    bool apart = end < file->lines && is_blank(file->text[file->line_start[end]]);
    return apart ? join_lines(file, 0, end) : NULL;
}

/* ---- Errors ---- */

static void add_errors(bool *found, const Program *p, const ErrorSet *set)
{
    for (int i = 0; i < p->errors.count; i++)
        found[i] = found[i] || error_set_has(set, p->errors.items[i]->number);
}

/* Errors of other modules have their module's name. */
static const char *error_name(const Doc *d, const ErrorDef *e)
{
    bool        own = e->span.file && e->span.file->module == d->options->module;
    const char *dot = own ? strrchr(e->name, '.') : NULL;
    return dot ? dot + 1 : e->name;
}

/* "`A`, `B`" or NULL. */
static const char *errors_of(const Doc *d, const FuncDecl *decl)
{
    const Program *p     = d->program;
    bool          *found = arena_alloc((size_t)p->errors.count * sizeof *found + 1);
    const char    *text  = NULL;
    for (int i = 0; i < p->funcs.count; i++)
        if (p->funcs.items[i]->decl == decl)
            add_errors(found, p, &p->funcs.items[i]->errors);
    for (int i = 0; i < p->traits.count; i++)
        for (int k = 0; k < p->traits.items[i]->methods.count; k++)
            if (p->traits.items[i]->methods.items[k].decl == decl)
                add_errors(found, p, &p->traits.items[i]->methods.items[k].errors);
    for (int i = 0; i < p->errors.count; i++) {
        if (!found[i])
            continue;
        const char *name = error_name(d, p->errors.items[i]);
        text = text ? arena_format("%s, `%s`", text, name) : arena_format("`%s`", name);
    }
    return text;
}

/* ---- Functions ---- */

static void write_function(const Doc *d, const FuncDecl *f, const char *owner, int level)
{
    const SourceFile *file = f->span.file;
    uint32_t          end  = f->body ? f->body->span.start : f->span.end;
    if (f->requires.count > 0 && f->body == NULL)
        end = f->requires.items[f->requires.count - 1]->span.end;
    page_heading(d->page, level, owner ? arena_format("%s.%s", owner, f->name.name)
                                       : f->name.name);
    page_code(d->page, without_indent(f->span, piece(file, f->span.start, end)));
    page_text(d->page, comment_above(f->span));
    const char *errors = errors_of(d, f);
    if (errors)
        page_text(d->page, arena_format("Raises %s.", errors));
}

static void write_func_item(const Doc *d, const Item *item)
{
    write_function(d, item->decl, NULL, 2);
}

/* ---- Declarations with braces ---- */

/* From the start of the declaration to its '{'; there is none in what stands before. */
static const char *head_of(Span span)
{
    uint32_t end = span.start;
    while (end < span.file->size && span.file->text[end] != '{')
        end++;
    return piece(span.file, span.start, end);
}

static const char *field_text(const FieldDecl *f)
{
    return piece(f->name.span.file, f->name.span.start, f->type->span.end);
}

/* " { a: int, b: int }", or "" without fields. */
static const char *fields_in_line(const FieldDecl *fields, int count)
{
    const char *text = "";
    for (int i = 0; i < count; i++)
        text = arena_format("%s%s %s", text, i ? "," : "", field_text(&fields[i]));
    return count ? arena_format(" {%s }", text) : "";
}

/* A list of what has a comment: "* `name`: comment". */
static void write_commented(const Doc *d, Ident name)
{
    const char *comment = comment_above(name.span);
    uint32_t    start   = name.span.start;
    while (start > 0 && (name.span.file->text[start - 1] == ' '
                         || name.span.file->text[start - 1] == '\t'))
        start--;
    bool first_on_line = start == 0 || name.span.file->text[start - 1] == '\n';
    if (comment && first_on_line)
        page_text(d->page, arena_format("* `%s`: %s", name.name, comment));
}

static void write_class(const Doc *d, const Item *item)
{
    const ClassDecl *c    = item->decl;
    const char      *code = arena_format("%s {", head_of(c->span));
    for (int i = 0; i < c->fields.count; i++)
        code = arena_format("%s\n    %s", code, field_text(&c->fields.items[i]));
    page_heading(d->page, 2, c->name.name);
    page_code(d->page, arena_format("%s%s}", code, c->fields.count ? "\n" : ""));
    page_text(d->page, comment_above(item->span));
    for (int i = 0; i < c->fields.count; i++)
        write_commented(d, c->fields.items[i].name);
    for (int i = 0; i < c->methods.count; i++)
        write_function(d, c->methods.items[i], c->name.name, 3);
}

static void write_trait(const Doc *d, const Item *item)
{
    const TraitDecl *t = item->decl;
    page_heading(d->page, 2, t->name.name);
    page_code(d->page, head_of(t->span));
    page_text(d->page, comment_above(item->span));
    for (int i = 0; i < t->methods.count; i++)
        write_function(d, t->methods.items[i], t->name.name, 3);
}

static void write_enum(const Doc *d, const Item *item)
{
    const EnumDecl *e    = item->decl;
    const char     *code = arena_format("%s {", head_of(e->span));
    for (int i = 0; i < e->variants.count; i++) {
        const VariantDecl *v = &e->variants.items[i];
        code = arena_format("%s\n    %s%s", code, v->name.name,
                            fields_in_line(v->fields.items, v->fields.count));
    }
    page_heading(d->page, 2, e->name.name);
    page_code(d->page, arena_format("%s\n}", code));
    page_text(d->page, comment_above(item->span));
    for (int i = 0; i < e->variants.count; i++)
        write_commented(d, e->variants.items[i].name);
}

static void write_error(const Doc *d, const Item *item)
{
    const ErrorDecl *e      = item->decl;
    const char      *fields = fields_in_line(e->fields.items, e->fields.count);
    page_heading(d->page, 2, e->name.name);
    page_code(d->page, arena_format("%s%s", head_of(e->span), *fields ? fields : " {}"));
    page_text(d->page, comment_above(item->span));
    for (int i = 0; i < e->fields.count; i++)
        write_commented(d, e->fields.items[i].name);
}

static void write_app(const Doc *d, const Item *item)
{
    const AppDecl *a = item->decl;
    page_heading(d->page, 2, a->name.name);
    page_code(d->page, head_of(a->span));
    page_text(d->page, comment_above(item->span));
    for (int i = 0; i < a->required.count; i++)
        write_function(d, a->required.items[i], a->name.name, 3);
    for (int i = 0; i < a->methods.count; i++)
        write_function(d, a->methods.items[i], a->name.name, 3);
}

/* ---- All of them ---- */

/* Does the page show what the file declares? file: NULL for what is built in. */
static bool is_shown(const Doc *d, const SourceFile *file)
{
    const DocOptions *o = d->options;
    return file && file->module == o->module && (o->only == NULL || file == o->only);
}

static void add_item(const Doc *d, Items *items, Span span, bool is_pub,
                     void (*write)(const Doc *, const Item *), const void *decl)
{
    if (!is_shown(d, span.file) || !(is_pub || d->options->all))
        return;
    Item item = {span, write, decl};
    LIST_ADD(&items->list, item);
}

static int compare_items(const void *a, const void *b)
{
    const Item *x = a, *y = b;
    return span_before(x->span, y->span) ? -1 : span_before(y->span, x->span);
}

static void collect(const Doc *d, Items *items)
{
    const Module *m = d->program->module;
    for (int i = 0; i < m->funcs.count; i++)
        add_item(d, items, m->funcs.items[i]->span, m->funcs.items[i]->is_pub, write_func_item,
                 m->funcs.items[i]);
    for (int i = 0; i < m->classes.count; i++)
        add_item(d, items, m->classes.items[i]->span, m->classes.items[i]->is_pub, write_class,
                 m->classes.items[i]);
    for (int i = 0; i < m->traits.count; i++)
        add_item(d, items, m->traits.items[i]->span, m->traits.items[i]->is_pub, write_trait,
                 m->traits.items[i]);
    for (int i = 0; i < m->enums.count; i++)
        add_item(d, items, m->enums.items[i]->span, m->enums.items[i]->is_pub, write_enum,
                 m->enums.items[i]);
    for (int i = 0; i < m->errors.count; i++)
        add_item(d, items, m->errors.items[i]->span, m->errors.items[i]->is_pub, write_error,
                 m->errors.items[i]);
    for (int i = 0; i < m->apps.count; i++)
        add_item(d, items, m->apps.items[i]->span, true, write_app, m->apps.items[i]);
    if (items->list.count > 0)
        qsort(items->list.items, (size_t)items->list.count, sizeof *items->list.items,
              compare_items);
}

void doc_write(const Program *program, const DocOptions *options, const Page *page)
{
    Doc           d     = {program, options, page};
    Items         items = {0};
    const Module *m     = program->module;
    collect(&d, &items);
    page_begin(page, options->title);
    for (int i = 0; i < m->files.count; i++)
        if (is_shown(&d, m->files.items[i]))
            page_text(page, comment_of_file(m->files.items[i]));
    for (int i = 0; i < items.list.count; i++)
        items.list.items[i].write(&d, &items.list.items[i]);
    page_end(page);
}
