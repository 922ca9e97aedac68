/* test_array.c - runtime/value/array.c: language 21. */
#include "tests/unit/runtime_fixture.h"

#include "runtime/value/array.h"
#include "tests/unit/check_main.h"

typedef struct Odd { char c[3]; } Odd;
typedef struct Pair { const RtString *name; int64_t n; } Pair;

#define SAME_ODD(x, y)  (memcmp((x).c, (y).c, 3) == 0)
#define SAME_PAIR(x, y) (rt_string_equal((x).name, (y).name) && (x).n == (y).n)

RT_ARRAY_TYPE(Ints, int64_t, HEAP_PTR0, RT_SAME)
RT_ARRAY_TYPE(Odds, Odd, HEAP_PTR0, SAME_ODD)
RT_ARRAY_TYPE(Pairs, Pair, HEAP_ALL, SAME_PAIR)
RT_ARRAY_TYPE(Strings, const RtString *, HEAP_ALL, rt_string_equal)

static Ints *ints(int64_t count)                         /* 0, 1, 2, .. */
{
    Ints *a = Ints_new(0);
    for (int64_t i = 0; i < count; i++)
        Ints_push(a, i);
    return a;
}

#define assert_ints(a, ...)                                                                        \
    do {                                                                                           \
        int64_t expected[] = { __VA_ARGS__ };                                                      \
        ck_assert_int_eq((a)->len, (int64_t)(sizeof expected / sizeof *expected));                 \
        ck_assert_mem_eq((a)->data, expected, sizeof expected);                                    \
    } while (0)

/* What array.h promises about the elements at len .. cap. */
static void assert_rest_is_zero(const void *array, size_t elem_size)
{
    const RtArray *a = array;
    const char    *p = a->data;
    for (size_t i = (size_t)a->len * elem_size; i < (size_t)a->cap * elem_size; i++)
        ck_assert_msg(p[i] == 0, "byte %zu is behind the elements and not zero", i);
}

/* ---- Order ---- */

START_TEST(push_and_pop_keep_order)
{
    Ints *a = ints(1000);
    ck_assert_int_eq(a->len, 1000);
    ck_assert_int_le(a->cap, 2000);
    for (int64_t i = 0; i < 1000; i++)
        ck_assert_int_eq(*Ints_at(a, i, &here), i);
    ck_assert_int_eq(Ints_first(a, &here), 0);
    for (int64_t i = 999; i >= 0; i--) {
        ck_assert_int_eq(Ints_last(a, &here), i);
        ck_assert_int_eq(Ints_pop(a, &here), i);
    }
    ck_assert_int_eq(a->len, 0);
}
END_TEST

START_TEST(new_elements_are_zero)
{
    /* Leaves used memory behind, to be handed out again. */
    for (int i = 0; i < 100; i++)
        memset(Ints_new(8)->data, 0xff, 64);
    heap_collect();
    for (int i = 0; i < 100; i++) {
        assert_ints(Ints_new(8), 0, 0, 0, 0, 0, 0, 0, 0);
        ck_assert_ptr_null(Strings_new(1)->data[0]);
    }
    ck_assert_int_eq(Ints_new(0)->len, 0);
}
END_TEST

START_TEST(insert_and_remove_move_the_rest)
{
    Ints *a = Ints_new(0);
    Ints_insert_at(a, 0, 10, &here);
    Ints_insert_at(a, 1, 30, &here);
    Ints_insert_at(a, 1, 20, &here);
    Ints_insert_at(a, 0, 5, &here);
    Ints_insert_at(a, 2, 15, &here);
    assert_ints(a, 5, 10, 15, 20, 30);
    ck_assert_int_eq(Ints_remove_at(a, 2, &here), 15);
    ck_assert_int_eq(Ints_remove_at(a, 0, &here), 5);
    ck_assert_int_eq(Ints_remove_at(a, 2, &here), 30);
    assert_ints(a, 10, 20);
}
END_TEST

