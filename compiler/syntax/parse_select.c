/*
 * parse_select.c - the select statement (concurrency 8.1; timeouts and tasks: decisions A2, A3).
 */
#include "compiler/syntax/parse_internal.h"

#include <string.h>

static bool is_method(const Expr *e, const char *name, int args)
{
    return e->kind == EXPR_METHOD && !e->parenthesized && strcmp(e->call.name.name, name) == 0
        && e->call.args.count == args;
}

/* IDENT "=" expr, where expr ends in ".recv()" or ".get()" */
static void parse_recv_arm(Parser *p, SelectArm *arm)
{
    arm->name = expect_ident(p);
    expect(p, TOK_ASSIGN);
    Expr *call = parse_head(p);
    if (is_method(call, "recv", 0) || is_method(call, "get", 0)) {
        arm->kind    = is_method(call, "get", 0) ? ARM_GET : ARM_RECV;
        arm->subject = call->call.object;
    } else {
        syntax_error(p, call->span, "select recv arm must be: binding = channel.recv() { ... }");
    }
}

static bool is_timeout(const Expr *e)
{
    return e->kind == EXPR_CALL && !e->parenthesized && strcmp(e->call.name.name, "timeout") == 0
        && e->call.args.count == 1 && e->call.type_args.count == 0;
}

/* expr that ends in ".send(" expr ")" or ".get()" | "timeout" "(" expr ")" */
static void parse_send_arm(Parser *p, SelectArm *arm)
{
    Expr *call = parse_head(p);
    if (is_method(call, "send", 1)) {
        arm->kind    = ARM_SEND;
        arm->subject = call->call.object;
        arm->value   = call->call.args.items[0];
    } else if (is_method(call, "get", 0)) {
        arm->kind    = ARM_GET;
        arm->subject = call->call.object;
    } else if (is_timeout(call)) {
        arm->kind    = ARM_TIMEOUT;
        arm->subject = call->call.args.items[0];
    } else {
        syntax_error(p, call->span, "select send arm must be: channel.send(value) { ... }");
    }
}

/* default and timeout stand for the whole statement, so there is one of each at most. */
static void reject_duplicate(Parser *p, const Stmt *s, const SelectArm *arm)
{
    for (int i = 0; i < s->select.arms.count; i++)
        if (s->select.arms.items[i].kind == arm->kind)
            syntax_error(p, arm->span, "duplicate %s arm in select",
                         arm->kind == ARM_DEFAULT ? "default" : "timeout");
}

/* arm = ( "default" | IDENT "=" expr | expr ) block */
static void parse_select_arm(Parser *p, Stmt *s)
{
    SelectArm arm = {.span = here(p)};
    if (take(p, TOK_DEFAULT))
        arm.kind = ARM_DEFAULT;
    else if (at(p, TOK_IDENT) && peek_kind(p, 1) == TOK_ASSIGN)
        parse_recv_arm(p, &arm);
    else
        parse_send_arm(p, &arm);
    arm.span = span_since(p, arm.span);
    if (arm.kind == ARM_DEFAULT || arm.kind == ARM_TIMEOUT)
        reject_duplicate(p, s, &arm);
    arm.block = parse_block(p);
    LIST_ADD(&s->select.arms, arm);
}

/* select = "select" "{" arm { arm } "}" */
Stmt *parse_select(Parser *p)
{
    Stmt *s = stmt_new(STMT_SELECT, expect(p, TOK_SELECT));
    Span  open = expect(p, TOK_LBRACE);
    if (at(p, TOK_RBRACE))
        syntax_error(p, span_since(p, s->span),
                     "select must have at least one arm or a default");
    while (!at(p, TOK_RBRACE) && !at(p, TOK_EOF) && !at_next_declaration(p))
        parse_select_arm(p, s);
    note_indentation(p, open);
    if (!take(p, TOK_RBRACE))
        missing_brace(p, open);
    return s;
}
