/*
 * lower_type.c - types of C: layouts, arrays, results, nullables.
 *
 * A struct in the collected heap begins with its pointers, so that a heap kind can say how many
 * words the collector has to follow; scalars come after, larger ones first.
 */
#include "compiler/lower/lower_internal.h"

#include <string.h>

TypeInfo *type_info(Lower *l, const Type *t)
{
    while (l->types.count <= t->number)
        LIST_ADD(&l->types, NULL);
    if (l->types.items[t->number] == NULL)
        l->types.items[t->number] = ARENA_NEW(TypeInfo);
    return l->types.items[t->number];
}

/* ---- Values ---- */

bool type_has_pointer(const Type *t)
{
    switch (t->kind) {
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_VOID:
    case TYPE_RANGE: case TYPE_HOLE: case TYPE_BAD:
        return false;
    case TYPE_NULLABLE:
        return type_has_pointer(t->elem);
    case TYPE_ENUM:
        return t->enum_def->has_data;
    case TYPE_STRING: case TYPE_BYTES: case TYPE_NONE: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND:
    case TYPE_ARRAY: case TYPE_MAP: case TYPE_SET: case TYPE_FN: case TYPE_STREAM:
    case TYPE_CLASS: case TYPE_TRAIT: case TYPE_TASK: case TYPE_SENDER: case TYPE_RECEIVER:
    case TYPE_CPTR:                      /* it points to nothing of ours, which does no harm */
        return true;
    }
    return false;
}

const Type *type_bare(const Type *t)
{
    return t->kind == TYPE_NULLABLE ? t->elem : t;
}

static bool is_trait(const Type *t)
{
    return type_bare(t)->kind == TYPE_TRAIT;
}

static int scalar_size(const Type *t)
{
    if (t->kind == TYPE_NULLABLE)
        return 2 * scalar_size(t->elem);
    if (t->kind == TYPE_ENUM)
        return enum_is_small(t->enum_def) ? 1 : 8;
    return t->kind == TYPE_BOOL || t->kind == TYPE_BYTE ? 1 : 8;
}

bool type_is_wide(const Type *t)
{
    if (type_has_pointer(t))
        return is_trait(t);
    return t->kind != TYPE_VOID && scalar_size(t) > 8;
}

static const char *nullable_scalar(const Type *elem)
{
    switch (elem->kind) {
    case TYPE_INT:   return "RtOptInt";
    case TYPE_FLOAT: return "RtOptFloat";
    case TYPE_BOOL:  return "RtOptBool";
    default:         return scalar_size(elem) == 1 ? "RtOptByte" : "RtOptInt";
    }
}

const char *c_type(Lower *l, const Type *t)
{
    switch (t->kind) {
    case TYPE_INT:      return "int64_t";
    case TYPE_FLOAT:    return "double";
    case TYPE_BOOL:     return "bool";
    case TYPE_BYTE:     return "uint8_t";
    case TYPE_STRING:   return "const RtString *";
    case TYPE_BYTES:    return "RtBytes *";
    case TYPE_VOID:     return "void";
    case TYPE_CAUGHT:   return "RtError *";
    case TYPE_CAUGHT_KIND:
        return arena_format("%s *", error_layout(l, t->error_def)->name);
    case TYPE_ARRAY:    return arena_format("%s *", c_array(l, t));
    case TYPE_NULLABLE:
        return type_has_pointer(t) ? c_type(l, t->elem) : nullable_scalar(t->elem);
    case TYPE_FN:       return "RtClosure *";
    case TYPE_CLASS:    return arena_format("%s *", class_layout(l, t->cls)->name);
    case TYPE_TASK:     return "RtTask *";
    case TYPE_SENDER:   return "RtSender *";
    case TYPE_RECEIVER: return "RtReceiver *";
    case TYPE_MAP:
    case TYPE_SET:      return "RtMap *";
    case TYPE_STREAM:   return "RtStream *";
    case TYPE_TRAIT:    return trait_type(l, t->trait);
    case TYPE_ENUM:     return enum_type(l, t->enum_def);
    case TYPE_NONE: case TYPE_RANGE: case TYPE_HOLE: case TYPE_CPTR: case TYPE_BAD:
        return "void *";
    }
    return "void *";
}

static const char *mangle_fn(Lower *l, const Type *t)
{
    const char *text = "fn";
    for (int i = 0; i < t->param_count; i++)
        text = arena_format("%s_%s", text, c_mangled(l, t->params[i]));
    return arena_format("%s_to_%s", text, c_mangled(l, t->elem));
}

