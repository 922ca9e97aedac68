/*
 * test_pack.c - more tasks than stack slots: packed stacks, shared slots.
 */
#define _GNU_SOURCE
#include "runtime/task/pack.h"

#include "tests/unit/check_main.h"
#include "tests/unit/runtime_fixture.h"
#include "tests/unit/sim.h"

enum { SLOTS = 8, TASKS = 200 };

static void start(const char *slots)
{
    setenv("PLUTO_STACKS", slots, 1);
    fence_init();
    sim_setup();
}

static void few_slots(void) { start("8"); }
static void one_slot(void) { start("1"); }

static RtSender   *tx;
static RtReceiver *rx;

static void make_channel(void) { rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx, &rx); }

static void send_to_all(RtTask *self, void *n)
{
    (void)self;
    for (int64_t i = 0; i < (int64_t)(intptr_t)n; i++)
        rt_chan_send(tx, SIM_CELL(i), NULL);
}

static void wake(int n)
{
    sim_spawn(send_to_all, (void *)(intptr_t)n);
    sim_run_until_idle();
}

static bool is_packed(const RtTask *t) { return atomic_load(&t->sync->packed) != NULL; }

static int packed_of(RtTask *const *tasks, int n)
{
    int packed = 0;
    for (int i = 0; i < n; i++)
        packed += is_packed(tasks[i]);
    return packed;
}

/* ---- Parked stacks ---- */

static __attribute__((noinline)) void park(void)
{
    RtCell v;
    rt_chan_recv(rx, &v, NULL);
}

/* A list through its own frame; after the wait every node must be where it was. */
static void use_own_pointers(RtTask *self, void *number)
{
    struct Node { struct Node *next; intptr_t value; } nodes[16];
    struct Node *volatile first = &nodes[0];
    for (int i = 0; i < 16; i++)
        nodes[i] = (struct Node){i < 15 ? &nodes[i + 1] : NULL, (intptr_t)number * 100 + i};
    char *top = stack_top(self->sync->slot);
    park();
    int wrong = stack_top(self->sync->slot) != top, i = 0;
    for (struct Node *n = first; n != NULL; n = n->next, i++)
        wrong += n->value != (intptr_t)number * 100 + i;
    self->result = SIM_CELL(i == 16 && wrong == 0 ? 1 : 0);
}

static RtTask *tasks[TASKS];                             /* below: found by the collector as data */

static void spawn_all(SimCode code, int n)
{
    for (intptr_t i = 0; i < n; i++)
        tasks[i] = sim_spawn(code, (void *)i);
    sim_run_until_idle();
}

START_TEST(pointers_into_its_own_stack_stay_valid)
{
    make_channel();
    spawn_all(use_own_pointers, TASKS);
    ck_assert_int_ge(packed_of(tasks, TASKS), TASKS - SLOTS - 1);
    wake(TASKS);
    for (int i = 0; i < TASKS; i++) {
        ck_assert(sim_done(tasks[i]));
        ck_assert_int_eq(SIM_INT(tasks[i]->result), 1);
    }
}
END_TEST

static void park_thrice(RtTask *self, void *number)
{
    volatile intptr_t mine = (intptr_t)number;
    for (int i = 0; i < 3; i++) {
        park();
        mine = mine + 1000;
    }
    self->result = SIM_CELL(mine);
}

START_TEST(a_task_is_packed_as_often_as_it_parks)
{
    make_channel();
    spawn_all(park_thrice, TASKS);
    for (int i = 0; i < 3; i++)
        wake(TASKS);
    for (int i = 0; i < TASKS; i++)
        ck_assert_int_eq(SIM_INT(tasks[i]->result), i + 3000);
    ck_assert_uint_le(stack_used(), SLOTS);
}
END_TEST

/* A million tasks more would not need more slots either. */
START_TEST(slots_beyond_the_limit_are_not_touched_while_tasks_can_be_packed)
{
    make_channel();
    spawn_all(park_thrice, TASKS);
    ck_assert_uint_eq(stack_used(), SLOTS);
}
END_TEST

