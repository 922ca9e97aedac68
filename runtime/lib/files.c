/*
 * files.c - reading and writing. A signal that interrupts a call means: again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/write.h"
#include "runtime/lib/job.h"
#include "runtime/lib/lib.h"

enum { READ_MAX = 100 * 1024 * 1024, CHUNK = 64 * 1024 };

/* ---- What is quick ---- */

/* Little of a file on disk: no pipe or device, whose other end may be slow. */
static bool is_little(int found, const struct stat *st, int64_t size)
{
    return found == 0 && S_ISREG(st->st_mode) && size <= CHUNK;
}

static bool is_quick_fd(int64_t fd, int64_t size)
{
    struct stat st;
    return is_little(fstat((int)fd, &st), &st, size);
}

/* What is not there fails at once, or is made. */
static bool is_quick_path(const RtString *path, int64_t size)
{
    struct stat st;
    int         found = stat(path->bytes, &st);
    return (found != 0 && errno == ENOENT) || is_little(found, &st, size);
}

/* The same for all that the file has. */
static bool is_quick_file(const RtString *path)
{
    struct stat st;
    int         found = stat(path->bytes, &st);
    return (found != 0 && errno == ENOENT) || is_little(found, &st, st.st_size);
}

/* ---- Open files ---- */

/* A descriptor, or minus an errno value. */
static int64_t open_file(const RtString *path, int64_t mode)
{
    static const int flags[] = { O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
                                 O_WRONLY | O_CREAT | O_APPEND };
    const char *name = lib_path(path);
    int         fd   = -1;
    while (name && (fd = open(name, flags[mode] | O_CLOEXEC, 0644)) < 0 && errno == EINTR)
        ;
    return lib_result(fd);
}

static int64_t call_open(Job *j)
{
    return open_file(j->path, j->mode);
}

int64_t __pluto_fs_open(const RtString *path, int64_t mode)
{
    return job_run_unless(is_quick_path(path, 0), call_open, &(Job){.path = path, .mode = mode});
}

/* Reads at most max bytes behind those of the job: how many, 0 at the end, or minus errno. */
static int64_t read_more(Job *j, int fd, size_t max)
{
    ssize_t got;
    if (!job_reserve(j, max))
        return -ENOMEM;
    while ((got = read(fd, j->bytes + j->size, max)) < 0 && errno == EINTR)
        ;
    if (got > 0)
        j->size += (size_t)got;
    return lib_result(got);
}

/* A huge request for a small file needs no more room than the file. */
static int64_t call_read(Job *j)
{
    struct stat st;
    size_t      max = (size_t)j->mode;
    if (max > CHUNK && fstat((int)j->number, &st) == 0 && S_ISREG(st.st_mode)
        && (size_t)st.st_size < max)
        max = st.st_size < CHUNK ? CHUNK : (size_t)st.st_size;
    return read_more(j, (int)j->number, max);
}

const RtString *__pluto_fs_read(int64_t fd, int64_t max)
{
    Job j = {.number = fd, .mode = max > READ_MAX ? READ_MAX : max};
    if (max > 0)
        job_run_unless(is_quick_fd(fd, max), call_read, &j);
    return job_text(&j);
}

static int64_t call_write(Job *j)
{
    int error = rt_write_all((int)j->number, j->other->bytes, (size_t)j->other->len);
    return error ? -error : j->other->len;
}

int64_t __pluto_fs_write(int64_t fd, const RtString *data)
{
    Job j = {.number = fd, .other = data};
    return job_run_unless(is_quick_fd(fd, data->len), call_write, &j);
}

int64_t __pluto_fs_seek(int64_t fd, int64_t offset, int64_t whence)
{
    return lib_result(lseek((int)fd, offset, (int)whence));
}

int64_t __pluto_fs_close(int64_t fd)
{
    return lib_result(close((int)fd));
}

/* ---- Whole files ---- */

/* 0, or minus an errno value. */
static int64_t read_path(Job *j, const RtString *path)
{
    int64_t fd = open_file(path, LIB_OPEN_READ), got = fd;
    if (fd < 0)
        return fd;
    do
        got = read_more(j, (int)fd, CHUNK);
    while (got > 0);
    close((int)fd);
    return got;
}

static int64_t write_path(const RtString *path, int64_t mode, const char *bytes, size_t size)
{
    int64_t fd = open_file(path, mode);
    if (fd < 0)
        return fd;
    int error = rt_write_all((int)fd, bytes, size);
    if (close((int)fd) != 0 && error == 0 && errno != EINTR)
        error = errno;
    return -error;
}

static int64_t call_read_all(Job *j)
{
    return read_path(j, j->path);
}

int64_t __pluto_fs_read_all(const RtString *path, RtArray *out)
{
    Job     j      = {.path = path};
    int64_t result = job_run_unless(is_quick_file(path), call_read_all, &j);
    if (result == 0)
        lib_push(out, job_text(&j));
    free(j.bytes);
    return result;
}

static int64_t call_write_all(Job *j)
{
    return write_path(j->path, j->mode, j->other->bytes, (size_t)j->other->len);
}

int64_t __pluto_fs_write_all(const RtString *path, const RtString *data, int64_t mode)
{
    Job j = {.path = path, .other = data, .mode = mode};
    return job_run_unless(is_quick_path(path, data->len), call_write_all, &j);
}

/* Read before the target is opened: it may be the same file. */
static int64_t call_copy(Job *j)
{
    int64_t result = read_path(j, j->path);
    return result < 0 ? result : write_path(j->other, LIB_OPEN_WRITE, j->bytes, j->size);
}

int64_t __pluto_fs_copy(const RtString *from, const RtString *to)
{
    Job j = {.path = from, .other = to};
    job_run_unless(is_quick_file(from) && is_quick_path(to, 0), call_copy, &j);
    free(j.bytes);
    return j.result;
}