START_TEST(slice_clamps_and_copies)
{
    Ints *a = ints(5), *s = Ints_slice(a, 1, 3);
    *Ints_at(s, 0, &here) = 77;
    assert_ints(s, 77, 2);
    assert_ints(a, 0, 1, 2, 3, 4);
    assert_ints(Ints_slice(a, INT64_MIN, INT64_MAX), 0, 1, 2, 3, 4);
    assert_ints(Ints_slice(a, -3, 2), 0, 1);
    assert_ints(Ints_slice(a, 4, 9), 4);
    ck_assert_int_eq(Ints_slice(a, 3, 3)->len, 0);
    ck_assert_int_eq(Ints_slice(a, 3, 1)->len, 0);
    ck_assert_int_eq(Ints_slice(a, 9, 12)->len, 0);
    ck_assert_int_eq(Ints_slice(a, -5, -1)->len, 0);
    Ints_push(Ints_slice(a, 5, 5), 1);
}
END_TEST

START_TEST(reverse_and_search_take_any_element_size)
{
    for (int64_t n = 0; n < 6; n++) {
        Ints  *a = ints(n);
        Odds  *o = Odds_new(n);
        Pairs *p = Pairs_new(n);
        for (int64_t i = 0; i < n; i++) {
            o->data[i] = (Odd){ { 'a', (char)i, 'c' } };
            p->data[i] = (Pair){ rt_byte_strings[i], i };
        }
        Ints_reverse(a);
        Odds_reverse(o);
        Pairs_reverse(p);
        for (int64_t i = 0; i < n; i++) {
            ck_assert_int_eq(Ints_index_of(a, i), n - 1 - i);
            ck_assert_int_eq(Odds_index_of(o, (Odd){ { 'a', (char)i, 'c' } }), n - 1 - i);
            ck_assert_int_eq(Pairs_index_of(p, (Pair){ rt_byte_strings[i], i }), n - 1 - i);
        }
        ck_assert_int_eq(Ints_index_of(a, n), -1);
    }
}
END_TEST

START_TEST(strings_are_found_by_content)
{
    Strings *a = Strings_new(0);
    Strings_push(a, str("one"));
    Strings_push(a, str("two"));
    Strings_push(a, str("two"));
    ck_assert_int_eq(Strings_index_of(a, str("two")), 1);
    ck_assert_int_eq(Strings_index_of(a, str("three")), -1);
}
END_TEST

/* ---- Limits ---- */

START_TEST(reserve_makes_room_at_once)
{
    Ints *a = ints(3);
    rt_array_reserve((RtArray *)a, 8, HEAP_PTR0, 100);
    ck_assert_int_ge(a->cap, 103);
    int64_t *data = a->data;
    for (int64_t i = 3; i < 103; i++)
        Ints_push(a, i);
    ck_assert_ptr_eq(a->data, data);
    rt_array_reserve((RtArray *)a, 8, HEAP_PTR0, 0);
    ck_assert_ptr_eq(a->data, data);
    ck_assert_int_eq(Ints_index_of(a, 102), 102);
}
END_TEST

START_TEST(large_arrays_grow)
{
    enum { COUNT = 1000 * 1000 };
    Ints *a = ints(COUNT);
    int64_t right = 0;
    while (right < COUNT && a->data[right] == right)
        right++;
    ck_assert_int_eq(right, COUNT);
}
END_TEST

/* ---- The collector ---- */

START_TEST(removed_elements_are_zeroed)
{
    Strings *a = Strings_new(0);
    for (int i = 0; i < 40; i++) {
        Strings_push(a, str("some text"));
        assert_rest_is_zero(a, sizeof(RtString *));
    }
    Strings_pop(a, &here);
    assert_rest_is_zero(a, sizeof(RtString *));
    Strings_remove_at(a, 7, &here);
    assert_rest_is_zero(a, sizeof(RtString *));
    Strings_remove_at(a, a->len - 1, &here);
    assert_rest_is_zero(a, sizeof(RtString *));
    Strings_insert_at(a, 3, str("more"), &here);
    assert_rest_is_zero(a, sizeof(RtString *));
    Strings_clear(a);
    ck_assert_int_eq(a->len, 0);
    ck_assert_int_ge(a->cap, 40);
    assert_rest_is_zero(a, sizeof(RtString *));
    Strings_clear(Strings_new(0));
}
END_TEST

