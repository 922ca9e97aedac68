/*
 * oracle.c - random schedules for stress runs.
 */
#include "runtime/sched/oracle.h"

#include <stdatomic.h>
#include <stddef.h>

#include "runtime/base/env.h"

OracleAnswer oracle_answer;

static _Atomic uint64_t random_state;

enum { SELDOM = 16 };                    /* or timers would always be faster than what they limit */

/* Weyl sequence and the finalizer of SplitMix64 (Steele, Lea, Flood 2014): any number of workers
 * may draw at once. */
static uint32_t answer_randomly(OracleQuestion question, uint32_t n)
{
    uint64_t z = atomic_fetch_add(&random_state, 0x9e3779b97f4a7c15) + 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    return question == ORACLE_TIMER ? z % SELDOM == 0 : (uint32_t)(z % n);
}

void oracle_init(void)
{
    int64_t seed = env_int("PLUTO_SCHED_SEED", -1, 0, INT64_MAX);
    if (seed < 0)
        return;
    atomic_store(&random_state, (uint64_t)seed);
    oracle_answer = answer_randomly;
}
