// Recursion and swaps in an array of int: all orders of 10 numbers, twice, by Heap's method.
package main

import "fmt"

type permutation struct {
	values     []int
	count, sum int
}

func swap(values []int, i, j int) {
	t := values[i]
	values[i] = values[j]
	values[j] = t
}

func permute(p *permutation, n int) {
	p.count += 1
	if n == 0 {
		p.sum += p.values[0] * p.count
		return
	}
	permute(p, n-1)
	for i := 0; i < n; i++ {
		swap(p.values, n-1, i)
		permute(p, n-1)
		swap(p.values, n-1, i)
	}
}

func main() {
	p := &permutation{}
	for i := 0; i < 10; i++ {
		p.values = append(p.values, i)
	}
	permute(p, 10)
	permute(p, 10)
	fmt.Println(p.count)
	fmt.Println(p.sum)
}
