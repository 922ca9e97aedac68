/*
 * pieces.c - prints each declaration by itself, then looks for names in the texts.
 *
 * First all names are entered, together with those of members; then every text is read once. What
 * a piece mentions as a whole word outside of literals is what it needs. A name too many, such as
 * that of a local variable, costs a declaration that nobody uses.
 *
 * Structs are the exception: that one of their members is a pointer to another struct asks for the
 * name of that type only. Whoever uses the member needs more: a Via says so.
 */
#include "compiler/emit/pieces.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/emit/emit.h"

/* Longer functions are not inlined by C compilers, so others need not see them. */
enum { COPY_MAX = 1200 };

/* ---- Names ---- */

enum { BUCKETS = 1 << 15 };

struct SymbolTable { Symbol *bucket[BUCKETS]; };

static bool starts_word(char c) { return isalpha((unsigned char)c) || c == '_'; }
static bool is_in_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '$'; }

static size_t word_length(const char *text, uint32_t *hash)
{
    size_t   len = 0;
    uint32_t h   = 2166136261u;                              /* FNV-1a */
    for (; is_in_word(text[len]); len++)
        h = (h ^ (unsigned char)text[len]) * 16777619u;
    *hash = h ^ h >> 15;
    return len;
}

static Symbol *find(const Pieces *p, const char *text, size_t len, uint32_t hash)
{
    Symbol *s = p->table->bucket[hash % BUCKETS];
    while (s && (s->hash != hash || strncmp(s->name, text, len) != 0 || s->name[len] != '\0'))
        s = s->next;
    return s;
}

Symbol *pieces_find(const Pieces *p, const char *name)
{
    uint32_t hash;
    size_t   len = word_length(name, &hash);
    return find(p, name, len, hash);
}

/* The symbol that text begins with, entered if need be. */
static Symbol *enter(Pieces *p, const char *text)
{
    uint32_t hash;
    size_t   len = word_length(text, &hash);
    Symbol  *s   = find(p, text, len, hash);
    if (s)
        return s;
    s       = ARENA_NEW(Symbol);
    s->name = arena_format("%.*s", (int)len, text);
    s->hash = hash;
    s->next = p->table->bucket[hash % BUCKETS];
    p->table->bucket[hash % BUCKETS] = s;
    return s;
}

/* ---- Words of a text ---- */

static const char *skip_literal(const char *text)
{
    char quote = *text++;
    for (; *text != quote; text++)
        if (*text == '\\')
            text++;
    return text + 1;
}

/* The next known name in *text, which is moved behind it; NULL at the end. *after_struct: it stands
 * behind the word "struct". */
static Symbol *next_symbol(const Pieces *p, const char **text, const char *end, bool *after_struct)
{
    const char *c = *text;
    Symbol     *s = NULL;
    *after_struct = false;
    while (c < end && s == NULL) {
        uint32_t hash;
        if (starts_word(*c)) {
            size_t len    = word_length(c, &hash);
            s             = find(p, c, len, hash);
            *after_struct = s ? *after_struct : len == 6 && memcmp(c, "struct", 6) == 0;
            c += len;
        } else if (*c == '"' || *c == '\'') {
            c = skip_literal(c);
        } else if (isdigit((unsigned char)*c)) {
            c += word_length(c, &hash);
        } else {
            c++;
        }
    }
    *text = c;
    return s;
}

/* All names in the text are needed. */
static void add_needs(Pieces *p, Piece *piece, const char *text, size_t size)
{
    bool    after_struct;
    Symbol *s;
    for (const char *at = text; (s = next_symbol(p, &at, text + size, &after_struct)) != NULL;) {
        if (s->noted == piece)
            continue;
        s->noted  = piece;
        Need need = {s, !after_struct};
        LIST_ADD(&piece->needs, need);
    }
}

/* Of struct types in the text the name is enough, unless somebody uses the member (NULL: nobody
 * can). */
