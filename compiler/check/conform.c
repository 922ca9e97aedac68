/*
 * conform.c - the rows of table 14.2, in its order.
 *
 * First the impl list by itself, then the default methods the class inherits, so that one trait's
 * default can serve another trait's requirement, then method by method.
 */
#include "compiler/check/conform.h"

#include "compiler/base/arena.h"
#include "compiler/base/namemap.h"
#include "compiler/check/instance.h"
#include "compiler/check/signature.h"
#include "compiler/syntax/ast_clone.h"

typedef struct Conform {
    Program *program;
    Diag    *diag;
    Class   *cls;
    LIST(Span) places;                    /* of the traits in the impl list */
} Conform;

/* ---- The impl list ---- */

/* The trait that a class named `cls` lists, unless it cannot. */
static TraitDef *find_trait(const Conform *c, const QName *written, NameMap *seen, Name cls)
{
    Ident         name   = written->name;
    const Global *global = globals_of(c->program->globals, c->diag, written);

    if (!global || global->kind != GLOBAL_TRAIT) {
        diag_error(c->diag, DIAG_TYPE, name.span, "unknown trait '%s'", qname_text(written));
        globals_suggest(c->diag, c->program->globals, GLOBAL_TRAIT, name);
        return NULL;
    }
    if (namemap_add(seen, global->name, 0))
        return global->trait;
    diag_error(c->diag, DIAG_TYPE, name.span,
               "trait '%s' appears multiple times in impl list for class '%s'", name.name, cls);
    return NULL;
}

static void add_traits(Conform *c)
{
    NameMap *seen = namemap_new();
    for (int i = 0; i < c->cls->decl->impls.count; i++) {
        const QName *written = &c->cls->decl->impls.items[i];
        TraitDef    *trait   = find_trait(c, written, seen, c->cls->name);
        if (!trait)
            continue;
        LIST_ADD(&c->cls->traits, trait);
        LIST_ADD(&c->places, written->name.span);
        LIST_ADD(&trait->implementors, c->cls);
    }
}

/* Contracts of two traits for one method could contradict each other. */
static bool has_clash(Conform *c, int index, NameMap *first)
{
    const TraitDef *trait = c->cls->traits.items[index];

    for (int i = 0; i < trait->methods.count; i++) {
        const TraitMethod *m = &trait->methods.items[i];
        if (namemap_add(first, m->name, index))
            continue;
        const TraitDef *other = c->cls->traits.items[namemap_find(first, m->name)];
        const TraitMethod *same =
            &other->methods.items[namemap_find(other->method_index, m->name)];
        if (m->decl->requires.count + same->decl->requires.count == 0)
            continue;
        diag_error(c->diag, DIAG_TYPE, c->places.items[index],
                   "traits '%s' and '%s' both define method '%s', and it has requires clauses",
                   other->name, trait->name, m->name);
        return true;
    }
    return false;
}

static bool check_clashes(Conform *c)
{
    NameMap *first = namemap_new();
    bool     clash = false;
    for (int i = 0; i < c->cls->traits.count; i++)
        clash |= has_clash(c, i, first);
    return clash;
}

/* ---- Default methods ---- */

static void inherit(Conform *c, TraitDef *trait, const TraitMethod *m)
{
    Class   *cls    = c->cls;
    Func    *method = add_func(c->program, clone_func(m->decl), cls);
    Resolver r      = { .program = c->program, .diag = c->diag };

    method->inherited   = trait;
    method->is_instance = cls->generic != NULL;
    namemap_add(cls->method_index, m->name, cls->methods.count);
    LIST_ADD(&cls->methods, method);
    resolve_func(&r, method);
}

static void add_two_defaults(Conform *c, int index, Name method)
{
    TwoDefaults found = { c->places.items[index], c->cls, method };
    LIST_ADD(&c->program->two_defaults, found);
}

static void inherit_all(Conform *c, int index)
{
    TraitDef *trait = c->cls->traits.items[index];

    for (int i = 0; i < trait->methods.count; i++) {
        const TraitMethod *m = &trait->methods.items[i];
        int known = namemap_find(c->cls->method_index, m->name);
        if (!m->decl->body)
            continue;
        if (known < 0)
            inherit(c, trait, m);
        else if (c->cls->methods.items[known]->inherited)
            add_two_defaults(c, index, m->name);
    }
}

/* ---- One method ---- */

static bool same_types(Conform *c, const TraitDef *trait, const TraitMethod *m, const Func *method)
{
    for (int i = 0; i < m->param_count; i++) {
        Type *wanted = m->params[i], *found = method->params.items[i + 1]->type;
        if (wanted == found || wanted == type_bad || found == type_bad)
            continue;
        diag_error(c->diag, DIAG_TYPE, method->params.items[i + 1]->span,
                   "method '%s' parameter %d type mismatch: trait '%s' expects %s, class '%s' "
                   "has %s", m->name, i + 1, trait->name, type_name(wanted), c->cls->name,
                   type_name(found));
        return false;
    }
    if (m->result == method->result || m->result == type_bad || method->result == type_bad)
        return true;
    return diag_error(c->diag, DIAG_TYPE, method->decl->name.span,
                      "method '%s' return type mismatch: trait '%s' expects %s, class '%s' "
                      "returns %s", m->name, trait->name, type_name(m->result), c->cls->name,
                      type_name(method->result));
}

