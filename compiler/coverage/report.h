/*
 * report.h - the coverage of a program for people and for tools, a format to a file.
 */
#ifndef PLUTO_COVERAGE_REPORT_H
#define PLUTO_COVERAGE_REPORT_H

#include "compiler/coverage/summary.h"

/* folder: where map and data are. */
void report_terminal(const Coverage *c, const char *folder, FILE *out);
void report_lcov(const Coverage *c, FILE *out);
void report_json(const Coverage *c, FILE *out);

/* One page that needs nothing else. Source files that are gone are shown without their text. */
void report_html(const Coverage *c, FILE *out);

/* The members of the object that report_json prints, without the braces around them. */
void report_json_members(const Coverage *c, FILE *out);

/* "then", "arm 2", "error passed on": what a branch point counts. */
const char *branch_label(const Point *p);

#endif
