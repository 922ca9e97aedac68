/*
 * watch.c - pluto watch: run or test a program, and again after every change of a source file.
 *
 * The program is another pluto in a process group of its own, so that ending it ends what it
 * started, too, a C compiler for instance. Everything is read in one place, wait_for_event: changes
 * from inotify, and signals from a signalfd, which the child gets unblocked. A change is acted on
 * once nothing has changed for a moment, since editors write a file in several steps.
 *
 * No child stays behind: it is ended before each start and before we end; if we are killed, the
 * kernel ends it (PR_SET_PDEATHSIG).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/usage.h"
#include "compiler/modules/find.h"

enum {
    QUIET_MS = 50,                        /* without a change: editors are done */
    GRACE_MS = 1000,                      /* between SIGTERM and SIGKILL */
    MAX_FOLDERS = 4096,                   /* watched at a time */
};

typedef enum { EVENT_CHANGE, EVENT_CHILD, EVENT_QUIT, EVENT_TIMEOUT } Event;

typedef struct Watch {
    char      **argv;                     /* of the child */
    const char *root;                     /* the folder */
    int         inotify, signals;
    sigset_t    old_mask;
    int         folders;
    pid_t       child;                    /* 0: none */
    int         quit_signal;
} Watch;

/* ---- What is watched ---- */

/* The folder and those below it, but for hidden ones and links. Watching one twice does nothing. */
static void add_folders(Watch *w, const char *folder)
{
    const uint32_t mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE;
    if (w->folders >= MAX_FOLDERS || inotify_add_watch(w->inotify, folder, mask) < 0)
        return;
    w->folders++;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        struct stat st;
        const char *path = path_join(folder, arena_format("%s", entry->d_name));
        if (entry->d_name[0] != '.' && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            add_folders(w, path);
    }
    if (dir)
        closedir(dir);
}

static bool matters(const struct inotify_event *e)
{
    if (e->len == 0 || e->name[0] == '.')
        return false;
    if (e->mask & IN_ISDIR)
        return true;
    bool is_source = source_stem(e->name) != NULL || strcmp(e->name, "pluto.toml") == 0;
    return is_source && !(e->mask & IN_CREATE);     /* its content comes with IN_CLOSE_WRITE */
}

