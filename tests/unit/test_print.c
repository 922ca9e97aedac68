/* test_print.c - runtime/value/print.c: language 24, decisions D11 and D12. */
#include "tests/unit/runtime_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include "tests/unit/check_main.h"

enum { BUFFER_SIZE = 64 * 1024 };        /* as in print.c */

/* ---- What is printed ---- */

static void print_one_of_each(void)
{
    rt_print_int(-42);
    rt_print_float(0.5);
    rt_print_bool(true);
    rt_print_bool(false);
    rt_print_byte(255);
    rt_print_string(str("text"));
    rt_print_string(str(""));
    rt_print_string(rt_string_new("A\0B", 3));
}

START_TEST(each_call_prints_one_line)
{
    const Captured *c = run_captured(print_one_of_each);
    ck_assert_str_eq(c->out, "-42\n0.5\ntrue\nfalse\n255\ntext\n\nA\n");
    ck_assert_str_eq(c->err, "");
    ck_assert_int_eq(c->status, 0);
}
END_TEST

static void print_many_numbers(void)
{
    for (int i = 0; i < 100000; i++)
        rt_print_int(i);
}

START_TEST(nothing_is_lost_when_the_buffer_fills)
{
    const Captured *c = run_captured(print_many_numbers);
    const char     *p = c->out;
    char            line[16];
    for (int i = 0; i < 100000; i++) {
        int len = sprintf(line, "%d\n", i);
        ck_assert_msg(strncmp(p, line, (size_t)len) == 0, "line %d is wrong", i);
        p += len;
    }
    ck_assert_uint_eq((size_t)(p - c->out), c->out_len);
}
END_TEST

/* Lines around the size of the buffer and far above it, each after some output. */
static const int lengths[] = { BUFFER_SIZE - 7, BUFFER_SIZE - 4, BUFFER_SIZE - 3, BUFFER_SIZE - 2,
                               BUFFER_SIZE - 1, BUFFER_SIZE,     BUFFER_SIZE + 1, 4 * BUFFER_SIZE };
enum { LENGTHS = sizeof lengths / sizeof *lengths };

static void print_long_lines(void)
{
    for (int i = 0; i < LENGTHS; i++) {
        rt_print_string(str("x"));
        rt_print_string(rt_string_repeat(rt_byte_strings['a' + i], lengths[i]));
        rt_print_flush();
    }
}

START_TEST(lines_may_be_longer_than_the_buffer)
{
    const char *p = run_captured(print_long_lines)->out;
    for (int i = 0; i < LENGTHS; i++) {
        ck_assert(strncmp(p, "x\n", 2) == 0);
        p += 2;
        ck_assert_uint_eq(strspn(p, (char[]){ (char)('a' + i), '\0' }), (size_t)lengths[i]);
        p += lengths[i];
        ck_assert_int_eq(*p++, '\n');
    }
    ck_assert_int_eq(*p, '\0');
}
END_TEST

/* ---- Several threads ---- */

enum { THREADS = 4, LINES = 3000, LENGTHS_USED = 50 };

static pthread_barrier_t all_started;

static int length_of_line(int i)
{
    return 1 + i % LENGTHS_USED;
}

static void *print_lines(void *letter)
{
    struct { int64_t len; char bytes[LENGTHS_USED + 1]; } text;
    pthread_barrier_wait(&all_started);
    for (int i = 0; i < LINES; i++) {
        memset(&text, 0, sizeof text);
        memset(text.bytes, *(const char *)letter, (size_t)length_of_line(i));
        text.len = length_of_line(i);
        rt_print_string((const RtString *)&text);
    }
    return NULL;
}

