/*
 * check_main.h - what every test program ends with: int main(void) { return check_run(suite()); }
 */
#ifndef PLUTO_CHECK_MAIN_H
#define PLUTO_CHECK_MAIN_H

#include <check.h>

/* Runs the suite, prints Check's summary and every failure. Returns 0 when all passed, else 1. */
static inline int check_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

#endif
