/* Recursion and arrays of bool: the ways to put 13 queens on a board. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Board {
    int64_t size;
    bool   *columns, *up, *down;
} Board;

static bool *cleared(int64_t n)
{
    bool *a = malloc((size_t)n);
    for (int64_t i = 0; i < n; i++)
        a[i] = false;
    return a;
}

static int64_t place(Board *b, int64_t row)
{
    if (row == b->size)
        return 1;
    int64_t ways = 0;
    for (int64_t column = 0; column < b->size; column++) {
        int64_t u = row + column, d = row - column + b->size - 1;
        if (!b->columns[column] && !b->up[u] && !b->down[d]) {
            b->columns[column] = true;
            b->up[u] = true;
            b->down[d] = true;
            ways += place(b, row + 1);
            b->columns[column] = false;
            b->up[u] = false;
            b->down[d] = false;
        }
    }
    return ways;
}

int main(void)
{
    int64_t n = 13;
    Board  *b = malloc(sizeof *b);
    *b = (Board){n, cleared(n), cleared(2 * n), cleared(2 * n)};
    printf("%lld\n", (long long)place(b, 0));
    return 0;
}
