/* Integer math in nested loops: remainders and sums over arrays of int. */
#include <stdint.h>
#include <stdio.h>

static void run(int64_t *sums, int64_t outer, int64_t inner, int64_t divisor)
{
    for (int64_t i = 0; i < outer; i++) {
        int64_t sum = sums[i];
        for (int64_t j = 0; j < inner; j++)
            sum += (j ^ i) % divisor;
        sums[i] = sum + divisor;
    }
}

static int64_t count(int64_t sides)
{
    int64_t triples = 0;
    for (int64_t a = 1; a < sides; a++)
        for (int64_t b = a; b < sides; b++)
            for (int64_t c = b; c < sides; c++)
                if (a * a + b * b == c * c)
                    triples += 1;
    return triples;
}

int main(void)
{
    int64_t sums[1000];
    for (int64_t i = 0; i < 1000; i++)
        sums[i] = i;
    for (int64_t divisor = 7; divisor < 40; divisor++)
        run(sums, 1000, 2000, divisor);
    int64_t total = 0;
    for (int64_t i = 0; i < 1000; i++)
        total += sums[i];
    printf("%lld\n%lld\n", (long long)total, (long long)count(1200));
    return 0;
}
