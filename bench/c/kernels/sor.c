/* Stencils: successive over-relaxation of a 250 by 250 grid, 1500 rounds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double **grid(int64_t n)
{
    double **g    = malloc((size_t)n * sizeof *g);
    int64_t  seed = 42;
    for (int64_t i = 0; i < n; i++) {
        g[i] = malloc((size_t)n * sizeof **g);
        for (int64_t j = 0; j < n; j++) {
            seed    = (seed * 1309 + 13849) & 65535;
            g[i][j] = (double)seed / 65536.0;
        }
    }
    return g;
}

static void relax(double **g, int64_t n, double omega, int64_t rounds)
{
    double quarter = omega * 0.25, keep = 1.0 - omega;
    for (int64_t round = 0; round < rounds; round++)
        for (int64_t i = 1; i < n - 1; i++) {
            double *row = g[i], *above = g[i - 1], *below = g[i + 1];
            for (int64_t j = 1; j < n - 1; j++)
                row[j] = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1]) + keep * row[j];
        }
}

int main(void)
{
    int64_t  n = 250;
    double **g = grid(n);
    relax(g, n, 1.25, 1500);
    printf("%.15g\n", g[n / 2][n / 3]);
    return 0;
}
