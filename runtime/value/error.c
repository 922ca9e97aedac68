/*
 * error.c - error values, their text, and the way they went.
 *
 * A trail holds the first calls that an error passed through and the last ones, so that it has a
 * fixed size however deep the recursion; it exists from the first call on. Places are static data
 * of the program: the collector need not see them.
 *
 * Errors only go from callee to caller, and from a task that has ended to those that get it: they
 * get copies. So one task at a time has an error, and nobody else changes its trail.
 */
#include "runtime/value/error.h"

#include "runtime/value/bytes.h"
#include "runtime/value/print.h"

enum { TRAIL_FIRST = 12, TRAIL_LAST = 4 };

struct RtErrorTrail {
    int64_t        count;                                /* calls passed */
    const RtPlace *first[TRAIL_FIRST];
    const RtPlace *last[TRAIL_LAST];                     /* call i >= TRAIL_FIRST: i % TRAIL_LAST */
};

/* ---- Predeclared kinds ---- */

static const RtFieldInfo message_field[] = {
    { "message", RT_FIELD_STRING, offsetof(RtMessageError, message) },
};
static const RtFieldInfo millis_field[] = {
    { "millis", RT_FIELD_INT, offsetof(RtTimeoutError, millis) },
};
static const RtFieldInfo service_field[] = {
    { "service", RT_FIELD_STRING, offsetof(RtServiceError, service) },
};

static const RtErrorKind math_error          = { "MathError", 1, message_field, 0 };
static const RtErrorKind channel_closed      = { "ChannelClosed", 1, message_field, 0 };
static const RtErrorKind channel_full        = { "ChannelFull", 1, message_field, 0 };
static const RtErrorKind channel_empty       = { "ChannelEmpty", 1, message_field, 0 };
static const RtErrorKind task_cancelled      = { "TaskCancelled", 1, message_field, 0 };
static const RtErrorKind network_error       = { "NetworkError", 1, message_field, 0 };
static const RtErrorKind timeout_error       = { "TimeoutError", 1, millis_field, -1 };
static const RtErrorKind service_unavailable = { "ServiceUnavailable", 1, service_field, -1 };

const RtErrorKind *rt_kinds[RT_PREDECLARED] = {
    [RT_MATH_ERROR] = &math_error,         [RT_CHANNEL_CLOSED] = &channel_closed,
    [RT_CHANNEL_FULL] = &channel_full,     [RT_CHANNEL_EMPTY] = &channel_empty,
    [RT_TASK_CANCELLED] = &task_cancelled, [RT_NETWORK_ERROR] = &network_error,
    [RT_TIMEOUT_ERROR] = &timeout_error,   [RT_SERVICE_UNAVAILABLE] = &service_unavailable,
};

/* ---- Making errors ---- */

RtError *rt_error_new(const RtErrorKind *kind, size_t size, int pointer_fields,
                      const RtPlace *place)
{
    /* The head's last word is the trail, its others are static data. */
    HeapKind scanned = pointer_fields == 0 ? HEAP_PTR3 : pointer_fields == 1 ? HEAP_PTR4 : HEAP_ALL;
    RtError *error   = rt_alloc(scanned, size);
    error->kind   = kind;
    error->raised = place;
    error->trail  = NULL;
    return error;
}

static void *field_of(const RtError *error, const RtFieldInfo *field)
{
    return (char *)error + field->offset;
}

/* A program's own kind of this name may have other fields: those are zero, strings empty. */
static size_t replaced_size(const RtErrorKind *kind)
{
    size_t size = sizeof(RtMessageError);
    for (int i = 0; i < kind->field_count; i++)
        if (kind->fields[i].offset + 2 * sizeof(void *) > size)
            size = kind->fields[i].offset + 2 * sizeof(void *);
    return size;
}

RtError *rt_error_with_message(RtPredeclared number, const char *message, const RtPlace *place)
{
    const RtErrorKind *kind  = rt_kinds[number];
    const RtString    *text  = rt_string_new(message, (int64_t)strlen(message));
    RtError           *error = rt_error_new(kind, replaced_size(kind), 2, place);
    for (int i = 0; i < kind->field_count; i++)
        if (kind->fields[i].kind == RT_FIELD_STRING)
            *(const RtString **)field_of(error, &kind->fields[i]) =
                i == kind->message ? text : rt_string_new("", 0);
    return error;
}

RtError *rt_error_timeout(int64_t millis, const RtPlace *place)
{
    RtTimeoutError *e = (RtTimeoutError *)rt_error_new(rt_kinds[RT_TIMEOUT_ERROR], sizeof *e, 0,
                                                       place);
    e->millis = millis;
    return &e->head;
}

RtError *rt_error_copy(const RtError *error)
{
    RtError *copy = rt_alloc_copy(error);
    if (copy->trail != NULL)
        copy->trail = rt_alloc_copy(copy->trail);
    return copy;
}

