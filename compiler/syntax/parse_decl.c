/*
 * parse_decl.c - imports and declarations, but for apps, stages, systems and tests.
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

/* ---- Parts of several declarations ---- */

/* param = IDENT ":" type */
Param parse_param(Parser *p)
{
    Param param = {.name = expect_ident(p)};
    expect(p, TOK_COLON);
    param.type = parse_type(p);
    return param;
}

/* "(" [ receiver ] list(param) ")" ; receiver = [ "mut" ] "self" [ "," ] */
static void parse_params(Parser *p, FuncDecl *f, bool is_method)
{
    Span open = expect(p, TOK_LPAREN);
    if (is_method && (at(p, TOK_MUT) || at(p, TOK_SELF))) {
        f->receiver_span = here(p);
        f->receiver      = take(p, TOK_MUT) ? RECV_MUT_SELF : RECV_SELF;
        expect(p, TOK_SELF);
        f->receiver_span = span_since(p, f->receiver_span);
        take(p, TOK_COMMA);
    }
    if (!at(p, TOK_RPAREN)) {
        do
            LIST_ADD(&f->params, parse_param(p));
        while (next_item(p, TOK_RPAREN, open));
    }
    expect_close(p, TOK_RPAREN, open);
}

/* IDENT [ ":" qname { "+" qname } ] */
static TypeParam parse_type_param(Parser *p)
{
    TypeParam param = {.name = expect_ident(p)};
    if (take(p, TOK_COLON)) {
        do
            LIST_ADD(&param.bounds, parse_qname(p));
        while (take(p, TOK_PLUS));
    }
    return param;
}

/* typeparams = "<" list(IDENT [ ":" IDENT { "+" IDENT } ]) ">", into any LIST(TypeParam) */
#define PARSE_TYPE_PARAMS(p, list)                                                                 \
    do {                                                                                           \
        if (!at(p, TOK_LT))                                                                        \
            break;                                                                                 \
        Span open_angle = expect(p, TOK_LT);                                                       \
        if (!at(p, TOK_GT)) {                                                                      \
            do                                                                                     \
                LIST_ADD(list, parse_type_param(p));                                               \
            while (next_item(p, TOK_GT, open_angle));                                              \
        }                                                                                          \
        expect_close(p, TOK_GT, open_angle);                                                       \
    } while (0)

/* Behind "requires" or "invariant": expr NL. A "{" on the next line is that of the body. */
static Expr *parse_clause(Parser *p)
{
    Expr *e = parse_head(p);
    if (!at_line_end(p))
        expected(p, "newline after the clause");
    return e;
}

/* { requires } ; requires = "requires" expr NL */
static void parse_requires(Parser *p, FuncDecl *f)
{
    while (take(p, TOK_REQUIRES))
        LIST_ADD(&f->requires, parse_clause(p));
}

/* IDENT ":" type */
static FieldDecl parse_field_decl(Parser *p)
{
    FieldDecl field = {.name = expect_ident(p)};
    expect(p, TOK_COLON);
    field.type = parse_type(p);
    return field;
}

/* "{" sep(IDENT ":" type) "}", into any LIST(FieldDecl) */
#define PARSE_FIELD_DECLS(p, list)                                                                 \
    do {                                                                                           \
        Span open_brace = expect(p, TOK_LBRACE);                                                   \
        if (!at(p, TOK_RBRACE)) {                                                                  \
            do                                                                                     \
                LIST_ADD(list, parse_field_decl(p));                                               \
            while (next_loose_item(p, TOK_RBRACE));                                                \
        }                                                                                          \
        expect_close(p, TOK_RBRACE, open_brace);                                                   \
    } while (0)

/* ---- Functions, methods ---- */

