/*
 * points.h - the points of a program: where it is counted, and how the points are found again.
 *
 * They are made from the tree as it was parsed, of all files, so a generic function has its points
 * once. Instances are copies of its syntax with the places of the original, and count there; so do
 * methods that stages inherit. What is no function or method of a class, app or stage has no
 * points: test blocks, default methods of traits, contracts. Nor has the standard library, which
 * belongs to the compiler and not to the program.
 */
#ifndef PLUTO_COVERAGE_POINTS_H
#define PLUTO_COVERAGE_POINTS_H

#include "compiler/coverage/map.h"

typedef struct Points Points;

/* Of a whole program, fresh from modules_load. */
const Points *points_of(const Module *module);

const CoverageMap *points_map(const Points *points);

/* The number of the point of that kind at what has this span; -1: there is none. arm: as in
 * Point. */
int points_find(const Points *points, PointKind kind, int arm, Span span);

#endif