static void add_forwards(Pieces *p, Piece *piece, const char *text, Symbol *member)
{
    bool        after_struct;
    Symbol     *s;
    const char *end = text + strlen(text);
    while ((s = next_symbol(p, &text, end, &after_struct)) != NULL) {
        Via via = {member, s};
        if (!s->is_struct)
            continue;
        LIST_ADD(&piece->forwards, s);
        if (member)
            LIST_ADD(&piece->vias, via);
    }
}

/* ---- Declarations ---- */

static bool is_pointer(const char *type)
{
    return type[strlen(type) - 1] == '*';
}

static Piece *piece_new(PieceKind kind, const char *name)
{
    Piece *piece = ARENA_NEW(Piece);
    piece->kind  = kind;
    piece->name  = name;
    return piece;
}

static Piece *declare(Pieces *p, PieceKind kind, const char *name)
{
    Piece *piece = piece_new(kind, name);
    LIST_ADD(&enter(p, name)->pieces, piece);
    return piece;
}

/* What is written to out from here on is its text, until ends() is called. */
static Piece *begins(Piece *piece, FILE *out)
{
    piece->start = (size_t)ftell(out);
    return piece;
}

static void ends(Piece *piece, FILE *out)
{
    piece->size = (size_t)ftell(out) - piece->start;
}

static void declare_texts(Pieces *p, PieceKind kind, IrDecl *const *items, int count, FILE *out)
{
    for (int i = 0; i < count; i++) {
        const IrDecl *d     = items[i];
        Piece        *piece = begins(declare(p, kind, d->names.items[0]), out);
        fprintf(out, "%s\n", d->text);
        ends(piece, out);
        for (int n = 1; n < d->names.count; n++)
            LIST_ADD(&enter(p, d->names.items[n])->pieces, piece);
        bool is_type = kind == PIECE_TYPE && strncmp(d->text, "enum", 4) != 0;
        enter(p, d->names.items[0])->is_struct |= is_type;
    }
}

/* Of "area" and of "(*area)(void *)". */
static const char *member_word(const IrField *f)
{
    return f->name + strspn(f->name, "(*");
}

static bool is_indirect(const IrField *f)
{
    return is_pointer(f->type) || *f->name == '(';
}

static void declare_struct(Pieces *p, const IrStruct *s, FILE *out)
{
    Piece *piece = begins(declare(p, PIECE_TYPE, s->name), out);
    emit_struct(s, out);
    ends(piece, out);
    enter(p, s->name)->is_struct = true;
    for (int i = 0; i < s->fields.count; i++)
        if (is_indirect(&s->fields.items[i]))
            enter(p, member_word(&s->fields.items[i]));
}

static void relate_struct(Pieces *p, const IrStruct *s)
{
    Symbol *symbol = enter(p, s->name);
    Piece  *piece  = symbol->pieces.items[symbol->pieces.count - 1];
    piece->text    = p->text + piece->start;
    for (int i = 0; i < s->fields.count; i++) {
        const IrField *f = &s->fields.items[i];
        if (!is_indirect(f)) {
            add_needs(p, piece, f->type, strlen(f->type));
            continue;
        }
        Symbol *member = enter(p, member_word(f));
        add_forwards(p, piece, f->type, member);
        add_forwards(p, piece, f->name, member);
    }
}

/* ---- Functions and globals ---- */

static Piece *define(Pieces *p, const char *name, const char *path, uint32_t line)
{
    Piece *piece = piece_new(PIECE_BODY, name);
    piece->path  = path ? path : "";
    piece->line  = line;
    LIST_ADD(&p->definitions, piece);
    return piece;
}

/* The second part of a function (lower_func.c) stays at home: where both are copies, gcc fails to
 * inline the first, which it must. */
static bool is_for_copies(const IrFunc *f, const Piece *body)
{
    return (f->is_inline || f->is_early) && body->size <= COPY_MAX && strchr(f->name, '$') == NULL;
}

static void declare_func(Pieces *p, const IrFunc *f, FILE *out)
{
    Printer printer = {.out = out};
    declare(p, f->declared_first ? PIECE_FIRST : PIECE_PROTOTYPE, f->name)->func = f;
    if (f->body == NULL)
        return;
    Piece *body = begins(define(p, f->name, f->path, f->line), out);
    body->func  = f;
    print_function(&printer, f, "");
    ends(body, out);
    if (is_for_copies(f, body))
        enter(p, f->name)->copy = body;
}

