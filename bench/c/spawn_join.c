/* A million threads, a thousand at a time. */
#include <pthread.h>
#include <stdio.h>

static void *work(void *arg)
{
    return (void *)((long)arg + 1);
}

int main(void)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 64 * 1024);
    long total = 0;
    for (int round = 0; round < 1000; round++) {
        pthread_t threads[1000];
        for (long i = 0; i < 1000; i++) {
            if (pthread_create(&threads[i], &attr, work, (void *)i) != 0)
                return 1;
        }
        for (int i = 0; i < 1000; i++) {
            void *result;
            pthread_join(threads[i], &result);
            total += (long)result;
        }
    }
    printf("%ld\n", total);
    return 0;
}
