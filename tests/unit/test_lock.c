/*
 * test_lock.c - the lock and the futex: who waits is woken, ranks are checked.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "runtime/base/clock.h"
#include "runtime/base/lock.h"
#include "tests/unit/check_main.h"
#include "tests/unit/runtime_fixture.h"

static Lock lock = LOCK_INIT(LOCK_POOL);

/* Until that thread waits for something. */
static void await_sleep(_Atomic long *thread)
{
    while (atomic_load(thread) == 0 || !thread_is_asleep(atomic_load(thread)))
        sched_yield();
}

/* ---- Exclusion ---- */

enum { THREADS = 4, ROUNDS = 20000 };
static int64_t counter;

static void *count(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        lock_acquire(&lock);
        int64_t seen = counter;
        if (i % 64 == 0)
            sched_yield();                               /* so that the others go to sleep */
        counter = seen + 1;
        lock_release(&lock);
    }
    return arg;
}

START_TEST(one_thread_at_a_time_holds_the_lock)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, count, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(counter, (int64_t)THREADS * ROUNDS);
    ck_assert_uint_eq(lock.state, 0);
}
END_TEST

/* ---- Sleeping ---- */

static _Atomic long sleepers[THREADS];

static void *acquire_and_release(void *arg)
{
    atomic_store((_Atomic long *)arg, gettid());
    lock_acquire(&lock);
    lock_release(&lock);
    return arg;
}

START_TEST(every_sleeper_is_woken_in_the_end)
{
    pthread_t threads[THREADS];
    lock_acquire(&lock);
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, acquire_and_release, (void *)&sleepers[i]);
        await_sleep(&sleepers[i]);
    }
    lock_release(&lock);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

static void ignore(int sig) { (void)sig; }

START_TEST(a_signal_does_not_let_a_waiting_thread_in)
{
    pthread_t thread;
    struct sigaction action = {.sa_handler = ignore};    /* without SA_RESTART */
    sigaction(SIGUSR1, &action, NULL);
    lock_acquire(&lock);
    pthread_create(&thread, NULL, acquire_and_release, (void *)&sleepers[0]);
    for (int i = 0; i < 100; i++) {
        await_sleep(&sleepers[0]);
        pthread_kill(thread, SIGUSR1);
    }
    ck_assert_uint_eq(lock.state, 2);
    lock_release(&lock);
    pthread_join(thread, NULL);
}
END_TEST

/* ---- The futex ---- */

START_TEST(futex_wait_returns_when_the_word_has_changed_or_time_is_up)
{
    _Atomic uint32_t word = 5;
    futex_wait(&word, 4, 0);
    int64_t start = rt_time_ns();
    while (rt_time_ns() - start < 2000000)               /* it may return early, not for ever */
        futex_wait(&word, 5, 2000000);
    ck_assert_uint_eq(word, 5);
}
END_TEST

/* ---- Ranks ---- */

#ifdef RT_DEBUG
static Lock low = LOCK_INIT(LOCK_CHAN), high = LOCK_INIT(LOCK_OUTPUT);

START_TEST(a_lower_rank_after_a_higher_is_a_bug)
{
    lock_acquire(&high);
    lock_acquire(&low);
}
END_TEST

START_TEST(a_rank_twice_is_a_bug)
{
    Lock other = LOCK_INIT(LOCK_POOL);
    lock_acquire(&lock);
    lock_acquire(&other);
}
END_TEST

START_TEST(releasing_what_is_not_held_is_a_bug)
{
    lock_acquire(&low);
    lock_release(&high);
}
END_TEST

START_TEST(holding_a_lock_where_none_may_be_held_is_a_bug)
{
    lock_check_none();
    lock_acquire(&low);
    lock_check_none();
}
END_TEST
#endif

static Suite *suite(void)
{
    Suite *s     = suite_create("lock");
    TCase *locks = tcase_create("lock");
    tcase_set_timeout(locks, 60);
    tcase_add_test(locks, one_thread_at_a_time_holds_the_lock);
    tcase_add_test(locks, every_sleeper_is_woken_in_the_end);
    tcase_add_test(locks, a_signal_does_not_let_a_waiting_thread_in);
    tcase_add_test(locks, futex_wait_returns_when_the_word_has_changed_or_time_is_up);
    suite_add_tcase(s, locks);
#ifdef RT_DEBUG
    TCase *ranks = tcase_create("ranks");
    tcase_add_test_raise_signal(ranks, a_lower_rank_after_a_higher_is_a_bug, SIGABRT);
    tcase_add_test_raise_signal(ranks, a_rank_twice_is_a_bug, SIGABRT);
    tcase_add_test_raise_signal(ranks, releasing_what_is_not_held_is_a_bug, SIGABRT);
    tcase_add_test_raise_signal(ranks, holding_a_lock_where_none_may_be_held_is_a_bug, SIGABRT);
    suite_add_tcase(s, ranks);
#endif
    return s;
}

int main(void) { return check_run(suite()); }
