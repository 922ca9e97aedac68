/*
 * args.c - keeps what main got; makes strings of it when they are asked for.
 */
#include "runtime/lib/args.h"

#include "runtime/value/array.h"

static char **words;
static int    count;

const RtArray *__pluto_env_args(void);

void lib_set_args(int argc, char **argv)
{
    words = argv + (argc > 0);
    count = argc > 0 ? argc - 1 : 0;
}

const RtArray *__pluto_env_args(void)
{
    RtArray *all = rt_array_new(sizeof(RtString *), HEAP_ALL, count);
    for (int i = 0; i < count; i++)
        ((const RtString **)all->data)[i] = rt_string_new(words[i], (int64_t)strlen(words[i]));
    return all;
}
