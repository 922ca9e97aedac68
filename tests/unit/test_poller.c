/*
 * test_poller.c - waiting for descriptors, step by step: both ends of a pair are the test's.
 */
#include "runtime/sched/polldesc.h"
#include "runtime/sched/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/check_main.h"
#include "tests/unit/sim.h"

#define FAR (INT64_MAX / 2)

static int ours, other;                  /* two ends; ours is open in the poller */

static void open_pair(void)
{
    int ends[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    ours = ends[0], other = ends[1];
    ck_assert(poll_open(ours, true));
}

static void setup(void)
{
    sim_setup();
    open_pair();
}

static void send_text(const char *text)
{
    ck_assert_int_eq(write(other, text, strlen(text)), (ssize_t)strlen(text));
}

static bool is_descriptor(int fd) { return fcntl(fd, F_GETFD) >= 0; }

/* ---- A task that reads ---- */

typedef struct Reader {
    int         fd;
    int64_t     deadline;
    size_t      size;                    /* asked for; 0: all of text */
    char        text[64];
    int         tries;                   /* system calls */
    WaitOutcome outcome;
    bool        refused;                 /* by poll_enter */
} Reader;

static __attribute__((noinline)) ssize_t try_read(Reader *r)
{
    ssize_t n = read(r->fd, r->text, r->size > 0 ? r->size : sizeof r->text);
    r->tries++;
    return n < 0 ? -errno : n;
}

static void read_once(RtTask *self, void *arg)
{
    Reader   *r = arg;
    PollDesc *d = poll_enter(r->fd);
    (void)self;
    r->refused = d == NULL;
    if (d == NULL)
        return;
    do {
        if (!poll_may_try(d, POLL_READ))
            continue;
        ssize_t n = try_read(r);
        if (n != -EAGAIN) {
            poll_tried(d, POLL_READ, n <= 0 || n == (ssize_t)r->size);
            break;
        }
    } while ((r->outcome = poll_wait(d, POLL_READ, r->deadline)) == WAIT_DONE);
    poll_leave(d);
}

static void write_until_full(RtTask *self, void *arg)
{
    static const char block[4096];
    PollDesc         *d       = poll_enter(ours);
    WaitOutcome      *outcome = arg;
    (void)self;
    do {
        while (poll_may_try(d, POLL_WRITE) && write(ours, block, sizeof block) > 0)
            poll_tried(d, POLL_WRITE, true);
    } while ((*outcome = poll_wait(d, POLL_WRITE, 0)) == WAIT_DONE);
    poll_leave(d);
}

static RtTask *park_reader(Reader *r)
{
    RtTask *t = sim_spawn(read_once, r);
    sim_run_until_idle();
    ck_assert_msg(sim_parked(t), "it did not wait");
    return t;
}

/* ---- Ready ---- */

START_TEST(a_read_that_need_not_wait_does_not)
{
    Reader r = {.fd = ours};
    send_text("now");
    sim_spawn(read_once, &r);
    sim_run_until_idle();
    ck_assert_str_eq(r.text, "now");
    ck_assert_int_eq(r.tries, 1);
}
END_TEST

START_TEST(a_reader_waits_until_there_is_something)
{
    Reader  r = {.fd = ours};
    RtTask *t = park_reader(&r);
    ck_assert(poller_waiting());
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    send_text("later");
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_str_eq(r.text, "later");
    ck_assert(!poller_waiting());
}
END_TEST

/* Both try; one finds nothing and waits again. */
START_TEST(all_readers_try_when_something_comes)
{
    Reader  a = {.fd = ours}, b = {.fd = ours};
    RtTask *first = park_reader(&a), *second = park_reader(&b);
    send_text("one");
    sim_run_until_idle();
    ck_assert(sim_done(first) != sim_done(second));
    send_text("two");
    sim_run_until_idle();
    ck_assert(sim_done(first) && sim_done(second));
    ck_assert(!poller_waiting());
}
END_TEST

/* The rest of what one event announced is there without another event. */
START_TEST(a_full_read_may_leave_something)
{
    Reader first = {.fd = ours, .size = 3}, second = {.fd = ours};
    park_reader(&first);
    send_text("onetwo");
    sim_run_until_idle();
    sim_spawn(read_once, &second);
    sim_run_until_idle();
    ck_assert_str_eq(first.text, "one");
    ck_assert_str_eq(second.text, "two");
}
END_TEST

START_TEST(a_short_read_of_a_stream_is_not_tried_again)
{
    Reader first = {.fd = ours}, second = {.fd = ours};
    park_reader(&first);
    send_text("all");
    sim_run_until_idle();
    park_reader(&second);
    ck_assert_int_eq(second.tries, 0);
    send_text("more");
    sim_run_until_idle();
    ck_assert_str_eq(second.text, "more");
    ck_assert_int_eq(second.tries, 1);
}
END_TEST

/* Data and end arrive together, so there is one event for both. */
START_TEST(the_end_is_seen_after_a_short_read)
{
    Reader first = {.fd = ours}, second = {.fd = ours};
    park_reader(&first);
    send_text("last");
    close(other);
    sim_run_until_idle();
    ck_assert_str_eq(first.text, "last");
    RtTask *t = sim_spawn(read_once, &second);
    sim_run_until_idle();
    ck_assert_msg(sim_done(t), "waits for an end that has come");
    ck_assert_str_eq(second.text, "");
}
END_TEST

static void try_then_wait(RtTask *self, void *arg)
{
    PollDesc *d = poll_enter(ours);
    (void)self;
    ck_assert(poll_may_try(d, POLL_READ));
    ck_assert_int_eq(read(ours, arg, 1), -1);
    send_text("x");                      /* T2: just now */
    poller_look();
    ck_assert_int_eq(poll_wait(d, POLL_READ, 0), WAIT_DONE);
    ck_assert(poll_may_try(d, POLL_READ));
    poll_leave(d);
}

START_TEST(what_comes_between_try_and_wait_is_not_lost)
{
    Reader other_reader = {.fd = ours};
    char   c;
    RtTask *t = park_reader(&other_reader);              /* ours is registered, then */
    rt_task_cancel(t);
    sim_run_until_idle();
    PollDesc *d = poll_enter(ours);
    poll_tried(d, POLL_READ, true);
    poll_leave(d);
    t = sim_spawn(try_then_wait, &c);
    sim_run_until_idle();
    ck_assert(sim_done(t));
}
END_TEST

START_TEST(a_writer_waits_for_room)
{
    static char all[1 << 20];
    WaitOutcome outcome = WAIT_DONE;
    RtTask     *t       = sim_spawn(write_until_full, &outcome);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    int64_t before = 0, after = 0;
    ssize_t n;
    while ((n = read(other, all, sizeof all)) > 0)
        before += n;
    sim_run_until_idle();
    while ((n = read(other, all, sizeof all)) > 0)
        after += n;
    ck_assert_int_gt(before, 0);
    ck_assert_msg(after > 0, "the writer did not go on");
}
END_TEST

/* ---- Ending early ---- */

START_TEST(a_cancel_ends_the_wait)
{
    Reader  r = {.fd = ours};
    RtTask *t = park_reader(&r);
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_int_eq(r.outcome, WAIT_CANCELLED);
    ck_assert(!poller_waiting());
}
END_TEST

START_TEST(a_deadline_ends_the_wait)
{
    Reader  r = {.fd = ours, .deadline = FAR};
    RtTask *t = park_reader(&r);
    timers_fire(&rt_worker()->timers, FAR - 1);
    ck_assert(sim_parked(t));
    timers_fire(&rt_worker()->timers, FAR);
    sim_run_until_idle();
    ck_assert_int_eq(r.outcome, WAIT_TIMEOUT);
    ck_assert(!poller_waiting());
}
END_TEST

START_TEST(a_wait_that_ended_in_time_leaves_no_timer)
{
    Reader r = {.fd = ours, .deadline = FAR};
    park_reader(&r);
    send_text("in time");
    sim_run_until_idle();
    ck_assert_str_eq(r.text, "in time");
    ck_assert(!timers_pending());
}
END_TEST

/* ---- Closing ---- */

START_TEST(close_wakes_reader_and_writer)
{
    Reader      r       = {.fd = ours};
    WaitOutcome outcome = WAIT_DONE;
    RtTask     *reader  = park_reader(&r), *writer = sim_spawn(write_until_full, &outcome);
    sim_run_until_idle();
    ck_assert(sim_parked(writer));
    ck_assert_int_eq(poll_close(ours), 0);
    ck_assert_msg(is_descriptor(ours), "closed although two tasks are inside");
    sim_run_until_idle();
    ck_assert(sim_done(reader) && sim_done(writer));
    ck_assert_int_eq(r.outcome, WAIT_CLOSED);
    ck_assert_int_eq(outcome, WAIT_CLOSED);
    ck_assert(!is_descriptor(ours));
    ck_assert(!poller_waiting());
}
END_TEST

START_TEST(nobody_enters_what_is_closed_or_never_was_open)
{
    Reader r = {.fd = ours};
    ck_assert_int_eq(poll_close(ours), 0);
    ck_assert(!is_descriptor(ours));
    ck_assert_int_lt(poll_close(ours), 0);
    sim_spawn(read_once, &r);
    sim_run_until_idle();
    ck_assert(r.refused);
    ck_assert_ptr_null(poll_enter(-1));
    ck_assert_ptr_null(poll_enter(other));
    ck_assert_ptr_null(poll_enter(1 << 19));
    ck_assert_ptr_null(poll_enter(INT64_MAX));
    ck_assert_int_lt(poll_close(INT64_MIN), 0);
}
END_TEST

START_TEST(an_event_of_a_closed_descriptor_meets_nobody)
{
    Reader       first = {.fd = ours}, second;
    PollerEvents events;
    RtTask      *t = park_reader(&first);
    int          number = ours, old_other = other;
    send_text("old");
    ck_assert(poller_begin_watch(rt_worker()));
    poller_watch(&events, 0);            /* has the event, but does nothing yet */
    poller_end_watch();
    ck_assert_int_gt(events.count, 0);
    rt_task_cancel(t);
    sim_run_until_idle();
    ck_assert_int_eq(poll_close(ours), 0);
    close(old_other);
    open_pair();
    ck_assert_int_eq(ours, number);      /* the lowest free number */
    second = (Reader){.fd = ours};
    t      = park_reader(&second);
    poller_dispatch(&events);
    ck_assert_msg(sim_parked(t), "woken by an event of another descriptor");
}
END_TEST

START_TEST(a_reused_number_starts_afresh)
{
    Reader first = {.fd = ours}, second;
    int    number = ours;
    park_reader(&first);
    close(other);
    sim_run_until_idle();                /* a hang-up: noted in the record */
    poll_close(ours);
    open_pair();
    ck_assert_int_eq(ours, number);
    second = (Reader){.fd = ours};
    park_reader(&second);
    send_text("new");
    sim_run_until_idle();
    ck_assert_str_eq(second.text, "new");
}
END_TEST

static void wait_for_free(RtTask *self, void *arg)
{
    (void)self;
    *(WaitOutcome *)arg = poll_wait_for_free_descriptor(FAR);
}

START_TEST(a_close_wakes_who_needs_a_descriptor)
{
    WaitOutcome outcome = WAIT_CANCELLED;
    RtTask     *t       = sim_spawn(wait_for_free, &outcome);
    sim_run_until_idle();
    ck_assert(sim_parked(t));
    poll_close(ours);
    sim_run_until_idle();
    ck_assert(sim_done(t));
    ck_assert_int_eq(outcome, WAIT_DONE);
}
END_TEST

/* ---- Watching ---- */

START_TEST(a_woken_watcher_comes_back)
{
    Reader       r = {.fd = ours};
    PollerEvents events;
    Worker      *w = rt_worker();
    park_reader(&r);
    ck_assert(poller_begin_watch(w));
    ck_assert(!poller_begin_watch(w));
    ck_assert_ptr_eq(poller_watcher(), w);
    poller_wake(w);
    poller_watch(&events, 0);            /* would not come back otherwise */
    poller_end_watch();
    ck_assert_ptr_null(poller_watcher());
    poller_dispatch(&events);
    sim_run_until_idle();
    ck_assert_str_eq(r.text, "");
}
END_TEST

START_TEST(who_looks_in_passing_leaves_the_wake_up_to_the_watcher)
{
    Reader       r = {.fd = ours};
    PollerEvents events;
    Worker      *w = rt_worker();
    park_reader(&r);
    ck_assert(poller_begin_watch(w));
    poller_wake(w);
    poller_end_watch();
    poller_look();
    ck_assert(poller_begin_watch(w));
    poller_watch(&events, 0);
    poller_end_watch();
}
END_TEST

START_TEST(nobody_watches_when_nobody_waits)
{
    ck_assert(!poller_begin_watch(rt_worker()));
    ck_assert(!poller_neglected());
    Reader r = {.fd = ours};
    park_reader(&r);
    poller_neglected();
    ck_assert_msg(poller_neglected(), "a task waits, and nobody has looked");
    sim_run_until_idle();
    ck_assert(!poller_neglected());
}
END_TEST

/* ---- The collector ---- */

#if !SIM_NO_COLLECTOR
static void read_with_a_string(RtTask *self, void *arg)
{
    const RtString *text = rt_string_new("still here", 10);
    Reader          r    = {.fd = ours};
    read_once(self, &r);
    *(bool *)arg = strcmp(text->bytes, "still here") == 0;
}

START_TEST(nobody_else_holds_a_task_that_waits_for_a_descriptor)
{
    bool good = false;
    sim_spawn(read_with_a_string, &good);
    sim_run_until_idle();
    sim_collect_and_overwrite();
    send_text("x");
    sim_run_until_idle();
    ck_assert(good);
}
END_TEST
#endif

static void add(Suite *s, const char *name, const TTest *const *tests)
{
    TCase *c = tcase_create(name);
    tcase_add_checked_fixture(c, setup, NULL);
    for (; *tests != NULL; tests++)
        tcase_add_test(c, *tests);
    suite_add_tcase(s, c);
}

static Suite *suite(void)
{
    Suite *s = suite_create("poller");
    add(s, "ready", (const TTest *const[]){
        a_read_that_need_not_wait_does_not, a_reader_waits_until_there_is_something,
        all_readers_try_when_something_comes, a_full_read_may_leave_something,
        a_short_read_of_a_stream_is_not_tried_again, the_end_is_seen_after_a_short_read,
        what_comes_between_try_and_wait_is_not_lost, a_writer_waits_for_room, NULL});
    add(s, "ending early", (const TTest *const[]){
        a_cancel_ends_the_wait, a_deadline_ends_the_wait,
        a_wait_that_ended_in_time_leaves_no_timer, NULL});
    add(s, "closing", (const TTest *const[]){
        close_wakes_reader_and_writer, nobody_enters_what_is_closed_or_never_was_open,
        an_event_of_a_closed_descriptor_meets_nobody, a_reused_number_starts_afresh,
        a_close_wakes_who_needs_a_descriptor, NULL});
    add(s, "watching", (const TTest *const[]){
        a_woken_watcher_comes_back, who_looks_in_passing_leaves_the_wake_up_to_the_watcher,
        nobody_watches_when_nobody_waits, NULL});
#if !SIM_NO_COLLECTOR
    add(s, "collector", (const TTest *const[]){
        nobody_else_holds_a_task_that_waits_for_a_descriptor, NULL});
#endif
    return s;
}

int main(void) { return check_run(suite()); }
