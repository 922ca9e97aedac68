/*
 * lower_string.c - f-strings and concatenation, all parts in one allocation.
 */
#include "compiler/lower/lower_internal.h"

/* A part is a text (value NULL) or a value. */
typedef struct Parts { LIST(FPart) list; } Parts;

static void add_parts(Parts *parts, Expr *e)
{
    if (e->kind == EXPR_BINARY && e->binary.op == OP_ADD && e->type->kind == TYPE_STRING) {
        add_parts(parts, e->binary.left);
        add_parts(parts, e->binary.right);
    } else if (e->kind == EXPR_FSTRING) {
        for (int i = 0; i < e->fstring.parts.count; i++)
            LIST_ADD(&parts->list, e->fstring.parts.items[i]);
    } else if (e->kind == EXPR_STRING) {
        FPart text = {.text = e->string.bytes, .text_len = e->string.len};
        LIST_ADD(&parts->list, text);
    } else {
        FPart value = {.value = e};
        LIST_ADD(&parts->list, value);
    }
}

static IrExpr *text_part(const FPart *p)
{
    IrExpr *part = ir_braces(NULL);
    ir_braces_add(part, "kind", ir_name("RT_PART_TEXT", 0));
    ir_braces_add(part, "len", ir_int(p->text_len));
    ir_braces_add(part, "text", ir_name(c_string(p->text, p->text_len), 0));
    return part;
}

static IrExpr *value_part(const Type *t, IrExpr *x)
{
    static const struct { TypeKind type; const char *kind, *member; } table[] = {
        {TYPE_INT, "RT_PART_INT", "integer"},    {TYPE_BYTE, "RT_PART_INT", "integer"},
        {TYPE_FLOAT, "RT_PART_FLOAT", "floating"}, {TYPE_BOOL, "RT_PART_BOOL", "boolean"},
        {TYPE_STRING, "RT_PART_STRING", "string"},
    };
    IrExpr *part = ir_braces(NULL);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].type != t->kind)
            continue;
        ir_braces_add(part, "kind", ir_name(table[i].kind, 0));
        ir_braces_add(part, table[i].member, x);
    }
    return part;
}

/* The values of the parts, in order; NULL for texts. */
static IrExpr **part_values(Lower *l, const Parts *parts)
{
    int      count  = parts->list.count, n = 0;
    Expr   **exprs  = arena_alloc(sizeof *exprs * (size_t)(count + 1));
    IrExpr **values = arena_alloc(sizeof *values * (size_t)(count + 1));
    IrExpr **all    = arena_alloc(sizeof *all * (size_t)(count + 1));
    for (int i = 0; i < count; i++)
        if (parts->list.items[i].value)
            exprs[n++] = parts->list.items[i].value;
    put_operands(l, exprs, n, values);
    for (int i = 0; i < count; i++)
        all[i] = parts->list.items[i].value ? *values++ : NULL;
    return all;
}

/* The table of parts; each is a text or has its value in values, in order. */
static IrExpr *build_call(const FPart *parts, IrExpr *const *values, int count)
{
    IrExpr *table = ir_braces("const RtPart[]");
    for (int i = 0; i < count; i++)
        ir_braces_add(table, NULL, parts[i].value ? value_part(parts[i].value->type, values[i])
                                                  : text_part(&parts[i]));
    return IR_CALL_OF(0, "rt_string_build", table, ir_int(count));
}

/* C compilers take long over long tables, so many parts are built in groups. */
static IrExpr *build(Lower *l, FPart *parts, IrExpr **values, int count)
{
    enum { GROUP = 64 };
    if (count <= GROUP)
        return build_call(parts, values, count);
    int groups = 0;
    for (int i = 0; i < count; i += GROUP, groups++) {
        int     size     = count - i < GROUP ? count - i : GROUP;
        Expr   *string   = ARENA_NEW(Expr);
        IrExpr *built    = build_call(parts + i, values + i, size);
        string->type     = type_string;
        values[groups]   = put_temp(l, c_type(l, type_string), built);
        parts[groups]    = (FPart){.value = string};
    }
    return build(l, parts, values, groups);
}

/* a + b with two strings needs no table. */
static IrExpr *lower_concat(Lower *l, Expr *e)
{
    IrExpr *x[2];
    put_operands(l, (Expr *[]){e->binary.left, e->binary.right}, 2, x);
    return IR_CALL_OF(0, "rt_string_concat", x[0], x[1]);
}

IrExpr *lower_string_build(Lower *l, Expr *e)
{
    Parts parts = {0};
    add_parts(&parts, e);
    if (parts.list.count == 0)
        return string_constant(l, "", 0);
    if (parts.list.count == 2 && e->kind == EXPR_BINARY)
        return lower_concat(l, e);
    if (parts.list.count == 1 && parts.list.items[0].value == NULL)
        return string_constant(l, parts.list.items[0].text, parts.list.items[0].text_len);
    return build(l, parts.list.items, part_values(l, &parts), parts.list.count);
}
