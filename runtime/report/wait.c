#include "runtime/report/wait.h"

#include <inttypes.h>
#include <stdio.h>

#include "runtime/task/tasksync.h"

/* "  task 17 (submit)<what><link> orders.pluto:12:5\n"; without place, no link either. */
static size_t line(char *out, size_t size, const RtTask *t, const char *what, const char *link,
                   const RtPlace *place)
{
    int n;
    if (place == NULL || place->file == NULL)
        n = snprintf(out, size, "  task %" PRId64 " (%s)%s\n", t->id, t->site->name, what);
    else
        n = snprintf(out, size, "  task %" PRId64 " (%s)%s%s %s:%d:%d\n", t->id, t->site->name,
                     what, link, place->file, place->line, place->column);
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

size_t report_wait(const RtTask *t, char *out, size_t size)
{
    char what[64];
    void *object;
    snprintf(what, sizeof what, " waits in %s", wait_kind(wait_of(t, &object))->name);
    return line(out, size, t, what, " at", t->sync->wait_place);
}

size_t report_running_task(char *out, size_t size)
{
    const RtTask *t = rt_task();
    if (t == NULL)
        return 0;
    return line(out, size, t, "", ", spawned at", t->id == 1 ? NULL : &t->site->place);
}
