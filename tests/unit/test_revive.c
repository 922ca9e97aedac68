/*
 * test_revive.c - what is brought back at the end of marking is whole, and goes like any other
 * object when nobody brings it back any more.
 *
 * The tests know the objects by their complements, which the collector does not take for pointers.
 */
#include "gc/roots.h"

#include <stdlib.h>
#include <string.h>

#include "gc/heap.h"
#include "runtime/task/context.h"
#include "tests/unit/check_main.h"

enum { LARGE = 300 * 1024, NODES = 300 * 1000, VICTIMS = 50, FEW = 5 };

static HeapCache *cache;
static uintptr_t  hidden[VICTIMS];           /* ~address; 0: none */
static bool       reviving;
static int        were_marked, released;

/* ---- The runtime's part ---- */

static void *no_stack(const void *sp)
{
    (void)sp;
    return NULL;
}

static void no_roots(void) {}

static void after_mark(void)
{
    were_marked = 0;
    for (int i = 0; i < VICTIMS; i++)
        if (hidden[i] != 0)
            were_marked += heap_is_marked((void *)~hidden[i]);
    for (int i = 0; i < VICTIMS; i++)
        if (hidden[i] != 0 && reviving)
            heap_revive((void *)~hidden[i]);
}

static const RootHooks hooks = { no_stack, no_roots, after_mark };

static void start(void)
{
    heap_init();
    cache = heap_attach();
    roots_install(&hooks);
    roots_thread_enter();
}

static __attribute__((noinline)) void scrub(void)
{
    volatile char dead[32 * 1024];
    for (size_t i = 0; i < sizeof dead; i++)
        dead[i] = 0;
}

static void collect(void)
{
    scrub();
    heap_collect();
}

/* Hands out again what was reclaimed, and overwrites it. */
static void overwrite(void)
{
    for (int i = 0; i < 20000; i++)
        for (size_t size = 16; size <= 64; size += 16)
            memset((char *)heap_alloc(cache, HEAP_PTR0, size) + 8, 'x', size - 8);
    for (int i = 0; i < 20; i++)
        memset((char *)heap_alloc(cache, HEAP_PTR0, LARGE) + 8, 'x', LARGE - 8);
}

/* ---- A victim of every kind ---- */

typedef struct Thing { HeapManaged head; void *content; } Thing;

static void mark_thing(const void *obj, HeapMarker *m) { heap_mark(m, ((const Thing *)obj)->content); }

static void release_thing(void *obj)
{
    (void)obj;
    released++;
}

static const HeapClass thing_class = { "thing", mark_thing, release_thing };

static char *text(const char *words)
{
    char *t = heap_alloc(cache, HEAP_PTR0, 48);
    memset(t, 0, 48);
    strcpy(t + 8, words);
    return t;
}

/* victim, PTR2: to a large object, whose last word leads to a managed one, whose content is a text;
 * and into the middle of an object, whose last word leads to another. */
static __attribute__((noinline)) uintptr_t make_victim(void)
{
    void **victim = heap_alloc(cache, HEAP_PTR2, 16);
    victim[0] = victim[1] = NULL;
    void **large = heap_alloc(cache, HEAP_ALL, LARGE);
    large[0]  = NULL;
    victim[0] = large;
    Thing *thing = heap_alloc(cache, HEAP_MANAGED, sizeof *thing);
    large[LARGE / 8 - 1] = thing;
    heap_set_class(thing, &thing_class);
    thing->content = text("in a thing");
    void **inner = heap_alloc(cache, HEAP_ALL, 64);
    inner[0]  = NULL;
    victim[1] = (char *)inner + 24;
    inner[7]  = text("in an object");
    return ~(uintptr_t)victim;
}

static __attribute__((noinline)) void assert_whole(uintptr_t complement)
{
    void **victim = (void **)~complement;
    void **large  = victim[0];
    Thing *thing  = large[LARGE / 8 - 1];
    void **inner  = (void **)((char *)victim[1] - 24);
    ck_assert_str_eq((char *)thing->content + 8, "in a thing");
    ck_assert_str_eq((char *)inner[7] + 8, "in an object");
}

