/* Triangular loops: LU factorization of a 500 by 500 matrix with row exchanges. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double **matrix(int64_t n)
{
    double **m    = malloc((size_t)n * sizeof *m);
    int64_t  seed = 7;
    for (int64_t i = 0; i < n; i++) {
        m[i] = malloc((size_t)n * sizeof **m);
        for (int64_t j = 0; j < n; j++) {
            seed    = (seed * 1309 + 13849) & 65535;
            m[i][j] = (double)seed / 65536.0;
        }
    }
    return m;
}

static void factor(double **a, int64_t n, int64_t *pivots)
{
    for (int64_t j = 0; j < n; j++) {
        int64_t best = j;
        double  size = fabs(a[j][j]);
        for (int64_t i = j + 1; i < n; i++) {
            double candidate = fabs(a[i][j]);
            if (candidate > size) {
                best = i;
                size = candidate;
            }
        }
        pivots[j] = best;
        double *row = a[best];
        a[best] = a[j];
        a[j]    = row;
        double scale = 1.0 / row[j];
        for (int64_t i = j + 1; i < n; i++)
            a[i][j] *= scale;
        for (int64_t i = j + 1; i < n; i++) {
            double *target = a[i];
            double  share  = target[j];
            for (int64_t k = j + 1; k < n; k++)
                target[k] -= share * row[k];
        }
    }
}

int main(void)
{
    int64_t  n         = 500;
    int64_t *pivots    = calloc((size_t)n, sizeof *pivots);
    double   trace     = 0.0;
    int64_t  exchanges = 0;
    for (int64_t round = 0; round < 18; round++) {
        double **a = matrix(n);
        factor(a, n, pivots);
        for (int64_t i = 0; i < n; i++) {
            trace += a[i][i];
            if (pivots[i] != i)
                exchanges += 1;
        }
    }
    printf("%.15g\n%lld\n", trace, (long long)exchanges);
    return 0;
}
