/*
 * process.c - children whose output is read until they close it.
 */
#define _GNU_SOURCE                       /* strchrnul, pipe2 */
#include "compiler/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/path.h"

static bool is_executable(const char *path)
{
    return is_file(path) && access(path, X_OK) == 0;
}

const char *process_find_nth(const char *name, int n)
{
    const char *path = getenv("PATH");
    if (strchr(name, '/'))
        return n == 0 && is_executable(name) ? name : NULL;
    for (const char *dir = path ? path : "/usr/local/bin:/usr/bin:/bin"; dir;) {
        const char *end  = strchrnul(dir, ':');
        const char *full = arena_format("%.*s/%s", (int)(end - dir), dir, name);
        if (end > dir && is_executable(full) && n-- == 0)
            return full;
        dir = *end ? end + 1 : NULL;
    }
    return NULL;
}

const char *process_find(const char *name)
{
    return process_find_nth(name, 0);
}

/* In the child. */
static void change_environment(const char *const *changes)
{
    for (; changes && *changes; changes++) {
        if (strchr(*changes, '='))
            putenv((char *)*changes);
        else
            unsetenv(*changes);
    }
}

/* One that runs, or whose place is free: child 0. */
typedef struct Running {
    pid_t    child;
    int      output;                      /* reads what it writes */
    size_t   len;                         /* of said */
    Process *process;
} Running;

enum { AT_ONCE_MAX = 64 };

static bool start(Running *r, const char *executable, Process *p, const char *const *changes)
{
    int pipe_fds[2];
    p->status = -1;
    p->said   = arena_alloc(PROCESS_MAX_TEXT + 1);
    if (pipe2(pipe_fds, O_CLOEXEC) != 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        prctl(PR_SET_PDEATHSIG, SIGTERM);                    /* it does not outlive us */
        dup2(nothing, 0);
        dup2(pipe_fds[1], 1);
        dup2(pipe_fds[1], 2);
        change_environment(changes);
        execv(executable, (char *const *)p->words);
        _exit(127);
    }
    close(pipe_fds[1]);
    if (child < 0) {
        close(pipe_fds[0]);
        return false;
    }
    *r = (Running){.child = child, .output = pipe_fds[0], .process = p};
    return true;
}

/* False: it has closed its output. */
static bool read_some(Running *r)
{
    char    rest[4096];
    bool    full = r->len == PROCESS_MAX_TEXT;
    ssize_t got  = read(r->output, full ? rest : r->process->said + r->len,
                        full ? sizeof rest : PROCESS_MAX_TEXT - r->len);
    if (got > 0 && !full)
        r->len += (size_t)got;
    return got > 0 || (got < 0 && errno == EINTR);
}

static void finish(Running *r)
{
    int   status;
    pid_t got;
    close(r->output);
    do
        got = waitpid(r->child, &status, 0);
    while (got < 0 && errno == EINTR);
    if (got > 0 && WIFEXITED(status))
        r->process->status = WEXITSTATUS(status);
    r->child = 0;
}

int process_run(const char *executable, const char *const *words, const char *const *changes,
                char **said)
{
    Running r;
    Process p  = {.words = words};
    bool    ok = start(&r, executable, &p, changes);
    *said      = p.said;
    if (!ok)
        return -1;
    while (read_some(&r)) {
    }
    finish(&r);
    return p.status;
}

/* Waits until one of them says something or ends. False: one has failed. */
static bool attend(Running *running, int count)
{
    struct pollfd fds[AT_ONCE_MAX];
    bool          ok = true;
    for (int i = 0; i < count; i++)
        fds[i] = (struct pollfd){.fd = running[i].child ? running[i].output : -1, .events = POLLIN};
    if (poll(fds, (nfds_t)count, -1) < 0)
        return true;                                         /* interrupted */
    for (int i = 0; i < count; i++) {
        if (fds[i].revents == 0 || read_some(&running[i]))
            continue;
        finish(&running[i]);
        ok &= running[i].process->status == 0;
    }
    return ok;
}

bool process_run_all(const char *executable, Process *processes, int count, int at_once)
{
    Running running[AT_ONCE_MAX] = {0};
    int     started = 0, left;
    bool    ok      = true;
    if (at_once > AT_ONCE_MAX)
        at_once = AT_ONCE_MAX;
    do {
        left = 0;
        for (int i = 0; i < at_once; i++) {
            if (running[i].child == 0 && ok && started < count)
                ok = start(&running[i], executable, &processes[started++], NULL);
            left += running[i].child != 0;
        }
        if (left > 0)
            ok &= attend(running, at_once);
    } while (left > 0);
    return ok;
}
