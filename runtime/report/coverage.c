/*
 * coverage.c - writes the counters when the process ends.
 *
 * There are three ways out: exit, with its handlers; rt_exit; and a signal that asks the process to
 * end. The first one that gets here writes. The file is complete or not there: it gets its name
 * last. Everything here may be done in a signal handler.
 */
#define _GNU_SOURCE                       /* O_PATH */
#include "runtime/report/coverage.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/exit.h"
#include "runtime/base/text.h"
#include "runtime/base/write.h"

#define FOLDER    ".pluto-coverage"
#define DATA_FILE FOLDER "/coverage-data.bin"

enum { CHUNK = 512 };                     /* words written by one call */

/* Fixed by coverage_init. */
static const RtCount *table;
static uint32_t       table_size;
static int            start_folder;       /* the program may go elsewhere */

/* ---- Writing ---- */

/* Of the only thread that writes. */
static unsigned char chunk[8 * CHUNK];

static void put_word(size_t at, uint64_t word)
{
    for (int i = 0; i < 8; i++)
        chunk[8 * at + (size_t)i] = (unsigned char)(word >> 8 * i);
}

/* 0 or an errno value. */
static int write_counts(int fd)
{
    size_t used = 1;
    int    why  = 0;
    put_word(0, table_size);
    for (uint32_t i = 0; i < table_size && why == 0; i++) {
        if (used == CHUNK) {
            why  = rt_write_all(fd, (const char *)chunk, sizeof chunk);
            used = 0;
        }
        put_word(used++, atomic_load_explicit(&table[i], memory_order_relaxed));
    }
    return why != 0 ? why : rt_write_all(fd, (const char *)chunk, 8 * used);
}

/* 0 or an errno value. temp: its name until it is complete. */
static int write_file(const char *temp)
{
    int why;
    if (mkdirat(start_folder, FOLDER, 0777) != 0 && errno != EEXIST)
        return errno;
    int fd = openat(start_folder, temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    why = write_counts(fd);
    if (close(fd) != 0 && why == 0)
        why = errno;
    if (why == 0 && renameat(start_folder, temp, start_folder, DATA_FILE) != 0)
        why = errno;
    if (why != 0)
        unlinkat(start_folder, temp, 0);
    return why;
}

static void complain(int why)
{
    char message[200];
    Text text = {message, 0, sizeof message};
    text_add(&text, "pluto: cannot write " DATA_FILE ": %s\n", strerror(why));
    rt_write_all(STDERR_FILENO, text.bytes, text.len);
}

static void write_data(void)
{
    char name[80];
    Text temp = {name, 0, sizeof name};
    text_add(&temp, DATA_FILE ".%d.tmp", (int)getpid());
    int why = write_file(temp.bytes);
    if (why != 0)
        complain(why);
}

/* Writes if it is the first call, and says so. Other threads that come later sleep until the first
 * one has ended the process; the same thread, in a handler, goes on. */
static bool write_once(void)
{
    static atomic_uintptr_t writer;
    uintptr_t               self = (uintptr_t)pthread_self(), first = 0;
    if (atomic_compare_exchange_strong(&writer, &first, self)) {
        write_data();
        return true;
    }
    while (first != self)
        pause();
    return false;
}

static void at_exit(void)
{
    write_once();
}

/* ---- The ways out ---- */

/* If the counters are being written below this handler, whoever does that ends the process. */
static void on_signal(int number)
{
    int saved = errno;
    if (write_once()) {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = saved;
}

/* Those that nobody ignores for us. */
static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action    = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

void coverage_init(const RtCount *counts, uint32_t count)
{
    table        = counts;
    table_size   = count;
    start_folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (start_folder < 0)
        start_folder = AT_FDCWD;
    rt_before_exit = at_exit;
    atexit(at_exit);
    catch_signals();
}
