/*
 * lower_string.c - f-strings and concatenation, all parts in one allocation.
 */
#include "compiler/lower_internal.h"

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

/* The values of all parts that have one, in order. */
static IrExpr **part_values(Lower *l, const Parts *parts)
{
    int      count  = parts->list.count, n = 0;
    Expr   **exprs  = arena_alloc(sizeof *exprs * (size_t)(count + 1));
    IrExpr **values = arena_alloc(sizeof *values * (size_t)(count + 1));
    for (int i = 0; i < count; i++)
        if (parts->list.items[i].value)
            exprs[n++] = parts->list.items[i].value;
    put_operands(l, exprs, n, values);
    return values;
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
    IrExpr **values = part_values(l, &parts);
    IrExpr  *table  = ir_braces("const RtPart[]");
    for (int i = 0; i < parts.list.count; i++) {
        const FPart *p = &parts.list.items[i];
        ir_braces_add(table, NULL, p->value ? value_part(p->value->type, *values++) : text_part(p));
    }
    return IR_CALL_OF(0, "rt_string_build", table, ir_int(parts.list.count));
}
