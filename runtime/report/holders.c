#include "runtime/report/holders.h"

#include "runtime/chan/chan.h"
#include "runtime/task/internal.h"
#include "runtime/task/pack.h"

typedef struct Search {
    const void *end;
    Holders     found;
} Search;

/* Keeps the tasks with the smallest numbers, in order. */
static void add(Holders *h, const RtTask *t)
{
    int at = h->count < HOLDERS_SHOWN ? (int)h->count : HOLDERS_SHOWN;
    h->count++;
    while (at > 0 && h->tasks[at - 1]->id > t->id) {
        if (at < HOLDERS_SHOWN)
            h->tasks[at] = h->tasks[at - 1];
        at--;
    }
    if (at < HOLDERS_SHOWN)
        h->tasks[at] = t;
}

/* ---- Words ---- */

/* Not instrumented: reads other stacks, and what is dead on them. */
__attribute__((no_sanitize_address, noinline))
static bool has_word(const void *from, const void *to, const void *word)
{
    for (const void *const *p = from; p < (const void *const *)to; p++)
        if (*p == word)
            return true;
    return false;
}

static bool is_on_stack(const RtStream *s, const void *word)
{
    return s->slot != STACK_NONE && s->context.sp != NULL &&
           has_word(s->context.sp, stack_top(s->slot), word);
}

static bool holds(const TaskSync *s, const void *word)
{
    const RtTask *t = s->own.task;
    const void   *from, *to;
    pack_stack_of(s, &from, &to);
    if (has_word(t->args, (const char *)t->args + t->args_size, word) ||
        has_word(&s->own.cell, &s->own.cell + 1, word) || has_word(from, to, word))
        return true;
    for (const RtStream *stream = t->stream; stream != NULL; stream = stream->outer)
        if (is_on_stack(stream, word))
            return true;
    return false;
}

static void visit(TaskSync *s, void *arg)
{
    Search   *search = arg;
    TaskState state  = tasksync_state(s);
    if ((state == TASK_PARKED || state == TASK_READY) && holds(s, search->end))
        add(&search->found, s->own.task);
}

Holders holders_find(const TaskSync *s)
{
    void      *object;
    ParkReason reason = wait_of(s->own.task, &object);
    Search     search = {0};
    switch (reason) {
    case PARK_TASK_GET: case PARK_TASK_JOIN:
        search.found.tasks[0] = ((TaskSync *)object)->own.task;
        search.found.count    = search.found.tasks[0] != NULL;
        return search.found;
    case PARK_CHAN_SEND: case PARK_CHAN_RECV:
        search.found.what = reason == PARK_CHAN_RECV ? "sender" : "receiver";
        search.end        = chan_end(object, reason == PARK_CHAN_RECV);
        if (search.end != NULL)
            tasksync_each(visit, &search);
        return search.found;
    case PARK_NONE: case PARK_SELECT: case PARK_SLEEP: case PARK_IO_READ: case PARK_IO_WRITE:
    case PARK_LOCK_READ: case PARK_LOCK_WRITE: case PARK_FOREIGN: case PARK_YIELD:
    case PARK_REASONS:
        break;
    }
    return search.found;
}
