/*
 * test_context.c - the switch between stacks.
 */
#include "tests/unit/check_main.h"
#include "tests/unit/context_cases.h"

START_TEST(each_context_goes_on_where_it_left)
{
    ck_assert_ptr_null(case_each_context_goes_on_where_it_left());
}
END_TEST

START_TEST(entry_finds_an_aligned_stack)
{
    ck_assert_ptr_null(case_entry_finds_an_aligned_stack());
}
END_TEST

#if !CONTEXT_ASAN && !CONTEXT_TSAN
START_TEST(callee_saved_registers_survive)
{
    ck_assert_ptr_null(case_callee_saved_registers_survive());
}
END_TEST
#endif

static Suite *suite(void)
{
    Suite *s         = suite_create("context");
    TCase *switching = tcase_create("switch");
    tcase_add_test(switching, each_context_goes_on_where_it_left);
    tcase_add_test(switching, entry_finds_an_aligned_stack);
#if !CONTEXT_ASAN && !CONTEXT_TSAN
    tcase_add_test(switching, callee_saved_registers_survive);
#endif
    suite_add_tcase(s, switching);
    return s;
}

int main(void) { return check_run(suite()); }
