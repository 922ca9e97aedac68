/*
 * check_scope.c - local names (language 5.3, 5.4, 11.2).
 *
 * One hash table holds all visible locals, because no name may be visible twice; the scope list
 * remembers them in order of declaration, so that closing a scope takes its names out again.
 * A closure that mentions a local of an outer body gets a copy, through every closure between.
 */
#include "compiler/check/check_internal.h"

/* ---- Scopes ---- */

int scope_open(Check *c)
{
    c->depth++;
    return c->scope.count;
}

void scope_close(Check *c, int mark)
{
    while (c->scope.count > mark) {
        Local *local = c->scope.items[--c->scope.count];
        HASH_DEL(c->locals, local);
        if (local->hidden)
            HASH_ADD_PTR(c->locals, name, local->hidden);
    }
    c->depth--;
}

void scope_covers(Check *c, Span span)
{
    for (int i = c->scope.count - 1; i >= 0 && c->scope.items[i]->depth == c->depth; i--)
        if (c->scope.items[i]->end == 0)
            c->scope.items[i]->end = span.end;
}

Local *find_local(Check *c, Name name)
{
    Local *local;
    HASH_FIND_PTR(c->locals, &name, local);
    return local;
}

/* ---- Declaration ---- */

void declare_symbol(Check *c, Symbol *symbol, Name name)
{
    Local *local = ARENA_NEW(Local);

    local->symbol = symbol;
    local->name   = name;
    local->depth  = c->depth;
    local->level  = c->frame->level;
    local->hidden = find_local(c, name);
    if (local->hidden)
        HASH_DEL(c->locals, local->hidden);
    HASH_ADD_PTR(c->locals, name, local);
    LIST_ADD(&c->scope, local);
    note_type(c, &symbol->type);
}

static void report_taken_name(Check *c, Ident name)
{
    Local *known = find_local(c, name.name);
    if (!known)
        return;
    if (known->depth == c->depth)
        diag_error(c->diag, DIAG_TYPE, name.span,
                   "variable '%s' is already declared in this scope", name.name);
    else
        diag_error(c->diag, DIAG_TYPE, name.span, "variable '%s' shadows an existing variable",
                   name.name);
    diag_note(c->diag, known->symbol->span, "'%s' was declared here", name.name);
}

static Symbol *new_symbol(SymbolKind kind, Ident name, Type *type)
{
    Symbol *symbol = ARENA_NEW(Symbol);
    symbol->kind = kind;
    symbol->name = name.name;
    symbol->span = name.span;
    symbol->type = type;
    return symbol;
}

Symbol *declare_local(Check *c, SymbolKind kind, Ident name, Type *type)
{
    Symbol *symbol = new_symbol(kind, name, type);
    report_taken_name(c, name);
    declare_symbol(c, symbol, symbol->name);
    return symbol;
}

static void report_taken_global(Check *c, Ident name)
{
    const Global *global = globals_at(c->globals, name);

    if (is_builtin_function(name.name)) {
        diag_error(c->diag, DIAG_TYPE, name.span, "variable '%s' shadows a function", name.name);
    } else if (global) {
        diag_error(c->diag, DIAG_TYPE, name.span, "variable '%s' shadows %s", name.name,
                   global_kind_name(global->kind));
        if (global->span.file)
            diag_note(c->diag, global->span, "'%s' was declared here", name.name);
    }
}

Symbol *declare_let(Check *c, SymbolKind kind, Ident name, Type *type)
{
    report_taken_global(c, name);
    Symbol *symbol = declare_local(c, kind, name, type);
    if (c->frame->block)
        find_local(c, name.name)->end = c->frame->block->span.end;
    return symbol;
}

/* ---- Capture ---- */

static Symbol *copy_symbol(Frame *frame, Symbol *outer)
{
    Symbol *copy = ARENA_NEW(Symbol);

    *copy = *outer;
    copy->type = known_type(outer->type);
    copy->copy_of = outer;
    copy->captured = copy->assigned = false;
    copy->lowered = NULL;
    outer->captured = true;
    LIST_ADD(&frame->closure->closure.captures, outer);
    LIST_ADD(&frame->closure->closure.copies, copy);
    if (outer->kind == SYM_SELF)
        frame->closure->closure.self = copy;
    return copy;
}

/* The variable of `level` as the body of frame sees it. */
static Symbol *capture(Check *c, Frame *frame, Symbol *symbol, int level)
{
    if (frame->level == level)
        return symbol;
    Symbol  *outer = capture(c, frame->outer, symbol, level);
    Capture *known;
    HASH_FIND_PTR(frame->captures, &outer, known);
    if (known)
        return known->copy;
    known = ARENA_NEW(Capture);
    known->outer = outer;
    known->copy  = copy_symbol(frame, outer);
    note_type(c, &known->copy->type);
    HASH_ADD_PTR(frame->captures, outer, known);
    return known->copy;
}

Symbol *local_symbol(Check *c, Local *local)
{
    return capture(c, c->frame, local->symbol, local->level);
}

Symbol *original_symbol(Symbol *symbol)
{
    while (symbol->copy_of)
        symbol = symbol->copy_of;
    return symbol;
}

/* ---- Names that do not exist ---- */

static bool is_declared_function(Check *c, Ident name)
{
    const Global *global = globals_at(c->globals, name);
    return is_builtin_function(name.name)
        || (global && (global->kind == GLOBAL_FUNC || global->kind == GLOBAL_EXTERN));
}

void report_undefined_variable(Check *c, Ident name)
{
    diag_error(c->diag, DIAG_TYPE, name.span, "undefined variable '%s'", name.name);
    if (is_declared_function(c, name)) {
        diag_help(c->diag, "a function is not a value: write a closure that calls it");
        return;
    }
    Suggest s = suggest_for(c->diag, name.name);
    for (int i = 0; s.active && i < c->scope.count; i++)
        suggest_candidate(&s, c->scope.items[i]->name);
    suggest_finish(&s, c->diag);
}
