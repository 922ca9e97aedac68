/*
 * backtrace.c - walks up the stack with the unwinder of the C compiler, then turns the addresses
 * into calls.
 *
 * A deep stack is walked once and only its ends are kept: the innermost addresses in first, the
 * outermost in the ring last. The unwinder (libgcc) does not allocate; it finds its tables through
 * the loaded segments. Where a task's stack ends is known from its bounds, because what lies above
 * the first frame is no return address on every machine.
 */
#include "runtime/report/backtrace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

#include "runtime/report/symbols.h"
#include "runtime/task/internal.h"
#include "runtime/task/stack.h"

enum {
    FIRST = 30, LAST = 10,               /* addresses that are kept */
    LINES_FIRST = 20, LINES_LAST = 10,   /* printed, when there are more calls */
    CALLS = 8,                           /* at one address: the others were inlined */
    WALK_MAX = 100000,                   /* frames; some 50 ms */
};

/* ---- Addresses ---- */

typedef struct Walk {
    uintptr_t stack_end;                 /* 0: not a task's stack */
    long      frames;                    /* all of them */
    long      count;                     /* those that may be ours */
    uintptr_t first[FIRST], last[LAST];  /* number i >= FIRST: last[i % LAST] */
} Walk;

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument)
{
    Walk     *w    = argument;
    int       here = 0;                  /* the address is that of the instruction itself */
    uintptr_t pc   = _Unwind_GetIPInfo(context, &here);
    if (w->stack_end != 0 && (uintptr_t)_Unwind_GetCFA(context) >= w->stack_end)
        return _URC_NORMAL_STOP;
    if (pc == 0 || w->frames++ == WALK_MAX)
        return _URC_NORMAL_STOP;
    pc -= !here;                         /* the call, not what follows it */
    if (!symbols_maybe_pluto(pc))
        return _URC_NO_REASON;
    *(w->count < FIRST ? &w->first[w->count] : &w->last[w->count % LAST]) = pc;
    w->count++;
    return _URC_NO_REASON;
}

/* ---- Calls ---- */

static bool has_suffix(const char *text, const char *suffix)
{
    size_t len = strlen(text), end = strlen(suffix);
    return len >= end && strcmp(text + len - end, suffix) == 0;
}

/* C that the compiler made without a model in the source lies in a file of C. */
static bool is_from_source(const DwarfCall *c)
{
    return symbols_is_pluto(c->function) &&
           (c->at.file == NULL || !(has_suffix(c->at.file, ".c") || has_suffix(c->at.file, ".h")));
}

typedef struct Calls {
    int         count;
    const char *part_of;                 /* the last call is in a part cut out of this function */
    DwarfCall   of[(FIRST + LAST) * CALLS];
} Calls;

/* Up to the point that gcc puts before "part.0" and the like. */
static size_t base_length(const char *name) { return strcspn(name, "."); }

static bool same_function(const char *a, const char *b)
{
    return base_length(a) == base_length(b) && strncmp(a, b, base_length(a)) == 0;
}

/* A part that gcc cut out of a function and the rest of it are one call. */
static void add_call(Calls *all, const DwarfCall *c)
{
    bool again   = all->part_of != NULL && same_function(all->part_of, c->function);
    all->part_of = strstr(c->function, ".part.") != NULL ? c->function : NULL;
    if (!again)
        all->of[all->count++] = *c;
}

static void add_calls_at(Calls *all, uintptr_t address)
{
    DwarfCall calls[CALLS];
    int       count = symbols_calls(address, calls, CALLS);
    for (int i = 0; i < count; i++)
        if (is_from_source(&calls[i]))
            add_call(all, &calls[i]);
}

/* Returns how many addresses between the ends were dropped. */
static long find_calls(const Walk *w, Calls *all)
{
    long kept = w->count < FIRST ? w->count : FIRST;
    long from = w->count - LAST > kept ? w->count - LAST : kept;
    for (long i = 0; i < kept; i++)
        add_calls_at(all, w->first[i]);
    if (from > kept)
        all->part_of = NULL;
    for (long i = from; i < w->count; i++)
        add_calls_at(all, w->last[i % LAST]);
    return from - kept;
}

