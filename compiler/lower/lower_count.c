/*
 * lower_count.c - counters of coverage.
 *
 * A program that is not asked for coverage gets nothing of this. A count is a statement that has no
 * effect on anything a program can see, so it may stand anywhere between others.
 *
 * The counters are one variable, coverage_counts: a struct around an array, so that whatever C file
 * counts can declare it by type and name like any other. It is defined once, beside the RtProgram.
 */
#include "compiler/lower/lower_internal.h"

static int find(Lower *l, PointKind kind, int arm, Span span)
{
    return l->program->points ? points_find(l->program->points, kind, arm, span) : -1;
}

static void put_count_of(Lower *l, int point)
{
    if (point < 0)
        return;
    IrExpr *counter = ir_index(ir_member(ir_name("coverage_counts", 0), "of"), ir_int(point));
    put(l, IR_EVAL)->eval = IR_CALL_OF(0, "rt_count", ir_unary("&", counter));
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
    int       count = points_map(points)->points.count;
    IrStruct *s     = ARENA_NEW(IrStruct);
    s->name         = "CoverageCounts";
    struct_add(s, "RtCount", arena_format("of[%d]", count > 0 ? count : 1));
    LIST_ADD(&l->ir->structs, s);
    global_new(l, "CoverageCounts", "coverage_counts", NULL);
    return arena_format(", .counts = coverage_counts.of, .count_len = %d", count);
}
