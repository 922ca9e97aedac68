/*
 * ast_clone.c - a copy of each node, then of what it points to.
 */
#include "compiler/syntax/ast_clone.h"

#include <string.h>

#include "compiler/base/arena.h"

static Block *clone_block(const Block *block);

/* Makes list's items its own, with room for no more than they are. */
#define OWN_ITEMS(list)                                                                            \
    ((list)->items = own_items((list)->items, (list)->count, sizeof *(list)->items),               \
     (list)->cap = (list)->count)

static void *own_items(const void *items, int count, size_t size)
{
    if (count == 0)
        return NULL;
    void *own = arena_alloc((size_t)count * size);
    memcpy(own, items, (size_t)count * size);
    return own;
}

/* ---- Expressions ---- */

static void clone_exprs(Expr **items, int count)
{
    for (int i = 0; i < count; i++)
        items[i] = clone_expr(items[i]);
}

static void clone_inits(FieldInit *items, int count)
{
    for (int i = 0; i < count; i++)
        items[i].value = clone_expr(items[i].value);
}

static void clone_arms(MatchArm *items, int count)
{
    for (int i = 0; i < count; i++) {
        OWN_ITEMS(&items[i].bindings);
        items[i].block = clone_block(items[i].block);
        items[i].value = clone_expr(items[i].value);
    }
}

static void clone_catch(Expr *e)
{
    e->catch_.call = clone_expr(e->catch_.call);
    OWN_ITEMS(&e->catch_.handlers);
    for (int i = 0; i < e->catch_.handlers.count; i++) {
        CatchHandler *handler = &e->catch_.handlers.items[i];
        handler->block = clone_block(handler->block);
        handler->value = clone_expr(handler->value);
    }
}

static void clone_call(Expr *e)
{
    e->call.object = clone_expr(e->call.object);
    OWN_ITEMS(&e->call.args);
    clone_exprs(e->call.args.items, e->call.args.count);
}

static void clone_fstring(Expr *e)
{
    OWN_ITEMS(&e->fstring.parts);
    for (int i = 0; i < e->fstring.parts.count; i++)
        e->fstring.parts.items[i].value = clone_expr(e->fstring.parts.items[i].value);
}

static void clone_map(Expr *e)
{
    OWN_ITEMS(&e->map.entries);
    for (int i = 0; i < e->map.entries.count; i++) {
        MapEntry *entry = &e->map.entries.items[i];
        *entry = (MapEntry){ clone_expr(entry->key), clone_expr(entry->value) };
    }
}

static void clone_closure(Expr *e)
{
    OWN_ITEMS(&e->closure.params);
    e->closure.block = clone_block(e->closure.block);
    e->closure.value = clone_expr(e->closure.value);
}

static void clone_children(Expr *e)
{
    switch (e->kind) {
    case EXPR_INT: case EXPR_FLOAT: case EXPR_STRING: case EXPR_BOOL: case EXPR_NONE:
    case EXPR_SELF: case EXPR_NAME:
        break;
    case EXPR_FSTRING:
        clone_fstring(e);
        break;
    case EXPR_UNARY:
        e->unary.operand = clone_expr(e->unary.operand);
        break;
    case EXPR_BINARY:
        e->binary.left  = clone_expr(e->binary.left);
        e->binary.right = clone_expr(e->binary.right);
        break;
    case EXPR_CAST:
        e->cast.operand = clone_expr(e->cast.operand);
        break;
    case EXPR_COALESCE:
        e->coalesce.left  = clone_expr(e->coalesce.left);
        e->coalesce.right = clone_expr(e->coalesce.right);
        break;
    case EXPR_RANGE:
        e->range.from = clone_expr(e->range.from);
        e->range.to   = clone_expr(e->range.to);
        break;
    case EXPR_CALL: case EXPR_METHOD: case EXPR_STATIC_CALL:
        clone_call(e);
        break;
    case EXPR_FIELD:
        e->field.object = clone_expr(e->field.object);
        break;
    case EXPR_INDEX:
        e->index.object = clone_expr(e->index.object);
        e->index.index  = clone_expr(e->index.index);
        break;
    case EXPR_UNWRAP:
        e->unwrap.operand = clone_expr(e->unwrap.operand);
        break;
    case EXPR_PROPAGATE:
        e->propagate.call = clone_expr(e->propagate.call);
        break;
    case EXPR_CATCH:
        clone_catch(e);
        break;
    case EXPR_ARRAY:
        OWN_ITEMS(&e->array.items);
        clone_exprs(e->array.items.items, e->array.items.count);
        break;
    case EXPR_STRUCT:
        OWN_ITEMS(&e->struct_.fields);
        clone_inits(e->struct_.fields.items, e->struct_.fields.count);
        break;
    case EXPR_VARIANT:
        OWN_ITEMS(&e->variant.fields);
        clone_inits(e->variant.fields.items, e->variant.fields.count);
        break;
    case EXPR_MAP:
        clone_map(e);
        break;
    case EXPR_SET:
        OWN_ITEMS(&e->set.items);
        clone_exprs(e->set.items.items, e->set.items.count);
        break;
    case EXPR_CLOSURE:
        clone_closure(e);
        break;
    case EXPR_IF:
        e->if_.cond      = clone_expr(e->if_.cond);
        e->if_.then      = clone_block(e->if_.then);
        e->if_.otherwise = clone_block(e->if_.otherwise);
        break;
    case EXPR_MATCH:
        e->match.value = clone_expr(e->match.value);
        OWN_ITEMS(&e->match.arms);
        clone_arms(e->match.arms.items, e->match.arms.count);
        break;
    case EXPR_SPAWN:
        e->spawn.call = clone_expr(e->spawn.call);
        break;
    case EXPR_SOME: case EXPR_UPCAST: case EXPR_NARROWED:
        e->convert.operand = clone_expr(e->convert.operand);
        break;
    }
}

