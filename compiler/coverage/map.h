/*
 * map.h - what of a program is counted when it runs: coverage-map.json.
 *
 * The compiler writes the map before the program runs, the reports read it beside the counters
 * that the program leaves (data.h). Counter number i is that of point i.
 */
#ifndef PLUTO_COVERAGE_MAP_H
#define PLUTO_COVERAGE_MAP_H

#include <stdio.h>

#include "compiler/syntax/ast.h"

typedef enum {
    POINT_FUNCTION_ENTRY, POINT_STATEMENT, POINT_BRANCH_THEN, POINT_BRANCH_ELSE, POINT_LOOP_ENTRY,
    POINT_MATCH_ARM,
    POINT_NULL_PROP_NULL, POINT_NULL_PROP_VALUE, POINT_ERROR_PROP_ERROR, POINT_ERROR_PROP_SUCCESS,
} PointKind;

typedef struct Point {
    int       file;                       /* place in CoverageMap.files */
    uint32_t  offset;                     /* bytes before it in the file */
    uint32_t  line, column, end_line, end_column;            /* from 1; the end is behind it */
    PointKind kind;
    int       arm;                        /* POINT_MATCH_ARM: from 0; else 0 */
    Name      function;
    int       branch;                     /* tells points at one byte apart */
} Point;

/* The number of a point is its place in points. */
typedef struct CoverageMap {
    LIST(Point)        points;
    LIST(const char *) files;             /* paths */
} CoverageMap;

const char *point_kind_name(PointKind kind);

void map_write(const CoverageMap *map, FILE *out);

/* NULL if the file cannot be read or is no map; then *why is a text that names file and place. */
const CoverageMap *map_read(const char *path, const char **why);

#endif
