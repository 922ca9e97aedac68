/* Methods on objects: 1000 balls in a box for 80000 steps. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Random { int64_t seed; } Random;
typedef struct Ball { int64_t x, y, vx, vy; } Ball;

static int64_t next(Random *r)
{
    r->seed = (r->seed * 1309 + 13849) & 65535;
    return r->seed;
}

static bool bounce(Ball *b)
{
    bool bounced = false;
    b->x += b->vx;
    b->y += b->vy;
    if (b->x > 500) {
        b->x  = 500;
        b->vx = -llabs(b->vx);
        bounced = true;
    }
    if (b->x < 0) {
        b->x  = 0;
        b->vx = llabs(b->vx);
        bounced = true;
    }
    if (b->y > 500) {
        b->y  = 500;
        b->vy = -llabs(b->vy);
        bounced = true;
    }
    if (b->y < 0) {
        b->y  = 0;
        b->vy = llabs(b->vy);
        bounced = true;
    }
    return bounced;
}

int main(void)
{
    Random *random = malloc(sizeof *random);
    Ball  **balls  = malloc(1000 * sizeof *balls);
    random->seed = 74755;
    for (int64_t i = 0; i < 1000; i++) {
        balls[i]     = malloc(sizeof **balls);
        balls[i]->x  = next(random) % 500;
        balls[i]->y  = next(random) % 500;
        balls[i]->vx = next(random) % 300 - 150;
        balls[i]->vy = next(random) % 300 - 150;
    }
    int64_t bounces = 0;
    for (int64_t step = 0; step < 80000; step++)
        for (int64_t i = 0; i < 1000; i++)
            if (bounce(balls[i]))
                bounces += 1;
    printf("%lld\n", (long long)bounces);
    return 0;
}
