/*
 * process.c - one child at a time, whose output is read until it closes it.
 */
#define _GNU_SOURCE                       /* strchrnul, pipe2 */
#include "compiler/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

static char *read_all(int fd)
{
    char  *text = arena_alloc(PROCESS_MAX_TEXT + 1), rest[4096];
    size_t len  = 0;
    for (;;) {
        bool    full = len == PROCESS_MAX_TEXT;
        ssize_t got  = read(fd, full ? rest : text + len,
                            full ? sizeof rest : PROCESS_MAX_TEXT - len);
        if (got == 0 || (got < 0 && errno != EINTR))
            return text;
        if (got > 0 && !full)
            len += (size_t)got;
    }
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

int process_run(const char *executable, const char *const *words, const char *const *changes,
                char **said)
{
    int pipe_fds[2], status;
    *said = arena_format("%s", "");
    if (pipe2(pipe_fds, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
        dup2(nothing, 0);
        dup2(pipe_fds[1], 1);
        dup2(pipe_fds[1], 2);
        change_environment(changes);
        execv(executable, (char *const *)words);
        _exit(127);
    }
    close(pipe_fds[1]);
    if (child > 0)
        *said = read_all(pipe_fds[0]);
    close(pipe_fds[0]);
    if (child < 0)
        return -1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