START_TEST(packing_begins_when_the_slots_are_used_up)
{
    make_channel();
    ck_assert(!stacks_shared() || fence_both_sides);
    spawn_all(park_thrice, SLOTS);
    ck_assert(!stacks_shared() || fence_both_sides);
    ck_assert_int_eq(packed_of(tasks, SLOTS), 0);
    spawn_all(park_thrice, SLOTS + 1);
    ck_assert(stacks_shared());
}
END_TEST

static __attribute__((noinline)) void park_deep_down(int depth)
{
    volatile char frame[256];
    frame[0] = (char)depth;
    if (depth > 0)
        park_deep_down(depth - 1);
    else
        park();
    rt_keep((const void *)frame);
}

static void park_deep(RtTask *self, void *arg)
{
    (void)arg;
    park_deep_down(16);
    self->result = SIM_CELL(5);
}

START_TEST(deep_stacks_are_packed_last)
{
    make_channel();
    RtTask *deep[SLOTS / 2], **volatile keep = deep;
    for (int i = 0; i < SLOTS / 2; i++)
        deep[i] = sim_spawn(park_deep, NULL);
    spawn_all(park_thrice, TASKS);
    ck_assert_int_eq(packed_of(keep, SLOTS / 2), 0);
    for (int i = 0; i < 3; i++)
        wake(TASKS);
    wake(SLOTS);
    for (int i = 0; i < SLOTS / 2; i++)
        ck_assert_int_eq(SIM_INT(keep[i]->result), 5);
}
END_TEST

START_TEST(deep_stacks_are_packed_when_there_is_nothing_else)
{
    make_channel();
    spawn_all(park_deep, 3 * SLOTS);
    ck_assert_int_ge(packed_of(tasks, 3 * SLOTS), 2 * SLOTS - 1);
    ck_assert_uint_le(stack_used(), SLOTS);
    wake(3 * SLOTS);
    for (int i = 0; i < 3 * SLOTS; i++)
        ck_assert_int_eq(SIM_INT(tasks[i]->result), 5);
}
END_TEST

/* ---- Pinned tasks, and those that wait for their home ---- */

static void park_pinned(RtTask *self, void *arg)
{
    (void)arg;
    self->sync->pinned = true;
    park();
    self->sync->pinned = false;
    self->result       = SIM_CELL(7);
}

START_TEST(a_pinned_task_is_not_packed)
{
    make_channel();
    RtTask *volatile pinned = sim_spawn(park_pinned, NULL);
    spawn_all(park_thrice, TASKS);
    ck_assert(!is_packed(pinned));
    wake(1);
    ck_assert_int_eq(SIM_INT(pinned->result), 7);
}
END_TEST

/* The slots that a pinned task and those homeless because of it need: no deadlock with one slot. */
static RtSender   *pin_tx;
static RtReceiver *pin_rx;

static void hold_the_slot(RtTask *self, void *arg)
{
    RtCell v;
    (void)arg;
    self->sync->pinned = true;
    rt_chan_recv(pin_rx, &v, NULL);
    self->sync->pinned = false;
}

static void let_go(RtTask *self, void *arg)
{
    (void)self;
    (void)arg;
    rt_chan_send(pin_tx, SIM_CELL(0), NULL);
}

static int64_t gone;

static void keep_an_object(RtTask *self, void *arg)
{
    SimCounted *volatile object = sim_counted(&gone);
    (void)self;
    (void)arg;
    park();
    *object->count += 1000 * (object->count == &gone);
}

/* Between the two only the queue of the slot knows the tasks. */
START_TEST(tasks_wait_until_their_home_is_free)
{
    enum { WAITING = 20 };
    make_channel();
    rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &pin_tx, &pin_rx);
    spawn_all(keep_an_object, WAITING);                  /* all have the one slot as home */
    RtTask *volatile pinned = sim_spawn(hold_the_slot, NULL);
    sim_run_until_idle();
    ck_assert_int_eq(packed_of(tasks, WAITING), WAITING);
    wake(WAITING);
    ck_assert(pack_has_waiting());
    memset(tasks, 0, sizeof tasks);
    sim_collect_and_overwrite();
    ck_assert_int_eq(gone, 0);                           /* neither reclaimed nor run */
    sim_spawn(let_go, NULL);
    sim_run_until_idle();
    ck_assert(sim_done(pinned));
    ck_assert(!pack_has_waiting());
    ck_assert_int_eq(gone, WAITING * 1000);
}
END_TEST

