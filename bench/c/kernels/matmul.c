/* Nested arrays: the product of two 600 by 600 matrices, row by row. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double **matrix(int64_t n, double seed)
{
    double **m = malloc((size_t)n * sizeof *m);
    for (int64_t i = 0; i < n; i++) {
        m[i] = malloc((size_t)n * sizeof **m);
        for (int64_t j = 0; j < n; j++)
            m[i][j] = seed * ((double)i - (double)j) * ((double)i + (double)j);
    }
    return m;
}

static void multiply(double **a, double **b, double **c, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < n; k++) {
            double x = a[i][k];
            for (int64_t j = 0; j < n; j++)
                c[i][j] += x * b[k][j];
        }
}

int main(void)
{
    int64_t  n = 600;
    double **a = matrix(n, 1.0 / 600.0), **b = matrix(n, 1.0 / 1200.0), **c = matrix(n, 0.0);
    multiply(a, b, c, n);
    multiply(b, c, a, n);
    multiply(c, a, b, n);
    printf("%.15g\n", b[n / 2][n / 3]);
    return 0;
}
