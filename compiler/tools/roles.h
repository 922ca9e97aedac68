/*
 * roles.h - what a token does where it stands, as far as layout depends on it.
 *
 * "-" may be a sign or an operator, "<" may begin type arguments or compare. The parser knows;
 * here it is found from the tokens alone, with the help of Token.angle.
 */
#ifndef PLUTO_ROLES_H
#define PLUTO_ROLES_H

#include "compiler/syntax/lex.h"

typedef enum {
    ROLE_WORD,              /* names, literals, keywords, brackets, ',' and ':' */
    ROLE_PREFIX,            /* an operator before its operand */
    ROLE_POSTFIX,           /* one behind it: ! ? ++ -- */
    ROLE_BINARY,            /* between operands; also = and => */
    ROLE_SECOND,            /* the second token of >> or ?? */
    ROLE_TIGHT,             /* . :: .. ..= */
    ROLE_ANGLE_OPEN, ROLE_ANGLE_CLOSE,          /* around types */
    ROLE_BAR_OPEN, ROLE_BAR_CLOSE,              /* around the bindings of a scope block */
    ROLE_APART,             /* '[' that stands apart: of a result type, behind uses */
} TokenRole;

/* The roles of all tokens, in the arena. The tokens form a program without syntax errors, and the
 * parser has set Token.angle. */
const TokenRole *token_roles(TokenList tokens);

bool is_opener(const Token *t);          /* ( [ { */
bool is_closer(const Token *t);          /* ) ] } */

/* Is there a blank between tokens i - 1 and i when they stand on one line? */
bool space_before(const char *text, TokenList tokens, const TokenRole *roles, size_t i);

#endif
