/*
 * test_socket.c - what std.socket is made of, on a pair of sockets of which one is the test's. The
 * programs in tests/run/io do the rest.
 */
#include "runtime/io/socket.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/sched/polldesc.h"
#include "runtime/sched/poller.h"
#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

static int ours, other;

static void setup(void)
{
    int ends[2];
    sim_setup();
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    ours = ends[0], other = ends[1];
    ck_assert(poll_open(ours, true));
}

static char    text[64];
static int64_t written;

static void read_it(RtTask *self, void *size)
{
    const RtString *s = __pluto_socket_read(ours, *(int64_t *)size);
    (void)self;
    snprintf(text, sizeof text, "'%s'", s->bytes);
}

static void write_it(RtTask *self, void *data)
{
    (void)self;
    written = __pluto_socket_write(ours, rt_string_new(data, (int64_t)strlen(data)));
}

static int64_t hundred = 100, three = 3;

static void send_text(const char *bytes)
{
    ck_assert_int_eq(write(other, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

/* From now on a read of ours waits for an event before it tries. */
static void wait_once(void)
{
    RtTask *t = sim_spawn(read_it, &hundred);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert_str_eq(text, "''");
}

START_TEST(a_read_gives_what_there_is)
{
    send_text("some text");
    sim_spawn(read_it, &three);
    sim_run_until_idle();
    ck_assert_str_eq(text, "'som'");
    sim_spawn(read_it, &hundred);
    sim_run_until_idle();
    ck_assert_str_eq(text, "'e text'");
}
END_TEST

START_TEST(a_cancelled_task_reads_what_is_there)
{
    wait_once();
    send_text("there");                  /* its event has not been seen */
    RtTask *t = sim_spawn(read_it, &hundred);
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_str_eq(text, "'there'");
}
END_TEST

START_TEST(what_is_there_at_the_deadline_is_read)
{
    wait_once();
    ck_assert_int_eq(__pluto_socket_deadline(ours, 1000000000, 0), 0);
    RtTask *t = sim_spawn(read_it, &hundred);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    send_text("in time");
    timers_fire(&rt_worker()->timers, INT64_MAX - 1);
    sim_run_until_idle();
    ck_assert_str_eq(text, "'in time'");
}
END_TEST

START_TEST(a_deadline_without_data_gives_nothing)
{
    ck_assert_int_eq(__pluto_socket_deadline(ours, 1000000000, 0), 0);
    RtTask *t = sim_spawn(read_it, &hundred);
    sim_run_until_idle();
    timers_fire(&rt_worker()->timers, INT64_MAX - 1);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_str_eq(text, "''");
    ck_assert(!timers_pending() && !poller_waiting());
}
END_TEST

START_TEST(a_cancelled_task_writes_where_there_is_room)
{
    RtTask *t = sim_spawn(write_it, "a few bytes");
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert_int_eq(written, 11);
}
END_TEST

START_TEST(a_close_beats_the_data)
{
    RtTask *t = sim_spawn(read_it, &hundred);
    sim_run_until_idle();
    send_text("too late");
    ck_assert_int_eq(__pluto_socket_close(ours), 0);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_str_eq(text, "''");
    ck_assert_int_eq(__pluto_socket_close(ours), -1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("socket");
    TCase *c = tcase_create("read and write");
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, a_read_gives_what_there_is);
    tcase_add_test(c, a_cancelled_task_reads_what_is_there);
    tcase_add_test(c, what_is_there_at_the_deadline_is_read);
    tcase_add_test(c, a_deadline_without_data_gives_nothing);
    tcase_add_test(c, a_cancelled_task_writes_where_there_is_room);
    tcase_add_test(c, a_close_beats_the_data);
    suite_add_tcase(s, c);
    return s;
}

int main(void) { return check_run(suite()); }