static const char *mangle(Lower *l, const Type *t)
{
    switch (t->kind) {
    case TYPE_ARRAY:    return c_array(l, t);
    case TYPE_CLASS:    return class_layout(l, t->cls)->name;
    case TYPE_NULLABLE: return arena_format("opt_%s", c_mangled(l, t->elem));
    case TYPE_FN:       return mangle_fn(l, t);
    case TYPE_TASK:     return arena_format("task_%s", c_mangled(l, t->elem));
    case TYPE_SENDER:   return arena_format("sender_%s", c_mangled(l, t->elem));
    case TYPE_RECEIVER: return arena_format("receiver_%s", c_mangled(l, t->elem));
    case TYPE_SET:      return arena_format("set_%s", c_mangled(l, t->elem));
    case TYPE_STREAM:   return arena_format("stream_%s", c_mangled(l, t->elem));
    case TYPE_TRAIT:    return trait_type(l, t->trait);
    case TYPE_ENUM:     return enum_layout(l, t->enum_def)->name;
    case TYPE_MAP:
        return arena_format("map_%s_%s", c_mangled(l, t->key), c_mangled(l, t->elem));
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_STRING:
    case TYPE_BYTES: case TYPE_VOID: case TYPE_NONE: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND:
    case TYPE_RANGE: case TYPE_HOLE: case TYPE_CPTR: case TYPE_BAD:
        return type_name(t);
    }
    return "type";
}

const char *c_mangled(Lower *l, const Type *t)
{
    TypeInfo *info = type_info(l, t);
    if (info->mangled == NULL)
        info->mangled = mangle(l, t);
    return info->mangled;
}

/* ---- Arrays ---- */

/* A macro or function of two values. */
static const char *equality(Lower *l, const Type *t)
{
    if (t->kind == TYPE_STRING)
        return "rt_string_equal";
    if (is_trait(t))
        return "RT_SAME_OBJECT";
    if (type_bare(t)->kind == TYPE_ENUM && type_has_pointer(t))
        return enum_equality(l, type_bare(t)->enum_def);
    if (t->kind != TYPE_NULLABLE)
        return "RT_SAME";
    switch (t->elem->kind) {
    case TYPE_INT:    return "rt_opt_int_equal";
    case TYPE_FLOAT:  return "rt_opt_float_equal";
    case TYPE_BOOL:   return "rt_opt_bool_equal";
    case TYPE_BYTE:   return "rt_opt_byte_equal";
    case TYPE_STRING: return "rt_opt_string_equal";
    case TYPE_ENUM:   return scalar_size(t->elem) == 1 ? "rt_opt_byte_equal" : "rt_opt_int_equal";
    default:          return "RT_SAME";
    }
}

const char *element_kind(const Type *element)
{
    return type_has_pointer(element) ? "HEAP_ALL" : "HEAP_PTR0";
}

IrDecl *type_with_functions(Lower *l, const char *wanted, const char *const *functions)
{
    IrDecl *d    = ir_decl(file_name(l, wanted), NULL);
    bool    free = true;
    for (int i = 0; functions[i]; i++) {
        const char *function = intern_text(arena_format("%s_%s", d->names.items[0], functions[i]));
        free &= namemap_add(l->file_names, function, 0);
        LIST_ADD(&d->names, function);
    }
    return free ? d : type_with_functions(l, wanted, functions);
}

const char *c_array(Lower *l, const Type *array)
{
    static const char *const functions[] = {
        "new", "at", "push", "pop", "first", "last", "insert_at", "remove_at", "slice", "reverse",
        "clear", "index_of", "room", NULL,
    };
    if (array->kind == TYPE_BYTES)
        return "RtBytes";
    const Type *elem = array->elem;
    TypeInfo   *info = type_info(l, elem);
    const char *type = info->array ? NULL : c_type(l, elem);
    if (info->array == NULL) {                               /* still: elem may hold such arrays */
        const char *wanted = arena_format("A_%s", c_mangled(l, elem));
        IrDecl     *d      = type_with_functions(l, wanted, functions);
        info->array        = d->names.items[0];
        d->text            = arena_format("RT_ARRAY_TYPE(%s, %s, %s, %s)", info->array, type,
                                          element_kind(elem), equality(l, elem));
        LIST_ADD(&l->ir->types, d);
    }
    return info->array;
}

/* ---- Structs ---- */

void struct_add(IrStruct *s, const char *type, const char *name)
{
    IrField field = {type, name};
    LIST_ADD(&s->fields, field);
}

