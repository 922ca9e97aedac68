/*
 * blocking.c - a pool of threads for calls that block.
 *
 * The pool grows while calls wait and no thread is free, up to PLUTO_BLOCKING (64) threads; one
 * that was free for ten seconds ends. Its threads are unknown to the collector: it does not stop
 * them and does not see their stacks.
 *
 * A call is a Job outside the heap and off the task's stack. Arguments that are copied into it
 * leave that stack free to be packed; otherwise it is pinned meanwhile, as fn may write there.
 *     task                                 its worker, off the task's stack    thread of the pool
 *     link the Job into `jobs`
 *     park                            -->  queue the Job                  -->  call fn
 *     unlink it, go on                <--  (any worker)                   <--  ready the task
 * `jobs` keeps the tasks alive. It changes on workers only: those the collector stops, and a thread
 * of the pool could change it while the collector walks it.
 */
#define _GNU_SOURCE
#include "runtime/sched/blocking.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gc/roots.h"
#include "runtime/base/clock.h"
#include "runtime/base/env.h"
#include "runtime/base/memory.h"
#include "runtime/base/spin.h"
#include "runtime/sched/sched.h"
#include "runtime/task/guard.h"

enum { THREADS_DEFAULT = 64, THREADS_MAX = 1024, IDLE_SECONDS = 10 };

typedef struct Job Job;
struct Job {
    void  (*fn)(void *);
    void   *arg;
    RtTask *task;
    Job    *next, *prev;                 /* on jobs */
    Job    *queue_next;                  /* on the queue */
    /* The copied arguments. The task's own, on its stack, keep heap objects alive. */
    _Alignas(max_align_t) char args[];
};

static struct {
    SpinLock        jobs_lock;           /* LOCK_TASK */
    Job            *jobs;                /* a root; changed by tasks */
    _Atomic int64_t in_flight;           /* up before the park, down after it was made ready */

    pthread_mutex_t mutex;               /* guards what follows; no other lock is taken under it */
    pthread_cond_t  work, ended;         /* a job or the end; a thread has ended */
    Job            *head, *tail;
    _Atomic int     limit;               /* 0: not yet read */
    int             threads, free;
    bool            stopping;
} pool = {
    .jobs_lock = SPIN_INIT(LOCK_TASK),
    .mutex     = PTHREAD_MUTEX_INITIALIZER,
    .work      = PTHREAD_COND_INITIALIZER,
    .ended     = PTHREAD_COND_INITIALIZER,
};

bool blocking_in_flight(void) { return atomic_load(&pool.in_flight) > 0; }

/* ---- Threads ---- */

static struct timespec after_ns(int64_t ns)
{
    int64_t at = rt_time_ns() + ns;
    return (struct timespec){(time_t)(at / 1000000000), (long)(at % 1000000000)};
}

static Job *take_job_locked(void)
{
    Job *job = pool.head;
    if (job != NULL && (pool.head = job->queue_next) == NULL)
        pool.tail = NULL;
    return job;
}

/* NULL: there was none for a while, or the pool stops. */
static Job *wait_for_job_locked(void)
{
    struct timespec until = after_ns(IDLE_SECONDS * (int64_t)1000000000);
    int             error = 0;
    pool.free++;
    while (pool.head == NULL && !pool.stopping && error == 0)
        error = pthread_cond_clockwait(&pool.work, &pool.mutex, CLOCK_MONOTONIC, &until);
    pool.free--;
    return take_job_locked();
}

static void run(Job *job)
{
    RtTask *t = job->task;
    job->fn(job->arg);
    sched_ready_from_outside(t);         /* from here on the job may be gone */
    /* After the task is in its queue: who is about to report a deadlock sees one of them. */
    atomic_fetch_sub(&pool.in_flight, 1);
}

static void *thread_main(void *unused)
{
    guard_own_stack_enter();
    pthread_mutex_lock(&pool.mutex);
    for (Job *job; (job = wait_for_job_locked()) != NULL;) {
        pthread_mutex_unlock(&pool.mutex);
        run(job);
        pthread_mutex_lock(&pool.mutex);
    }
    guard_thread_leave();
    pool.threads--;
    pthread_cond_signal(&pool.ended);
    pthread_mutex_unlock(&pool.mutex);
    return unused;
}

