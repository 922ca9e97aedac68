/* test_map.c - runtime/value/map.c: order, limits, kinds of keys, against a plain model. */
#include "tests/unit/runtime_fixture.h"

#include <math.h>

#include "runtime/value/map.h"
#include "tests/unit/check_main.h"

/* ---- Types, as emitted C has them ---- */

typedef struct IntInt { int64_t key, value; } IntInt;
static const RtMapType int_int = {
    .kind = RT_KEY_INT, .entry_size = sizeof(IntInt), .key_size = 8, .value_offset = 8,
    .value_size = 8, .entries = HEAP_PTR0,
};

typedef struct StringInt { const RtString *key; int64_t value; } StringInt;
static const RtMapType string_int = {
    .kind = RT_KEY_STRING, .entry_size = sizeof(StringInt), .key_size = 8, .value_offset = 8,
    .value_size = 8, .entries = HEAP_ALL,
};

typedef struct IntString { int64_t key; const RtString *value; } IntString;
static const RtMapType int_string = {
    .kind = RT_KEY_INT, .entry_size = sizeof(IntString), .key_size = 8, .value_offset = 8,
    .value_size = 8, .entries = HEAP_ALL,
};

typedef struct FloatByte { double key; uint8_t value; } FloatByte;
static const RtMapType float_byte = {
    .kind = RT_KEY_FLOAT, .entry_size = sizeof(FloatByte), .key_size = 8, .value_offset = 8,
    .value_size = 1, .entries = HEAP_PTR0,
};

static const RtMapType byte_set = {
    .kind = RT_KEY_BYTE, .entry_size = 1, .key_size = 1, .value_offset = 1, .entries = HEAP_PTR0,
};
static const RtMapType bool_set = {
    .kind = RT_KEY_BOOL, .entry_size = 1, .key_size = 1, .value_offset = 1, .entries = HEAP_PTR0,
};
static const RtMapType tag_set = {                       /* an enum without data */
    .kind = RT_KEY_ENUM, .entry_size = 4, .key_size = 4, .value_offset = 4, .entries = HEAP_PTR0,
};

typedef struct Shape { const RtString *name; int64_t n; } Shape;

static uint64_t shape_hash(const void *key)
{
    const Shape *s = *(Shape *const *)key;
    return rt_hash_combine(rt_hash_int(s->n), rt_hash_string(s->name));
}
static bool shape_equal(const void *a, const void *b)
{
    const Shape *x = *(Shape *const *)a, *y = *(Shape *const *)b;
    return x->n == y->n && rt_string_equal(x->name, y->name);
}

typedef struct ShapeInt { Shape *key; int64_t value; } ShapeInt;
static const RtMapType shape_int = {
    .kind = RT_KEY_ENUM, .entry_size = sizeof(ShapeInt), .key_size = 8, .value_offset = 8,
    .value_size = 8, .entries = HEAP_ALL, .hash = shape_hash, .equal = shape_equal,
};

static Shape *shape(const char *name, int64_t n)
{
    const RtString *s     = str(name);
    Shape          *shape = rt_alloc(HEAP_PTR1, sizeof *shape);
    *shape = (Shape){s, n};
    return shape;
}

/* ---- Short names ---- */

static void put(RtMap *m, int64_t key, int64_t value)
{
    *(int64_t *)rt_map_place(m, &int_int, &key) = value;
}

/* -1: absent. */
static int64_t get(const RtMap *m, int64_t key)
{
    int64_t *value = rt_map_find(m, &int_int, &key);
    return value == NULL ? -1 : *value;
}

static bool drop(RtMap *m, int64_t key) { return rt_map_remove(m, &int_int, &key); }

static const RtString *numbered(const char *prefix, int64_t n)
{
    char text[64];
    sprintf(text, "%s%ld", prefix, (long)n);
    return str(text);
}

static void assert_ints(const RtArray *a, int64_t n, const int64_t *expected)
{
    ck_assert_int_eq(a->len, n);
    for (int64_t i = 0; i < n; i++)
        ck_assert_int_eq(((int64_t *)a->data)[i], expected[i]);
}
#define ASSERT_INTS(a, ...)                                                                        \
    assert_ints((a), sizeof((int64_t[]){__VA_ARGS__}) / 8, (int64_t[]){__VA_ARGS__})

/* ---- Order ---- */

