/*
 * parse_app.c - apps, stages, systems, tests.
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

/* ---- app, stage ---- */

/* "requires" "fn" .. | [ "override" ] method; "pub" may stand before or behind the first word */
static void parse_stage_method(Parser *p, AppDecl *stage)
{
    bool is_pub      = take(p, TOK_PUB);
    bool is_required = take(p, TOK_REQUIRES);
    bool is_override = !is_required && take(p, TOK_OVERRIDE);
    if (!is_pub && (is_required || is_override))
        is_pub = take(p, TOK_PUB);
    if (is_required) {
        FuncDecl *required = parse_method_head(p);
        required->is_pub   = is_pub;
        LIST_ADD(&stage->required, required);
        return;
    }
    FuncDecl *method    = parse_method(p);
    method->is_pub      = is_pub;
    method->is_override = is_override;
    LIST_ADD(&stage->methods, method);
}

/* "ambient" qname | ( "scoped" | "transient" ) qname | method */
static void parse_app_member(Parser *p, AppDecl *app)
{
    if (take(p, TOK_AMBIENT)) {
        LIST_ADD(&app->ambients, parse_qname(p));
    } else if (at(p, TOK_SCOPED) || at(p, TOK_TRANSIENT)) {
        LifeOverride o = {.lifecycle = at(p, TOK_SCOPED) ? LIFE_SCOPED : LIFE_TRANSIENT};
        advance(p);
        o.name = parse_qname(p);
        LIST_ADD(&app->overrides, o);
    } else if (app->is_stage) {
        parse_stage_method(p, app);
    } else {
        LIST_ADD(&app->methods, parse_method(p));
    }
}

/* app   = "app" IDENT [ "[" deplist "]" ] "{" { member } "}"
 * stage = "stage" IDENT [ ":" IDENT ] [ "[" deplist "]" ] "{" { member } "}" */
static void parse_app(Parser *p, Span start)
{
    AppDecl *app  = ARENA_NEW(AppDecl);
    app->is_stage = at(p, TOK_STAGE);
    advance(p);
    app->name = expect_ident(p);
    app->span = span_since(p, start);
    if (app->is_stage && take(p, TOK_COLON))
        app->parent = expect_ident(p);
    if (at(p, TOK_LBRACKET))
        PARSE_DEPS(p, &app->deps);
    Span open = expect(p, TOK_LBRACE);
    while (at_member(p)) {
        const Token *begun = p->tok;
        parse_app_member(p, app);
        if (p->failed && !recover_in_braces(p, begun))
            return;
    }
    close_members(p, open);
    LIST_ADD(&p->module->apps, app);
}

/* ---- system ---- */

/* system = "system" IDENT "{" { IDENT ":" IDENT NL } "}" */
static void parse_system(Parser *p, Span start)
{
    SystemDecl *s = ARENA_NEW(SystemDecl);
    expect(p, TOK_SYSTEM);
    s->name = expect_ident(p);
    s->span = span_since(p, start);
    Span open = expect(p, TOK_LBRACE);
    while (at_member(p)) {
        MemberDecl member = {.name = expect_ident(p)};
        expect(p, TOK_COLON);
        member.module = expect_ident(p);
        if (!at_line_end(p))
            expected(p, "newline after the member");
        LIST_ADD(&s->members, member);
    }
    close_members(p, open);
    LIST_ADD(&p->module->systems, s);
}

/* ---- Tests ---- */

static const char mixed[] = "cannot mix bare 'test' blocks with 'tests' declarations";

static Ident parse_test_name(Parser *p)
{
    Ident name = {intern_text(""), here(p)};
    if (!at(p, TOK_STRING)) {
        expected(p, "test name (string literal) after 'test'");
        return name;
    }
    name.name = intern_text(p->tok->text->bytes);
    for (int i = 0; i < p->module->tests.count; i++)
        if (p->module->tests.items[i]->name.name == name.name &&
            syntax_error(p, name.span, "duplicate test name '%s'", name.name))
            diag_note(p->diag, p->module->tests.items[i]->name.span, "the first one is here");
    advance(p);
    return name;
}

