/*
 * parse_internal.h - what the files of the parser share.
 *
 *     parse.c          the cursor, errors, recovery, the file
 *     parse_decl.c     declarations
 *     parse_app.c      app, stage, system, tests, test
 *     parse_type.c     types; telling type arguments from comparisons
 *     parse_stmt.c     statements and blocks
 *     parse_select.c   select
 *     parse_expr.c     operators and postfix forms
 *     parse_primary.c  what an expression begins with
 *     parse_fstring.c  interpolations
 *
 * Errors. The first error of a statement is reported and makes the parser *fail*: the cursor jumps
 * to the end of file, where every loop ends and no expectation is met, and until recovery nothing
 * more is reported. So a parsing function checks nothing after the calls it makes. Blocks, the
 * bodies of classes, traits and apps, and the file's top level recover: they put the cursor back
 * where the next statement, member or declaration begins.
 */
#ifndef PLUTO_PARSE_INTERNAL_H
#define PLUTO_PARSE_INTERNAL_H

#include "compiler/base/arena.h"
#include "compiler/syntax/ast.h"
#include "compiler/base/diag.h"
#include "compiler/syntax/lex.h"
#include "compiler/syntax/parse.h"

typedef struct Parser {
    /* Fixed. */
    const SourceFile *file;
    Diag             *diag;
    Module           *module;
    Token            *first, *last;    /* last is TOK_EOF */
    uint32_t          base_column;     /* where the declarations of the file begin */
    bool              balanced;        /* every brace of the file has its partner */

    Token *tok;                        /* the next token; last while failed */
    bool   failed;
    Token *failed_at;                  /* where the cursor stood */
    bool   restricted;                 /* language 4.5 note 4: no '{' of a literal here */
    int    nesting;                    /* see PARSE_MAX_NESTING */
    int    height;                     /* bound of what was built since height_begin */
    Span   crooked;                    /* first '{' whose '}' is indented differently; or no file */
} Parser;

/* ---- The cursor (parse.c) ---- */

static inline bool at(const Parser *p, TokenKind kind)
{
    return p->tok->kind == kind;
}

/* Kind of the token after the next n ones; TOK_EOF behind the end. */
static inline TokenKind peek_kind(const Parser *p, int n)
{
    return p->last - p->tok > n ? (TokenKind)p->tok[n].kind : TOK_EOF;
}

static inline bool at_same_line(const Parser *p, TokenKind kind)
{
    return at(p, kind) && !p->tok->after_newline;
}

Span here(const Parser *p);                        /* of the next token */
Span span_since(const Parser *p, Span start);      /* up to the token before the next */
bool at_word(const Parser *p, const char *word);   /* a contextual word */
void advance(Parser *p);
bool take(Parser *p, TokenKind kind);
Span expect(Parser *p, TokenKind kind);
Ident expect_ident(Parser *p);

/* The bracket that closes the one at open. */
void expect_close(Parser *p, TokenKind close, Span open);

/* After an item of a list with mandatory commas: does another one follow? */
bool next_item(Parser *p, TokenKind close, Span open);

/* After an item of a list whose commas may be left out. */
bool next_loose_item(Parser *p, TokenKind close);

/* Does the next token stand behind the end of the statement or clause before it? */
bool at_line_end(const Parser *p);

/* ---- Errors (parse.c) ---- */

/* Fails. Returns false if the parser had failed before, and nothing was reported: then no note or
 * help may be added. */
