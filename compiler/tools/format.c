/*
 * format.c - lines of tokens, each with its indentation and perhaps a comment behind it.
 *
 * Works on the tokens and on what stands between them, never on the tree, so that nothing can be
 * lost. First all lines are made, then comments behind code are put in columns and all is printed.
 *
 * A stack of frames, one per open bracket and one for the file, gives the indentation. Brackets
 * opened on one line indent once; but what follows a '(' or '[' on its line is what the next lines
 * begin below. A line that goes on with a statement is one level further in than the statement,
 * however long that goes on.
 *
 * Why a second run changes nothing: indentation and blanks depend on tokens and line ends alone,
 * which stay; and a column of comments begins where the widest code of its lines ends, plus the
 * smallest gap there was, which is the gap a second run finds.
 */
#include "compiler/tools/format.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/syntax/parse.h"
#include "compiler/tools/comments.h"
#include "compiler/tools/roles.h"

enum { INDENT = 4, TAB = 4 };

typedef struct Frame {
    const Token *opener;                  /* NULL: the file */
    int          outer;                   /* indentation of a line that begins with its closer */
    int          inner;                   /* of statements or items in it */
    TokenKind    first;                   /* what the current statement begins with */
    bool         header;                  /* it has "impl" or "uses": commas do not end it */
    bool         aligned;                 /* inner is the column behind the opener */
} Frame;

typedef struct Line {
    const char *text;                     /* in the arena, indented; may hold a string's newlines */
    int         width;                    /* column behind it */
    Comment     comment;                  /* behind it, if found */
    int         column, gap;              /* of the comment in the source */
} Line;

typedef struct Formatter {
    const SourceFile *file;
    TokenList         tokens;
    const TokenRole  *roles;
    LIST(Frame)       frames;
    LIST(Line)        lines;
    LIST(char)        text;               /* of the line that is being made */
    bool              blank_wanted;       /* an empty line stands before the next */
    int               indent;             /* of the line that is being made */
    bool              continues;          /* it goes on with a statement */
} Formatter;

/* ---- Lines ---- */

static void add_text(Formatter *f, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        LIST_ADD(&f->text, text[i]);
}

static void add_spaces(Formatter *f, int count)
{
    for (int i = 0; i < count; i++)
        add_text(f, " ", 1);
}

/* The column behind text, which began in the given one; characters count, not bytes. */
static int column_after(int column, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n')
            column = 0;
        else if (c == '\t')
            column += TAB - column % TAB;
        else if ((c & 0xc0) != 0x80)
            column++;
    }
    return column;
}

static void push_line(Formatter *f, const char *text)
{
    Line line = {.text = text, .width = column_after(0, text, strlen(text))};
    if (f->blank_wanted && f->lines.count > 0) {
        Line empty = {.text = ""};
        LIST_ADD(&f->lines, empty);
    }
    f->blank_wanted = false;
    LIST_ADD(&f->lines, line);
}

static void end_line(Formatter *f)
{
    if (f->text.count == 0)
        return;
    push_line(f, arena_format("%.*s", f->text.count, f->text.items));
    f->text.count = 0;
}

static uint32_t source_line(const Formatter *f, Comment c)
{
    uint32_t start = c.start;
    while (start > 0 && f->file->text[start - 1] != '\n')
        start--;
    return start;
}

static int source_column(const Formatter *f, Comment c)
{
    uint32_t start = source_line(f, c);
    return column_after(0, f->file->text + start, c.start - start);
}

/* The comment at the end of the line that was ended last. */
static void attach_comment(Formatter *f, Comment c)
{
    const char *text  = f->file->text;
    uint32_t    start = source_line(f, c), code = c.start;
    while (code > start && strchr(" \t", text[code - 1]))
        code--;
    Line *line    = &f->lines.items[f->lines.count - 1];
    int   end     = column_after(0, text + start, code - start);
    line->comment = c;
    line->column  = source_column(f, c);
    line->gap     = line->column > end ? line->column - end : 1;
}

/* Is the comment, on a line of its own, the next line of one behind code? */
static bool goes_on(const Formatter *f, Comment c)
{
    const Line *before = f->lines.count > 0 ? &f->lines.items[f->lines.count - 1] : NULL;
    return before && before->comment.found && c.newlines == 1
        && before->column == source_column(f, c);
}

/* A comment on a line of its own. */
static void push_comment(Formatter *f, Comment c, int indent)
{
    if (goes_on(f, c)) {
        Line line = {.text = "", .comment = c, .column = source_column(f, c), .gap = INT_MAX};
        LIST_ADD(&f->lines, line);
        return;
    }
    push_line(f, arena_format("%*s%.*s", indent, "", (int)(c.end - c.start),
                              f->file->text + c.start));
}

