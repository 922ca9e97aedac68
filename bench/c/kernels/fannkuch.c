/* Small arrays of int: the most flips of a pancake stack, over all orders of 10 pancakes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t *filled(int64_t n)
{
    int64_t *a = malloc((size_t)n * sizeof *a);
    for (int64_t i = 0; i < n; i++)
        a[i] = i;
    return a;
}

static int64_t flips(const int64_t *order, int64_t *work, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        work[i] = order[i];
    int64_t count = 0;
    while (work[0] != 0) {
        int64_t low = 0, high = work[0];
        while (low < high) {
            int64_t t = work[low];
            work[low]  = work[high];
            work[high] = t;
            low += 1;
            high -= 1;
        }
        count += 1;
    }
    return count;
}

static int64_t fannkuch(int64_t n)
{
    int64_t *order = filled(n), *work = filled(n), *counts = filled(n);
    int64_t  most = 0, checksum = 0, sign = 1, r = n;
    while (true) {
        while (r != 1) {
            counts[r - 1] = r;
            r -= 1;
        }
        int64_t count = flips(order, work, n);
        most = count > most ? count : most;
        checksum += sign * count;
        sign = -sign;
        bool more = true;
        while (more) {
            if (r == n) {
                printf("%lld\n", (long long)checksum);
                return most;
            }
            int64_t first = order[0];
            for (int64_t i = 0; i < r; i++)
                order[i] = order[i + 1];
            order[r] = first;
            counts[r] -= 1;
            if (counts[r] > 0)
                more = false;
            else
                r += 1;
        }
    }
}

int main(void)
{
    printf("%lld\n", (long long)fannkuch(10));
    return 0;
}
