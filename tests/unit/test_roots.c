/*
 * test_roots.c - tests gc/roots.c: which stacks are scanned and from where.
 *
 * A miniature of what the runtime does: task stacks from one mapping, entered with swapcontext.
 * The witness is a list that only a local variable of a function on such a stack refers to. After
 * collections, and garbage that overwrites what was reclaimed, it must be as it was built.
 */
#define _GNU_SOURCE
#include "gc/heap.h"
#include "gc/roots.h"
#include "tests/unit/check_main.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { STACKS = 8, STACK_SIZE = 256 * 1024, LENGTH = 2000 };

static __thread HeapCache *cache;

/* A test of the collector proves nothing on the system heap (valgrind, sanitizer builds). */
#define ONLY_COLLECTED()      \
    do {                      \
        if (heap_is_system()) \
            return;           \
    } while (0)

/* ---- Lists ---- */

typedef struct Node {
    struct Node *next;
    size_t       value;
} Node;

static __attribute__((noinline)) Node *list_new(size_t tag)
{
    Node *list = NULL;
    for (size_t i = 0; i < LENGTH; i++) {
        Node *n = heap_alloc(cache, HEAP_PTR1, sizeof *n);
        *n = (Node){ list, tag + i };
        list = n;
    }
    return list;
}

static __attribute__((noinline)) bool list_is_intact(const Node *list, size_t tag)
{
    size_t i = LENGTH;
    for (; list != NULL && i > 0; list = list->next)
        if (list->value != tag + --i)
            return false;
    return list == NULL && i == 0;
}

/* Collects and overwrites what the collections have freed. */
static __attribute__((noinline)) void collect_and_overwrite(void)
{
    for (int round = 0; round < 3; round++) {
        heap_collect();
        for (size_t i = 0; i < 4 * LENGTH; i++)
            *(Node *)heap_alloc(cache, HEAP_PTR1, sizeof(Node)) = (Node){ NULL, ~(size_t)0 };
    }
}

/* Overwrites old stack frames, so that they keep nothing alive. */
static __attribute__((noinline)) void forget_stack(void)
{
    char old[8192];
    memset(old, 0, sizeof old);
    __asm__ volatile("" : : "r"(old) : "memory");
}

/* ---- Stacks ---- */

static char *stacks;

static void *task_stack_top(const void *sp)
{
    size_t offset = (size_t)((const char *)sp - stacks);
    if (offset >= (size_t)STACKS * STACK_SIZE)
        return NULL;
    return stacks + (offset / STACK_SIZE + 1) * STACK_SIZE;
}

enum { ROOTS = 20000, LONG_ROOT = 1000000 };

static void **roots;                        /* malloc'd; pushed word by word */
static void **long_root;                    /* malloc'd; pushed as one range */

static void push_roots(void)
{
    for (size_t i = 0; roots != NULL && i < ROOTS; i++)
        roots_push(&roots[i], &roots[i] + 1);
    if (long_root != NULL)
        roots_push(long_root, long_root + LONG_ROOT);
}

static const RootHooks hooks = { task_stack_top, push_roots, NULL };

/* What runs on stack number i. Contexts are off the heap and are not scanned. */
typedef struct Routine {
    ucontext_t self, caller;
} Routine;

static Routine *routine_new(size_t stack, void (*entry)(void))
{
    Routine *r = calloc(1, sizeof *r);
    getcontext(&r->self);
    r->self.uc_stack.ss_sp = stacks + stack * STACK_SIZE;
    r->self.uc_stack.ss_size = STACK_SIZE;
    r->self.uc_link = &r->caller;
    makecontext(&r->self, entry, 0);
    return r;
}

static void resume(Routine *r)
{
    swapcontext(&r->caller, &r->self);
}

static void yield(Routine *r)
{
    swapcontext(&r->self, &r->caller);
}

