/*
 * test_select_recheck.c - what becomes ready between the two passes of a select is seen.
 *
 * Each arm is tried by itself first; on other workers things happen before the select has all its
 * locks. This program compiles select.c so that they happen right there.
 */
#include "runtime/base/bias.h"

static void before_all_locks(void);
#define bias_acquire_all(locks, count) (before_all_locks(), bias_acquire_all(locks, count))
#include "runtime/chan/select.c"
#undef bias_acquire_all

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

static RtSender   *tx[2];
static RtReceiver *rx[2];
static void      (*happens)(void);

static void before_all_locks(void)
{
    void (*now)(void) = happens;
    happens = NULL;
    if (now != NULL)
        now();
}

static void setup(void)
{
    sim_setup();
    for (int i = 0; i < 2; i++)
        rt_chan_new(RT_CHAN_BOUNDED, 1, 1, false, &tx[i], &rx[i]);
}

/* ---- Pieces ---- */

static RtTask *selecting;

static void send_second(void) { rt_chan_try_send(tx[1], SIM_CELL(5), NULL); }
static void close_both(void)
{
    rt_sender_release(tx[0]);
    rt_sender_release(tx[1]);
}
static void cancel_it(void) { rt_task_cancel(selecting); }

static void select_both(RtTask *self, void *has_default)
{
    RtSelectArm arms[] = {{RT_SELECT_RECV, rx[0], {{0, 0}}}, {RT_SELECT_RECV, rx[1], {{0, 0}}}};
    int64_t     i      = rt_select(arms, 2, has_default != NULL, -1, &self->error, NULL);
    self->result       = (RtCell){{(uint64_t)i, i >= 0 ? arms[i].cell.word[0] : 0}};
}

static void run(void (*what)(void), bool has_default)
{
    happens   = what;
    selecting = sim_spawn(select_both, has_default ? &happens : NULL);
    sim_run_until_idle();
    ck_assert_ptr_null(happens);
    ck_assert(sim_done(selecting));
}

/* ---- Cases ---- */

START_TEST(a_value_sent_meanwhile_is_received)
{
    run(send_second, _i);
    ck_assert_int_eq((int64_t)selecting->result.word[0], 1);
    ck_assert_int_eq((int64_t)selecting->result.word[1], 5);
}
END_TEST

START_TEST(a_close_meanwhile_is_raised)
{
    run(close_both, false);
    ck_assert_ptr_nonnull(selecting->error);
    ck_assert_ptr_eq(selecting->error->kind, rt_kinds[RT_CHANNEL_CLOSED]);
}
END_TEST

START_TEST(a_cancel_meanwhile_is_raised)
{
    run(cancel_it, false);
    ck_assert_ptr_nonnull(selecting->error);
    ck_assert_ptr_eq(selecting->error->kind, rt_kinds[RT_TASK_CANCELLED]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s       = suite_create("select_recheck");
    TCase *between = tcase_create("between");
    tcase_add_checked_fixture(between, setup, NULL);
    tcase_add_loop_test(between, a_value_sent_meanwhile_is_received, 0, 2);
    tcase_add_test(between, a_close_meanwhile_is_raised);
    tcase_add_test(between, a_cancel_meanwhile_is_raised);
    suite_add_tcase(s, between);
    return s;
}

int main(void) { return check_run(suite()); }
