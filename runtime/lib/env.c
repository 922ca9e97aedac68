/*
 * env.c - arguments and environment.
 *
 * The C library's environment is not made for several threads: one lock is held around each use,
 * and what is found is copied out of it before the heap is touched.
 */
#include "runtime/lib/lib.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
extern char          **environ;

/* ---- Arguments ---- */

static char **words;
static int    count;

void lib_set_args(int argc, char **argv)
{
    words = argv + (argc > 0);
    count = argc > 0 ? argc - 1 : 0;
}

RtArray *__pluto_env_args(void)
{
    RtArray *all = rt_array_new(sizeof(RtString *), HEAP_ALL, 0);
    for (int i = 0; i < count; i++)
        lib_push(all, rt_string_new(words[i], (int64_t)strlen(words[i])));
    return all;
}

/* ---- Variables ---- */

/* A copy, to be freed; NULL when it is unset. */
static char *value_of(const RtString *name)
{
    pthread_mutex_lock(&lock);
    const char *value = getenv(name->bytes);
    char       *copy  = value ? strdup(value) : NULL;
    pthread_mutex_unlock(&lock);
    return copy;
}

const RtString *__pluto_env_get(const RtString *name)
{
    char           *value = value_of(name);
    const RtString *s     = rt_string_new(value ? value : "", value ? (int64_t)strlen(value) : 0);
    free(value);
    return s;
}

bool __pluto_env_exists(const RtString *name)
{
    char *value = value_of(name);
    free(value);
    return value != NULL;
}

bool __pluto_env_set(const RtString *name, const RtString *value)
{
    pthread_mutex_lock(&lock);
    bool ok = lib_path(name) && lib_path(value) && setenv(name->bytes, value->bytes, 1) == 0;
    pthread_mutex_unlock(&lock);
    return ok;
}

bool __pluto_env_remove(const RtString *name)
{
    pthread_mutex_lock(&lock);
    bool ok = lib_path(name) && unsetenv(name->bytes) == 0;
    pthread_mutex_unlock(&lock);
    return ok;
}

/* All names, each with a NUL behind it, in memory to be freed. */
static char *copy_names(size_t *size)
{
    char *all = NULL;
    *size = 0;
    pthread_mutex_lock(&lock);
    for (char **entry = environ; entry && *entry; entry++) {
        size_t len    = strcspn(*entry, "=");
        char  *bigger = realloc(all, *size + len + 1);
        if (bigger == NULL)
            break;
        all = bigger;
        memcpy(all + *size, *entry, len);
        all[*size + len] = '\0';
        *size += len + 1;
    }
    pthread_mutex_unlock(&lock);
    return all;
}

RtArray *__pluto_env_names(void)
{
    size_t   size;
    char    *names = copy_names(&size);
    RtArray *all   = rt_array_new(sizeof(RtString *), HEAP_ALL, 0);
    for (size_t at = 0; at < size; at += strlen(names + at) + 1)
        lib_push(all, rt_string_new(names + at, (int64_t)strlen(names + at)));
    free(names);
    return all;
}
