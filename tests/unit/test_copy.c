/* test_copy.c - runtime/value/copy.c and closure.c: what a task takes from its spawner. */
#include "tests/unit/runtime_fixture.h"

#include "runtime/value/closure.h"
#include "runtime/value/copy.h"
#include "tests/unit/check_main.h"

/* As emitted C has it: a class and its copy function. */
typedef struct Node {
    struct Node *left, *right;
    int64_t      n;
} Node;

static Node *new_node(int64_t n, Node *left, Node *right)
{
    Node *node = rt_alloc(HEAP_PTR2, sizeof *node);
    *node = (Node){ left, right, n };
    return node;
}

static Node *copy_node(RtCopy *c, Node *old)
{
    if (old == NULL)
        return NULL;
    Node *copy = rt_copy_seen(c, old);
    if (copy != NULL)
        return copy;
    copy  = rt_alloc(HEAP_PTR2, sizeof *copy);
    *copy = *old;
    rt_copy_note(c, old, copy);
    copy->left  = copy_node(c, old->left);
    copy->right = copy_node(c, old->right);
    return copy;
}

START_TEST(aliases_and_cycles_survive)
{
    RtCopy c;
    Node  *shared = new_node(3, NULL, NULL);
    Node  *root   = new_node(1, shared, new_node(2, shared, NULL));
    shared->right = root;
    rt_copy_init(&c);
    Node *copy = copy_node(&c, root);
    ck_assert(copy != root && copy->n == 1);
    ck_assert(copy->left != shared && copy->left->n == 3);
    ck_assert_ptr_eq(copy->right->left, copy->left);
    ck_assert_ptr_eq(copy->left->right, copy);
    ck_assert_ptr_eq(copy_node(&c, root), copy);
}
END_TEST

START_TEST(what_was_not_noted_was_not_seen)
{
    RtCopy c;
    Node  *nodes = rt_alloc(HEAP_ALL, 5000 * sizeof *nodes), *copies = nodes + 2500;
    rt_copy_init(&c);
    for (int i = 0; i < 2500; i++) {
        ck_assert_ptr_null(rt_copy_seen(&c, &nodes[i]));
        rt_copy_note(&c, &nodes[i], &copies[i]);
    }
    for (int i = 0; i < 2500; i++) {
        ck_assert_ptr_eq(rt_copy_seen(&c, &nodes[i]), &copies[i]);
        ck_assert_ptr_null(rt_copy_seen(&c, &copies[i]));
    }
}
END_TEST

START_TEST(the_table_holds_nothing_else)
{
    for (int i = 0; i < 20; i++) {
        RtCopy c;
        size_t pairs = 0;
        rt_copy_init(&c);
        rt_copy_note(&c, new_node(1, NULL, NULL), new_node(2, NULL, NULL));
        for (size_t k = 0; k < c.cap; k++)
            pairs += c.table[2 * k] != NULL || c.table[2 * k + 1] != NULL;
        ck_assert_uint_eq(pairs, 1);
    }
}
END_TEST

/* The table alone holds the copies until the end. */
START_TEST(copies_survive_collections)
{
    RtCopy c;
    Node  *list = NULL;
    rt_copy_init(&c);
    for (int64_t i = 0; i < 200; i++)
        list = new_node(i, list, NULL);
    for (Node *n = list; n != NULL; n = n->left)
        rt_copy_note(&c, n, new_node(-n->n, NULL, NULL));
    for (int i = 0; i < 200; i++)
        new_node(i, NULL, NULL);
    for (Node *n = list; n != NULL; n = n->left)
        ck_assert_int_eq(((Node *)rt_copy_seen(&c, n))->n, -n->n);
}
END_TEST

/* ---- Closures ---- */

typedef struct Capturing {
    RtClosure head;
    Node     *node;
} Capturing;

static void *copy_capturing(RtCopy *c, const void *closure)
{
    Capturing *copy = rt_alloc(HEAP_PTR3, sizeof *copy);
    *copy = *(const Capturing *)closure;
    copy->node = copy_node(c, copy->node);
    return copy;
}

static void *copy_and_note(RtCopy *c, const void *closure)
{
    Capturing *copy = rt_alloc(HEAP_PTR3, sizeof *copy);
    rt_copy_note(c, closure, copy);
    *copy = *(const Capturing *)closure;
    return copy;
}

static Capturing *new_closure(const RtClosureInfo *info, Node *node)
{
    Capturing *closure = rt_alloc(HEAP_PTR3, sizeof *closure);
    *closure = (Capturing){ { NULL, info }, node };
    return closure;
}