START_TEST(keys_and_values_come_in_order_of_insertion)
{
    RtMap *m = rt_map_new(&int_int, 0);
    put(m, 30, 1);
    put(m, 10, 2);
    put(m, 20, 3);
    ASSERT_INTS(rt_map_keys(m, &int_int), 30, 10, 20);
    ASSERT_INTS(rt_map_values(m, &int_int), 1, 2, 3);
}
END_TEST

START_TEST(replacing_keeps_the_place)
{
    RtMap *m = rt_map_new(&int_int, 0);
    put(m, 1, 10);
    put(m, 2, 20);
    put(m, 1, 11);
    ck_assert_int_eq(m->len, 2);
    ASSERT_INTS(rt_map_keys(m, &int_int), 1, 2);
    ASSERT_INTS(rt_map_values(m, &int_int), 11, 20);
}
END_TEST

START_TEST(a_removed_key_comes_back_at_the_end)
{
    RtMap *m = rt_map_new(&int_int, 0);
    put(m, 1, 10);
    put(m, 2, 20);
    put(m, 3, 30);
    ck_assert(drop(m, 1));
    ck_assert(!drop(m, 1));
    ck_assert_int_eq(get(m, 1), -1);
    ASSERT_INTS(rt_map_keys(m, &int_int), 2, 3);
    put(m, 1, 11);
    ASSERT_INTS(rt_map_keys(m, &int_int), 2, 3, 1);
    ASSERT_INTS(rt_map_values(m, &int_int), 20, 30, 11);
}
END_TEST

START_TEST(order_survives_growth_over_holes)
{
    RtMap *m = rt_map_new(&int_int, 0);
    for (int64_t i = 0; i < 5000; i++) {
        put(m, i, 2 * i);
        if (i % 3 == 0)
            ck_assert(drop(m, i));
    }
    RtArray *keys = rt_map_keys(m, &int_int);
    int64_t  k = 0, at = 0;
    for (int64_t i = 0; i < 5000; i++) {
        ck_assert_int_eq(get(m, i), i % 3 == 0 ? -1 : 2 * i);
        if (i % 3 != 0) {
            IntInt *e = rt_map_next(m, &int_int, &at);
            ck_assert(e->key == i && e->value == 2 * i);
            ck_assert_int_eq(((int64_t *)keys->data)[k++], i);
        }
    }
    ck_assert_int_eq(k, keys->len);
    ck_assert_int_eq(k, m->len);
    ck_assert_ptr_null(rt_map_next(m, &int_int, &at));
}
END_TEST

/* ---- Limits ---- */

START_TEST(an_empty_map_has_nothing)
{
    RtMap *m = rt_map_new(&int_int, 0);
    int64_t at = 0;
    ck_assert_int_eq(m->len, 0);
    ck_assert_int_eq(get(m, 0), -1);
    ck_assert(!drop(m, 0));
    ck_assert_int_eq(rt_map_keys(m, &int_int)->len, 0);
    ck_assert_ptr_null(rt_map_next(m, &int_int, &at));
    RtMap          *s   = rt_map_new(&string_int, 0);
    const RtString *key = str("a");
    ck_assert_ptr_null(rt_map_find(s, &string_int, &key));
    RtMap *f = rt_map_new(&float_byte, 0);
    double x = 0;
    ck_assert_ptr_null(rt_map_find(f, &float_byte, &x));
}
END_TEST

START_TEST(a_fresh_value_is_zero)
{
    for (int round = 0; round < 2000; round++) {         /* over memory that was used before */
        RtMap *m = rt_map_new(&int_int, 0);
        for (int64_t i = 0; i < 20; i++) {
            int64_t *value = rt_map_place(m, &int_int, &i);
            ck_assert_int_eq(*value, 0);
            *value = -1;
        }
    }
}
END_TEST

START_TEST(room_that_was_asked_for_is_there)
{
    for (int64_t room = 1; room < 3000; room = room * 2 + 1) {
        RtMap *m       = rt_map_new(&int_int, room);
        void  *entries = m->entries;
        for (int64_t i = 0; i < room; i++)
            put(m, i * 7, i);
        ck_assert_ptr_eq(m->entries, entries);
        for (int64_t i = 0; i < room; i++)
            ck_assert_int_eq(get(m, i * 7), i);
    }
}
END_TEST

