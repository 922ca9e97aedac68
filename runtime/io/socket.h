/*
 * socket.h - what std.socket declares as extern fn: TCP and UDP over IPv4.
 *
 * Nothing raises. A call that fails, that runs into the descriptor's deadline or whose task is
 * cancelled while it waits gives -1, or "" where the result is a string. Waiting parks the task.
 */
#ifndef PLUTO_SOCKET_H
#define PLUTO_SOCKET_H

#include <stdint.h>

#include "runtime/value/string.h"

/* The numbers are those of socket(2): 2, 1, 0 is an IPv4 stream. */
int64_t __pluto_socket_create(int64_t domain, int64_t sock_type, int64_t protocol);
int64_t __pluto_socket_set_reuseaddr(int64_t fd);

/* host: an IPv4 literal; empty: any address. port 0: any. */
int64_t __pluto_socket_bind(int64_t fd, const RtString *host, int64_t port);
int64_t __pluto_socket_listen(int64_t fd, int64_t backlog);
int64_t __pluto_socket_port(int64_t fd);         /* the local one */

/* A new descriptor. When none is to be had it waits until some are closed. */
int64_t __pluto_socket_accept(int64_t fd);

/* host: an IPv4 literal or "localhost". */
int64_t __pluto_socket_connect(int64_t fd, const RtString *host, int64_t port);

/* One read of at most max_bytes, and at most 1 MiB; allocates. "" at the end as well. */
const RtString *__pluto_socket_read(int64_t fd, int64_t max_bytes);

/* Writes all of data. How much was written, if that is not nothing. */
int64_t __pluto_socket_write(int64_t fd, const RtString *data);

/* Calls that wait for fd give up. */
int64_t __pluto_socket_close(int64_t fd);

/* How long later calls may wait: accept and read, connect and write. 0: for ever. */
int64_t __pluto_socket_deadline(int64_t fd, int64_t read_ms, int64_t write_ms);

#endif