Expr *clone_expr(const Expr *e)
{
    if (!e)
        return NULL;
    Expr *copy = ARENA_NEW(Expr);
    *copy = *e;
    clone_children(copy);
    return copy;
}

/* ---- Statements ---- */

static void clone_select(Stmt *s)
{
    OWN_ITEMS(&s->select.arms);
    for (int i = 0; i < s->select.arms.count; i++) {
        SelectArm *arm = &s->select.arms.items[i];
        arm->subject = clone_expr(arm->subject);
        arm->value   = clone_expr(arm->value);
        arm->block   = clone_block(arm->block);
    }
}

static void clone_scope(Stmt *s)
{
    OWN_ITEMS(&s->scope.seeds);
    clone_exprs(s->scope.seeds.items, s->scope.seeds.count);
    OWN_ITEMS(&s->scope.bindings);
    s->scope.body = clone_block(s->scope.body);
}

static void clone_stmt_children(Stmt *s)
{
    switch (s->kind) {
    case STMT_LET:
        s->let.value = clone_expr(s->let.value);
        break;
    case STMT_LET_CHAN:
        s->let_chan.cap = clone_expr(s->let_chan.cap);
        break;
    case STMT_ASSIGN:
        s->assign.target = clone_expr(s->assign.target);
        s->assign.value  = clone_expr(s->assign.value);
        break;
    case STMT_INCREMENT:
        s->increment.target = clone_expr(s->increment.target);
        break;
    case STMT_EXPR:
        s->expr = clone_expr(s->expr);
        break;
    case STMT_RETURN:
        s->ret.value = clone_expr(s->ret.value);
        break;
    case STMT_BREAK: case STMT_CONTINUE:
        break;
    case STMT_RAISE:
        OWN_ITEMS(&s->raise.fields);
        clone_inits(s->raise.fields.items, s->raise.fields.count);
        break;
    case STMT_ASSERT:
        s->assert_.cond = clone_expr(s->assert_.cond);
        break;
    case STMT_YIELD:
        s->yield.value = clone_expr(s->yield.value);
        break;
    case STMT_SERVE:
        s->serve.service = clone_expr(s->serve.service);
        s->serve.port    = clone_expr(s->serve.port);
        break;
    case STMT_IF:
        s->if_.cond      = clone_expr(s->if_.cond);
        s->if_.then      = clone_block(s->if_.then);
        s->if_.otherwise = clone_block(s->if_.otherwise);
        break;
    case STMT_WHILE:
        s->while_.cond = clone_expr(s->while_.cond);
        s->while_.body = clone_block(s->while_.body);
        break;
    case STMT_LOOP:
        s->loop.body = clone_block(s->loop.body);
        break;
    case STMT_FOR:
        s->for_.iterable = clone_expr(s->for_.iterable);
        s->for_.body     = clone_block(s->for_.body);
        break;
    case STMT_MATCH:
        s->match.value = clone_expr(s->match.value);
        OWN_ITEMS(&s->match.arms);
        clone_arms(s->match.arms.items, s->match.arms.count);
        break;
    case STMT_SELECT:
        clone_select(s);
        break;
    case STMT_SCOPE:
        clone_scope(s);
        break;
    }
}

static Stmt *clone_stmt(const Stmt *s)
{
    Stmt *copy = ARENA_NEW(Stmt);
    *copy = *s;
    clone_stmt_children(copy);
    return copy;
}

static Block *clone_block(const Block *block)
{
    if (!block)
        return NULL;
    Block *copy = ARENA_NEW(Block);
    *copy = *block;
    OWN_ITEMS(&copy->stmts);
    for (int i = 0; i < copy->stmts.count; i++)
        copy->stmts.items[i] = clone_stmt(copy->stmts.items[i]);
    return copy;
}

/* ---- Declarations ---- */

FuncDecl *clone_func(const FuncDecl *decl)
{
    FuncDecl *copy = ARENA_NEW(FuncDecl);
    *copy = *decl;
    OWN_ITEMS(&copy->params);
    OWN_ITEMS(&copy->requires);
    clone_exprs(copy->requires.items, copy->requires.count);
    copy->body = clone_block(decl->body);
    return copy;
}
