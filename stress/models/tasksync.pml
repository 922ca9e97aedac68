/*
 * tasksync.pml - the end of a task: two references, getters, and threads that wait without being
 * workers (tasksync.h, task.c). The block is freed once, by whoever lets go last; no getter and no
 * thread sleeps on a task that is done.
 *
 * BUG=1: the release is a load and a store. BUG=2: the thread that waits counts itself after it has
 * looked at the state. BUG=3: getters are taken before the state is DONE, without the lock.
 */
#ifndef BUG
#define BUG 0
#endif

byte refs = 2;
byte freed;
bool lock, done;
byte sleepers;
bool wakes;                      /* the futex wake of the completing worker happened */
bool linked;                     /* the getter is on the list */
bool woken;                      /* the getter was made runnable */
bool getter_ended, thread_ended, handle_gone;

inline acquire() { atomic { !lock -> lock = true } }
inline release_lock() { lock = false }

inline drop()
{
#if BUG == 1
    before = refs;
    refs = before - 1;
#else
    atomic { before = refs; refs = refs - 1 };
#endif
    if
    :: before == 1 -> freed++; assert(freed == 1)
    :: else
    fi
}

proctype worker()
{
    byte before;
    bool has_getter;
#if BUG == 3
    has_getter = linked; linked = false;
    acquire();
#else
    acquire();
    has_getter = linked; linked = false;
#endif
    assert(freed == 0);
    done = true;                                         /* C1 */
    if
    :: sleepers > 0 -> wakes = true                      /* C2 */
    :: else
    fi;
    release_lock();
    if
    :: has_getter -> woken = true
    :: else
    fi;
    drop()
}

/* Holds the handle until it has the result; then the sweep drops the object's reference. */
proctype getter()
{
    byte before;
    if
    :: done -> goto out
    :: else
    fi;
    acquire();
    if
    :: done -> release_lock(); goto out
    :: else -> linked = true; release_lock()
    fi;
    woken;
out:
    assert(done && freed == 0);
    getter_ended = true;
    thread_ended;                                        /* another holder of the handle */
    drop()
}

proctype thread()
{
    bool seen;
#if BUG == 2
    seen = done;
    sleepers++;
#else
    sleepers++;                                          /* T1 */
    seen = done;                                         /* T2; futex_wait compares again */
#endif
    if
    :: seen -> skip
    :: else ->
#if BUG == 2
        wakes
#else
        if
        :: atomic { done -> skip }                       /* the kernel sees another value */
        :: wakes
        fi
#endif
    fi;
    thread_ended = true
}

init {
    atomic { run worker(); run getter(); run thread() }
    timeout -> assert(getter_ended && thread_ended && freed == 1)
}
