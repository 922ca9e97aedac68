/*
 * test_heap.c - the heap as its users see it: gc/heap.h, on either heap, and gc/report.c.
 *
 * The witness is a Probe, a managed object that counts its releases under its number. Stacks are
 * scanned conservatively, so a test that wants objects dead makes many, in a function of its own,
 * and allows for a few survivors (FEW); a test that wants them alive allows for none.
 */
#define _GNU_SOURCE
#include "gc/heap.h"
#include "tests/unit/check_main.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROBES = 20000, FEW = 20 };

static HeapCache *cache;
static void     **table;                    /* a large ALL object: what a test keeps alive */

/* ---- Probes ---- */

typedef struct Probe {
    HeapManaged head;
    size_t      number;
    void       *ref;
} Probe;

static int    releases[PROBES];             /* per number */
static size_t next_number;

static void probe_mark(const void *obj, HeapMarker *m)
{
    heap_mark(m, ((const Probe *)obj)->ref);
}

static void probe_release(void *obj)
{
    __atomic_fetch_add(&releases[((Probe *)obj)->number], 1, __ATOMIC_RELAXED);
}

static const HeapClass probe_class = { "probe", probe_mark, probe_release };

static Probe *probe_new_sized(void *ref, size_t size)
{
    Probe *p = heap_alloc(cache, HEAP_MANAGED, size);
    p->number = next_number++;
    p->ref = ref;
    heap_set_class(p, &probe_class);
    return p;
}

static Probe *probe_new(void *ref)
{
    return probe_new_sized(ref, sizeof(Probe));
}

/* How many of the probes [from, to) were released; fails when one was released twice. */
static size_t count_released(size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        ck_assert_msg(releases[i] <= 1, "probe %zu was released %d times", i, releases[i]);
        n += releases[i] == 1;
    }
    return n;
}

/* Overwrites old stack frames, so that they keep nothing alive. */
static __attribute__((noinline)) void forget_stack(void)
{
    char old[8192];
    memset(old, 0, sizeof old);
    __asm__ volatile("" : : "r"(old) : "memory");
}

static void collect(void)
{
    forget_stack();
    heap_collect();
}

/* ---- Fixtures ---- */

static void start(void)
{
    heap_init();
    cache = heap_attach();
    table = heap_alloc_large(HEAP_ALL, PROBES * sizeof(void *));
}

static void start_with(const char *variable, const char *value)
{
    setenv(variable, value, 1);
    start();
}

/* A test of the collector proves nothing on the system heap (valgrind, sanitizer builds). */
#define ONLY_COLLECTED()      \
    do {                      \
        if (heap_is_system()) \
            return;           \
    } while (0)

/* ---- What keeps an object alive ---- */

/* Fills table[0 .. count) with containers of the kind; word number `word` points to a probe. */
static __attribute__((noinline)) void fill_table(HeapKind kind, size_t size, size_t word,
                                                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void **container = heap_alloc(cache, kind, size);
        container[0] = NULL;
        container[word] = probe_new(NULL);
        table[i] = container;
    }
}

static __attribute__((noinline)) void clear_table(void)
{
    memset(table, 0, PROBES * sizeof(void *));
}

START_TEST(all_scans_the_last_word_at_every_size)
{
    ONLY_COLLECTED();
    for (size_t size = 16; size <= 2 * HEAP_SMALL_MAX; size += 16) {
        size_t first = next_number;
        fill_table(HEAP_ALL, size, size / 8 - 1, 100);
        collect();
        collect();
        ck_assert_msg(count_released(first, next_number) == 0, "size %zu", size);
        clear_table();
        collect();
        ck_assert_uint_ge(count_released(first, next_number), 100 - FEW);
    }
}
END_TEST

