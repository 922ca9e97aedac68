/*
 * check_enum.c - enum values and match (language 15).
 */
#include "compiler/check/check_internal.h"

/* ---- Values ---- */

static int find_variant(Check *c, const EnumDef *def, Ident name)
{
    int index = namemap_find(def->variant_index, name.name);

    if (index >= 0)
        return index;
    diag_error(c->diag, DIAG_TYPE, name.span, "enum '%s' has no variant '%s'", def->name,
               name.name);
    Suggest s = suggest_for(c->diag, name.name);
    for (int i = 0; s.active && i < def->variants.count; i++)
        suggest_candidate(&s, def->variants.items[i].name);
    suggest_finish(&s, c->diag);
    return -1;
}

/* The number of fields is judged before their names and types. */
static bool is_right_form(Check *c, const Expr *e, const EnumDef *def, const Variant *variant)
{
    Ident name  = e->variant.variant;
    int   given = e->variant.fields.count, wanted = variant->fields.count;

    if (wanted == 0 && !e->variant.has_braces)
        return true;
    if (wanted == 0)
        diag_error(c->diag, DIAG_TYPE, name.span,
                   "variant '%s' of enum '%s' has no fields: write it without braces", name.name,
                   def->name);
    else if (!e->variant.has_braces)
        diag_error(c->diag, DIAG_TYPE, name.span,
                   "variant '%s' of enum '%s' has fields, which must be given in braces",
                   name.name, def->name);
    else if (given != wanted)
        diag_error(c->diag, DIAG_TYPE, name.span,
                   "variant '%s' of enum '%s' has %d fields, but %d were provided", name.name,
                   def->name, wanted, given);
    else
        return true;
    diag_note(c->diag, variant->span, "'%s' is declared here", name.name);
    return false;
}

static Type *check_variant_of(Check *c, Expr *e, EnumDef *def)
{
    e->variant.variant_index = find_variant(c, def, e->variant.variant);
    const Variant *variant = e->variant.variant_index < 0 ? NULL
                           : &def->variants.items[e->variant.variant_index];
    if (!variant || !is_right_form(c, e, def, variant)) {
        check_inits_loosely(c, e->variant.fields.items, e->variant.fields.count);
        return set_type(c, e, def->type);
    }
    FieldTable table = { variant->fields.items, variant->fields.count, variant->field_index,
                         arena_format("variant '%s'", variant->name) };
    check_inits(c, e->variant.fields.items, e->variant.fields.count, &table, namemap_new());
    return set_type(c, e, def->type);
}

/* module.Class { }, where a file that is merged into this one has the import. */
static bool names_imported_class(Check *c, const Expr *e)
{
    const QName *name = &e->variant.enum_name;

    return !name->module.name && e->variant.has_braces && e->variant.type_args.count == 0
        && globals_import(c->globals, name->name) && !globals_at(c->globals, name->name);
}

static Expr *variant_to_struct(Expr *e)
{
    Expr whole = { .kind = EXPR_STRUCT, .span = e->span, .parenthesized = e->parenthesized };

    whole.struct_.name = (QName){ e->variant.enum_name.name, e->variant.variant };
    for (int i = 0; i < e->variant.fields.count; i++)
        LIST_ADD(&whole.struct_.fields, e->variant.fields.items[i]);
    *e = whole;
    return e;
}

Type *check_variant(Check *c, Expr *e)
{
    const QName *name   = &e->variant.enum_name;
    Global      *global = globals_of(c->globals, c->diag, name);
    Type        *type   = type_bad;

    if (names_imported_class(c, e))
        return check_struct(c, variant_to_struct(e));
    if (!global || global->kind != GLOBAL_ENUM)
        report_undefined_variable(c, name->module.name ? name->module : name->name);
    else
        type = resolve_declared_type(&c->resolver, global, e->variant.type_args.items,
                                     e->variant.type_args.count, name->name.span);
    if (type != type_bad)
        return check_variant_of(c, e, type->enum_def);
    check_inits_loosely(c, e->variant.fields.items, e->variant.fields.count);
    return set_bad(e);
}

