/*
 * coverage.h - runs of programs that are counted. Map and data lie in .pluto-coverage below the
 * current folder.
 */
#ifndef PLUTO_DRIVE_COVERAGE_H
#define PLUTO_DRIVE_COVERAGE_H

#include "compiler/coverage/map.h"

/* Writes the map, runs the program at path to its end, reports on standard error, and ends as the
 * program did: with its status, or by the same signal. Returns only if the program could not be
 * started, with errno set. */
void coverage_run(const CoverageMap *map, const char *path, char **argv);

#endif
