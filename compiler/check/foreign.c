/*
 * foreign.c - what extern functions take and return.
 *
 *     written   in the program   in C                                  with ?
 *     cint      int              int                                   -
 *     cstring   string           const char *, ends with a NUL         NULL is none
 *     cptr      cptr             void *                                NULL is none
 *     bytes     bytes            void *, to the data; no result        NULL is none
 *     others: int, float, bool, string and arrays, as emitted C has them
 */
#include "compiler/check/foreign.h"

#include "compiler/base/arena.h"

static bool is_name(const Resolver *r, const TypeExpr *written)
{
    return written->kind == TX_NAME && !written->name.module.name && written->args.count == 0
        && !declares_type(r, written->name.name);
}

/* The type behind cint or cstring without the ?; NULL: it is neither. */
static Type *named_base(const Resolver *r, const TypeExpr *written)
{
    return is_name(r, written) ? foreign_base(written->name.name.name) : NULL;
}

Type *resolve_foreign_type(const Resolver *r, const TypeExpr *written)
{
    Type *base = named_base(r, written);
    if (!base)
        return resolve_result_type(r, written);
    return written->nullable ? type_nullable(base) : base;
}

static ForeignForm form_of(const Resolver *r, const Type *type, const TypeExpr *written)
{
    const Type *bare = type->kind == TYPE_NULLABLE ? type->elem : type;

    if (named_base(r, written))
        return bare == type_int ? FOREIGN_INT : FOREIGN_STRING;
    return bare == type_cptr ? FOREIGN_POINTER : bare == type_bytes ? FOREIGN_BYTES : FOREIGN_SAME;
}

static bool is_primitive_or_array(const Type *t)
{
    while (t->kind == TYPE_ARRAY)
        t = t->elem;
    return t == type_int || t == type_float || t == type_bool || t == type_string
        || t == type_void || t == type_bad;
}

/* Is there a value of C for each value of the type? */
static bool is_foreign(const Type *type, ForeignForm form)
{
    switch (form) {
    case FOREIGN_SAME:
        return is_primitive_or_array(type);
    case FOREIGN_INT:
        return type == type_int;          /* C's int has no none */
    case FOREIGN_STRING: case FOREIGN_POINTER: case FOREIGN_BYTES:
        return true;
    }
    return false;
}

static ForeignForm check_one(const Resolver *r, const Type *type, const TypeExpr *written)
{
    ForeignForm form = form_of(r, type, written);
    if (is_foreign(type, form))
        return form;
    diag_error(r->diag, DIAG_TYPE, written->span,
               "extern functions only support primitive types and arrays (int, float, bool, "
               "string, array), got '%s'", form == FOREIGN_INT ? "cint?" : type_name(type));
    diag_help(r->diag, "for C libraries there are also cint, cstring, cptr and bytes");
    return form;
}

/* A thread of the pool cannot make objects. */
static bool needs_heap(const Func *func)
{
    return func->result_form == FOREIGN_SAME &&
           (func->result->kind == TYPE_STRING || func->result->kind == TYPE_ARRAY);
}

static void check_result(const Resolver *r, Func *func)
{
    const TypeExpr *written = func->decl->result;

    func->result_form = check_one(r, func->result, written);
    if (func->result_form == FOREIGN_BYTES)
        diag_error(r->diag, DIAG_TYPE, written->span,
                   "an extern function cannot return bytes: C does not tell how many there are");
    if (func->decl->is_blocking && needs_heap(func))
        diag_error(r->diag, DIAG_TYPE, written->span,
                   "a blocking extern function cannot return %s: it runs on a thread that cannot "
                   "make one", type_name(func->result));
}

void check_foreign(const Resolver *r, Func *func)
{
    for (int i = 0; i < func->params.count; i++) {
        const TypeExpr *written = func->decl->params.items[i].type;
        Type           *type    = func->params.items[i]->type;
        if (type == type_void)
            diag_error(r->diag, DIAG_TYPE, written->span,
                       "type void is only allowed as a result type");
        LIST_ADD(&func->forms, check_one(r, type, written));
    }
    if (func->decl->result)
        check_result(r, func);
}

bool is_same_foreign(const Func *a, const Func *b)
{
    bool same = a->params.count == b->params.count && a->result == b->result
             && a->result_form == b->result_form && a->decl->is_blocking == b->decl->is_blocking;

    for (int i = 0; same && i < a->params.count; i++)
        same = a->params.items[i]->type == b->params.items[i]->type
            && a->forms.items[i] == b->forms.items[i];
    return same;
}