/* Fields come in the order of these: pointers, trait values, then scalars by their size. */
static int field_rank(const Type *t)
{
    if (type_has_pointer(t))
        return is_trait(t);
    switch (scalar_size(t)) {
    case 16: return 2;
    case 8:  return 3;
    case 2:  return 4;
    default: return 5;
    }
}

int order_fields(Type *const *types, int count, int *order)
{
    int n = 0, of_rank[6] = {0};
    for (int rank = 0; rank < 6; rank++)
        for (int i = 0; i < count; i++)
            if (field_rank(types[i]) == rank) {
                order[n++] = i;
                of_rank[rank]++;
            }
    /* The second word of a trait value is static data: that of the last one is left out. */
    return of_rank[0] + (of_rank[1] > 0 ? 2 * of_rank[1] - 1 : 0);
}

const char *heap_kind(int pointers)
{
    static const char *const kinds[] = {"HEAP_PTR0", "HEAP_PTR1", "HEAP_PTR2", "HEAP_PTR3",
                                        "HEAP_PTR4"};
    return pointers < (int)(sizeof kinds / sizeof *kinds) ? kinds[pointers] : "HEAP_ALL";
}

void lay_out(Lower *l, Layout *layout, IrStruct *s, const Field *fields, int count)
{
    Type **types = arena_alloc(sizeof *types * (size_t)(count + 1));
    int   *order = arena_alloc(sizeof *order * (size_t)(count + 1));
    layout->members = arena_alloc(sizeof *layout->members * (size_t)(count + 1));
    for (int i = 0; i < count; i++) {
        types[i]           = fields[i].type;
        layout->members[i] = member_name(fields[i].name);
    }
    layout->pointers = order_fields(types, count, order);
    for (int i = 0; i < count; i++)
        struct_add(s, c_type(l, types[order[i]]), layout->members[order[i]]);
}

Layout *class_layout(Lower *l, Class *c)
{
    if (c->lowered)
        return c->lowered;
    Layout   *layout = ARENA_NEW(Layout);
    IrStruct *s      = ARENA_NEW(IrStruct);
    c->lowered       = layout;                               /* before its fields refer to it */
    layout->name = s->name = file_name(l, arena_format("c_%s", c->name));
    LIST_ADD(&l->ir->forwards, layout->name);
    lay_out(l, layout, s, c->fields.items, c->fields.count);
    if (c->fields.count == 0)
        struct_add(s, "int64_t", "empty_");
    LIST_ADD(&l->ir->structs, s);
    return layout;
}

/* ---- Error kinds ---- */

static const char *field_kind(const Type *t)
{
    switch (t->kind) {
    case TYPE_INT:    return "RT_FIELD_INT";
    case TYPE_FLOAT:  return "RT_FIELD_FLOAT";
    case TYPE_BOOL:   return "RT_FIELD_BOOL";
    case TYPE_BYTE:   return "RT_FIELD_BYTE";
    case TYPE_STRING: return "RT_FIELD_STRING";
    default:          return "RT_FIELD_OTHER";
    }
}

/* kind_X and fields_X for the struct e_X: by these the runtime prints errors of this kind. */
static void error_tables(Lower *l, ErrorDef *d, const Layout *layout)
{
    int         message = -1;
    const char *fields  = "NULL";
    const char *name = layout->name + 2;
    const char *text = arena_format("static const RtFieldInfo fields_%s[] = {", name);
    for (int i = 0; i < d->fields.count; i++) {
        const Field *f = &d->fields.items[i];
        if (f->type->kind == TYPE_STRING && strcmp(f->name, "message") == 0)
            message = i;
        text = arena_format("%s{\"%s\", %s, offsetof(%s, %s)}%s", text, f->name,
                            field_kind(f->type), layout->name, layout->members[i],
                            i + 1 < d->fields.count ? ", " : "};");
    }
    if (d->fields.count > 0) {
        fields = arena_format("fields_%s", name);
        LIST_ADD(&l->ir->constants, ir_decl(fields, text));
    }
    global_new(l, "const RtErrorKind", arena_format("kind_%s", name),
               arena_format("{\"%s\", %d, %s, %d}", d->name, d->fields.count, fields, message))
        ->path = d->span.file->path;
}

/* The runtime's own struct of a predeclared kind. */
static const char *predeclared_struct(const ErrorDef *d)
{
    if (strcmp(d->name, "TimeoutError") == 0)
        return "RtTimeoutError";
    return strcmp(d->name, "ServiceUnavailable") == 0 ? "RtServiceError" : "RtMessageError";
}

