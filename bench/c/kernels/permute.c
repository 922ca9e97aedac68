/* Recursion and swaps in an array of int: all orders of 10 numbers, twice, by Heap's method. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Permute {
    int64_t *values;
    int64_t  count, sum;
} Permute;

static void swap(int64_t *values, int64_t i, int64_t j)
{
    int64_t t = values[i];
    values[i] = values[j];
    values[j] = t;
}

static void permute(Permute *p, int64_t n)
{
    p->count += 1;
    if (n == 0) {
        p->sum += p->values[0] * p->count;
        return;
    }
    permute(p, n - 1);
    for (int64_t i = 0; i < n; i++) {
        swap(p->values, n - 1, i);
        permute(p, n - 1);
        swap(p->values, n - 1, i);
    }
}

int main(void)
{
    Permute *p = malloc(sizeof *p);
    *p = (Permute){malloc(10 * sizeof(int64_t)), 0, 0};
    for (int64_t i = 0; i < 10; i++)
        p->values[i] = i;
    permute(p, 10);
    permute(p, 10);
    printf("%lld\n%lld\n", (long long)p->count, (long long)p->sum);
    return 0;
}