/* function = "fn" IDENT [ typeparams ] "(" list(param) ")" [ type ] { requires } block */
static void parse_function(Parser *p, Span start, bool is_pub)
{
    FuncDecl *f = ARENA_NEW(FuncDecl);
    f->is_pub = is_pub;
    expect(p, TOK_FN);
    f->name = expect_ident(p);
    PARSE_TYPE_PARAMS(p, &f->type_params);
    parse_params(p, f, false);
    bool body_is_missing = at(p, TOK_EOF) || at_next_declaration(p);
    if (!at(p, TOK_LBRACE) && !at(p, TOK_REQUIRES) && !body_is_missing)
        f->result = parse_type(p);
    f->span = span_since(p, start);
    parse_requires(p, f);
    f->body = parse_block(p);
    LIST_ADD(&p->module->funcs, f);
}

/* extern = "extern" "fn" [ "blocking" ] IDENT "(" list(param) ")" [ type ]
 * blocking is contextual: before "(" it is the function's name. */
static void parse_extern(Parser *p, Span start, bool is_pub)
{
    FuncDecl *f = ARENA_NEW(FuncDecl);
    f->is_pub    = is_pub;
    f->is_extern = true;
    expect(p, TOK_EXTERN);
    if (!take(p, TOK_FN))
        expected(p, "'fn' after 'extern'");
    f->name = expect_ident(p);
    if (at(p, TOK_IDENT) && strcmp(f->name.name, "blocking") == 0) {
        f->is_blocking = true;
        f->name        = expect_ident(p);
    }
    parse_params(p, f, false);
    if (at_type_start(p) && !p->tok->after_newline)
        f->result = parse_type(p);
    f->span = span_since(p, start);
    LIST_ADD(&p->module->funcs, f);
}

static void reject_generator_method(Parser *p, const FuncDecl *f)
{
    if (f->result && f->result->kind == TX_STREAM)
        syntax_error(p, f->result->span,
                     "a method cannot be a generator: only functions can return a stream");
}

/* method = "fn" IDENT "(" [ receiver ] list(param) ")" [ type ] { requires } block */
FuncDecl *parse_method(Parser *p)
{
    FuncDecl *f = ARENA_NEW(FuncDecl);
    Span start = expect(p, TOK_FN);
    f->name = expect_ident(p);
    parse_params(p, f, true);
    if (!at(p, TOK_LBRACE) && !at(p, TOK_REQUIRES) && !at(p, TOK_EOF))
        f->result = parse_type(p);
    reject_generator_method(p, f);
    f->span = span_since(p, start);
    parse_requires(p, f);
    f->body = parse_block(p);
    return f;
}

/* "fn" IDENT "(" [ receiver ] list(param) ")" [ type ] NL, the type on the line of the ")" */
FuncDecl *parse_method_head(Parser *p)
{
    FuncDecl *f = ARENA_NEW(FuncDecl);
    Span start = expect(p, TOK_FN);
    f->name = expect_ident(p);
    parse_params(p, f, true);
    if (!at_line_end(p))
        f->result = parse_type(p);
    f->span = span_since(p, start);
    if (!at_line_end(p))
        expected(p, "newline after the required method");
    return f;
}

/* traitmethod = "fn" IDENT "(" [ receiver ] list(param) ")" [ type ] { requires } ( block | NL )
 * The type begins on the line of the ")". */
static FuncDecl *parse_trait_method(Parser *p)
{
    FuncDecl *f = ARENA_NEW(FuncDecl);
    Span start = expect(p, TOK_FN);
    f->name = expect_ident(p);
    parse_params(p, f, true);
    if (!at_line_end(p) && !at(p, TOK_LBRACE) && !at(p, TOK_REQUIRES))
        f->result = parse_type(p);
    reject_generator_method(p, f);
    f->span = span_since(p, start);
    parse_requires(p, f);
    if (at(p, TOK_LBRACE))
        f->body = parse_block(p);
    else if (!at_line_end(p))
        expected(p, "newline after the trait method");
    return f;
}

/* ---- Classes ---- */

/* IDENT ":" [ "remote" ] type */
DepDecl parse_dep(Parser *p)
{
    DepDecl dep = {.name = expect_ident(p)};
    expect(p, TOK_COLON);
    if (at_word(p, "remote") && peek_kind(p, 1) == TOK_IDENT) {
        advance(p);
        dep.remote = true;
    }
    dep.type = parse_type(p);
    return dep;
}

