/*
 * print.c - functions: lines, expressions, statements, signatures.
 *
 * A #line directive is printed before a statement unless the C compiler would count to the right
 * line by itself, so e->presumed always is the line it gives to the next line of output.
 */
#include "compiler/emit/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- Lines ---- */

static void line(Printer *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void begin(Printer *e)
{
    fprintf(e->out, "%*s", 4 * e->indent, "");
}

static void end(Printer *e)
{
    fputc('\n', e->out);
    if (e->presumed != 0)
        e->presumed++;
}

static void line(Printer *e, const char *format, ...)
{
    va_list args;
    begin(e);
    va_start(args, format);
    vfprintf(e->out, format, args);
    va_end(args);
    end(e);
}

void print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if ((unsigned char)*text < ' ')
            fprintf(out, "\\%03o", (unsigned)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void at_line(Printer *e, uint32_t wanted)
{
    if (wanted == 0)
        return;
    bool same_file = e->printed_path && strcmp(e->printed_path, e->path) == 0;
    if (wanted == e->presumed && same_file)
        return;
    fprintf(e->out, "#line %" PRIu32, wanted);
    if (!same_file) {
        fputc(' ', e->out);
        print_quoted(e->out, e->path);
        e->printed_path = e->path;
    }
    fputc('\n', e->out);
    e->presumed = wanted;
}

void print_declarator(FILE *out, const char *type, const char *name)
{
    size_t len = strlen(type);
    fprintf(out, "%s%s%s", type, len > 0 && type[len - 1] == '*' ? "" : " ", name);
}

/* ---- Expressions ---- */

enum { PREC_ANY = 0, PREC_COND = 3, PREC_UNARY = 14, PREC_POSTFIX = 15, PREC_PRIMARY = 16 };

static int binary_precedence(const char *op)
{
    static const struct { const char *op; int precedence; } table[] = {
        {"*", 13}, {"/", 13}, {"%", 13}, {"+", 12}, {"-", 12}, {"<", 10}, {"<=", 10}, {">", 10},
        {">=", 10}, {"==", 9}, {"!=", 9}, {"&", 8}, {"^", 7}, {"|", 6}, {"&&", 5}, {"||", 4},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].op, op) == 0)
            return table[i].precedence;
    return PREC_ANY;
}

static int precedence(const IrExpr *x)
{
    switch (x->kind) {
    case IR_NAME:         return PREC_PRIMARY;
    case IR_INT:          return x->integer < 0 ? PREC_UNARY : PREC_PRIMARY;
    case IR_FLOAT:        return signbit(x->floating) ? PREC_UNARY : PREC_PRIMARY;
    case IR_UNARY:
    case IR_CAST:         return PREC_UNARY;
    case IR_BINARY:       return binary_precedence(x->binary.op);
    case IR_COND:         return PREC_COND;
    case IR_CALL:
    case IR_CALL_POINTER:
    case IR_MEMBER:
    case IR_INDEX:
    case IR_BRACES:       return PREC_POSTFIX;
    }
    return PREC_ANY;
}

static void expr(Printer *e, const IrExpr *x, int least);

/* Would C compilers or readers like parentheses around child, an operand of parent, although
 * precedence asks for none? */
static bool mixes(const IrExpr *parent, const IrExpr *child)
{
    int outer = binary_precedence(parent->binary.op);
    if (child->kind == IR_UNARY)
        return outer > 5 && strcmp(child->unary.op, "!") == 0;
    if (child->kind != IR_BINARY)
        return child->kind == IR_COND;
    int inner = binary_precedence(child->binary.op);
    if (inner >= 12)
        return outer >= 6 && outer <= 8;                     /* arithmetic below & ^ | */
    if (inner == outer)
        return inner == 9 || inner == 10;                    /* a < b < c */
    return !(inner >= 9 && outer <= 5);                      /* comparisons below && || */
}

static void operand(Printer *e, const IrExpr *parent, const IrExpr *child, int least)
{
    expr(e, child, mixes(parent, child) ? PREC_PRIMARY : least);
}

