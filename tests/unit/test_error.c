/* test_error.c - runtime/value/error.c: language 16, decisions D5. */
#include "tests/unit/runtime_fixture.h"

#include "runtime/value/error.h"
#include "tests/unit/check_main.h"

/* As emitted C has it: error Refused { path: string, code: int, cost: float, ok: bool, b: byte,
 * list: [int], message: string }. */
typedef struct Refused {
    RtError         head;
    const RtString *path, *message;
    void           *list;
    int64_t         code;
    double          cost;
    bool            ok;
    uint8_t         b;
} Refused;

static const RtFieldInfo refused_fields[] = {
    { "path", RT_FIELD_STRING, offsetof(Refused, path) },
    { "code", RT_FIELD_INT, offsetof(Refused, code) },
    { "cost", RT_FIELD_FLOAT, offsetof(Refused, cost) },
    { "ok", RT_FIELD_BOOL, offsetof(Refused, ok) },
    { "b", RT_FIELD_BYTE, offsetof(Refused, b) },
    { "list", RT_FIELD_OTHER, offsetof(Refused, list) },
    { "message", RT_FIELD_STRING, offsetof(Refused, message) },
};
static const RtErrorKind refused_kind = { "Refused", 7, refused_fields, 6 };
static const RtErrorKind empty_kind   = { "Empty", 0, NULL, -1 };

static Refused *new_refused(void)
{
    Refused *e = (Refused *)rt_error_new(&refused_kind, sizeof *e, 3, &here);
    e->path    = str("a/b");
    e->message = str("go away");
    e->code    = -7;
    e->cost    = 2.5;
    e->ok      = true;
    e->b       = 200;
    return e;
}

START_TEST(text_shows_the_fields_in_order)
{
    Refused *e = new_refused();
    assert_string(rt_error_text(&e->head),
                  "Refused { path: \"a/b\", code: -7, cost: 2.5, ok: true, b: 200, list: ..., "
                  "message: \"go away\" }");
    assert_string(rt_error_text(rt_error_new(&empty_kind, sizeof(RtError), 0, NULL)), "Empty {}");
}
END_TEST

START_TEST(strings_in_the_text_are_escaped)
{
    const char message[] = "\"q\" \\ \n\r\t\0\x7f\xc3\xa4";
    Refused   *e         = new_refused();
    e->message = rt_string_new(message, sizeof message - 1);
    const char *text = rt_error_text(&e->head)->bytes;
    ck_assert_str_eq(strstr(text, "message: "),
                     "message: \"\\\"q\\\" \\\\ \\n\\r\\t\\x00\\x7f\xc3\xa4\" }");
}
END_TEST

START_TEST(message_is_the_field_or_the_name)
{
    Refused *e = new_refused();
    ck_assert_ptr_eq(rt_error_message(&e->head), e->message);
    assert_string(rt_error_message(rt_error_new(&empty_kind, sizeof(RtError), 0, NULL)), "Empty");
}
END_TEST

/* ---- Predeclared kinds ---- */

START_TEST(predeclared_kinds_have_their_names_and_fields)
{
    static const char *const names[RT_PREDECLARED] = {
        [RT_MATH_ERROR] = "MathError",         [RT_CHANNEL_CLOSED] = "ChannelClosed",
        [RT_CHANNEL_FULL] = "ChannelFull",     [RT_CHANNEL_EMPTY] = "ChannelEmpty",
        [RT_TASK_CANCELLED] = "TaskCancelled", [RT_NETWORK_ERROR] = "NetworkError",
        [RT_TIMEOUT_ERROR] = "TimeoutError",   [RT_SERVICE_UNAVAILABLE] = "ServiceUnavailable",
    };
    for (int i = 0; i < RT_PREDECLARED; i++)
        ck_assert_str_eq(rt_kinds[i]->name, names[i]);
    for (int i = RT_MATH_ERROR; i <= RT_NETWORK_ERROR; i++) {
        RtError *e = rt_error_with_message((RtPredeclared)i, "what happened", &here);
        ck_assert_ptr_eq(e->kind, rt_kinds[i]);
        assert_string(((RtMessageError *)e)->message, "what happened");
        assert_string(rt_error_message(e), "what happened");
    }
    RtTimeoutError *t = (RtTimeoutError *)rt_error_new(rt_kinds[RT_TIMEOUT_ERROR], sizeof *t, 0,
                                                       &here);
    t->millis = 50;
    assert_string(rt_error_text(&t->head), "TimeoutError { millis: 50 }");
}
END_TEST

START_TEST(a_program_may_replace_a_predeclared_kind)
{
    rt_kinds[RT_MATH_ERROR] = &refused_kind;
    Refused *e = (Refused *)rt_error_with_message(RT_MATH_ERROR, "negative exponent", &here);
    assert_string(e->message, "negative exponent");
    assert_string(e->path, "");
    ck_assert_int_eq(e->code, 0);
    rt_kinds[RT_MATH_ERROR] = &empty_kind;
    RtError *none = rt_error_with_message(RT_MATH_ERROR, "negative exponent", &here);
    assert_string(rt_error_message(none), "Empty");
}
END_TEST