/* field = IDENT ":" type ( "," | NL | before "}" ) */
static void parse_field(Parser *p, ClassDecl *c)
{
    LIST_ADD(&c->fields, parse_field_decl(p));
    if (!take(p, TOK_COMMA) && !at_line_end(p))
        expected(p, "newline or , after the field");
}

/* field | method | invariant ; invariant = "invariant" expr NL */
static void parse_class_member(Parser *p, ClassDecl *c)
{
    if (at(p, TOK_FN))
        LIST_ADD(&c->methods, parse_method(p));
    else if (take(p, TOK_INVARIANT))
        LIST_ADD(&c->invariants, parse_clause(p));
    else
        parse_field(p, c);
}

bool at_member(const Parser *p)
{
    return !at(p, TOK_RBRACE) && !at(p, TOK_EOF) && (at(p, TOK_FN) || !at_next_declaration(p));
}

void close_members(Parser *p, Span open)
{
    note_indentation(p, open);
    if (!take(p, TOK_RBRACE))
        missing_brace(p, open);
}

/* class = "class" IDENT [ typeparams ] [ "uses" qname { "," qname } ] [ "[" deplist "]" ]
 *         [ "impl" qname { "," qname } ] "{" { field | method | invariant } "}" */
static void parse_class(Parser *p, Span start, bool is_pub, Lifecycle lifecycle)
{
    ClassDecl *c = ARENA_NEW(ClassDecl);
    c->is_pub    = is_pub;
    c->lifecycle = lifecycle;
    expect(p, TOK_CLASS);
    c->name = expect_ident(p);
    c->span = span_since(p, start);
    PARSE_TYPE_PARAMS(p, &c->type_params);
    if (take(p, TOK_USES)) {
        do
            LIST_ADD(&c->uses, parse_qname(p));
        while (take(p, TOK_COMMA));
    }
    c->has_deps = at(p, TOK_LBRACKET);
    if (c->has_deps)
        PARSE_DEPS(p, &c->deps);
    if (take(p, TOK_IMPL)) {
        do
            LIST_ADD(&c->impls, parse_qname(p));
        while (take(p, TOK_COMMA));
    }
    Span open = expect(p, TOK_LBRACE);
    while (at_member(p)) {
        const Token *begun = p->tok;
        parse_class_member(p, c);
        if (p->failed && !recover_in_braces(p, begun))
            return;
    }
    close_members(p, open);
    LIST_ADD(&p->module->classes, c);
}

/* ---- Traits, enums, errors ---- */

/* trait = "trait" IDENT "{" { traitmethod } "}" */
static void parse_trait(Parser *p, Span start, bool is_pub)
{
    TraitDecl *t = ARENA_NEW(TraitDecl);
    t->is_pub = is_pub;
    expect(p, TOK_TRAIT);
    t->name = expect_ident(p);
    t->span = span_since(p, start);
    Span open = expect(p, TOK_LBRACE);
    while (at_member(p)) {
        const Token *begun = p->tok;
        LIST_ADD(&t->methods, parse_trait_method(p));
        if (p->failed && !recover_in_braces(p, begun))
            return;
    }
    close_members(p, open);
    LIST_ADD(&p->module->traits, t);
}

/* variant = IDENT [ "{" sep(IDENT ":" type) "}" ] */
static VariantDecl parse_variant(Parser *p)
{
    VariantDecl v = {.name = expect_ident(p)};
    if (at(p, TOK_LBRACE))
        PARSE_FIELD_DECLS(p, &v.fields);
    if (at(p, TOK_COMMA) && expected(p, "identifier"))
        diag_help(p->diag, "no commas stand between the variants of an enum");
    return v;
}

/* enum = "enum" IDENT [ typeparams ] "{" { variant } "}" */
static void parse_enum(Parser *p, Span start, bool is_pub)
{
    EnumDecl *e = ARENA_NEW(EnumDecl);
    e->is_pub = is_pub;
    expect(p, TOK_ENUM);
    e->name = expect_ident(p);
    e->span = span_since(p, start);
    PARSE_TYPE_PARAMS(p, &e->type_params);
    Span open = expect(p, TOK_LBRACE);
    while (!at(p, TOK_RBRACE) && !at(p, TOK_EOF) && !at_next_declaration(p))
        LIST_ADD(&e->variants, parse_variant(p));
    close_members(p, open);
    LIST_ADD(&p->module->enums, e);
}

