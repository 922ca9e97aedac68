/*
 * leak.c - finding leaked tasks and lost errors at the end of marking, dealing with them later.
 *
 *     collection (world stopped)               worker, some time later (leak_settle)
 *     M1  note all parked tasks that may be    S1  mark them as cancelled; one fence for all
 *         interrupted and are not marked       S2  interrupt each: it wakes with TaskCancelled
 *     M2  revive them                          S3  report the errors
 *     M3  note and revive ended tasks with     S4  forget them
 *         an unseen error, not marked
 * M1 comes before M2 for all of them: leaked tasks often hold each other.
 *
 * True between collections:
 *   L1  list[leak_settled .. leak_found) are tasks that M1 or M3 found; the list is a root, so none
 *       of them is found twice
 *   L2  only leak_after_mark adds, with the world stopped; only who claimed settling takes away
 * A task is cancelled as leaked once: what waits on all the same (a get that cannot fail, for a task
 * that will not end) is reclaimed when it is found unmarked again.
 *
 * When a task is found it waits, and nothing alive can wake it. It still may be awake by S2, because
 * another leaked task, cleaning up, gave it a value: then it learns of the cancel at its next wait.
 */
#include "runtime/task/leak.h"

#include <stdio.h>
#include <stdlib.h>

#include "gc/roots.h"
#include "runtime/base/env.h"
#include "runtime/base/fail.h"
#include "runtime/base/fence.h"
#include "runtime/base/lock.h"
#include "runtime/base/memory.h"
#include "runtime/base/write.h"
#include "runtime/report/leaks.h"
#include "runtime/task/internal.h"
#include "runtime/value/bytes.h"
#include "runtime/value/print.h"

enum { LIST_MAX = 1 << 24 };             /* what is beyond is reclaimed without clean-up */

static const char *const modes[] = {"ignore", "report"};
static bool              reports_leaks;  /* fixed by leak_init */
static size_t            list_max;
static RtTask          **list;           /* reserved; touched as far as it was ever used */

/* Who may take away from the list. */
enum { SETTLED_BY_NOBODY, SETTLED_BY_WORKER, SETTLED_AT_END };
static _Atomic uint32_t settling;

_Atomic uint32_t leak_found, leak_settled;

void leak_init(void)
{
    reports_leaks = env_choice("PLUTO_LEAKS", modes, 2) == 1;
    list_max      = heap_is_system() ? 1 << 12 : LIST_MAX;
    while ((list = memory_reserve(list_max * sizeof *list, false)) == NULL && list_max > 1 << 12)
        list_max /= 2;
    if (list == NULL)
        rt_fail_memory(list_max * sizeof *list);
}

void leak_fini(void)
{
    atomic_store(&leak_found, 0);
    atomic_store(&leak_settled, 0);
    memory_unreserve(list, list_max * sizeof *list);
    list = NULL;
}

void leak_push_roots(void)
{
    uint32_t from = atomic_load(&leak_settled), to = atomic_load(&leak_found);
    if (from != to)
        roots_push(&list[from], &list[to]);
}

/* ---- Finding: the world is stopped ---- */

/* A get that cannot fail goes on when its task is cancelled: that one is found only to be counted. */
static bool can_be_leaked(ParkReason reason)
{
    return wait_kind(reason)->withdraw != NULL || (reason == PARK_TASK_JOIN && reports_leaks);
}

static bool is_leaked(const TaskSync *s)
{
    void *object;
    return tasksync_state(s) == TASK_PARKED && !atomic_load(&s->leaked) &&
           can_be_leaked(wait_of(s->own.task, &object)) && !heap_is_marked(s->own.task);
}

static bool is_lost_error(const TaskSync *s)
{
    return atomic_load(&s->error_unseen) && tasksync_state(s) == TASK_DONE &&
           !heap_is_marked(s->own.task);
}

static void note(TaskSync *s)
{
    uint32_t n = atomic_load_explicit(&leak_found, memory_order_relaxed);
    if (n < list_max) {
        list[n] = s->own.task;
        atomic_store_explicit(&leak_found, n + 1, memory_order_relaxed);
    }
}

static void note_leaked(TaskSync *s, void *some_errors)
{
    if (is_leaked(s)) {
        note(s);
        heap_note_doomed(s->slot != STACK_NONE ? STACK_TOUCHED : 0);
    } else if (is_lost_error(s)) {
        *(bool *)some_errors = true;
    }
}

static void note_lost_error(TaskSync *s, void *unused)
{
    (void)unused;
    if (is_lost_error(s))
        note(s);
}

static void revive_from(uint32_t first)
{
    for (uint32_t i = first, n = atomic_load(&leak_found); i < n; i++)
        heap_revive(list[i]);
}

/* Unless a worker is in the middle of it, an empty list begins at the front again. */
static void start_over(void)
{
    if (!leak_pending() && atomic_load(&settling) == SETTLED_BY_NOBODY) {
        atomic_store(&leak_settled, 0);
        atomic_store(&leak_found, 0);
    }
}

