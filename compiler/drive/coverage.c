/*
 * coverage.c - run --coverage, test --coverage, coverage report.
 */
#include "compiler/drive/coverage.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/base/arena.h"
#include "compiler/base/path.h"
#include "compiler/coverage/data.h"
#include "compiler/coverage/report.h"
#include "compiler/drive/commands.h"
#include "compiler/drive/fault.h"
#include "compiler/drive/output.h"
#include "compiler/drive/tempfile.h"

#define FOLDER ".pluto-coverage"

extern char **environ;

static const char *map_path(const char *folder)
{
    return path_join(folder, "coverage-map.json");
}

static const char *data_path(const char *folder)
{
    return path_join(folder, "coverage-data.bin");
}

/* ---- Reports ---- */

/* NULL after a message. */
static const Coverage *read_coverage(const char *folder)
{
    const char *why;
    if (access(map_path(folder), F_OK) != 0) {
        fault("coverage map not found at %s", map_path(folder));
        return NULL;
    }
    if (access(data_path(folder), F_OK) != 0) {
        fault("coverage data not found at %s", data_path(folder));
        return NULL;
    }
    const CoverageMap *map    = map_read(map_path(folder), &why);
    const uint64_t    *counts = map ? data_read(data_path(folder), map->points.count, &why) : NULL;
    if (counts)
        return coverage_of(map, counts);
    fault("%s", why);
    return NULL;
}

typedef enum { FORMAT_TERMINAL, FORMAT_LCOV, FORMAT_JSON, FORMAT_HTML, FORMATS } Format;

/* FORMATS after a message. */
static Format find_format(const char *name)
{
    static const char *const names[] = {"terminal", "lcov", "json", "html"};
    for (int i = 0; i < FORMATS; i++)
        if (strcmp(names[i], name) == 0)
            return (Format)i;
    fault("unknown format '%s'; expected 'terminal', 'lcov', 'json', or 'html'", name);
    return FORMATS;
}

static void print_report(const Coverage *c, Format format, const char *folder, FILE *out)
{
    switch (format) {
    case FORMAT_TERMINAL: report_terminal(c, folder, out); return;
    case FORMAT_LCOV:     report_lcov(c, out); return;
    case FORMAT_JSON:     report_json(c, out); return;
    case FORMAT_HTML:     report_html(c, out); return;
    case FORMATS:         return;
    }
}

/* Where a report goes that nobody named a place for; NULL: to standard error. */
static const char *usual_place(Format format, const char *folder)
{
    if (format == FORMAT_TERMINAL)
        return NULL;
    return format == FORMAT_HTML ? path_join(folder, "report.html") : "-";
}

static const char *without_slashes(const char *folder)
{
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    return arena_format("%.*s", (int)len, folder);
}

int command_coverage(const Options *o)
{
    const char *folder = without_slashes(o->dir ? o->dir : FOLDER);
    char       *text;
    size_t      size;
    if (strcmp(o->file, "report") != 0)
        return fault("unexpected word '%s'; usage: pluto coverage report", o->file);
    Format format = find_format(o->format ? o->format : "terminal");
    const Coverage *c = format == FORMATS ? NULL : read_coverage(folder);
    if (c == NULL)
        return 1;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return fault("out of memory");
    print_report(c, format, folder, out);
    fclose(out);
    const char *place = o->output ? o->output : usual_place(format, folder);
    if (place == NULL)
        return fwrite(text, 1, size, stderr) == size ? 0 : 1;
    if (!write_output(place, text, size))
        return 1;
    if (format == FORMAT_HTML && strcmp(place, "-") != 0)
        fprintf(stderr, "Coverage report written to %s\n", place);
    return 0;
}

/* ---- Runs ---- */

/* The map is there, and no data of an older run. False after a message. */
static bool prepare_folder(const CoverageMap *map)
{
    char  *text;
    size_t size;
    if (mkdir(FOLDER, 0777) != 0 && errno != EEXIST) {
        fault("cannot make the folder %s: %s", FOLDER, strerror(errno));
        return false;
    }
    if (unlink(data_path(FOLDER)) != 0 && errno != ENOENT && errno != ENOTDIR) {
        fault("cannot remove %s: %s", data_path(FOLDER), strerror(errno));
        return false;
    }
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        fault("out of memory");
        return false;
    }
    map_write(map, out);
    fclose(out);
    return write_output(map_path(FOLDER), text, size);
}

static volatile pid_t child;              /* 0 once it has ended */

static void pass_on(int number)
{
    if (child != 0)
        kill(child, number);
}

static const int passed[] = {SIGINT, SIGTERM, SIGHUP};
enum { PASSED = sizeof passed / sizeof *passed };

/* From a terminal the child gets signals, too; it may ignore them, or take its time. */
static void outlive_the_child(void)
{
    signal(SIGQUIT, SIG_IGN);
    for (int i = 0; i < PASSED; i++)
        if (signal(passed[i], pass_on) == SIG_IGN)
            signal(passed[i], SIG_IGN);
}

/* Starts the program. 0 or an errno value. A signal that comes meanwhile waits until it can be
 * passed on. */
static int start_child(const char *path, char **argv)
{
    sigset_t          held, before;
    posix_spawnattr_t attributes;
    pid_t             pid;
    sigemptyset(&held);
    for (int i = 0; i < PASSED; i++)
        sigaddset(&held, passed[i]);
    sigprocmask(SIG_BLOCK, &held, &before);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &before);
    int why = posix_spawn(&pid, path, NULL, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    if (why == 0) {
        child = pid;
        outlive_the_child();
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return why;
}

static int wait_for_child(void)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    child = 0;
    return status;
}

/* As the child ended; failed: there was no report to show. */
static _Noreturn void end_like(int status, bool failed)
{
    if (WIFSIGNALED(status)) {
        tempfile_remove_all();
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    exit(code == 0 && failed ? 1 : code);
}

void coverage_run(const CoverageMap *map, const char *path, char **argv)
{
    if (!prepare_folder(map))
        exit(1);
    int why = start_child(path, argv);
    if (why != 0) {
        errno = why;
        return;
    }
    int             status = wait_for_child();
    const Coverage *c      = read_coverage(FOLDER);
    if (c)
        report_terminal(c, FOLDER, stderr);
    end_like(status, c == NULL);
}