Layout *error_layout(Lower *l, ErrorDef *d)
{
    if (d->lowered)
        return d->lowered;
    Layout   *layout = ARENA_NEW(Layout);
    IrStruct *s      = ARENA_NEW(IrStruct);
    d->lowered       = layout;
    layout->name     = d->predeclared ? predeclared_struct(d)
                                      : file_name(l, arena_format("e_%s", d->name));
    s->name          = layout->name;
    struct_add(s, "RtError", "head_");
    if (!d->predeclared)
        LIST_ADD(&l->ir->forwards, layout->name);
    lay_out(l, layout, s, d->fields.items, d->fields.count);
    if (!d->predeclared) {
        LIST_ADD(&l->ir->structs, s);
        error_tables(l, d, layout);
    }
    return layout;
}

/* ---- Results ---- */

const char *c_result(Lower *l, const Type *t)
{
    if (t->kind == TYPE_VOID)
        return "RtError *";
    TypeInfo *info = type_info(l, t);
    if (info->result == NULL) {
        IrStruct *s = ARENA_NEW(IrStruct);
        s->name = info->result = file_name(l, arena_format("R_%s", c_mangled(l, t)));
        struct_add(s, c_type(l, t), "value");
        struct_add(s, "RtError *", "error");
        LIST_ADD(&l->ir->structs, s);
    }
    return info->result;
}

/* ---- Nullables ---- */

IrExpr *none_of(Lower *l, const Type *nullable)
{
    if (type_has_pointer(nullable) && !is_trait(nullable))
        return ir_name("NULL", 0);
    IrExpr *x = ir_braces(c_type(l, nullable));
    if (is_trait(nullable)) {
        ir_braces_add(x, NULL, ir_name("NULL", 0));
        ir_braces_add(x, NULL, ir_name("NULL", 0));
    } else {
        ir_braces_add(x, "some", ir_name("false", 0));
    }
    return x;
}

IrExpr *some_of(Lower *l, const Type *nullable, IrExpr *value)
{
    if (type_has_pointer(nullable))
        return value;
    IrExpr *x = ir_braces(c_type(l, nullable));
    ir_braces_add(x, NULL, value);
    ir_braces_add(x, NULL, ir_name("true", 0));
    return x;
}

IrExpr *is_some(const Type *nullable, IrExpr *x)
{
    if (is_trait(nullable))
        x = ir_member(x, "object");
    return type_has_pointer(nullable) ? ir_binary("!=", x, ir_name("NULL", 0))
                                      : ir_member(x, "some");
}

IrExpr *is_none(const Type *nullable, IrExpr *x)
{
    if (is_trait(nullable))
        x = ir_member(x, "object");
    return type_has_pointer(nullable) ? ir_binary("==", x, ir_name("NULL", 0))
                                      : ir_unary("!", ir_member(x, "some"));
}

IrExpr *value_of(const Type *nullable, IrExpr *x)
{
    return type_has_pointer(nullable) ? x : ir_member(x, "value");
}

IrExpr *converted(Lower *l, IrExpr *x, const Type *from, const Type *to)
{
    if (from == to || to->kind != TYPE_NULLABLE || from->kind == TYPE_NULLABLE)
        return x;
    return from->kind == TYPE_NONE ? none_of(l, to) : some_of(l, to, x);
}

IrExpr *equal_of(Lower *l, const Type *t, IrExpr *a, IrExpr *b)
{
    const char *equal = equality(l, t);
    if (is_trait(t))
        return ir_binary("==", ir_member(a, "object"), ir_member(b, "object"));
    if (strcmp(equal, "RT_SAME") == 0)
        return ir_binary("==", a, b);
    return IR_CALL_OF(0, equal, a, b);
}

/* ---- Cells ---- */

IrExpr *cell_of(Lower *l, const Type *t, IrExpr *x)
{
    /* The macro asks for the type of its argument, and that of a C constant is int; the commas of
     * a literal would be its own. */
    bool scalar = !type_has_pointer(t) && t->kind != TYPE_NULLABLE;
    if (type_is_wide(t) && !ir_is_simple(x))
        x = put_temp(l, c_type(l, t), x);
    return IR_CALL_OF(0, "RT_CELL", scalar ? ir_cast(c_type(l, t), x) : x);
}

IrExpr *uncell(Lower *l, const Type *t, IrExpr *cell)
{
    return IR_CALL_OF(0, "RT_UNCELL", ir_name(c_type(l, t), 0), cell);
}