bool syntax_error(Parser *p, Span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool expected(Parser *p, const char *what);        /* "expected <what>, found <next token>" */

/* Call with the first token of what failed. True: the cursor stands behind the damage, at a
 * statement or member of the same braces or at their '}'. False: these braces are lost, go on
 * failing. */
bool recover_in_braces(Parser *p, const Token *begun);

/* In a file whose braces do not balance: a declaration at the start of a line, as far left as the
 * file's declarations stand. Where it is no member, a '}' is missing. */
bool at_next_declaration(const Parser *p);

/* Notes, after the '}' of the block opened at open was met, whether the indentation differs. */
void note_indentation(Parser *p, Span open);

/* "expected }, found ...", with the brace that was not closed, if it is known. */
void missing_brace(Parser *p, Span open);

/* ---- Limits (parse.c) ---- */

/* Nesting and height are kept apart: nesting is how deep the parser stands inside, height how far
 * what it built reaches down, which grows when a chain puts one more node on top. What the begin
 * functions return, the end functions want back. */
int  enter(Parser *p);                             /* one level of nesting; fails at the limit */
void leave(Parser *p, int before);
int  height_begin(Parser *p);
void height_grow(Parser *p);                       /* a node was put on top; fails at the limit */
void height_end(Parser *p, int before);

/* ---- Subjects ---- */

void parse_import(Parser *p);
void parse_declaration(Parser *p);
Param parse_param(Parser *p);
FuncDecl *parse_method(Parser *p);
FuncDecl *parse_method_head(Parser *p);            /* without a body */

/* Is there another member before the "}" that closes these braces? */
bool at_member(const Parser *p);
void close_members(Parser *p, Span open);

DepDecl parse_dep(Parser *p);
/* "[" deplist "]" ; deplist = list( IDENT ":" [ "remote" ] type ), into any LIST(DepDecl) */
#define PARSE_DEPS(p, list)                                                                        \
    do {                                                                                           \
        Span open_bracket = expect(p, TOK_LBRACKET);                                               \
        if (!at(p, TOK_RBRACKET)) {                                                                \
            do                                                                                     \
                LIST_ADD(list, parse_dep(p));                                                      \
            while (next_item(p, TOK_RBRACKET, open_bracket));                                      \
        }                                                                                          \
        expect_close(p, TOK_RBRACKET, open_bracket);                                               \
    } while (0)

/* app, stage, system, tests, test: begun at start, with pub if is_pub. */
bool at_program_part(const Parser *p);
void parse_program_part(Parser *p, Span start, bool is_pub);

TypeExpr *parse_type(Parser *p);
TypeExpr *parse_cast_type(Parser *p);              /* reads '<' only before true type arguments */
bool      at_type_start(const Parser *p);
QName     parse_qname(Parser *p);                  /* IDENT [ "." IDENT ], on one line */

/* The type arguments at "<", into any LIST(TypeExpr *). */
#define PARSE_TYPE_ARGS(p, list)                                                                   \
    do {                                                                                           \
        Span open_angle = expect(p, TOK_LT);                                                       \
        do                                                                                         \
            LIST_ADD(list, parse_type(p));                                                         \
        while (next_item(p, TOK_GT, open_angle));                                                  \
        expect_close(p, TOK_GT, open_angle);                                                       \
    } while (0)

/* If the tokens from '<' on are type arguments: the token behind their '>'; else NULL. */
const Token *scan_type_args(const Parser *p, const Token *angle);

Block   *parse_block(Parser *p);
MatchArm parse_pattern(Parser *p, bool bindings_need_block);

/* Behind a head: fails if what would be its block is meant as the fields of a literal. */
void reject_head_literal(Parser *p);

Expr *parse_expr(Parser *p);
Expr *parse_head(Parser *p);                       /* before the '{' of a statement */
Expr *parse_free_expr(Parser *p);                  /* inside brackets: unrestricted */
Expr *parse_primary(Parser *p);
Expr *parse_fstring(Parser *p);
Expr *expr_new(ExprKind kind, Span span);
Stmt *stmt_new(StmtKind kind, Span span);
Stmt *parse_select(Parser *p);
void  parse_call_args(Parser *p, Expr *call);      /* "(" list(expr) ")" */

/* Can the '{' at t open the fields of a literal? (language 4.5 note 3) */
bool opens_fields(const Parser *p, const Token *t);
/* "{" sep(IDENT ":" expr) "}", into any LIST(FieldInit). */
#define PARSE_FIELD_INITS(p, list)                                                                 \
    do {                                                                                           \
        Span open_brace = expect(p, TOK_LBRACE);                                                   \
        while (at_field_init(p, open_brace))                                                       \
            LIST_ADD(list, parse_field_init(p));                                                   \
        expect_close(p, TOK_RBRACE, open_brace);                                                   \
    } while (0)
bool      at_field_init(Parser *p, Span open);
FieldInit parse_field_init(Parser *p);             /* with the comma behind it */

#endif
