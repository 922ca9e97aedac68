/*
 * lower_map.c - maps and sets.
 *
 * For each map or set type RT_MAP_TYPE or RT_SET_TYPE declares static functions (map_type.h),
 * which are called like those of arrays.
 */
#include "compiler/lower/lower_internal.h"

/* ---- The type ---- */

static const char *key_kind(const Type *key)
{
    switch (key->kind) {
    case TYPE_INT:    return "RT_KEY_INT";
    case TYPE_FLOAT:  return "RT_KEY_FLOAT";
    case TYPE_BOOL:   return "RT_KEY_BOOL";
    case TYPE_BYTE:   return "RT_KEY_BYTE";
    case TYPE_STRING: return "RT_KEY_STRING";
    default:          break;
    }
    if (type_has_pointer(key))
        return "RT_KEY_ENUM";
    return enum_is_small(key->enum_def) ? "RT_KEY_BYTE" : "RT_KEY_INT";
}

static const Type *key_type(const Type *t)
{
    return t->kind == TYPE_MAP ? t->key : t->elem;
}

/* KEY_KIND, ENTRIES, HASH, EQUAL of the macros. */
static const char *key_arguments(Lower *l, const Type *t)
{
    const Type *key     = key_type(t);
    bool        by_enum = key->kind == TYPE_ENUM && type_has_pointer(key);
    bool        pointer = type_has_pointer(key) || type_has_pointer(t->elem);
    return arena_format("%s, %s, %s, %s", key_kind(key), pointer ? "HEAP_ALL" : "HEAP_PTR0",
                        by_enum ? enum_hash(l, key->enum_def) : "NULL",
                        by_enum ? enum_same_key(l, key->enum_def) : "NULL");
}

const char *c_map(Lower *l, const Type *t)
{
    static const char *const functions[] = {
        "type", "new", "at", "insert", "contains", "remove", "keys", "values", "to_array",
        "rehash", NULL,
    };
    TypeInfo *info = type_info(l, t);
    if (info->map)
        return info->map;
    bool        is_map = t->kind == TYPE_MAP;
    const char *elem   = c_mangled(l, t->elem);
    const char *wanted = is_map ? arena_format("M_%s_%s", c_mangled(l, t->key), elem)
                                : arena_format("S_%s", elem);
    IrDecl     *d      = type_with_functions(l, wanted, functions);
    const char *key    = is_map ? arena_format("%s, ", c_type(l, t->key)) : "";
    info->map          = d->names.items[0];
    d->text = arena_format("RT_%s_TYPE(%s, %s%s, %s)", is_map ? "MAP" : "SET", info->map, key,
                           c_type(l, t->elem), key_arguments(l, t));
    LIST_ADD(&l->ir->maps, d);
    return info->map;
}

IrExpr *map_call(Lower *l, const Type *t, unsigned effects, const char *method)
{
    return IR_CALL_OF(effects, arena_format("%s_%s", c_map(l, t), method), NULL);
}

/* ---- Literals ---- */

static IrExpr *put_new(Lower *l, const Type *t, int room)
{
    IrExpr *new = map_call(l, t, 0, "new");
    ir_call_add(new, ir_int(room));
    return put_temp(l, "RtMap *", new);
}

IrExpr *lower_map(Lower *l, Expr *e)
{
    IrExpr *map = put_new(l, e->type, e->map.entries.count);
    for (int i = 0; i < e->map.entries.count; i++) {
        MapEntry *entry = &e->map.entries.items[i];
        IrExpr   *x[2];
        put_operands(l, (Expr *[]){entry->key, entry->value}, 2, x);
        IrExpr *insert = map_call(l, e->type, IR_WRITES, "insert");
        ir_call_add(insert, map);
        ir_call_add(insert, x[0]);
        ir_call_add(insert, x[1]);
        put_eval(l, insert);
    }
    return map;
}

IrExpr *lower_set(Lower *l, Expr *e)
{
    IrExpr *set = put_new(l, e->type, e->set.items.count);
    for (int i = 0; i < e->set.items.count; i++) {
        IrExpr *x      = lower_expr(l, e->set.items.items[i]);
        IrExpr *insert = map_call(l, e->type, IR_WRITES, "insert");
        ir_call_add(insert, set);
        ir_call_add(insert, x);
        put_eval(l, insert);
    }
    return set;
}

/* ---- Copying, for spawn ---- */

/* while ((entry_ = next entry of map) != NULL): statements go into the loop. */
static IrBlock *put_entry_loop(Lower *l, const Type *t, const char *map)
{
    const char *name = c_map(l, t);
    put_decl(l, "int64_t", "at_", ir_int(0));
    put_decl(l, arena_format("%s *", name), "entry_", NULL);
    IrStmt *loop      = put(l, IR_WHILE);
    loop->while_.body = ir_block();
    const char *next  = arena_format("(entry_ = rt_map_next(%s, &%s_type, &at_))", map, name);
    loop->while_.cond = ir_binary("!=", ir_name(next, IR_READS_HEAP), ir_name("NULL", 0));
    return enter_block(l, loop->while_.body);
}

/* With the keys of the original. fill_map replaces those that refer to what has to be copied. */
void copy_map(Lower *l, const Type *t)
{
    IrExpr *new = ir_name("new_", 0), *old = ir_name("old_", 0), *entry = ir_name("entry_", 0);
    IrExpr *made = map_call(l, t, 0, "new");
    ir_call_add(made, ir_arrow(old, "len"));
    put_assign(l, new, made);
    put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_note", ir_name("c_", 0), old, new));
    IrBlock *outer  = put_entry_loop(l, t, "old_");
    IrExpr  *insert = map_call(l, t, IR_WRITES, "insert");
    ir_call_add(insert, new);
    ir_call_add(insert, ir_arrow(entry, "key"));
    if (t->kind == TYPE_MAP)
        ir_call_add(insert, ir_arrow(entry, "value"));
    put_eval(l, insert);
    enter_block(l, outer);
}

static void put_copied_part(Lower *l, const Type *t, const char *part)
{
    IrExpr *x = ir_arrow(ir_name("entry_", 0), part);
    if (c_copy(l, t))
        put_assign(l, x, copied(l, t, ir_name("c_", 0), x));
}

bool map_needs_fill(Lower *l, const Type *t)
{
    return c_copy(l, key_type(t)) != NULL || c_copy(l, t->elem) != NULL;
}

/* The hash of a copied key depends on what it refers to, which is filled in its own time. */
void fill_map(Lower *l, const Type *t)
{
    IrBlock *outer = put_entry_loop(l, t, "new_");
    put_copied_part(l, key_type(t), "key");
    if (t->kind == TYPE_MAP)
        put_copied_part(l, t->elem, "value");
    enter_block(l, outer);
    if (c_copy(l, key_type(t)))
        put_eval(l, IR_CALL_OF(IR_WRITES, "rt_copy_last", ir_name("c_", 0), ir_name("new_", 0),
                               ir_name(arena_format("%s_rehash", c_map(l, t)), 0)));
}
