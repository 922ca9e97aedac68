/*
 * bias.pml - the lock of bias.h: an owner that takes it without atomic instructions, two others that
 * do not. Never two inside; the lock becomes biased, is revoked and becomes biased again.
 *
 * inside = 1 is a relaxed store: it stays in the owner's store buffer until some later moment, or
 * until fence_heavy. BUG=1: the owner reads its ownership (O4) before it writes inside (O2).
 * BUG=2: R1 after R2. BUG=3: nobody waits for the owner (R3). BUG=4: who takes the word says at once
 * that it did (biased), while the owner may still be inside.
 */
#ifndef BUG
#define BUG 0
#endif

bool biased;                     /* how it was taken this time */
bool held, owned;                /* owned: biased to process 0 */
bool inside;                     /* as memory has it */
bool buffered;                   /* inside = 1 is in the owner's store buffer */
byte users;

inline critical()
{
    users++;
    assert(users == 1);
    users--
}

inline drop()
{
    if
    :: biased -> atomic { buffered = false; inside = false }
    :: else -> held = false
    fi
}

/* R1 to R3 */
inline revoke()
{
#if BUG == 2
    atomic { inside = inside || buffered; buffered = false };
    owned = false;
#else
    owned = false;                                                       /* R1 */
    atomic { inside = inside || buffered; buffered = false };            /* R2 */
#endif
#if BUG != 3
    !inside                                                              /* R3 */
#endif
}

proctype owner()
{
    byte i;
    bool mine;
    for (i : 1 .. 4) {
        if
        :: owned ->
#if BUG == 1
            mine = owned;
            buffered = true;
#else
            buffered = true;                                             /* O2 */
            mine = owned;                                                /* O3, O4 */
#endif
            if
            :: mine ->
                biased = true;
                critical();
                drop();
                goto next
            :: else -> atomic { buffered = false; inside = false }
            fi
        :: else
        fi;
        atomic { !held -> held = true };
        biased = false;
        critical();
        if
        :: owned = true
        :: skip
        fi;
        drop();
next:   skip
    }
}

proctype other()
{
    byte i;
    for (i : 1 .. 2) {
        atomic { !held -> held = true };
#if BUG == 4
        biased = false;
#endif
        if
        :: owned -> revoke()
        :: else
        fi;
        biased = false;
        critical();
        drop()
    }
}

proctype store_buffer()
{
end_empty:
    do
    :: atomic { buffered -> inside = true; buffered = false }
    od
}

init {
    atomic { run store_buffer(); run owner(); run other(); run other() }
}
