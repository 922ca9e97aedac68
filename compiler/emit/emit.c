/*
 * emit.c - the whole program as one C file; knows no rule of the language.
 *
 * Only bodies that come from the source have #line directives, so they are printed last.
 */
#include "compiler/emit/emit.h"

#include <string.h>

#include "compiler/emit/print.h"

/* ---- Pieces ---- */

void emit_struct(const IrStruct *s, FILE *out)
{
    fprintf(out, "\ntypedef struct %s {\n", s->name);
    for (int i = 0; i < s->fields.count; i++) {
        fputs("    ", out);
        print_declarator(out, s->fields.items[i].type, s->fields.items[i].name);
        fputs(";\n", out);
    }
    fprintf(out, "} %s;\n", s->name);
}

/* What a user's program may do although C compilers find it odd. */
void emit_prologue(FILE *out)
{
    fputs("#include \"runtime/pluto.h\"\n\n"
          "#pragma GCC diagnostic ignored \"-Wtautological-compare\"\n"
          "#pragma GCC diagnostic ignored \"-Wtype-limits\"\n"
          "#ifdef __clang__\n"
          "#pragma GCC diagnostic ignored \"-Wself-assign\"\n"
          "#pragma GCC diagnostic ignored \"-Winfinite-recursion\"\n"
          "#elif __GNUC__ >= 12\n"
          "#pragma GCC diagnostic ignored \"-Winfinite-recursion\"\n"
          "#endif\n"
          "#define unlikely(cond) __builtin_expect(!!(cond), 0)\n",
          out);
}

/* Does the program call C that is not part of the runtime? */
static bool has_foreign(const IrProgram *p)
{
    for (int i = 0; i < p->funcs.count; i++) {
        const char *symbol = p->funcs.items[i]->symbol;
        if (symbol && strncmp(symbol, "__pluto_", 8) != 0)
            return true;
    }
    return false;
}

/* No C text can have a name with a point, so those of the program then meet none of a C library.
 * Debuggers show such names as they are. */
void emit_unit_prologue(const IrProgram *p, FILE *out)
{
    emit_prologue(out);
    fprintf(out, "#define LINKED_AS(name) %s__attribute__((visibility(\"hidden\")))\n",
            has_foreign(p) ? "__asm__(name \".pluto\") " : "");
    fputs("#define COPY_OF extern inline __attribute__((gnu_inline))\n", out);
}

void emit_global(const IrGlobal *g, const char *storage, FILE *out)
{
    fputs(storage, out);
    print_declarator(out, g->type, g->name);
    if (g->init)
        fprintf(out, " = %s", g->init);
    fputs(";\n", out);
}

/* C names and titles, one after the other, a NUL behind each; the last one is empty. */
void emit_titles(const IrProgram *p, FILE *out)
{
    fputs("const char rt_titles[] =\n", out);
    for (int i = 0; i < p->funcs.count; i++) {
        const IrFunc *f = p->funcs.items[i];
        if (f->title == NULL)
            continue;
        fprintf(out, "    \"%s\\0\" ", f->name);
        print_quoted(out, f->title);
        fputs(" \"\\0\"\n", out);
    }
    fputs("    \"\";\n", out);
}

/* ---- The whole ---- */

static void forwards(const IrProgram *p, FILE *out)
{
    fputs(p->forwards.count ? "\n" : "", out);
    for (int i = 0; i < p->forwards.count; i++)
        fprintf(out, "typedef struct %s %s;\n", p->forwards.items[i], p->forwards.items[i]);
}

static void decls(IrDecl *const *items, int count, FILE *out)
{
    fputs(count ? "\n" : "", out);
    for (int i = 0; i < count; i++)
        fprintf(out, "%s\n", items[i]->text);
}

static void prototypes(const IrProgram *p, bool first, FILE *out)
{
    for (int i = 0; i < p->funcs.count; i++)
        if (p->funcs.items[i]->declared_first == first)
            print_prototype(out, p->funcs.items[i], LINK_ALONE);
}

static void globals(const IrProgram *p, FILE *out)
{
    fputs("\n", out);
    for (int i = 0; i < p->globals.count; i++)
        emit_global(p->globals.items[i], "RT_UNUSED static ", out);
}

static void bodies(Printer *e, const IrProgram *p, bool from_source)
{
    for (int i = 0; i < p->funcs.count; i++) {
        const IrFunc *f = p->funcs.items[i];
        if (f->body && (f->line != 0) == from_source)
            print_function(e, f, print_storage(f, LINK_ALONE));
    }
}

void emit(const IrProgram *p, FILE *out)
{
    Printer e = {.out = out};
    emit_prologue(out);
    forwards(p, out);
    prototypes(p, true, out);
    decls(p->types.items, p->types.count, out);
    for (int i = 0; i < p->structs.count; i++)
        emit_struct(p->structs.items[i], out);
    decls(p->constants.items, p->constants.count, out);
    fputc('\n', out);
    prototypes(p, false, out);
    decls(p->maps.items, p->maps.count, out);
    globals(p, out);
    fputc('\n', out);
    emit_titles(p, out);
    bodies(&e, p, false);
    bodies(&e, p, true);
}