/* Reads what has happened. Did anything that matters? */
static bool read_changes(Watch *w)
{
    char    buffer[16 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool    found = false;
    ssize_t size;
    while ((size = read(w->inotify, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + size;) {
            const struct inotify_event *e = (const struct inotify_event *)at;
            found = found || matters(e);
            at += sizeof *e + e->len;
        }
    }
    return found;
}

/* ---- Events ---- */

/* The next signal of the signalfd, or 0. */
static int read_signal(Watch *w)
{
    struct signalfd_siginfo info;
    return read(w->signals, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

/* timeout in milliseconds, -1: none. */
static Event wait_for_event(Watch *w, int timeout)
{
    for (;;) {
        struct pollfd fds[] = {{w->signals, POLLIN, 0}, {w->inotify, POLLIN, 0}};
        int           ready = poll(fds, 2, timeout);
        if (ready == 0)
            return EVENT_TIMEOUT;
        if (ready < 0 && errno != EINTR) {
            w->quit_signal = SIGTERM;
            return EVENT_QUIT;
        }
        int number = ready > 0 && fds[0].revents ? read_signal(w) : 0;
        if (number == SIGCHLD)
            return EVENT_CHILD;
        if (number != 0) {
            w->quit_signal = number;
            return EVENT_QUIT;
        }
        if (ready > 0 && fds[1].revents && read_changes(w))
            return EVENT_CHANGE;
    }
}

/* ---- The child ---- */

static void become_child(Watch *w, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);                                   /* the parent was gone before the prctl */
    sigprocmask(SIG_SETMASK, &w->old_mask, NULL);
    /* A group in the background may not read the terminal: it would be stopped. */
    int null = isatty(STDIN_FILENO) ? open("/dev/null", O_RDONLY) : -1;
    if (null >= 0)
        dup2(null, STDIN_FILENO);
    execv("/proc/self/exe", w->argv);
    _exit(fault("cannot start pluto: %s", strerror(errno)));
}

/* False after a message. */
static bool start_child(Watch *w)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become_child(w, parent);
    if (pid < 0) {
        fault("cannot start a process: %s", strerror(errno));
        return false;
    }
    setpgid(pid, pid);                              /* whoever comes first, it is done */
    w->child = pid;
    return true;
}

/* Did the child end? Then it is reaped and what it left in its group is ended. */
static bool reap_child(Watch *w, int *status)
{
    if (w->child == 0 || waitpid(w->child, status, WNOHANG) != w->child)
        return false;
    kill(-w->child, SIGKILL);
    w->child = 0;
    return true;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void end_child(Watch *w)
{
    int     status;
    int64_t deadline = now_ms() + GRACE_MS;
    if (w->child == 0)
        return;
    kill(-w->child, SIGTERM);
    while (!reap_child(w, &status)) {
        int64_t left = deadline - now_ms();
        if (left <= 0) {
            kill(-w->child, SIGKILL);
            waitpid(w->child, &status, 0);
            w->child = 0;
            return;
        }
        struct pollfd signals = {w->signals, POLLIN, 0};
        if (poll(&signals, 1, (int)left) > 0) {
            int number = read_signal(w);
            if (number != 0 && number != SIGCHLD)
                w->quit_signal = number;
        }
    }
}

static void report_end(int status)
{
    if (WIFSIGNALED(status))
        fprintf(stderr, "[ended by signal %d; waiting for a change]\n", WTERMSIG(status));
    else
        fprintf(stderr, "[exit status %d; waiting for a change]\n", WEXITSTATUS(status));
}

/* ---- The loop ---- */

/* Waits until files have stopped changing. */
static void let_settle(Watch *w)
{
    while (w->quit_signal == 0 && wait_for_event(w, QUIET_MS) != EVENT_TIMEOUT)
        ;
    w->folders = 0;
    add_folders(w, w->root);                        /* folders may be new */
}

static int watch_loop(const Options *o, Watch *w)
{
    for (;;) {
        if (!o->no_clear && isatty(STDOUT_FILENO)) {
            fputs("\033[H\033[2J\033[3J", stdout);
            fflush(stdout);
        }
        if (!start_child(w))
            return 1;
        for (bool changed = false; !changed && w->quit_signal == 0;) {
            int status;
            changed = wait_for_event(w, -1) == EVENT_CHANGE;
            if (reap_child(w, &status) && !changed)
                report_end(status);
        }
        if (w->quit_signal == 0)
            let_settle(w);
        end_child(w);
        if (w->quit_signal != 0)
            return 128 + w->quit_signal;
    }
}

/* The first word behind the command that is no option and no value of one. NULL: none. */
static const char *file_of(char **words, CommandSet bit)
{
    for (words++; *words && strcmp(*words, "--") != 0; words++) {
        if ((*words)[0] != '-')
            return *words;
        const OptionInfo *info = find_option(*words, strlen(*words), bit);
        if (info && info->value && words[1])
            words++;
    }
    return NULL;
}

/* pluto with the global options that stood before the command, and the words behind it. --no-clear
 * may also stand there, ahead of the file; then it is noted. */
static char **child_args(Options *o, const char *file)
{
    bool behind_file = false;
    LIST(char *) args = {0};
    LIST_ADD(&args, "pluto");
    if (o->stdlib) {
        LIST_ADD(&args, "--stdlib");
        LIST_ADD(&args, (char *)o->stdlib);
    }
    if (o->gc) {
        LIST_ADD(&args, "--gc");
        LIST_ADD(&args, (char *)o->gc);
    }
    if (o->standalone)
        LIST_ADD(&args, "--standalone");
    for (char **word = o->words; *word; word++) {
        behind_file = behind_file || *word == file;
        bool own    = !behind_file && strcmp(*word, "--no-clear") == 0;
        if (own)
            o->no_clear = true;
        else
            LIST_ADD(&args, *word);
    }
    LIST_ADD(&args, NULL);
    return args.items;
}

int command_watch(const Options *given)
{
    Options        own = *given, *o = &own;
    Watch          w   = {0};
    const Command *c   = find_command(o->words[0]);
    if (c == NULL || !(c->bit & (FOR_RUN | FOR_TEST)))
        return fault("usage: pluto watch run|test [options] FILE [-- ARGS]");
    const char *file = file_of(o->words, c->bit);
    if (file == NULL)
        return fault("no file given; usage: pluto watch %s FILE", c->name);
    if (access(file, R_OK) != 0)
        return fault("cannot read %s: %s", file, strerror(errno));
    w.argv = child_args(o, file);
    w.root = is_folder(file) ? file : dirname(arena_format("%s", file));

    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_BLOCK, &mask, &w.old_mask);
    w.signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    w.inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w.signals < 0 || w.inotify < 0)
        return fault("cannot watch files: %s", strerror(errno));
    add_folders(&w, w.root);
    if (w.folders == 0)
        return fault("cannot watch %s: %s", w.root, strerror(errno));
    return watch_loop(o, &w);
}