START_TEST(ptr_kinds_scan_their_pointer_words_and_no_more)
{
    ONLY_COLLECTED();
    for (HeapKind kind = HEAP_PTR0; kind <= HEAP_PTR4; kind++) {
        size_t pointers = kind == HEAP_PTR0 ? 1 : (size_t)(kind - HEAP_PTR0);
        for (size_t word = 0; word < 6; word++) {
            size_t first = next_number;
            fill_table(kind, 48, word, 100);
            collect();
            size_t dead = count_released(first, next_number);
            if (word < pointers)
                ck_assert_msg(dead == 0, "kind %d, word %zu", kind, word);
            else
                ck_assert_msg(dead >= 100 - FEW, "kind %d, word %zu", kind, word);
            clear_table();
        }
    }
}
END_TEST

/* The objects of a cache's list are reached through their neighbours. If they were not, the
 * collector would hand them out a second time. */
START_TEST(free_objects_survive_in_their_list)
{
    ONLY_COLLECTED();
    enum { COUNT = 5000 };
    HeapKind kind = (HeapKind)_i;
    for (size_t size = 32; size <= HEAP_SMALL_MAX; size += 160) {
        for (size_t i = 0; i < COUNT; i++) {
            size_t *obj = heap_alloc(cache, kind, size);
            obj[0] = 0;                         /* cuts it off from the list */
            obj[2] = i;                         /* word 1 stays 0: a free managed object */
            table[i] = obj;
            if (i % 101 == 0)                   /* somewhere in a block */
                collect();
        }
        for (size_t i = 0; i < COUNT; i++)
            ck_assert_msg(((size_t *)table[i])[2] == i, "object %zu was handed out twice", i);
        clear_table();
    }
}
END_TEST

/* From the first collection on, not only when the heap is used up. */
START_TEST(freed_memory_is_handed_out_again)
{
    ONLY_COLLECTED();
    for (HeapKind kind = HEAP_PTR0; kind < HEAP_KINDS; kind++) {
        for (size_t i = 0; i < 4096; i++) {                     /* every other one stays */
            size_t *obj = heap_alloc(cache, kind, 64);
            obj[0] = 0;
            if (i % 2 == 0)
                table[i] = obj;
        }
        collect();
        size_t before = heap_used();
        for (size_t i = 0; i < 1000; i++)
            *(size_t *)heap_alloc(cache, kind, 64) = 0;
        ck_assert_msg(heap_used() <= before, "kind %d", kind);
    }
}
END_TEST

/* ---- Managed objects ---- */

static __attribute__((noinline)) void make_garbage_probes(size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++)
        probe_new_sized(NULL, size);
}

START_TEST(unreachable_objects_are_released_exactly_once)
{
    ONLY_COLLECTED();
    make_garbage_probes(10000, sizeof(Probe));
    for (int i = 0; i < 5; i++)
        collect();
    ck_assert_uint_ge(count_released(0, 10000), 10000 - FEW);
    make_garbage_probes(5000, sizeof(Probe));               /* reuses what was released */
    heap_fini();
    ck_assert_uint_ge(count_released(0, 15000), 15000 - FEW);
}
END_TEST

/* libgc does not sweep a block that is mostly live. */
START_TEST(what_is_dead_among_the_living_is_released)
{
    ONLY_COLLECTED();
    for (size_t i = 0; i < 6400; i++) {
        Probe *p = probe_new_sized(NULL, 64);
        if (i % 64 != 0)
            table[i] = p;
    }
    collect();
    size_t dead = 0;
    for (size_t i = 0; i < 6400; i++) {
        ck_assert_msg(i % 64 == 0 || releases[i] == 0, "probe %zu was alive", i);
        dead += releases[i] == 1;
    }
    ck_assert_uint_ge(dead, 100 - FEW);
}
END_TEST

START_TEST(mark_is_followed)
{
    ONLY_COLLECTED();
    for (size_t i = 0; i < 5000; i++)
        table[i] = probe_new(probe_new(probe_new(NULL)));
    collect();
    collect();
    ck_assert_uint_eq(count_released(0, next_number), 0);
}
END_TEST

