/*
 * split.c - which pieces go into which C file.
 *
 * Definitions are put into an order that says where they stand in the source, and the sequence is
 * cut. Where it may be cut is decided by what stands there, not by counting, so a function more or
 * less moves the cuts beside it at most. What a file declares for its definitions is in an order
 * that depends on names alone.
 *
 * A function or global has one definition. Small functions that are worth inlining are shown to the
 * files that call them as well, and to those that get them in this way, COPY_DEPTH times.
 */
#include "compiler/emit/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/emit/emit.h"
#include "compiler/emit/pieces.h"

enum { COPY_DEPTH = 3, CUT_EVERY = 8, WHOLE = 4 };

/* The C file in the making. */
typedef struct File {
    int            number;                /* from 1 */
    LIST(Piece *)  definitions, copies, declarations;
    LIST(Symbol *) forwards;
    LIST(Symbol *) open;                  /* needed, but their pieces are not looked at yet */
    FILE          *out;
} File;

/* ---- What it needs ---- */

static void need(File *f, Symbol *s)
{
    if (s->needed == f->number)
        return;
    s->needed = f->number;
    LIST_ADD(&f->open, s);
}

static void forward(File *f, Symbol *s)
{
    if (s->forwarded == f->number)
        return;
    s->forwarded = f->number;
    LIST_ADD(&f->forwards, s);
}

static void need_all_of(File *f, const Piece *p)
{
    for (int i = 0; i < p->needs.count; i++)
        need(f, p->needs.items[i].symbol);
    for (int i = 0; i < p->forwards.count; i++)
        forward(f, p->forwards.items[i]);
}

static void declare(File *f, Piece *p)
{
    if (p->unit == f->number)
        return;
    p->unit = f->number;
    LIST_ADD(&f->declarations, p);
    need_all_of(f, p);
}

static void declare_open(File *f)
{
    while (f->open.count > 0) {
        Symbol *s = f->open.items[--f->open.count];
        if (s->is_struct)
            forward(f, s);
        for (int i = 0; i < s->pieces.count; i++)
            declare(f, s->pieces.items[i]);
    }
}

/* Types behind members that are used. */
static void declare_members(File *f)
{
    do {
        declare_open(f);
        for (int i = 0; i < f->declarations.count; i++) {
            const Piece *p = f->declarations.items[i];
            for (int v = 0; v < p->vias.count; v++)
                if (p->vias.items[v].member->needed == f->number)
                    need(f, p->vias.items[v].type);
        }
    } while (f->open.count > 0);
}

/* The functions for inlining that p mentions. */
static void copy_mentioned(File *f, const Piece *p)
{
    for (int i = 0; i < p->needs.count; i++) {
        const Symbol *s = p->needs.items[i].symbol;
        if (s->copy == NULL || s->copy->unit == f->number || s->home == f->number)
            continue;
        s->copy->unit = f->number;
        LIST_ADD(&f->copies, s->copy);
    }
}

static void find_copies(File *f)
{
    int done = 0;
    for (int i = 0; i < f->definitions.count; i++)
        copy_mentioned(f, f->definitions.items[i]);
    for (int depth = 1; depth < COPY_DEPTH; depth++)
        for (int end = f->copies.count; done < end; done++)
            copy_mentioned(f, f->copies.items[done]);
}

static void find_declarations(const Pieces *all, File *f)
{
    find_copies(f);
    for (int i = 0; i < f->definitions.count; i++) {
        need(f, pieces_find(all, f->definitions.items[i]->name));
        need_all_of(f, f->definitions.items[i]);
    }
    for (int i = 0; i < f->copies.count; i++)
        need_all_of(f, f->copies.items[i]);
    declare_members(f);
}

/* What it uses of other files, these must let it see. */
static void find_shared(const Pieces *all, const File *f)
{
    for (int i = 0; i < f->declarations.count; i++) {
        Symbol *s = pieces_find(all, f->declarations.items[i]->name);
        s->shared |= s->home != f->number;
    }
}

/* ---- Printing ---- */

static int by_symbol(const void *a, const void *b)
{
    return strcmp((*(Symbol *const *)a)->name, (*(Symbol *const *)b)->name);
}

static int by_kind(const void *a, const void *b)
{
    const Piece *x = *(Piece *const *)a, *y = *(Piece *const *)b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->name, y->name);
}

static void print_forwards(File *f)
{
    if (f->forwards.count > 0)
        qsort(f->forwards.items, (size_t)f->forwards.count, sizeof(Symbol *), by_symbol);
    for (int i = 0; i < f->forwards.count; i++)
        fprintf(f->out, "typedef struct %s %s;\n", f->forwards.items[i]->name,
                f->forwards.items[i]->name);
}

static Linkage linkage_of(const Pieces *all, const Piece *p)
{
    const Symbol *s = pieces_find(all, p->name);
    return s->home == 0 || s->shared ? LINK_SHARED : LINK_ALONE;
}

