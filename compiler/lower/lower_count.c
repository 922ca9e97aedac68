/*
 * lower_count.c - counters of coverage.
 *
 * A program that is not asked for coverage gets nothing of this. A count is a statement that has no
 * effect on anything a program can see, so it may stand anywhere between others. The counters are
 * one array, rt_coverage_counts (runtime/report/coverage.h), which everything finds by that name;
 * it is defined once, beside the RtProgram.
 */
#include "compiler/lower/lower_internal.h"

static int find(Lower *l, PointKind kind, int arm, Span span)
{
    return l->program->points ? points_find(l->program->points, kind, arm, span) : -1;
}

static void put_count_of(Lower *l, int point)
{
    if (point >= 0)
        put(l, IR_EVAL)->eval = IR_CALL_OF(0, "rt_count", ir_int(point));
}

void put_count(Lower *l, PointKind kind, Span span)
{
    put_count_of(l, find(l, kind, 0, span));
}

void put_arm_count(Lower *l, int arm, Span span)
{
    put_count_of(l, find(l, POINT_MATCH_ARM, arm, span));
}

bool is_counted(Lower *l, PointKind kind, Span span)
{
    return find(l, kind, 0, span) >= 0;
}

const char *count_table(Lower *l)
{
    const Points *points = l->program->points;
    if (points == NULL)
        return "";
    int count = points_map(points)->points.count;
    LIST_ADD(&l->unit->tables,
             arena_format("RtCount rt_coverage_counts[%d];", count > 0 ? count : 1));
    return arena_format(", .counts = rt_coverage_counts, .count_len = %d", count);
}