/* ---- Text ---- */

typedef struct Text { char *at; size_t len, size; } Text;

static __attribute__((format(printf, 2, 3))) void add(Text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->at + t->len, t->size - t->len, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < t->size - t->len)           /* whole pieces only */
        t->len += (size_t)n;
}

/* The name in the source, as far as the C name tells: f_submit, m_Account_deposit, k_main_0_code. A
 * class begins with a capital, and what follows its name does not. */
static void add_function(Text *t, const char *name, bool is_body)
{
    size_t      len  = base_length(name);
    const char *rest = name + 2;
    len -= 2;
    if (is_body && len > 5 && strncmp(rest + len - 5, "_body", 5) == 0)
        len -= 5;
    if (name[0] == 'k' && len > 5 && strncmp(rest + len - 5, "_code", 5) == 0) {
        len -= 5;
        while (len > 0 && rest[len - 1] != '_')
            len--;
        add(t, "a closure of %.*s", (int)(len > 0 ? len - 1 : 0), rest);
        return;
    }
    size_t split = 0;
    for (size_t i = 1; name[0] == 'm' && i + 1 < len && split == 0; i++)
        if (rest[i] == '_' && (rest[i + 1] < 'A' || rest[i + 1] > 'Z'))
            split = i;
    if (split > 0)
        add(t, "%.*s.%.*s", (int)split, rest, (int)(len - split - 1), rest + split + 1);
    else
        add(t, "%.*s", (int)len, rest);
}

static void add_line(Text *t, const char *what, const DwarfCall *c, bool is_body)
{
    Text line = *t;
    add(&line, "  %s ", what);
    if (c->at.file != NULL && c->at.line != 0)
        add(&line, "%s%s%s:%" PRIu32 " ", c->at.folder != NULL ? c->at.folder : "",
            c->at.folder != NULL ? "/" : "", c->at.file, c->at.line);
    add(&line, "in ");
    add_function(&line, c->function, is_body);
    size_t complete = line.len;
    add(&line, "\n");
    if (line.len > complete)
        t->len = line.len;
}

static void add_number(Text *t, long n)
{
    if (n >= 1000)
        add(t, "%ld,%03ld", n / 1000, n % 1000);         /* WALK_MAX is below a million */
    else
        add(t, "%ld", n);
}

/* Number i, counted from the innermost. The place of the failure is inside the first call. */
static void add_lines(Text *t, const Calls *all, int from, int end, const RtPlace *place)
{
    const RtTask *task = rt_task();
    for (int i = from; i < end; i++)
        if (i > 0 || place == NULL)
            add_line(t, i > 0 ? "called at" : "at", &all->of[i],
                     i + 1 == all->count && task != NULL && task->stream != NULL);
}

/* more: the walk was given up, so the outermost calls are not known. */
static void add_shortened(Text *t, const Calls *all, long dropped, bool more, const RtPlace *place)
{
    int first_end  = all->count < LINES_FIRST ? all->count : LINES_FIRST;
    int last_begin = more ? all->count : all->count - LINES_LAST;
    if (last_begin < first_end)
        last_begin = first_end;
    add_lines(t, all, 0, first_end, place);
    add(t, "  ... %s", more ? "more than " : "");
    add_number(t, dropped + last_begin - first_end);
    add(t, " more calls\n");
    add_lines(t, all, last_begin, all->count, place);
}

size_t backtrace_text(const RtPlace *place, char *out, size_t size)
{
    static Calls calls;
    Walk         w = {.stack_end = (uintptr_t)stack_top_of(__builtin_frame_address(0))};
    Text         t = {out, 0, size};
    if (!symbols_open())
        return 0;
    _Unwind_Backtrace(visit, &w);
    long dropped = find_calls(&w, &calls);
    if (dropped == 0 && calls.count <= LINES_FIRST + LINES_LAST)
        add_lines(&t, &calls, 0, calls.count, place);
    else
        add_shortened(&t, &calls, dropped, w.frames > WALK_MAX, place);
    return t.len;
}