static void print_from_threads(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&all_started, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        ck_assert(pthread_create(&threads[i], NULL, print_lines, &"abcd"[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void assert_lines_are_whole(const char *p)
{
    int lines[THREADS] = { 0 };
    while (*p != '\0') {
        char   letter[] = { *p, '\0' };
        size_t len      = strspn(p, letter);
        if (p[len] != '\n' || *p < 'a' || *p >= 'a' + THREADS)
            ck_abort_msg("a line was broken");
        if ((int)len != length_of_line(lines[*p - 'a']++))
            ck_abort_msg("lines of one thread changed their order");
        p += len + 1;
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(lines[i], LINES);
}

START_TEST(lines_of_several_threads_do_not_mix)
{
    for (int round = 0; round < 5; round++)
        assert_lines_are_whole(run_captured(print_from_threads)->out);
}
END_TEST

static _Atomic long second_thread;
static _Atomic bool second_has_printed;

static void *print_first(void *line)
{
    rt_print_string(line);
    return NULL;
}

static void *print_second(void *unused)
{
    (void)unused;
    second_thread = syscall(SYS_gettid);
    rt_print_string(str("b"));
    second_has_printed = true;
    return NULL;
}

/* Standard output is a pipe that nobody reads until the first thread is stuck in the middle of its
 * line and the second has had its chance. */
static void print_while_another_is_stuck(void)
{
    static char piece[BUFFER_SIZE];
    pthread_t   first, second;
    int         ends[2], held = 0, real_output = dup(STDOUT_FILENO);
    if (pipe(ends) != 0 || real_output < 0)
        abort();
    dup2(ends[1], STDOUT_FILENO);
    const RtString *line = rt_string_repeat(str("a"), 4 * BUFFER_SIZE);
    pthread_create(&first, NULL, print_first, (void *)line);
    while (held < fcntl(ends[0], F_GETPIPE_SZ))
        ioctl(ends[0], FIONREAD, &held);
    pthread_create(&second, NULL, print_second, NULL);
    while (!second_has_printed && (second_thread == 0 || !thread_is_asleep(second_thread)))
        sched_yield();
    for (ssize_t left = 4 * BUFFER_SIZE, n; left > 0; left -= n) {
        n = read(ends[0], piece, sizeof piece);
        if (n <= 0 || write(real_output, piece, (size_t)n) != n)
            abort();
    }
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    dup2(real_output, STDOUT_FILENO);    /* for what is still in the buffer */
}

START_TEST(a_line_stays_whole_while_its_writer_is_stuck)
{
    const Captured *c = run_captured(print_while_another_is_stuck);
    ck_assert_int_eq(c->status, 0);
    ck_assert_uint_eq(strspn(c->out, "a"), 4 * BUFFER_SIZE);
    ck_assert_str_eq(c->out + 4 * BUFFER_SIZE, "\nb\n");
}
END_TEST

/* ---- When output becomes visible ---- */

static void print_and_fail(void)
{
    rt_print_string(str("before"));
    rt_fail(&here, "something broke");
}

START_TEST(output_precedes_a_failure)
{
    const Captured *c = run_captured(print_and_fail);
    ck_assert_str_eq(c->out, "before\n");
    ck_assert_str_eq(c->err, "pluto: something broke\n" HERE);
    ck_assert_int_eq(c->status, 1);
}
END_TEST

static void print_and_vanish(void)
{
    rt_print_string(str("never seen"));
    _exit(0);
}

START_TEST(output_to_a_file_is_block_buffered)
{
    ck_assert_str_eq(run_captured(print_and_vanish)->out, "");
}
END_TEST

START_TEST(output_to_a_terminal_is_line_buffered)
{
    char text[64];
    int  terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    int other_end = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(other_end, 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(other_end, STDOUT_FILENO);
        rt_print_int(17);
        _exit(0);                        /* not flushed */
    }
    waitpid(child, NULL, 0);
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    ck_assert_int_eq(read(terminal, text, sizeof text), 4);
    ck_assert_mem_eq(text, "17\r\n", 4);
}
END_TEST

/* ---- Output that does not take it ---- */

static void close_reader(void)
{
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    ck_assert(pipe(ends) == 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
}

static void print_to_nobody(void)
{
    close_reader();
    print_many_numbers();
}

static void flush_to_nobody(void)
{
    close_reader();
    rt_print_int(1);
    rt_print_flush();
}

static void print_to_a_full_disk(void)
{
    dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
    print_many_numbers();
}

static void fail_with_closed_output(void)
{
    close_reader();
    rt_print_int(1);
    rt_fail(&here, "something broke");
}

START_TEST(output_errors_end_the_program_once)
{
    assert_fails(print_to_nobody, "pluto: cannot write to standard output: Broken pipe\n");
    assert_fails(flush_to_nobody, "pluto: cannot write to standard output: Broken pipe\n");
    assert_fails(print_to_a_full_disk,
                 "pluto: cannot write to standard output: No space left on device\n");
}
END_TEST

START_TEST(a_failure_is_reported_although_output_is_closed)
{
    assert_fails(fail_with_closed_output, "pluto: something broke\n" HERE);
}
END_TEST

static _Atomic int *alarms;              /* shared with the child */

static void on_alarm(int signal_number)
{
    (void)signal_number;
    ++*alarms;
}

/* System calls are interrupted by a timer signal that does not restart them. */
static void print_while_interrupted(void)
{
    struct sigaction action = { .sa_handler = on_alarm };
    struct itimerval often  = { { 0, 500 }, { 0, 500 } };
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    print_many_numbers();
}

static void print_without_blocking(void)
{
    fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
    print_while_interrupted();
}

/* Returns when child has been interrupted while it waited for room, or is gone. */
static void wait_until_stuck(pid_t child, int pipe_end, int capacity)
{
    siginfo_t info = { .si_pid = 0 };
    int       held = 0;
    while (held < capacity && info.si_pid == 0) {
        ioctl(pipe_end, FIONREAD, &held);
        waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT);
    }
    for (int until = *alarms + 2; *alarms < until && info.si_pid == 0;)
        waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT);
}

/* What body prints, read in small pieces from a pipe that holds less than it wants to write. */
static size_t bytes_through_pipe(void (*body)(void))
{
    char    piece[509];
    int     ends[2];
    size_t  total = 0;
    ssize_t n;
    alarms = mmap(NULL, sizeof *alarms, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(pipe(ends) == 0);
    int   capacity = fcntl(ends[1], F_SETPIPE_SZ, BUFFER_SIZE / 4);
    pid_t child    = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        body();
        rt_print_flush();
        _exit(0);
    }
    close(ends[1]);
    wait_until_stuck(child, ends[0], capacity);
    while ((n = read(ends[0], piece, sizeof piece)) > 0)
        total += (size_t)n;
    waitpid(child, NULL, 0);
    close(ends[0]);
    return total;
}

START_TEST(slow_readers_get_everything)
{
    size_t all = run_captured(print_many_numbers)->out_len;
    ck_assert_uint_eq(all, 588890);
    ck_assert_uint_eq(bytes_through_pipe(print_while_interrupted), all);
    ck_assert_uint_eq(bytes_through_pipe(print_without_blocking), all);
}
END_TEST

static Suite *print_suite(void)
{
    Suite *s     = suite_create("print");
    TCase *print = tcase_create("print");
    tcase_add_test(print, each_call_prints_one_line);
    tcase_add_test(print, nothing_is_lost_when_the_buffer_fills);
    tcase_add_test(print, lines_may_be_longer_than_the_buffer);
    tcase_add_test(print, lines_of_several_threads_do_not_mix);
    tcase_add_test(print, a_line_stays_whole_while_its_writer_is_stuck);
    tcase_add_test(print, output_precedes_a_failure);
    tcase_add_test(print, output_to_a_file_is_block_buffered);
    tcase_add_test(print, output_to_a_terminal_is_line_buffered);
    tcase_add_test(print, output_errors_end_the_program_once);
    tcase_add_test(print, a_failure_is_reported_although_output_is_closed);
    tcase_add_test(print, slow_readers_get_everything);
    suite_add_tcase(s, print);
    return s;
}

int main(void) { return check_run(print_suite()); }
