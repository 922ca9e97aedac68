/*
 * check_builtin.c - built-in functions and the methods of built-in types (language 10.4, 20.2,
 * 21.2, 23; concurrency 4, 7.2).
 *
 * Methods are rows of tables. Their arguments convert to nothing: exact types are required.
 */
#include <string.h>

#include "compiler/check/check_internal.h"

/* ---- Methods ---- */

/* Types in the tables, some of which depend on the receiver's. */
typedef enum {
    NO_TYPE, VOID, INT, BOOL, STRING, BYTE, BYTES, INT_OR_NONE, FLOAT_OR_NONE, STRINGS,
    INDEX,                                /* an int, with a message of its own */
    ELEM,                                 /* of the receiver; of a map: the value */
    KEY, KEYS, ELEMS,                     /* of a map; arrays of them */
    SELF,                                 /* the receiver's type */
} Shape;

enum { MAX_PARAMS = 2 };

typedef struct Method {
    const char *name;
    Builtin     builtin;
    Shape       result;
    Shape       params[MAX_PARAMS];       /* up to the first NO_TYPE */
} Method;

static const Method string_methods[] = {
    { "len",           BI_STRING_LEN,           INT,    { NO_TYPE } },
    { "is_empty",      BI_STRING_IS_EMPTY,      BOOL,   { NO_TYPE } },
    { "is_whitespace", BI_STRING_IS_WHITESPACE, BOOL,   { NO_TYPE } },
    { "contains",      BI_STRING_CONTAINS,      BOOL,   { STRING } },
    { "starts_with",   BI_STRING_STARTS_WITH,   BOOL,   { STRING } },
    { "ends_with",     BI_STRING_ENDS_WITH,     BOOL,   { STRING } },
    { "index_of",      BI_STRING_INDEX_OF,      INT,    { STRING } },
    { "last_index_of", BI_STRING_LAST_INDEX_OF, INT,    { STRING } },
    { "count",         BI_STRING_COUNT,         INT,    { STRING } },
    { "substring",     BI_STRING_SUBSTRING,     STRING, { INT, INT } },
    { "char_at",       BI_STRING_CHAR_AT,       STRING, { INT } },
    { "byte_at",       BI_STRING_BYTE_AT,       INT,    { INT } },
    { "trim",          BI_STRING_TRIM,          STRING, { NO_TYPE } },
    { "trim_start",    BI_STRING_TRIM_START,    STRING, { NO_TYPE } },
    { "trim_end",      BI_STRING_TRIM_END,      STRING, { NO_TYPE } },
    { "to_upper",      BI_STRING_TO_UPPER,      STRING, { NO_TYPE } },
    { "to_lower",      BI_STRING_TO_LOWER,      STRING, { NO_TYPE } },
    { "replace",       BI_STRING_REPLACE,       STRING, { STRING, STRING } },
    { "split",         BI_STRING_SPLIT,         STRINGS, { STRING } },
    { "repeat",        BI_STRING_REPEAT,        STRING, { INT } },
    { "to_int",        BI_STRING_TO_INT,        INT_OR_NONE, { NO_TYPE } },
    { "to_float",      BI_STRING_TO_FLOAT,      FLOAT_OR_NONE, { NO_TYPE } },
    { "to_bytes",      BI_STRING_TO_BYTES,      BYTES,  { NO_TYPE } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method array_methods[] = {
    { "len",       BI_ARRAY_LEN,       INT,  { NO_TYPE } },
    { "is_empty",  BI_ARRAY_IS_EMPTY,  BOOL, { NO_TYPE } },
    { "push",      BI_ARRAY_PUSH,      VOID, { ELEM } },
    { "pop",       BI_ARRAY_POP,       ELEM, { NO_TYPE } },
    { "first",     BI_ARRAY_FIRST,     ELEM, { NO_TYPE } },
    { "last",      BI_ARRAY_LAST,      ELEM, { NO_TYPE } },
    { "insert_at", BI_ARRAY_INSERT_AT, VOID, { INDEX, ELEM } },
    { "remove_at", BI_ARRAY_REMOVE_AT, ELEM, { INDEX } },
    { "slice",     BI_ARRAY_SLICE,     SELF, { INDEX, INDEX } },
    { "reverse",   BI_ARRAY_REVERSE,   VOID, { NO_TYPE } },
    { "clear",     BI_ARRAY_CLEAR,     VOID, { NO_TYPE } },
    { "contains",  BI_ARRAY_CONTAINS,  BOOL, { ELEM } },
    { "index_of",  BI_ARRAY_INDEX_OF,  INT,  { ELEM } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method map_methods[] = {
    { "len",      BI_MAP_LEN,      INT,   { NO_TYPE } },
    { "contains", BI_MAP_CONTAINS, BOOL,  { KEY } },
    { "insert",   BI_MAP_INSERT,   VOID,  { KEY, ELEM } },
    { "remove",   BI_MAP_REMOVE,   VOID,  { KEY } },
    { "keys",     BI_MAP_KEYS,     KEYS,  { NO_TYPE } },
    { "values",   BI_MAP_VALUES,   ELEMS, { NO_TYPE } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method set_methods[] = {
    { "len",      BI_SET_LEN,      INT,   { NO_TYPE } },
    { "contains", BI_SET_CONTAINS, BOOL,  { ELEM } },
    { "insert",   BI_SET_INSERT,   VOID,  { ELEM } },
    { "remove",   BI_SET_REMOVE,   VOID,  { ELEM } },
    { "to_array", BI_SET_TO_ARRAY, ELEMS, { NO_TYPE } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method bytes_methods[] = {
    { "len",       BI_BYTES_LEN,       INT,    { NO_TYPE } },
    { "push",      BI_BYTES_PUSH,      VOID,   { BYTE } },
    { "to_string", BI_BYTES_TO_STRING, STRING, { NO_TYPE } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method task_methods[] = {
    { "get",          BI_TASK_GET,          ELEM, { NO_TYPE } },
    { "get_timeout",  BI_TASK_GET_TIMEOUT,  ELEM, { INT } },
    { "detach",       BI_TASK_DETACH,       VOID, { NO_TYPE } },
    { "cancel",       BI_TASK_CANCEL,       VOID, { NO_TYPE } },
    { "is_done",      BI_TASK_IS_DONE,      BOOL, { NO_TYPE } },
    { "is_cancelled", BI_TASK_IS_CANCELLED, BOOL, { NO_TYPE } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method sender_methods[] = {
    { "send",         BI_SENDER_SEND,         VOID, { ELEM } },
    { "try_send",     BI_SENDER_TRY_SEND,     VOID, { ELEM } },
    { "send_timeout", BI_SENDER_SEND_TIMEOUT, VOID, { ELEM, INT } },
    { "close",        BI_SENDER_CLOSE,        VOID, { NO_TYPE } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

static const Method receiver_methods[] = {
    { "recv",         BI_RECEIVER_RECV,         ELEM, { NO_TYPE } },
    { "try_recv",     BI_RECEIVER_TRY_RECV,     ELEM, { NO_TYPE } },
    { "recv_timeout", BI_RECEIVER_RECV_TIMEOUT, ELEM, { INT } },
    { NULL, BI_NONE, NO_TYPE, { NO_TYPE } },
};

/* The methods of a type, and what messages call it. */
static const Method *methods_of(const Type *receiver, const char **name)
{
    switch (receiver->kind) {
    case TYPE_STRING:   *name = "string";   return string_methods;
    case TYPE_ARRAY:    *name = "array";    return array_methods;
    case TYPE_MAP:      *name = "Map";      return map_methods;
    case TYPE_SET:      *name = "Set";      return set_methods;
    case TYPE_BYTES:    *name = "bytes";    return bytes_methods;
    case TYPE_TASK:     *name = "Task";     return task_methods;
    case TYPE_SENDER:   *name = "Sender";   return sender_methods;
    case TYPE_RECEIVER: *name = "Receiver"; return receiver_methods;
    case TYPE_INT: case TYPE_FLOAT: case TYPE_BOOL: case TYPE_BYTE: case TYPE_VOID:
    case TYPE_NONE: case TYPE_CPTR: case TYPE_CAUGHT: case TYPE_CAUGHT_KIND: case TYPE_RANGE:
    case TYPE_NULLABLE: case TYPE_FN: case TYPE_STREAM: case TYPE_CLASS:
    case TYPE_TRAIT: case TYPE_ENUM: case TYPE_HOLE: case TYPE_BAD:
        break;
    }
    *name = type_name(receiver);
    return receiver_methods + sizeof receiver_methods / sizeof *receiver_methods - 1;
}

static Type *shape_type(Shape shape, Type *receiver)
{
    switch (shape) {
    case NO_TYPE:       return type_bad;
    case VOID:          return type_void;
    case INT:
    case INDEX:         return type_int;
    case BOOL:          return type_bool;
    case STRING:        return type_string;
    case BYTE:          return type_byte;
    case BYTES:         return type_bytes;
    case INT_OR_NONE:   return type_nullable(type_int);
    case FLOAT_OR_NONE: return type_nullable(type_float);
    case STRINGS:       return type_array(type_string);
    case ELEM:          return receiver->elem;
    case KEY:           return receiver->key;
    case KEYS:          return type_array(receiver->key);
    case ELEMS:         return type_array(receiver->elem);
    case SELF:          return receiver;
    }
    return type_bad;
}

static int param_count(const Method *method)
{
    int count = 0;
    while (count < MAX_PARAMS && method->params[count] != NO_TYPE)
        count++;
    return count;
}

bool has_arg_count(Check *c, Expr *e, int wanted)
{
    if (e->call.args.count == wanted)
        return true;
    diag_error(c->diag, DIAG_TYPE, e->span, "%s() expects %d argument%s, got %d",
               e->call.name.name, wanted, wanted == 1 ? "" : "s", e->call.args.count);
    check_args_loosely(c, e);
    return false;
}

/* How the message about an argument is written: the reference has a form for each of these. */
static const char *arg_form(const Expr *e, Shape shape)
{
    if (shape == INDEX)
        return "%s(): expected %s index, found %s";
    if (e->call.callee.builtin == BI_MAP_INSERT)
        return shape == KEY ? "%s() key: expected %s, found %s"
                            : "%s() value: expected %s, found %s";
    return e->call.object->type->kind == TYPE_SENDER ? "%s() expects %s, found %s"
                                                     : "%s(): expected %s, found %s";
}

static void report_arg(Check *c, const Expr *e, const Expr *arg, Shape shape, Type *wanted)
{
    diag_error(c->diag, DIAG_TYPE, arg->span, arg_form(e, shape), e->call.name.name,
               type_name(known_type(wanted)), type_name(known_type(arg->type)));
    label_type(c, arg);
    note_first_use(c, e->call.object);
}

static void check_method_args(Check *c, Expr *e, const Method *method, Type *receiver)
{
    for (int i = 0; i < e->call.args.count; i++) {
        Expr **slot   = &e->call.args.items[i];
        Type  *wanted = shape_type(method->params[i], receiver);
        check_expecting(c, *slot, wanted);
        if (!fits_exactly(c, slot, wanted))
            report_arg(c, e, *slot, method->params[i], wanted);
    }
}

static Type *no_builtin_method(Check *c, Expr *e, const char *receiver, const Method *methods)
{
    diag_error(c->diag, DIAG_TYPE, e->call.name.span, "%s has no method '%s'", receiver,
               e->call.name.name);
    Suggest s = suggest_for(c->diag, e->call.name.name);
    for (; s.active && methods->name; methods++)
        suggest_candidate(&s, methods->name);
    suggest_finish(&s, c->diag);
    check_args_loosely(c, e);
    return set_bad(e);
}

Type *check_builtin_method(Check *c, Expr *e, Type *receiver)
{
    const char   *name;
    const Method *methods = methods_of(receiver, &name), *method = methods;

    while (method->name && strcmp(method->name, e->call.name.name) != 0)
        method++;
    if (!method->name)
        return no_builtin_method(c, e, name, methods);
    e->call.callee = (Callee){ .kind = CALL_BUILTIN, .builtin = method->builtin };
    if (has_arg_count(c, e, param_count(method)))
        check_method_args(c, e, method, receiver);
    return set_type(c, e, shape_type(method->result, known_type(receiver)));
}

/* ---- Functions ---- */

static Type *builtin_call(Check *c, Expr *e, Builtin builtin, Type *result)
{
    e->call.callee = (Callee){ .kind = CALL_BUILTIN, .builtin = builtin };
    return set_type(c, e, result);
}

static Type *check_print(Check *c, Expr *e)
{
    if (has_arg_count(c, e, 1)) {
        Expr *arg  = e->call.args.items[0];
        Type *type = check_value(c, arg);
        if (type != type_int && type != type_float && type != type_bool && type != type_string
            && type != type_byte && type != type_bad)
            diag_error(c->diag, DIAG_TYPE, arg->span, "print() does not support type %s",
                       type_name(type));
    }
    return builtin_call(c, e, BI_PRINT, type_void);
}

/* abs, min, max, pow: all arguments int, or all float. */
typedef struct NumberFunction { const char *name; int params; Builtin of_int, of_float; }
NumberFunction;

static const NumberFunction number_functions[] = {
    { "abs", 1, BI_ABS_INT, BI_ABS_FLOAT },
    { "min", 2, BI_MIN_INT, BI_MIN_FLOAT },
    { "max", 2, BI_MAX_INT, BI_MAX_FLOAT },
    { "pow", 2, BI_POW_INT, BI_POW_FLOAT },
    { NULL, 0, BI_NONE, BI_NONE },
};

static Type *report_numbers(Check *c, Expr *e, const NumberFunction *f)
{
    Expr **args = e->call.args.items;

    if (f->params == 1)
        diag_error(c->diag, DIAG_TYPE, args[0]->span, "%s() expects int or float, found %s",
                   f->name, type_name(args[0]->type));
    else
        diag_error(c->diag, DIAG_TYPE, e->span,
                   "%s() expects two int or two float arguments, found %s and %s", f->name,
                   type_name(args[0]->type), type_name(args[1]->type));
    return set_bad(e);
}

static Type *check_numbers(Check *c, Expr *e, const NumberFunction *f)
{
    if (!has_arg_count(c, e, f->params))
        return set_bad(e);
    Type *type = check_value(c, e->call.args.items[0]);
    bool  good = type == type_int || type == type_float || type == type_bad;
    for (int i = 1; i < f->params; i++) {
        Type *other = check_value(c, e->call.args.items[i]);
        good &= same_type(c, other, type, e->span);
        if (other == type_bad)
            type = type_bad;
    }
    if (!good)
        return report_numbers(c, e, f);
    return type == type_bad ? set_bad(e)
         : builtin_call(c, e, type == type_int ? f->of_int : f->of_float, type);
}

typedef struct PlainFunction { const char *name; Builtin builtin; } PlainFunction;

static const PlainFunction float_functions[] = {
    { "sqrt", BI_SQRT }, { "sin", BI_SIN }, { "cos", BI_COS }, { "tan", BI_TAN },
    { "log", BI_LOG }, { "floor", BI_FLOOR }, { "ceil", BI_CEIL }, { "round", BI_ROUND },
    { NULL, BI_NONE },
};

static Type *check_float_function(Check *c, Expr *e, Builtin builtin)
{
    if (has_arg_count(c, e, 1)) {
        Expr *arg = e->call.args.items[0];
        check_value(c, arg);
        if (!same_type(c, arg->type, type_float, arg->span)) {
            diag_error(c->diag, DIAG_TYPE, arg->span, "%s() expects float, found %s",
                       e->call.name.name, type_name(arg->type));
            label_type(c, arg);
        }
    }
    return builtin_call(c, e, builtin, type_float);
}

static Type *check_constant(Check *c, Expr *e, Builtin builtin, Type *result)
{
    has_arg_count(c, e, 0);
    return builtin_call(c, e, builtin, result);
}

static Type *check_named_function(Check *c, Expr *e)
{
    const char *name = e->call.name.name;

    if (strcmp(name, "print") == 0)
        return check_print(c, e);
    if (strcmp(name, "time_ns") == 0)
        return check_constant(c, e, BI_TIME_NS, type_int);
    if (strcmp(name, "gc_heap_size") == 0)
        return check_constant(c, e, BI_GC_HEAP_SIZE, type_int);
    if (strcmp(name, "bytes_new") == 0)
        return check_constant(c, e, BI_BYTES_NEW, type_bytes);
    return check_bare_expect(c, e);
}

Type *check_builtin_function(Check *c, Expr *e)
{
    const char *name = e->call.name.name;

    if (e->call.type_args.count > 0)
        diag_error(c->diag, DIAG_TYPE, e->call.type_args.items[0]->span,
                   "built-in function '%s' does not accept type arguments", name);
    for (const NumberFunction *f = number_functions; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return check_numbers(c, e, f);
    for (const PlainFunction *f = float_functions; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return check_float_function(c, e, f->builtin);
    return check_named_function(c, e);
}
