/*
 * sleep.pml - the submit/sleep protocol of sched.c: no task is left in a queue while every worker
 * sleeps.
 *
 * Stores are relaxed: each process has a store buffer of one entry for the word that the protocol
 * is about (a pushed task; the idle count), which reaches memory at some later moment or at a
 * fence. Whether a ring flows, so that thieves leave it alone, is decided anew at each look; its owner
 * takes nothing from it here. BUG=1 leaves the submitter's fence out.
 * BUG=2: the worker does not look once more after it joined the idle list. BUG=3: the monitor ends
 * the calm, but wakes nobody. BUG=4: calm is set before the worker is on the idle list.
 */
#ifndef BUG
#define BUG 0
#endif
#define WORKERS 2
#define TASKS   2

byte queued;                     /* tasks in queues, as memory has them */
byte idle;                       /* workers on the idle list; changed under a lock */
byte spinning;                   /* idem, by atomic instructions */
bool awake[WORKERS];
bool on_list[WORKERS];
bool calm;
byte done;

/* One waker at a time: spinning goes from 0 to 1, and the sleeper that is woken owns it. */
inline wake_one()
{
    atomic {
        if
        :: spinning == 0 && idle > 0 ->
            spinning = 1;
            if
            :: on_list[0] -> on_list[0] = false; idle--; awake[0] = true
            :: on_list[1] -> on_list[1] = false; idle--; awake[1] = true
            fi
        :: else
        fi
    }
}

proctype submitter()
{
    byte i, seen_spinning, seen_idle;
    byte buffered;
    for (i : 1 .. TASKS) {
        buffered = 1;                                    /* S1, still in the store buffer */
        if
        :: queued = queued + buffered; buffered = 0      /* it gets out by itself .. */
        :: skip
        fi;
#if BUG != 1
        queued = queued + buffered; buffered = 0;        /* S2 */
#endif
        seen_spinning = spinning;                        /* S3 */
        seen_idle = idle;
        if
        :: calm                                          /* and the task has run before */
        :: seen_spinning == 0 && seen_idle > 0 -> wake_one()
        :: else
        fi;
        queued = queued + buffered                       /* .. or late */
    }
}

proctype monitor()
{
end_awake:
    do
    :: calm ->
        calm = false;                                    /* M1 */
#if BUG != 3
        wake_one()                                       /* M2 */
#endif
    od
}

proctype worker(byte me)
{
    bool spins = false;
    bool last;
    bool flowing;
again:
    flowing = false;
    if
    :: atomic { queued > 0 -> queued-- };
        last = false;
        if
        :: spins ->
            spins = false;
            atomic { spinning--; last = (spinning == 0) }
        :: else
        fi;
        if
        :: last && idle > 0 -> wake_one()                /* the last spinner wakes the next */
        :: else
        fi;
        done++;
        goto again
    :: queued == 0 -> skip
    :: queued > 0 -> flowing = true                      /* no reason to steal */
    fi;
#if BUG == 4
    if
    :: flowing -> calm = true
    :: else
    fi;
#endif
    /* W1: on the idle list, then no longer spinning. */
    atomic { on_list[me] = true; idle++; awake[me] = false };
    if
    :: spins -> spins = false; atomic { spinning-- }
    :: else
    fi;
    /* W2 is the atomic instruction above; W3: */
#if BUG != 2
    if
    :: queued > 0 && !flowing ->
        atomic {
            if
            :: on_list[me] -> on_list[me] = false; idle--; goto again
            :: else
            fi
        }
#if BUG != 4
    :: queued > 0 && flowing -> calm = true              /* C2 */
#endif
    :: else
    fi;
#endif
end_asleep:
    awake[me];
    spins = true;                                        /* its waker counted it */
    goto again
}

init {
    atomic {
        run submitter();
        run monitor();
        run worker(0);
        run worker(1)
    }
    /* When nothing can go on any more, no task is left. */
    timeout -> assert(queued == 0 && done == TASKS)
}