/* ---- Slots that are nobody's home ---- */

/* Runs tasks in all slots until they have ended, then takes n slots for somebody else. */
static void use_all_then_take(int n)
{
    static StackCache cache;
    make_channel();
    spawn_all(park_thrice, TASKS);
    for (int i = 0; i < 3; i++)
        wake(TASKS);
    StackCache *own = &rt_worker()->stacks;
    while (own->count > 0)
        stack_give(NULL, own->slots[--own->count]);
    for (int i = 0; i < n; i++)
        stack_take(&cache);
    ck_assert_uint_eq(stack_used(), SLOTS);
}

START_TEST(slots_are_free_again_when_their_tasks_have_ended)
{
    use_all_then_take(SLOTS);
}
END_TEST

START_TEST(slots_for_streams_are_nobodys_home)
{
    enum { STREAMS = 3 * SLOTS };
    static StackCache cache;
    make_channel();
    spawn_all(park_thrice, TASKS);
    for (int i = 0; i < STREAMS; i++) {
        StackSlot slot = stack_take(&cache);
        for (int k = 0; k < TASKS; k++)
            ck_assert_uint_ne(slot, tasks[k]->sync->slot);
    }
}
END_TEST

/* ---- The collector ---- */

START_TEST(packed_stacks_keep_what_they_refer_to)
{
    make_channel();
    spawn_all(keep_an_object, TASKS);
    sim_collect_and_overwrite();
    ck_assert_int_eq(gone, 0);
    wake(TASKS);
    ck_assert_int_eq(gone, TASKS * 1000);
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

/* Dead tasks, packed and not: their blocks and slots serve others. */
START_TEST(tasks_reclaimed_while_packed_leave_nothing_behind)
{
    for (int round = 0; round < 30; round++) {
        for (int i = 0; i < TASKS; i++)
            sim_spawn(park_for_good, NULL);
        sim_run_until_idle();
        sim_collect_and_overwrite();
    }
    ck_assert_int_eq(sched_counters().finished, 0);
    ck_assert_int_lt(sim_syncs_alive(), TASKS);
    ck_assert_uint_eq(stack_used(), SLOTS);
    use_all_then_take(1);                                /* a stale pointer may keep some task */
}
END_TEST

static Suite *suite(void)
{
    Suite *s    = suite_create("pack");
    TCase *pack = tcase_create("pack");
    tcase_add_checked_fixture(pack, few_slots, NULL);
    tcase_add_test(pack, pointers_into_its_own_stack_stay_valid);
    tcase_add_test(pack, a_task_is_packed_as_often_as_it_parks);
    tcase_add_test(pack, slots_beyond_the_limit_are_not_touched_while_tasks_can_be_packed);
    tcase_add_test(pack, packing_begins_when_the_slots_are_used_up);
    tcase_add_test(pack, deep_stacks_are_packed_last);
    tcase_add_test(pack, deep_stacks_are_packed_when_there_is_nothing_else);
    tcase_add_test(pack, a_pinned_task_is_not_packed);
    tcase_add_test(pack, slots_are_free_again_when_their_tasks_have_ended);
    tcase_add_test(pack, slots_for_streams_are_nobodys_home);
    tcase_add_test(pack, packed_stacks_keep_what_they_refer_to);
    tcase_add_test(pack, tasks_reclaimed_while_packed_leave_nothing_behind);
    TCase *one = tcase_create("one");
    tcase_add_checked_fixture(one, one_slot, NULL);
    tcase_add_test(one, tasks_wait_until_their_home_is_free);
    tcase_add_test(one, pointers_into_its_own_stack_stay_valid);
    suite_add_tcase(s, pack);
    suite_add_tcase(s, one);
    return s;
}

/* Sanitizer builds do not pack, nor does valgrind. */
int main(void) { return check_run(sim_collects() ? suite() : suite_create("pack")); }
