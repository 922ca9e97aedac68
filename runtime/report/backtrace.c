/*
 * backtrace.c - walks up the stack with the unwinder of the C compiler, then turns the addresses
 * into calls.
 *
 * A deep stack is walked once and only its ends are kept: the innermost addresses in first, the
 * outermost in the ring last. The unwinder (libgcc) does not allocate; it finds its tables through
 * the loaded segments. Where a task's stack ends is known from its bounds, because what lies above
 * the first frame is no return address on every machine. A walk that begins on the stack of a
 * signal handler goes on where the signal came (task/guard.h).
 */
#include "runtime/report/backtrace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unwind.h>

#include "runtime/report/symbols.h"
#include "runtime/task/internal.h"
#include "runtime/task/stack.h"

enum {
    FIRST = 30, LAST = 10,               /* addresses that are kept */
    LINES_FIRST = 20, LINES_LAST = 10,   /* printed, when there are more calls */
    CALLS = 128,                         /* at one address: the others were inlined */
    WALK_MAX = 20 * 1000 * 1000,         /* frames: the smallest ones on the main stack, a second */
    CACHE = 1024, LOOK_UPS = 128,
};

/* ---- What lies at an address ---- */

static bool has_suffix(const char *text, const char *suffix)
{
    size_t len = strlen(text), end = strlen(suffix);
    return len >= end && strcmp(text + len - end, suffix) == 0;
}

/* C that the compiler made without a model in the source lies in a file of C. */
static bool is_from_source(const DwarfCall *c)
{
    return symbols_title(c->function) != NULL &&
           (c->at.file == NULL || !(has_suffix(c->at.file, ".c") || has_suffix(c->at.file, ".h")));
}

static int calls_at(uintptr_t address, DwarfCall calls[CALLS])
{
    int all = symbols_calls(address, calls, CALLS), ours = 0;
    for (int i = 0; i < all; i++)
        if (is_from_source(&calls[i]))
            calls[ours++] = calls[i];
    return ours;
}

/* Pluto and gcc may cut a function in two and inline either. The second part has a name with $rest
 * or .part in it, as symbols_title knows. */
static bool is_part_name(const char *name)
{
    return strchr(name, '$') != NULL || strstr(name, ".part.") != NULL;
}

/* Functions, not their parts. */
static int count_functions(const DwarfCall *calls, int all)
{
    int count = 0;
    for (int i = 0; i < all; i++)
        count += !is_part_name(calls[i].function);
    return count;
}

typedef struct CallCount {
    uintptr_t address;
    int       calls, functions;          /* all; without second parts */
} CallCount;

/* How many calls are at an address. A deep stack has few different ones, so they are remembered; if
 * it has many, the rest counts as one each. */
static CallCount count_calls_at(CallCount cache[CACHE], int *look_ups, uintptr_t address)
{
    CallCount *known = &cache[(address ^ address / CACHE) % CACHE];
    DwarfCall  calls[CALLS];
    if (!symbols_maybe_pluto(address))
        return (CallCount){address, 0, 0};
    if (known->address != address) {
        if ((*look_ups)++ >= LOOK_UPS)
            return (CallCount){address, 1, 1};
        known->calls     = calls_at(address, calls);
        known->functions = count_functions(calls, known->calls);
        known->address   = address;
    }
    return *known;
}

/* ---- Addresses ---- */

typedef struct Walk {
    uintptr_t stack_end;                 /* 0: not yet on a task's stack */
    long      frames;                    /* all of them */
    long      calls;                     /* of functions written in Pluto */
    long      count;                     /* addresses where there are any */
    uintptr_t first[FIRST], last[LAST];  /* number i >= FIRST: last[i % LAST] */
    int       look_ups;
    CallCount cache[CACHE];
} Walk;

/* context_init aligns it likewise. */
static uintptr_t task_stack_end(uintptr_t frame)
{
    return (uintptr_t)stack_top_of((void *)frame) & ~(uintptr_t)15;
}

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument)
{
    Walk     *w    = argument;
    int       here = 0;                  /* the address is that of the instruction itself */
    uintptr_t pc   = _Unwind_GetIPInfo(context, &here);
    uintptr_t frame = (uintptr_t)_Unwind_GetCFA(context);
    if (w->stack_end == 0)
        w->stack_end = task_stack_end(frame);
    if (w->stack_end != 0 && frame >= w->stack_end)
        return _URC_NORMAL_STOP;
    if (pc == 0 || w->frames++ == WALK_MAX)
        return _URC_NORMAL_STOP;
    pc -= (uintptr_t)!here;              /* the call, not what follows it */
    CallCount found = count_calls_at(w->cache, &w->look_ups, pc);
    if (found.calls == 0)
        return _URC_NO_REASON;
    w->calls += found.functions;
    *(w->count < FIRST ? &w->first[w->count] : &w->last[w->count % LAST]) = pc;
    w->count++;
    return _URC_NO_REASON;
}

/* ---- Calls ---- */

