/*
 * time.c - runs commands in turn, A B C A B C, and prints what each took.
 *
 *     time RUNS OUTDIR LABEL [NAME=VALUE ...] COMMAND [ARG ...] [-- LABEL ... ]...
 *
 * One unmeasured round comes first. A command that needs more than SLOW_NS there is not run again;
 * one that fails neither. Standard output of the last run goes to OUTDIR/LABEL.out, standard error
 * to OUTDIR/LABEL.err. For each label a line follows, separated by tabs:
 *
 *     LABEL  median wall ns  median user+system ns  largest resident KB  runs  exit status
 *
 * An exit status of 128 + n means signal n. Wall time is measured from before the fork to after
 * the wait, so it contains the start of the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 1000, COMMANDS_MAX = 64, TIME_LIMIT_S = 300 };
static const int64_t SLOW_NS = 5000000000;

typedef struct Command {
    const char *label;
    char      **argv;                     /* leading NAME=VALUE words are environment */
    int64_t     wall[RUNS_MAX], cpu[RUNS_MAX];
    long        rss_kb;
    int         runs, status;
} Command;

static Command commands[COMMANDS_MAX];
static int     command_count;

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int64_t timeval_ns(struct timeval t)
{
    return t.tv_sec * INT64_C(1000000000) + t.tv_usec * INT64_C(1000);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t median(int64_t *values, int count)
{
    if (count == 0)
        return 0;
    qsort(values, (size_t)count, sizeof *values, by_size);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static void redirect(int to, const char *outdir, const char *label, const char *suffix)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s%s", outdir, label, suffix);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0)
        fail(path);
    dup2(fd, to);
    close(fd);
}

static _Noreturn void run_child(const Command *c, const char *outdir)
{
    char **argv = c->argv;
    redirect(STDOUT_FILENO, outdir, c->label, ".out");
    redirect(STDERR_FILENO, outdir, c->label, ".err");
    for (; *argv != NULL && strchr(*argv, '=') != NULL; argv++)
        putenv(*argv);
    alarm(TIME_LIMIT_S);
    execvp(argv[0], argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Runs c once and adds the figures. */
static void run(Command *c, const char *outdir)
{
    struct rusage usage;
    int           status;
    int64_t       start = now_ns();
    pid_t         pid   = fork();
    if (pid < 0)
        fail("fork");
    if (pid == 0)
        run_child(c, outdir);
    while (wait4(pid, &status, 0, &usage) < 0) {
        if (errno != EINTR)
            fail("wait4");
    }
    c->wall[c->runs] = now_ns() - start;
    c->cpu[c->runs]  = timeval_ns(usage.ru_utime) + timeval_ns(usage.ru_stime);
    c->runs++;
    if (usage.ru_maxrss > c->rss_kb)
        c->rss_kb = usage.ru_maxrss;
    c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void parse(int argc, char **argv)
{
    for (int i = 3; i < argc; i++) {
        if (command_count == COMMANDS_MAX || i + 1 >= argc) {
            fprintf(stderr, "time: too many commands, or a label without one\n");
            exit(2);
        }
        Command *c = &commands[command_count++];
        c->label   = argv[i++];
        c->argv    = &argv[i];
        while (i < argc && strcmp(argv[i], "--") != 0)
            i++;
        if (i < argc)
            argv[i] = NULL;
    }
}

int main(int argc, char **argv)
{
    int runs = argc > 3 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: time RUNS OUTDIR LABEL [NAME=VALUE ...] COMMAND [-- LABEL ...]\n");
        return 2;
    }
    parse(argc, argv);
    for (int round = 0; round <= runs; round++) {
        for (Command *c = commands; c < commands + command_count; c++) {
            if (round > 1 && c->runs < round - 1)
                continue;                               /* it failed, or was slow */
            if (round == 1 && c->status == 0 && c->wall[0] <= SLOW_NS)
                c->runs = 0;                            /* forget the unmeasured round */
            else if (round >= 1 && (c->status != 0 || c->wall[0] > SLOW_NS))
                continue;
            run(c, argv[2]);
        }
    }
    for (Command *c = commands; c < commands + command_count; c++)
        printf("%s\t%lld\t%lld\t%ld\t%d\t%d\n", c->label, (long long)median(c->wall, c->runs),
               (long long)median(c->cpu, c->runs), c->rss_kb, c->runs, c->status);
    return 0;
}
