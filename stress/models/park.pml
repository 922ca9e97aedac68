/*
 * park.pml - the wait protocol of wait.h: a task that waits twice, a completer, a cancel and a
 * timer armed in the first wait. Whatever the order, nobody but one makes it runnable, never while
 * it is on its stack, and a cancelled task does not stay asleep.
 *
 * wait_for is a relaxed store: it stays in the waiter's store buffer until some later moment, or until
 * fence_heavy makes the waiter's processor pass a barrier. BUG=1: no fence_light, so that W4 reads
 * before W2 writes. BUG=2: the timer does not compare wait numbers.
 * BUG=3: the lock is dropped before the task is off its stack.
 */
#ifndef BUG
#define BUG 0
#endif

bool lock;                       /* of the object waited for */
bool linked;                     /* the Waiter is on its list */
bool wait_for, cancelled;        /* as memory has them */
bool buffered;                   /* wait_for = true is in the waiter's store buffer */
byte number, armed;              /* wait_number; the number the timer was armed with */
bool on_stack = true;
byte ready;                      /* times made runnable and not yet run */
byte value;                      /* values the completer has left to hand over; it gives one */
bool given, timed_out, raised;
bool finished;

inline acquire() { atomic { !lock -> lock = true } }
inline release() { lock = false }

inline make_ready()
{
    atomic {
        assert(!on_stack);
        assert(ready == 0);
        ready = 1
    }
}

proctype waiter()
{
    byte wait;
    bool seen;
    for (wait : 1 .. 2) {
        acquire();                                       /* W1 */
        if
        :: given -> release(); given = false; goto next  /* it need not wait */
        :: else
        fi;
        number = wait;
        if
        :: wait == 1 -> armed = number
        :: else
        fi;
#if BUG == 1
        seen = cancelled;
#endif
        buffered = true;                                 /* W2 */
#if BUG != 1
        seen = cancelled;                                /* W3, W4 */
#endif
        if
        :: seen ->
            atomic { buffered = false; wait_for = false };
            release(); raised = true; goto next
        :: else
        fi;
        linked = true;                                   /* W5 */
#if BUG == 3
        release();
        on_stack = false;
#else
        on_stack = false;                                /* the switch */
        release();
#endif
end_parked:
        atomic { ready == 1 -> ready = 0; on_stack = true };
        assert(!linked);
        atomic { buffered = false; wait_for = false };
next:   skip
    };
    finished = true
}

/* withdraw: E4, E5. n: the wait meant, 0 for any. */
inline withdraw(n, mine)
{
    acquire();
    mine = linked && (n == 0 || n == number);
    if
    :: mine -> linked = false
    :: else
    fi;
    release()
}

proctype canceller()
{
    bool mine;
    cancelled = true;                                    /* E1 */
    atomic { wait_for = wait_for || buffered; buffered = false };                         /* E2 */
    if
    :: wait_for ->                                       /* E3 */
        withdraw(0, mine);
        if
        :: mine -> raised = true; make_ready()
        :: else
        fi
    :: else
    fi
}

proctype timer()
{
    bool mine;
end_not_armed:
    armed != 0;                                          /* fires at any moment after that */
#if BUG == 2
    withdraw(0, mine);
#else
    withdraw(armed, mine);
#endif
    if
    :: mine ->
        assert(number == armed);
        timed_out = true;
        make_ready()
    :: else
    fi
}

proctype completer()
{
    bool mine;
    acquire();
    if
    :: linked -> linked = false; mine = true
    :: else -> given = true                              /* buffered: the next wait finds it */
    fi;
    release();
    if
    :: mine -> make_ready()
    :: else
    fi
}

proctype store_buffer()
{
end_empty:
    do
    :: atomic { buffered -> wait_for = true; buffered = false }
    od
}

init {
    atomic { run store_buffer(); run waiter(); run canceller(); run timer(); run completer() }
    timeout -> assert(finished)
}
