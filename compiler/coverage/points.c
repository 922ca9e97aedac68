/*
 * points.c - one walk over the bodies of functions, then of methods of classes, apps and stages.
 *
 * The points of a construct come before those of what stands in it. No two points have the same
 * file, byte and branch id. Most kinds have fixed branch ids; but where several constructs begin
 * with the same byte, as the two "!" in a()!.b()! do, the later ones take the next ids that are
 * free: plus 2, as often as needed.
 *
 * A file that is read twice, for two modules, is one file here, and its constructs have their
 * points once. So there is at most one FunctionEntry for a line and a function name.
 */
#include "compiler/coverage/points.h"

#include <string.h>

#include "compiler/base/hash.h"
#include "compiler/base/path.h"
#include "compiler/check/walk.h"

/* A construct. Zeroed before it is filled in: keys are compared as bytes. */
typedef struct PlaceKey { int file, kind, arm; uint32_t start, end; } PlaceKey;
typedef struct Place { PlaceKey key; int point; UT_hash_handle hh; } Place;

typedef struct IdentityKey { int file, branch; uint32_t offset; } IdentityKey;
typedef struct Identity { IdentityKey key; UT_hash_handle hh; } Identity;

struct Points {
    CoverageMap map;
    int        *file_ids;                 /* by SourceFile.order; -1: it is not counted */
    Place      *places;
    Identity   *identities;
};

typedef struct Collector {
    Walk    walk;
    Points *points;
    Name    function;                     /* whose body is walked */
} Collector;

/* ---- Adding ---- */

static PlaceKey place_key(const Points *points, PointKind kind, int arm, Span span)
{
    PlaceKey key;
    memset(&key, 0, sizeof key);
    key.file  = points->file_ids[span.file->order];
    key.kind  = (int)kind;
    key.arm   = arm;
    key.start = span.start;
    key.end   = span.end;
    return key;
}

static Place *find_place(const Points *points, const PlaceKey *key)
{
    Place *found;
    HASH_FIND(hh, points->places, key, sizeof *key, found);
    return found;
}

/* The first free branch id at that byte: wanted, wanted + 2, .. It is then taken. */
static int take_branch(Points *points, int file, uint32_t offset, int wanted)
{
    for (int branch = wanted;; branch += 2) {
        Identity   *found;
        IdentityKey key;
        memset(&key, 0, sizeof key);
        key.file   = file;
        key.offset = offset;
        key.branch = branch;
        HASH_FIND(hh, points->identities, &key, sizeof key, found);
        if (found)
            continue;
        Identity *added = ARENA_NEW(Identity);
        added->key = key;
        HASH_ADD(hh, points->identities, key, sizeof added->key, added);
        return branch;
    }
}

static void add(Collector *c, PointKind kind, int arm, Span span, int branch)
{
    Points  *points = c->points;
    PlaceKey key    = place_key(points, kind, arm, span);
    if (find_place(points, &key))
        return;
    Place *place = ARENA_NEW(Place);
    place->key   = key;
    place->point = points->map.points.count;
    HASH_ADD(hh, points->places, key, sizeof place->key, place);
    Point p = {.file = key.file, .offset = span.start, .kind = kind, .arm = arm,
               .function = c->function};
    p.branch = take_branch(points, key.file, span.start, branch);
    source_locate(span.file, span.start, &p.line, &p.column);
    source_locate(span.file, span.end, &p.end_line, &p.end_column);
    LIST_ADD(&points->map.points, p);
}

/* ---- Constructs ---- */

static void add_branches(Collector *c, const Expr *cond, const Block *then, const Block *otherwise)
{
    add(c, POINT_BRANCH_THEN, 0, then->span, 1);
    if (otherwise)
        add(c, POINT_BRANCH_ELSE, 0, otherwise->span, 1);
    else
        add(c, POINT_BRANCH_ELSE, 0, cond->span, 2);
}

static void add_arms(Collector *c, const MatchArm *arms, int count)
{
    for (int i = 0; i < count; i++)
        add(c, POINT_MATCH_ARM, i, arms[i].block ? arms[i].block->span : arms[i].value->span, 1);
}