/* Keys that differ only in their high, or only in their low bits; with little memory for each. */
START_TEST(regular_keys_are_found)
{
    for (int shift = 0; shift < 64; shift += 7) {
        RtMap  *m = rt_map_new(&int_int, 0);
        int64_t n = shift > 50 ? 1 << (63 - shift) : 10000;
        for (int64_t i = 0; i < n; i++)
            put(m, (int64_t)((uint64_t)i << shift), i);
        ck_assert_int_eq(m->len, n);
        for (int64_t i = 0; i < n; i++)
            ck_assert_int_eq(get(m, (int64_t)((uint64_t)i << shift)), i);
        ck_assert_int_eq(get(m, -1), -1);
    }
}
END_TEST

START_TEST(coming_and_going_takes_no_more_memory)
{
    RtMap *m = rt_map_new(&int_int, 0);
    for (int64_t i = 0; i < 100000; i++) {
        put(m, i, i);
        if (i >= 10)
            ck_assert(drop(m, i - 10));
    }
    ck_assert_int_eq(m->len, 10);
    ck_assert_int_le(m->cap, 64);
}
END_TEST

START_TEST(a_map_that_lost_most_shrinks_when_it_fills_again)
{
    RtMap *m = rt_map_new(&int_int, 0);
    for (int64_t i = 0; i < 65536; i++)
        put(m, i, i);
    for (int64_t i = 10; i < 65536; i++)
        drop(m, i);
    put(m, -5, 1);
    ck_assert_int_eq(m->len, 11);
    ck_assert_int_le(m->cap, 32);
    ck_assert_int_eq(get(m, 9), 9);
    ck_assert_int_eq(get(m, -5), 1);
}
END_TEST

/* ---- Kinds of keys ---- */

START_TEST(strings_are_found_by_content)
{
    RtMap *m = rt_map_new(&string_int, 0);
    for (int64_t i = 0; i < 3000; i++) {
        const RtString *key = numbered("key ", i);
        *(int64_t *)rt_map_place(m, &string_int, &key) = i;
    }
    for (int64_t i = 0; i < 3000; i += 2) {
        const RtString *key = numbered("key ", i);
        ck_assert(rt_map_remove(m, &string_int, &key));
    }
    for (int64_t i = 0; i < 3000; i++) {
        const RtString *key = numbered("key ", i), *other = numbered("yek ", i);
        int64_t        *v   = rt_map_find(m, &string_int, &key);
        ck_assert(i % 2 == 0 ? v == NULL : v != NULL && *v == i);
        ck_assert_ptr_null(rt_map_find(m, &string_int, &other));
    }
}
END_TEST

/* Every length around the steps of the hash, each with a change at every byte: no two hashes are
 * the same. */
START_TEST(strings_of_all_lengths_differ_at_every_byte)
{
    RtMap  *m = rt_map_new(&string_int, 0), *hashes = rt_map_new(&int_int, 0);
    char    text[80];
    int64_t n = 0;
    for (int len = 0; len <= 70; len++) {
        for (int changed = -1; changed < len; changed++) {
            memset(text, 'a', sizeof text);
            if (changed >= 0)
                text[changed] = 'b';
            const RtString *key = rt_string_new(text, len);
            ck_assert_ptr_null(rt_map_find(m, &string_int, &key));
            *(int64_t *)rt_map_place(m, &string_int, &key) = n++;
            put(hashes, (int64_t)rt_hash_string(key), 1);
            ck_assert_int_eq(m->len, n);
            ck_assert_int_eq(hashes->len, n);
        }
    }
}
END_TEST

START_TEST(nul_bytes_count)
{
    RtMap          *m = rt_map_new(&string_int, 0);
    const RtString *a = rt_string_new("a\0b", 3), *b = rt_string_new("a\0c", 3), *c = str("a");
    *(int64_t *)rt_map_place(m, &string_int, &a) = 1;
    *(int64_t *)rt_map_place(m, &string_int, &b) = 2;
    *(int64_t *)rt_map_place(m, &string_int, &c) = 3;
    ck_assert_int_eq(m->len, 3);
    ck_assert_int_eq(*(int64_t *)rt_map_find(m, &string_int, &b), 2);
}
END_TEST

static void put_float(RtMap *m, double key, uint8_t value)
{
    *(uint8_t *)rt_map_place(m, &float_byte, &key) = value;
}
static int get_float(const RtMap *m, double key)
{
    uint8_t *value = rt_map_find(m, &float_byte, &key);
    return value == NULL ? -1 : *value;
}