/* Without heap_collect, which would look for the dead itself: from the very first object on. */
START_TEST(sweeps_alone_release)
{
    start_with("PLUTO_GC_STRESS", "1");
    ONLY_COLLECTED();
    make_garbage_probes(2000, sizeof(Probe));
    ck_assert_uint_ge(count_released(0, 100), 100 - FEW);
    ck_assert_uint_ge(count_released(0, 2000), 2000 - 2 * 128 - FEW);
}
END_TEST

static __attribute__((noinline)) void make_unready(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Probe *p = heap_alloc(cache, HEAP_MANAGED, sizeof(Probe));
        p->head.heap_link = NULL;
        p->number = 0;
        p->ref = probe_new(NULL);
        table[i] = p;
    }
}

/* Until klass is set, mark does not look at the fields and release is not called. */
START_TEST(objects_without_class_count_as_free)
{
    ONLY_COLLECTED();
    probe_new(NULL);
    table[PROBES - 1] = probe_new(NULL);
    size_t first = next_number;
    make_unready(1000);
    collect();
    ck_assert_uint_ge(count_released(first, next_number), 1000 - FEW);
    clear_table();
    collect();
    collect();
    ck_assert_int_le(releases[0], 1);
}
END_TEST

/* ---- Long ranges ---- */

enum { RANGE_WORDS = 1000000 };

typedef struct Range {
    HeapManaged head;
    void      **words;                      /* malloc'd, like a parked stack */
} Range;

static void range_mark(const void *obj, HeapMarker *m)
{
    const Range *r = obj;
    heap_mark_range(m, r->words, r->words + RANGE_WORDS);
}

static void range_release(void *obj)
{
    free(((Range *)obj)->words);
}

static const HeapClass range_class = { "range", range_mark, range_release };

static __attribute__((noinline)) void *range_new(void)
{
    Range *r = heap_alloc(cache, HEAP_MANAGED, sizeof *r);
    r->words = calloc(RANGE_WORDS, sizeof *r->words);
    heap_set_class(r, &range_class);
    table[0] = r;
    for (size_t i = 0; i < RANGE_WORDS; i++) {
        size_t *leaf = heap_alloc(cache, HEAP_PTR0, 16);
        leaf[0] = 0;
        leaf[1] = i;
        void **node = heap_alloc(cache, HEAP_PTR1, 16);
        node[0] = leaf;
        r->words[i] = (char *)node + 8;     /* an inside pointer */
    }
    return r;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

START_TEST(a_million_words_are_marked_from_one_object)
{
    start_with("PLUTO_GC_MARKERS", _i == 1 ? "1" : "2");
    ONLY_COLLECTED();
    Range *r = range_new();
    for (int round = 0; round < 3; round++) {
        double began = seconds();
        collect();
        double took = seconds() - began;
        if (getenv("VERBOSE") != NULL)
            fprintf(stderr, "%d markers: %.0f ms\n", _i, took * 1e3);
        ck_assert_msg(took < 3, "%.1f s", took);
        for (size_t i = 0; i < RANGE_WORDS; i++) {              /* overwrites what was lost */
            size_t *node = heap_alloc(cache, HEAP_PTR1, 16), *leaf;
            node[0] = 0;
            leaf = heap_alloc(cache, HEAP_PTR0, 16);
            leaf[0] = leaf[1] = ~(size_t)0;
        }
    }
    for (size_t i = 0; i < RANGE_WORDS; i++) {
        size_t **node = (size_t **)((char *)r->words[i] - 8);
        ck_assert_msg(node[0] != NULL && node[0][1] == i, "object %zu was lost", i);
    }
}
END_TEST

/* ---- Contents ---- */

static __attribute__((noinline)) void dirty(HeapKind kind, size_t size, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *obj = heap_alloc(cache, kind, size);
        if (kind == HEAP_MANAGED)
            memset((char *)obj + 16, 0xff, size - 16);
        else
            memset(obj, 0xff, size);
    }
}

