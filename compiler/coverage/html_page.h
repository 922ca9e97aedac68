/*
 * html_page.h - the page of the HTML report, but for its data.
 *
 * Between the two stands a JSON object in which no "<" is left as it is, with the members of the
 * JSON report, and:
 *   sources    texts of source files by path; those that are gone are missing
 *   branches   by path: arrays [line, label, count]
 */
#ifndef PLUTO_COVERAGE_HTML_PAGE_H
#define PLUTO_COVERAGE_HTML_PAGE_H

extern const char html_before[], html_after[];

#endif