static bool visit_expr(Walk *w, Expr *e)
{
    Collector *c = (Collector *)w;
    if (e->kind == EXPR_IF) {
        add_branches(c, e->if_.cond, e->if_.then, e->if_.otherwise);
    } else if (e->kind == EXPR_MATCH) {
        add_arms(c, e->match.arms.items, e->match.arms.count);
    } else if (e->kind == EXPR_UNWRAP) {
        add(c, POINT_NULL_PROP_NULL, 0, e->unwrap.operand->span, 1);
        add(c, POINT_NULL_PROP_VALUE, 0, e->unwrap.operand->span, 2);
    } else if (e->kind == EXPR_PROPAGATE) {
        add(c, POINT_ERROR_PROP_ERROR, 0, e->propagate.call->span, 1);
        add(c, POINT_ERROR_PROP_SUCCESS, 0, e->propagate.call->span, 2);
    }
    return true;
}

static bool visit_stmt(Walk *w, Stmt *s)
{
    Collector *c = (Collector *)w;
    add(c, POINT_STATEMENT, 0, s->span, 0);
    if (s->kind == STMT_IF)
        add_branches(c, s->if_.cond, s->if_.then, s->if_.otherwise);
    else if (s->kind == STMT_WHILE)
        add(c, POINT_LOOP_ENTRY, 0, s->while_.body->span, 1);
    else if (s->kind == STMT_LOOP)
        add(c, POINT_LOOP_ENTRY, 0, s->loop.body->span, 1);
    else if (s->kind == STMT_FOR)
        add(c, POINT_LOOP_ENTRY, 0, s->for_.body->span, 1);
    else if (s->kind == STMT_MATCH)
        add_arms(c, s->match.arms.items, s->match.arms.count);
    return true;
}

/* ---- Functions ---- */

/* owner: of a method; NULL: it is a function. */
static void add_function(Collector *c, const FuncDecl *f, const Ident *owner)
{
    if (f->body == NULL || c->points->file_ids[f->name.span.file->order] < 0)
        return;
    c->function = owner ? intern_text(arena_format("%s.%s", owner->name, f->name.name))
                        : f->name.name;
    add(c, POINT_FUNCTION_ENTRY, 0, f->name.span, 0);
    walk_block(&c->walk, f->body);
}

static void add_apps(Collector *c, const Module *m, bool stages)
{
    for (int i = 0; i < m->apps.count; i++) {
        const AppDecl *app = m->apps.items[i];
        for (int j = 0; app->is_stage == stages && j < app->methods.count; j++)
            add_function(c, app->methods.items[j], &app->name);
    }
}

static void add_functions(Collector *c, const Module *m)
{
    for (int i = 0; i < m->funcs.count; i++)
        add_function(c, m->funcs.items[i], NULL);
    for (int i = 0; i < m->classes.count; i++) {
        const ClassDecl *cls = m->classes.items[i];
        for (int j = 0; j < cls->methods.count; j++)
            add_function(c, cls->methods.items[j], &cls->name);
    }
    add_apps(c, m, false);
    add_apps(c, m, true);
}

static bool is_library(const SourceFile *file)
{
    return file->module && file->module->library;
}

/* Files with the same path have the same id. */
static void number_files(Points *points, const Module *m)
{
    size_t       size  = (size_t)(m->files.count + 1);
    const char **reals = arena_alloc(size * sizeof *reals);
    points->file_ids   = arena_alloc(size * sizeof *points->file_ids);
    for (int i = 0; i < m->files.count; i++) {
        const SourceFile *file = m->files.items[i];
        int               same = 0;
        reals[i] = path_real(file->path);
        while (reals[same] != reals[i])
            same++;
        points->file_ids[i] = same < i ? points->file_ids[same] : points->map.files.count;
        if (is_library(file))
            points->file_ids[i] = -1;
        else if (same == i)
            LIST_ADD(&points->map.files, file->path);
    }
}

/* ---- The points ---- */

const Points *points_of(const Module *m)
{
    Points   *points = ARENA_NEW(Points);
    Collector c      = {.walk = {.expr = visit_expr, .stmt = visit_stmt}, .points = points};
    number_files(points, m);
    add_functions(&c, m);
    return points;
}

const CoverageMap *points_map(const Points *points)
{
    return &points->map;
}

int points_find(const Points *points, PointKind kind, int arm, Span span)
{
    if (span.file == NULL)
        return -1;
    PlaceKey     key   = place_key(points, kind, arm, span);
    const Place *place = find_place(points, &key);
    return place ? place->point : -1;
}