START_TEST(closures_are_copied_once)
{
    static const RtClosureInfo plain  = { "main/1", copy_capturing };
    static const RtClosureInfo noting = { "main/2", copy_and_note };
    RtCopy     c;
    Capturing *a = new_closure(&plain, new_node(7, NULL, NULL)), *b = new_closure(&noting, NULL);
    rt_copy_init(&c);
    Capturing *copy = rt_closure_copy(&c, &a->head);
    ck_assert(copy != a && copy->node != a->node && copy->node->n == 7);
    ck_assert_ptr_eq(rt_closure_copy(&c, &a->head), copy);
    ck_assert_ptr_ne(rt_closure_copy(&c, &b->head), b);
    ck_assert_ptr_eq(rt_closure_copy(&c, &b->head), rt_closure_copy(&c, &b->head));
}
END_TEST

START_TEST(closures_without_copy_function_are_shared)
{
    static const RtClosureInfo shared = { "main/3", NULL };
    RtCopy     c;
    Capturing *a = new_closure(&shared, NULL);
    rt_copy_init(&c);
    ck_assert_ptr_eq(rt_closure_copy(&c, &a->head), a);
    ck_assert_ptr_null(rt_closure_copy(&c, NULL));
}
END_TEST

static void fill_chain(RtCopy *c, void *copy);

static Node *copy_chain(RtCopy *c, Node *old)
{
    Node *copy = old == NULL ? NULL : rt_copy_seen(c, old);
    if (old == NULL || copy != NULL)
        return copy;
    copy  = rt_alloc(HEAP_PTR2, sizeof *copy);
    *copy = *old;
    rt_copy_note(c, old, copy);
    rt_copy_later(c, copy, fill_chain);
    return copy;
}

static void fill_chain(RtCopy *c, void *copy)
{
    Node *node  = copy;
    node->left  = copy_chain(c, node->left);
    node->right = copy_chain(c, node->right);
}

/* Were it copied field by field, the stack would not suffice. */
START_TEST(what_is_copied_later_may_be_a_long_chain)
{
    enum { LENGTH = 20000 };
    RtCopy c;
    Node  *first = new_node(0, NULL, NULL), *last = first;
    for (int i = 1; i < LENGTH; i++)
        first = new_node(i, first, last);
    last->left = first;
    rt_copy_init(&c);
    Node *copy = copy_chain(&c, first), *at = copy;
    rt_copy_finish(&c);
    Node *last_copy = copy->right;
    for (int i = LENGTH - 1; i > 0; i--, at = at->left) {
        ck_assert_int_eq(at->n, i);
        ck_assert_ptr_eq(at->right, last_copy);
    }
    ck_assert(at == last_copy && at != last && at->left == copy);
}
END_TEST

/* Leaves the sum of the numbers to its left in n. */
static void sum_up(RtCopy *c, void *copy)
{
    Node *node = copy;
    (void)c;
    for (const Node *at = node->left; at != NULL; at = at->left)
        node->n += at->n;
}

static void fill_counter(RtCopy *c, void *copy)
{
    Node *node = copy;
    node->left = copy_chain(c, node->left);
    rt_copy_last(c, node, sum_up);
}

START_TEST(what_comes_last_sees_everything_filled)
{
    RtCopy c;
    Node  *chain = new_node(3, new_node(2, new_node(1, NULL, NULL), NULL), NULL);
    Node  *a = new_node(0, chain, NULL), *b = new_node(10, chain, NULL);
    rt_copy_init(&c);
    rt_copy_later(&c, a, fill_counter);
    rt_copy_later(&c, b, fill_counter);
    rt_copy_finish(&c);
    chain->left->n = 1000;                               /* the copies do not see it */
    ck_assert_int_eq(a->n, 6);
    ck_assert_int_eq(b->n, 16);
    ck_assert(a->left == b->left && a->left != chain);
}
END_TEST

static Suite *copy_suite(void)
{
    Suite *s    = suite_create("copy");
    TCase *copy = tcase_create("copy");
    tcase_add_checked_fixture(copy, stress_heap_setup, NULL);
    tcase_add_test(copy, aliases_and_cycles_survive);
    tcase_add_test(copy, what_was_not_noted_was_not_seen);
    tcase_add_test(copy, the_table_holds_nothing_else);
    tcase_add_test(copy, copies_survive_collections);
    tcase_add_test(copy, closures_are_copied_once);
    tcase_add_test(copy, closures_without_copy_function_are_shared);
    tcase_add_test(copy, what_is_copied_later_may_be_a_long_chain);
    tcase_add_test(copy, what_comes_last_sees_everything_filled);
    suite_add_tcase(s, copy);
    return s;
}

int main(void) { return check_run(copy_suite()); }
