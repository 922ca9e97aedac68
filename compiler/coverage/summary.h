/*
 * summary.h - map and counters as the reports show them: lines, functions and branches by file.
 */
#ifndef PLUTO_COVERAGE_SUMMARY_H
#define PLUTO_COVERAGE_SUMMARY_H

#include "compiler/coverage/map.h"

typedef struct Share { int covered, total; } Share;

typedef struct LineHits     { uint32_t line; uint64_t hits; } LineHits;
typedef struct FunctionHits { Name name; uint32_t line; uint64_t hits; } FunctionHits;
typedef struct BranchHits {
    const Point *point;
    uint64_t     hits;
    bool         reached;                 /* the statement that it is part of was executed */
} BranchHits;

typedef struct FileCoverage {
    const char        *path;
    LIST(LineHits)     lines;             /* on which statements begin, ascending; hits are added */
    LIST(FunctionHits) functions;         /* by name, in the order of their lines */
    LIST(BranchHits)   branches;          /* all other points, ascending by line */
    Share line_share, function_share, branch_share;
} FileCoverage;

typedef struct Coverage {
    LIST(FileCoverage) files;             /* all of the map */
    Share lines, functions, branches;     /* sums over the files */
} Coverage;

const Coverage *coverage_of(const CoverageMap *map, const uint64_t *counts);

/* 100 where there is nothing to be covered. */
double share_percent(Share s);

#endif
