/* Float math in registers: which of 1500 by 1500 points stay in the Mandelbrot set for 200
 * steps. */
#include <stdint.h>
#include <stdio.h>

static int64_t steps(double cx, double cy, int64_t limit)
{
    double  x = 0.0, y = 0.0;
    int64_t n = 0;
    while (n < limit && x * x + y * y <= 4.0) {
        double t = x * x - y * y + cx;
        y = 2.0 * x * y + cy;
        x = t;
        n += 1;
    }
    return n;
}

int main(void)
{
    int64_t size = 1500, limit = 200, inside = 0;
    for (int64_t py = 0; py < size; py++)
        for (int64_t px = 0; px < size; px++) {
            double cx = 3.0 * (double)px / (double)size - 2.0;
            double cy = 2.0 * (double)py / (double)size - 1.0;
            if (steps(cx, cy, limit) == limit)
                inside += 1;
        }
    printf("%lld\n", (long long)inside);
    return 0;
}
