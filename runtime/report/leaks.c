#include "runtime/report/leaks.h"

#include <inttypes.h>

#include "runtime/base/write.h"
#include "runtime/report/groups.h"
#include "runtime/value/print.h"

enum { LINE = 1024 };

static TaskGroups cancelled, at_end;

void leaks_count(TaskSync *s) { groups_add(&cancelled, s); }
void leaks_count_at_end(TaskSync *s) { groups_add(&at_end, s); }

static void write_text(Text *t)
{
    rt_write_all(2, t->bytes, t->len);
    t->len = 0;
}

static void print(TaskGroups *g, const char *one, const char *many)
{
    char bytes[LINE];
    Text line = {bytes, 0, sizeof bytes};
    if (g->total == 0)
        return;
    text_add(&line, "pluto: %" PRId64 " %s\n", g->total, g->total == 1 ? one : many);
    write_text(&line);
    groups_sort(g);
    for (uint32_t i = 0; i < g->used; i++) {
        groups_describe(&g->group[i], false, &line);
        write_text(&line);
    }
    if (g->others > 0)
        text_add(&line, "  %" PRId64 " others\n", g->others);
    write_text(&line);
}

void leaks_print(void)
{
    rt_print_flush();
    print(&cancelled, "leaked task was cancelled: nothing could ever have woken it",
          "leaked tasks were cancelled: nothing could ever have woken them");
    print(&at_end, "task still waited at the end, and nothing could have woken it",
          "tasks still waited at the end, and nothing could have woken them");
}