START_TEST(floats_are_found_by_value)
{
    RtMap *m = rt_map_new(&float_byte, 0);
    put_float(m, 0.0, 1);
    put_float(m, 1.5, 2);
    put_float(m, (double)INFINITY, 3);
    ck_assert_int_eq(get_float(m, -0.0), 1);
    put_float(m, -0.0, 4);
    ck_assert_int_eq(get_float(m, 0.0), 4);
    ck_assert_int_eq(get_float(m, 1.5), 2);
    ck_assert_int_eq(get_float(m, (double)INFINITY), 3);
    ck_assert_int_eq(get_float(m, -1.5), -1);
    ck_assert_int_eq(m->len, 3);
}
END_TEST

/* If all had their place in the index, behind one another, this would take hours. */
START_TEST(nan_is_never_found_and_never_in_the_way)
{
    RtMap *m   = rt_map_new(&float_byte, 0);
    double nan = (double)NAN;
    for (int i = 0; i < 1000000; i++)
        put_float(m, nan, 1);
    put_float(m, 2.0, 2);
    ck_assert_int_eq(m->len, 1000001);
    ck_assert_int_eq(get_float(m, nan), -1);
    ck_assert(!rt_map_remove(m, &float_byte, &nan));
    ck_assert_int_eq(get_float(m, 2.0), 2);
    ck_assert_int_eq(rt_map_keys(m, &float_byte)->len, 1000001);
}
END_TEST

static void try_small_keys(const RtMapType *type, int n)
{
    RtMap *m = rt_map_new(type, 0);
    for (int i = 0; i < n; i++) {
        uint64_t key = (uint64_t)i;                      /* little-endian, as the runtime is */
        ck_assert_ptr_null(rt_map_find(m, type, &key));
        rt_map_place(m, type, &key);
        rt_map_place(m, type, &key);
        ck_assert_int_eq(m->len, i + 1);
    }
    RtArray *keys = rt_map_keys(m, type);
    for (int i = 0; i < n; i++) {
        uint64_t key = (uint64_t)i;
        const char *found = (char *)keys->data + (size_t)i * type->key_size;
        ck_assert_int_eq(memcmp(found, &key, type->key_size), 0);
        ck_assert_ptr_nonnull(rt_map_find(m, type, &key));
        ck_assert(rt_map_remove(m, type, &key));
        ck_assert_ptr_null(rt_map_find(m, type, &key));
    }
    ck_assert_int_eq(m->len, 0);
}

START_TEST(bytes_bools_and_plain_enums_are_keys)
{
    try_small_keys(&byte_set, 256);
    try_small_keys(&bool_set, 2);
    try_small_keys(&tag_set, 1000);
}
END_TEST

START_TEST(enums_with_data_are_found_by_content)
{
    RtMap *m = rt_map_new(&shape_int, 0);
    for (int64_t i = 0; i < 500; i++) {
        Shape *key = shape(i % 2 == 0 ? "circle" : "square", i / 2);
        *(int64_t *)rt_map_place(m, &shape_int, &key) = i;
    }
    Shape *gone = shape("circle", 100);
    ck_assert(rt_map_remove(m, &shape_int, &gone));
    for (int64_t i = 0; i < 500; i++) {
        Shape   *key = shape(i % 2 == 0 ? "circle" : "square", i / 2);
        int64_t *v   = rt_map_find(m, &shape_int, &key);
        ck_assert(i == 200 ? v == NULL : v != NULL && *v == i);
    }
}
END_TEST

/* ---- The collector ---- */

START_TEST(what_the_map_holds_survives)
{
    RtMap *m = rt_map_new(&int_string, 0);
    for (int64_t i = 0; i < 2000; i++) {
        *(const RtString **)rt_map_place(m, &int_string, &i) = numbered("value ", i);
        if (i % 5 == 0)
            rt_map_remove(m, &int_string, &i);
    }
    RtArray *values = rt_map_values(m, &int_string);
    for (int64_t i = 0; i < 2000; i++) {
        const RtString **v = rt_map_find(m, &int_string, &i);
        ck_assert((v == NULL) == (i % 5 == 0));
        if (v != NULL)
            ck_assert(rt_string_equal(*v, numbered("value ", i)));
    }
    ck_assert(rt_string_equal(((const RtString **)values->data)[0], str("value 1")));
}
END_TEST

START_TEST(a_removed_entry_is_zero)
{
    RtMap          *m   = rt_map_new(&string_int, 0);
    const RtString *key = str("k");
    *(int64_t *)rt_map_place(m, &string_int, &key) = 7;
    StringInt *e = m->entries;
    ck_assert(rt_map_remove(m, &string_int, &key));
    ck_assert_ptr_null(e->key);
    ck_assert_int_eq(e->value, 0);
}
END_TEST