/* Threads made later get their stacks at higher addresses. So whoever mistakes the top of a task
 * stack for the bottom of a thread's stack scans nothing, rather than everything between. */
static char *map_below_thread_stacks(size_t size)
{
    size_t room = (size_t)256 << 20;
    char  *low  = mmap(NULL, room, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    munmap(low + size, room - size);
    return low;
}

static void run_on(size_t stack, void (*entry)(void))
{
    Routine *r = routine_new(stack, entry);
    resume(r);
    free(r);
}

static void start(void)
{
    heap_init();
    cache = heap_attach();
    stacks = map_below_thread_stacks((size_t)STACKS * STACK_SIZE);
    roots_install(&hooks);
    roots_thread_enter();
}

/* ---- The collecting thread ---- */

static bool ok;

static void hold_list_and_collect(void)
{
    Node *volatile list = list_new(100);
    collect_and_overwrite();
    ok = list_is_intact(list, 100);
}

START_TEST(the_task_stack_of_the_collecting_thread_is_scanned)
{
    run_on(3, hold_list_and_collect);
    ck_assert(ok);
}
END_TEST

static void fill_stack(size_t depth)
{
    Node *volatile list = list_new(depth);
    if (depth > 0)
        fill_stack(depth - 1);
    else
        collect_and_overwrite();
    if (!list_is_intact(list, depth))
        ok = false;
}

static void fill_whole_stack(void)
{
    ok = true;
    fill_stack(100);
}

START_TEST(the_whole_stack_is_scanned_up_to_its_top)
{
    run_on(STACKS - 1, fill_whole_stack);
    ck_assert(ok);
}
END_TEST

START_TEST(back_on_its_own_stack_a_thread_is_scanned_there)
{
    run_on(3, hold_list_and_collect);
    fill_whole_stack();
    ck_assert(ok);
}
END_TEST

/* ---- Another thread ---- */

static int started, stop;                   /* atomic */

static void wait_for(int *flag)
{
    while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
        ;
}

static void hold_list_until_stop(void)
{
    Node *volatile list = list_new(200);
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
    wait_for(&stop);
    ok = list_is_intact(list, 200);
}

static void *run_on_task_stack(void *entry)
{
    cache = heap_attach();
    roots_thread_enter();
    run_on(5, (void (*)(void))entry);
    roots_thread_leave();
    heap_detach(cache);
    return NULL;
}

static void collect_beside(void *(*thread_main)(void *), void *arg, int rounds)
{
    unsigned long thread;
    started = 0;
    ck_assert_int_eq(heap_thread_create(&thread, thread_main, arg), 0);
    wait_for(&started);
    for (int i = 0; i < rounds; i++)
        collect_and_overwrite();
    __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
    ck_assert(ok);
}

START_TEST(the_task_stack_of_another_thread_is_scanned)
{
    for (int generation = 0; generation < 3; generation++, stop = 0)
        collect_beside(run_on_task_stack, (void *)hold_list_until_stop, 2);
}
END_TEST

/* The pointer exists in one register only, from the first xor to the second. */
static void hold_list_in_register(void)
{
    uintptr_t mask = 0x5555555555555555, word = (uintptr_t)list_new(300) ^ mask;
    forget_stack();
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
#if defined(__x86_64__)
    __asm__ volatile("xor %1, %0\n1: cmpl $0, %2\n je 1b\n xor %1, %0"
                     : "+r"(word) : "r"(mask), "m"(stop) : "cc", "memory");
#else
    __asm__ volatile("eor %0, %0, %1\n1: ldr w9, %2\n cbz w9, 1b\n eor %0, %0, %1"
                     : "+r"(word) : "r"(mask), "m"(stop) : "x9", "memory");
#endif
    ok = list_is_intact((Node *)(word ^ mask), 300);
}

START_TEST(the_registers_of_another_thread_are_scanned)
{
    collect_beside(run_on_task_stack, (void *)hold_list_in_register, 3);
}
END_TEST

static void *never_enter(void *arg)
{
    (void)arg;
    cache = heap_attach();
    hold_list_until_stop();
    heap_detach(cache);
    return NULL;
}

START_TEST(a_thread_that_never_enters_is_scanned_on_its_own_stack)
{
    collect_beside(never_enter, NULL, 2);
}
END_TEST

static int may_return;                      /* atomic */

static void sit_on_task_stack(void)
{
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
    wait_for(&may_return);
}

static int left;                            /* atomic */

static void *leave_and_go_on(void *arg)
{
    (void)arg;
    cache = heap_attach();
    roots_thread_enter();
    run_on(6, sit_on_task_stack);
    roots_thread_leave();
    Node *volatile list = list_new(400);
    __atomic_store_n(&left, 1, __ATOMIC_RELEASE);
    wait_for(&stop);
    ok = list_is_intact(list, 400);
    heap_detach(cache);
    return NULL;
}

/* A collection found the thread on a task stack; the record of that must go when it leaves. */
START_TEST(a_thread_that_left_is_scanned_on_its_own_stack)
{
    ONLY_COLLECTED();
    unsigned long thread;
    ck_assert_int_eq(heap_thread_create(&thread, leave_and_go_on, NULL), 0);
    wait_for(&started);
    heap_collect();
    __atomic_store_n(&may_return, 1, __ATOMIC_RELEASE);
    wait_for(&left);
    collect_and_overwrite();
    __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
    ck_assert(ok);
}
END_TEST

/* ---- Hopping ---- */

static __thread Routine *hopping[2];
static __thread size_t   hops;

static void hop(void)
{
    Routine *self = hopping[hops % 2];
    while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
        Node *volatile list = list_new(hops);
        if (!list_is_intact(list, hops))
            ok = false;
        list = NULL;                        /* a stack nobody is on is not scanned */
        yield(self);
    }
}

