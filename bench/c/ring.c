/* A token goes round a ring of 1,000 threads until it has made a million steps. */
#include <stdio.h>

#include "chan.h"

enum { MEMBERS = 1000 };
static Chan *links[MEMBERS], *done;

static void *member(void *arg)
{
    long self = (long)arg, v;
    while (chan_recv(links[self], &v)) {
        if (v == 0)
            chan_send(done, 1);
        else
            chan_send(links[(self + 1) % MEMBERS], v - 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t      thread;
    pthread_attr_t attr;
    long           v = 0;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 64 * 1024);
    done = chan_new(1);
    for (int i = 0; i < MEMBERS; i++)
        links[i] = chan_new(1);
    for (long i = 0; i < MEMBERS; i++) {
        if (pthread_create(&thread, &attr, member, (void *)i) != 0)
            return 1;
    }
    chan_send(links[0], 1000000);
    chan_recv(done, &v);
    printf("%ld\n", v);
    return 0;
}
