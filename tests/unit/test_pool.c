/*
 * test_pool.c - blocks go round: from caches to the shared list and back, between threads.
 */
#include "runtime/base/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "tests/unit/check_main.h"

typedef struct Block { void *link; int64_t number; char room[40]; } Block;

static Pool pool = POOL_INIT(sizeof(Block));

enum { N = 5000, CACHE = 1024 };

static bool is_one_of(Block *const *blocks, int n, const Block *b)
{
    for (int i = 0; i < n; i++)
        if (blocks[i] == b)
            return true;
    return false;
}

START_TEST(a_block_given_is_taken_again)
{
    PoolList cache = {0};
    Block   *b     = pool_take(&pool, &cache);
    pool_give(&pool, &cache, b);
    ck_assert_ptr_eq(pool_take(&pool, &cache), b);
    pool_give(&pool, &cache, b);
    pool_cache_fini(&cache);
    ck_assert_ptr_null(cache.head);
}
END_TEST

START_TEST(a_new_block_is_zeroed)
{
    static const Block zero;
    PoolList cache = {0};
    Block   *b     = pool_take(&pool, &cache);
    ck_assert_mem_eq(&b->number, &zero.number, sizeof zero - offsetof(Block, number));
    pool_give(&pool, &cache, b);
    pool_cache_fini(&cache);
}
END_TEST

START_TEST(a_full_cache_hands_half_to_the_others)
{
    static Block *blocks[N];
    PoolList      taker = {0}, giver = {0};
    int           reused = 0;
    for (int i = 0; i < N; i++)
        blocks[i] = pool_take(&pool, &taker);
    for (int i = 0; i < N; i++)
        pool_give(&pool, &giver, blocks[i]);
    ck_assert_uint_le(giver.count, CACHE);
    int left_over = (int)taker.count;                    /* new ones */
    for (int i = 0; i < N - CACHE + left_over; i++)
        reused += is_one_of(blocks, N, pool_take(&pool, &taker));
    ck_assert_int_eq(reused, N - CACHE);
}
END_TEST

START_TEST(without_a_cache_blocks_go_to_the_shared_list)
{
    PoolList cache = {0};
    Block   *b     = pool_take(&pool, &cache);
    uint32_t  cached = cache.count;
    pool_give(&pool, NULL, b);
    ck_assert_uint_eq(cache.count, cached);
    pool_cache_fini(&cache);
    ck_assert_ptr_eq(pool_take(&pool, &cache), b);
    pool_give(&pool, NULL, b);
    pool_fini(&pool);
    ck_assert_uint_eq(pool.shared.count, 0);
}
END_TEST

/* ---- Walking ---- */

static void count_number(void *block, void *sum)
{
    const Block *b = block;
    *(int64_t *)sum += b->number;
}

START_TEST(a_walk_meets_every_block_once)
{
    static Block *blocks[N];
    PoolList      cache = {0};
    int64_t       sum   = 0;
    for (int i = 0; i < N; i++) {
        blocks[i]         = pool_take(&pool, &cache);
        blocks[i]->number = 1 + i;
        ck_assert_uint_eq((uintptr_t)blocks[i] % 16, 0);
    }
    pool_each(&pool, count_number, &sum);
    ck_assert_int_eq(sum, (int64_t)N * (N + 1) / 2);
    for (int i = 0; i < N; i++)
        pool_give(&pool, i % 2 == 0 ? NULL : &cache, blocks[i]);
    sum = 0;
    pool_each(&pool, count_number, &sum);                /* free ones are met, too */
    ck_assert_int_eq(sum, (int64_t)N * (N + 1) / 2);
    pool_cache_fini(&cache);
    pool_fini(&pool);
    sum = 0;
    pool_each(&pool, count_number, &sum);
    ck_assert_int_eq(sum, 0);
}
END_TEST

START_TEST(blocks_larger_than_a_chunk_come_one_by_one)
{
    static Pool big  = POOL_INIT(100 * 1000);
    PoolList    cache = {0};
    char       *a = pool_take(&big, &cache), *b = pool_take(&big, &cache);
    memset(a, 1, 100 * 1000);
    for (int i = 8; i < 100 * 1000; i++)
        ck_assert_int_eq(b[i], 0);
    pool_give(&big, NULL, a);
    pool_give(&big, NULL, b);
    pool_fini(&big);
}
END_TEST

/* ---- Threads ---- */

enum { THREADS = 4, ROUNDS = 200, HELD = 600 };

/* Writes its number into every block that it holds and finds it there again. */
static void *use_blocks(void *arg)
{
    static __thread Block *held[HELD];
    PoolList cache = {0};
    int64_t  me    = (intptr_t)arg, wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < HELD; i++) {
            held[i]         = pool_take(&pool, &cache);
            held[i]->number = me;
        }
        for (int i = 0; i < HELD; i++) {
            wrong += held[i]->number != me;
            pool_give(&pool, i % 3 == 0 ? NULL : &cache, held[i]);
        }
    }
    pool_cache_fini(&cache);
    return (void *)(intptr_t)wrong;
}

START_TEST(no_two_threads_hold_one_block)
{
    pthread_t threads[THREADS];
    for (intptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, use_blocks, (void *)i);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        ck_assert_ptr_null(wrong);
    }
    pool_fini(&pool);
}
END_TEST

static Suite *suite(void)
{
    Suite *s    = suite_create("pool");
    TCase *pool_case = tcase_create("pool");
    tcase_set_timeout(pool_case, 60);
    tcase_add_test(pool_case, a_block_given_is_taken_again);
    tcase_add_test(pool_case, a_new_block_is_zeroed);
    tcase_add_test(pool_case, a_full_cache_hands_half_to_the_others);
    tcase_add_test(pool_case, without_a_cache_blocks_go_to_the_shared_list);
    tcase_add_test(pool_case, a_walk_meets_every_block_once);
    tcase_add_test(pool_case, blocks_larger_than_a_chunk_come_one_by_one);
    tcase_add_test(pool_case, no_two_threads_hold_one_block);
    suite_add_tcase(s, pool_case);
    return s;
}

int main(void) { return check_run(suite()); }
