/*
 * parse_stmt.c - statements and blocks.
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

static Stmt *parse_statement(Parser *p);

Stmt *stmt_new(StmtKind kind, Span span)
{
    Stmt *s = ARENA_NEW(Stmt);
    s->kind = kind;
    s->span = span;
    return s;
}

/* ---- Blocks ---- */

static bool starts_statement(TokenKind kind)
{
    switch (kind) {
    case TOK_LET: case TOK_RETURN: case TOK_BREAK: case TOK_CONTINUE: case TOK_RAISE:
    case TOK_ASSERT: case TOK_YIELD: case TOK_SERVE: case TOK_IF: case TOK_WHILE: case TOK_FOR:
    case TOK_MATCH: case TOK_SELECT: case TOK_SCOPE:
        return true;
    default:
        return false;
    }
}

/* Behind a simple statement: NL, "}" or the end of the file. */
static void expect_terminator(Parser *p)
{
    if (at_line_end(p) || p->failed)
        return;
    bool go_on = starts_statement(p->tok->kind);
    if (!go_on) {
        expected(p, "newline after statement");
        return;
    }
    /* What follows is a statement of its own: nothing has to be skipped. */
    diag_error(p->diag, DIAG_SYNTAX, here(p), "expected newline after statement, found %s",
               token_name(p->tok->kind));
}

/* block = "{" { statement } "}" */
Block *parse_block(Parser *p)
{
    Block *block      = ARENA_NEW(Block);
    bool   restricted = p->restricted;
    Span   open       = expect(p, TOK_LBRACE);
    p->restricted = false;
    int before = enter(p);
    while (!at(p, TOK_RBRACE) && !at(p, TOK_EOF) && !at_next_declaration(p)) {
        const Token *begun = p->tok;
        LIST_ADD(&block->stmts, parse_statement(p));
        if (p->failed && !recover_in_braces(p, begun))
            break;
    }
    leave(p, before);
    note_indentation(p, open);
    if (!take(p, TOK_RBRACE))
        missing_brace(p, open);
    p->restricted = restricted;
    block->span   = span_since(p, open);
    return block;
}

/* A block around one statement: the "if" behind an "else". */
static Block *block_of(Stmt *only)
{
    Block *block = ARENA_NEW(Block);
    block->span = only->span;
    LIST_ADD(&block->stmts, only);
    return block;
}

/* ---- let ---- */

static bool channel_form(const Parser *p, ChanForm *form)
{
    if (at_word(p, "chan"))
        *form = CHAN_BUFFERED;
    else if (at_word(p, "rendezvous"))
        *form = CHAN_RENDEZVOUS;
    else if (at_word(p, "unbounded"))
        *form = CHAN_UNBOUNDED;
    else
        return false;
    return peek_kind(p, 1) == TOK_LT;
}

/* Behind "let": "(" IDENT "," IDENT ")" "=" channel
 * channel = "chan" "<" type ">" "(" [ expr ] ")"
 *         | ( "rendezvous" | "unbounded" ) "<" type ">" "(" ")" */
static Stmt *parse_let_chan(Parser *p, Span start)
{
    Stmt *s = stmt_new(STMT_LET_CHAN, start);
    expect(p, TOK_LPAREN);
    s->let_chan.tx = expect_ident(p);
    expect(p, TOK_COMMA);
    s->let_chan.rx = expect_ident(p);
    expect(p, TOK_RPAREN);
    expect(p, TOK_ASSIGN);
    if (!channel_form(p, &s->let_chan.form)) {
        syntax_error(p, here(p), "expected chan<T>() after let (tx, rx) =");
        return s;
    }
    advance(p);
    Span angle = expect(p, TOK_LT);
    s->let_chan.elem = parse_type(p);
    expect_close(p, TOK_GT, angle);
    Span open = expect(p, TOK_LPAREN);
    if (s->let_chan.form == CHAN_BUFFERED && !at(p, TOK_RPAREN))
        s->let_chan.cap = parse_free_expr(p);
    expect_close(p, TOK_RPAREN, open);
    return s;
}