START_TEST(objects_are_cleared_as_promised)
{
    static const size_t sizes[] = { 16, 40, 512, 513, 2048, 5000, 300000 };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t size = sizes[s], count = size < 3000 ? 600 : 6;
        for (HeapKind kind = HEAP_PTR1; kind < HEAP_KINDS; kind++) {
            if (size == 16 && kind >= HEAP_PTR3 && kind <= HEAP_PTR4)
                continue;
            dirty(kind, size, count);
            collect();
            for (size_t i = 0; i < count; i++) {
                size_t *obj = heap_alloc(cache, kind, size);
                for (size_t w = 1; w < size / 8; w++)
                    ck_assert_msg(obj[w] == 0, "kind %d, size %zu, word %zu", kind, size, w);
            }
        }
    }
}
END_TEST

START_TEST(large_managed_objects_are_marked_and_released_once)
{
    ONLY_COLLECTED();
    static const size_t sizes[] = { 600, 5000, 200000 };
    for (size_t s = 0; s < 3; s++) {
        size_t first = next_number;
        for (size_t i = 0; i < 100; i++)
            table[i] = probe_new_sized(probe_new(NULL), sizes[s]);
        collect();
        collect();
        ck_assert_uint_eq(count_released(first, next_number), 0);
        clear_table();
        collect();
        collect();
        ck_assert_uint_ge(count_released(first, next_number), 200 - FEW);
    }
}
END_TEST

/* ---- Pacing ---- */

static __attribute__((noinline)) void waste(HeapKind kind, size_t size, size_t total)
{
    for (size_t n = 0; n < total; n += size)
        *(size_t *)heap_alloc(cache, kind, size) = 0;
}

START_TEST(threshold_sets_the_rate)
{
    static const struct { const char *value; size_t bytes, size, total; } rates[] = {
        { "64K", 65536, 32, 16 << 20 }, { "4K", 4096, 32, 1 << 20 }, { "4096", 4096, 512, 2 << 20 },
        { "1K", 1024, 16, 1 << 18 },    { "100K", 102400, 70000, 7 << 20 },
    };
    start_with("PLUTO_GC_THRESHOLD", rates[_i].value);
    ONLY_COLLECTED();
    size_t before = heap_collections();
    waste(HEAP_PTR1, rates[_i].size, rates[_i].total);
    size_t done = heap_collections() - before, most = rates[_i].total / rates[_i].bytes;
    ck_assert_uint_ge(done, most / 2 - 1);
    ck_assert_uint_le(done, most + 1);
}
END_TEST

START_TEST(stress_collects_at_every_refill_and_park)
{
    start_with("PLUTO_GC_STRESS", "1");
    ONLY_COLLECTED();
    size_t before = heap_collections();
    waste(HEAP_PTR1, 512, 200 * 4096);
    ck_assert_uint_ge(heap_collections() - before, 199);
    before = heap_collections();
    for (int i = 0; i < 10; i++)
        heap_at_park();
    ck_assert_uint_eq(heap_collections() - before, 10);
}
END_TEST

START_TEST(without_a_threshold_policy_decides)
{
    start();
    ONLY_COLLECTED();
    waste(HEAP_PTR1, 32, 64 << 20);
    heap_at_park();
    ck_assert_uint_ge(heap_collections(), 1);
    ck_assert_uint_le(heap_collections(), 64);
    ck_assert_uint_le(heap_size(), 32 << 20);
    ck_assert_uint_le(heap_used(), heap_size());
}
END_TEST

START_TEST(garbage_does_not_hit_the_limit)
{
    start_with("PLUTO_GC_MAX_HEAP", "8M");
    ONLY_COLLECTED();
    for (size_t i = 0; i < 100; i++)                            /* about 4 MB stay */
        table[i] = heap_alloc_large(HEAP_PTR0, 40000);
    waste(HEAP_ALL, 64, 100 << 20);
    waste(HEAP_ALL, 40000, 100 << 20);
    ck_assert_uint_le(heap_size(), 8 << 20);
}
END_TEST

