/*
 * highlight.c - pluto highlight: syntax files for editors, from the table of tokens (token.h) and
 * the names of built-in types (globals.h).
 *
 * A keyword's class is found by a switch without default, so that the C compiler asks for the class
 * of a new one.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "compiler/check/globals.h"
#include "compiler/drive/commands.h"
#include "compiler/drive/fault.h"
#include "compiler/syntax/token.h"

typedef enum {
    CLASS_CONTROL, CLASS_DECLARATION, CLASS_MODIFIER, CLASS_CONSTANT, CLASS_SELF, CLASS_COUNT,
    CLASS_OPERATOR, CLASS_NONE
} WordClass;

static WordClass class_of(TokenKind kind)
{
    switch (kind) {
    case TOK_RETURN: case TOK_IF: case TOK_ELSE: case TOK_WHILE: case TOK_FOR: case TOK_IN:
    case TOK_BREAK: case TOK_CONTINUE: case TOK_MATCH: case TOK_RAISE: case TOK_CATCH:
    case TOK_ASSERT: case TOK_YIELD: case TOK_SPAWN: case TOK_SELECT: case TOK_DEFAULT:
    case TOK_SCOPE: case TOK_SERVE: case TOK_AS:
        return CLASS_CONTROL;
    case TOK_FN: case TOK_LET: case TOK_CLASS: case TOK_TRAIT: case TOK_IMPL: case TOK_ENUM:
    case TOK_ERROR: case TOK_IMPORT: case TOK_EXTERN: case TOK_USES: case TOK_REQUIRES:
    case TOK_INVARIANT: case TOK_INJECT: case TOK_AMBIENT: case TOK_APP: case TOK_STAGE:
    case TOK_SYSTEM: case TOK_TEST: case TOK_TESTS:
        return CLASS_DECLARATION;
    case TOK_MUT: case TOK_PUB: case TOK_STREAM: case TOK_SCOPED: case TOK_TRANSIENT:
    case TOK_OVERRIDE:
        return CLASS_MODIFIER;
    case TOK_TRUE: case TOK_FALSE: case TOK_NONE:
        return CLASS_CONSTANT;
    case TOK_SELF:
        return CLASS_SELF;
#define X(name, spelling) case TOK_##name:
    PUNCTUATION(X)
        return CLASS_OPERATOR;
    OTHER_TOKENS(X)
#undef X
    case TOK_COUNT:
        return CLASS_NONE;
    }
    return CLASS_NONE;
}

/* The keywords of a class with something between them. */
static void print_words(WordClass wanted, const char *between)
{
    const char *before = "";
    for (int kind = 0; kind < TOK_COUNT; kind++) {
        if (class_of((TokenKind)kind) != wanted)
            continue;
        printf("%s%s", before, token_name((TokenKind)kind));
        before = between;
    }
}

static void print_types(const char *between)
{
    for (int i = 0; builtin_types[i]; i++)
        printf("%s%s", i ? between : "", builtin_types[i]);
}

static bool is_operator(TokenKind kind)
{
    return class_of(kind) == CLASS_OPERATOR && !strpbrk(token_name(kind), "()[]{},:.");
}

/* ---- Vim ---- */

static void print_vim(void)
{
    static const char *const groups[CLASS_COUNT][2] = {
        [CLASS_CONTROL]     = {"plutoControl", "Statement"},
        [CLASS_DECLARATION] = {"plutoDeclaration", "Keyword"},
        [CLASS_MODIFIER]    = {"plutoModifier", "StorageClass"},
        [CLASS_CONSTANT]    = {"plutoConstant", "Boolean"},
        [CLASS_SELF]        = {"plutoSelf", "Identifier"},
    };
    puts("\" Syntax of Pluto for Vim: ~/.vim/syntax/pluto.vim\n"
         "if exists('b:current_syntax')\n    finish\nendif");
    for (int i = 0; i < CLASS_COUNT; i++) {
        printf("syntax keyword %s ", groups[i][0]);
        print_words((WordClass)i, " ");
        putchar('\n');
    }
    fputs("syntax keyword plutoType ", stdout);
    print_types(" ");
    puts("\nsyntax match plutoNumber '\\<\\d[0-9_]*\\(\\.\\d[0-9_]*\\)\\?\\([eE][-+]\\?\\d\\+\\)\\?\\>'\n"
         "syntax match plutoNumber '\\<0[xX][0-9a-fA-F_]\\+\\>'\n"
         "syntax match plutoNumber '\\<0[bB][01_]\\+\\>'\n"
         "syntax match plutoFunction '\\(\\<fn\\s\\+\\)\\@<=\\h\\w*'\n"
         "syntax match plutoEscape contained '\\\\\\([nrt0\\\\\"]\\|x\\x\\x\\|u{\\x*}\\)'\n"
         "syntax region plutoString start='\"' skip='\\\\.' end='\"' contains=plutoEscape,@Spell\n"
         "syntax match plutoBraces contained '{{\\|}}'\n"
         "syntax region plutoInterpolation contained start='{' end='}' "
         "contains=TOP,plutoString,plutoFString\n"
         "syntax region plutoFString start='f\"' skip='\\\\.' end='\"' "
         "contains=plutoEscape,plutoBraces,plutoInterpolation,@Spell\n"
         "syntax keyword plutoTodo contained TODO FIXME\n"
         "syntax match plutoComment '//.*' contains=plutoTodo,@Spell\n"
         "syntax match plutoDocComment '///.*' contains=plutoTodo,@Spell\n"
         "syntax match plutoComment '\\%^#!.*'");
    for (int i = 0; i < CLASS_COUNT; i++)
        printf("highlight default link %s %s\n", groups[i][0], groups[i][1]);
    puts("highlight default link plutoType Type\n"
         "highlight default link plutoNumber Number\n"
         "highlight default link plutoFunction Function\n"
         "highlight default link plutoString String\n"
         "highlight default link plutoFString String\n"
         "highlight default link plutoEscape SpecialChar\n"
         "highlight default link plutoBraces SpecialChar\n"
         "highlight default link plutoInterpolation Normal\n"
         "highlight default link plutoTodo Todo\n"
         "highlight default link plutoComment Comment\n"
         "highlight default link plutoDocComment SpecialComment\n"
         "setlocal commentstring=//\\ %s\n"
         "let b:current_syntax = 'pluto'");
}

