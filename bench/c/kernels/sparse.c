/* Indirect indices: a sparse matrix of 10000 rows, 50 values each, times a vector, 1500 times. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void multiply(double *y, int64_t rows, const double *values, const int64_t *starts,
                     const int64_t *columns, const double *x)
{
    for (int64_t row = 0; row < rows; row++) {
        double  sum = 0.0;
        int64_t end = starts[row + 1];
        for (int64_t i = starts[row]; i < end; i++)
            sum += values[i] * x[columns[i]];
        y[row] = sum;
    }
}

int main(void)
{
    int64_t  rows = 10000, each = 50, seed = 5;
    double  *values  = malloc((size_t)(rows * each) * sizeof *values);
    int64_t *columns = malloc((size_t)(rows * each) * sizeof *columns);
    int64_t *starts  = malloc((size_t)(rows + 1) * sizeof *starts);
    double  *x = malloc((size_t)rows * sizeof *x), *y = malloc((size_t)rows * sizeof *y);
    for (int64_t row = 0; row < rows; row++) {
        starts[row] = row * each;
        for (int64_t i = 0; i < each; i++) {
            seed = (seed * 1309 + 13849) & 65535;
            values[row * each + i]  = (double)seed / 65536.0;
            columns[row * each + i] = (row + seed * i) % rows;
        }
        x[row] = 1.0 / (double)(row + 1);
        y[row] = 0.0;
    }
    starts[rows] = rows * each;
    for (int64_t round = 0; round < 1500; round++) {
        multiply(y, rows, values, starts, columns, x);
        x[round % rows] += y[round] * 0.001;
    }
    double total = 0.0;
    for (int64_t row = 0; row < rows; row++)
        total += y[row];
    printf("%.15g\n", total);
    return 0;
}
