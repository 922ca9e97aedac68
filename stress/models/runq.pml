/*
 * runq.pml - the ring of runq.c: the owner pushes and takes, two thieves take one or half. Every task
 * is taken exactly once, and a slot is never read for what the owner has written anew.
 *
 * A ring of two slots, counters modulo 8. Slots are read before the CAS on head, as grab does; the
 * values count only if it succeeds. BUG=1: the owner's push does not look at head (a full ring).
 * BUG=2: head is moved by a plain store. The owner may also take the newest (F1, F2 of runq.c; here
 * every task counts as fresh). BUG=3: that does not count in the upper half of head.
 */
#ifndef BUG
#define BUG 0
#endif
#define CAP   2
#define MASK  7
#define TASKS 4

byte head, tail;
byte count;                      /* the upper half of head's word; read and compared with it */
byte slot[CAP];
byte taken[TASKS + 1];           /* slots hold 1 .. TASKS */
byte kept;                       /* tasks that did not fit: the caller's */

inline got(t) { atomic { taken[t]++; assert(taken[t] == 1) } }

/* One attempt of grab; at most max, half: as a thief. */
inline grab(h, c, n, first, second, max, half)
{
    atomic { h = head; c = count }
    n = (tail - h) & MASK;
    if
    :: n > CAP -> n = 0                                  /* of different moments, or F1: try again */
    :: else
    fi;
    if
    :: half -> n = n - n / 2
    :: else
    fi;
    if
    :: n > max -> n = max
    :: else
    fi;
    if
    :: n > 0 -> first = slot[h % CAP]
    :: else
    fi;
    if
    :: n > 1 -> second = slot[(h + 1) % CAP]
    :: else
    fi;
    if
    :: n > 0 ->
#if BUG == 2
        head = (h + n) & MASK
#else
        atomic {
            if
            :: head == h && count == c -> head = (h + n) & MASK
            :: else -> n = 0
            fi
        }
#endif
    :: else
    fi;
    if
    :: n > 0 -> got(first)
    :: else
    fi;
    if
    :: n > 1 -> got(second)
    :: else
    fi
}

inline take_fresh(h, c)
{
    atomic { h = head; c = count }
    if
    :: h != tail ->
        tail = (tail - 1) & MASK;                        /* F1 */
        do
        :: atomic {
               h == head && c == count ->                /* F2 */
#if BUG != 3
               count++;
#endif
               c = 255
           };
           got(slot[tail % CAP]);
           break
        :: atomic { (h != head || c != count) -> h = head; c = count };
           if
           :: h == ((tail + 1) & MASK) -> tail = h; break
           :: else
           fi
        od
    :: else
    fi
}

proctype owner()
{
    byte t, h, c, n, first, second;
    for (t : 1 .. TASKS) {
        h = head;
        if
#if BUG != 1
        :: ((tail - h) & MASK) == CAP -> kept++; got(t)
#endif
        :: else ->
            slot[tail % CAP] = t;
            tail = (tail + 1) & MASK
        fi;
        if
        :: grab(h, c, n, first, second, 1, false)
        :: take_fresh(h, c)
        :: skip
        fi
    }
    do
    :: tail != head -> grab(h, c, n, first, second, 1, false)
    :: tail == head -> break
    od
}

proctype thief(byte max)
{
    byte i, h, c, n, first, second;
    for (i : 1 .. 2) {
        grab(h, c, n, first, second, max, true)
    }
}

init {
    byte t;
    atomic { run owner(); run thief(1); run thief(2) }
    timeout;
    for (t : 1 .. TASKS) {
        assert(taken[t] == 1)
    }
}