/* error = "error" IDENT "{" sep(IDENT ":" type) "}" */
static void parse_error(Parser *p, Span start, bool is_pub)
{
    ErrorDecl *e = ARENA_NEW(ErrorDecl);
    e->is_pub = is_pub;
    expect(p, TOK_ERROR);
    e->name = expect_ident(p);
    e->span = span_since(p, start);
    PARSE_FIELD_DECLS(p, &e->fields);
    LIST_ADD(&p->module->errors, e);
}

/* ---- Imports ---- */

/* A name on the line of what stands before it. */
static Ident expect_import_name(Parser *p)
{
    if (at(p, TOK_IDENT) && p->tok->after_newline)
        syntax_error(p, here(p), "an import stands on one line");
    return expect_ident(p);
}

/* import = "import" IDENT { "." IDENT } [ "as" IDENT ] NL, all on one line */
void parse_import(Parser *p)
{
    ImportDecl *import = ARENA_NEW(ImportDecl);
    Span start = expect(p, TOK_IMPORT);
    LIST_ADD(&import->path, expect_import_name(p));
    while (at_same_line(p, TOK_DOT)) {
        advance(p);
        LIST_ADD(&import->path, expect_import_name(p));
    }
    import->alias = import->path.items[import->path.count - 1];
    if (at_same_line(p, TOK_AS)) {
        advance(p);
        import->alias = expect_import_name(p);
    }
    import->span = span_since(p, start);
    if (!at_line_end(p))
        expected(p, "newline after statement");
    LIST_ADD(&p->module->imports, import);
}

/* ---- Declarations ---- */

static void reject_lifecycle(Parser *p, Span word)
{
    syntax_error(p, word, "lifecycle modifiers (scoped, transient) can only be used on classes");
}

static void no_declaration(Parser *p)
{
    bool word = at(p, TOK_IDENT), import = at(p, TOK_IMPORT), brace = at(p, TOK_RBRACE);
    if (!expected(p, "'fn', 'class', 'trait', 'enum', 'error', 'app', 'stage', 'system', 'test', "
                     "'tests' or 'extern'"))
        return;
    if (import)
        diag_help(p->diag, "imports stand before all declarations");
    else if (brace)
        diag_help(p->diag, "there is one '}' too many here or above");
    else if (word)
        diag_help(p->diag, "statements and values stand inside functions");
}

/* declaration = [ "pub" ] ( function | trait | enum | error | extern
 *                         | [ "scoped" | "transient" ] class )
 *             | app | stage | system | tests | test */
void parse_declaration(Parser *p)
{
    Span start  = here(p);
    bool is_pub = take(p, TOK_PUB);
    if (at_program_part(p)) {
        parse_program_part(p, start, is_pub);
        return;
    }
    if (is_pub && at(p, TOK_EOF)) {
        syntax_error(p, start, "expected declaration after 'pub'");
        return;
    }
    Span      word      = here(p);
    Lifecycle lifecycle = take(p, TOK_SCOPED)    ? LIFE_SCOPED
                        : take(p, TOK_TRANSIENT) ? LIFE_TRANSIENT
                                                 : LIFE_DEFAULT;
    if (lifecycle != LIFE_DEFAULT && !at(p, TOK_CLASS))
        reject_lifecycle(p, word);
    switch ((TokenKind)p->tok->kind) {
    case TOK_FN:     parse_function(p, start, is_pub); break;
    case TOK_CLASS:  parse_class(p, start, is_pub, lifecycle); break;
    case TOK_TRAIT:  parse_trait(p, start, is_pub); break;
    case TOK_ENUM:   parse_enum(p, start, is_pub); break;
    case TOK_ERROR:  parse_error(p, start, is_pub); break;
    case TOK_EXTERN: parse_extern(p, start, is_pub); break;
    default:         no_declaration(p); break;
    }
}
