/*
 * test_bias.c - the biased lock excludes, whoever takes it and however often it changes hands.
 */
#include "runtime/base/bias.h"

#include <pthread.h>

#include "runtime/base/fence.h"
#include "tests/unit/check_main.h"

enum { ROUNDS = 50000 };

typedef struct Shared {
    BiasLock lock;
    int64_t  count;                      /* guarded by lock, and not atomic */
} Shared;

typedef struct Party { Shared *shared; Worker *as; int pause; } Party;

static void count_up(Shared *s)
{
    bias_acquire(&s->lock);
    s->count++;
    bias_release(&s->lock);
}

static void *count_often(void *arg)
{
    Party *p = arg;
    rt_tls.worker = p->as;
    for (int i = 0; i < ROUNDS; i++) {
        count_up(p->shared);
        for (int j = 0; j < p->pause; j++)
            cpu_relax();
    }
    rt_tls.worker = NULL;
    return NULL;
}

/* Only the addresses of these are used. */
static char first_worker, second_worker;

static Shared *new_shared(void)
{
    static Shared s;
    s = (Shared){.count = 0};
    bias_init(&s.lock, LOCK_CHAN);
    return &s;
}

START_TEST(a_run_of_one_worker_biases_the_lock)
{
    Shared *s = new_shared();
    Party   p = {s, (Worker *)&first_worker, 0};
    count_often(&p);
    ck_assert_int_eq(s->count, ROUNDS);
    if (!fence_both_sides)
        ck_assert(atomic_load(&s->lock.owner) == p.as);
}
END_TEST

START_TEST(another_thread_revokes_the_bias)
{
    Shared *s = new_shared();
    Party   p = {s, (Worker *)&first_worker, 0};
    count_often(&p);
    count_up(s);                                         /* as no worker */
    ck_assert(atomic_load(&s->lock.owner) == BIAS_NOBODY);
    ck_assert_int_eq(s->count, ROUNDS + 1);
}
END_TEST

START_TEST(nothing_is_lost_between_two_workers_and_a_thread)
{
    Shared   *s = new_shared();
    Party     parties[] = {{s, (Worker *)&first_worker, 0}, {s, (Worker *)&second_worker, 40},
                           {s, NULL, 400}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, count_often, &parties[i]);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(s->count, 3 * (int64_t)ROUNDS);
}
END_TEST

static Suite *suite(void)
{
    Suite *s  = suite_create("bias");
    TCase *tc = tcase_create("lock");
    fence_init();
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_run_of_one_worker_biases_the_lock);
    tcase_add_test(tc, another_thread_revokes_the_bias);
    tcase_add_test(tc, nothing_is_lost_between_two_workers_and_a_thread);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return check_run(suite()); }
