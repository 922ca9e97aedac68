/* Half a million round trips between two threads. */
#include <stdio.h>

#include "chan.h"

static Chan *there, *back;

static void *pong(void *arg)
{
    long v;
    (void)arg;
    while (chan_recv(there, &v))
        chan_send(back, v + 1);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    long      v = 0;
    there = chan_new(1);
    back  = chan_new(1);
    if (pthread_create(&thread, NULL, pong, NULL) != 0)
        return 1;
    for (int i = 0; i < 500000; i++) {
        chan_send(there, v);
        chan_recv(back, &v);
    }
    printf("%ld\n", v);
    return 0;
}