void leak_after_mark(void)
{
    bool some_errors = false;
    if (list == NULL)
        return;
    start_over();
    uint32_t first = atomic_load(&leak_found);
    tasksync_each(note_leaked, &some_errors);                                        /* M1 */
    revive_from(first);                                                              /* M2 */
    if (some_errors) {
        first = atomic_load(&leak_found);
        tasksync_each(note_lost_error, NULL);                                        /* M3 */
        revive_from(first);
    }
    if (leak_pending() && rt_worker() != NULL)           /* a long loop without a switch sees it */
        __atomic_store_n(&rt_tls.stack_limit, UINTPTR_MAX, __ATOMIC_RELAXED);
}

/* ---- Dealing with what was found ---- */

static bool claim(uint32_t who)
{
    uint32_t nobody = SETTLED_BY_NOBODY;
    return atomic_compare_exchange_strong_explicit(&settling, &nobody, who, memory_order_acquire,
                                                   memory_order_relaxed);
}

/* One write, so that the report stays in one piece beside those of other tasks:
 *     pluto: error in task 7 (work) that nobody got: NotFound { id: 7 }
 *       raised at f.pluto:9:5 in work
 *       spawned at f.pluto:3:9 */
static void report_error(const RtTask *t)
{
    const RtString *what = rt_error_report(t->error);
    const RtPlace  *from = &t->site->place;
    RtBytes        *out  = rt_bytes_new();
    char            line[512];
    int n = snprintf(line, sizeof line, "pluto: error in task %lld (%s) that nobody got: ",
                     (long long)t->id, t->site->name);
    rt_bytes_append(out, line, n < (int)sizeof line ? n : (int)sizeof line - 1);
    rt_bytes_append(out, what->bytes, what->len);
    n = snprintf(line, sizeof line, "  spawned at %s:%d:%d\n", from->file, from->line, from->column);
    rt_bytes_append(out, line, n < (int)sizeof line ? n : (int)sizeof line - 1);
    rt_print_flush();
    rt_write_all(2, (const char *)out->data, (size_t)out->len);
}

/* S3, unless somebody got it in the meantime (from a leaked task that held its handle). */
static void settle_error(RtTask *t)
{
    if (tasksync_done(t->sync) && atomic_exchange(&t->sync->error_unseen, false))
        report_error(t);
}

static void mark_cancelled(uint32_t end)
{
    for (uint32_t i = atomic_load(&leak_settled); i < end; i++) {
        TaskSync *s = list[i]->sync;
        if (tasksync_done(s))
            continue;
        atomic_store(&s->leaked, true);
        if (reports_leaks)
            leaks_count(s);
        atomic_store(&s->cancelled, true);
    }
}

void leak_settle(void)
{
    if (!leak_pending() || !claim(SETTLED_BY_WORKER))
        return;
    while (leak_pending()) {
        uint32_t end = atomic_load(&leak_found);         /* more may be found while we are at it */
        mark_cancelled(end);                                                         /* S1 */
        fence_heavy();
        for (uint32_t i = atomic_load(&leak_settled); i < end; i++) {
            RtTask *t = list[i];
            if (atomic_load(&t->sync->leaked))
                wait_interrupt(t, 0, WAIT_CANCELLED);                                /* S2 */
            settle_error(t);                                                         /* S3 */
            atomic_store(&leak_settled, i + 1);                                      /* S4 */
            rt_keep(t);
        }
    }
    atomic_store_explicit(&settling, SETTLED_BY_NOBODY, memory_order_release);
}

/* ---- The end ---- */

/* A flag that is set cannot belong to a task that is being reclaimed: the collector would have
 * noted the task instead, and who deals with those is the caller. */
static void note_any_error(TaskSync *s, void *unused)
{
    (void)unused;
    if (atomic_load(&s->error_unseen) && tasksync_done(s))
        note(s);
}

static int by_id(const void *a, const void *b)
{
    const RtTask *x = *(RtTask *const *)a, *y = *(RtTask *const *)b;
    return (x->id > y->id) - (x->id < y->id);
}

static void report_all_errors(void)
{
    uint32_t first = atomic_load(&leak_settled);
    tasksync_each(note_any_error, NULL);
    uint32_t end = atomic_load(&leak_found);
    qsort(&list[first], end - first, sizeof *list, by_id);
    for (uint32_t i = first; i < end; i++)
        settle_error(list[i]);           /* twice in the list, reported once */
}

void leak_report_at_end(void)
{
    if (list == NULL)
        return;
    while (!claim(SETTLED_AT_END)) {     /* for good */
        if (atomic_load(&settling) == SETTLED_AT_END)
            return;
        cpu_relax();
    }
    if (reports_leaks)
        heap_collect();
    uint32_t end = atomic_load(&leak_found);
    for (uint32_t i = atomic_load(&leak_settled); i < end; i++)
        if (reports_leaks && !tasksync_done(list[i]->sync) && !atomic_load(&list[i]->sync->leaked))
            leaks_count_at_end(list[i]->sync);
    report_all_errors();
    leaks_print();
}