static void *hop_between_stacks(void *arg)
{
    size_t first = (size_t)(uintptr_t)arg;
    cache = heap_attach();
    roots_thread_enter();
    hopping[0] = routine_new(first, hop);
    hopping[1] = routine_new(first + 1, hop);
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
        Node *volatile list = list_new(hops);
        if (!list_is_intact(list, hops))
            ok = false;
        list = NULL;
        hops++;
        resume(hopping[hops % 2]);
    }
    roots_thread_leave();
    heap_detach(cache);
    free(hopping[0]);
    free(hopping[1]);
    return NULL;
}

START_TEST(threads_hop_while_others_collect)
{
    unsigned long thread;
    ok = true;
    ck_assert_int_eq(heap_thread_create(&thread, hop_between_stacks, (void *)0), 0);
    wait_for(&started);
    collect_beside(hop_between_stacks, (void *)2, 100);
    pthread_join(thread, NULL);
    ck_assert(ok);
}
END_TEST

/* ---- Roots that the runtime pushes ---- */

static __attribute__((noinline)) void fill_roots(void)
{
    roots = calloc(ROOTS, sizeof *roots);
    for (size_t i = 0; i < ROOTS; i++) {
        Node *n = heap_alloc(cache, HEAP_PTR1, sizeof *n);
        Node *behind = heap_alloc(cache, HEAP_PTR1, sizeof *n);
        *behind = (Node){ NULL, i };
        *n = (Node){ behind, i };
        roots[i] = n;
    }
}

START_TEST(many_short_roots_keep_their_objects)
{
    fill_roots();
    collect_and_overwrite();
    for (size_t i = 0; i < ROOTS; i++) {
        Node *n = roots[i];
        ck_assert(n->value == i && n->next->value == i && n->next->next == NULL);
    }
}
END_TEST

