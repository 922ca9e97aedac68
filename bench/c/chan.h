/* chan.h - a bounded queue between threads: a mutex and two conditions. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct Chan {
    pthread_mutex_t lock;
    pthread_cond_t  not_empty, not_full;
    long           *buf;
    int             cap, head, count;
    bool            closed;
} Chan;

static inline Chan *chan_new(int cap)
{
    Chan *ch = calloc(1, sizeof *ch);
    pthread_mutex_init(&ch->lock, NULL);
    pthread_cond_init(&ch->not_empty, NULL);
    pthread_cond_init(&ch->not_full, NULL);
    ch->buf = calloc((size_t)cap, sizeof *ch->buf);
    ch->cap = cap;
    return ch;
}

static inline void chan_send(Chan *ch, long value)
{
    pthread_mutex_lock(&ch->lock);
    while (ch->count == ch->cap)
        pthread_cond_wait(&ch->not_full, &ch->lock);
    ch->buf[(ch->head + ch->count++) % ch->cap] = value;
    pthread_cond_signal(&ch->not_empty);
    pthread_mutex_unlock(&ch->lock);
}

static inline bool chan_recv(Chan *ch, long *out)
{
    bool got = false;
    pthread_mutex_lock(&ch->lock);
    while (ch->count == 0 && !ch->closed)
        pthread_cond_wait(&ch->not_empty, &ch->lock);
    if (ch->count > 0) {
        *out     = ch->buf[ch->head];
        ch->head = (ch->head + 1) % ch->cap;
        ch->count--;
        got = true;
        pthread_cond_signal(&ch->not_full);
    }
    pthread_mutex_unlock(&ch->lock);
    return got;
}

static inline void chan_close(Chan *ch)
{
    pthread_mutex_lock(&ch->lock);
    ch->closed = true;
    pthread_cond_broadcast(&ch->not_empty);
    pthread_mutex_unlock(&ch->lock);
}
