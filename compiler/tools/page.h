/*
 * page.h - a page of documentation, as Markdown or as HTML.
 *
 * Texts of comments come as their writer wrote them: paragraphs with Markdown in them. In HTML
 * paragraphs, lists and `code` are recognised; the rest is text.
 */
#ifndef PLUTO_PAGE_H
#define PLUTO_PAGE_H

#include <stdbool.h>
#include <stdio.h>

typedef struct Page {
    FILE *out;
    bool  html;
} Page;

void page_begin(const Page *p, const char *title);
void page_heading(const Page *p, int level, const char *text);
void page_text(const Page *p, const char *text);           /* NULL: nothing */
void page_code(const Page *p, const char *code);
void page_end(const Page *p);

#endif
