/* Float division in nested loops: the spectral norm of a 1500 by 1500 matrix given by a formula. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double element(int64_t i, int64_t j)
{
    return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(const double *v, double *out, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (int64_t j = 0; j < n; j++)
            sum += element(i, j) * v[j];
        out[i] = sum;
    }
}

static void multiply_transposed(const double *v, double *out, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (int64_t j = 0; j < n; j++)
            sum += element(j, i) * v[j];
        out[i] = sum;
    }
}

static double *filled(int64_t n, double value)
{
    double *a = malloc((size_t)n * sizeof *a);
    for (int64_t i = 0; i < n; i++)
        a[i] = value;
    return a;
}

int main(void)
{
    int64_t n = 1500;
    double *u = filled(n, 1.0), *v = filled(n, 0.0), *t = filled(n, 0.0);
    for (int round = 0; round < 30; round++) {
        multiply(u, t, n);
        multiply_transposed(t, v, n);
        multiply(v, t, n);
        multiply_transposed(t, u, n);
    }
    double uv = 0.0, vv = 0.0;
    for (int64_t i = 0; i < n; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    printf("%.15g\n", sqrt(uv / vv));
    return 0;
}
