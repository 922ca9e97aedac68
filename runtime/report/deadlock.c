/*
 * deadlock.c - the report of decision D7. Nothing else runs, and nothing will: so it may look at
 * stacks and lists at leisure, without a lock.
 */
#include "runtime/report/deadlock.h"

#include <inttypes.h>

#include "runtime/base/exit.h"
#include "runtime/base/write.h"
#include "runtime/report/groups.h"
#include "runtime/report/holders.h"
#include "runtime/task/leak.h"
#include "runtime/value/print.h"

enum {
    REPORT_MAX   = 16 * 1024,
    GROUPS_SHOWN = 20,
    CYCLE_MAX    = 16,                   /* tasks in a cycle that is looked for */
};

/* ---- What each waits for ---- */

static void add_name(Text *out, const RtTask *t)
{
    text_add(out, "task %" PRId64 " (%s)", t->id, t->site->name);
}

static void add_holders(Text *out, const Holders *h)
{
    int shown = h->count < HOLDERS_SHOWN ? (int)h->count : HOLDERS_SHOWN;
    for (int i = 0; i < shown; i++) {
        text_add(out, i == 0 ? "" : i + 1 == h->count ? " and " : ", ");
        add_name(out, h->tasks[i]);
    }
    if (h->count > shown)
        text_add(out, " and %" PRId64 " more", h->count - shown);
}

/* The line below a group. Where its tasks wait for different objects, it speaks of the first. */
static void add_cause(Text *out, const TaskGroup *g)
{
    Holders     h    = holders_find(g->sync);
    const char *them = g->same_object ? "" : "of the first, ";
    if (h.what == NULL && h.count > 0) {
        text_add(out, "    %sfor ", them);
        add_holders(out, &h);
        text_add(out, "\n");
    } else if (h.what != NULL && h.count == 0) {
        text_add(out, "    %sthe %s is held by no task\n", them, h.what);
    } else if (h.what != NULL) {
        text_add(out, "    %sthe %s is held by ", them, h.what);
        add_holders(out, &h);
        text_add(out, "\n");
    }
}

static void add_blocked(TaskSync *s, void *groups)
{
    if (tasksync_state(s) == TASK_PARKED)
        groups_add(groups, s);
}

static void add_groups(Text *out)
{
    static TaskGroups groups;
    tasksync_each(add_blocked, &groups);
    groups_sort(&groups);
    int64_t shown = 0;
    for (uint32_t i = 0; i < groups.used && i < GROUPS_SHOWN; i++) {
        groups_describe(&groups.group[i], false, out);
        add_cause(out, &groups.group[i]);
        shown += groups.group[i].count;
    }
    if (shown < groups.total)
        text_add(out, "  and %" PRId64 " more\n", groups.total - shown);
}

/* ---- The cycle ---- */

/* Who, first of all, would have to do something for t to go on; NULL: nobody is known. */
static const RtTask *waits_for(const RtTask *t)
{
    Holders h = holders_find(t->sync);
    for (int i = 0; i < HOLDERS_SHOWN && i < h.count; i++)
        if (h.tasks[i] != t)
            return h.tasks[i];
    return h.count > 0 ? t : NULL;
}

/* From the main task along, until a task comes up again. */
static void add_cycle(Text *out, const RtTask *main_task)
{
    const RtTask *path[CYCLE_MAX];
    int           n = 0, first = -1;
    for (const RtTask *t = main_task; t != NULL && first < 0; t = waits_for(t)) {
        for (int i = 0; i < n && first < 0; i++)
            if (path[i] == t)
                first = i;
        if (first < 0 && n == CYCLE_MAX)
            return;
        if (first < 0)
            path[n++] = t;
    }
    if (first < 0 || first == n - 1)     /* who waits for itself has been said above */
        return;
    text_add(out, "  task %" PRId64, path[first]->id);
    for (int i = first + 1; i <= n; i++)
        text_add(out, "%s waits for task %" PRId64, i == first + 1 ? "" : ", which",
                 path[i < n ? i : first]->id);
    text_add(out, "\n");
}

_Noreturn void deadlock_report_and_exit(const RtTask *main_task)
{
    static char bytes[REPORT_MAX];
    Text        text = {bytes, 0, sizeof bytes};
    rt_print_flush();
    text_add(&text, "pluto: deadlock: no task can run, and none will\n");
    add_groups(&text);
    add_cycle(&text, main_task);
    rt_write_all(2, text.bytes, text.len);
    leak_report_at_end();
    rt_exit(2);
}
