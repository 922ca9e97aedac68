/*
 * write.h - bytes to a file descriptor, all of them.
 */
#ifndef PLUTO_WRITE_H
#define PLUTO_WRITE_H

#include <stddef.h>

/* Goes on after interruptions and partial writes, and waits where the descriptor is non-blocking.
 * Blocks the thread, allocates nothing. Returns 0 or an errno value. */
int rt_write_all(int fd, const char *bytes, size_t count);

#endif
