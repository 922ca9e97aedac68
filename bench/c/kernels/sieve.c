/* Arrays of bool: the primes below 5 million, counted 15 times by the sieve of Eratosthenes. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t count_primes(int64_t limit)
{
    bool *composite = malloc((size_t)limit);
    for (int64_t i = 0; i < limit; i++)
        composite[i] = false;
    int64_t count = 0;
    for (int64_t i = 2; i < limit; i++) {
        if (!composite[i]) {
            count += 1;
            for (int64_t j = i * i; j < limit; j += i)
                composite[j] = true;
        }
    }
    free(composite);
    return count;
}

int main(void)
{
    int64_t total = 0;
    for (int round = 0; round < 15; round++)
        total += count_primes(5000000);
    printf("%lld\n", (long long)total);
    return 0;
}