/* "let" [ "mut" ] IDENT [ ":" type ] "=" expr | channel let */
static Stmt *parse_let(Parser *p)
{
    Span start = expect(p, TOK_LET);
    if (at(p, TOK_LPAREN))
        return parse_let_chan(p, start);
    Stmt *s = stmt_new(STMT_LET, start);
    s->let.mut  = take(p, TOK_MUT);
    s->let.name = expect_ident(p);
    if (take(p, TOK_COLON))
        s->let.type = parse_type(p);
    expect(p, TOK_ASSIGN);
    s->let.value = parse_expr(p);
    return s;
}

/* ---- Expressions and assignments ---- */

static bool is_target(const Expr *e)
{
    return !e->parenthesized
        && (e->kind == EXPR_NAME || e->kind == EXPR_FIELD || e->kind == EXPR_INDEX);
}

static bool compound_op(TokenKind kind, BinaryOp *op)
{
    switch (kind) {
    case TOK_ADD_ASSIGN: *op = OP_ADD; return true;
    case TOK_SUB_ASSIGN: *op = OP_SUB; return true;
    case TOK_MUL_ASSIGN: *op = OP_MUL; return true;
    case TOK_DIV_ASSIGN: *op = OP_DIV; return true;
    case TOK_REM_ASSIGN: *op = OP_REM; return true;
    default:             return false;
    }
}

/* Behind a target: ( "=" | "+=" | "-=" | "*=" | "/=" | "%=" ) expr */
static Stmt *parse_assign(Parser *p, Expr *target, bool compound, BinaryOp op)
{
    Stmt *s = stmt_new(STMT_ASSIGN, target->span);
    if (!is_target(target))
        syntax_error(p, target->span, "invalid %sassignment target", compound ? "compound " : "");
    advance(p);
    s->assign.target   = target;
    s->assign.compound = compound;
    s->assign.op       = op;
    s->assign.value    = parse_expr(p);
    return s;
}

/* Behind a target: "++" | "--" */
static Stmt *parse_increment(Parser *p, Expr *target)
{
    Stmt *s = stmt_new(STMT_INCREMENT, target->span);
    if (!is_target(target))
        syntax_error(p, target->span, "invalid assignment target for %s",
                     token_name(p->tok->kind));
    s->increment.target = target;
    s->increment.down   = at(p, TOK_DECREMENT);
    advance(p);
    return s;
}

/* expr | expr assignop expr | expr ( "++" | "--" ) */
static Stmt *parse_expr_stmt(Parser *p)
{
    Expr    *e = parse_expr(p);
    BinaryOp op = OP_ADD;
    if (!p->tok->after_newline) {
        if (at(p, TOK_ASSIGN))
            return parse_assign(p, e, false, op);
        if (compound_op(p->tok->kind, &op))
            return parse_assign(p, e, true, op);
        if (at(p, TOK_INCREMENT) || at(p, TOK_DECREMENT))
            return parse_increment(p, e);
    }
    Stmt *s = stmt_new(STMT_EXPR, e->span);
    s->expr = e;
    return s;
}

/* ---- Other simple statements ---- */

/* "return" [ expr ], the expr on the same line */
static Stmt *parse_return(Parser *p)
{
    Stmt *s = stmt_new(STMT_RETURN, expect(p, TOK_RETURN));
    if (!at_line_end(p))
        s->ret.value = parse_expr(p);
    return s;
}

/* "raise" qname "{" sep(IDENT ":" expr) "}" */
static Stmt *parse_raise(Parser *p)
{
    Stmt *s = stmt_new(STMT_RAISE, expect(p, TOK_RAISE));
    s->raise.name = parse_qname(p);
    PARSE_FIELD_INITS(p, &s->raise.fields);
    return s;
}

/* "assert" expr */
static Stmt *parse_assert(Parser *p)
{
    Stmt *s = stmt_new(STMT_ASSERT, expect(p, TOK_ASSERT));
    s->assert_.cond = parse_expr(p);
    return s;
}

/* "yield" expr */
static Stmt *parse_yield(Parser *p)
{
    Stmt *s = stmt_new(STMT_YIELD, expect(p, TOK_YIELD));
    s->yield.value = parse_expr(p);
    return s;
}

/* "serve" expr "on" expr */
static Stmt *parse_serve(Parser *p)
{
    Stmt *s = stmt_new(STMT_SERVE, expect(p, TOK_SERVE));
    s->serve.service = parse_expr(p);
    if (at_word(p, "on"))
        advance(p);
    else
        syntax_error(p, here(p), "expected 'on <port>' after the service in a serve statement");
    s->serve.port = parse_expr(p);
    return s;
}