/* ---- Indentation ---- */

static Frame *top(Formatter *f)
{
    return &f->frames.items[f->frames.count - 1];
}

/* Does the word at the beginning of a statement lead to a block of the statement? */
static bool leads_to_block(TokenKind kind)
{
    switch (kind) {
    case TOK_FN: case TOK_PUB: case TOK_CLASS: case TOK_TRAIT: case TOK_ENUM: case TOK_ERROR:
    case TOK_EXTERN: case TOK_APP: case TOK_STAGE: case TOK_SYSTEM: case TOK_TEST: case TOK_TESTS:
    case TOK_SCOPED: case TOK_TRANSIENT: case TOK_OVERRIDE: case TOK_REQUIRES:
    case TOK_IF: case TOK_WHILE: case TOK_FOR: case TOK_MATCH: case TOK_SELECT: case TOK_SCOPE:
        return true;
    default:
        return false;
    }
}

/* Is something missing behind the token, so that the next line belongs to it? */
static bool wants_more(const Token *t, TokenRole role)
{
    switch ((TokenKind)t->kind) {
    case TOK_COLON: case TOK_SPAWN: case TOK_CATCH: case TOK_RAISE: case TOK_AS: case TOK_IN:
    case TOK_USES: case TOK_IMPL: case TOK_LET: case TOK_MUT: case TOK_FN: case TOK_IF:
    case TOK_WHILE: case TOK_FOR: case TOK_MATCH: case TOK_ASSERT: case TOK_YIELD: case TOK_PUB:
        return true;
    default:
        return role == ROLE_BINARY || role == ROLE_SECOND || role == ROLE_PREFIX
            || role == ROLE_TIGHT || role == ROLE_ANGLE_OPEN || role == ROLE_BAR_OPEN;
    }
}

/* Can the token only go on with something? */
static bool needs_more_before(const Token *t, TokenRole role)
{
    switch ((TokenKind)t->kind) {
    case TOK_USES: case TOK_IMPL:
        return true;
    case TOK_REQUIRES:
        return t[1].kind != TOK_FN;                 /* "requires fn" is a member of a stage */
    case TOK_LPAREN: case TOK_LBRACKET:
        return !is_opener(t - 1) && t[-1].kind != TOK_COMMA && t[-1].kind != TOK_RBRACE;
    default:
        return role == ROLE_BINARY || role == ROLE_TIGHT || role == ROLE_ANGLE_CLOSE
            || role == ROLE_BAR_CLOSE;
    }
}

/* Does the line that begins with token i, which is no closer, go on with a statement or item? */
static bool is_continuation(Formatter *f, size_t i)
{
    const Token *t = &f->tokens.items[i];
    if (i == 0 || is_opener(t - 1))
        return false;
    if (t[-1].kind == TOK_COMMA)
        return top(f)->header || f->roles[i] == ROLE_TIGHT;
    return needs_more_before(t, f->roles[i]) || wants_more(t - 1, f->roles[i - 1]);
}

static void begin_statement(Formatter *f, const Token *t)
{
    top(f)->first  = t->kind;
    top(f)->header = false;
}

/* Decides on the indentation of the line that begins with token i. */
static void begin_line(Formatter *f, size_t i)
{
    const Token *t = &f->tokens.items[i];
    f->continues = false;
    f->indent    = top(f)->inner;
    if (is_closer(t)) {
        f->indent = top(f)->outer;
    } else if (is_continuation(f, i)) {
        f->continues = true;
        f->indent += top(f)->aligned ? 0 : INDENT;
    } else if (t->kind != TOK_ELSE && t->kind != TOK_CATCH && t->kind != TOK_LBRACE) {
        begin_statement(f, t);
    }
}

static void open_frame(Formatter *f, const Token *t)
{
    int  outer = f->indent;
    bool block = t->kind == TOK_LBRACE && leads_to_block(top(f)->first);
    if (f->continues && block)
        outer = top(f)->inner;
    if (t->kind == TOK_LBRACE)
        top(f)->header = false;
    Frame frame = {.opener = t, .outer = outer, .inner = outer + INDENT};
    frame.aligned = t->kind != TOK_LBRACE && !t[1].after_newline;
    if (frame.aligned)
        frame.inner = column_after(0, f->text.items, (size_t)f->text.count);
    LIST_ADD(&f->frames, frame);
    f->continues = false;
}

static void close_frame(Formatter *f)
{
    if (f->frames.count == 1)
        return;
    int outer = top(f)->outer;
    f->frames.count--;
    if (outer < f->indent)
        f->indent = outer;
}

/* ---- Tokens ---- */