START_TEST(exhausted_memory_ends_the_program)
{
    start_with("PLUTO_GC_MAX_HEAP", "8M");
    if (heap_is_system())
        exit(1);
    freopen("/dev/null", "w", stderr);
    size_t **last = NULL;
    for (size_t n = 0; n < 200 << 20; n += 64) {
        size_t **obj = heap_alloc(cache, HEAP_PTR1, 64);
        obj[0] = (size_t *)last;
        table[0] = last = obj;
    }
}
END_TEST

START_TEST(an_absurd_size_is_out_of_memory)
{
    start();
    freopen("/dev/null", "w", stderr);
    heap_alloc(cache, HEAP_PTR0, (size_t)PTRDIFF_MAX + 1 + (size_t)_i);
}
END_TEST

/* ---- The environment ---- */

static const struct { const char *name, *value; } bad_values[] = {
    { "PLUTO_GC_THRESHOLD", "4Q" },   { "PLUTO_GC_THRESHOLD", "-1" }, { "PLUTO_GC_THRESHOLD", "0" },
    { "PLUTO_GC_THRESHOLD", "4KB" },  { "PLUTO_GC_THRESHOLD", "K" },
    { "PLUTO_GC_THRESHOLD", "99999999999999999999" }, { "PLUTO_GC_THRESHOLD", "17179869184G" },
    { "PLUTO_GC_STRESS", "yes" },     { "PLUTO_GC_LOG", "2" },     { "PLUTO_GC_CENSUS", "2" },
    { "PLUTO_GC_INCREMENTAL", "on" },
    { "PLUTO_GC_MARKERS", "0" },      { "PLUTO_GC_MARKERS", "17" },
    { "PLUTO_GC_MARKERS", "two" },    { "PLUTO_GC_MAX_HEAP", "12" }, { "PLUTO_HEAP", "malloc" },
};

enum { BAD_VALUES = sizeof bad_values / sizeof *bad_values };

static char captured[4096];