/* ---- if, loops ---- */

void reject_head_literal(Parser *p)
{
    if (at(p, TOK_LBRACE) && peek_kind(p, 1) == TOK_IDENT && peek_kind(p, 2) == TOK_COLON)
        syntax_error(p, here(p), "a literal with braces must stand in parentheses here");
}

/* ifstmt = "if" head block [ "else" ( ifstmt | block ) ]
 * A loop, not a recursion: chains may be long. */
static Stmt *parse_if(Parser *p)
{
    Stmt *first = stmt_new(STMT_IF, here(p));
    for (Stmt *s = first;;) {
        expect(p, TOK_IF);
        s->if_.cond = parse_head(p);
        reject_head_literal(p);
        s->if_.then = parse_block(p);
        if (!take(p, TOK_ELSE))
            break;
        if (!at(p, TOK_IF)) {
            s->if_.otherwise = parse_block(p);
            break;
        }
        Stmt *next = stmt_new(STMT_IF, here(p));
        s->if_.otherwise = block_of(next);
        s = next;
        height_grow(p);
    }
    /* Each "if" of the chain reaches to the end of the whole. */
    for (Stmt *s = first; s->if_.otherwise;) {
        Block *otherwise = s->if_.otherwise;
        Stmt  *next = otherwise->stmts.count == 1 ? otherwise->stmts.items[0] : NULL;
        if (!next || next->kind != STMT_IF || otherwise->span.start != next->span.start)
            break;
        otherwise->span = next->span = span_since(p, next->span);
        s = next;
    }
    return first;
}

/* while = "while" head block */
static Stmt *parse_while(Parser *p)
{
    Stmt *s = stmt_new(STMT_WHILE, expect(p, TOK_WHILE));
    s->while_.cond = parse_head(p);
    reject_head_literal(p);
    s->while_.body = parse_block(p);
    return s;
}

/* loop = "loop" block */
static Stmt *parse_loop(Parser *p)
{
    Stmt *s = stmt_new(STMT_LOOP, here(p));
    advance(p);
    s->loop.body = parse_block(p);
    return s;
}

/* for = "for" IDENT "in" head block */
static Stmt *parse_for(Parser *p)
{
    Stmt *s = stmt_new(STMT_FOR, expect(p, TOK_FOR));
    s->for_.name = expect_ident(p);
    expect(p, TOK_IN);
    s->for_.iterable = parse_head(p);
    reject_head_literal(p);
    s->for_.body = parse_block(p);
    return s;
}

/* ---- match ---- */

/* Do the braces at the cursor hold only names, ":" and ",", and does a "{" follow them? */
static bool at_bindings_before_block(const Parser *p)
{
    const Token *t = p->tok + 1;
    while (t->kind == TOK_IDENT || t->kind == TOK_COMMA || t->kind == TOK_COLON)
        t++;
    return t->kind == TOK_RBRACE && t[1].kind == TOK_LBRACE;
}

/* "{" sep(IDENT [ ":" IDENT ]) "}" */
static void parse_bindings(Parser *p, MatchArm *arm)
{
    arm->has_bindings = true;
    Span open = expect(p, TOK_LBRACE);
    if (!at(p, TOK_RBRACE)) {
        do {
            MatchBinding b = {.field = expect_ident(p)};
            b.name = take(p, TOK_COLON) ? expect_ident(p) : b.field;
            LIST_ADD(&arm->bindings, b);
        } while (next_loose_item(p, TOK_RBRACE));
    }
    expect_close(p, TOK_RBRACE, open);
}

/* pattern = IDENT "." IDENT [ "." IDENT ] [ "{" sep(IDENT [ ":" IDENT ]) "}" ]
 * Before the block of an arm, bindings are told from that block by looking ahead. */
MatchArm parse_pattern(Parser *p, bool bindings_need_block)
{
    MatchArm arm   = {.span = here(p)};
    Ident    first = expect_ident(p);
    expect(p, TOK_DOT);
    Ident second = expect_ident(p);
    if (take(p, TOK_DOT)) {
        arm.enum_name = (QName){first, second};
        arm.variant   = expect_ident(p);
    } else {
        arm.enum_name.name = first;
        arm.variant        = second;
    }
    if (at(p, TOK_LBRACE)
        && (!bindings_need_block || (!p->tok->after_newline && at_bindings_before_block(p))))
        parse_bindings(p, &arm);
    arm.span = span_since(p, arm.span);
    return arm;
}

