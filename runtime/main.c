/*
 * main.c - the life of a program's process: start, run the main task, report, end.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gc/roots.h"
#include "runtime/base/env.h"
#include "runtime/base/fence.h"
#include "runtime/base/memory.h"
#include "runtime/base/write.h"
#include "runtime/lib/lib.h"
#include "runtime/pluto.h"
#include "runtime/report/backtrace.h"
#include "runtime/report/dump.h"
#include "runtime/report/excerpt.h"
#include "runtime/report/stats.h"
#include "runtime/report/wait.h"
#include "runtime/sched/sched.h"
#include "runtime/task/internal.h"
#include "runtime/task/leak.h"
#include "runtime/task/stack.h"

static const RootHooks root_hooks = {stack_top_of, sched_push_roots, leak_after_mark};

/* The system heap never collects. What says so is gone before the program can see it. */
static void start_heap(bool never_collects)
{
    bool set = never_collects && getenv("PLUTO_HEAP") == NULL;
    if (set)
        setenv("PLUTO_HEAP", "system", 1);
    heap_init();
    if (set)
        unsetenv("PLUTO_HEAP");
}

static void start(bool never_collects)
{
    signal(SIGPIPE, SIG_IGN);
    fence_init();
    start_heap(never_collects);
    heap_set_out_of_memory(rt_fail_memory);
    rt_fail_describe = (RtFailDescribe){excerpt_text, backtrace_text, report_running_task};
    memory_init();
    stack_init();
    guard_init();
    leak_init();
    roots_install(&root_hooks);
    sched_init();
    dump_init();
}

/* The status of a main task that has ended; says on standard error what error left it (D5). */
static int outcome(const RtTask *main_task)
{
    rt_print_flush();
    const RtError *error = task_take_error(main_task);
    if (error == NULL)
        return (int)(main_task->result.word[0] & 0xff);
    const RtString *report = rt_error_report(error);
    rt_write_all(2, "error: uncaught ", 16);
    rt_write_all(2, report->bytes, (size_t)report->len);
    return 1;
}

/* Overwrites the dead frames below, where old pointers would keep objects alive. */
static __attribute__((noinline)) void scrub_stack(void)
{
    volatile char dead[16 * 1024];
    for (size_t i = 0; i < sizeof dead; i++)
        dead[i] = 0;
}

/* Ends tasks, workers and heap in order, for those who count what is left over. */
static void tidy_up(bool print_stats)
{
    if (!sched_stop())
        return;
    sched_forget_tasks();
    leak_fini();                         /* or the leaked would be kept, to be cleaned up */
    heap_fini();
    if (print_stats)
        stats_print(sched_counters());
    sched_fini();
    guard_fini();
    stack_fini();
}

/* Not inlined: rt_main's own frame never holds the main task. */
static __attribute__((noinline)) int run_main_task(const RtProgram *program)
{
    RtTask *main_task = rt_task_new(&program->main, 0);
    sched_run(main_task);
    return outcome(main_task);
}

int rt_main(const RtProgram *program, int argc, char **argv)
{
    lib_set_args(argc, argv);
    start(program->never_collects);
    bool stats  = env_int("PLUTO_TASK_STATS", 0, 0, 1) != 0;
    int  status = run_main_task(program);
    scrub_stack();
    leak_report_at_end();
    scrub_stack();
    heap_census();
    if (stats || heap_is_system())
        tidy_up(stats);
    return status;
}

_Noreturn void rt_exit_stuck(const RtTask *main_task)
{
    int status = outcome(main_task);
    leak_report_at_end();
    heap_census();
    _exit(status);
}

int64_t rt_gc_heap_size(void) { return (int64_t)heap_used(); }