/* Runs body in a child process and keeps what it writes to standard error. Returns its status. */
static int capture(void (*body)(void))
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(ends[1]);
    size_t  used = 0;
    ssize_t n;
    while ((n = read(ends[0], captured + used, sizeof captured - 1 - used)) > 0)
        used += (size_t)n;
    captured[used] = '\0';
    int status;
    waitpid(child, &status, 0);
    close(ends[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(bad_values_are_refused_in_one_line)
{
    setenv(bad_values[_i].name, bad_values[_i].value, 1);
    ck_assert_int_eq(capture(heap_init), 1);
    ck_assert_ptr_nonnull(strstr(captured, bad_values[_i].name));
    ck_assert_ptr_nonnull(strstr(captured, bad_values[_i].value));
    ck_assert_ptr_nonnull(strstr(captured, "expected"));
    ck_assert_ptr_eq(strchr(captured, '\n'), captured + strlen(captured) - 1);
}
END_TEST

START_TEST(an_empty_value_counts_as_unset)
{
    setenv("PLUTO_HEAP", "", 0);                    /* not under valgrind, which needs system */
    for (int i = 0; i < BAD_VALUES - 1; i++)
        setenv(bad_values[i].name, "", 1);
    heap_init();
    ck_assert_uint_gt(heap_size(), 0);
}
END_TEST

static void collect_logged(void)
{
    setenv("PLUTO_GC_LOG", "1", 1);
    setenv("PLUTO_GC_THRESHOLD", "1M", 1);
    start();
    waste(HEAP_PTR1, 32, 1536 * 1024);
    heap_collect();
    if (heap_is_system())
        fputs("gc 1: threshold, heap 1, live 1, pause 1.0 ms\n"
              "gc 2: explicit, heap 1, live 1, pause 1.0 ms\n", stderr);
}

START_TEST(the_log_has_a_line_per_collection)
{
    ck_assert_int_eq(capture(collect_logged), 0);
    size_t number, heap, live;
    double pause;
    char   cause[16];
    char  *line = strtok(captured, "\n");
    ck_assert_int_eq(sscanf(line, "gc %zu: %15[a-z], heap %zu, live %zu, pause %lf ms", &number,
                            cause, &heap, &live, &pause), 5);
    ck_assert_uint_eq(number, 1);
    ck_assert_str_eq(cause, "threshold");
    ck_assert_uint_ge(heap, live);
    ck_assert_uint_gt(live, 0);
    line = strtok(NULL, "\n");
    ck_assert_msg(strncmp(line, "gc 2: explicit,", 15) == 0, "%s", line);
}
END_TEST

/* ---- Threads ---- */

typedef struct Node {
    struct Node *left, *right;
    size_t       depth, owner;
} Node;

static Node *tree_new(HeapCache *c, size_t depth, size_t owner)
{
    Node *left = NULL, *right = NULL;
    if (depth > 0) {
        left = tree_new(c, depth - 1, owner);
        right = tree_new(c, depth - 1, owner);
    }
    Node *n = heap_alloc(c, HEAP_PTR2, sizeof *n);
    *n = (Node){ left, right, depth, owner };
    return n;
}

static bool tree_is_intact(const Node *n, size_t depth, size_t owner)
{
    if (n->depth != depth || n->owner != owner)
        return false;
    if (depth == 0)
        return n->left == NULL && n->right == NULL;
    return tree_is_intact(n->left, depth - 1, owner) && tree_is_intact(n->right, depth - 1, owner);
}

enum { THREADS = 4, SHARED = 64, TREE_DEPTH = 5 };

static double          stop_at;
static pthread_mutex_t shared_lock = PTHREAD_MUTEX_INITIALIZER;
static Node           *shared[SHARED];          /* static data is a root */
static int             broken;

/* Builds trees and swaps them with those of other threads, which must be as they were left. */
static void *build_and_swap(void *arg)
{
    HeapCache *c = heap_attach();
    unsigned   seed = (unsigned)(uintptr_t)arg;
    for (size_t i = 0; i % 16 != 0 || seconds() < stop_at; i++) {
        Node *mine = tree_new(c, TREE_DEPTH, i);
        Probe *p = heap_alloc(c, HEAP_MANAGED, sizeof *p);
        p->number = __atomic_fetch_add(&next_number, 1, __ATOMIC_RELAXED) % PROBES;
        p->ref = mine;
        heap_set_class(p, &probe_class);
        size_t slot = (size_t)rand_r(&seed) % SHARED;
        pthread_mutex_lock(&shared_lock);
        Node *theirs = shared[slot];
        shared[slot] = mine;
        pthread_mutex_unlock(&shared_lock);
        if (theirs != NULL && !tree_is_intact(theirs, TREE_DEPTH, theirs->owner))
            broken = 1;
        if (!tree_is_intact(p->ref, TREE_DEPTH, i))
            broken = 1;
        size_t *large = heap_alloc(c, HEAP_PTR0, 700 + (size_t)rand_r(&seed) % 5000);
        large[0] = i;
    }
    heap_detach(c);
    return NULL;
}

static void run_threads(double duration)
{
    if (heap_is_system())
        duration = 0.05;                    /* there nothing is given back */
    stop_at = seconds() + duration;
    for (int generation = 0; generation < 2; generation++) {    /* threads come and go */
        unsigned long thread[THREADS];
        for (size_t i = 0; i < THREADS; i++)
            ck_assert_int_eq(heap_thread_create(&thread[i], build_and_swap, (void *)(i + 1)), 0);
        for (size_t i = 0; i < THREADS; i++)
            pthread_join(thread[i], NULL);
        stop_at += duration;
    }
    ck_assert_int_eq(broken, 0);
}

START_TEST(threads_allocate_under_a_small_threshold)
{
    start_with("PLUTO_GC_THRESHOLD", "4K");
    run_threads(1.0);
    if (!heap_is_system())
        ck_assert_uint_ge(heap_collections(), 100);
}
END_TEST

START_TEST(threads_allocate_under_policy_with_two_markers)
{
    start_with("PLUTO_GC_MARKERS", "2");
    run_threads(0.5);
}
END_TEST

/* ---- The system heap ---- */

START_TEST(the_system_heap_releases_everything_once_at_the_end)
{
    start_with("PLUTO_HEAP", "system");
    ck_assert(heap_is_system());
    size_t first = next_number;
    for (size_t i = 0; i < 1000; i++) {
        table[0] = probe_new(NULL);
        heap_alloc(cache, HEAP_MANAGED, sizeof(Probe));         /* never ready */
    }
    make_garbage_probes(10, 5000);
    heap_collect();
    heap_at_park();
    ck_assert_uint_eq(count_released(first, next_number), 0);
    ck_assert_uint_gt(heap_size(), 1000 * sizeof(Probe));
    heap_fini();
    ck_assert_uint_eq(count_released(first, next_number), 1010);
    ck_assert_uint_eq(heap_used(), 0);
    heap_detach(cache);
}
END_TEST

START_TEST(the_system_heap_takes_threads)
{
    start_with("PLUTO_HEAP", "system");
    run_threads(0.1);
    heap_detach(cache);
    heap_fini();
}
END_TEST

START_TEST(the_system_heap_clears_as_promised)
{
    start_with("PLUTO_HEAP", "system");
    for (HeapKind kind = HEAP_PTR1; kind < HEAP_KINDS; kind++) {
        size_t *obj = heap_alloc(cache, kind, 600);
        for (size_t w = 1; w < 75; w++)
            ck_assert_uint_eq(obj[w], 0);
    }
}
END_TEST

/* ---- Copies ---- */

enum { COPIED_KINDS = HEAP_ALL - HEAP_PTR1 + 1, COPIED_SIZES = 3 };
static const size_t copied_size[COPIED_SIZES] = { 48, HEAP_SMALL_MAX, 5000 };

/* Fills table with copies, each of which has the only pointer to a probe, in the last word that its
 * kind scans. */
static __attribute__((noinline)) void fill_table_with_copies(void)
{
    size_t n = 0;
    for (int kind = HEAP_PTR1; kind <= HEAP_ALL; kind++)
        for (int i = 0; i < COPIED_SIZES; i++) {
            size_t size = copied_size[i];
            size_t word = kind == HEAP_ALL ? size / sizeof(void *) - 1 : (size_t)(kind - HEAP_PTR1);
            void **original = heap_alloc(cache, (HeapKind)kind, size);
            memset(original, 0, size);
            original[word] = probe_new(NULL);
            void **copy = heap_copy(cache, original);
            ck_assert(copy != original && memcmp(copy, original, size) == 0);
            memset(original, 0, size);
            table[n++] = copy;
        }
}

START_TEST(a_copy_is_of_the_same_kind)
{
    fill_table_with_copies();
    collect();
    ck_assert_uint_eq(count_released(0, COPIED_KINDS * COPIED_SIZES), 0);
}
END_TEST

START_TEST(a_copy_without_pointers_has_the_same_words)
{
    for (int i = 0; i < COPIED_SIZES; i++) {
        size_t *original = heap_alloc(cache, HEAP_PTR0, copied_size[i]);
        memset(original, 0, copied_size[i]);
        original[copied_size[i] / sizeof *original - 1] = 17;
        ck_assert_int_eq(memcmp(heap_copy(cache, original), original, copied_size[i]), 0);
    }
}
END_TEST

/* ---- The census ---- */

enum { COUNTED = 700 };

static __attribute__((noinline)) void fill_table_to_be_counted(void)
{
    for (size_t i = 0; i < COUNTED; i++) {
        void **pair = heap_alloc(cache, HEAP_PTR2, HEAP_GRANULE);
        pair[0] = NULL;
        pair[1] = probe_new(NULL);
        table[i] = pair;
    }
    waste(HEAP_PTR2, 2 * HEAP_GRANULE, 100 * 1024);
}

static void count_objects(void)
{
    setenv("PLUTO_GC_CENSUS", "1", 1);
    start();
    fill_table_to_be_counted();
    collect();
    memset(table, 0, PROBES * sizeof(void *));
    collect();
    heap_census();
    if (heap_is_system())
        fputs(" 1 700  16 bytes, pointers in the first 2 words\n 1 700  probe\n", stderr);
}

/* The number in the second column of the row that ends so. */
static int census_of(const char *text, const char *what)
{
    const char *found = strstr(text, what);
    ck_assert_msg(found != NULL, "no %s in: %s", what, text);
    while (found > text && found[-1] != '\n')
        found--;
    int objects = -1;
    sscanf(found, "%*d %d", &objects);
    return objects;
}

START_TEST(the_census_shows_the_heap_at_its_fullest)
{
    ck_assert_int_eq(capture(count_objects), 0);
    int pairs  = census_of(captured, "  16 bytes, pointers in the first 2 words\n");
    int probes = census_of(captured, "  probe\n");
    ck_assert_msg(pairs >= COUNTED && pairs <= COUNTED + FEW, "%d pairs", pairs);
    ck_assert_msg(probes >= COUNTED && probes <= COUNTED + FEW, "%d probes", probes);
}
END_TEST

static Suite *heap_suite(void)
{
    Suite *s = suite_create("heap");

    TCase *tc = tcase_create("alive and dead");
    tcase_add_checked_fixture(tc, start, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, all_scans_the_last_word_at_every_size);
    tcase_add_test(tc, ptr_kinds_scan_their_pointer_words_and_no_more);
    tcase_add_loop_test(tc, free_objects_survive_in_their_list, HEAP_PTR0, HEAP_KINDS);
    tcase_add_test(tc, freed_memory_is_handed_out_again);
    tcase_add_test(tc, unreachable_objects_are_released_exactly_once);
    tcase_add_test(tc, what_is_dead_among_the_living_is_released);
    tcase_add_test(tc, mark_is_followed);
    tcase_add_test(tc, objects_without_class_count_as_free);
    tcase_add_test(tc, objects_are_cleared_as_promised);
    tcase_add_test(tc, large_managed_objects_are_marked_and_released_once);
    tcase_add_test(tc, a_copy_is_of_the_same_kind);
    tcase_add_test(tc, a_copy_without_pointers_has_the_same_words);
    suite_add_tcase(s, tc);

    tc = tcase_create("limits");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_million_words_are_marked_from_one_object, 1, 3);
    tcase_add_loop_test(tc, threshold_sets_the_rate, 0, 5);
    tcase_add_test(tc, sweeps_alone_release);
    tcase_add_test(tc, stress_collects_at_every_refill_and_park);
    tcase_add_test(tc, without_a_threshold_policy_decides);
    tcase_add_test(tc, garbage_does_not_hit_the_limit);
    tcase_add_exit_test(tc, exhausted_memory_ends_the_program, 1);
    tcase_add_loop_exit_test(tc, an_absurd_size_is_out_of_memory, 1, 0, 2);
    suite_add_tcase(s, tc);

    tc = tcase_create("environment");
    tcase_add_loop_test(tc, bad_values_are_refused_in_one_line, 0, BAD_VALUES);
    tcase_add_test(tc, an_empty_value_counts_as_unset);
    tcase_add_test(tc, the_log_has_a_line_per_collection);
    tcase_add_test(tc, the_census_shows_the_heap_at_its_fullest);
    suite_add_tcase(s, tc);

    tc = tcase_create("threads");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, threads_allocate_under_a_small_threshold);
    tcase_add_test(tc, threads_allocate_under_policy_with_two_markers);
    suite_add_tcase(s, tc);

    tc = tcase_create("system heap");
    tcase_add_test(tc, the_system_heap_releases_everything_once_at_the_end);
    tcase_add_test(tc, the_system_heap_takes_threads);
    tcase_add_test(tc, the_system_heap_clears_as_promised);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return check_run(heap_suite());
}