/* test = "test" STRING block */
static void parse_test(Parser *p)
{
    TestDecl *test  = ARENA_NEW(TestDecl);
    Span      start = expect(p, TOK_TEST);
    test->name = parse_test_name(p);
    test->span = span_since(p, start);
    test->body = parse_block(p);
    LIST_ADD(&p->module->tests, test);
}

static void parse_bare_test(Parser *p)
{
    if (p->module->test_groups.count > 0 && syntax_error(p, here(p), "%s", mixed))
        diag_note(p->diag, p->module->test_groups.items[0]->span,
                  "the 'tests' declaration is here");
    parse_test(p);
}

static TestStrategy parse_strategy(Parser *p)
{
    static const char *const names[] = {"Sequential", "RoundRobin", "Random", "Exhaustive"};
    Span  at   = here(p);
    Ident name = expect_ident(p);
    for (int i = 0; i < 4; i++)
        if (strcmp(names[i], name.name) == 0)
            return (TestStrategy)i;
    syntax_error(p, at, "unknown scheduler strategy '%s' (expected Sequential, RoundRobin, Random, "
                 "or Exhaustive)", name.name);
    return TEST_SEQUENTIAL;
}

/* "[" "scheduler" ":" IDENT "]" */
static TestStrategy parse_tests_bracket(Parser *p)
{
    Span open = expect(p, TOK_LBRACKET);
    if (!at_word(p, "scheduler"))
        syntax_error(p, here(p), "expected 'scheduler' in tests bracket, found '%s'",
                     at(p, TOK_IDENT) ? p->tok->name : token_name(p->tok->kind));
    advance(p);
    expect(p, TOK_COLON);
    TestStrategy strategy = parse_strategy(p);
    expect_close(p, TOK_RBRACKET, open);
    return strategy;
}

/* tests = "tests" "[" "scheduler" ":" IDENT "]" "{" { test } "}" */
static void parse_tests(Parser *p, Span start)
{
    Module    *m     = p->module;
    TestsDecl *group = ARENA_NEW(TestsDecl);
    group->span      = expect(p, TOK_TESTS);
    bool known = m->test_groups.count > 0;
    if (known && syntax_error(p, group->span, "duplicate tests declaration"))
        diag_note(p->diag, m->test_groups.items[0]->span, "the first one is here");
    if (!known && m->tests.count > 0 && syntax_error(p, group->span, "%s", mixed))
        diag_note(p->diag, m->tests.items[0]->span, "a bare test is here");
    group->strategy = parse_tests_bracket(p);
    group->span     = span_since(p, start);
    LIST_ADD(&m->test_groups, group);
    Span open = expect(p, TOK_LBRACE);
    while (at_member(p)) {
        const Token *begun = p->tok;
        if (!at(p, TOK_TEST))
            syntax_error(p, here(p),
                         "only 'test' blocks are allowed inside a 'tests' declaration, found %s",
                         token_name(p->tok->kind));
        parse_test(p);
        if (p->failed && !recover_in_braces(p, begun))
            return;
    }
    close_members(p, open);
}

/* ---- All of them ---- */

bool at_program_part(const Parser *p)
{
    return at(p, TOK_APP) || at(p, TOK_STAGE) || at(p, TOK_SYSTEM) || at(p, TOK_TESTS)
        || at(p, TOK_TEST);
}

static void reject_pub(Parser *p, Span pub)
{
    Span span = span_join(pub, here(p));
    if (at(p, TOK_TEST))
        syntax_error(p, span, "tests cannot be pub");
    else
        syntax_error(p, span, "%s declarations cannot be pub", token_name(p->tok->kind));
}

void parse_program_part(Parser *p, Span start, bool is_pub)
{
    if (is_pub)
        reject_pub(p, start);
    switch ((TokenKind)p->tok->kind) {
    case TOK_APP:
    case TOK_STAGE:  parse_app(p, start); break;
    case TOK_SYSTEM: parse_system(p, start); break;
    case TOK_TESTS:  parse_tests(p, start); break;
    case TOK_TEST:   parse_bare_test(p); break;
    default:         break;                                  /* failed: at the end of the file */
    }
}
