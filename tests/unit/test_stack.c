/*
 * test_stack.c - slots: where they lie, who has them, what happens when none is left.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/unit/check_main.h"
#include "tests/unit/runtime_fixture.h"
#include "tests/unit/sim.h"

enum { SLOTS = 200 };

static void few_slots_setup(void)
{
    setenv("PLUTO_STACKS", "200", 1);
    sim_setup();
}

/* ---- Where they lie ---- */

START_TEST(slots_lie_side_by_side_and_never_overlap)
{
    for (StackSlot i = 0; i < SLOTS; i++) {
        char *low = stack_low(i), *top = stack_top(i);
        ck_assert_ptr_eq(low, stack_low(0) + (size_t)i * STACK_SIZE);
        ck_assert_uint_eq((uintptr_t)top % 16, 0);
        ck_assert(top <= low + STACK_SIZE && top > low + STACK_SIZE - 4096);
        ck_assert_uint_eq(stack_limit(i), (uintptr_t)low + GUARD_SIZE + STACK_RESERVE);
    }
}
END_TEST

/* The stacks' own mappings may touch, so a neighbour is not always nobody. */
static void assert_nobodys_or(const void *p, StackSlot neighbour, const char *edge)
{
    void *top = p == edge ? stack_top(neighbour) : NULL;
    ck_assert_ptr_eq(stack_top_of(p), top);
}

START_TEST(the_top_is_found_from_every_byte_of_a_stack)
{
    static const StackSlot tried[] = {0, 1, 17, SLOTS - 1};
    for (int i = 0; i < 4; i++) {
        char *low = stack_low(tried[i]), *top = stack_top(tried[i]);
        ck_assert_ptr_eq(stack_top_of(low), top);
        ck_assert_ptr_eq(stack_top_of(top - 1), top);
        ck_assert_ptr_eq(stack_top_of(low + STACK_SIZE - 1), top);
        if (tried[i] > 0)
            ck_assert_ptr_eq(stack_top_of(low - 1), stack_top(tried[i] - 1));
    }
    char *main_low = stack_low(STACK_MAIN), *main_top = stack_top(STACK_MAIN);
    ck_assert_ptr_eq(stack_top_of(main_low), main_top);
    ck_assert_ptr_eq(stack_top_of(main_top), main_top);
    ck_assert_ptr_eq(stack_top_of(main_top - 1), main_top);
    /* Where slots can be shared there are more than SLOTS. */
    if (stack_top_of(stack_low(SLOTS)) != stack_top(SLOTS))
        assert_nobodys_or(stack_low(SLOTS), STACK_MAIN, main_low);
}
END_TEST

START_TEST(other_addresses_are_on_no_stack)
{
    int local;
    ck_assert_ptr_null(stack_top_of(NULL));
    ck_assert_ptr_null(stack_top_of(&local));
    ck_assert_ptr_null(stack_top_of((void *)UINTPTR_MAX));
}
END_TEST

/* ---- Taking and giving ---- */

static bool is_taken[SLOTS];

static void take(StackCache *cache, StackSlot *slots, int n)
{
    for (int i = 0; i < n; i++) {
        slots[i] = stack_take(cache);
        ck_assert_uint_lt(slots[i], SLOTS);
        ck_assert_msg(!is_taken[slots[i]], "slot %u taken twice", slots[i]);
        is_taken[slots[i]] = true;
    }
}

static void give(StackCache *cache, const StackSlot *slots, int n)
{
    for (int i = 0; i < n; i++) {
        is_taken[slots[i]] = false;
        stack_give(cache, slots[i]);
    }
}

START_TEST(every_slot_can_be_taken_again_by_any_worker)
{
    static StackCache caches[8];
    StackSlot         slots[SLOTS];
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 8; i++)
            take(&caches[i], slots + 25 * i, 25);
        for (int i = 0; i < 8; i++)
            give(&caches[(i + round) % 8], slots + 25 * i, 25);
        take(&caches[round], slots, SLOTS * 3 / 4);      /* the caches hold a quarter at most */
        give(NULL, slots, SLOTS * 3 / 4);                /* as from a thread that is no worker */
    }
}
END_TEST