START_TEST(elements_survive_collections)
{
    char     text[] = "number 000";
    Strings *a      = Strings_new(0);
    for (int i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "number %03d", i % 1000);
        Strings_insert_at(a, i / 2, str(text), &here);
    }
    Strings_reverse(a);
    a = Strings_slice(a, 0, 300);
    for (int i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "number %03d", i % 1000);
        ck_assert_msg(Strings_index_of(a, str(text)) >= 0, "\"%s\" is gone", text);
    }
}
END_TEST

/* ---- Misuse ---- */

static void index_at_the_end(void)  { Ints_at(ints(4), 4, &here); }
static void index_below_0(void)     { Ints_at(ints(4), -1, &here); }
static void pop_from_empty(void)    { Ints_pop(ints(0), &here); }
static void first_of_empty(void)    { Ints_first(ints(0), &here); }
static void last_of_empty(void)     { Ints_last(ints(0), &here); }
static void insert_past_end(void)   { Ints_insert_at(ints(2), 3, 1, &here); }
static void insert_below_0(void)    { Ints_insert_at(ints(2), -1, 1, &here); }
static void remove_at_the_end(void) { Ints_remove_at(ints(2), 2, &here); }
static void remove_below_0(void)    { Ints_remove_at(ints(2), -1, &here); }
static void new_too_long(void)      { Ints_new(INT64_MAX); }
static void new_negative(void)      { Ints_new(-1); }
static void reserve(int64_t more)   { rt_array_reserve((RtArray *)ints(2), 8, HEAP_PTR0, more); }
static void reserve_too_much(void)  { reserve(INT64_MAX); }
static void reserve_overflows(void) { reserve(INT64_MAX / 8); }

START_TEST(misuse_fails_with_the_documented_text)
{
    assert_fails(index_at_the_end, "pluto: array index out of bounds: index 4, length 4\n" HERE);
    assert_fails(index_below_0, "pluto: array index out of bounds: index -1, length 4\n" HERE);
    assert_fails(pop_from_empty, "pluto: pop from empty array\n" HERE);
    assert_fails(first_of_empty, "pluto: first() on empty array\n" HERE);
    assert_fails(last_of_empty, "pluto: last() on empty array\n" HERE);
    assert_fails(insert_past_end,
                 "pluto: array insert_at index out of bounds: index 3, length 2\n" HERE);
    assert_fails(insert_below_0,
                 "pluto: array insert_at index out of bounds: index -1, length 2\n" HERE);
    assert_fails(remove_at_the_end,
                 "pluto: array remove_at index out of bounds: index 2, length 2\n" HERE);
    assert_fails(remove_below_0,
                 "pluto: array remove_at index out of bounds: index -1, length 2\n" HERE);
}
END_TEST

START_TEST(impossible_lengths_fail)
{
    assert_fails(new_too_long, "pluto: array length overflow\n");
    assert_fails(new_negative, "pluto: array length overflow\n");
    assert_fails(reserve_too_much, "pluto: array length overflow\n");
    assert_fails(reserve_overflows, "pluto: array length overflow\n");
}
END_TEST

static Suite *array_suite(void)
{
    Suite *s      = suite_create("array");
    TCase *values = tcase_create("values");
    tcase_add_checked_fixture(values, heap_setup, NULL);
    tcase_add_test(values, push_and_pop_keep_order);
    tcase_add_test(values, new_elements_are_zero);
    tcase_add_test(values, insert_and_remove_move_the_rest);
    tcase_add_test(values, slice_clamps_and_copies);
    tcase_add_test(values, reverse_and_search_take_any_element_size);
    tcase_add_test(values, strings_are_found_by_content);
    tcase_add_test(values, reserve_makes_room_at_once);
    tcase_add_test(values, large_arrays_grow);
    tcase_add_test(values, removed_elements_are_zeroed);
    suite_add_tcase(s, values);

    TCase *collector = tcase_create("collector");
    tcase_add_checked_fixture(collector, stress_heap_setup, NULL);
    tcase_add_test(collector, elements_survive_collections);
    suite_add_tcase(s, collector);

    TCase *failures = tcase_create("failures");
    tcase_add_test(failures, misuse_fails_with_the_documented_text);
    tcase_add_test(failures, impossible_lengths_fail);
    suite_add_tcase(s, failures);
    return s;
}

int main(void) { return check_run(array_suite()); }
