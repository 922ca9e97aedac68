/*
 * sleep.c - a task that waits for the clock, and what it may ask about itself.
 *
 * A sleeping task waits for nothing that anybody completes: only a timer or a cancel ends it. It
 * waits under the lock of its own TaskSync; being on the list `asleep`, which has no members, says
 * that it still does.
 */
#include "runtime/task/sleep.h"

#include "runtime/sched/sched.h"
#include "runtime/sched/timer.h"
#include "runtime/task/internal.h"

static WaitList asleep;                  /* never changes: stands for "sleeping" in Waiter.on */

static void unlock(void *sync) { spin_release(&((TaskSync *)sync)->lock); }

static bool withdraw(RtTask *t, void *sync, uint32_t number)
{
    TaskSync *s = sync;
    spin_acquire(&s->lock);
    bool sleeps = wait_is_in(wait_own(t), &asleep, number);
    if (sleeps)
        atomic_store_explicit(&s->own.on, NULL, memory_order_relaxed);
    spin_release(&s->lock);
    return sleeps;
}

const WaitKind wait_sleep = {"sleep", withdraw, NULL};

WaitOutcome task_sleep_until(int64_t deadline_ns)
{
    RtTask   *self = rt_task();
    TaskSync *s    = self->sync;
    spin_acquire(&s->lock);
    if (!wait_begin(self, PARK_SLEEP, s, NULL)) {
        spin_release(&s->lock);
        return WAIT_CANCELLED;
    }
    atomic_store_explicit(&s->own.on, &asleep, memory_order_relaxed);
    timer_arm(self, deadline_ns);
    WaitOutcome outcome = sched_park(unlock, s);
    timer_disarm(self);
    return outcome;
}

bool __pluto_task_sleep(int64_t ms)
{
    if (ms > 0 && task_sleep_until(timer_deadline(ms)) == WAIT_CANCELLED)
        return true;
    return rt_task_is_cancelled(rt_task());
}

void __pluto_task_yield(void) { sched_yield_task(READY_LAST); }

int64_t __pluto_task_id(void) { return rt_task()->id; }

const RtString *__pluto_task_name(void)
{
    const char *name = rt_task()->site->name;
    return rt_string_new(name, (int64_t)strlen(name));
}