static bool start_thread(void)
{
    pthread_t      thread;
    pthread_attr_t attr;
    sigset_t       all, before;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    /* Signals are for the workers. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool made = pthread_create(&thread, &attr, thread_main, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return made;
}

/* ---- Calls ---- */

/* After the park: the task is off its stack. */
static void submit(void *arg)
{
    Job *job = arg;
    job->queue_next = NULL;
    pthread_mutex_lock(&pool.mutex);
    if (pool.tail != NULL)
        pool.tail->queue_next = job;
    else
        pool.head = job;
    pool.tail = job;
    /* Those that are free may already have been woken for other jobs. */
    int  waiting = 0;
    for (const Job *j = pool.head; j != NULL && waiting <= pool.free; j = j->queue_next)
        waiting++;
    bool start = waiting > pool.free && pool.threads < atomic_load(&pool.limit);
    bool alone = pool.threads == 0;
    if (start)
        pool.threads++;
    pthread_cond_signal(&pool.work);
    pthread_mutex_unlock(&pool.mutex);
    if (!start || start_thread())
        return;
    pthread_mutex_lock(&pool.mutex);
    pool.threads--;
    Job *here = alone && pool.threads == 0 ? take_job_locked() : NULL;
    pthread_mutex_unlock(&pool.mutex);
    if (here != NULL)
        run(here);                       /* no thread can be had: block this worker, then */
}

static void link_job(Job *job)
{
    spin_acquire(&pool.jobs_lock);
    job->next = pool.jobs;
    if (job->next != NULL)
        job->next->prev = job;
    atomic_signal_fence(memory_order_seq_cst);           /* the collector walks along next */
    pool.jobs = job;
    spin_release(&pool.jobs_lock);
}

static void unlink_job(Job *job)
{
    spin_acquire(&pool.jobs_lock);
    if (job->next != NULL)
        job->next->prev = job->prev;
    if (job->prev != NULL)
        job->prev->next = job->next;
    else
        pool.jobs = job->next;
    spin_release(&pool.jobs_lock);
}

static void read_limit(void)
{
    pthread_mutex_lock(&pool.mutex);
    if (atomic_load(&pool.limit) == 0)
        atomic_store(&pool.limit, (int)env_int("PLUTO_BLOCKING", THREADS_DEFAULT, 1, THREADS_MAX));
    pthread_mutex_unlock(&pool.mutex);
}

/* size 0: arg is used where it is. */
static void call(void (*fn)(void *), void *arg, size_t size, const RtPlace *place)
{
    RtTask *self = rt_task();
    if (self == NULL) {
        fn(arg);
        return;
    }
    TaskSync *s   = self->sync;
    Job      *job = memory_alloc(sizeof *job + size);
    job->fn       = fn;
    job->arg      = size > 0 ? job->args : arg;
    job->task     = self;
    if (size > 0)
        memcpy(job->args, arg, size);
    if (atomic_load_explicit(&pool.limit, memory_order_relaxed) == 0)
        read_limit();
    atomic_store_explicit(&s->pinned, size == 0, memory_order_relaxed);
    s->wait_place = place;
    atomic_store_explicit(&s->wait_for, PARK_FOREIGN, memory_order_relaxed);
    link_job(job);
    atomic_fetch_add(&pool.in_flight, 1);
    sched_park(submit, job);
    unlink_job(job);
    atomic_store_explicit(&s->pinned, false, memory_order_relaxed);
    if (size > 0)
        memcpy(arg, job->args, size);
    memory_free(job);
}

void rt_blocking(void (*fn)(void *), void *arg, const RtPlace *place)
{
    call(fn, arg, 0, place);
}

void rt_blocking_copied(void (*fn)(void *), void *args, size_t size, const RtPlace *place)
{
    call(fn, args, size, place);
}

void blocking_push_roots(void)
{
    for (const Job *job = pool.jobs; job != NULL; job = job->next)
        roots_push(&job->task, &job->task + 1);
}

bool blocking_stop(int64_t ns)
{
    struct timespec until = after_ns(ns);
    int             error = 0;
    pthread_mutex_lock(&pool.mutex);
    pool.stopping = true;
    pthread_cond_broadcast(&pool.work);
    while (pool.threads > 0 && error == 0)
        error = pthread_cond_clockwait(&pool.ended, &pool.mutex, CLOCK_MONOTONIC, &until);
    bool all_ended = pool.threads == 0;
    Job *abandoned = all_ended ? pool.jobs : NULL;           /* their tasks never go on */
    if (all_ended)
        pool.jobs = NULL;
    pthread_mutex_unlock(&pool.mutex);
    for (Job *next; abandoned != NULL; abandoned = next) {
        next = abandoned->next;
        memory_free(abandoned);
    }
    return all_ended;
}
