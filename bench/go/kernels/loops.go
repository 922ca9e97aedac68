// Integer math in nested loops: remainders and sums over arrays of int.
package main

import "fmt"

func run(sums []int, outer, inner, divisor int) {
	for i := 0; i < outer; i++ {
		sum := sums[i]
		for j := 0; j < inner; j++ {
			sum += (j ^ i) % divisor
		}
		sums[i] = sum + divisor
	}
}

func count(sides int) int {
	triples := 0
	for a := 1; a < sides; a++ {
		for b := a; b < sides; b++ {
			for c := b; c < sides; c++ {
				if a*a+b*b == c*c {
					triples += 1
				}
			}
		}
	}
	return triples
}

func main() {
	sums := []int{}
	for i := 0; i < 1000; i++ {
		sums = append(sums, i)
	}
	for divisor := 7; divisor < 40; divisor++ {
		run(sums, 1000, 2000, divisor)
	}
	total := 0
	for _, sum := range sums {
		total += sum
	}
	fmt.Println(total)
	fmt.Println(count(1200))
}
