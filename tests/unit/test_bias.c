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

typedef struct Party { Shared *shared; BiasHolder *as; int pause; } Party;

static void count_up(Shared *s)
{
    bias_acquire(&s->lock);
    s->count++;
    bias_release(&s->lock);
}

static void *count_often(void *arg)
{
    Party *p = arg;
    rt_tls.bias = p->as;
    for (int i = 0; i < ROUNDS; i++) {
        count_up(p->shared);
        for (int j = 0; j < p->pause; j++)
            cpu_relax();
    }
    rt_tls.bias = NULL;
    return NULL;
}

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
    Party   p = {s, bias_holder(0), 0};
    count_often(&p);
    ck_assert_int_eq(s->count, ROUNDS);
    if (!fence_both_sides)
        ck_assert(atomic_load(&s->lock.owner) == p.as);
}
END_TEST

START_TEST(another_thread_revokes_the_bias)
{
    Shared *s = new_shared();
    Party   p = {s, bias_holder(0), 0};
    count_often(&p);
    count_up(s);                                         /* as no worker */
    ck_assert(atomic_load(&s->lock.owner) == BIAS_NOBODY);
    ck_assert_int_eq(s->count, ROUNDS + 1);
}
END_TEST

START_TEST(nothing_is_lost_between_two_workers_and_a_thread)
{
    Shared   *s = new_shared();
    Party     parties[] = {{s, bias_holder(0), 0}, {s, bias_holder(1), 40},
                           {s, NULL, 400}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, count_often, &parties[i]);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(s->count, 3 * (int64_t)ROUNDS);
}
END_TEST

/* More threads than processors, so that one which is not running may be anywhere in the middle of
 * taking the lock; and the bias goes round all the time. */
enum { CROWD = 6, OFTEN = 20000 };

static void *count_restlessly(void *arg)
{
    Party *p = arg;
    rt_tls.bias = p->as;
    for (int i = 0; i < OFTEN; i++) {
        bias_acquire(&p->shared->lock);
        p->shared->lock.needed = 2;
        int64_t count = p->shared->count;
        for (int j = 0; j < 20; j++)
            cpu_relax();
        p->shared->count = count + 1;
        bias_release(&p->shared->lock);
    }
    rt_tls.bias = NULL;
    return NULL;
}

START_TEST(nothing_is_lost_while_the_bias_goes_round)
{
    Shared   *s = new_shared();
    Party     crowd[CROWD];
    pthread_t threads[CROWD];
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (Party){s, bias_holder(i), 0};
        pthread_create(&threads[i], NULL, count_restlessly, &crowd[i]);
    }
    for (int i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(s->count, (int64_t)CROWD * OFTEN);
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
    tcase_add_test(tc, nothing_is_lost_while_the_bias_goes_round);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return check_run(suite()); }
