/*
 * lower_name.c - names of C, strings and places.
 *
 * Locals and members keep their Pluto names unless C knows the word; then, and when they end in an
 * underscore already, one is added. So distinct names stay distinct.
 */
#include "compiler/lower/lower_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/instance.h"

/* ---- Words of C ---- */

/* Sorted. Keywords, macros in small letters, and functions that emitted bodies call. */
static const char *const c_words[] = {
    "alignas", "alignof", "asm", "auto", "bool", "break", "case", "ceil", "char", "const",
    "constexpr", "continue", "cos", "default", "do", "double", "else", "enum", "errno", "extern",
    "fabs", "false", "float", "floor", "for", "goto", "if", "inline", "int", "int64_t", "linux",
    "log", "long", "main", "math_errhandling", "memcmp", "memcpy", "memset", "noreturn", "nullptr",
    "offsetof", "pow", "register", "restrict", "return", "round", "short", "signed", "sin",
    "sizeof", "sqrt", "static", "static_assert", "stderr", "stdin", "stdout", "struct", "switch",
    "tan", "thread_local", "true", "typedef", "typeof", "typeof_unqual", "uint64_t", "uint8_t",
    "union", "unix", "unlikely", "unsigned", "void", "volatile", "while",
};

/* Prefixes of names at file scope, which a local would hide. */
static const char *const file_prefixes[] = {
    "A_", "HEAP_", "M_", "RT_", "R_", "Rt", "S_", "at_", "c_", "copy_", "e_", "eq_", "fields_",
    "fill_", "f_", "hash_", "inv_", "kind_", "k_", "m_", "n_", "rt_", "same_", "s_", "spawn_",
    "start_", "t_", "v_",
};

static int compare_words(const void *a, const void *b)
{
    return strcmp((const char *)a, *(const char *const *)b);
}

static bool is_c_word(const char *name)
{
    return bsearch(name, c_words, sizeof c_words / sizeof *c_words, sizeof *c_words,
                   compare_words) != NULL;
}

static bool hides_file_name(const char *name)
{
    for (size_t i = 0; i < sizeof file_prefixes / sizeof *file_prefixes; i++)
        if (strncmp(name, file_prefixes[i], strlen(file_prefixes[i])) == 0)
            return true;
    return false;
}

/* Macros of C's headers are written so. */
static bool is_all_capitals(const char *name)
{
    for (const char *c = name; *c; c++)
        if (islower((unsigned char)*c))
            return false;
    return isupper((unsigned char)name[0]) && name[1] != '\0';
}

/* Names of C compilers: __x and _X. */
static bool is_c_internal(const char *name)
{
    return name[0] == '_' && (name[1] == '_' || isupper((unsigned char)name[1]));
}

static bool needs_underscore(const char *name)
{
    bool ends_in_one = name[strlen(name) - 1] == '_';
    return ends_in_one || is_c_word(name) || is_c_internal(name) || is_all_capitals(name);
}

const char *member_name(Name name)
{
    return needs_underscore(name) ? arena_format("%s_", name) : name;
}

const char *local_name(Symbol *s)
{
    if (s->lowered == NULL && s->kind == SYM_SELF)
        s->lowered = (void *)"self";
    if (s->lowered == NULL)
        s->lowered = needs_underscore(s->name) || hides_file_name(s->name)
                         ? arena_format("%s_", s->name)
                         : (char *)s->name;
    return s->lowered;
}

const char *temp_name(Lower *l, const char *hint)
{
    return arena_format("%s%d_", hint, ++l->body->temps);
}

/* ---- File scope ---- */

