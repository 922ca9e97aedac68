/*
 * page.c - one function per element; what is Markdown already is printed as it is.
 */
#include "compiler/tools/page.h"

#include <string.h>

static void print_escaped(FILE *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default:  fputc(text[i], out); break;
        }
    }
}

static void print_text(FILE *out, const char *text)
{
    print_escaped(out, text, strlen(text));
}

void page_begin(const Page *p, const char *title)
{
    if (p->html) {
        fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
              p->out);
        print_text(p->out, title);
        fputs("</title>\n<style>\nbody { max-width: 50em; margin: 2em auto; padding: 0 1em;"
              " font-family: sans-serif; line-height: 1.4 }\n"
              "pre { background: #f4f4f4; padding: 0.6em; overflow-x: auto }\n"
              "</style>\n</head>\n<body>\n", p->out);
    }
    page_heading(p, 1, title);
}

void page_heading(const Page *p, int level, const char *text)
{
    if (p->html) {
        fprintf(p->out, "<h%d>", level);
        print_text(p->out, text);
        fprintf(p->out, "</h%d>\n", level);
        return;
    }
    fprintf(p->out, "%s%.*s %s\n", level > 1 ? "\n" : "", level, "######", text);
}

void page_code(const Page *p, const char *code)
{
    if (!p->html) {
        fprintf(p->out, "\n```pluto\n%s\n```\n", code);
        return;
    }
    fputs("<pre><code>", p->out);
    print_text(p->out, code);
    fputs("</code></pre>\n", p->out);
}

/* ---- Text in HTML ---- */

typedef enum { IN_NOTHING, IN_PARAGRAPH, IN_LIST, IN_CODE } TextState;

static TextState end_state(FILE *out, TextState state)
{
    static const char *const ends[] = {"", "</p>\n", "</li>\n</ul>\n", "</code></pre>\n"};
    fputs(ends[state], out);
    return IN_NOTHING;
}

/* `code` is marked; a backtick without partner stays. */
static void print_inline(FILE *out, const char *line, size_t len)
{
    const char *end = line + len;
    while (line < end) {
        const char *open  = memchr(line, '`', (size_t)(end - line));
        const char *close = open ? memchr(open + 1, '`', (size_t)(end - open - 1)) : NULL;
        if (close == NULL)
            break;
        print_escaped(out, line, (size_t)(open - line));
        fputs("<code>", out);
        print_escaped(out, open + 1, (size_t)(close - open - 1));
        fputs("</code>", out);
        line = close + 1;
    }
    print_escaped(out, line, (size_t)(end - line));
}

static TextState print_html_line(FILE *out, const char *line, size_t len, TextState state)
{
    bool fence = len >= 3 && memcmp(line, "```", 3) == 0;
    if (state == IN_CODE) {
        if (fence)
            return end_state(out, state);
        print_escaped(out, line, len);
        fputc('\n', out);
        return state;
    }
    if (fence) {
        end_state(out, state);
        fputs("<pre><code>", out);
        return IN_CODE;
    }
    if (len == 0)
        return end_state(out, state);
    if (len > 2 && (line[0] == '*' || line[0] == '-') && line[1] == ' ') {
        if (state != IN_LIST)
            end_state(out, state);
        fputs(state == IN_LIST ? "</li>\n<li>" : "<ul>\n<li>", out);
        print_inline(out, line + 2, len - 2);
        return IN_LIST;
    }
    fputs(state == IN_NOTHING ? "<p>" : "\n", out);
    print_inline(out, line, len);
    return state == IN_NOTHING ? IN_PARAGRAPH : state;
}

void page_text(const Page *p, const char *text)
{
    if (text == NULL)
        return;
    if (!p->html) {
        fprintf(p->out, "\n%s\n", text);
        return;
    }
    TextState state = IN_NOTHING;
    while (*text) {
        size_t len = strcspn(text, "\n");
        state = print_html_line(p->out, text, len, state);
        text += len + (text[len] == '\n');
    }
    end_state(p->out, state);
}

void page_end(const Page *p)
{
    if (p->html)
        fputs("</body>\n</html>\n", p->out);
}