static void float_constant(Printer *e, double value)
{
    char text[40];
    if (isinf(value)) {
        fputs(value < 0 ? "-INFINITY" : "INFINITY", e->out);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fprintf(e->out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

static void int_constant(Printer *e, int64_t value)
{
    if (value == INT64_MIN)
        fputs("INT64_MIN", e->out);
    else
        fprintf(e->out, "%" PRId64, value);
}

static void list(Printer *e, IrExpr *const *items, int count)
{
    for (int i = 0; i < count; i++) {
        fputs(i ? ", " : "", e->out);
        expr(e, items[i], PREC_COND);
    }
}

static void unary(Printer *e, const IrExpr *x)
{
    const IrExpr *inner = x->unary.operand;
    bool          apart = strcmp(x->unary.op, "-") == 0 && precedence(inner) == PREC_UNARY;
    fputs(x->unary.op, e->out);
    expr(e, inner, apart ? PREC_PRIMARY : PREC_UNARY);
}

static void braces(Printer *e, const IrExpr *x)
{
    if (x->braces.type)
        fprintf(e->out, "(%s)", x->braces.type);
    fputc('{', e->out);
    for (int i = 0; i < x->braces.values.count; i++) {
        fputs(i ? ", " : "", e->out);
        if (x->braces.names.items[i])
            fprintf(e->out, ".%s = ", x->braces.names.items[i]);
        expr(e, x->braces.values.items[i], PREC_COND);
    }
    fputc('}', e->out);
}

static void binary(Printer *e, const IrExpr *x)
{
    int own = precedence(x);
    operand(e, x, x->binary.left, own);
    fprintf(e->out, " %s ", x->binary.op);
    operand(e, x, x->binary.right, own + 1);
}

static void bare_expr(Printer *e, const IrExpr *x)
{
    switch (x->kind) {
    case IR_NAME:   fputs(x->name, e->out); return;
    case IR_INT:    int_constant(e, x->integer); return;
    case IR_FLOAT:  float_constant(e, x->floating); return;
    case IR_UNARY:  unary(e, x); return;
    case IR_BINARY: binary(e, x); return;
    case IR_BRACES: braces(e, x); return;
    case IR_COND:
        expr(e, x->cond.cond, PREC_COND + 1);
        fputs(" ? ", e->out);
        expr(e, x->cond.yes, PREC_COND + 1);
        fputs(" : ", e->out);
        expr(e, x->cond.no, PREC_COND);
        return;
    case IR_CALL:
        fprintf(e->out, "%s(", x->call.name);
        list(e, x->call.args.items, x->call.args.count);
        fputc(')', e->out);
        return;
    case IR_CALL_POINTER:
        if (x->call_pointer.type)
            fprintf(e->out, "((%s)", x->call_pointer.type);
        expr(e, x->call_pointer.pointer, x->call_pointer.type ? PREC_UNARY : PREC_POSTFIX);
        fputs(x->call_pointer.type ? ")(" : "(", e->out);
        list(e, x->call_pointer.args.items, x->call_pointer.args.count);
        fputc(')', e->out);
        return;
    case IR_MEMBER:
        expr(e, x->member.object, PREC_POSTFIX);
        fprintf(e->out, "%s%s", x->member.arrow ? "->" : ".", x->member.name);
        return;
    case IR_INDEX:
        expr(e, x->index.object, PREC_POSTFIX);
        fputc('[', e->out);
        expr(e, x->index.index, PREC_ANY);
        fputc(']', e->out);
        return;
    case IR_CAST:
        fprintf(e->out, "(%s)", x->cast.type);
        expr(e, x->cast.operand, PREC_UNARY);
        return;
    }
}

/* In parentheses if it binds less than least. */
static void expr(Printer *e, const IrExpr *x, int least)
{
    bool parens = precedence(x) < least;
    fputs(parens ? "(" : "", e->out);
    bare_expr(e, x);
    fputs(parens ? ")" : "", e->out);
}

/* ---- Statements ---- */

static void block(Printer *e, const IrBlock *b);

/* "if (..) {" .. "}", and "else if" where the other branch is nothing but an if. */
static void if_stmt(Printer *e, const IrStmt *s)
{
    fputs(s->if_.unlikely ? "if (unlikely(" : "if (", e->out);
    expr(e, s->if_.cond, PREC_ANY);
    fputs(s->if_.unlikely ? ")) {" : ") {", e->out);
    end(e);
    block(e, s->if_.then);
    begin(e);
    fputc('}', e->out);
    const IrBlock *other = s->if_.otherwise;
    if (other == NULL || other->stmts.count == 0) {
        end(e);
        return;
    }
    if (other->stmts.count == 1 && other->stmts.items[0]->kind == IR_IF) {
        fputs(" else ", e->out);
        if_stmt(e, other->stmts.items[0]);
        return;
    }
    fputs(" else {", e->out);
    end(e);
    block(e, other);
    line(e, "}");
}

/* Does control never come to the end of b? */
static bool ends_in_jump(const IrBlock *b)
{
    if (b->stmts.count == 0)
        return false;
    const IrStmt *last = b->stmts.items[b->stmts.count - 1];
    switch (last->kind) {
    case IR_RETURN: case IR_BREAK: case IR_CONTINUE: case IR_GOTO:
        return true;
    case IR_DECL: case IR_ASSIGN: case IR_EVAL: case IR_IF: case IR_SWITCH: case IR_WHILE:
    case IR_FOR: case IR_BLOCK: case IR_LABEL:
        return false;
    }
    return false;
}

static void switch_stmt(Printer *e, const IrStmt *s)
{
    fputs("switch (", e->out);
    expr(e, s->switch_.value, PREC_ANY);
    fputs(") {", e->out);
    end(e);
    for (int i = 0; i < s->switch_.cases.count; i++) {
        const IrCase *c = &s->switch_.cases.items[i];
        line(e, "%s%s: {", c->label ? "case " : "", c->label ? c->label : "default");
        block(e, c->body);
        if (!ends_in_jump(c->body))
            line(e, "    break;");
        line(e, "}");
    }
    line(e, "}");
}

static void decl_stmt(Printer *e, const IrStmt *s)
{
    if (s->decl.unused)
        fputs("RT_UNUSED ", e->out);
    print_declarator(e->out, s->decl.type, s->decl.name);
    if (s->decl.init) {
        fputs(" = ", e->out);
        expr(e, s->decl.init, PREC_COND);
    }
    fputc(';', e->out);
}

static void return_stmt(Printer *e, const IrStmt *s)
{
    fputs("return", e->out);
    if (s->ret) {
        fputc(' ', e->out);
        expr(e, s->ret, PREC_ANY);
    }
    fputc(';', e->out);
}

static void assign_stmt(Printer *e, const IrStmt *s)
{
    expr(e, s->assign.target, PREC_UNARY);
    fputs(" = ", e->out);
    expr(e, s->assign.value, PREC_COND);
    fputc(';', e->out);
}

static void loop_head(Printer *e, const IrStmt *s)
{
    if (s->kind == IR_WHILE && s->while_.cond == NULL) {
        fputs("for (;;) {", e->out);
    } else if (s->kind == IR_WHILE) {
        fputs("while (", e->out);
        expr(e, s->while_.cond, PREC_ANY);
        fputs(") {", e->out);
    } else {
        fprintf(e->out, "for (%s; ", s->for_.init);
        expr(e, s->for_.cond, PREC_ANY);
        fprintf(e->out, "; %s) {", s->for_.step);
    }
}

static void stmt(Printer *e, const IrStmt *s)
{
    at_line(e, s->line);
    if (s->kind == IR_LABEL) {
        fprintf(e->out, "%s: RT_UNUSED;", s->label);
        end(e);
        return;
    }
    begin(e);
    switch (s->kind) {
    case IR_DECL:     decl_stmt(e, s); break;
    case IR_ASSIGN:   assign_stmt(e, s); break;
    case IR_EVAL:
        expr(e, s->eval, PREC_ANY);
        fputc(';', e->out);
        break;
    case IR_RETURN:   return_stmt(e, s); break;
    case IR_IF:
        if_stmt(e, s);
        return;
    case IR_SWITCH:
        switch_stmt(e, s);
        return;
    case IR_WHILE:
    case IR_FOR:
        loop_head(e, s);
        end(e);
        block(e, s->kind == IR_WHILE ? s->while_.body : s->for_.body);
        line(e, "}");
        return;
    case IR_BLOCK:
        fputc('{', e->out);
        end(e);
        block(e, s->block);
        line(e, "}");
        return;
    case IR_BREAK:    fputs("break;", e->out); break;
    case IR_CONTINUE: fputs("continue;", e->out); break;
    case IR_GOTO:     fprintf(e->out, "goto %s;", s->label); break;
    case IR_LABEL:    break;
    }
    end(e);
}

/* The statements of b, one step further in. */
static void block(Printer *e, const IrBlock *b)
{
    e->indent++;
    for (int i = 0; i < b->stmts.count; i++)
        stmt(e, b->stmts.items[i]);
    e->indent--;
}

/* ---- Functions ---- */

const char *print_storage(const IrFunc *f, Linkage linkage)
{
    if (linkage == LINK_COPY)
        return f->is_early ? "COPY_OF RT_EARLY " : "COPY_OF ";
    if (linkage == LINK_SHARED || f->exported || f->symbol)
        return f->is_early ? "RT_EARLY " : f->is_inline ? "inline " : "";
    return f->is_early ? "static RT_EARLY " : f->is_inline ? "static inline " : "static ";
}

/* Without the end. */
static void signature(FILE *out, const IrFunc *f, const char *storage)
{
    fputs(storage, out);
    print_declarator(out, f->result, f->name);
    fputc('(', out);
    for (int i = 0; i < f->params.count; i++) {
        fputs(i ? ", " : "", out);
        fputs(f->params_unused.items[i] ? "RT_UNUSED " : "", out);
        print_declarator(out, f->params.items[i].type, f->params.items[i].name);
    }
    fputs(f->params.count ? ")" : "void)", out);
}

void print_prototype(FILE *out, const IrFunc *f, Linkage linkage)
{
    if (f->exported)
        return;
    fputs("RT_UNUSED ", out);
    signature(out, f, linkage == LINK_SHARED ? "" : print_storage(f, linkage));
    if (f->symbol)
        fprintf(out, " __asm__(\"%s\")", f->symbol);
    else if (linkage == LINK_SHARED)
        fprintf(out, " " LINKED_AS, f->name);
    fputs(";\n", out);
}

void print_function(Printer *e, const IrFunc *f, const char *storage)
{
    fputc('\n', e->out);
    if (e->presumed != 0)
        e->presumed++;
    e->path = f->path;
    at_line(e, f->line);
    signature(e->out, f, storage);
    end(e);
    line(e, "{");
    block(e, f->body);
    line(e, "}");
}
