/*
 * parse.h - source text to a syntax tree.
 *
 * The whole grammar is accepted, whether or not later passes can handle a construct. Errors are
 * reported at every statement and declaration that has one.
 */
#ifndef PLUTO_PARSE_H
#define PLUTO_PARSE_H

#include "compiler/syntax/ast.h"
#include "compiler/base/diag.h"
#include "compiler/syntax/lex.h"

/* What a program may not exceed, so that neither the parser nor a later pass that walks the tree
 * recursively runs out of stack. */
enum {
    PARSE_MAX_NESTING = 256,     /* blocks, brackets, types, prefix operators inside each other */
    PARSE_MAX_HEIGHT  = 10000,   /* operators in a row, links of a member chain, else-ifs: the steps
                                    from any node of the tree down to the lowest below it */
};

/* a.B { } is an EXPR_STRUCT if the file itself imports a module as a, else an EXPR_VARIANT; where
 * imports of other files count too, the checker has to look again.
 *
 * Never NULL. After errors (diag_errors) the tree is incomplete and fit for nothing. */
Module *parse_file(SourceFile *file, Diag *diag);

/* The part of parse_file behind the lexer: the tokens of module->file, in which no error was found,
 * go into the module. Sets Token.angle; a ">=" may become "=". */
void parse_tokens(Module *module, TokenList tokens, Diag *diag);

#endif