static bool same_receiver(Conform *c, const TraitDef *trait, const TraitMethod *m,
                          const Func *method)
{
    bool mut_self = method->decl->receiver == RECV_MUT_SELF;

    if (mut_self == m->mut_self)
        return true;
    return diag_error(c->diag, DIAG_TYPE, method->decl->name.span,
                      m->mut_self
                          ? "method '%s' in trait '%s' declares 'mut self', but class '%s' does "
                            "not"
                          : "method '%s' in trait '%s' declares 'self', but class '%s' declares "
                            "'mut self'", m->name, trait->name, c->cls->name);
}

static bool same_signature(Conform *c, const TraitDef *trait, const TraitMethod *m,
                           const Func *method)
{
    if (method->decl->receiver == RECV_NONE || method->decl->params.count != m->param_count)
        return diag_error(c->diag, DIAG_TYPE, method->decl->name.span,
                          "method '%s' of class '%s' has wrong number of parameters for trait "
                          "'%s'", m->name, c->cls->name, trait->name);
    return same_types(c, trait, m, method) && same_receiver(c, trait, m, method);
}

static void report_missing(const Conform *c, Name cls, const TraitDef *trait,
                           const TraitMethod *m, Span place)
{
    diag_error(c->diag, DIAG_TYPE, place,
               "class '%s' does not implement required method '%s' from trait '%s'", cls, m->name,
               trait->name);
    diag_note(c->diag, m->decl->name.span, "'%s' is required here", m->name);
}

static void check_method(Conform *c, const TraitDef *trait, const TraitMethod *m, Span place)
{
    int index = namemap_find(c->cls->method_index, m->name);

    if (index < 0) {
        report_missing(c, c->cls->name, trait, m, place);
        return;
    }
    const Func *method = c->cls->methods.items[index];
    if (method->inherited == trait)
        return;
    if (!same_signature(c, trait, m, method)) {
        diag_note(c->diag, m->decl->name.span, "trait '%s' declares '%s' here", trait->name,
                  m->name);
    } else if (!method->inherited && method->decl->requires.count > 0) {
        diag_error(c->diag, DIAG_TYPE, method->decl->requires.items[0]->span,
                   "class '%s' cannot add 'requires' clauses to method '%s' of trait '%s': that "
                   "would break the Liskov Substitution Principle", c->cls->name, m->name,
                   trait->name);
    }
}

void conform_class(Program *p, Diag *d, Class *cls)
{
    Conform c = { .program = p, .diag = d, .cls = cls };

    add_traits(&c);
    if (check_clashes(&c))
        return;
    for (int i = 0; i < cls->traits.count; i++)
        inherit_all(&c, i);
    for (int i = 0; i < cls->traits.count; i++) {
        const TraitDef *trait = cls->traits.items[i];
        for (int j = 0; j < trait->methods.count; j++)
            check_method(&c, trait, &trait->methods.items[j], c.places.items[i]);
    }
}

/* ---- Generic classes ---- */

typedef LIST(const TraitDef *) TraitList;

/* Does the class declare the method, or inherit it from one of its traits? */
static bool is_provided(const ClassDecl *decl, const TraitList *traits, Name method)
{
    for (int i = 0; i < decl->methods.count; i++)
        if (decl->methods.items[i]->name.name == method)
            return true;
    for (int i = 0; i < traits->count; i++) {
        int index = namemap_find(traits->items[i]->method_index, method);
        if (index >= 0 && traits->items[i]->methods.items[index].decl->body)
            return true;
    }
    return false;
}

void conform_generic(Program *p, Diag *d, Global *generic)
{
    const ClassDecl *decl = generic->generic->cls;
    Conform   c      = { .program = p, .diag = d };
    NameMap  *seen   = namemap_new();
    TraitList traits = { 0 };

    for (int i = 0; i < decl->impls.count; i++) {
        const TraitDef *trait = find_trait(&c, &decl->impls.items[i], seen, generic->name);
        if (!trait)
            continue;
        LIST_ADD(&traits, trait);
        LIST_ADD(&c.places, decl->impls.items[i].name.span);
    }
    for (int i = 0; i < traits.count; i++)
        for (int j = 0; j < traits.items[i]->methods.count; j++) {
            const TraitMethod *m = &traits.items[i]->methods.items[j];
            if (!is_provided(decl, &traits, m->name))
                report_missing(&c, generic->name, traits.items[i], m, c.places.items[i]);
        }
}

/* ---- Phase 13 ---- */

void conform_two_defaults(const Program *p, Diag *d)
{
    for (int i = 0; i < p->two_defaults.count; i++) {
        const TwoDefaults *found = &p->two_defaults.items[i];
        diag_error(d, DIAG_CODEGEN, found->at, "Duplicate definition of identifier: %s$%s",
                   found->cls->name, found->method);
    }
}
