/* Four million values from one producer to one consumer through a buffer of 100. */
#include <stdio.h>

#include "chan.h"

static Chan *values;

static void *produce(void *arg)
{
    for (long i = 0; i < (long)arg; i++)
        chan_send(values, i);
    chan_close(values);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    long      total = 0, v;
    values = chan_new(100);
    if (pthread_create(&thread, NULL, produce, (void *)4000000L) != 0)
        return 1;
    while (chan_recv(values, &v))
        total += v;
    printf("%ld\n", total);
    return 0;
}
