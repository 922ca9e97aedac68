/* Strided access: a complex Fourier transform of 65536 points, there and back, 20 times. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void reorder(double *re, double *im, int64_t n)
{
    int64_t j = 0;
    for (int64_t i = 0; i < n - 1; i++) {
        if (i < j) {
            double x = re[i], y = im[i];
            re[i] = re[j];
            im[i] = im[j];
            re[j] = x;
            im[j] = y;
        }
        int64_t k = n / 2;
        while (k <= j) {
            j -= k;
            k = k / 2;
        }
        j += k;
    }
}

static void transform(double *re, double *im, int64_t n, double direction)
{
    double pi = 3.141592653589793;
    reorder(re, im, n);
    int64_t half = 1;
    while (half < n) {
        double theta = direction * pi / (double)half, s = sin(theta);
        double s2 = 2.0 * sin(theta / 2.0) * sin(theta / 2.0), wr = 1.0, wi = 0.0;
        for (int64_t a = 0; a < half; a++) {
            for (int64_t b = a; b < n; b += 2 * half) {
                int64_t c  = b + half;
                double  tr = wr * re[c] - wi * im[c], ti = wr * im[c] + wi * re[c];
                re[c] = re[b] - tr;
                im[c] = im[b] - ti;
                re[b] += tr;
                im[b] += ti;
            }
            double t = wr - s * wi - s2 * wr;
            wi = wi + s * wr - s2 * wi;
            wr = t;
        }
        half *= 2;
    }
}

int main(void)
{
    int64_t n    = 65536;
    double *re   = malloc((size_t)n * sizeof *re), *im = malloc((size_t)n * sizeof *im);
    int64_t seed = 11;
    for (int64_t i = 0; i < n; i++) {
        seed  = (seed * 1309 + 13849) & 65535;
        re[i] = (double)seed / 65536.0;
        im[i] = 0.0;
    }
    double first = re[1];
    for (int64_t round = 0; round < 20; round++) {
        transform(re, im, n, 1.0);
        transform(re, im, n, -1.0);
        double scale = 1.0 / (double)n;
        for (int64_t i = 0; i < n; i++) {
            re[i] *= scale;
            im[i] *= scale;
        }
    }
    printf("%s\n", round((first - re[1]) * 1000000.0) == 0.0 ? "true" : "false");
    printf("%.15g\n", floor(re[n / 3] * 1000000.0));
    return 0;
}
