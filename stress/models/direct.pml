/*
 * direct.pml - from task to task (leave and arrive in run.c), while another worker wakes the task that
 * was left. A task that parks holds the lock of its list; whoever its worker comes to, the loop or the
 * next task, drops it. Nobody makes a task runnable, or gives its stack away, while it is in use; the
 * lock is dropped once; every task ends.
 *
 * BUG=1: the lock is dropped before the switch. BUG=2: a task that runs again finishes what the worker
 * left that it parked on. BUG=3: arrive drops the lock before it sets PARKED. BUG=4: a task gives its
 * stack back before the switch. BUG=5: the loop forgets the task that could not be stepped into.
 */
#ifndef BUG
#define BUG 0
#endif
#define WORKERS 2
#define TASKS   3
#define NOBODY  TASKS
#define READY   0
#define RUNNING 1
#define PARKING 2
#define PARKED  3
#define DONE    4

byte state[TASKS];
bool on_stack[TASKS];
byte parks[TASKS];               /* times it will still wait */
byte worker_of[TASKS];           /* where it parked */
byte leaving[WORKERS];           /* and its after: the lock, or its end */
bool lock;
byte lock_of = NOBODY;           /* the task that parks under it */
chan list = [TASKS] of { byte };
chan queue = [TASKS] of { byte };
byte done;

inline acquire() { atomic { !lock -> lock = true } }

inline after(t)
{
    if
    :: state[t] == DONE ->
        assert(!on_stack[t]);                            /* its stack is given back */
        done++
    :: else ->
        atomic { assert(lock && lock_of == t); lock_of = NOBODY; lock = false }
    fi
}

inline arrive(w)
{
    prev = leaving[w];
    if
    :: prev != NOBODY ->
#if BUG == 3
        after(prev);
#endif
        if
        :: state[prev] == PARKING -> state[prev] = PARKED
        :: else
        fi;
#if BUG != 1 && BUG != 3
        after(prev);
#endif
        leaving[w] = NOBODY
    :: else
    fi
}

proctype worker(byte me)
{
    byte t, prev, next, chosen = NOBODY;
end_loop:
    if
    :: chosen != NOBODY -> t = chosen; chosen = NOBODY
    :: atomic { chosen == NOBODY && nempty(queue) -> queue?t }
    fi;
switched:
    atomic { assert(!on_stack[t] && state[t] == READY); on_stack[t] = true };
    state[t] = RUNNING;
#if BUG == 2
    if
    :: worker_of[t] != WORKERS -> arrive(worker_of[t])
    :: else -> arrive(me)
    fi;
#else
    arrive(me);
#endif
    worker_of[t] = me;
    /* It parks, or ends. */
    if
    :: parks[t] > 0 ->
        parks[t]--;
        acquire();
        lock_of = t;
        state[t] = PARKING;
        list!t
    :: else -> state[t] = DONE
    fi;
    leaving[me] = t;
#if BUG == 1
    after(t);
#endif
#if BUG == 4
    if
    :: state[t] == DONE -> after(t); leaving[me] = NOBODY
    :: else
    fi;
#endif
    next = NOBODY;
    if                                                   /* take_at_hand */
    :: queue?next
    :: skip
    fi;
    if                                                   /* step_in may not be able to */
    :: next != NOBODY -> skip
    :: next != NOBODY ->
#if BUG != 5
        chosen = next;
#endif
        next = NOBODY
    :: next == NOBODY -> skip
    fi;
    on_stack[t] = false;                                 /* the switch */
    t = NOBODY;
    if
    :: next != NOBODY -> t = next; goto switched
    :: else
    fi;
    arrive(me);
    goto end_loop
}

/* A task on some other worker, as often as there is somebody to wake. */
proctype waker()
{
    byte t;
end_idle:
    do
    :: atomic { !lock && nempty(list) -> lock = true };
        list?t;
        lock = false;
        atomic { assert(state[t] == PARKED); state[t] = READY };
        queue!t
    od
}

init {
    byte i;
    atomic {
        for (i : 0 .. TASKS - 1) {
            parks[i] = (i == 0 -> 2 : 1);
            worker_of[i] = WORKERS;
            queue!i
        };
        for (i : 0 .. WORKERS - 1) { leaving[i] = NOBODY; run worker(i) };
        run waker()
    }
    timeout -> assert(done == TASKS && !lock)
}