START_TEST(the_slot_given_last_is_taken_first)
{
    static StackCache cache;
    StackSlot         a, b;
    sim_setup();                                         /* with the default number of slots */
    a = stack_take(&cache);
    b = stack_take(&cache);
    ck_assert_uint_ne(a, b);
    stack_give(&cache, a);
    stack_give(&cache, b);
    ck_assert_uint_eq(stack_take(&cache), b);
    ck_assert_uint_eq(stack_take(&cache), a);
}
END_TEST

START_TEST(a_full_cache_hands_half_on)
{
    enum { N = 1000 };
    static StackCache taker, giver, third;
    static StackSlot  slots[N];
    static bool       seen[N + STACK_CACHE];             /* slots come in batches */
    sim_setup();
    for (int i = 0; i < N; i++)
        slots[i] = stack_take(&taker);
    for (int i = 0; i < N; i++) {
        stack_give(&giver, slots[i]);
        ck_assert_uint_le(giver.count, STACK_CACHE);
    }
    int reused = 0;
    for (int i = 0; i < N - STACK_CACHE; i++) {
        StackSlot s = stack_take(&third);
        if (s < N + STACK_CACHE) {
            ck_assert_msg(!seen[s], "slot %u taken twice", s);
            seen[s] = true;
            reused++;
        }
    }
    ck_assert_int_ge(reused, N - 2 * STACK_CACHE);
    for (uint32_t i = 0; i < giver.count; i++)
        ck_assert(!seen[giver.slots[i]]);
}
END_TEST

START_TEST(the_main_stack_is_never_handed_out)
{
    static StackCache cache;
    StackSlot         slots[SLOTS * 3 / 4];
    stack_give(&cache, STACK_MAIN);
    stack_give(NULL, STACK_MAIN);
    take(&cache, slots, SLOTS * 3 / 4);
}
END_TEST

/* ---- None left ---- */

enum { MOST = SIM_NO_COLLECTOR ? 2 : 262144 };           /* slots that can be shared are many more */

static void take_one_too_many(void)
{
    static StackCache cache;
    setenv("PLUTO_STACKS", "2", 1);
    stack_init();
    for (int i = 0; i < MOST + 1; i++)
        stack_take(&cache);
}

START_TEST(a_program_that_needs_more_stacks_than_there_are_is_told)
{
    assert_fails(take_one_too_many, SIM_NO_COLLECTOR
                     ? "pluto: out of stacks: 2 tasks have started and not ended (PLUTO_STACKS)\n"
                     : "pluto: out of stacks: all 262144 are in use\n");
}
END_TEST

static void park_for_good(RtTask *self, void *arg)
{
    RtSender   *own_tx;
    RtReceiver *own_rx;
    RtCell      v;
    (void)self;
    (void)arg;
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &own_tx, &own_rx);
    rt_chan_recv(own_rx, &v, NULL);
}

START_TEST(dead_tasks_give_their_stacks_back_when_none_is_left)
{
    for (int round = 0; round < 30; round++) {
        for (int i = 0; i < SLOTS / 4; i++)
            sim_spawn(park_for_good, NULL);
        sim_run_until_idle();
    }
    ck_assert_int_eq(sched_counters().finished, 0);
}
END_TEST

/* ---- The reserve ---- */

enum { UNTOUCHED = 8 * 1024, C_FRAMES = 16 * 1024 };

/* A C function with frames of its own, in which memory is allocated. */
static __attribute__((noinline)) void work_in_c(void)
{
    char text[C_FRAMES];
    snprintf(text, sizeof text, "%.17g %s", 1.0 / 3, "and text");
    for (int i = 0; i < 20000; i++)
        rt_string_new(text, (int64_t)strlen(text));
    for (int i = 0; i < 40; i++)
        rt_keep(heap_alloc_large(HEAP_PTR0, 40000));
    heap_collect();
    rt_keep(text);
}

