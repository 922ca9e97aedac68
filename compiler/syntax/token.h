/*
 * token.h - the kinds of tokens, with the spelling that messages use.
 */
#ifndef PLUTO_TOKEN_H
#define PLUTO_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/syntax/ast.h"

/* Reserved words: X(name, spelling). */
#define KEYWORDS(X)                                                                                \
    X(FN, "fn") X(LET, "let") X(MUT, "mut") X(RETURN, "return") X(IF, "if") X(ELSE, "else")        \
    X(WHILE, "while") X(FOR, "for") X(IN, "in") X(BREAK, "break") X(CONTINUE, "continue")          \
    X(MATCH, "match") X(TRUE, "true") X(FALSE, "false") X(NONE, "none") X(CLASS, "class")          \
    X(TRAIT, "trait") X(IMPL, "impl") X(ENUM, "enum") X(ERROR, "error") X(SELF, "self")            \
    X(PUB, "pub") X(IMPORT, "import") X(AS, "as") X(EXTERN, "extern") X(USES, "uses")              \
    X(RAISE, "raise") X(CATCH, "catch") X(ASSERT, "assert") X(REQUIRES, "requires")                \
    X(INVARIANT, "invariant") X(YIELD, "yield") X(STREAM, "stream") X(SPAWN, "spawn")              \
    X(SELECT, "select") X(DEFAULT, "default") X(SCOPE, "scope") X(SCOPED, "scoped")                \
    X(TRANSIENT, "transient") X(INJECT, "inject") X(AMBIENT, "ambient") X(APP, "app")              \
    X(STAGE, "stage") X(SYSTEM, "system") X(OVERRIDE, "override") X(SERVE, "serve")                \
    X(TEST, "test") X(TESTS, "tests")

/* No token: a shift right is two '>' with nothing between them, '??' two '?'. */
#define PUNCTUATION(X)                                                                             \
    X(PLUS, "+") X(MINUS, "-") X(STAR, "*") X(SLASH, "/") X(PERCENT, "%")                          \
    X(INCREMENT, "++") X(DECREMENT, "--")                                                          \
    X(ASSIGN, "=") X(ADD_ASSIGN, "+=") X(SUB_ASSIGN, "-=") X(MUL_ASSIGN, "*=")                     \
    X(DIV_ASSIGN, "/=") X(REM_ASSIGN, "%=")                                                        \
    X(EQ, "==") X(NE, "!=") X(LT, "<") X(LE, "<=") X(GT, ">") X(GE, ">=")                          \
    X(AND, "&&") X(OR, "||") X(NOT, "!") X(BAND, "&") X(BOR, "|") X(BXOR, "^") X(BNOT, "~")        \
    X(SHL, "<<")                                                                                   \
    X(LPAREN, "(") X(RPAREN, ")") X(LBRACKET, "[") X(RBRACKET, "]")                                \
    X(LBRACE, "{") X(RBRACE, "}")                                                                  \
    X(COMMA, ",") X(COLON, ":") X(PATH, "::") X(DOT, ".") X(RANGE, "..") X(RANGE_TO, "..=")        \
    X(QUESTION, "?") X(ARROW, "=>") X(THIN_ARROW, "->")

#define OTHER_TOKENS(X)                                                                            \
    X(EOF, "end of file") X(IDENT, "identifier") X(INT, "integer literal")                         \
    X(FLOAT, "float literal") X(STRING, "string literal") X(FSTRING, "f-string")

typedef enum {
#define X(name, spelling) TOK_##name,
    OTHER_TOKENS(X) KEYWORDS(X) PUNCTUATION(X)
#undef X
    TOK_COUNT
} TokenKind;

/* The text of a string literal after its escapes are decoded; may contain NUL. */
typedef struct Text {
    const char     *bytes;
    uint32_t        len;
    const uint32_t *origin;          /* f-strings: where bytes[i] stands in the file, i <= len */
} Text;

/* There are no newline tokens: a token knows whether a line end stands before it. */
typedef struct Token {
    uint32_t start, end;             /* in the file */
    uint8_t  kind;                   /* TokenKind */
    bool     after_newline;
    bool     glued;                  /* nothing between the token before and this one */
    bool     angle;                  /* '<' or '>' around types; set by the parser */
    union {
        Name        name;            /* TOK_IDENT */
        uint64_t    integer;         /* TOK_INT: up to 2^63 */
        double      floating;        /* TOK_FLOAT */
        const Text *text;            /* TOK_STRING, TOK_FSTRING */
    };
} Token;

/* As messages name the kind: "=>", "identifier". */
const char *token_name(TokenKind kind);

#endif
