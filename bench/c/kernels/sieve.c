/* Arrays of bool: the primes below 20 million, counted by the sieve of Eratosthenes. */
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
    printf("%lld\n", (long long)count_primes(20000000));
    return 0;
}