/* "c_Pair<int, [string]>" becomes "c_Pair_int_A_string". */
static char *identifier(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ[";
    char *name = arena_alloc(3 * strlen(text) + 1), *out = name;
    for (; *text; text++) {
        bool fresh = out > name && out[-1] != '_';
        if (isalnum((unsigned char)*text) || *text == '_')
            *out++ = *text;
        else if (*text == '[')
            out += sprintf(out, "A_");
        else if (*text == '?')
            out += sprintf(out, fresh ? "_o" : "o");
        else if (fresh && *text != ']' && text[strcspn(text, letters)] != '\0')
            *out++ = '_';                                    /* between parts */
    }
    *out = '\0';
    return name;
}

const char *file_name(Lower *l, const char *wanted)
{
    char       *name   = identifier(wanted);
    const char *unique = intern_text(name);
    for (int n = 2; !namemap_add(l->file_names, unique, 0); n++)
        unique = intern_text(arena_format("%s_%d", name, n));
    return unique;
}

const char *content_name(Lower *l, const char *wanted, const char *content)
{
    uint32_t h = 2166136261u;                                /* FNV-1a */
    for (const char *c = content; *c; c++)
        h = (h ^ (unsigned char)*c) * 16777619u;
    return file_name(l, arena_format("%s_%06x", wanted, (unsigned)(h ^ h >> 24) & 0xffffff));
}

/* f_fib, m_Node_sum; instances of generic functions: f_pick_int_string */
static const char *wanted_func_name(const Func *f)
{
    if (f->owner)
        return arena_format("m_%s_%s", f->owner->name, f->name);
    const char *name = arena_format("f_%s", f->name);
    for (int i = 0; f->generic && i < f->env.count; i++)
        name = arena_format("%s_%s", name, type_name(f->env.types[i]));
    return name;
}

const char *func_name(Lower *l, Func *f)
{
    if (f->lowered == NULL)
        f->lowered = (void *)file_name(l, wanted_func_name(f));
    return f->lowered;
}

const char *func_title(const Func *f)
{
    if (f->owner)
        return arena_format("%s.%s", f->owner->name, f->name);
    return f->generic ? instance_name(f->name, &f->env) : f->name;
}

const char *closure_name(Lower *l, const Expr *closure)
{
    return arena_format("k_%s_%d", func_name(l, l->body->func) + 2, closure->closure.number);
}

/* ---- Strings ---- */

const char *c_string(const char *bytes, size_t len)
{
    char *text = arena_alloc(4 * len + 3), *out = text;
    *out++ = '"';
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '"' || c == '\\' || c == '?') {
            *out++ = '\\';
            *out++ = (char)c;
        } else if (c == '\n') {
            *out++ = '\\';
            *out++ = 'n';
        } else if (c < ' ' || c >= 127) {
            *out++ = '\\';
            *out++ = (char)('0' + (c >> 6));
            *out++ = (char)('0' + (c >> 3 & 7));
            *out++ = (char)('0' + (c & 7));
        } else {
            *out++ = (char)c;
        }
    }
    *out++ = '"';
    *out   = '\0';
    return text;
}

/* s_hello: the first letters and digits of the text. *whole: it has nothing else. */
static const char *string_hint(const char *bytes, uint32_t len, bool *whole)
{
    char hint[24] = "s_";
    int  n        = 2;
    for (uint32_t i = 0; i < len && n < 22; i++) {
        if (isalnum((unsigned char)bytes[i]))
            hint[n++] = bytes[i];
        else if (hint[n - 1] != '_')
            hint[n++] = '_';
    }
    while (n > 2 && hint[n - 1] == '_')
        n--;
    hint[n] = '\0';
    *whole  = len > 0 && (uint32_t)n == len + 2 && strchr(hint + 2, '_') == NULL;
    return arena_format("%s", hint);
}

IrExpr *string_constant(Lower *l, const char *bytes, uint32_t len)
{
    Name literal = c_string(bytes, len);
    Name key     = intern_text(literal);
    int  index   = namemap_find(l->strings, key);
    if (index < 0) {
        bool        whole;
        const char *hint = string_hint(bytes, len, &whole);
        const char *name = whole ? file_name(l, hint) : content_name(l, hint, key);
        index            = l->string_names.count;
        namemap_add(l->strings, key, index);
        LIST_ADD(&l->string_names, name);
        const char *text = arena_format("RT_STRING(%s, %s, %u);", name, literal, (unsigned)len);
        LIST_ADD(&l->ir->constants, ir_decl(name, text));
    }
    const char *use = arena_format("RT_STRING_REF(%s)", l->string_names.items[index]);
    IrExpr     *x   = ir_name(use, 0);
    x->type         = "const RtString *";
    return x;
}

/* ---- Places ---- */

const char *place_braces(Span span, const char *function)
{
    uint32_t line, column;
    source_locate(span.file, span.start, &line, &column);
    return arena_format("{%s, %u, %u, %s}", c_string(span.file->path, strlen(span.file->path)),
                        (unsigned)line, (unsigned)column, c_string(function, strlen(function)));
}

IrExpr *place_in(Lower *l, Span span, const char *function)
{
    Name key   = intern_text(place_braces(span, function));
    int  index = namemap_find(l->places, key);
    if (index < 0) {
        uint32_t line, column;
        source_locate(span.file, span.start, &line, &column);
        const char *wanted = arena_format("at_%u_%u", (unsigned)line, (unsigned)column);
        const char *name   = content_name(l, wanted, key);
        index              = l->place_names.count;
        namemap_add(l->places, key, index);
        LIST_ADD(&l->place_names, name);
        const char *text = arena_format("static const RtPlace %s = %s;", name, key);
        LIST_ADD(&l->ir->constants, ir_decl(name, text));
    }
    return ir_name(arena_format("&%s", l->place_names.items[index]), 0);
}

IrExpr *place_of(Lower *l, Span span)
{
    const Body *b = l->body;
    return place_in(l, span, b->title ? b->title : func_title(b->func));
}