START_TEST(a_long_root_keeps_its_objects)
{
    long_root = calloc(LONG_ROOT, sizeof *long_root);
    for (size_t i = 0; i < LONG_ROOT; i++) {
        Node *n = heap_alloc(cache, HEAP_PTR1, sizeof *n);
        *n = (Node){ NULL, i };
        long_root[i] = n;
    }
    collect_and_overwrite();
    for (size_t i = 0; i < LONG_ROOT; i++)
        ck_assert(((Node *)long_root[i])->value == i);
}
END_TEST

/* ---- Parked stacks ---- */

typedef struct Task {
    HeapManaged head;
    Routine    *routine;                    /* malloc'd */
    void       *top;
} Task;

static int tasks_released;

static const void *saved_sp(const Routine *r)
{
#if defined(__x86_64__)
    return (const void *)r->self.uc_mcontext.gregs[REG_RSP];
#else
    return (const void *)r->self.uc_mcontext.sp;
#endif
}

static void task_mark(const void *obj, HeapMarker *m)
{
    const Task *t = obj;
    heap_mark_range(m, saved_sp(t->routine), t->top);
    heap_mark_range(m, &t->routine->self, &t->routine->self + 1);
}

static void task_release(void *obj)
{
    free(((Task *)obj)->routine);
    tasks_released++;
}

static const HeapClass task_class = { "task", task_mark, task_release };

static Task    *parked;                     /* static data is a root */
static Routine *running;

static void hold_list_and_park(void)
{
    Node *volatile list = list_new(500);
    yield(running);
    ok = list_is_intact(list, 500);
}

START_TEST(a_parked_stack_is_scanned_through_its_task)
{
    ONLY_COLLECTED();
    Task *t = heap_alloc(cache, HEAP_MANAGED, sizeof *t);
    t->routine = running = routine_new(1, hold_list_and_park);
    t->top = stacks + 2 * STACK_SIZE;
    heap_set_class(t, &task_class);
    parked = t;
    resume(running);
    collect_and_overwrite();
    ck_assert_int_eq(tasks_released, 0);
    resume(running);
    ck_assert(ok);
}
END_TEST

static __attribute__((noinline)) void park_unreachable_tasks(void)
{
    for (int i = 0; i < 100; i++) {
        Task *t = heap_alloc(cache, HEAP_MANAGED, sizeof *t);
        t->routine = running = routine_new(1, hold_list_and_park);
        t->top = stacks + 2 * STACK_SIZE;
        heap_set_class(t, &task_class);
        resume(running);
    }
}

START_TEST(a_parked_task_that_nobody_reaches_is_released)
{
    ONLY_COLLECTED();
    park_unreachable_tasks();
    collect_and_overwrite();
    ck_assert_int_ge(tasks_released, 90);
    ck_assert_int_le(tasks_released, 100);
}
END_TEST

static Suite *roots_suite(void)
{
    Suite *s  = suite_create("roots");
    TCase *tc = tcase_create("stacks");
    tcase_add_checked_fixture(tc, start, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_task_stack_of_the_collecting_thread_is_scanned);
    tcase_add_test(tc, back_on_its_own_stack_a_thread_is_scanned_there);
    tcase_add_test(tc, the_whole_stack_is_scanned_up_to_its_top);
    tcase_add_test(tc, the_task_stack_of_another_thread_is_scanned);
    tcase_add_test(tc, the_registers_of_another_thread_are_scanned);
    tcase_add_test(tc, a_thread_that_never_enters_is_scanned_on_its_own_stack);
    tcase_add_test(tc, a_thread_that_left_is_scanned_on_its_own_stack);
    tcase_add_test(tc, threads_hop_while_others_collect);
    tcase_add_test(tc, a_parked_stack_is_scanned_through_its_task);
    tcase_add_test(tc, a_parked_task_that_nobody_reaches_is_released);
    suite_add_tcase(s, tc);

    tc = tcase_create("pushed roots");
    tcase_add_checked_fixture(tc, start, NULL);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, many_short_roots_keep_their_objects);
    tcase_add_test(tc, a_long_root_keeps_its_objects);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return check_run(roots_suite());
}