/* match = "match" head "{" { pattern block } "}" */
static Stmt *parse_match(Parser *p)
{
    Stmt *s = stmt_new(STMT_MATCH, expect(p, TOK_MATCH));
    s->match.value = parse_head(p);
    reject_head_literal(p);
    Span open = expect(p, TOK_LBRACE);
    while (!at(p, TOK_RBRACE) && !at(p, TOK_EOF) && !at_next_declaration(p)) {
        MatchArm arm = parse_pattern(p, true);
        arm.block = parse_block(p);
        LIST_ADD(&s->match.arms, arm);
    }
    note_indentation(p, open);
    if (!take(p, TOK_RBRACE))
        missing_brace(p, open);
    return s;
}

/* ---- scope ---- */

/* "|" list(IDENT ":" type) "|" */
static void parse_scope_bindings(Parser *p, Stmt *s)
{
    static const char none[] = "scope block requires at least one binding";
    if (at(p, TOK_OR))
        syntax_error(p, here(p), "%s", none);
    Span open = expect(p, TOK_BOR);
    if (at(p, TOK_BOR))
        syntax_error(p, here(p), "%s", none);
    do {
        ScopeBinding b = {.name = expect_ident(p)};
        expect(p, TOK_COLON);
        b.type = parse_type(p);
        LIST_ADD(&s->scope.bindings, b);
    } while (next_item(p, TOK_BOR, open));
    expect_close(p, TOK_BOR, open);
}

/* scope = "scope" "(" list(expr) ")" "|" list(IDENT ":" type) "|" block */
static Stmt *parse_scope(Parser *p)
{
    Stmt *s = stmt_new(STMT_SCOPE, expect(p, TOK_SCOPE));
    Span open = expect(p, TOK_LPAREN);
    if (at(p, TOK_RPAREN))
        syntax_error(p, here(p), "scope block requires at least one seed expression");
    do
        LIST_ADD(&s->scope.seeds, parse_free_expr(p));
    while (next_item(p, TOK_RPAREN, open));
    expect_close(p, TOK_RPAREN, open);
    parse_scope_bindings(p, s);
    s->scope.body = parse_block(p);
    return s;
}

/* ---- Statements ---- */

/* A block statement ends with its brace; NULL if none begins here. */
static Stmt *parse_block_statement(Parser *p)
{
    switch ((TokenKind)p->tok->kind) {
    case TOK_IF:     return parse_if(p);
    case TOK_WHILE:  return parse_while(p);
    case TOK_FOR:    return parse_for(p);
    case TOK_MATCH:  return parse_match(p);
    case TOK_SELECT: return parse_select(p);
    case TOK_SCOPE:  return parse_scope(p);
    default:
        return at_word(p, "loop") && peek_kind(p, 1) == TOK_LBRACE ? parse_loop(p) : NULL;
    }
}

static Stmt *parse_simple_statement(Parser *p)
{
    switch ((TokenKind)p->tok->kind) {
    case TOK_LET:    return parse_let(p);
    case TOK_RETURN: return parse_return(p);
    case TOK_RAISE:  return parse_raise(p);
    case TOK_ASSERT: return parse_assert(p);
    case TOK_YIELD:  return parse_yield(p);
    case TOK_SERVE:  return parse_serve(p);
    case TOK_BREAK:
        return stmt_new(STMT_BREAK, expect(p, TOK_BREAK));
    case TOK_CONTINUE:
        return stmt_new(STMT_CONTINUE, expect(p, TOK_CONTINUE));
    default:
        return parse_expr_stmt(p);
    }
}

/* statement = simple NL | ifstmt | while | loop | for | match | select | scope */
static Stmt *parse_statement(Parser *p)
{
    Span  start  = here(p);
    int   before = height_begin(p);
    Stmt *s      = parse_block_statement(p);
    bool  simple = !s;
    if (simple)
        s = parse_simple_statement(p);
    s->span = span_since(p, start);
    if (simple)
        expect_terminator(p);
    height_end(p, before);
    return s;
}
