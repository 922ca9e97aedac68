/*
 * dump.c - counts tasks into groups while the world is stopped, writes when it goes on again.
 *
 * A stopped thread may hold any lock, malloc's and stdio's too. So between stop and start nothing
 * happens but reading blocks and tasks into a static table; and nothing that is printed afterwards
 * belongs to a task, which may be gone by then.
 */
#include "runtime/report/dump.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "gc/heap.h"
#include "runtime/base/write.h"
#include "runtime/report/groups.h"
#include "runtime/sched/monitor.h"

enum { TEXT_MAX = 64 * 1024 };

static _Atomic bool asked, busy;

/* busy guards the rest. */
static TaskGroups groups;
static int64_t    in_state[TASK_DONE + 1];
static char       bytes[TEXT_MAX];

static void count(TaskSync *s, void *unused)
{
    (void)unused;
    if (tasksync_state(s) != TASK_DONE)
        groups_add(&groups, s);
}

static void gather(void)
{
    memset(&groups, 0, sizeof groups);
    memset(in_state, 0, sizeof in_state);
    heap_stop_world();
    tasksync_each(count, NULL);
    heap_start_world();
    groups_sort(&groups);
    for (uint32_t i = 0; i < groups.used; i++)
        in_state[groups.group[i].state] += groups.group[i].count;
}

static void add_object(Text *out, const TaskGroup *g)
{
    if (g->state != TASK_PARKED || g->object == NULL)
        return;
    if (!g->same_object)
        text_add(out, "    on different objects\n");
    else if (g->target != 0)
        text_add(out, "    for task %" PRId64 " (%s)\n", g->target, g->target_name);
    else if (g->reason == PARK_CHAN_RECV || g->reason == PARK_CHAN_SEND)
        text_add(out, "    on channel %" PRIxPTR "\n", (uintptr_t)g->object);
}

static void write_dump(void)
{
    Text text = {bytes, 0, sizeof bytes};
    gather();
    text_add(&text, "pluto: %" PRId64 " %s: %" PRId64 " run, %" PRId64 " runnable, %" PRId64
             " wait\n", groups.total, groups.total == 1 ? "task" : "tasks",
             in_state[TASK_RUNNING], in_state[TASK_READY], in_state[TASK_PARKED]);
    for (uint32_t i = 0; i < groups.used; i++) {
        groups_describe(&groups.group[i], true, &text);
        add_object(&text, &groups.group[i]);
    }
    if (groups.others > 0)
        text_add(&text, "  and %" PRId64 " more\n", groups.others);
    rt_write_all(STDERR_FILENO, text.bytes, text.len);
}

bool dump_is_asked(void) { return atomic_load(&asked); }

/* Who finds another thread at it has set asked before: that thread sees it when it is done. */
void dump_if_asked(void)
{
    while (atomic_load(&asked) && !atomic_exchange(&busy, true)) {
        while (atomic_exchange(&asked, false))
            write_dump();
        atomic_store(&busy, false);
    }
}

static void on_quit(int sig)
{
    int saved = errno;
    (void)sig;
    atomic_store(&asked, true);
    if (monitor_runs())
        monitor_wake();
    else
        dump_if_asked();
    errno = saved;
}

void dump_init(void)
{
    struct sigaction action = {.sa_handler = on_quit, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    sigaction(SIGQUIT, &action, NULL);
}