/* _i: one or more marking threads. */
START_TEST(what_is_revived_is_whole)
{
    setenv("PLUTO_GC_MARKERS", _i == 0 ? "1" : _i == 1 ? "2" : "4", 1);
    start();
    reviving = true;
    for (int i = 0; i < VICTIMS; i++)
        hidden[i] = make_victim();
    for (int round = 0; round < 3; round++) {
        collect();
        ck_assert_int_le(were_marked, FEW);
        overwrite();
        for (int i = 0; i < VICTIMS; i++)
            assert_whole(hidden[i]);
    }
    ck_assert_int_eq(released, 0);
}
END_TEST

START_TEST(what_is_not_revived_again_goes)
{
    start();
    reviving = true;
    for (int i = 0; i < VICTIMS; i++)
        hidden[i] = make_victim();
    collect();
    ck_assert_int_eq(released, 0);
    memset(hidden, 0, sizeof hidden);
    collect();
    collect();
    ck_assert_int_ge(released, VICTIMS - FEW);
    ck_assert_int_le(released, VICTIMS);
}
END_TEST

/* Collections that allocation starts, and swept late. */
START_TEST(allocation_may_start_the_collection)
{
    setenv("PLUTO_GC_THRESHOLD", "64K", 1);
    start();
    reviving = true;
    for (int i = 0; i < VICTIMS; i++)
        hidden[i] = make_victim();
    size_t before = heap_collections();
    for (int round = 0; round < 10; round++)
        overwrite();
    ck_assert_uint_gt(heap_collections(), before + 10);
    for (int i = 0; i < VICTIMS; i++)
        assert_whole(hidden[i]);
    ck_assert_int_eq(released, 0);
}
END_TEST

static __attribute__((noinline)) uintptr_t make_list(void)
{
    void **list = NULL;
    for (int64_t i = 0; i < NODES; i++) {
        void **node = heap_alloc(cache, HEAP_PTR1, 16);
        node[0] = list;
        node[1] = (void *)i;
        list    = node;
    }
    return ~(uintptr_t)list;
}

/* A wide one: every word leads to an object. */
static __attribute__((noinline)) uintptr_t make_fan(void)
{
    void **fan = heap_alloc(cache, HEAP_ALL, NODES * sizeof *fan);
    fan[0] = NULL;
    for (int64_t i = 0; i < NODES; i++) {
        fan[i] = heap_alloc(cache, HEAP_PTR1, 16);
        ((void **)fan[i])[0] = NULL;
        ((void **)fan[i])[1] = (void *)i;
    }
    return ~(uintptr_t)fan;
}

START_TEST(long_lists_and_wide_fans_are_revived)
{
    start();
    reviving  = true;
    hidden[0] = make_list();
    hidden[1] = make_fan();
    collect();
    overwrite();
    int64_t i = NODES;
    for (void **node = (void **)~hidden[0]; node != NULL; node = node[0])
        ck_assert_int_eq((int64_t)node[1], --i);
    ck_assert_int_eq(i, 0);
    void **fan = (void **)~hidden[1];
    for (i = 0; i < NODES; i++)
        ck_assert_int_eq((int64_t)((void **)fan[i])[1], i);
}
END_TEST

static Suite *suite(void)
{
    Suite *s           = suite_create("revive");
    TCase *revive_case = tcase_create("revive");
    tcase_set_timeout(revive_case, 60);
    if (!CONTEXT_ASAN && !CONTEXT_TSAN) {    /* sanitizer builds have no collector */
        tcase_add_loop_test(revive_case, what_is_revived_is_whole, 0, 3);
        tcase_add_test(revive_case, what_is_not_revived_again_goes);
        tcase_add_test(revive_case, allocation_may_start_the_collection);
        tcase_add_test(revive_case, long_lists_and_wide_fans_are_revived);
    }
    suite_add_tcase(s, revive_case);
    return s;
}

int main(void) { return check_run(suite()); }