/* ---- The trail ---- */

static const RtPlace calls[] = {
    { "a.pluto", 1, 2, "f" }, { "a.pluto", 3, 4, "g" }, { "b.pluto", 5, 6, "main" },
};

START_TEST(report_tells_where_the_error_came_from)
{
    RtError *e = rt_error_new(&empty_kind, sizeof *e, 0, &here);
    assert_string(rt_error_report(e), "Empty {}\n  raised at orders.pluto:31:9 in submit\n");
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_eq(rt_error_passed(e, &calls[i]), e);
    assert_string(rt_error_report(e), "Empty {}\n"
                                      "  raised at orders.pluto:31:9 in submit\n"
                                      "  passed a.pluto:1:2 in f\n"
                                      "  passed a.pluto:3:4 in g\n"
                                      "  passed b.pluto:5:6 in main\n");
}
END_TEST

/* Of n calls the first 12 and the last 4 are shown. */
static void assert_long_trail(int n)
{
    static RtPlace places[100];
    char           expected[8192];
    RtError       *e    = rt_error_new(&empty_kind, sizeof *e, 0, &here);
    int            used = sprintf(expected, "Empty {}\n  raised at orders.pluto:31:9 in submit\n");
    for (int i = 0; i < n; i++) {
        places[i] = (RtPlace){ "deep.pluto", i + 1, 1, "f" };
        rt_error_passed(e, &places[i]);
        if (i < 12 || i >= n - 4)
            used += sprintf(expected + used, "  passed deep.pluto:%d:1 in f\n", i + 1);
        else if (i == 12)
            used += sprintf(expected + used, "  ... %d more calls\n", n - 16);
    }
    ck_assert_str_eq(rt_error_report(e)->bytes, expected);
}

START_TEST(a_long_trail_keeps_both_ends)
{
    for (int n = 0; n <= 100; n++)
        assert_long_trail(n);
}
END_TEST

START_TEST(fields_and_trail_survive_collections)
{
    RtError *errors[50];
    for (int i = 0; i < 50; i++)
        errors[i] = rt_error_passed(&new_refused()->head, &calls[i % 3]);
    heap_collect();
    for (int i = 0; i < 1000; i++)
        str("another");                  /* takes the place of any that are gone */
    for (int i = 0; i < 50; i++) {
        const char *report = rt_error_report(errors[i])->bytes;
        ck_assert_ptr_nonnull(strstr(report, "message: \"go away\" }\n  raised at orders"));
        ck_assert_ptr_nonnull(strstr(report, calls[i % 3].function));
    }
}
END_TEST

/* Of every kind of object that errors have, and after many calls. */
START_TEST(a_copy_goes_its_own_way)
{
    RtError *errors[] = { rt_error_new(&empty_kind, sizeof(RtError), 0, &here),
                          rt_error_timeout(7, &here), &new_refused()->head };
    for (int i = 0; i < 3; i++) {
        rt_error_passed(errors[i], &calls[0]);
        RtError *copy = rt_error_copy(errors[i]);
        ck_assert_str_eq(rt_error_report(copy)->bytes, rt_error_report(errors[i])->bytes);
        rt_error_passed(copy, &calls[1]);
        ck_assert_ptr_null(strstr(rt_error_report(errors[i])->bytes, "a.pluto:3:4"));
        rt_error_passed(errors[i], &calls[2]);
        ck_assert_ptr_null(strstr(rt_error_report(copy)->bytes, "b.pluto"));
        ck_assert_ptr_nonnull(strstr(rt_error_report(copy)->bytes, "a.pluto:3:4"));
    }
}
END_TEST

static Suite *error_suite(void)
{
    Suite *s      = suite_create("error");
    TCase *errors = tcase_create("errors");
    tcase_add_checked_fixture(errors, heap_setup, NULL);
    tcase_add_test(errors, text_shows_the_fields_in_order);
    tcase_add_test(errors, strings_in_the_text_are_escaped);
    tcase_add_test(errors, message_is_the_field_or_the_name);
    tcase_add_test(errors, predeclared_kinds_have_their_names_and_fields);
    tcase_add_test(errors, a_program_may_replace_a_predeclared_kind);
    tcase_add_test(errors, report_tells_where_the_error_came_from);
    tcase_add_test(errors, a_long_trail_keeps_both_ends);
    tcase_add_test(errors, a_copy_goes_its_own_way);
    suite_add_tcase(s, errors);

    TCase *collector = tcase_create("collector");
    tcase_add_checked_fixture(collector, stress_heap_setup, NULL);
    tcase_add_test(collector, fields_and_trail_survive_collections);
    tcase_add_test(collector, a_copy_goes_its_own_way);
    suite_add_tcase(s, collector);
    return s;
}

int main(void) { return check_run(error_suite()); }
