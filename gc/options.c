/*
 * options.c - reads the variables of docs/environment.md that are the heap's.
 */
#include "gc/options.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MARKERS = 16 };                  /* libgc's limit */

HeapOptions heap_options;

/* ---- Values ---- */

static _Noreturn void bad_value(const char *name, const char *value, const char *expected)
{
    fprintf(stderr, "pluto: %s: cannot use \"%s\"; expected %s\n", name, value, expected);
    exit(1);
}

/* NULL when the variable is not set, or empty. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static bool env_switch(const char *name)
{
    const char *value = variable(name);
    if (value == NULL || strcmp(value, "0") == 0)
        return false;
    if (strcmp(value, "1") != 0)
        bad_value(name, value, "0 or 1");
    return true;
}

static size_t env_size(const char *name, size_t least, const char *expected)
{
    const char *value = variable(name);
    char       *end;
    if (value == NULL)
        return 0;
    errno = 0;
    unsigned long long n = strtoull(value, &end, 10);
    int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (shift != 0)
        end++;
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0
        || n > (SIZE_MAX >> 1 >> shift) || n << shift < least)
        bad_value(name, value, expected);
    return (size_t)n << shift;
}

/* ---- Choices ---- */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

static bool env_system_heap(void)
{
    const char *value = variable("PLUTO_HEAP");
    bool        system = value != NULL && strcmp(value, "system") == 0;
    if (value != NULL && !system && strcmp(value, "gc") != 0)
        bad_value("PLUTO_HEAP", value, "gc or system");
    return system || SANITIZED;         /* the sanitizers see nothing inside libgc's blocks */
}

void options_read(void)
{
    heap_options = (HeapOptions){
        .system      = env_system_heap(),
        .stress      = env_switch("PLUTO_GC_STRESS"),
        .log         = env_switch("PLUTO_GC_LOG"),
        .census      = env_switch("PLUTO_GC_CENSUS"),
        .incremental = env_switch("PLUTO_GC_INCREMENTAL"),
        .threshold   = env_size("PLUTO_GC_THRESHOLD", 1,
                                "a number of bytes such as 4096, 64K, 2M or 1G"),
        .max_heap    = env_size("PLUTO_GC_MAX_HEAP", (size_t)1 << 20,
                                "a number of bytes such as 64M or 2G, at least 1M"),
    };
    const char *markers = variable("PLUTO_GC_MARKERS");
    if (markers != NULL) {
        char *end;
        long  n = strtol(markers, &end, 10);
        if (*end != '\0' || n < 1 || n > MAX_MARKERS)
            bad_value("PLUTO_GC_MARKERS", markers, "a number of threads from 1 to 16");
        heap_options.markers = (unsigned)n;
    }
}