/* Behind the types that it is made of. */
static void print_declaration(const Pieces *all, File *f, Piece *p)
{
    if (p->placed == f->number)
        return;
    p->placed = f->number;
    for (int i = 0; p->kind == PIECE_TYPE && i < p->needs.count; i++) {
        const Need *n = &p->needs.items[i];
        for (int j = 0; n->first && j < n->symbol->pieces.count; j++)
            if (n->symbol->pieces.items[j]->kind == PIECE_TYPE)
                print_declaration(all, f, n->symbol->pieces.items[j]);
    }
    piece_print(p, linkage_of(all, p), f->out);
}

/* Without those that have a line in the source, or only those. */
static void print_definitions(const Pieces *all, File *f, bool from_source)
{
    for (int i = 0; i < f->definitions.count; i++)
        if ((f->definitions.items[i]->line != 0) == from_source)
            piece_print(f->definitions.items[i], linkage_of(all, f->definitions.items[i]), f->out);
}

static void print_file(const Pieces *all, File *f)
{
    emit_unit_prologue(all->program, f->out);
    print_forwards(f);
    if (f->declarations.count > 0)
        qsort(f->declarations.items, (size_t)f->declarations.count, sizeof(Piece *), by_kind);
    for (int i = 0; i < f->declarations.count; i++)
        print_declaration(all, f, f->declarations.items[i]);
    if (f->copies.count > 0)
        qsort(f->copies.items, (size_t)f->copies.count, sizeof(Piece *), by_kind);
    print_definitions(all, f, false);
    for (int i = 0; i < f->copies.count; i++)
        piece_print(f->copies.items[i], LINK_COPY, f->out);
    print_definitions(all, f, true);
}

/* ---- Cutting ---- */

static int by_place(const void *a, const void *b)
{
    const Piece *x = *(Piece *const *)a, *y = *(Piece *const *)b;
    int          path = strcmp(x->path, y->path);
    if (path != 0)
        return path;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Does a file begin with p, when the one before it has `size` bytes, of which p is not one? */
static bool begins_file(const Pieces *all, const Piece *before, const Piece *p, size_t size,
                        size_t target)
{
    if (size + p->size > target)
        return true;
    return size >= target / 2 && (strcmp(before->path, p->path) != 0 ||
                                  pieces_find(all, p->name)->hash % CUT_EVERY == 0);
}

typedef struct Files { LIST(File *) list; } Files;

static File *new_file(Files *files)
{
    File *f   = ARENA_NEW(File);
    f->number = files->list.count + 1;
    LIST_ADD(&files->list, f);
    return f;
}

static Files cut(const Pieces *all, size_t target)
{
    Files  files = {0};
    File  *f     = new_file(&files);
    size_t size  = 0;
    for (int i = 0; i < all->definitions.count; i++) {
        Piece *p = all->definitions.items[i];
        if (i > 0 && begins_file(all, all->definitions.items[i - 1], p, size, target)) {
            f    = new_file(&files);
            size = 0;
        }
        LIST_ADD(&f->definitions, p);
        pieces_find(all, p->name)->home = f->number;
        size += p->size;
    }
    return files;
}

/* ---- All of them ---- */

static bool add_file(const Pieces *all, File *f, Units *units)
{
    Unit u = {0};
    f->out = open_memstream(&u.text, &u.size);
    if (f->out == NULL)
        return false;
    print_file(all, f);
    bool ok = fclose(f->out) == 0;
    LIST_ADD(&units->list, u);
    return ok;
}

static bool add_text(const IrProgram *p, void (*print)(const IrProgram *, FILE *), Units *units)
{
    Unit  u   = {0};
    FILE *out = open_memstream(&u.text, &u.size);
    if (out == NULL)
        return false;
    print(p, out);
    bool ok = fclose(out) == 0;
    LIST_ADD(&units->list, u);
    return ok;
}

static size_t definition_bytes(const Pieces *all)
{
    size_t sum = 0;
    for (int i = 0; i < all->definitions.count; i++)
        sum += all->definitions.items[i]->size;
    return sum;
}

bool split(const IrProgram *p, size_t target, Units *units)
{
    Pieces *all = pieces_of(p);
    if (all == NULL)
        return false;
    if (definition_bytes(all) <= WHOLE * target)
        return add_text(p, emit, units);
    qsort(all->definitions.items, (size_t)all->definitions.count, sizeof(Piece *), by_place);
    Files files = cut(all, target);
    for (int i = 0; i < files.list.count; i++) {
        find_declarations(all, files.list.items[i]);
        find_shared(all, files.list.items[i]);
    }
    for (int i = 0; i < files.list.count; i++)
        if (!add_file(all, files.list.items[i], units))
            return false;
    return add_text(p, emit_titles, units);
}
