/*
 * walk.c - the children of every kind of node.
 */
#include "compiler/check/walk.h"

static void walk_exprs(Walk *w, Expr **items, int count)
{
    for (int i = 0; i < count; i++)
        walk_expr(w, items[i]);
}

static void walk_inits(Walk *w, FieldInit *items, int count)
{
    for (int i = 0; i < count; i++)
        walk_expr(w, items[i].value);
}

static void walk_arms(Walk *w, MatchArm *items, int count)
{
    for (int i = 0; i < count; i++) {
        walk_block(w, items[i].block);
        walk_expr(w, items[i].value);
    }
}

void walk_handler(Walk *w, CatchHandler *handler)
{
    walk_block(w, handler->block);
    walk_expr(w, handler->value);
}

static void walk_map(Walk *w, Expr *e)
{
    for (int i = 0; i < e->map.entries.count; i++) {
        walk_expr(w, e->map.entries.items[i].key);
        walk_expr(w, e->map.entries.items[i].value);
    }
}

static void walk_catch(Walk *w, Expr *e)
{
    walk_expr(w, e->catch_.call);
    for (int i = 0; i < e->catch_.handlers.count; i++)
        walk_handler(w, &e->catch_.handlers.items[i]);
}

void walk_expr_children(Walk *w, Expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_BOOL: case EXPR_NONE:
    case EXPR_SELF: case EXPR_NAME:
        break;
    case EXPR_FSTRING:
        for (int i = 0; i < e->fstring.parts.count; i++)
            walk_expr(w, e->fstring.parts.items[i].value);
        break;
    case EXPR_UNARY:
        walk_expr(w, e->unary.operand);
        break;
    case EXPR_BINARY:
        walk_expr(w, e->binary.left);
        walk_expr(w, e->binary.right);
        break;
    case EXPR_CAST:
        walk_expr(w, e->cast.operand);
        break;
    case EXPR_COALESCE:
        walk_expr(w, e->coalesce.left);
        walk_expr(w, e->coalesce.right);
        break;
    case EXPR_RANGE:
        walk_expr(w, e->range.from);
        walk_expr(w, e->range.to);
        break;
    case EXPR_CALL: case EXPR_METHOD: case EXPR_STATIC_CALL:
        walk_expr(w, e->call.object);
        walk_exprs(w, e->call.args.items, e->call.args.count);
        break;
    case EXPR_FIELD:
        walk_expr(w, e->field.object);
        break;
    case EXPR_INDEX:
        walk_expr(w, e->index.object);
        walk_expr(w, e->index.index);
        break;
    case EXPR_UNWRAP:
        walk_expr(w, e->unwrap.operand);
        break;
    case EXPR_PROPAGATE:
        walk_expr(w, e->propagate.call);
        break;
    case EXPR_CATCH:
        walk_catch(w, e);
        break;
    case EXPR_ARRAY:
        walk_exprs(w, e->array.items.items, e->array.items.count);
        break;
    case EXPR_STRUCT:
        walk_inits(w, e->struct_.fields.items, e->struct_.fields.count);
        break;
    case EXPR_VARIANT:
        walk_inits(w, e->variant.fields.items, e->variant.fields.count);
        break;
    case EXPR_MAP:
        walk_map(w, e);
        break;
    case EXPR_SET:
        walk_exprs(w, e->set.items.items, e->set.items.count);
        break;
    case EXPR_CLOSURE:
        walk_block(w, e->closure.block);
        walk_expr(w, e->closure.value);
        break;
    case EXPR_IF:
        walk_expr(w, e->if_.cond);
        walk_block(w, e->if_.then);
        walk_block(w, e->if_.otherwise);
        break;
    case EXPR_MATCH:
        walk_expr(w, e->match.value);
        walk_arms(w, e->match.arms.items, e->match.arms.count);
        break;
    case EXPR_SPAWN:
        walk_expr(w, e->spawn.call);
        break;
    case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        walk_expr(w, e->convert.operand);
        break;
    }
}

void walk_expr(Walk *w, Expr *e)
{
    if (e && (!w->expr || w->expr(w, e)))
        walk_expr_children(w, e);
}

static void walk_select(Walk *w, Stmt *s)
{
    for (int i = 0; i < s->select.arms.count; i++) {
        SelectArm *arm = &s->select.arms.items[i];
        walk_expr(w, arm->subject);
        walk_expr(w, arm->value);
        walk_block(w, arm->block);
    }
}

static void walk_stmt_children(Walk *w, Stmt *s)
{
    switch (s->kind) {
    case STMT_LET:
        walk_expr(w, s->let.value);
        break;
    case STMT_LET_CHAN:
        walk_expr(w, s->let_chan.cap);
        break;
    case STMT_ASSIGN:
        walk_expr(w, s->assign.target);
        walk_expr(w, s->assign.value);
        break;
    case STMT_INCREMENT:
        walk_expr(w, s->increment.target);
        break;
    case STMT_EXPR:
        walk_expr(w, s->expr);
        break;
    case STMT_RETURN:
        walk_expr(w, s->ret.value);
        break;
    case STMT_BREAK: case STMT_CONTINUE:
        break;
    case STMT_RAISE:
        walk_inits(w, s->raise.fields.items, s->raise.fields.count);
        break;
    case STMT_ASSERT:
        walk_expr(w, s->assert_.cond);
        break;
    case STMT_YIELD:
        walk_expr(w, s->yield.value);
        break;
    case STMT_SERVE:
        walk_expr(w, s->serve.service);
        walk_expr(w, s->serve.port);
        break;
    case STMT_IF:
        walk_expr(w, s->if_.cond);
        walk_block(w, s->if_.then);
        walk_block(w, s->if_.otherwise);
        break;
    case STMT_WHILE:
        walk_expr(w, s->while_.cond);
        walk_block(w, s->while_.body);
        break;
    case STMT_LOOP:
        walk_block(w, s->loop.body);
        break;
    case STMT_FOR:
        walk_expr(w, s->for_.iterable);
        walk_block(w, s->for_.body);
        break;
    case STMT_MATCH:
        walk_expr(w, s->match.value);
        walk_arms(w, s->match.arms.items, s->match.arms.count);
        break;
    case STMT_SELECT:
        walk_select(w, s);
        break;
    case STMT_SCOPE:
        walk_exprs(w, s->scope.seeds.items, s->scope.seeds.count);
        walk_block(w, s->scope.body);
        break;
    }
}

void walk_stmt(Walk *w, Stmt *s)
{
    if (!w->stmt || w->stmt(w, s))
        walk_stmt_children(w, s);
}

void walk_block(Walk *w, Block *block)
{
    for (int i = 0; block && i < block->stmts.count; i++)
        walk_stmt(w, block->stmts.items[i]);
}
