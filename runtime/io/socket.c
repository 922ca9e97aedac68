/*
 * socket.c - socket calls that park the task instead of blocking the worker (poller.h).
 *
 * A task may come back from poll_wait on another thread, and compilers keep the address of errno in
 * a register. So no function here that parks reads errno: every system call is in a function of its
 * own, not inlined, that returns a negative errno.
 *
 * A wait that ends by a deadline or a cancel is followed by a last try: what was there in time
 * counts, although its event may still be on its way.
 */
#define _GNU_SOURCE
#include "runtime/io/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/base/memory.h"
#include "runtime/sched/polldesc.h"
#include "runtime/sched/poller.h"
#include "runtime/sched/worker.h"

enum { READ_MAX = 1 << 20, BUFFER_MIN = 1 << 16, ABORTED_MAX = 100 };

RT_STRING(empty, "", 0);

/* ---- System calls: a result, or a negative errno ---- */

#define SYSTEM_CALL static __attribute__((noinline))

SYSTEM_CALL int64_t sys_read(int fd, void *buffer, size_t size)
{
    ssize_t n;
    while ((n = recv(fd, buffer, size, 0)) < 0 && errno == EINTR)
        ;
    return n < 0 ? -errno : n;
}

SYSTEM_CALL int64_t sys_write(int fd, const char *bytes, size_t size)
{
    ssize_t n;
    while ((n = send(fd, bytes, size, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return n < 0 ? -errno : n;
}

SYSTEM_CALL int sys_accept(int fd)
{
    int connection = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return connection < 0 ? -errno : connection;
}

SYSTEM_CALL int sys_connect(int fd, const struct sockaddr_in *to)
{
    return connect(fd, (const struct sockaddr *)to, sizeof *to) == 0 ? 0 : -errno;
}

/* How a connect that had to wait has ended; -EINPROGRESS: not yet. */
SYSTEM_CALL int sys_connect_result(int fd)
{
    int                error = 0;
    socklen_t          size  = sizeof error;
    struct sockaddr_in peer;
    socklen_t          peer_size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return -errno;
    if (error != 0)
        return -error;
    if (getpeername(fd, (struct sockaddr *)&peer, &peer_size) == 0)
        return 0;
    return errno == ENOTCONN ? -EINPROGRESS : -errno;
}

/* ---- Making and naming; none of these parks ---- */

int64_t __pluto_socket_create(int64_t domain, int64_t sock_type, int64_t protocol)
{
    if (domain != (int)domain || sock_type != (int)sock_type || protocol != (int)protocol)
        return -1;
    poller_init();                       /* raises the limit of descriptors */
    int type = (int)sock_type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    int fd   = socket((int)domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, (int)protocol);
    return fd >= 0 && poll_open(fd, type == SOCK_STREAM) ? fd : -1;
}

static bool address(struct sockaddr_in *out, const RtString *host, int64_t port)
{
    bool        local = strcmp(host->bytes, "localhost") == 0;
    const char *text  = host->len == 0 ? "0.0.0.0" : local ? "127.0.0.1" : host->bytes;
    memset(out, 0, sizeof *out);
    out->sin_family = AF_INET;
    out->sin_port   = htons((uint16_t)port);
    return port >= 0 && port <= UINT16_MAX && strlen(host->bytes) == (size_t)host->len &&
           inet_pton(AF_INET, text, &out->sin_addr) == 1;
}

/* Calls call(fd, arg) while fd stays open; 0 or -1. */
static int64_t quickly(int64_t fd, int (*call)(int fd, void *arg), void *arg)
{
    PollDesc *d = poll_enter(fd);
    if (d == NULL)
        return -1;
    int result = call(poll_fd(d), arg);
    poll_leave(d);
    return result < 0 ? -1 : result;
}

static int bind_to(int fd, void *to)
{
    return bind(fd, (struct sockaddr *)to, sizeof(struct sockaddr_in));
}

int64_t __pluto_socket_bind(int64_t fd, const RtString *host, int64_t port)
{
    struct sockaddr_in to;
    return address(&to, host, port) ? quickly(fd, bind_to, &to) : -1;
}

static int listen_on(int fd, void *backlog)
{
    return listen(fd, *(int *)backlog);
}

int64_t __pluto_socket_listen(int64_t fd, int64_t backlog)
{
    int n = backlog < 0 ? 0 : backlog > INT32_MAX ? INT32_MAX : (int)backlog;
    return quickly(fd, listen_on, &n);
}

static int reuse_address(int fd, void *on)
{
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, sizeof(int));
}

int64_t __pluto_socket_set_reuseaddr(int64_t fd)
{
    int on = 1;
    return quickly(fd, reuse_address, &on);
}

static int local_port(int fd, void *unused)
{
    struct sockaddr_in self;
    socklen_t          size = sizeof self;
    (void)unused;
    return getsockname(fd, (struct sockaddr *)&self, &size) == 0 ? ntohs(self.sin_port) : -1;
}

int64_t __pluto_socket_port(int64_t fd) { return quickly(fd, local_port, NULL); }

int64_t __pluto_socket_deadline(int64_t fd, int64_t read_ms, int64_t write_ms)
{
    PollDesc *d = poll_enter(fd);
    if (d == NULL)
        return -1;
    poll_set_limit(d, POLL_READ, read_ms);
    poll_set_limit(d, POLL_WRITE, write_ms);
    poll_leave(d);
    return 0;
}

int64_t __pluto_socket_close(int64_t fd) { return poll_close(fd) < 0 ? -1 : 0; }

/* ---- Accepting ---- */

/* Small answers are not held back, as in other runtimes. */
static int no_delay(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static bool is_transient(int error)
{
    return error == -ECONNABORTED || error == -EINTR || error == -EPROTO || error == -EPERM ||
           error == -ENETDOWN || error == -EHOSTUNREACH || error == -ENETUNREACH;
}

static bool is_exhausted(int error)
{
    return error == -EMFILE || error == -ENFILE || error == -ENOBUFS || error == -ENOMEM;
}

/* A descriptor or a negative errno. */
static int accept_on(PollDesc *d)
{
    int64_t deadline = poll_deadline(d, POLL_READ);
    bool    last     = false;
    for (int aborted = 0;;) {
        WaitOutcome outcome;
        if (poll_may_try(d, POLL_READ) || last) {
            int result = sys_accept(poll_fd(d));
            if (result != -EAGAIN)
                poll_tried(d, POLL_READ, true);
            if (is_transient(result) && ++aborted < ABORTED_MAX)
                continue;
            if (last || (result != -EAGAIN && !is_exhausted(result)))
                return result;
            outcome = result == -EAGAIN ? poll_wait(d, POLL_READ, deadline)
                                        : poll_wait_for_free_descriptor(deadline);
        } else {
            outcome = poll_wait(d, POLL_READ, deadline);
        }
        if (outcome == WAIT_CLOSED || poll_is_closing(d))
            return -EBADF;
        last = outcome != WAIT_DONE;
    }
}

int64_t __pluto_socket_accept(int64_t fd)
{
    PollDesc *d = poll_enter(fd);
    if (d == NULL)
        return -1;
    int connection = accept_on(d);
    poll_leave(d);
    return connection >= 0 && poll_open(no_delay(connection), true) ? connection : -1;
}

/* ---- Connecting ---- */

static int connect_to(PollDesc *d, const struct sockaddr_in *to)
{
    int64_t deadline = poll_deadline(d, POLL_WRITE);
    /* Before the call: what becomes ready from now on is its result. */
    poll_may_try(d, POLL_WRITE);
    int result = sys_connect(poll_fd(d), to);
    while (result == -EINPROGRESS || result == -EINTR) {
        if (poll_wait(d, POLL_WRITE, deadline) != WAIT_DONE)
            return -ECANCELED;
        poll_may_try(d, POLL_WRITE);
        result = sys_connect_result(poll_fd(d));
    }
    poll_tried(d, POLL_WRITE, true);
    return result;
}

int64_t __pluto_socket_connect(int64_t fd, const RtString *host, int64_t port)
{
    struct sockaddr_in to;
    PollDesc          *d = address(&to, host, port) ? poll_enter(fd) : NULL;
    if (d == NULL)
        return -1;
    int result = connect_to(d, &to);
    if (result == 0)
        no_delay(poll_fd(d));
    poll_leave(d);
    return result < 0 ? -1 : 0;
}

/* ---- Reading and writing ---- */

/* The worker's buffer: the string gets the size that was read, and a parked task needs none. */
static char *buffer(size_t size)
{
    Worker *w = rt_worker();
    if (w->io_buffer_size < size) {
        memory_free(w->io_buffer);
        w->io_buffer_size = size > BUFFER_MIN ? size : BUFFER_MIN;
        w->io_buffer      = memory_alloc(w->io_buffer_size);
    }
    return w->io_buffer;
}

/* Reads once, into a new string; how much, or a negative errno. Does not park, so the worker and
 * its buffer stay the same. */
static __attribute__((noinline)) int64_t read_once(int fd, size_t size, const RtString **out)
{
    char   *bytes = buffer(size);
    int64_t n     = sys_read(fd, bytes, size);
    if (n > 0)
        *out = rt_string_new(bytes, n);
    return n;
}

const RtString *__pluto_socket_read(int64_t fd, int64_t max_bytes)
{
    const RtString *text = RT_STRING_REF(empty);
    PollDesc       *d    = max_bytes > 0 ? poll_enter(fd) : NULL;
    if (d == NULL)
        return text;
    size_t  size     = max_bytes < READ_MAX ? (size_t)max_bytes : READ_MAX;
    int64_t deadline = poll_deadline(d, POLL_READ);
    WaitOutcome outcome = WAIT_DONE;
    for (;;) {
        if (poll_may_try(d, POLL_READ) || outcome != WAIT_DONE) {
            int64_t n = read_once(poll_fd(d), size, &text);
            if (n != -EAGAIN) {
                poll_tried(d, POLL_READ, n <= 0 || n == (int64_t)size);
                break;
            }
        }
        if (outcome != WAIT_DONE ||
            (outcome = poll_wait(d, POLL_READ, deadline)) == WAIT_CLOSED)
            break;
    }
    poll_leave(d);
    return text;
}

int64_t __pluto_socket_write(int64_t fd, const RtString *data)
{
    PollDesc *d = poll_enter(fd);
    if (d == NULL)
        return -1;
    int64_t     deadline = poll_deadline(d, POLL_WRITE), written = 0, n = 0;
    WaitOutcome outcome  = WAIT_DONE;
    while (written < data->len) {
        if (poll_may_try(d, POLL_WRITE) || outcome != WAIT_DONE) {
            n = sys_write(poll_fd(d), data->bytes + written, (size_t)(data->len - written));
            if (n != -EAGAIN)
                poll_tried(d, POLL_WRITE, true);
            if (n > 0)
                written += n;
            if (n >= 0)
                continue;
            if (n != -EAGAIN)
                break;
        }
        if (outcome != WAIT_DONE ||
            (outcome = poll_wait(d, POLL_WRITE, deadline)) == WAIT_CLOSED) {
            n = -ECANCELED;
            break;
        }
    }
    rt_keep(data);
    poll_leave(d);
    return written > 0 || n >= 0 ? written : -1;
}
