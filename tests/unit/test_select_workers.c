/*
 * test_select_workers.c - selects on several workers at once: every value arrives once.
 *
 * Producers select among the channels to send to, consumers among those to receive from; some give
 * up after a while, some are cancelled and replaced. At the end the sums are compared. Run with
 * other numbers of workers, and under ThreadSanitizer, it looks for races; by itself, for lost
 * values and lost wake-ups.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/pluto.h"
#include "tests/unit/check_main.h"

enum { CHANNELS = 4, PRODUCERS = 6, CONSUMERS = 5, EACH = 300, MOST_TASKS = CONSUMERS * 2 };

typedef struct Ends {
    RtSender   *tx[CHANNELS];
    RtReceiver *rx[CHANNELS];
    int64_t     number;
} Ends;

static void arms_to_send(const Ends *e, int64_t value, RtSelectArm *arms)
{
    for (int i = 0; i < CHANNELS; i++)
        arms[i] = (RtSelectArm){RT_SELECT_SEND, e->tx[i], RT_CELL(value)};
}

/* Sends EACH values; the result is their sum. */
static void produce(RtTask *self)
{
    Ends   *e   = rt_task_args(self);
    int64_t sum = 0;
    for (int64_t k = 0; k < EACH;) {
        RtSelectArm arms[CHANNELS];
        RtError    *error;
        RT_POLL();
        int64_t value = e->number * EACH + k + 1;
        arms_to_send(e, value, arms);
        int i = rt_select(arms, CHANNELS, k % 7 == 0, k % 5 == 0 ? 1 : -1, &error, NULL);
        if (i >= 0) {
            sum += value;
            k++;
        } else if (i == RT_SELECT_FAILED) {
            break;
        }
    }
    for (int i = 0; i < CHANNELS; i++)
        rt_sender_release(e->tx[i]);
    self->result = RT_CELL(sum);
}

/* Receives until all is closed, or it is cancelled; the result is the sum. */
static void consume(RtTask *self)
{
    Ends   *e   = rt_task_args(self);
    int64_t sum = 0;
    for (;;) {
        RtSelectArm arms[CHANNELS];
        RtError    *error;
        RT_POLL();
        for (int i = 0; i < CHANNELS; i++)
            arms[i] = (RtSelectArm){RT_SELECT_RECV, e->rx[i], {{0, 0}}};
        int i = rt_select(arms, CHANNELS, false, e->number % 2 == 0 ? 1 : -1, &error, NULL);
        if (i >= 0)
            sum += RT_UNCELL(int64_t, arms[i].cell);
        else if (i == RT_SELECT_FAILED)
            break;
    }
    self->result = RT_CELL(sum);
}

static const RtSpawnSite produce_site = {"produce", {"test.c", 1, 1, "main"}, produce};
static const RtSpawnSite consume_site = {"consume", {"test.c", 2, 1, "main"}, consume};

static RtTask *start(const RtSpawnSite *site, const Ends *e, int64_t number)
{
    RtTask *t    = rt_task_new(site, sizeof(Ends));
    Ends   *args = rt_task_args(t);
    *args        = *e;
    args->number = number;
    if (site == &produce_site)
        for (int i = 0; i < CHANNELS; i++)
            rt_sender_retain(e->tx[i]);
    rt_task_start(t);
    return t;
}

/* Gets the tasks by selects, as they end. */
static int64_t sum_of(RtTask **tasks, int n)
{
    int64_t sum = 0;
    while (n > 0) {
        RtSelectArm arms[MOST_TASKS];
        RtError    *error;
        for (int i = 0; i < n; i++)
            arms[i] = (RtSelectArm){RT_SELECT_GET, tasks[i], {{0, 0}}};
        int i = rt_select(arms, n, false, -1, &error, NULL);
        sum += RT_UNCELL(int64_t, arms[i].cell);
        tasks[i] = tasks[--n];
    }
    return sum;
}

