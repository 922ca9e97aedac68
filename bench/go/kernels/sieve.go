// Arrays of bool: the primes below 20 million, counted by the sieve of Eratosthenes.
package main

import "fmt"

func countPrimes(limit int) int {
	composite := []bool{}
	for i := 0; i < limit; i++ {
		composite = append(composite, false)
	}
	count := 0
	for i := 2; i < limit; i++ {
		if !composite[i] {
			count += 1
			for j := i * i; j < limit; j += i {
				composite[j] = true
			}
		}
	}
	return count
}

func main() {
	fmt.Println(countPrimes(20000000))
}