typedef struct Calls {
    int       count;
    DwarfCall last;                      /* of the last address, and may go on in the next */
    DwarfCall of[(FIRST + LAST) * CALLS];
} Calls;

static bool same_function(const char *a, const char *b)
{
    size_t len = symbols_base_length(a);
    return len == symbols_base_length(b) && strncmp(a, b, len) == 0;
}

/* Is outer the first part of a function, calling the second? That may also have the same name, and
 * is then called where the function begins. */
static bool is_part(const DwarfCall *inner, const DwarfCall *outer)
{
    return inner->function != NULL && same_function(inner->function, outer->function) &&
           (strstr(inner->function, ".part.") != NULL ||
            (strchr(inner->function, '$') != NULL && strchr(outer->function, '$') == NULL) ||
            (inner->declared != 0 && inner->declared == outer->at.line));
}

static void add_call(Calls *all, const DwarfCall *c)
{
    if (!is_part(&all->last, c))
        all->of[all->count++] = *c;
    all->last = *c;
}

static void add_calls_at(Calls *all, uintptr_t address)
{
    DwarfCall calls[CALLS];
    int       count = calls_at(address, calls);
    for (int i = 0; i < count; i++)
        add_call(all, &calls[i]);
}

/* Returns how many calls between the ends were dropped. */
static long find_calls(const Walk *w, Calls *all)
{
    long kept = w->count < FIRST ? w->count : FIRST;
    long from = w->count - LAST > kept ? w->count - LAST : kept;
    for (long i = 0; i < kept; i++)
        add_calls_at(all, w->first[i]);
    if (from > kept)
        all->last.function = NULL;
    for (long i = from; i < w->count; i++)
        add_calls_at(all, w->last[i % LAST]);
    return from > kept && w->calls > all->count ? w->calls - all->count : 0;
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

/* Is c the call that the place lies in? The place of an invariant is in a class, not in a call. */
static bool is_call_of_place(const DwarfCall *c, const RtPlace *place)
{
    return c->at.line == (uint32_t)place->line ||
           strcmp(symbols_title(c->function), place->function) == 0;
}

/* "  called at orders.pluto:44 in main"; without "called" for the place of the failure itself. */
static void add_line(Text *t, bool is_caller, const DwarfCall *c)
{
    Text line = *t;
    add(&line, is_caller ? "  called " : "  ");
    if (c->at.file != NULL && c->at.line != 0)
        add(&line, "at %s%s%s:%" PRIu32 " ", c->at.folder != NULL ? c->at.folder : "",
            c->at.folder != NULL ? "/" : "", c->at.file, c->at.line);
    add(&line, "in %s", symbols_title(c->function));
    size_t complete = line.len;
    add(&line, "\n");
    if (line.len > complete)
        t->len = line.len;
}

/* 1,234,567 */
static void add_number(Text *t, long n)
{
    if (n >= 1000) {
        add_number(t, n / 1000);
        add(t, ",%03ld", n % 1000);
    } else {
        add(t, "%ld", n);
    }
}

/* The innermost call has number 0. */
static void add_lines(Text *t, const Calls *all, int from, int end, const RtPlace *place)
{
    for (int i = from; i < end; i++) {
        if (i == 0 && place != NULL && is_call_of_place(&all->of[0], place))
            continue;
        add_line(t, i > 0 || place != NULL, &all->of[i]);
    }
}

/* If the walk was given up, the outermost calls are not known. */
static void add_shortened(Text *t, const Walk *w, const Calls *all, long dropped,
                          const RtPlace *place)
{
    bool given_up   = w->frames > WALK_MAX;
    int  first_end  = all->count < LINES_FIRST ? all->count : LINES_FIRST;
    int  last_begin = given_up ? all->count : all->count - LINES_LAST;
    if (last_begin < first_end)
        last_begin = first_end;
    add_lines(t, all, 0, first_end, place);
    add(t, "  ... %s", given_up || w->look_ups > LOOK_UPS ? "at least " : "");
    add_number(t, dropped + last_begin - first_end);
    add(t, " more calls\n");
    add_lines(t, all, last_begin, all->count, place);
}

/* Too much for a stack that is used up; and in static memory the collector would scan it. */
typedef struct Work {
    Walk           walk;
    Calls          calls;
    const uint8_t *room[DWARF_ABBREVS];
} Work;

size_t backtrace_text(const RtPlace *place, char *out, size_t size)
{
    Text  t = {out, 0, size};
    Work *w = mmap(NULL, sizeof *w, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (w == MAP_FAILED || !symbols_open(w->room))
        return 0;
    _Unwind_Backtrace(visit, &w->walk);
    long dropped = find_calls(&w->walk, &w->calls);
    if (dropped == 0 && w->calls.count <= LINES_FIRST + LINES_LAST)
        add_lines(&t, &w->calls, 0, w->calls.count, place);
    else
        add_shortened(&t, &w->walk, &w->calls, dropped, place);
    return t.len;
}