static __attribute__((noinline)) int work_at_the_limit(void)
{
    volatile char frame[256];
    frame[0] = 1;
    if ((uintptr_t)__builtin_frame_address(0) > rt_stack_limit() + 1024)
        return work_at_the_limit() + frame[0];
    work_in_c();
    return frame[0];
}

static void work_deep_down(RtTask *self, void *arg)
{
    (void)arg;
    char *low = stack_low(self->sync->slot) + GUARD_SIZE;
    memset(low, 0x5a, UNTOUCHED);
    work_at_the_limit();
    for (int i = 0; i < UNTOUCHED; i++)
        if (low[i] != 0x5a)
            self->error = rt_error_with_message(RT_MATH_ERROR, "touched", NULL);
}

START_TEST(c_code_called_at_the_limit_stays_on_its_stack)
{
    RtTask *t = sim_spawn(work_deep_down, NULL);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_ptr_null(t->error);
}
END_TEST

/* ---- What a slot costs ---- */

enum { OBJECTS = 20000 };

static void allocate_much(RtTask *self, void *arg)
{
    *(StackSlot *)arg = self->sync->slot;
    for (int i = 0; i < OBJECTS; i++)
        rt_keep(rt_alloc(HEAP_PTR1, 32));
}

/* libgc would clear 16 KB of each such stack. */
START_TEST(allocating_touches_little_stack)
{
    enum { PAGE = 4096, PAGES = STACK_SIZE / PAGE };
    static unsigned char resident[PAGES];
    StackSlot slot    = STACK_NONE;
    int       touched = 0;
    RtTask   *t       = sim_spawn(allocate_much, &slot);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_int_eq(mincore(stack_low(slot), STACK_SIZE, resident), 0);
    for (int i = 0; i < PAGES; i++)
        touched += resident[i] & 1;
    ck_assert_msg(touched >= 1 && touched <= 3, "%d pages", touched);
}
END_TEST

static Suite *suite(void)
{
    Suite *s        = suite_create("stack");
    TCase *geometry = tcase_create("geometry");
    tcase_add_checked_fixture(geometry, few_slots_setup, NULL);
    tcase_add_test(geometry, slots_lie_side_by_side_and_never_overlap);
    tcase_add_test(geometry, the_top_is_found_from_every_byte_of_a_stack);
    tcase_add_test(geometry, other_addresses_are_on_no_stack);
    suite_add_tcase(s, geometry);
    TCase *few = tcase_create("few");
    tcase_add_checked_fixture(few, few_slots_setup, NULL);
    tcase_add_test(few, every_slot_can_be_taken_again_by_any_worker);
    tcase_add_test(few, the_main_stack_is_never_handed_out);
    if (sim_collects())
        tcase_add_test(few, dead_tasks_give_their_stacks_back_when_none_is_left);
    suite_add_tcase(s, few);
    TCase *many = tcase_create("many");
    tcase_add_test(many, the_slot_given_last_is_taken_first);
    tcase_add_test(many, a_full_cache_hands_half_on);
    if (sim_collects() || SIM_NO_COLLECTOR)              /* under valgrind it depends */
        tcase_add_test(many, a_program_that_needs_more_stacks_than_there_are_is_told);
    suite_add_tcase(s, many);
    TCase *reserve = tcase_create("reserve");
    tcase_add_checked_fixture(reserve, sim_setup, NULL);
    if (sim_collects())
        tcase_add_test(reserve, allocating_touches_little_stack);
    if (sim_collects())
        tcase_add_test(reserve, c_code_called_at_the_limit_stays_on_its_stack);
    suite_add_tcase(s, reserve);
    return s;
}

int main(void) { return check_run(suite()); }
