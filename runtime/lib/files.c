/*
 * files.c - reading and writing. A signal that interrupts a call means: again.
 */
#include "runtime/lib/lib.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/write.h"

enum { READ_MAX = 100 * 1024 * 1024, CHUNK = 64 * 1024 };

static int open_file(const RtString *path, int64_t mode)
{
    static const int flags[] = { O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
                                 O_WRONLY | O_CREAT | O_APPEND };
    const char *name = lib_path(path);
    int         fd   = -1;
    while (name && (fd = open(name, flags[mode] | O_CLOEXEC, 0644)) < 0 && errno == EINTR)
        ;
    return fd;
}

static ssize_t read_some(int fd, char *out, size_t size)
{
    ssize_t got;
    while ((got = read(fd, out, size)) < 0 && errno == EINTR)
        ;
    return got;
}

int64_t __pluto_fs_open(const RtString *path, int64_t mode)
{
    return lib_result(open_file(path, mode));
}

const RtString *__pluto_fs_read(int64_t fd, int64_t max)
{
    struct stat st;
    size_t      size = max > READ_MAX ? READ_MAX : max < 0 ? 0 : (size_t)max;
    /* A huge request for a small file needs no more than the file. */
    if (size > CHUNK && fstat((int)fd, &st) == 0 && S_ISREG(st.st_mode)
        && (size_t)st.st_size < size)
        size = st.st_size < CHUNK ? CHUNK : (size_t)st.st_size;
    char           *buffer = size > 0 ? malloc(size) : NULL;
    ssize_t         got    = buffer ? read_some((int)fd, buffer, size) : 0;
    const RtString *s      = rt_string_new(buffer ? buffer : "", got > 0 ? got : 0);
    free(buffer);
    return s;
}

int64_t __pluto_fs_write(int64_t fd, const RtString *data)
{
    int error = rt_write_all((int)fd, data->bytes, (size_t)data->len);
    return error ? -error : data->len;
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

typedef struct Content { char *bytes; size_t size, cap; } Content;

/* 0 or an errno value. */
static int read_content(int fd, Content *c)
{
    for (;;) {
        if (c->size == c->cap) {
            size_t cap    = c->cap ? c->cap * 2 : CHUNK;
            char  *bigger = realloc(c->bytes, cap);
            if (bigger == NULL)
                return ENOMEM;
            c->bytes = bigger;
            c->cap   = cap;
        }
        ssize_t got = read_some(fd, c->bytes + c->size, c->cap - c->size);
        if (got <= 0)
            return got < 0 ? errno : 0;
        c->size += (size_t)got;
    }
}

int64_t __pluto_fs_read_all(const RtString *path, RtArray *out)
{
    int fd = open_file(path, LIB_OPEN_READ);
    if (fd < 0)
        return lib_result(fd);
    Content c     = { 0 };
    int     error = read_content(fd, &c);
    close(fd);
    if (error == 0)
        lib_push(out, rt_string_new(c.bytes, (int64_t)c.size));
    free(c.bytes);
    return -error;
}

static int64_t write_and_close(int fd, const char *bytes, size_t size)
{
    int error = rt_write_all(fd, bytes, size);
    if (close(fd) != 0 && error == 0 && errno != EINTR)
        error = errno;
    return -error;
}

int64_t __pluto_fs_write_all(const RtString *path, const RtString *data, int64_t mode)
{
    int fd = open_file(path, mode);
    return fd < 0 ? lib_result(fd) : write_and_close(fd, data->bytes, (size_t)data->len);
}

/* Read before the target is opened: it may be the same file. */
int64_t __pluto_fs_copy(const RtString *from, const RtString *to)
{
    Content c     = { 0 };
    int     fd    = open_file(from, LIB_OPEN_READ);
    int     error = fd < 0 ? errno : read_content(fd, &c);
    if (fd >= 0)
        close(fd);
    int     target = error ? -1 : open_file(to, LIB_OPEN_WRITE);
    int64_t result = -error;
    if (error == 0)
        result = target < 0 ? -errno : write_and_close(target, c.bytes, c.size);
    free(c.bytes);
    return result;
}