static void run(RtTask *self)
{
    static const RtChanKind kinds[CHANNELS] = {RT_CHAN_RENDEZVOUS, RT_CHAN_BOUNDED,
                                               RT_CHAN_RENDEZVOUS, RT_CHAN_BOUNDED};
    Ends    e;
    RtTask *producers[PRODUCERS], *consumers[CONSUMERS * 2];
    for (int i = 0; i < CHANNELS; i++)
        rt_chan_new(kinds[i], 2, 1, false, &e.tx[i], &e.rx[i]);
    for (int i = 0; i < CONSUMERS; i++)
        consumers[i] = start(&consume_site, &e, i);
    for (int i = 0; i < PRODUCERS; i++)
        producers[i] = start(&produce_site, &e, i);
    for (int i = 0; i < CHANNELS; i++)
        rt_sender_release(e.tx[i]);
    for (int i = 0; i < CONSUMERS; i++) {                /* one after the other is replaced */
        consumers[CONSUMERS + i] = start(&consume_site, &e, i);
        rt_task_cancel(consumers[i]);
        rt_task_join(consumers[i], NULL);
    }
    int64_t sent = sum_of(producers, PRODUCERS), received = sum_of(consumers, CONSUMERS * 2);
    int64_t all  = (int64_t)PRODUCERS * EACH;
    self->result = RT_CELL((int64_t)(sent == received && sent == all * (all + 1) / 2 ? 0 : 1));
}

/* ---- Selects on tasks only ---- */

enum { WATCHERS = 8, WATCHED = 400 };

static void hello(RtTask *self) { self->result = RT_CELL((int64_t)1); }

static const RtSpawnSite hello_site = {"hello", {"test.c", 4, 1, "main"}, hello};

/* Each ends while the select that waits for it is just dropping its locks, now and then. */
static void watch(RtTask *self)
{
    int64_t sum = 0;
    for (int k = 0; k < WATCHED; k++) {
        RtError    *error;
        RtTask     *t   = rt_task_new(&hello_site, 0);
        RtSelectArm arm = {RT_SELECT_GET, t, {{0, 0}}};
        rt_task_start(t);
        if (rt_select(&arm, 1, false, -1, &error, NULL) == 0)
            sum += RT_UNCELL(int64_t, arm.cell);
    }
    self->result = RT_CELL(sum);
}

static const RtSpawnSite watch_site = {"watch", {"test.c", 5, 1, "main"}, watch};

static void run_watchers(RtTask *self)
{
    RtTask *watchers[WATCHERS];
    Ends    none = {{NULL}, {NULL}, 0};
    for (int i = 0; i < WATCHERS; i++)
        watchers[i] = start(&watch_site, &none, i);
    self->result = RT_CELL((int64_t)(sum_of(watchers, WATCHERS) == WATCHERS * WATCHED ? 0 : 1));
}

/* ---- Programs ---- */

static const RtProgram values   = {.main = {"main", {"test.c", 3, 1, "main"}, run}};
static const RtProgram watchers = {.main = {"main", {"test.c", 6, 1, "main"}, run_watchers}};

static void run_on(const char *workers, const RtProgram *program)
{
    char *argv[] = {"test", NULL};
    setenv("PLUTO_WORKERS", workers, 1);
    pid_t child = fork();
    if (child == 0)
        _exit(rt_main(program, 1, argv));
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static const char *const worker_counts[] = {"1", "2", "4", "8"};

START_TEST(every_value_arrives_once)
{
    run_on(worker_counts[_i], &values);
}
END_TEST

/* Fails under ThreadSanitizer when a block is freed while its locks are being dropped. */
START_TEST(every_task_is_seen_to_end)
{
    run_on(worker_counts[_i], &watchers);
}
END_TEST

static Suite *suite(void)
{
    Suite *s       = suite_create("select_workers");
    TCase *workers = tcase_create("workers");
    tcase_set_timeout(workers, 120);
    tcase_add_loop_test(workers, every_value_arrives_once, 0, 4);
    tcase_add_loop_test(workers, every_task_is_seen_to_end, 0, 4);
    suite_add_tcase(s, workers);
    return s;
}

int main(void) { return check_run(suite()); }