Type *check_bare_variant(Check *c, Expr *e)
{
    const Expr *object = e->field.object;
    Expr  whole = { .kind = EXPR_VARIANT, .span = e->span, .parenthesized = e->parenthesized };

    if (object->kind == EXPR_NAME)
        whole.variant.enum_name.name = object->name.ident;
    else
        whole.variant.enum_name = (QName){ object->field.object->name.ident, object->field.name };
    whole.variant.variant = e->field.name;
    *e = whole;
    return check_variant(c, e);
}

/* ---- Patterns ---- */

/* Is def the enum so declared, or an instance of it? */
static bool is_enum_of(const Global *global, const EnumDef *def)
{
    if (!global || global->kind != GLOBAL_ENUM)
        return false;
    return global->generic ? def->generic == global : global->enum_def == def;
}

static bool is_right_arm(Check *c, MatchArm *arm, const EnumDef *def, const MatchArm **taken)
{
    arm->variant_index = -1;
    if (!is_enum_of(globals_of(c->globals, c->diag, &arm->enum_name), def))
        return diag_error(c->diag, DIAG_TYPE, arm->enum_name.name.span,
                          "match arm enum '%s' does not match scrutinee enum '%s'",
                          qname_text(&arm->enum_name), def->name);
    arm->variant_index = find_variant(c, def, arm->variant);
    if (arm->variant_index < 0)
        return false;
    if (taken[arm->variant_index]) {
        diag_error(c->diag, DIAG_TYPE, arm->variant.span,
                   "duplicate match arm for variant '%s'", arm->variant.name);
        diag_note(c->diag, taken[arm->variant_index]->variant.span, "the first one is here");
        return false;
    }
    taken[arm->variant_index] = arm;
    return true;
}

static Type *bind_field(Check *c, MatchBinding *binding, const Variant *variant, NameMap *bound)
{
    binding->index = namemap_find(variant->field_index, binding->field.name);
    if (binding->index < 0) {
        report_no_field(c, arena_format("variant '%s'", variant->name), binding->field,
                        variant->fields.items, variant->fields.count);
        return type_bad;
    }
    if (!namemap_add(bound, binding->field.name, 0))
        diag_error(c->diag, DIAG_TYPE, binding->field.span, "field '%s' is bound twice",
                   binding->field.name);
    return variant->fields.items[binding->index].type;
}

/* variant NULL after an error: then nothing is known of the bindings. */
static void check_bindings(Check *c, MatchArm *arm, const Variant *variant)
{
    NameMap *bound = namemap_new();

    if (variant && arm->bindings.count != variant->fields.count) {
        diag_error(c->diag, DIAG_TYPE, arm->variant.span,
                   "variant '%s' has %d fields, but %d bindings provided", variant->name,
                   variant->fields.count, arm->bindings.count);
        diag_note(c->diag, variant->span, "'%s' is declared here", variant->name);
        variant = NULL;
    }
    for (int i = 0; i < arm->bindings.count; i++) {
        MatchBinding *binding = &arm->bindings.items[i];
        Type *type = variant ? bind_field(c, binding, variant, bound) : type_bad;
        binding->symbol = declare_local(c, SYM_MATCH, binding->name, type);
    }
}

/* ---- Arms ---- */

static void check_arm_value(Check *c, MatchArm *arm)
{
    scope_covers(c, arm->value->span);
    check_expr(c, arm->value);
}

/* Adds the narrowed variables that the arm assigns to *assigned, if it goes on. */
static void check_arm(Check *c, MatchArm *arm, const EnumDef *def, const MatchArm **taken,
                      NarrowFacts *assigned)
{
    int  scope = scope_open(c), mark = narrow_mark(c);
    bool right = def && is_right_arm(c, arm, def, taken);

    check_bindings(c, arm, right ? &def->variants.items[arm->variant_index] : NULL);
    if (arm->block)
        check_statements(c, arm->block, false);
    else
        check_arm_value(c, arm);
    narrow_end_one(c, mark, arm->block && arm->block->leaves, assigned);
    scope_close(c, scope);
}

