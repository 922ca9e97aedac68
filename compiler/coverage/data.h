/*
 * data.h - the counters that a program left: coverage-data.bin.
 *
 * 64-bit integers, the low byte first: how many points there are, then a counter for each. The
 * writer is runtime/report/coverage.c.
 */
#ifndef PLUTO_COVERAGE_DATA_H
#define PLUTO_COVERAGE_DATA_H

#include <stdint.h>

/* The counters of a program with so many points. NULL if there are none or they are another
 * program's; then *why is a text that names the file. */
const uint64_t *data_read(const char *path, int points, const char **why);

#endif