/* ---- Against a model ---- */

enum { KEYS = 300 };

/* value[k] of each key, 0: absent; at[k]: when it was inserted. */
typedef struct Model { int64_t value[KEYS], at[KEYS], len, clock; } Model;

static void assert_same(const RtMap *m, const Model *model)
{
    RtArray *keys = rt_map_keys(m, &int_int), *values = rt_map_values(m, &int_int);
    int64_t  last = -1;
    ck_assert_int_eq(keys->len, model->len);
    ck_assert_int_eq(m->len, model->len);
    for (int64_t i = 0; i < keys->len; i++) {
        int64_t k = ((int64_t *)keys->data)[i];
        ck_assert_int_eq(((int64_t *)values->data)[i], model->value[k]);
        ck_assert_int_ne(model->value[k], 0);
        ck_assert_int_gt(model->at[k], last);
        last = model->at[k];
    }
}

START_TEST(random_operations_agree_with_a_model)
{
    static Model model;
    RtMap       *m    = rt_map_new(&int_int, 0);
    uint64_t     seed = 88172645463325252u + (uint64_t)_i;
    for (int step = 0; step < 30000; step++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        int64_t  k     = (int64_t)(seed >> 20) % KEYS;
        unsigned phase = step / 3000 % 2 == 0 ? 6 : 2;   /* growing, shrinking */
        if (seed % 8 < phase) {
            if (model.value[k] == 0) {
                model.at[k] = model.clock++;
                model.len++;
            }
            put(m, k, model.value[k] = step + 1);
        } else {
            ck_assert_int_eq(drop(m, k), model.value[k] != 0);
            model.len -= model.value[k] != 0;
            model.value[k] = 0;
        }
        int64_t probe = (int64_t)(seed >> 40) % KEYS;
        ck_assert_int_eq(get(m, probe), model.value[probe] == 0 ? -1 : model.value[probe]);
        if (step % 1000 == 0)
            assert_same(m, &model);
    }
    assert_same(m, &model);
}
END_TEST

/* ---- Misuse ---- */

static void miss(void) { rt_fail_map_key(&here); }

START_TEST(a_missing_key_has_its_message)
{
    assert_fails(miss, "pluto: map key not found\n" HERE);
}
END_TEST

static void add_tests(TCase *c)
{
    tcase_set_timeout(c, 60);
    tcase_add_test(c, keys_and_values_come_in_order_of_insertion);
    tcase_add_test(c, replacing_keeps_the_place);
    tcase_add_test(c, a_removed_key_comes_back_at_the_end);
    tcase_add_test(c, order_survives_growth_over_holes);
    tcase_add_test(c, an_empty_map_has_nothing);
    tcase_add_test(c, a_fresh_value_is_zero);
    tcase_add_test(c, room_that_was_asked_for_is_there);
    tcase_add_test(c, coming_and_going_takes_no_more_memory);
    tcase_add_test(c, strings_are_found_by_content);
    tcase_add_test(c, nul_bytes_count);
    tcase_add_test(c, floats_are_found_by_value);
    tcase_add_test(c, bytes_bools_and_plain_enums_are_keys);
    tcase_add_test(c, enums_with_data_are_found_by_content);
    tcase_add_test(c, what_the_map_holds_survives);
    tcase_add_test(c, a_removed_entry_is_zero);
    tcase_add_loop_test(c, random_operations_agree_with_a_model, 0, 3);
}

static Suite *suite(void)
{
    Suite *s      = suite_create("map");
    TCase *plain  = tcase_create("plain");
    tcase_add_checked_fixture(plain, heap_setup, NULL);
    add_tests(plain);
    tcase_add_test(plain, regular_keys_are_found);
    tcase_add_test(plain, a_map_that_lost_most_shrinks_when_it_fills_again);
    tcase_add_test(plain, strings_of_all_lengths_differ_at_every_byte);
    tcase_add_test(plain, nan_is_never_found_and_never_in_the_way);
    suite_add_tcase(s, plain);
    TCase *stress = tcase_create("collecting all the time");
    tcase_add_checked_fixture(stress, stress_heap_setup, NULL);
    add_tests(stress);
    suite_add_tcase(s, stress);
    TCase *misuse = tcase_create("misuse");
    tcase_add_test(misuse, a_missing_key_has_its_message);
    suite_add_tcase(s, misuse);
    return s;
}

int main(void) { return check_run(suite()); }
