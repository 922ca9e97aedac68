#include "runtime/base/env.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t env_int(const char *name, int64_t fallback, int64_t min, int64_t max)
{
    const char *text = getenv(name);
    if (text == NULL || *text == '\0')
        return fallback;
    char *end;
    errno = 0;
    int64_t value = strtoll(text, &end, 10);
    if (errno == 0 && *end == '\0' && value >= min && value <= max)
        return value;
    if (max == INT64_MAX)
        fprintf(stderr, "pluto: %s=%s: expected a number from %" PRId64 "\n", name, text, min);
    else
        fprintf(stderr, "pluto: %s=%s: expected a number from %" PRId64 " to %" PRId64 "\n", name,
                text, min, max);
    exit(1);
}

int env_choice(const char *name, const char *const *words, int n)
{
    const char *text = getenv(name);
    if (text == NULL || *text == '\0')
        return 0;
    for (int i = 0; i < n; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    fprintf(stderr, "pluto: %s=%s: expected", name, text);
    for (int i = 0; i < n; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : i + 1 < n ? "," : " or", words[i]);
    fprintf(stderr, "\n");
    exit(1);
}
