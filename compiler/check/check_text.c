/*
 * check_text.c - what is judged in the text of a generic declaration, whether or not there is an
 * instance: that no path misses its return (language 12.1).
 */
#include "compiler/check/check_internal.h"

static bool text_leaves(const Block *block);

static bool arms_leave(const MatchArm *arms, int count)
{
    for (int i = 0; i < count; i++)
        if (!text_leaves(arms[i].block))
            return false;
    return count > 0;
}

/* Does a break in this block leave the loop around it? */
static bool has_break(const Block *block)
{
    for (int i = 0; block && i < block->stmts.count; i++) {
        const Stmt *s = block->stmts.items[i];
        if (s->kind == STMT_BREAK || (s->kind == STMT_SCOPE && has_break(s->scope.body)))
            return true;
        if (s->kind == STMT_IF && (has_break(s->if_.then) || has_break(s->if_.otherwise)))
            return true;
        for (int j = 0; s->kind == STMT_MATCH && j < s->match.arms.count; j++)
            if (has_break(s->match.arms.items[j].block))
                return true;
        for (int j = 0; s->kind == STMT_SELECT && j < s->select.arms.count; j++)
            if (has_break(s->select.arms.items[j].block))
                return true;
    }
    return false;
}

static bool stmt_leaves(const Stmt *s)
{
    switch (s->kind) {
    case STMT_RETURN: case STMT_RAISE: case STMT_BREAK: case STMT_CONTINUE:
        return true;
    case STMT_IF:
        return s->if_.otherwise && text_leaves(s->if_.then) && text_leaves(s->if_.otherwise);
    case STMT_MATCH:
        return arms_leave(s->match.arms.items, s->match.arms.count);
    case STMT_LOOP:
        return !has_break(s->loop.body);
    case STMT_LET: case STMT_LET_CHAN: case STMT_ASSIGN: case STMT_INCREMENT: case STMT_EXPR:
    case STMT_ASSERT: case STMT_YIELD: case STMT_SERVE: case STMT_WHILE: case STMT_FOR:
    case STMT_SELECT: case STMT_SCOPE:
        return false;
    }
    return false;
}

/* What Block.leaves will be in every instance. */
static bool text_leaves(const Block *block)
{
    for (int i = 0; i < block->stmts.count; i++)
        if (stmt_leaves(block->stmts.items[i]))
            return true;
    return false;
}

static bool is_void_text(const TypeExpr *result)
{
    return !result || result->kind == TX_STREAM
        || (result->kind == TX_NAME && result->name.name.name == intern_text("void"));
}

static void check_generic_text(const FuncDecl *decl, Diag *d)
{
    if (!decl->body || is_void_text(decl->result) || text_leaves(decl->body))
        return;
    diag_error(d, DIAG_TYPE, decl->name.span,
               "missing return statement in function with return type %.*s",
               (int)(decl->result->span.end - decl->result->span.start),
               decl->result->span.file->text + decl->result->span.start);
}

void check_generic_texts(const Module *m, Diag *d)
{
    for (int i = 0; i < m->funcs.count; i++)
        if (m->funcs.items[i]->type_params.count > 0)
            check_generic_text(m->funcs.items[i], d);
    for (int i = 0; i < m->classes.count; i++)
        for (int j = 0; m->classes.items[i]->type_params.count > 0
                        && j < m->classes.items[i]->methods.count; j++)
            check_generic_text(m->classes.items[i]->methods.items[j], d);
}