static void check_exhaustive(Check *c, const EnumDef *def, const MatchArm **taken, Span at)
{
    for (int i = 0; i < def->variants.count; i++) {
        if (taken[i])
            continue;
        diag_error(c->diag, DIAG_TYPE, at, "non-exhaustive match: missing variant '%s'",
                   def->variants.items[i].name);
        diag_note(c->diag, def->variants.items[i].span, "'%s' is declared here",
                  def->variants.items[i].name);
        return;
    }
}

/* The enum that is matched, or NULL after an error. */
static const EnumDef *check_scrutinee(Check *c, Expr *value)
{
    Type *type = check_value(c, value);

    if (type->kind == TYPE_ENUM)
        return type->enum_def;
    if (type != type_bad) {
        diag_error(c->diag, DIAG_TYPE, value->span, "match requires enum type, found %s",
                   type_name(type));
        advise_nullable(c, type);
    }
    return NULL;
}

static void check_arms(Check *c, Expr *value, MatchArm *arms, int count)
{
    const EnumDef   *def      = check_scrutinee(c, value);
    size_t           variants = def ? (size_t)def->variants.count : 0;
    const MatchArm **taken    = arena_alloc((variants + 1) * sizeof *taken);
    int              errors   = diag_errors(c->diag);
    NarrowFacts      assigned = { 0 };

    for (int i = 0; i < count; i++)
        check_arm(c, &arms[i], def, taken, &assigned);
    narrow_forget(c, &assigned);
    /* An arm whose pattern is wrong may be the missing one. */
    if (def && diag_errors(c->diag) == errors)
        check_exhaustive(c, def, taken, value->span);
}

bool check_match_stmt(Check *c, Stmt *s)
{
    bool leaves = s->match.arms.count > 0;

    check_arms(c, s->match.value, s->match.arms.items, s->match.arms.count);
    for (int i = 0; i < s->match.arms.count; i++)
        leaves &= s->match.arms.items[i].block->leaves;
    return leaves;
}

/* ---- match as an expression ---- */

/* The type of arm values a and b, or NULL. */
static Type *unify_values(Check *c, Type *a, Type *b, Span at)
{
    a = known_type(a);
    b = known_type(b);
    if (same_type(c, a, b, at))
        return a == type_bad ? b : known_type(a);
    return nullable_of_both(a, b);
}

static Type *value_type(Check *c, Expr *e)
{
    MatchArm *arms = e->match.arms.items;
    Type     *type = arms[0].value->type;

    for (int i = 1; i < e->match.arms.count; i++) {
        Type *found = known_type(arms[i].value->type);
        Type *both  = unify_values(c, type, found, arms[i].value->span);
        if (!both) {
            diag_error(c->diag, DIAG_TYPE, arms[i].value->span,
                       "match arms have incompatible types: %s and %s", type_name(known_type(type)),
                       type_name(found));
            diag_note(c->diag, arms[0].value->span, "this arm is %s",
                      type_name(known_type(arms[0].value->type)));
            return type_bad;
        }
        type = both;
    }
    return known_type(type);
}

Type *check_match(Check *c, Expr *e)
{
    int errors = diag_errors(c->diag);

    check_arms(c, e->match.value, e->match.arms.items, e->match.arms.count);
    if (diag_errors(c->diag) > errors || e->match.arms.count == 0)
        return set_bad(e);
    Type *type = value_type(c, e);
    for (int i = 0; type->kind == TYPE_NULLABLE && i < e->match.arms.count; i++)
        convert(c, &e->match.arms.items[i].value, type);
    return set_type(c, e, type);
}
