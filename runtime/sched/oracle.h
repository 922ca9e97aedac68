/*
 * oracle.h - the one place where scheduling choices are made.
 *
 * Which ready task runs next, which victim is stolen from, which waiter is served, when a timer
 * fires: everything that another run might do otherwise is asked here, so that a test can decide it.
 * In production the answer is inlined: the first alternative.
 */
#ifndef PLUTO_ORACLE_H
#define PLUTO_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    ORACLE_NEXT_TASK,            /* of n ready tasks, oldest first */
    ORACLE_VICTIM,               /* of n workers */
    ORACLE_YIELD,                /* at a safepoint: 0 go on, 1 let others run */
    ORACLE_WAITER,               /* of n waiters of a channel, oldest first */
    ORACLE_TIMER,                /* 0 all have time, 1 the earliest deadline is reached, whatever the
                                  * clock says; in production the clock decides */
    ORACLE_ARM,                  /* of n arms of a select not tried yet; at random in production */
} OracleQuestion;

/* Answers with a number below n, n >= 2. Called on any worker; in tests there is only one. */
typedef uint32_t (*OracleAnswer)(OracleQuestion question, uint32_t n);
extern OracleAnswer oracle_answer;                       /* NULL in production */

static inline uint32_t oracle_choose(OracleQuestion question, uint32_t n)
{
    if (__builtin_expect(oracle_answer != 0, 0) && n >= 2)
        return oracle_answer(question, n);
    return 0;
}

/* Installs PLUTO_SCHED_SEED's random schedule, if that is set. Once, before workers start. */
void oracle_init(void);

#endif
