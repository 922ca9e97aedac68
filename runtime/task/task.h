/*
 * task.h - tasks: spawn, get, detach, cancel.
 *
 * An RtTask is a collected object and at the same time the handle Task<T>. It is reachable from its
 * handles, from the run queues while runnable, and while parked only from what it waits for. What
 * must outlive it - the stack, the completion state - is in its TaskSync (tasksync.h).
 */
#ifndef PLUTO_TASK_H
#define PLUTO_TASK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "gc/heap.h"
#include "runtime/base/place.h"
#include "runtime/base/tls.h"
#include "runtime/task/wait.h"
#include "runtime/value/error.h"

typedef struct TaskSync TaskSync;
typedef struct RtTask   RtTask;
typedef struct RtStream RtStream;        /* stream.h */

/* Locals of emitted C that begin with rt_ end in an underscore, so the names here meet none. */
#define RT_CELL(value)                                                                             \
    ({                                                                                             \
        RtCell            rt_cell  = {{0, 0}};                                                     \
        __typeof__(value) rt_plain = (value);                                                      \
        _Static_assert(sizeof rt_plain <= sizeof rt_cell, "value larger than a cell");             \
        memcpy(&rt_cell, &rt_plain, sizeof rt_plain);                                              \
        rt_cell;                                                                                   \
    })
#define RT_UNCELL(type, cell)                                                                      \
    ({                                                                                             \
        const RtCell rt_cell = (cell);                                                             \
        type         rt_plain;                                                                     \
        memcpy(&rt_plain, &rt_cell, sizeof rt_plain);                                              \
        rt_plain;                                                                                  \
    })

/* One spawn expression in the program; static data of emitted C. */
typedef struct RtSpawnSite {
    const char *name;                    /* of the spawned function */
    RtPlace     place;
    /* Runs on the new task. Reads rt_task_args, calls the function, then writes self->result or
     * self->error. Returning ends the task. */
    void      (*code)(RtTask *self);
} RtSpawnSite;

struct RtTask {
    HeapManaged        head;
    TaskSync          *sync;             /* set once; the task's reference, dropped by the sweep */
    const RtSpawnSite *site;
    int64_t            id;               /* counts up from 1, the main task */
    /* Written by the task before it completes, read by anyone who saw it complete. */
    RtCell             result;
    RtError           *error;            /* NULL: it ended normally */
    RtTask            *queue_next;       /* while in the global queue */
    RtStream          *stream;           /* whose body it runs now, the innermost; owner only */
    _Atomic bool       detached;
    uint32_t           args_size;        /* bytes of args, scanned by the mark procedure */
    void              *args[];           /* gone (zeroed) once the task has completed */
};

/* A new task with args_size bytes for its arguments, zeroed; not running yet. Allocates. */
RtTask *rt_task_new(const RtSpawnSite *site, size_t args_size);
static inline void *rt_task_args(RtTask *t) { return t->args; }

/* Makes it runnable. From here on it may run on any worker. */
void rt_task_start(RtTask *t);

/* Waits until t has completed, parking the calling task. Returns t's error, else NULL; then
 * t->result is valid. Any number of tasks may call it any number of times. TaskCancelled also when
 * the calling task was cancelled before t completed. */
RtError *rt_task_get(RtTask *t, const RtPlace *place);
RtError *rt_task_get_timeout(RtTask *t, int64_t ms, const RtPlace *place);    /* or TimeoutError */

/* The same for a t that cannot fail; the wait goes on when the calling task is cancelled. */
void rt_task_join(RtTask *t, const RtPlace *place);

/* Asks t to stop: a wait of its that would last, now or later, raises TaskCancelled in it. A task
 * that never waits runs to its end. */
void rt_task_cancel(RtTask *t);

bool rt_task_is_done(const RtTask *t);
bool rt_task_is_cancelled(const RtTask *t);

/* Nobody will get it: an error of t is reported on standard error when it ends (or now). */
void rt_task_detach(RtTask *t);

/* ---- Safepoints ---- */

/* The slow path of both: fails with "stack overflow" when the stack is really used up, otherwise
 * the task was asked to let others run. place may be NULL in loops. */
void rt_safepoint(const RtPlace *place) __attribute__((cold));

static inline bool rt_below_limit(void)
{
#if defined(__x86_64__) && (!defined(__PIC__) || defined(__PIE__))
    bool below;
    __asm__ volatile("cmp %%fs:rt_tls@tpoff, %%rsp" : "=@ccb"(below));
    return below;
#else
    uintptr_t sp;
#if defined(__x86_64__)
    __asm__ volatile("mov %%rsp, %0" : "=r"(sp));
#else
    __asm__ volatile("mov %0, sp" : "=r"(sp));
#endif
    return sp < rt_stack_limit();
#endif
}

/*
 * rt_safepoint, in a way that costs the code around it next to nothing. Emitted C is compiled with
 * RT_NO_RED_ZONE (compiler/drive/cc.c): poll_x86_64.S then saves the registers, which the C
 * compiler may use across the poll as if there were no call. It saves those of plain x86-64, not
 * AVX.
 */
static inline __attribute__((always_inline)) void rt_safepoint_cold(const RtPlace *place)
{
#if defined(__x86_64__) && defined(RT_NO_RED_ZONE) && !defined(__AVX__)
    register const RtPlace *r11 __asm__("r11") = place;
    __asm__ volatile("call rt_safepoint_saving" : "+r"(r11) : : "cc", "memory");
#else
    rt_safepoint(place);
#endif
}

/* At the entry of a function that can recurse, and at the back edge of a loop. */
#define RT_ENTER(place)                                                                            \
    do {                                                                                           \
        if (__builtin_expect(rt_below_limit(), 0))                                                 \
            rt_safepoint_cold(place);                                                              \
    } while (0)
#define RT_POLL() RT_ENTER(NULL)

/* What a function does before RT_ENTER, where that is a C function of its own. */
#ifdef __OPTIMIZE__
#define RT_EARLY inline __attribute__((always_inline))
#else
#define RT_EARLY inline
#endif

#endif
