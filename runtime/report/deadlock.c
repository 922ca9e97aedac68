/*
 * deadlock.c - the report of decision D7, for the main task. The other blocked tasks are reachable
 * only through what they wait for; listing them belongs to the task dump.
 */
#include "runtime/report/deadlock.h"

#include <stdio.h>
#include <unistd.h>

#include "runtime/report/wait.h"
#include "runtime/value/print.h"

_Noreturn void deadlock_report_and_exit(const RtTask *main_task)
{
    char text[512];
    report_wait(main_task, text, sizeof text);
    rt_print_flush();
    fprintf(stderr, "pluto: deadlock: no task can run, and none will\n%s", text);
    _exit(2);
}