RtError *rt_error_passed(RtError *error, const RtPlace *place)
{
    if (error->trail == NULL) {
        error->trail        = rt_alloc(HEAP_PTR0, sizeof *error->trail);
        error->trail->count = 0;
    }
    RtErrorTrail *trail = error->trail;
    int64_t       n     = trail->count++;
    *(n < TRAIL_FIRST ? &trail->first[n] : &trail->last[n % TRAIL_LAST]) = place;
    return error;
}

/* ---- Text ---- */

static void add(RtBytes *out, const char *text)
{
    rt_bytes_append(out, text, (int64_t)strlen(text));
}

static void add_int(RtBytes *out, int64_t v)
{
    char text[RT_NUMBER_MAX];
    rt_bytes_append(out, text, rt_format_int(text, v));
}

static void add_float(RtBytes *out, double v)
{
    char text[RT_NUMBER_MAX];
    rt_bytes_append(out, text, rt_format_float(text, v));
}

static void add_escaped(RtBytes *out, char c)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':  add(out, "\\\""); return;
    case '\\': add(out, "\\\\"); return;
    case '\n': add(out, "\\n"); return;
    case '\r': add(out, "\\r"); return;
    case '\t': add(out, "\\t"); return;
    }
    if ((uint8_t)c < ' ' || c == 0x7f) {
        char escape[] = { '\\', 'x', hex[(uint8_t)c >> 4], hex[c & 15] };
        rt_bytes_append(out, escape, sizeof escape);
    } else {
        rt_bytes_append(out, &c, 1);
    }
}

static void add_quoted(RtBytes *out, const RtString *s)
{
    add(out, "\"");
    for (int64_t i = 0; i < s->len; i++)
        add_escaped(out, s->bytes[i]);
    add(out, "\"");
}

static void add_field(RtBytes *out, const RtError *error, const RtFieldInfo *field)
{
    const void *at = field_of(error, field);
    switch (field->kind) {
    case RT_FIELD_INT:    add_int(out, *(const int64_t *)at); break;
    case RT_FIELD_FLOAT:  add_float(out, *(const double *)at); break;
    case RT_FIELD_BOOL:   add(out, *(const bool *)at ? "true" : "false"); break;
    case RT_FIELD_BYTE:   add_int(out, *(const uint8_t *)at); break;
    case RT_FIELD_STRING: add_quoted(out, *(const RtString *const *)at); break;
    case RT_FIELD_OTHER:  add(out, "..."); break;
    }
}

static void add_error(RtBytes *out, const RtError *error)
{
    const RtErrorKind *kind = error->kind;
    add(out, kind->name);
    add(out, " {");
    for (int i = 0; i < kind->field_count; i++) {
        add(out, i == 0 ? " " : ", ");
        add(out, kind->fields[i].name);
        add(out, ": ");
        add_field(out, error, &kind->fields[i]);
    }
    add(out, kind->field_count == 0 ? "}" : " }");
}

static void add_place(RtBytes *out, const char *what, const RtPlace *place)
{
    if (place == NULL)
        return;
    add(out, what);
    add(out, place->file);
    add(out, ":");
    add_int(out, place->line);
    add(out, ":");
    add_int(out, place->column);
    add(out, " in ");
    add(out, place->function);
    add(out, "\n");
}

static void add_trail(RtBytes *out, const RtErrorTrail *trail)
{
    int64_t count = trail->count;
    int64_t last  = count < TRAIL_FIRST + TRAIL_LAST ? TRAIL_FIRST : count - TRAIL_LAST;
    for (int64_t i = 0; i < count && i < TRAIL_FIRST; i++)
        add_place(out, "  passed ", trail->first[i]);
    if (last > TRAIL_FIRST) {
        add(out, "  ... ");
        add_int(out, last - TRAIL_FIRST);
        add(out, " more calls\n");
    }
    for (int64_t i = last; i < count; i++)
        add_place(out, "  passed ", trail->last[i % TRAIL_LAST]);
}

const RtString *rt_error_text(const RtError *error)
{
    RtBytes *out = rt_bytes_new();
    add_error(out, error);
    return rt_bytes_to_string(out);
}

const RtString *rt_error_report(const RtError *error)
{
    RtBytes *out = rt_bytes_new();
    add_error(out, error);
    add(out, "\n");
    add_place(out, "  raised at ", error->raised);
    if (error->trail != NULL)
        add_trail(out, error->trail);
    return rt_bytes_to_string(out);
}

const RtString *rt_error_message(const RtError *error)
{
    const RtErrorKind *kind = error->kind;
    if (kind->message >= 0)
        return *(const RtString **)field_of(error, &kind->fields[kind->message]);
    return rt_string_new(kind->name, (int64_t)strlen(kind->name));
}
