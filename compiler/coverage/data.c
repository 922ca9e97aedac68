#include "compiler/coverage/data.h"

#include "compiler/base/arena.h"
#include "compiler/base/source.h"

static uint64_t read_word(const char *bytes)
{
    uint64_t word = 0;
    for (int i = 7; i >= 0; i--)
        word = word << 8 | (unsigned char)bytes[i];
    return word;
}

/* What is wrong with a file of that size that announces so many counters; NULL: nothing. */
static const char *wrong_size(const char *path, size_t size, uint64_t announced)
{
    if (size < 8)
        return arena_format("%s is shorter than its header", path);
    if (announced > (size - 8) / 8)
        return arena_format("%s is shorter than its header announces: %llu points need %llu bytes "
                            "behind it, there are %zu", path, (unsigned long long)announced,
                            (unsigned long long)announced * 8, size - 8);
    if (announced * 8 != size - 8)
        return arena_format("%s is longer than its header announces", path);
    return NULL;
}

const uint64_t *data_read(const char *path, int points, const char **why)
{
    const SourceFile *file = source_read(path, why);
    if (file == NULL) {
        *why = arena_format("cannot read %s: %s", path, *why);
        return NULL;
    }
    uint64_t announced = file->size < 8 ? 0 : read_word(file->text);
    *why = wrong_size(path, file->size, announced);
    if (*why)
        return NULL;
    if (announced != (uint64_t)points) {
        *why = arena_format("coverage map and data do not belong together: the map has %d points, "
                            "%s has %llu", points, path, (unsigned long long)announced);
        return NULL;
    }
    uint64_t *counts = arena_alloc(sizeof *counts * (size_t)(points + 1));
    for (int i = 0; i < points; i++)
        counts[i] = read_word(file->text + 8 + 8 * (size_t)i);
    return counts;
}