static void add_token(Formatter *f, size_t i)
{
    const Token *t = &f->tokens.items[i];
    add_text(f, f->file->text + t->start, t->end - t->start);
    if (i > 0 && is_opener(t - 1) && !is_closer(t))
        begin_statement(f, t);
    if (t->kind == TOK_IMPL || t->kind == TOK_USES)
        top(f)->header = true;
    if (is_opener(t))
        open_frame(f, t);
    else if (is_closer(t))
        close_frame(f);
}

/* The comments between tokens i - 1 and i. Returns whether a line ends there. */
static bool add_gap(Formatter *f, size_t i, uint32_t pos)
{
    const Token *t        = &f->tokens.items[i];
    bool         new_line = t->after_newline || t->kind == TOK_EOF;
    bool         at_edge  = i > 0 && is_opener(t - 1);
    if (new_line) {
        end_line(f);
        begin_line(f, i);
    }
    int     indent = is_closer(t) ? top(f)->inner : f->indent;
    Comment c;
    while ((c = next_comment(f->file, &pos, t->start)).found) {
        if (c.newlines == 0 && f->lines.count > 0) {
            attach_comment(f, c);
            continue;
        }
        f->blank_wanted = c.newlines > 1 && !at_edge;
        push_comment(f, c, indent);
        at_edge = false;
    }
    if (new_line)
        f->blank_wanted = c.newlines > 1 && !at_edge && !is_closer(t) && t->kind != TOK_EOF;
    return new_line;
}

static void make_lines(Formatter *f)
{
    uint32_t prefix = file_prefix(f->file);
    Frame    file   = {.opener = NULL};
    LIST_ADD(&f->frames, file);
    if (prefix > 0) {
        add_text(f, f->file->text, prefix);
        while (strchr(" \t\r", f->text.items[f->text.count - 1]))
            f->text.count--;
        end_line(f);
    }
    for (size_t i = 0; i < f->tokens.count; i++) {
        const Token *t = &f->tokens.items[i];
        if (add_gap(f, i, i > 0 ? t[-1].end : prefix))
            add_spaces(f, t->kind == TOK_EOF ? 0 : f->indent);
        else if (space_before(f->file->text, f->tokens, f->roles, i))
            add_spaces(f, 1);
        if (t->kind != TOK_EOF)
            add_token(f, i);
    }
    end_line(f);
}

/* ---- Printing ---- */

/* The lines from i on whose comments began in one column. */
static int same_column(const Formatter *f, int i)
{
    int end = i + 1;
    while (end < f->lines.count && f->lines.items[end].comment.found
           && f->lines.items[end].column == f->lines.items[i].column)
        end++;
    return end;
}

static void set_columns(Formatter *f)
{
    for (int i = 0, end; i < f->lines.count; i = end) {
        end = i + 1;
        if (!f->lines.items[i].comment.found)
            continue;
        end = same_column(f, i);
        int width = 0, gap = f->lines.items[i].gap;
        for (int k = i; k < end; k++) {
            const Line *line = &f->lines.items[k];
            width = line->width > width ? line->width : width;
            gap   = line->gap < gap ? line->gap : gap;
        }
        for (int k = i; k < end; k++)
            f->lines.items[k].column = width + gap;
    }
}

static char *print_lines(const Formatter *f, size_t *size)
{
    char *text = NULL;
    FILE *out  = open_memstream(&text, size);
    if (out == NULL)
        return NULL;
    for (int i = 0; i < f->lines.count; i++) {
        const Line *line = &f->lines.items[i];
        fputs(line->text, out);
        if (line->comment.found)
            fprintf(out, "%*s%.*s", line->column - line->width, "",
                    (int)(line->comment.end - line->comment.start),
                    f->file->text + line->comment.start);
        fputc('\n', out);
    }
    return fclose(out) == 0 ? text : NULL;
}

char *format_source(SourceFile *file, Diag *d, size_t *size)
{
    LexInput  input  = {file, file->text, (uint32_t)file->size, NULL};
    Formatter f      = {.file = file, .tokens = lex(input, d)};
    char     *text   = NULL;
    TokenList parsed = {NULL, 0};
    if (diag_errors(d) == 0) {
        Module *module = ARENA_NEW(Module);
        module->file   = file;
        parsed         = lex(input, d);
        parse_tokens(module, parsed, d);
    }
    if (diag_errors(d) == 0) {
        for (size_t i = 0; i < parsed.count; i++)
            f.tokens.items[i].angle = parsed.items[i].angle;
        f.roles = token_roles(f.tokens);
        make_lines(&f);
        set_columns(&f);
        text = print_lines(&f, size);
    }
    tokens_free(&parsed);
    tokens_free(&f.tokens);
    return text;
}
