/*
 * map.c - the map as JSON. A point is an object of numbers and texts; a MatchArm's kind has its
 * index with it: {"MatchArm": 2}.
 */
#include "compiler/coverage/map.h"

#include <string.h>

#include "compiler/base/arena.h"
#include "compiler/base/json.h"
#include "compiler/base/json_read.h"

static const char *const kind_names[] = {
    [POINT_FUNCTION_ENTRY]     = "FunctionEntry",
    [POINT_STATEMENT]          = "Statement",
    [POINT_BRANCH_THEN]        = "BranchThen",
    [POINT_BRANCH_ELSE]        = "BranchElse",
    [POINT_LOOP_ENTRY]         = "LoopEntry",
    [POINT_MATCH_ARM]          = "MatchArm",
    [POINT_NULL_PROP_NULL]     = "NullPropNull",
    [POINT_NULL_PROP_VALUE]    = "NullPropValue",
    [POINT_ERROR_PROP_ERROR]   = "ErrorPropError",
    [POINT_ERROR_PROP_SUCCESS] = "ErrorPropSuccess",
};
enum { KINDS = sizeof kind_names / sizeof *kind_names };

const char *point_kind_name(PointKind kind)
{
    return kind_names[kind];
}

/* ---- Writing ---- */

static void write_point(const Point *p, int id, FILE *out)
{
    fprintf(out, "{\"id\": %d, \"file_id\": %d, \"byte_offset\": %u, \"line\": %u, \"column\": %u, "
            "\"end_line\": %u, \"end_column\": %u, \"kind\": ", id, p->file, p->offset, p->line,
            p->column, p->end_line, p->end_column);
    if (p->kind == POINT_MATCH_ARM)
        fprintf(out, "{\"MatchArm\": %d}", p->arm);
    else
        fprintf(out, "\"%s\"", kind_names[p->kind]);
    fputs(", \"function_name\": ", out);
    json_string(out, p->function);
    fprintf(out, ", \"branch_id\": %d}", p->branch);
}

void map_write(const CoverageMap *map, FILE *out)
{
    fputs("{\n\"points\": [", out);
    for (int i = 0; i < map->points.count; i++) {
        fputs(i ? ",\n" : "\n", out);
        write_point(&map->points.items[i], i, out);
    }
    fputs("\n],\n\"files\": [", out);
    for (int i = 0; i < map->files.count; i++) {
        fprintf(out, "%s{\"id\": %d, \"path\": ", i ? ",\n" : "\n", i);
        json_string(out, map->files.items[i]);
        fputs("}", out);
    }
    fputs("\n]\n}\n", out);
}

/* ---- Reading ---- */

typedef struct MapReader {
    const SourceFile *file;
    const char       *why;                /* the first thing that is wrong; NULL: nothing so far */
} MapReader;

static void complain(MapReader *r, uint32_t at, const char *what)
{
    uint32_t line, column;
    if (r->why)
        return;
    source_locate(r->file, at, &line, &column);
    r->why = arena_format("%s:%u:%u: %s", r->file->path, line, column, what);
}

/* NULL after a complaint. */
static const JsonValue *member(MapReader *r, const JsonValue *object, const char *name)
{
    const JsonValue *v = json_member(object, name);
    if (v == NULL)
        complain(r, object->start, arena_format("expected an object with \"%s\"", name));
    return v;
}

/* A number from least to most; least after a complaint. */
static uint32_t number(MapReader *r, const JsonValue *object, const char *name, uint32_t least,
                       uint32_t most)
{
    const JsonValue *v = member(r, object, name);
    if (v && v->kind == JSON_INT && v->integer >= least && v->integer <= most)
        return (uint32_t)v->integer;
    if (v)
        complain(r, v->start, arena_format("\"%s\" should be a number from %u to %u", name, least,
                                           most));
    return least;
}

static const char *text(MapReader *r, const JsonValue *object, const char *name)
{
    const JsonValue *v = member(r, object, name);
    if (v && v->kind == JSON_STRING)
        return intern_text(v->string.bytes);
    if (v)
        complain(r, v->start, arena_format("\"%s\" should be a text", name));
    return "";
}

static const JsonValue *array(MapReader *r, const JsonValue *object, const char *name)
{
    static const JsonValue empty = {.kind = JSON_ARRAY};
    const JsonValue *v = member(r, object, name);
    if (v && v->kind == JSON_ARRAY)
        return v;
    if (v)
        complain(r, v->start, arena_format("\"%s\" should be an array", name));
    return &empty;
}

static void read_kind(MapReader *r, const JsonValue *object, Point *p)
{
    const JsonValue *v = member(r, object, "kind");
    if (v == NULL)
        return;
    if (json_member(v, "MatchArm")) {
        p->kind = POINT_MATCH_ARM;
        p->arm  = (int)number(r, v, "MatchArm", 0, INT32_MAX);
        return;
    }
    for (int i = 0; i < KINDS && v->kind == JSON_STRING; i++)
        if (i != POINT_MATCH_ARM && strcmp(kind_names[i], v->string.bytes) == 0) {
            p->kind = (PointKind)i;
            return;
        }
    complain(r, v->start, "this is no kind of point");
}

static void read_point(MapReader *r, CoverageMap *map, const JsonValue *v)
{
    Point    p  = {0};
    uint32_t id = (uint32_t)map->points.count;
    number(r, v, "id", id, id);
    if (map->files.count == 0)
        complain(r, v->start, "a point without a file");
    else
        p.file = (int)number(r, v, "file_id", 0, (uint32_t)map->files.count - 1);
    p.offset     = number(r, v, "byte_offset", 0, UINT32_MAX);
    p.line       = number(r, v, "line", 1, UINT32_MAX);
    p.column     = number(r, v, "column", 1, UINT32_MAX);
    p.end_line   = number(r, v, "end_line", 1, UINT32_MAX);
    p.end_column = number(r, v, "end_column", 1, UINT32_MAX);
    p.function   = text(r, v, "function_name");
    p.branch     = (int)number(r, v, "branch_id", 0, INT32_MAX);
    read_kind(r, v, &p);
    LIST_ADD(&map->points, p);
}

static void read_file(MapReader *r, CoverageMap *map, const JsonValue *v)
{
    uint32_t id = (uint32_t)map->files.count;
    number(r, v, "id", id, id);
    LIST_ADD(&map->files, text(r, v, "path"));
}

const CoverageMap *map_read(const char *path, const char **why)
{
    uint32_t     at;
    CoverageMap *map  = ARENA_NEW(CoverageMap);
    MapReader    r    = {.file = source_read(path, why)};
    if (r.file == NULL) {
        *why = arena_format("cannot read %s: %s", path, *why);
        return NULL;
    }
    const JsonValue *whole = json_parse(r.file, why, &at);
    if (whole == NULL) {
        complain(&r, at, *why);
        *why = r.why;
        return NULL;
    }
    const JsonValue *files = array(&r, whole, "files"), *points = array(&r, whole, "points");
    for (int i = 0; i < files->items.count && r.why == NULL; i++)
        read_file(&r, map, files->items.items[i]);
    for (int i = 0; i < points->items.count && r.why == NULL; i++)
        read_point(&r, map, points->items.items[i]);
    *why = r.why;
    return r.why ? NULL : map;
}
