/*
 * bias.pml - the lock of bias.h: two workers to which it becomes biased, and a thread that only ever
 * revokes. Never two inside; the lock becomes biased, is revoked and becomes biased to the other.
 *
 * What a worker writes down in O2 is a relaxed store: it stays in its store buffer until some later
 * moment, or until fence_heavy. BUG=1: the owner reads its ownership (O4) before it writes (O2).
 * BUG=2: R1 after R2. BUG=3: nobody waits for the owner (R3). BUG=4: who takes the word says at once
 * how it was taken (by_bias), while the owner may still be inside. BUG=5: one word in the lock tells
 * whether its owner is inside, whoever that is.
 */
#ifndef BUG
#define BUG 0
#endif
#define NOBODY 2
#if BUG == 5
#define PLACE(who) 0
#else
#define PLACE(who) who
#endif

bool by_bias;                    /* how it was taken this time */
bool held;
byte owner = NOBODY;
bool inside[2];                  /* as memory has it */
bool buffered[2];                /* inside = 1 is in the worker's store buffer */
byte users;

inline critical()
{
    users++;
    assert(users == 1);
    users--
}

inline leave(who) { atomic { buffered[who] = false; inside[PLACE(who)] = false } }

/* Stores of a worker reach memory. */
inline drain(who)
{
    inside[PLACE(who)] = inside[PLACE(who)] || buffered[who];
    buffered[who] = false
}

/* R1 to R3 */
inline revoke(was)
{
#if BUG == 2
    atomic { drain(0); drain(1) };
    owner = NOBODY;
#else
    owner = NOBODY;                                                      /* R1 */
    atomic { drain(0); drain(1) };                                       /* R2 */
#endif
#if BUG != 3
    !inside[PLACE(was)]                                                  /* R3 */
#endif
}

inline take_word(was)
{
    atomic { !held -> held = true };
#if BUG == 4
    by_bias = false;
#endif
    was = owner;
    if
    :: was != NOBODY -> revoke(was)
    :: else
    fi;
    by_bias = false
}

proctype worker(byte me)
{
    byte i, was;
    bool mine;
    for (i : 1 .. 3) {
        if
        :: owner == me ->                                                /* O1 */
#if BUG == 1
            mine = (owner == me);
            buffered[me] = true;
#else
            buffered[me] = true;                                         /* O2 */
            mine = (owner == me);                                        /* O3, O4 */
#endif
            if
            :: mine ->
                by_bias = true;
                critical();
                if
                :: by_bias -> leave(me)
                :: else -> held = false
                fi;
                goto next
            :: else -> leave(me)
            fi
        :: owner != me
        fi;
        take_word(was);
        critical();
        if
        :: was == NOBODY -> owner = me                   /* it was taken often enough in a row */
        :: skip
        fi;
        if
        :: by_bias -> leave(me)
        :: else -> held = false
        fi;
next:   skip
    }
}

proctype thread()
{
    byte was;
    take_word(was);
    critical();
    held = false
}

proctype store_buffer(byte who)
{
end_empty:
    do
    :: atomic { buffered[who] -> inside[PLACE(who)] = true; buffered[who] = false }
    od
}

init {
    atomic {
        run store_buffer(0); run store_buffer(1);
        run worker(0); run worker(1);
        run thread()
    }
}
