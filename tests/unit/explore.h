/*
 * explore.h - runs a scenario once for every way in which the oracle can answer.
 *
 * explore_setup goes into tcase_add_checked_fixture. A scenario makes its tasks, calls
 * sim_run_until_idle and asserts; run again with the same answers, it must ask the same questions.
 * Every RT_POLL of its tasks is a question as well: others may run there. The search is
 * depth-first: the last answer that has an alternative is replaced, what came before is repeated.
 */
#ifndef PLUTO_EXPLORE_H
#define PLUTO_EXPLORE_H

#include <stdio.h>

#include "runtime/sched/internal.h"
#include "runtime/sched/oracle.h"
#include "tests/unit/sim.h"

enum { EXPLORE_DEPTH = 256, EXPLORE_RUNS = 2000000, EXPLORE_SOME = 200 };

/* Nothing is reclaimed on the system heap (sanitizer builds, valgrind), and stacks run out: there
 * only the first runs are made, and nothing can be said about all of them. */
static inline bool explore_is_complete(void) { return !heap_is_system(); }

static struct { uint32_t choice, of; } explore_path[EXPLORE_DEPTH];
static int explore_length, explore_at;

static inline void explore_setup(void)
{
    setenv("PLUTO_SCHED_STRESS", "1", 1);
    sim_setup();
    sched.by_loop = true;                /* which asks what is next */
}

static inline uint32_t explore_answer(OracleQuestion question, uint32_t n)
{
    (void)question;
    ck_assert_msg(explore_at < EXPLORE_DEPTH, "more than %d questions", EXPLORE_DEPTH);
    if (explore_at == explore_length) {
        explore_path[explore_length].choice = 0;
        explore_path[explore_length++].of   = n;
    }
    ck_assert_msg(explore_path[explore_at].of == n, "other questions for the same answers");
    return explore_path[explore_at++].choice;
}

/* "0/2 1/3 .." */
static inline const char *explore_answers(void)
{
    static char text[EXPLORE_DEPTH * 12];
    int         at = 0;
    text[0] = '\0';
    for (int i = 0; i < explore_at; i++)
        at += sprintf(text + at, "%u/%u ", explore_path[i].choice, explore_path[i].of);
    return text;
}

#define explore_assert(claim) ck_assert_msg(claim, #claim " after answers %s", explore_answers())

/* Returns the number of runs. */
static inline int explore(void (*scenario)(void))
{
    int runs = 0;
    oracle_answer = explore_answer;
    do {
        explore_at = 0;
        scenario();
        ck_assert_msg(explore_at == explore_length, "fewer questions for the same answers");
        ck_assert_msg(++runs <= EXPLORE_RUNS, "the scenario is too large");
        while (explore_length > 0 && explore_path[explore_length - 1].choice + 1 ==
                                         explore_path[explore_length - 1].of)
            explore_length--;
        if (explore_length > 0)
            explore_path[explore_length - 1].choice++;
    } while (explore_length > 0 && (explore_is_complete() || runs < EXPLORE_SOME));
    oracle_answer = NULL;
    return runs;
}

#endif