/* Of what is passed by pointer the name is enough; not of a result, whose members the caller may
 * use at once. */
static void relate_prototype(Pieces *p, const IrFunc *f)
{
    Piece *piece = enter(p, f->name)->pieces.items[0];
    add_needs(p, piece, f->result, strlen(f->result));
    for (int i = 0; i < f->params.count; i++) {
        const char *type = f->params.items[i].type;
        if (is_pointer(type))
            add_forwards(p, piece, type, NULL);
        else
            add_needs(p, piece, type, strlen(type));
    }
}

static void declare_global(Pieces *p, const IrGlobal *g, FILE *out)
{
    Piece *declaration = begins(declare(p, PIECE_GLOBAL, g->name), out);
    fputs("extern ", out);
    print_declarator(out, g->type, g->name);
    fprintf(out, " " LINKED_AS ";\n", g->name);
    ends(declaration, out);
    Piece *definition = begins(define(p, g->name, g->path, 0), out);
    emit_global(g, "", out);
    ends(definition, out);
}

/* ---- All of them ---- */

static void declare_all(Pieces *p, const IrProgram *ir, FILE *out)
{
    for (int i = 0; i < ir->forwards.count; i++)
        enter(p, ir->forwards.items[i])->is_struct = true;
    declare_texts(p, PIECE_TYPE, ir->types.items, ir->types.count, out);
    for (int i = 0; i < ir->structs.count; i++)
        declare_struct(p, ir->structs.items[i], out);
    declare_texts(p, PIECE_CONSTANT, ir->constants.items, ir->constants.count, out);
    for (int i = 0; i < ir->funcs.count; i++)
        declare_func(p, ir->funcs.items[i], out);
    declare_texts(p, PIECE_MAP, ir->maps.items, ir->maps.count, out);
    for (int i = 0; i < ir->globals.count; i++)
        declare_global(p, ir->globals.items[i], out);
}

/* Once for each piece, if nothing more exact was done. */
static void relate_text(Pieces *p, Piece *piece)
{
    if (piece->text || (piece->func && piece->kind != PIECE_BODY))
        return;
    piece->text = p->text + piece->start;
    add_needs(p, piece, piece->text, piece->size);
}

static void relate_symbol(Pieces *p, Symbol *s)
{
    for (int i = 0; i < s->pieces.count; i++)
        relate_text(p, s->pieces.items[i]);
}

static void relate_all(Pieces *p, const IrProgram *ir)
{
    for (int i = 0; i < ir->structs.count; i++)
        relate_struct(p, ir->structs.items[i]);
    for (int i = 0; i < ir->funcs.count; i++)
        relate_prototype(p, ir->funcs.items[i]);
    for (int i = 0; i < BUCKETS; i++)
        for (Symbol *s = p->table->bucket[i]; s; s = s->next)
            relate_symbol(p, s);
    for (int i = 0; i < p->definitions.count; i++)
        relate_text(p, p->definitions.items[i]);
}

void piece_print(const Piece *piece, Linkage linkage, FILE *out)
{
    if (piece->func && piece->kind != PIECE_BODY) {
        print_prototype(out, piece->func, linkage);
        return;
    }
    size_t head = 0;
    if (piece->func) {                                       /* an empty line, and #line perhaps */
        head = piece->text[1] == '#' ? 1 + strcspn(piece->text + 1, "\n") + 1 : 1;
        fwrite(piece->text, 1, head, out);
        fputs(print_storage(piece->func, linkage), out);
    }
    fwrite(piece->text + head, 1, piece->size - head, out);
}

Pieces *pieces_of(const IrProgram *ir)
{
    Pieces *p    = ARENA_NEW(Pieces);
    size_t  size = 0;
    FILE   *out  = open_memstream(&p->text, &size);
    p->program   = ir;
    p->table     = arena_alloc(sizeof *p->table);
    if (out == NULL)
        return NULL;
    declare_all(p, ir, out);
    if (fclose(out) != 0)
        return NULL;
    relate_all(p, ir);
    return p;
}
