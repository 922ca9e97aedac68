// Arrays of bool: the primes below 5 million, counted 15 times by the sieve of Eratosthenes.
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
	total := 0
	for round := 0; round < 15; round++ {
		total += countPrimes(5000000)
	}
	fmt.Println(total)
}