/* ---- TextMate ---- */

/* A spelling in a regular expression in JSON. */
static void print_escaped(const char *text)
{
    for (; *text; text++)
        printf("%s%c", ispunct((unsigned char)*text) ? "\\\\" : "", *text);
}

/* The longest first, since alternatives are tried in order. */
static void print_operators(void)
{
    const char *before = "";
    for (size_t len = 3; len > 0; len--) {
        for (int kind = 0; kind < TOK_COUNT; kind++) {
            const char *name = token_name((TokenKind)kind);
            if (!is_operator((TokenKind)kind) || strlen(name) != len)
                continue;
            fputs(before, stdout);
            print_escaped(name);
            before = "|";
        }
    }
}

static void print_textmate(void)
{
    static const char *const scopes[CLASS_COUNT] = {
        [CLASS_CONTROL]     = "keyword.control",
        [CLASS_DECLARATION] = "keyword.other",
        [CLASS_MODIFIER]    = "storage.modifier",
        [CLASS_CONSTANT]    = "constant.language",
        [CLASS_SELF]        = "variable.language",
    };
    puts("{\n  \"name\": \"Pluto\",\n  \"scopeName\": \"source.pluto\",\n"
         "  \"fileTypes\": [\"pluto\", \"pt\"],\n  \"firstLineMatch\": \"^#!.*pluto\",\n"
         "  \"patterns\": [{ \"include\": \"#code\" }],\n  \"repository\": {\n"
         "    \"code\": {\n      \"patterns\": [\n"
         "        { \"name\": \"comment.line.documentation.pluto\", \"match\": \"///.*$\" },\n"
         "        { \"name\": \"comment.line.double-slash.pluto\", \"match\": \"//.*$\" },\n"
         "        {\n          \"name\": \"string.interpolated.pluto\", \"begin\": \"f\\\"\","
         " \"end\": \"\\\"\",\n          \"patterns\": [\n"
         "            { \"include\": \"#escape\" },\n"
         "            { \"name\": \"constant.character.escape.pluto\","
         " \"match\": \"\\\\{\\\\{|\\\\}\\\\}\" },\n"
         "            {\n              \"name\": \"meta.embedded.pluto\", \"begin\": \"\\\\{\","
         " \"end\": \"\\\\}\",\n"
         "              \"patterns\": [{ \"include\": \"#code\" }]\n            }\n"
         "          ]\n        },\n"
         "        {\n          \"name\": \"string.quoted.double.pluto\", \"begin\": \"\\\"\","
         " \"end\": \"\\\"\",\n"
         "          \"patterns\": [{ \"include\": \"#escape\" }]\n        },\n"
         "        { \"name\": \"constant.numeric.pluto\", \"match\": "
         "\"\\\\b(0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(\\\\.[0-9][0-9_]*)?"
         "([eE][-+]?[0-9]+)?)\\\\b\" },\n"
         "        { \"name\": \"entity.name.function.pluto\","
         " \"match\": \"(?<=\\\\bfn )[A-Za-z_][A-Za-z_0-9]*\" },");
    for (int i = 0; i < CLASS_COUNT; i++) {
        printf("        { \"name\": \"%s.pluto\", \"match\": \"\\\\b(", scopes[i]);
        print_words((WordClass)i, "|");
        puts(")\\\\b\" },");
    }
    fputs("        { \"name\": \"support.type.pluto\", \"match\": \"\\\\b(", stdout);
    print_types("|");
    fputs(")\\\\b\" },\n        { \"name\": \"keyword.operator.pluto\", \"match\": \"", stdout);
    print_operators();
    puts("\" }\n      ]\n    },\n"
         "    \"escape\": { \"name\": \"constant.character.escape.pluto\", \"match\": "
         "\"\\\\\\\\([nrt0\\\\\\\\\\\"]|x[0-9a-fA-F]{2}|u\\\\{[0-9a-fA-F]*\\\\})\" }\n"
         "  }\n}");
}

int command_highlight(const Options *o)
{
    if (strcmp(o->file, "vim") == 0)
        print_vim();
    else if (strcmp(o->file, "textmate") == 0)
        print_textmate();
    else
        return fault("unknown editor '%s'; expected vim or textmate", o->file);
    return fflush(stdout) == 0 ? 0 : fault("cannot write standard output: %s", strerror(errno));
}
