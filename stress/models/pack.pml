/*
 * pack.pml - the word of one stack slot (pack.c). Two tasks whose home it is resume and park; a worker
 * that needs room packs what is in it and moves a new task in, which ends; the collector reclaims the task that
 * was in it first. Nobody runs on another's stack, whoever waits for the slot gets it, and it is given
 * back once, when it is nobody's home.
 *
 * BUG=1: who lets a slot go does not look whether anybody waits. BUG=2: who waits does not look again,
 * under the lock of the queue, whether the slot is still claimed. BUG=3: claiming is a load and a
 * store. BUG=4: the collector goes through CLAIMED, and wakes nobody. BUG=5: whoever packs a stack
 * touches the task once more after it has said so.
 */
#ifndef BUG
#define BUG 0
#endif
#define FREE    0
#define LEFT    1
#define CLAIMED 2
#define TENANT(t) (3 + (t))
#define A 0
#define B 1
#define NEW 2
#define DEAD 3
#define NONE 4

byte word = TENANT(DEAD);        /* with waited: one word in memory */
bool waited;
byte content = DEAD;             /* whose stack is in the slot's memory */
bool packed[4];
byte packed_here = 2;
bool home[4];                    /* alive, and this is its home */
bool lock;                       /* queue_lock */
chan queue = [4] of { byte };
bool woken[4];
byte given;                      /* times the slot became free */
byte ended;

inline acquire() { atomic { !lock -> lock = true } }
inline release() { lock = false }

inline load() { d_step { seen = word; seen_waited = waited } }

inline try_claim()
{
#if BUG == 3
    if
    :: word == seen -> word = CLAIMED; got = true
    :: else -> got = false
    fi
#else
    d_step {
        if
        :: word == seen && waited == seen_waited -> word = CLAIMED; got = true
        :: else -> got = false
        fi
    }
#endif
}

inline let_go(to)
{
    d_step {
#if BUG == 1
        word = to; got = true
#else
        if
        :: !waited -> word = to; got = true
        :: else -> got = false
        fi
#endif
    };
    if
    :: got
    :: else ->
        next = NONE;
        acquire();
        if
        :: queue?next
        :: empty(queue)
        fi;
        d_step { word = to; waited = nempty(queue) };
        release();
        if
        :: next != NONE -> woken[next] = true
        :: else
        fi
    fi
}

inline pack(who)
{
    d_step { assert(content == who && home[who]); packed_here++ };
#if BUG == 5
    packed[who] = true;
    d_step { assert(home[who]); content = NONE }
#else
    d_step { packed[who] = true; content = NONE }
#endif
}

inline unpack(who)
{
    d_step { assert(packed[who] && content == NONE); content = who; packed[who] = false };
    packed_here--
}

inline give()
{
    assert(packed_here == 0 && empty(queue));
    assert(!home[A] && !home[B] && !home[NEW] && !home[DEAD]);
    given++
}

/* leave_home */
inline end_here()
{
    if
    :: packed_here > 0 -> let_go(LEFT)
    :: else -> word = FREE; give()
    fi;
    ended++
}

proctype task(byte me; byte runs)
{
    byte seen, next;
    bool seen_waited, got;
resume:
    load();
    if
    :: seen == CLAIMED ->
        acquire();                                       /* wait_for_slot */
#if BUG == 2
        waited = true; got = true;
#else
        d_step {
            if
            :: word == CLAIMED -> waited = true; got = true
            :: else -> got = false
            fi
        };
#endif
        if
        :: got -> queue!me
        :: else
        fi;
        release();
        if
        :: got -> woken[me]; woken[me] = false
        :: else
        fi;
        goto resume
    :: else
    fi;
    try_claim();
    if
    :: !got -> goto resume
    :: else
    fi;
    assert(seen != FREE);
    if
    :: seen != LEFT && seen != TENANT(me) -> pack(seen - 3)
    :: else
    fi;
    if
    :: seen != TENANT(me) -> unpack(me)
    :: else
    fi;
    d_step { assert(content == me); runs-- };            /* it runs */
    if
    :: runs > 0 -> let_go(TENANT(me)); goto resume
    :: else
    fi;
    d_step { home[me] = false; content = NONE };
    end_here()
}

/* make_room and pack_take; may find room elsewhere at any time. */
proctype newcomer()
{
    byte seen, next;
    bool seen_waited, got;
again:
    if
    :: ended++; goto out
    :: load()
    fi;
    if
    :: seen == LEFT ->
        try_claim();
        if
        :: got ->
            home[NEW] = true;
            assert(content == NONE);
            content = NEW;                               /* its first run */
            d_step { home[NEW] = false; content = NONE };
            end_here();
            goto out
        :: else
        fi
    :: seen >= TENANT(0) && seen != TENANT(NEW) ->
        try_claim();
        if
        :: got -> pack(seen - 3); let_go(LEFT)
        :: else
        fi
    :: else -> ended++; goto out
    fi;
    goto again;
out:
    skip
}

/* pack_forget */
proctype collector()
{
    byte seen;
    bool seen_waited, got, others;
again:
    packed[DEAD] || word == TENANT(DEAD);
    if
    :: packed[DEAD] -> packed[DEAD] = false; home[DEAD] = false; packed_here--; goto out
    :: else
    fi;
    load();                                              /* try_leave */
    if
    :: seen != TENANT(DEAD) -> goto again
    :: else
    fi;
#if BUG == 4
    try_claim();
    if
    :: !got -> goto again
    :: else
    fi;
    seen = CLAIMED;
    seen_waited = waited;
#endif
    others = packed_here > 0;
    d_step {
        if
        :: word == seen && (waited == seen_waited || BUG == 4) ->
            got  = true;
            word = (others -> LEFT : FREE);
            home[DEAD] = false;
            content = NONE
        :: else -> got = false
        fi
    };
    if
    :: !got -> goto again
    :: else
    fi;
    if
    :: !others -> give()
    :: else
    fi;
out:
    ended++
}

init {
    atomic {
        home[A] = true; home[B] = true; home[DEAD] = true;
        packed[A] = true; packed[B] = true;
        run task(A, 2); run task(B, 1); run newcomer(); run collector()
    }
    timeout -> assert(ended == 4 && packed_here == 0 && empty(queue));
    assert(word == FREE && given == 1 || word == LEFT && given == 0)
}
